"""Importing a feed: what it lists is a product's history, and is recorded without an alert."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from forewarn import schemes
from forewarn.errors import DataError, ForewarnError, UsageError
from forewarn.model.names import check_word
from forewarn.model.product import Product
from forewarn.model.release import ANY_PLATFORM, Download, Status
from forewarn.net import PAGE, Client, Limits, NetError, Response
from forewarn.services.import_here import Present, product_here
from forewarn.services.import_releases import Wanted, plan_releases
from forewarn.services.importing import Imported, Notes, Plan, Reason, Step, carry_out
from forewarn.sources.clean import clean, clean_url, without_password
from forewarn.sources.feed import read_feed, versions_of
from forewarn.sources.feed_reader import Entry, FeedReader, Parsed
from forewarn.sources.interface import SourceError
from forewarn.store.records.product import check_one_group

# What an appcast is for, where it does not say so itself.
_APPCAST_PLATFORM = "macos"
# Enclosures that are no program: the picture of a news item, the sound of a podcast.
_MEDIA = frozenset(["image", "audio", "video", "text"])
_LONGEST_TITLE = 100
_LONGEST_SIZE = 15  # digits


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedOptions:
    """How to read a feed.

    `pattern` finds the version in a title or a link; `platform` is that of every download and
    `track` that of every release. Without them, what an appcast declares is taken, else `any`
    and the product's default track.
    """

    pattern: str | None = None
    platform: str | None = None
    track: str | None = None
    allow_private: bool = False
    limits: Limits = PAGE
    parse_seconds: float = 10.0


def import_feed(
    root: Path,
    product: str,
    place: str,
    *,
    options: FeedOptions,
    today: date,
    dry_run: bool = False,
    step: Step,
) -> Imported:
    """Record what the feed at `place` (an address or a file) lists and is not recorded yet.

    One commit adds it; records that are here are left alone, and what the feed says otherwise
    is reported.

    Raises:
        UsageError: the product is not recorded, or an option cannot be used.
        Refused: no branch is checked out, or a merge is under way.
        DataError: the feed cannot be read, or something could not be written or committed;
            nothing is left behind.
    """
    here, record = product_here(root, product)
    _refuse_bad_place(place)
    _refuse_bad_options(record, options)
    options = _as_watched(record, place, options)

    def plan() -> Plan:
        step("reading the feed", 0, 1)
        parsed = _read(place, options)
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


def _as_watched(product: Product, place: str, options: FeedOptions) -> FeedOptions:
    """The options, and what `watch:` in product.yml says of a feed that is watched, too."""
    rows = [row for row in product.watch if row.url == place]
    if len(rows) != 1:
        return options
    return replace(
        options,
        pattern=options.pattern or rows[0].version,
        platform=options.platform or rows[0].platform,
        allow_private=options.allow_private or rows[0].allow_private,
    )


def _refuse_bad_options(product: Product, options: FeedOptions) -> None:
    track = options.track
    for name, problem in (
        ("version", options.pattern and check_one_group(options.pattern)),
        ("platform", options.platform and check_word(options.platform)),
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
    return f"the feed {clean(name or '', _LONGEST_TITLE)}"


def _is_address(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def _read(place: str, options: FeedOptions) -> Parsed:
    shown = without_password(place) if _is_address(place) else place
    try:
        return asyncio.run(_fetch_and_parse(place, options))
    except (NetError, SourceError) as error:
        raise DataError(error.what, where=shown, help=_next(error, options)) from error
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}", where=shown, help="Name a file or an address."
        ) from error


def _next(error: ForewarnError, options: FeedOptions) -> str:
    if isinstance(error, NetError) and error.help and not options.allow_private:
        return "If the feed is meant to be there, add --allow-private."
    return error.help or "See what is there, then run this again; nothing was changed."


async def _fetch_and_parse(place: str, options: FeedOptions) -> Parsed:
    reader = FeedReader(seconds=options.parse_seconds)
    try:
        if _is_address(place):
            async with Client(limits=options.limits) as client:
                response = await client.fetch(place, allow_private=options.allow_private)
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
    entries = _Entries(product, options, today, notes)
    plan_releases(plan, here, product, entries.wanted(parsed), notes)
    entries.note_the_rest(parsed)
    plan.left_out += notes.rows
    return plan


class _Entries:
    """The entries of a feed, read as releases; what cannot be carried over is noted."""

    def __init__(self, product: Product, options: FeedOptions, today: date, notes: Notes) -> None:
        self._product = product
        self._scheme = schemes.get(product.scheme)
        self._options = options
        self._last = today + timedelta(days=1)  # somewhere it is tomorrow already
        self._notes = notes
        self._nameless: list[str] = []
        self._changed: list[str] = []
        self._systems: list[str] = []

    def wanted(self, parsed: Parsed) -> Iterator[Wanted]:
        """The releases of all entries that name a version."""
        for entry in parsed.entries:
            title = clean(entry.title, _LONGEST_TITLE) or "(no title)"
            versions = versions_of(entry, self._options.pattern, self._product, self._scheme)
            if not versions:
                self._nameless.append(title)
            elif self._can_be_meant(entry, title):
                yield from self._of_entry(entry, versions, title)

    def note_the_rest(self, parsed: Parsed) -> None:
        """Note what is only counted, once all entries are read."""
        pattern = "" if self._options.pattern else "; --version finds it by a pattern"
        self._count(Reason.NO_VERSION, self._nameless, pattern)
        if parsed.kind.startswith("atom"):
            self._count(Reason.LAST_CHANGE, self._changed, "; no day of publication is given")
        self._count(Reason.NO_PLACE, self._systems, ": sparkle:minimumSystemVersion")

    def _count(self, reason: Reason, items: list[str], why: str) -> None:
        if items:
            what = "1 entry" if len(items) == 1 else f"{len(items)} entries"
            self._notes.add(reason, what, f"such as {items[0]!a}{why}", len(items))

    def _can_be_meant(self, entry: Entry, title: str) -> bool:
        day = _day(entry)
        if day and day > self._last:
            self._notes.add(Reason.BAD_DATE, title, f"it is dated {day}, which has not come")
            return False
        tracks, channel = self._product.tracks, entry.channel
        if channel and channel not in tracks and not self._options.track:
            why = f"it is on the channel {channel}, and the tracks here are {', '.join(tracks)}"
            self._notes.add(Reason.UNKNOWN_TRACK, title, why)
            return False
        return True

    def _of_entry(self, entry: Entry, versions: tuple[str, ...], title: str) -> Iterator[Wanted]:
        # A file that comes with several versions is that of one of them, and nobody says which.
        downloads = tuple(self._downloads(entry, title)) if len(versions) == 1 else ()
        link = clean_url(entry.link)
        if entry.updated_on and not entry.published_on:
            self._changed.append(title)
        if entry.minimum_system:
            self._systems.append(title)
        for version in versions:
            yield Wanted(
                version=version,
                status=Status.SHIPPED,
                track=self._options.track or entry.channel or None,
                day=_day(entry),
                downloads=downloads,
                references=(link,) if link and link not in {d.url for d in downloads} else (),
                where=title,
            )

    def _downloads(self, entry: Entry, title: str) -> Iterator[Download]:
        appcast = bool(entry.short_version or entry.build)
        taken: dict[str, str] = {}
        for row in entry.enclosures:
            url = clean_url(row.url)
            if row.type.partition("/")[0].lower() in _MEDIA:
                continue
            if url is None:
                self._notes.add(Reason.BAD_LINK, title, clean(row.url, _LONGEST_TITLE))
                continue
            platform = self._options.platform or _platform(row.platform, appcast)
            if taken.setdefault(platform, url) != url:
                why = f"{url} for {platform}, beside {taken[platform]}"
                self._notes.add(Reason.SAME_TARGET, title, why)
                continue
            yield Download(platform=platform, url=url, size=_size(row.length))


def _day(entry: Entry) -> date | None:
    written = entry.published_on or entry.updated_on
    return date.fromisoformat(written) if written else None


def _platform(declared: str, appcast: bool) -> str:
    name = declared.lower()
    if name and not check_word(name):
        return name
    return _APPCAST_PLATFORM if appcast else ANY_PLATFORM


def _size(length: str) -> int | None:
    """The size in bytes; feeds write 0 where they do not know it."""
    known = length.isascii() and length.isdigit() and len(length) <= _LONGEST_SIZE
    return int(length) or None if known else None
