"""Importing a feed: what it lists is a product's history, and is recorded without an alert."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from forewarn.errors import DataError, ForewarnError, UsageError
from forewarn.model.names import version_of_stem
from forewarn.model.product import Product, Watch
from forewarn.model.record import Place
from forewarn.model.secrets import told, without_secrets
from forewarn.net import Client, NetError
from forewarn.options import Options, OptionsError, UnsetError
from forewarn.patterns import check_one_group
from forewarn.responses import Response
from forewarn.services.ask.platforms import the_target
from forewarn.services.imports.feed_entries import LONGEST_TITLE, FeedEntries, FeedOptions
from forewarn.services.imports.here import Present, product_here
from forewarn.services.imports.importing import Imported, Notes, Plan, Reason, Step, carry_out
from forewarn.services.imports.releases import plan_releases
from forewarn.sources.clean import clean
from forewarn.sources.feed import FeedSource
from forewarn.sources.feed_reader import FeedReader, Parsed
from forewarn.sources.feed_reading import names_in, read_feed
from forewarn.sources.given import Given, given_to
from forewarn.sources.interface import SourceError
from forewarn.sources.versions.names import Names, prefixes_of, words_of


def import_feed(
    root: Path,
    product: str,
    place: str,
    *,
    options: FeedOptions,
    today: date,
    environ: Mapping[str, str],
    dry_run: bool = False,
    step: Step,
) -> Imported:
    """Record what the feed at `place` (an address or a file) lists and is not recorded yet.

    An address may name variables of `environ` as `${NAME}`; their values go to its host alone. One
    commit adds it; records that are here are left alone, and what the feed says otherwise is
    reported.

    Raises:
        UsageError: the product is not recorded, or an option cannot be used.
        Refused: no branch is checked out, or a merge is under way.
        DataError: the feed cannot be read, or something could not be written or committed;
            nothing is left behind.
    """
    here, record = product_here(root, product)
    _refuse_bad_place(place)
    sent = _given(record, place, environ)
    _refuse_bad_options(record, options)
    if options.platform:
        asked = the_target(root, record, options.platform).platform
        options = replace(options, platform=asked)
    options = _as_watched(record, place, options)

    def plan() -> Plan:
        step("reading the feed", 0, 1)
        parsed = _read(place, sent, options)
        step("reading the feed", 1, 1)
        return _plan(here, record, parsed, options, today)

    return carry_out(root, plan, _source(place), dry_run=dry_run, step=step)


def _refuse_bad_place(place: str) -> None:
    try:
        urlsplit(place)
    except ValueError as error:
        raise UsageError(
            f"the feed's address cannot be read: {error}",
            help="Write it like https://downloads.example.com/feed.xml.",
        ) from error


def _given(product: Product, place: str, environ: Mapping[str, str]) -> Given:
    """The address as it is sent, with the headers that product.yml has for it."""
    if not _is_address(place):
        return Given(options=None, values={})
    shown = without_secrets(place)
    rows = _watched(product, place)
    headers = rows[0].options.get("headers") if len(rows) == 1 else None
    asked = {"url": place, **({"headers": headers} if headers else {})}
    try:
        return given_to(Watch(type="feed", options=asked, place=Place(file=shown)), environ)
    except OptionsError as error:
        wrong = error.found[0]
        raise DataError(told(wrong.text), where=shown, help=wrong.help) from error
    except UnsetError as error:
        raise DataError(
            error.what,
            where=shown,
            help="Set it, then run this again. Write the address in single quotes, so that the "
            "shell leaves it as it is.",
        ) from error


def _watched(product: Product, place: str) -> list[Watch]:
    return [row for row in product.watch if row.type == "feed" and row.url == place]


def _as_watched(product: Product, place: str, options: FeedOptions) -> FeedOptions:
    """The options, and what `watch:` in product.yml says of a feed that is watched, too."""
    rows = _watched(product, place)
    if len(rows) != 1:
        return options
    row = FeedSource.options(Options(rows[0], None))
    return replace(
        options,
        pattern=options.pattern or row.version,
        platform=options.platform or rows[0].platform,
        allow_private=options.allow_private or row.address.allow_private,
    )


def _refuse_bad_options(product: Product, options: FeedOptions) -> None:
    track = options.track
    for name, problem in (
        ("version", options.pattern and check_one_group(options.pattern)),
        ("track", track and track not in product.tracks and f"{product.id} has no track {track!a}"),
    ):
        if problem:
            tracks = f"Use one of {', '.join(product.tracks)}, or add it to `tracks:`."
            raise UsageError(
                f"--{name} cannot be used: {problem}",
                help=tracks if name == "track" else "See `forewarn import feed --help`.",
            )


def _source(place: str) -> str:
    """What a commit may say of the place: an address may hold a password or a token."""
    name = urlsplit(place).hostname if _is_address(place) else Path(place).name
    return f"the feed {clean(name or '', LONGEST_TITLE)}"


def _is_address(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def _read(place: str, sent: Given, options: FeedOptions) -> Parsed:
    shown = without_secrets(place) if _is_address(place) else place
    try:
        return sent.hidden(asyncio.run(_fetch_and_parse(place, sent, options)))
    except (NetError, SourceError) as error:
        what = sent.hidden(told(sent.hidden(error.what)))
        raise DataError(what, where=shown, help=_next(error, options)) from error
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}", where=shown, help="Name a file or an address."
        ) from error


def _next(error: ForewarnError, options: FeedOptions) -> str:
    if isinstance(error, NetError) and error.help and not options.allow_private:
        return "If the feed is meant to be there, add --allow-private."
    return error.help or "See what is there, then run this again; nothing was changed."


async def _fetch_and_parse(place: str, sent: Given, options: FeedOptions) -> Parsed:
    reader = FeedReader(seconds=options.parse_seconds)
    try:
        if _is_address(place):
            address = sent.options.address
            async with Client(limits=options.limits) as client:
                response = await client.fetch(
                    address.url, allow_private=options.allow_private, headers=address.headers
                )
        else:
            response = _from_file(Path(place), options.limits.size)
        return await read_feed(reader, response, options.pattern)
    finally:
        await reader.close()


def _from_file(path: Path, most: int) -> Response:
    with path.open("rb") as file:
        body = file.read(most + 1)
    if len(body) > most:
        raise SourceError(f"the file is larger than {most:,} bytes")
    return Response(status=200, url="", body=body)


def _plan(
    here: Present, product: Product, parsed: Parsed, options: FeedOptions, today: date
) -> Plan:
    plan, notes = Plan(today=today), Notes(product.id)
    if parsed.problem:
        why = f"it is malformed, so that entries may be lost: {clean(parsed.problem, 200)}"
        notes.add(Reason.UNREADABLE, f"the feed ({len(parsed.entries)} entries read)", why)
    recorded = (version_of_stem(name.removesuffix(".md")) for name in here.files.values())
    beside = (folder.name for folder in here.folder.parent.iterdir() if folder.is_dir())
    others = frozenset(map(words_of, beside))
    names = names_in(parsed, Names(product, prefixes_of(recorded), others=others))
    entries = FeedEntries(names, options, today, notes)
    plan_releases(plan, here, product, entries.wanted(parsed), notes)
    entries.note_the_rest(parsed)
    plan.left_out += notes.rows
    return plan
