"""Importing a feed: what it lists is a product's history, and is recorded without an alert."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from forewarn import schemes
from forewarn.errors import DataError, ForewarnError, UsageError
from forewarn.model import variables
from forewarn.model.names import version_of_stem
from forewarn.model.product import Product, Watch
from forewarn.model.record import Place
from forewarn.model.release import ANY_PLATFORM, Download, Status
from forewarn.model.secrets import told, without_secrets
from forewarn.net import PAGE, Client, Limits, NetError, Response
from forewarn.options import Options, OptionsError, UnsetError, check_one_group
from forewarn.services.ask.platforms import the_target
from forewarn.services.imports.here import Present, product_here
from forewarn.services.imports.importing import Imported, Notes, Plan, Reason, Step, carry_out
from forewarn.services.imports.releases import ListedRelease, plan_releases
from forewarn.sources.clean import clean, clean_url
from forewarn.sources.feed import FeedSource, is_newer_build, names_in, read_feed, versions_of
from forewarn.sources.feed_files import EntryFile, files_of, serves
from forewarn.sources.feed_reader import PARSE_SECONDS, FeedEntry, FeedReader, Parsed
from forewarn.sources.given import Given, given_to
from forewarn.sources.interface import SourceError
from forewarn.sources.versions.find import UNMATCHED
from forewarn.sources.versions.names import Names, prefixes_of, words_of

_LONGEST_TITLE = 100


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
    parse_seconds: float = PARSE_SECONDS


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
    return f"the feed {clean(name or '', _LONGEST_TITLE)}"


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
    entries = _Entries(names, options, today, notes)
    plan_releases(plan, here, product, entries.wanted(parsed), notes)
    entries.note_the_rest(parsed)
    plan.left_out += notes.rows
    return plan


class _Entries:
    """The entries of a feed, read as releases; what cannot be carried over is noted."""

    def __init__(self, names: Names, options: FeedOptions, today: date, notes: Notes) -> None:
        self._names = names
        self._product = names.product
        self._scheme = schemes.get(names.product.scheme)
        self._options = options
        self._last = today + timedelta(days=1)  # somewhere it is tomorrow already
        self._notes = notes
        self._unmatched: list[str] = []
        self._changed: list[str] = []
        self._elsewhere: list[str] = []
        self._declared: dict[str, list[str]] = {}

    def wanted(self, parsed: Parsed) -> Iterator[ListedRelease]:
        """The releases of all entries that name a version."""
        found: list[tuple[ListedRelease, FeedEntry]] = []
        for entry in parsed.entries:
            title = clean(entry.title, _LONGEST_TITLE) or "(no title)"
            versions = versions_of(entry, self._options.pattern, self._names, self._scheme)
            if versions.why == UNMATCHED and not versions:
                self._unmatched.append(title)
            elif not versions:
                self._notes.add(Reason.NO_VERSION, title, versions.why)
            elif self._can_be_meant(entry, title):
                found += [(one, entry) for one in self._of_entry(entry, versions.versions, title)]
        return self._newest_builds(found)

    def note_the_rest(self, parsed: Parsed) -> None:
        """Note what is only counted, once all entries are read."""
        self._count(Reason.NO_VERSION, self._unmatched, ": the pattern does not find one")
        if parsed.kind.startswith("atom"):
            self._count(Reason.LAST_CHANGE, self._changed, "; no day of publication is given")
        self._count(Reason.OTHER_SYSTEM, self._elsewhere, "")
        for name, titles in self._declared.items():
            self._count(Reason.NO_PLACE, titles, f": sparkle:{name}")

    def _count(self, reason: Reason, items: list[str], why: str) -> None:
        if items:
            what = "1 entry" if len(items) == 1 else f"{len(items)} entries"
            self._notes.add(reason, what, f"such as {items[0]!a}{why}", len(items))

    def _can_be_meant(self, entry: FeedEntry, title: str) -> bool:
        day = _day(entry)
        if day and day > self._last:
            self._notes.add(Reason.BAD_DATE, title, f"it is dated {day}, which has not come")
            return False
        if entry.dated and not day:
            why = f"{entry.dated!a} names no day that can be meant"
            self._notes.add(Reason.BAD_DATE, title, why)
        if entry.channel and not self._track(entry) and not self._options.track:
            tracks = ", ".join(self._product.tracks)
            why = f"it is on the channel {entry.channel}, and the tracks here are {tracks}"
            self._notes.add(Reason.UNKNOWN_TRACK, title, why)
            return False
        return True

    def _track(self, entry: FeedEntry) -> str | None:
        named = entry.channel.casefold()
        return next((t for t in self._product.tracks if t.casefold() == named), None)

    def _of_entry(
        self, entry: FeedEntry, versions: tuple[str, ...], title: str
    ) -> Iterator[ListedRelease]:
        files = self._files(entry, title)
        if files is None:
            self._elsewhere.append(title)
            return
        # A file that comes with several versions is that of one of them, and nobody says which.
        downloads = tuple(self._downloads(files, title)) if len(versions) == 1 else ()
        # What a variable opens here is no address for anybody else.
        link = None if variables.names_in(entry.link) else clean_url(entry.link)
        if entry.updated_on and not entry.published_on:
            self._changed.append(title)
        for name in entry.declares:
            self._declared.setdefault(name, []).append(title)
        for version in versions:
            yield ListedRelease(
                version=version,
                status=Status.SHIPPED,
                track=self._options.track or self._track(entry),
                day=_day(entry),
                downloads=downloads,
                references=(link,) if link and link not in {d.url for d in downloads} else (),
                where=title,
            )

    def _files(self, entry: FeedEntry, title: str) -> list[EntryFile] | None:
        """The entry's files for the platform that is asked for; None where all are for others."""
        files = list(files_of(entry, self._product.platforms))
        platform = self._options.platform
        if not platform:
            return files
        ours = [file for file in files if serves(platform, file.system)]
        return ours if ours or not files else None

    def _downloads(self, files: list[EntryFile], title: str) -> Iterator[Download]:
        taken: dict[tuple[str, str, str], str] = {}
        for file in files:
            if file.url is None or variables.names_in(file.written):
                self._notes.add(Reason.BAD_LINK, title, clean(file.written, _LONGEST_TITLE))
                continue
            download = Download(
                platform=self._options.platform or file.platform or ANY_PLATFORM,
                arch=file.arch,
                url=file.url,
                size=file.size,
                sha256=file.sha256,
            )
            first = taken.setdefault(download.target, file.url)
            if first != file.url:
                why = f"{file.url} for {download.target_words}, beside {first}"
                self._notes.add(Reason.SAME_TARGET, title, why)
                continue
            yield download

    def _newest_builds(
        self, found: list[tuple[ListedRelease, FeedEntry]]
    ) -> Iterator[ListedRelease]:
        """What was found; of several builds of a version with the files of the newest alone."""
        newest: dict[tuple[Hashable, tuple[str, str, str]], tuple[FeedEntry, Download]] = {}
        for one, entry in found:
            for download in one.downloads:
                key = self._scheme.key(one.version), download.target
                kept = newest.setdefault(key, (entry, download))
                if kept[0] is not entry and is_newer_build(entry, kept[0]):
                    newest[key] = entry, download
        for one, _ in found:
            kept_files = []
            for download in one.downloads:
                best = newest[self._scheme.key(one.version), download.target][1]
                if download.url == best.url:
                    kept_files.append(download)
                else:
                    why = f"{download.url} for {download.target_words}, beside {best.url}"
                    self._notes.add(Reason.SAME_TARGET, one.where, why)
            yield replace(one, downloads=tuple(kept_files))


def _day(entry: FeedEntry) -> date | None:
    written = entry.published_on or entry.updated_on
    return date.fromisoformat(written) if written else None
