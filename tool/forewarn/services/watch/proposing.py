"""Proposing a row of `watch:` for an address: what is there tells which reader reads it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from forewarn.errors import UsageError
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.addresses import check_url
from forewarn.model.option import OptionValue
from forewarn.model.platforms import target_of
from forewarn.model.product import Product, Watch
from forewarn.model.record import Place
from forewarn.model.secrets import holds_secret
from forewarn.net import Client
from forewarn.responses import Response
from forewarn.services.ask.lookup import the_product
from forewarn.services.watch.asking import NoAnswer, names_of
from forewarn.services.watch.known_places import forge_of_page, known_place
from forewarn.services.watch.trying import try_rows
from forewarn.sources.interface import Answer
from forewarn.sources.versions.names import Names
from forewarn.store.catalogue.whole import load_worktree

_INDEX = expression(
    rb"<title>\s*(?:index of|directory)|href=[\"']?\.\.?/?[\"'\s>]|parent directory", re.IGNORECASE
)
_FEED_LINK = expression(
    rb"<link\b[^>]*type=[\"']?application/(?:rss|atom|feed)\+(?:xml|json)[^>]*>", re.IGNORECASE
)
_HREF = expression(rb"href=[\"']?([^\"'\s>]+)", re.IGNORECASE)
_LINK = expression(rb"<a\b[^>]*href=[\"']?([^\"'\s>]+)", re.IGNORECASE)
_NUMBER = expression(r"[0-9]+(?:\.[0-9]+)+")
_VERSION_KEYS = ("version", "tag_name", "tag", "name", "number", "release", "key", "value")
_VERSION = expression(r"v?[0-9]+(?:\.[0-9A-Za-z-]+)*(?:\+[0-9A-Za-z.-]+)?")
# The tables of checksums that vendors put beside their files.
_SUMS = expression(rb"(?P<digits>[0-9a-f]{64}|[0-9a-f]{128}) [ *]\S*[0-9]\.[0-9]\S*\s")
_URL_KEYS = ("url", "download_url", "download", "href", "link", "file")
_DATE_KEYS = ("date", "published_at", "released_at", "pub_date", "release_date", "created_at")
_MOST_LINKS, _MOST_ENDINGS = 2000, 12
_HEAD, _MOST_SEARCHED = 20_000, 200_000  # bytes of a page


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A row that reads the address, and what it shows now; or why none does.

    `tried` are the rows that were tried before, each with why it does not do.
    """

    product: str
    row: Watch | None
    answer: Answer | None
    tried: tuple[tuple[Watch, str], ...]


def propose(
    root: Path,
    product: str,
    url: str,
    *,
    at: datetime,
    environ: Mapping[str, str],
    allow_private: bool = False,
) -> Proposal:
    """Look at an address and find the row by which its releases are read.

    Raises:
        UsageError: there is no such product, or it is no web address, or one with a secret in it.
        NetError: the address cannot be read.
    """
    loaded = load_worktree(root)
    catalogue, watched = loaded.catalogue, the_product(loaded, product)
    if problem := check_url(url):
        raise UsageError(f"{url!a:.200} cannot be watched: {problem}", help="Give a web address.")
    if holds_secret(url):
        raise UsageError(
            "the address holds a secret",
            help="Write the row by hand, with `${FOREWARN_NAME}` in the secret's place.",
        )

    async def look() -> Proposal:
        names = Names(watched, others=names_of(catalogue))
        rows = await _rows(url, watched, names, allow_private)
        tried: list[tuple[Watch, str]] = []
        for row in rows:
            client = Client()
            (answer,) = await try_rows(catalogue, watched, [row], client, at, environ)
            if isinstance(answer, Answer) and answer.shown:
                return Proposal(product=product, row=row, answer=answer, tried=tuple(tried))
            tried.append((row, _why(answer)))
        return Proposal(product=product, row=None, answer=None, tried=tuple(tried))

    return asyncio.run(look())


def _why(answer: Answer | NoAnswer) -> str:
    return answer.error if isinstance(answer, NoAnswer) else "it shows no version"


