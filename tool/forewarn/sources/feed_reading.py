"""What a feed shows: each of its entries, with the versions that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from forewarn.expressions import expression
from forewarn.model.file_names import as_file, file_name
from forewarn.model.sighting import Chance, Shown, Unread
from forewarn.model.versions.version import Scheme
from forewarn.model.watching.digests import files_of as known_files
from forewarn.model.watching.digests import have_digests
from forewarn.responses import Response
from forewarn.sources.clean import clean, clean_url, hides_something
from forewarn.sources.feed_files import EntryFile, files_of, is_program, serves, system_of
from forewarn.sources.feed_reader import FeedEntry, FeedReader, Parsed
from forewarn.sources.http import ChangedPage, refuse_unless_whole
from forewarn.sources.interface import Answer, Request, SourceError
from forewarn.sources.validators import with_until
from forewarn.sources.versions.declared import (
    of_tag,
    of_words,
    package_of_another,
    package_version,
    tag_of,
    with_titles_stage,
)
from forewarn.sources.versions.find import (
    HIDDEN,
    NAMELESS,
    UNMATCHED,
    FoundVersions,
    as_version,
    chance_of,
    find_in_link,
)
from forewarn.sources.versions.names import Names
from forewarn.sources.versions.titles import find_in_title

_MOST_ENTRIES = 20_000
_LONGEST_TITLE = 300
_LONGEST_NOTE = 100
_GROUPS = 7
# Counted before they are read: to parse a hundred thousand takes minutes.
_ENTRY = expression(rb"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)[\s>/]")
_WEB_PAGE = expression(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)


async def answer_of(reader: FeedReader, request: Request[Any], changed: ChangedPage) -> Answer:
    """What a feed shows that has changed, in the feed's own order; the options are `WatchedFeed`.

    Raises:
        SourceError: the answer is an error, a web page, empty, malformed or too much.
    """
    parsed = await read_feed(reader, changed.response, request.options.version)
    reading = _Reading(request, parsed, changed.response.received)
    for entry in parsed.entries:
        reading.take(entry)
    shown = reading.newest()
    return Answer(
        shown=shown,
        unread=tuple(reading.unread),
        left_out=tuple(reading.left_out),
        elsewhere=reading.elsewhere,
        entries=len(parsed.entries),
        responses=(changed.response,),
        # What breaks off half-way is read again next time, whatever the server says then.
        state=None if parsed.problem else with_until(changed.state, reading.until),
    )


async def read_feed(reader: FeedReader, response: Response, pattern: str | None) -> Parsed:
    """The feed that an answer holds; `pattern` finds the version in a title or a link.

    Raises:
        SourceError: the answer is an error, a web page, empty, malformed or too much.
    """
    refuse_unless_whole(response)
    entries = sum(1 for _ in _ENTRY.finditer(response.body))
    if entries > _MOST_ENTRIES:
        raise SourceError(
            f"the feed has {entries} entries; {_MOST_ENTRIES} is the most",
            help="Watch a shorter feed of the same vendor.",
        )
    parsed = await reader.read(response, pattern)
    _refuse_unless_a_feed(parsed, response)
    return parsed


def names_in(parsed: Parsed, names: Names) -> Names:
    """The names, beside the headlines of a feed."""
    return replace(names, titles=titles_of(parsed))


def titles_of(parsed: Parsed) -> tuple[str, ...]:
    """The headlines of a feed."""
    return tuple(entry.title for entry in parsed.entries)


def versions_of(
    entry: FeedEntry, pattern: str | None, names: Names, scheme: Scheme
) -> FoundVersions:
    """The versions that an entry is about, or why it is about none.

    With a pattern it is what that found. Without one, what the entry declares comes before words
    that people wrote: an appcast's version, the tag or the package that the link leads to. Then
    come the title, the link and the address of the file. Sparkle's build number comes last: it is
    the version only where there is no other.
    """
    if pattern:
        return _by_pattern(entry, scheme)
    title, link = clean(entry.title, _LONGEST_TITLE), clean_url(entry.link) or ""
    if entry.short_version and any(char.isdigit() for char in entry.short_version):
        if hides_something(entry.short_version):
            return FoundVersions(why=HIDDEN)
        short = clean(entry.short_version, _LONGEST_TITLE)
        found = of_words(short, names, scheme)
        if not found and entry.build.startswith(f"{short}."):
            # Shown to people as 2.7, where the scheme wants the 2.7.0 of the build.
            found = _by_build(entry, scheme) or found
        return _staged_by_title(found, title, names, scheme)
    if tag := tag_of(link, entry.id):
        return of_tag(tag, title, names, scheme)
    packaged = package_version(link)
    if packaged and (version := as_version(packaged, scheme)):
        other = package_of_another(link, names)
        return (
            FoundVersions(why=f"it is a page of {other!r}", chance=Chance.NONE)
            if other
            else FoundVersions((version,))
        )
    found = find_in_title(title, names, scheme)
    if not (_is_bare(found) if found else found.why == NAMELESS):
        return found
    places = (link, *(clean_url(row.url) or "" for row in entry.enclosures))
    linked = next(filter(None, (find_in_link(place, names, scheme) for place in places)), None)
    if linked is not None and (not found or _goes_on(linked, found)):
        return _staged_by_title(linked, title, names, scheme)
    return found or _by_build(entry, scheme) or found


def _by_pattern(entry: FeedEntry, scheme: Scheme) -> FoundVersions:
    if not entry.version:
        return FoundVersions(why=UNMATCHED)
    version = as_version(entry.version, scheme)
    why = f"{clean(entry.version, 60)!a} is no version under the scheme {scheme.name}"
    return FoundVersions((version,)) if version else FoundVersions(why=why)


def _by_build(entry: FeedEntry, scheme: Scheme) -> FoundVersions:
    version = as_version(entry.build, scheme)
    return FoundVersions((version,)) if version else FoundVersions()


def _goes_on(linked: FoundVersions, found: FoundVersions) -> bool:
    """Whether the title has only the beginning of it: "Recorder 3", whose file is 3.0.5."""
    return _is_bare(found) and linked.versions[0].startswith(f"{found.versions[0]}.")


def _is_bare(found: FoundVersions) -> bool:
    """Whether it is one number alone."""
    return len(found.versions) == 1 and found.versions[0].isdigit()


def _staged_by_title(
    found: FoundVersions, title: str, names: Names, scheme: Scheme
) -> FoundVersions:
    return with_titles_stage(found.versions[0], title, names, scheme) if found else found


def _refuse_unless_a_feed(parsed: Parsed, response: Response) -> None:
    if not parsed.kind:
        if _WEB_PAGE.match(response.body[:4000]):
            raise SourceError(
                "a web page came where a feed was expected",
                help="Look for the feed's own address; a log-in page may have come instead.",
            )
        if response.body.lstrip()[:1] in (b"{", b"["):
            raise SourceError(
                "JSON came where a feed was expected",
                help="RSS, Atom, JSON Feed and appcasts are read; other JSON is by type `data`.",
            )
        raise SourceError(
            "what came is neither an RSS nor an Atom feed",
            help="Look for the feed's own address, often linked on the page of the downloads.",
        )
    if parsed.problem and not parsed.entries:
        raise SourceError(
            f"the feed is malformed and has no entries: {clean(parsed.problem, 200)}",
            help="Try again later; if it stays so, tell whoever publishes the feed.",
        )


class _Reading:
    """The entries of one feed, as what they show."""

    def __init__(self, request: Request[Any], parsed: Parsed, now: float) -> None:
        self._request = request
        self._platform, self._scheme = request.platform, request.scheme
        self._pattern = request.options.version
        self._now = now
        # When a rollout is offered to more of them.
        self.until: float | None = None
        self._names = Names(
            request.product,
            request.prefixes,
            others=request.others,
            titles=titles_of(parsed),
        )
        self._shown: list[tuple[Shown, FeedEntry]] = []
        self.unread: list[Unread] = []
        self.left_out: list[Unread] = []
        self.elsewhere = 0

    def take(self, entry: FeedEntry) -> None:
        # Most entries have no files.
        files = self._files_of(entry) if entry.enclosures or self._platform else []
        if files is None:
            return
        title, link = clean(entry.title, _LONGEST_TITLE), clean_url(entry.link)
        found = versions_of(entry, self._pattern, self._names, self._scheme)
        if not found.versions:
            url = link or next((f.url for f in files if f.url), None) or self._request.place
            key = clean(entry.id, _LONGEST_TITLE) or f"{link or ''} {title}"
            chance = chance_of(found, is_file=bool(files) or is_program(url))
            self.unread.append(Unread(key=key, title=title, url=url, why=found.why, chance=chance))
        # A file that comes with several versions is that of one, and nobody says of which.
        targets = _by_target(files) if files and len(found.versions) == 1 else [[]]
        for version in found.versions:
            for alike in targets:
                self._shown.append((self._one(entry, version, title, link, alike), entry))

    def _files_of(self, entry: FeedEntry) -> list[EntryFile] | None:
        """An entry's files for the row's system; None where the entry is for another."""
        own, platform = self._request.product.platforms, self._platform
        files = list(files_of(entry, own)) if entry.enclosures else []
        if platform:
            systems = [file.system for file in files] or [system_of(entry)]
            if not any(serves(platform, system) for system in systems):
                self.elsewhere += 1
                self._leave_out(entry, f"it is for {' and '.join(sorted(filter(None, systems)))}")
                return None
            files = [file for file in files if serves(platform, file.system)]
        return [file for file in files if file.url]

    def _leave_out(self, entry: FeedEntry, why: str) -> None:
        title, url = clean(entry.title, _LONGEST_TITLE), clean_url(entry.link)
        key = clean(entry.id, _LONGEST_TITLE) or title
        self.left_out.append(Unread(key=key, title=title, url=url or self._request.place, why=why))

    def newest(self) -> tuple[Shown, ...]:
        """What is shown, in the feed's order; of several builds of a version the newest alone."""
        kept: dict[tuple[str | None, ...], tuple[Shown, FeedEntry]] = {}
        dropped: dict[tuple[str | None, ...], list[tuple[Shown, FeedEntry]]] = {}
        for one, entry in self._shown:
            key = (one.version, one.platform, one.arch, one.channel)
            before = kept.get(key)
            if before is None or is_newer_build(entry, before[1]):
                kept[key] = (one, entry)
            if before is not None:
                older = before if kept[key][1] is entry else (one, entry)
                dropped.setdefault(key, []).append(older)
                self._leave_out(older[1], f"another entry of {one.version} comes before it")
        steps = (next_step(entry, self._now) for _, entry in kept.values() if entry.declares)
        self.until = min((step for step in steps if step is not None), default=None)
        return tuple(
            _with_further(*row, dropped[key]) if key in dropped else row[0]
            for key, row in kept.items()
        )

    def _one(
        self, entry: FeedEntry, version: str, title: str, link: str | None, files: list[EntryFile]
    ) -> Shown:
        file = files[0] if files else None
        return Shown(
            version=version,
            url=link or (file.url if file else None) or self._request.place,
            title=title,
            platform=self._request.platform or (file.platform if file else None),
            published=datetime.fromisoformat(entry.published) if entry.published else None,
            arch=file.arch if file else None,
            channel=(clean(entry.channel, _LONGEST_NOTE) or None) if entry.channel else None,
            download=file.url if file else None,
            size=file.size if file else None,
            sha256=file.sha256 if file else None,
            rollout=rollout_of(entry, self._now) if entry.declares else None,
            notes=tuple(notes_of(entry)) if entry.declares or entry.hardware else (),
            others=_others(files) if len(files) > 1 else (),
        )


