"""A product: `releases/<id>/product.yml`."""

from __future__ import annotations

import re
from functools import partial

from forewarn import plugins
from forewarn.errors import UsageError
from forewarn.model import rule_ids
from forewarn.model.finding import Spelling
from forewarn.model.names import check_header, check_product, check_word
from forewarn.model.platforms import check_declared, check_platform, platform_of
from forewarn.model.product import DEFAULT_TRACK, Product, Watch
from forewarn.model.purl import check_purl
from forewarn.model.record import Audience, Support
from forewarn.model.secrets import names_secret
from forewarn.model.variables import names_in
from forewarn.store.records.fields import Fields
from forewarn.store.records.parts import check_track, check_url
from forewarn.store.records.problems import Problems
from forewarn.store.records.support import read_support
from forewarn.store.records.yaml_reader import read_mapping

_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")
_OWN_HEADERS = frozenset(
    (
        *("host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "range"),
        *("accept-encoding", "if-none-match", "if-modified-since", "expect"),
    )
)


def read_product(product: str, text: str, problems: Problems) -> Product | None:
    """Read the text of a product; None where it is none."""
    fields = read_mapping(text, problems, "product.yml")
    if fields is None:
        return None
    tracks = fields.texts("tracks", check_track) or (DEFAULT_TRACK,)
    scheme = fields.required("scheme", _check_scheme)
    spellings: list[Spelling] = []
    record = Product(
        id=product,
        name=fields.required("name", check_header),
        scheme=scheme,
        owner=fields.text("owner", check_word),
        description=fields.text("description"),
        homepage=fields.text("homepage", check_url),
        references=fields.texts("reference", check_url),
        audience=fields.choice("audience", Audience) or Audience.PUBLIC,
        tracks=tracks,
        support=_track_support(fields, tracks),
        watch=tuple(_watch(row, spellings) for row in fields.mappings("watch")),
        lockstep=fields.texts("lockstep", check_product),
        purls=fields.texts("purl", check_purl),
        platforms=fields.texts("platforms", check_declared),
        spellings=tuple(spellings),
        place=fields.place,
    )
    fields.end()
    return record if scheme else None


def _track_support(fields: Fields, tracks: tuple[str, ...]) -> dict[str, Support]:
    rows = fields.mapping("support")
    if rows is None:
        return {}
    support = {}
    for track in rows.names():
        if track not in tracks:
            rows.problems.add_at(
                rows.place_of(track),
                rule_ids.UNKNOWN_TRACK,
                f"{track!r} is not one of the product's tracks",
                f"Use one of {', '.join(tracks)}, or add it to `tracks:`.",
            )
        row = read_support(rows, track)
        if row is not None:
            support[track] = row
    return support


def _watch(fields: Fields, spellings: list[Spelling]) -> Watch:
    written = fields.text("platform", check_platform)
    platform = platform_of(written) if written else None
    if written and platform and platform != written:
        spellings.append(fields.spelling("platform", platform))
    watch = Watch(
        type=fields.required("type", _check_source),
        url=fields.required("url", check_url),
        version=fields.text("version", check_one_group),
        platform=platform or written,
        allow_private=fields.flag("allow_private"),
        headers=_headers(fields),
        place=fields.place,
    )
    fields.end()
    return watch


def _headers(fields: Fields) -> dict[str, str]:
    """What is sent with each request to the row's own host."""
    rows = fields.mapping("headers")
    if rows is None:
        return {}
    found = {}
    for name in rows.names():
        value = rows.required(name, partial(_check_sent, name))
        if value:
            found[name] = value
    return found


def _check_sent(name: str, value: str) -> str | None:
    """What keeps a header of a watched row from being sent, or None."""
    if not _HEADER.fullmatch(name):
        return "that is no name of a header; use letters, digits and '-'"
    if name.casefold() in _OWN_HEADERS:
        return "forewarn sets that header itself"
    if len(value) > 2000 or not value.isascii() or not value.isprintable():
        return "a header has up to 2000 ASCII characters, and no line end"
    if names_secret(name) and not names_in(value):
        return "a secret must not stand in the file; write ${NAME}, and set that variable"
    return None


def _check_scheme(text: str) -> str | None:
    from forewarn import schemes

    try:
        schemes.get(text)
    except UsageError as error:
        return f"{error.what}. {error.help}"
    return None


def _check_source(text: str) -> str | None:
    if text in plugins.names("sources"):
        return None
    return f"there is no source type {text!a}; use one of {', '.join(plugins.names('sources'))}"


def check_one_group(text: str) -> str | None:
    """What keeps `text` from being a pattern that finds a version, or None."""
    try:
        groups = re.compile(text).groups
    except re.error as error:
        return f"it is not a regular expression: {error}"
    if groups != 1:
        return f"it has {groups} groups; put one pair of parentheses around the version"
    return None