async def _rows(url: str, product: Product, names: Names, allow_private: bool) -> list[Watch]:
    """The rows that are worth a try, the best first."""
    place = Place(file=f"releases/{product.id}/product.yml")

    def row(type: str, **options: OptionValue) -> Watch:
        if allow_private:
            options["allow_private"] = "true"
        return Watch(type=type, options=options, place=place)

    if (known := known_place(url, product)) is not None:
        return [row(known[0], **known[1])]
    async with Client() as client:
        head = await client.head(url, allow_private=allow_private, get=True)
        if _is_file(head):
            parts = urlsplit(url)
            # What has a version in its own name, and leads nowhere else, is one file for good.
            single = not head.hops and _NUMBER.search(unquote(parts.path).rpartition("/")[2])
            return [row("file" if single else "redirect", url=url)]
        response = await client.fetch(url, allow_private=allow_private)
    found = [*_by_body(url, response.url, response.body, names)]
    return [row(type, **options) for type, options in found]


def _is_file(head: Response) -> bool:
    from forewarn.sources.feed_files import is_program

    kind = head.content_type.partition(";")[0].strip().lower()
    binary = kind.startswith("application/") and not re.search(
        r"json|xml|yaml|rss|atom|appinstaller", kind
    )
    if kind == "application/octet-stream":  # many servers say so of whatever they do not know
        binary = is_program(head.url)
    return binary or "attachment" in head.headers.get("content-disposition", "").lower()


