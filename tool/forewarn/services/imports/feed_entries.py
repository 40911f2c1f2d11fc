"""What an entry of a feed says of a release, and what of it cannot be taken over."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from forewarn import schemes
from forewarn.frozen import dataclass
from forewarn.model import variables
from forewarn.model.release import ANY_PLATFORM, Download, Status
from forewarn.model.tracks import track_named
from forewarn.net import PAGE, Limits
from forewarn.services.imports.importing import Notes, Reason
from forewarn.services.imports.releases import ListedRelease
from forewarn.sources.clean import clean, clean_url
from forewarn.sources.feed_files import EntryFile, files_of, serves
from forewarn.sources.feed_reader import FeedEntry, Parsed
from forewarn.sources.feed_reading import is_newer_build, versions_of
from forewarn.sources.versions.find import UNMATCHED
from forewarn.sources.versions.names import Names
from forewarn.sources.workers import WALL_SECONDS

LONGEST_TITLE = 100


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
    parse_seconds: float = WALL_SECONDS


class FeedEntries:
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
            title = clean(entry.title, LONGEST_TITLE) or "(no title)"
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
        if (
            entry.channel
            and not track_named(entry.channel, self._product.tracks)
            and not self._options.track
        ):
            tracks = ", ".join(self._product.tracks)
            why = f"it is on the channel {entry.channel}, and the tracks here are {tracks}"
            self._notes.add(Reason.UNKNOWN_TRACK, title, why)
            return False
        return True

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
                track=self._options.track or track_named(entry.channel, self._product.tracks),
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
                self._notes.add(Reason.BAD_LINK, title, clean(file.written, LONGEST_TITLE))
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
