"""What is kept of how a place looked, to compare it with how it looks later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.sighting import Reach, Shown
from forewarn.model.versions.comparator import is_version
from forewarn.model.versions.version import InvalidVersion, Scheme
from forewarn.model.watching.conclusion import Apart, DatedBack, Empty, Expired, NamedLower
from forewarn.model.watching.news import KnownVersions

# Machines that serve one place are a little apart.
_SLACK = timedelta(hours=1)
# A page is made before its files are there.
_EMPTY = timedelta(minutes=15)
# How long one place may be behind another.
_APART = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionNamed:
    """The highest version that a place names for a platform on a channel, since a moment."""

    version: str
    since: datetime
    platform: str | None = None
    channel: str | None = None

    @property
    def line(self) -> tuple[str | None, str | None]:
        """What it is the highest of."""
        return self.platform, self.channel


@dataclass(frozen=True, kw_only=True, slots=True)
class EmptyPage:
    """A version that has a page and no files, since a moment."""

    version: str
    url: str
    title: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Glimpse:
    """How a place looked when it was read last; `source` is what names it to people.

    `named` leaves out pre-releases. `dated` is the latest day that the place said it was of.
    """

    source: str
    reach: Reach
    read_at: datetime
    named: tuple[VersionNamed, ...] = ()
    empty: tuple[EmptyPage, ...] = ()
    dated: datetime | None = None
    valid_until: datetime | None = None


def names(
    shown: Iterable[Shown], before: Glimpse | None, scheme: Scheme, moment: datetime
) -> tuple[VersionNamed, ...]:
    """The highest versions that a place names now; what it named before keeps its moment."""
    highest: dict[tuple[str | None, str | None], tuple[Any, str]] = {}
    for item in shown:
        line = item.platform, item.channel
        key = _final_key(scheme, item.version)
        if key is not None and (line not in highest or key > highest[line][0]):
            highest[line] = key, item.version
    since = {(one.line, one.version): one.since for one in (before.named if before else ())}
    return tuple(
        VersionNamed(
            version=version,
            since=since.get((line, version), moment),
            platform=line[0],
            channel=line[1],
        )
        for line, (_, version) in highest.items()
    )


def empty_pages(
    shown: Iterable[Shown], before: Glimpse | None, moment: datetime
) -> tuple[EmptyPage, ...]:
    """The versions that have a page and no files now."""
    since = {(one.version, one.url): one.since for one in (before.empty if before else ())}
    return tuple(
        EmptyPage(
            version=item.version,
            url=item.url,
            title=item.title,
            since=since.get((item.version, item.url), moment),
        )
        for item in shown
        if item.empty
    )


def turned_back(
    before: Glimpse | None, now: Glimpse, dated: datetime | None, known: KnownVersions
) -> Iterator[NamedLower | DatedBack]:
    """What a place says that is older than what it said; `dated` is the day that it names now.

    A place that shows the newest version alone may name a patch of an older line next: only where
    it names what was known before, the higher one may have been taken back.
    """
    if before is None:
        return
    if dated and before.dated and dated < before.dated - _SLACK:
        yield DatedBack(source=now.source, before=before.dated, after=dated)
    if now.reach is not Reach.LATEST:
        return
    earlier = {one.line: one.version for one in before.named}
    for one in now.named:
        then = earlier.get(one.line)
        if then and known.is_lower(one.version, then) and known.is_known(one.version):
            yield NamedLower(source=now.source, before=then, now=one.version, platform=one.platform)


def overdue(view: Glimpse, now: datetime) -> Iterator[Empty | Expired]:
    """What follows from how a place looked once some time has passed."""
    for page in view.empty:
        if page.since <= now - _EMPTY:
            yield Empty(version=page.version, url=page.url, title=page.title, since=page.since)
    if view.valid_until and view.valid_until < now:
        yield Expired(source=view.source, valid_until=view.valid_until)


def apart(views: Sequence[Glimpse], scheme: Scheme, now: datetime) -> Iterator[Apart]:
    """Which places of a product are behind another one for more than a day.

    What names no platform is compared with all; a place that was not read since is not asked. Of
    several that have a version, the first counts: whoever is behind is told of once.
    """
    for behind in views:
        found: dict[tuple[str, str], Apart] = {}
        for ahead in views:
            one = _ahead_of(behind, ahead, scheme, now)
            if one is None:
                continue
            key = (one.version, one.now)
            found[key] = min(found.get(key, one), one, key=lambda each: (each.since, each.ahead))
        yield from found.values()


def _ahead_of(behind: Glimpse, ahead: Glimpse, scheme: Scheme, now: datetime) -> Apart | None:
    if ahead is behind or ahead.source == behind.source:
        return None
    for one in ahead.named:
        late = one.since + _APART
        other = _counterpart(one, behind)
        if other is None or now < late or behind.read_at < late:
            continue
        if _is_lower(scheme, other.version, one.version):
            return Apart(
                version=one.version,
                ahead=ahead.source,
                behind=behind.source,
                now=other.version,
                since=one.since,
            )
    return None


def _counterpart(one: VersionNamed, view: Glimpse) -> VersionNamed | None:
    """What a place names where another one names `one`; None where it may have none of it."""
    alike = [
        named
        for named in view.named
        if (named.channel == one.channel and None in (named.platform, one.platform))
        or named.line == one.line
    ]
    return alike[0] if len(alike) == 1 else None


def _final_key(scheme: Scheme, version: str) -> Any:
    try:
        return None if scheme.final(version) else scheme.key(version)
    except InvalidVersion:
        return None


def _is_lower(scheme: Scheme, version: str, other: str) -> bool:
    if not (is_version(version, scheme) and is_version(other, scheme)):
        return False
    return bool(scheme.key(version) < scheme.key(other))