def _by_body(
    asked: str, url: str, body: bytes, names: Names
) -> Iterator[tuple[str, dict[str, OptionValue]]]:
    """Which readers may read a body, with their options."""
    start = body[:4000].lstrip(b"\xef\xbb\xbf \r\n\t")
    lower = start.lower()
    name = unquote(urlsplit(url).path).rpartition("/")[2].lower()
    if name == "releases" and re.match(rb"[0-9a-fA-F]{40} ", start):
        yield "squirrel", {"url": asked}
    if re.search(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", lower) or b"jsonfeed.org/version" in lower:
        yield "feed", {"url": asked}
    if (
        b"<listbucketresult" in lower
        or b"<enumerationresults" in lower
        or _INDEX.search(body[:_MOST_SEARCHED])
    ):
        yield "listing", {"url": asked}
    if forge := forge_of_page(asked, body[:_HEAD]):
        yield "forge", forge
    if b"<appinstaller" in lower:
        yield "appinstaller", {"url": asked}
    if b"<gupdate" in lower and (app := re.search(rb"appid=[\"']([a-z]+)", body)):
        yield "chrome", {"url": asked, "app": app[1].decode()}
    if start[:1] in (b"{", b"["):
        from forewarn.sources.listing_worker import is_json_index

        if is_json_index(body):
            yield "listing", {"url": asked}
        yield from _by_json(asked, body)
    elif re.search(rb"^version:", body, re.MULTILINE) and b"sha512:" in body:
        yield "electron", {"url": asked}
    elif found := _SUMS.match(start):
        yield "data", _of_sums(asked, len(found["digits"]))
    elif len(body) < _HEAD and _VERSION.fullmatch(body.decode("latin-1").strip()):
        yield "data", {"url": asked, "fields": {"version": "@"}}
    if re.match(rb"<(?:!doctype html|html|head|!--)", lower) or b"<a " in lower:
        yield from _by_page(asked, url, body, names)


def _of_sums(asked: str, digits: int) -> dict[str, OptionValue]:
    name = {64: "sha256", 128: "sha512"}[digits]
    line = rf"^(?P<sum>[0-9a-f]{{{digits}}}) [ *](?P<file>\S*?(?P<version>[0-9]+(?:\.[0-9]+)+)\S*)$"
    fields: dict[str, OptionValue] = {"version": "version", "url": "file", "digest": {name: "sum"}}
    return {"url": asked, "lines": line, "fields": fields, "reach": "all"}


def _by_json(asked: str, body: bytes) -> Iterator[tuple[str, dict[str, OptionValue]]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    if isinstance(document, dict):
        if isinstance(document.get("Assets"), list):
            yield "velopack", {"url": asked}
        if "version" in document and isinstance(document.get("platforms"), dict):
            yield "tauri", {"url": asked}
        if isinstance(document.get("versions"), dict) and "dist-tags" in document:
            server, _, package = asked.rpartition("/")
            yield "npm", {"server": server, "package": unquote(package)}
    for items, sample in _lists(document):
        named = isinstance(sample, str) and _VERSION.fullmatch(sample)
        fields: dict[str, OptionValue] = {"version": "@"} if named else _fields(sample)
        if fields:
            options: dict[str, OptionValue] = {"url": asked, "fields": fields}
            yield "data", {**options, "items": items} if items else options


def _lists(document: Any) -> Iterator[tuple[str, Any]]:
    """Where releases may be: a list of objects, or the document itself."""
    if isinstance(document, list):
        yield "@", next((row for row in document if isinstance(row, (dict, str))), None)
        return
    if isinstance(document, dict):
        for name, value in list(document.items())[:100]:
            rows = value if isinstance(value, list) else []
            first = next((row for row in rows if isinstance(row, (dict, str))), None)
            if isinstance(value, dict) and value and all(map(_VERSION.fullmatch, value)):
                key, inner = next(iter(value.items()))
                first = {**(inner if isinstance(inner, dict) else {}), "key": key}
            first = first or _of_a_platform(value)
            if first is not None and re.fullmatch("[A-Za-z_]+", name):
                yield name, first
        if first := _of_a_platform(document):
            yield "@", first
        yield "", document


def _of_a_platform(found: Any) -> dict[str, Any] | None:
    """A member of an object that has one for each platform, as `data` makes it an item."""
    if not isinstance(found, dict) or not found or not all(map(target_of, found)):
        return None
    key, inner = next(iter(found.items()))
    return {**inner, "key": key} if isinstance(inner, dict) else {"key": key, "value": inner}


def _fields(sample: Any) -> dict[str, OptionValue]:
    if not isinstance(sample, dict):
        return {}

    def first(keys: tuple[str, ...]) -> str | None:
        return next((key for key in keys if isinstance(sample.get(key), (str, int, float))), None)

    version = _version_key(sample)
    if version is None:
        return {}
    found = {
        "version": version,
        "url": first(_URL_KEYS),
        "date": first(_DATE_KEYS),
        "size": first(("size",)),
        "digest": first(("sha256", "sha512", "digest", "checksum")),
        "platform": first(("platform", "os"))
        or ("key" if target_of(str(sample.get("key"))) else None),
    }
    return {name: key for name, key in found.items() if key}


def _version_key(sample: dict[str, Any]) -> str | None:
    """The member that has the version: one that is called so, and looks like one."""
    known = [key for key in _VERSION_KEYS if isinstance(sample.get(key), (str, int, float))]
    others = [key for key in sample if re.fullmatch(r"\w*version\w*", key, re.IGNORECASE)]
    for key in (*known, *others):
        if _VERSION.fullmatch(str(sample[key])):
            return key
    # A tag may have words before its number; what a file is called is no version.
    tags = (key for key in known if key != "name" and re.search("[0-9]", str(sample[key])))
    return next(tags, None)


def _by_page(
    asked: str, url: str, body: bytes, names: Names
) -> Iterator[tuple[str, dict[str, OptionValue]]]:
    """A feed that a page names, and patterns of the files that it links to.

    Files with the product's name come first, and those of another recorded product are its own.
    """
    for link in _FEED_LINK.findall(body)[:3]:
        if href := _HREF.search(link):
            yield "feed", {"url": urljoin(url, href[1].decode("utf-8", "replace"))}
    endings: dict[str, dict[str, None]] = {}
    for href in _LINK.findall(body)[:_MOST_LINKS]:
        link = unquote(href.decode("utf-8", "replace"))
        if (found := _around(link)) and not names.another(found[0]):
            endings.setdefault(found[0], {}).setdefault(found[1])
    for before in sorted(endings, key=names.has_word, reverse=True)[:4]:
        yield (
            "page",
            {"url": asked, "version": _pattern(before, [*endings[before]][:_MOST_ENDINGS])},
        )


def _pattern(before: str, endings: Sequence[str]) -> str:
    """A pattern for names of files that begin alike, with the version in parentheses."""
    ends = [re.escape(end).replace(r"\-", "-") for end in endings]
    start = re.escape(before).replace(r"\-", "-")
    return f"{start}([0-9.]+)" + (ends[0] if len(ends) == 1 else f"(?:{'|'.join(ends)})")


def _around(link: str) -> tuple[str, str] | None:
    """What stands before the version in the name of a file, and behind it."""
    from forewarn.sources.feed_files import is_program

    name = urlsplit(link).path.rpartition("/")[2]
    found = _NUMBER.search(name)
    if not found or not is_program(link):
        return None
    return name[: found.start()], name[found.end() :]