def _others(files: list[EntryFile]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The files for the same system behind the first, each with its address and its digest."""
    if not any(file.sha256 for file in files):
        return ()
    return tuple(
        (file.url or "", (("sha256", file.sha256),) if file.sha256 else ()) for file in files[1:]
    )


def _with_further(one: Shown, entry: FeedEntry, others: Iterable[tuple[Shown, FeedEntry]]) -> Shown:
    """What is shown of a version, with the files of other entries that are no older builds of it.

    A vendor may have an entry for the archive and one for the installer.
    """
    further = tuple(
        file
        for other, its in others
        if _build(its) == _build(entry) and _kinds(other) != _kinds(one)
        for file in known_files(other)
    )
    known = (*one.others, *further)
    return replace(one, others=known) if have_digests([*known_files(one), *further]) else one


def _kinds(one: Shown) -> str:
    """How the name of its file ends."""
    found = as_file(file_name(one.download or "") or "")
    return found["kinds"] if found else ""


def rollout_of(entry: FeedEntry, now: float) -> int | None:
    """How many percent Sparkle offers it to at `now` (seconds since 1970); None: to all.

    There are seven groups, one more after each interval from the day it was published. What is
    critical goes to all at once.
    """
    phases = _phases(entry)
    if phases is None:
        return None
    began, seconds = phases
    return round(100 * _groups(began, seconds, now) / _GROUPS)


def next_step(entry: FeedEntry, now: float) -> float | None:
    """When Sparkle offers it to one group more (seconds since 1970); None: it does so no more."""
    phases = _phases(entry)
    if phases is None:
        return None
    began, seconds = phases
    groups = _groups(began, seconds, now)
    return None if groups == _GROUPS else began + groups * seconds


def _groups(began: float, seconds: int, now: float) -> int:
    return min(_GROUPS, 1 + max(0, int((now - began) // seconds))) if seconds else _GROUPS


def _phases(entry: FeedEntry) -> tuple[float, int] | None:
    """When its rollout began, and the seconds between its groups; None where it has none."""
    interval = entry.declares.get("phasedrolloutinterval", "")
    critical = "criticalupdate" in entry.declares
    if not (interval.isascii() and interval.isdigit()) or critical or not entry.published:
        return None
    return datetime.fromisoformat(entry.published).timestamp(), int(interval[:9])


def notes_of(entry: FeedEntry) -> Iterator[str]:
    """What an entry declares and no field of a sighting has, as words."""
    for name, value in entry.declares.items():
        yield clean(f"sparkle:{name} {value}", _LONGEST_NOTE)
    if entry.hardware:
        yield clean(f"sparkle:hardwarerequirements {entry.hardware}", _LONGEST_NOTE)


def _by_target(files: list[EntryFile]) -> list[list[EntryFile]]:
    """The files for each system and architecture, the one that is named first before others."""
    found: dict[tuple[str | None, str | None], list[EntryFile]] = {}
    for file in files:
        found.setdefault((file.platform, file.arch), []).append(file)
    return list(found.values())


def is_newer_build(one: FeedEntry, other: FeedEntry) -> bool:
    """Whether an entry is of a newer build than another: by its number, else by its day."""
    numbers = [_build(entry) for entry in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return numbers[0] > numbers[1]
    return bool(one.published and other.published and one.published > other.published)


def _build(entry: FeedEntry) -> tuple[int, ...]:
    return tuple(map(int, re.findall("[0-9]+", entry.build)))
