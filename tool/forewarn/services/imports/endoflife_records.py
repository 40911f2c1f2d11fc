"""What a product listed by endoflife.date becomes here: its product.yml and its releases.

A cycle becomes a track, with its support. A version goes to the cycle whose name it begins with.
A cycle none of whose versions is listed is recorded by its latest version or, where that is
missing or of no use, by its own name and day.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from forewarn import schemes
from forewarn.frozen import dataclass
from forewarn.model.names import check_track, check_version
from forewarn.model.product import Alias, Product
from forewarn.model.release import Status
from forewarn.model.tracks import OTHER, beginning_of
from forewarn.model.versions.version import InvalidVersion
from forewarn.services.imports.endoflife_format import Cycle, ListedProduct
from forewarn.services.imports.importing import Notes, Reason
from forewarn.services.imports.releases import ListedRelease
from forewarn.store.records.edit import alias_rows, edit_yaml, new_yaml

_IMPORTED = "# Imported from endoflife.date."
_COMMENT = f"{_IMPORTED} Edit it freely: another import only adds cycles that are new.\n"
# That many versions without an exception are taken as a promise that there will be none.
_ENOUGH = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """A version to record."""

    version: str
    track: str
    day: date


def releases_of(listed: ListedProduct, notes: Notes) -> tuple[Dated, ...]:
    """The versions to record, those of the list before those that only a cycle names."""
    tracks = [cycle.name for cycle in listed.cycles if not check_track(cycle.name)]
    latest = {cycle.latest: cycle.name for cycle in reversed(listed.cycles) if cycle.latest}
    found: dict[Hashable, Dated] = {}
    releases = []
    for version, day in listed.versions.items():
        if problem := check_version(version):
            notes.add(Reason.UNSAFE_NAME, version, problem)
            continue
        track = _track_of(version, tracks, latest)
        releases.append(Dated(version=version, track=track, day=day))
        found[_loose(version)] = releases[-1]
    filled = {release.track for release in releases}
    for cycle in listed.cycles:
        if cycle.name in tracks and (more := _of_cycle(cycle, filled, found, notes)):
            releases.append(more)
            found[_loose(more.version)] = more
    _note_losses(listed, releases, notes)
    return tuple(releases)


def product_record(
    listed: ListedProduct, releases: tuple[Dated, ...], aliases: Iterable[Alias], notes: Notes
) -> bytes:
    """The bytes of product.yml."""
    versions = [release.version for release in releases]
    tracks = []
    for cycle in listed.cycles:
        if problem := check_track(cycle.name):
            notes.add(Reason.UNSAFE_NAME, f"cycle {cycle.name}", problem)
        else:
            tracks.append(cycle.name)
    if any(release.track == OTHER for release in releases) and OTHER not in tracks:
        tracks.append(OTHER)
    support = {cycle.name: _support(cycle, notes) for cycle in listed.cycles}
    head: dict[str, Any] = {
        "name": listed.title,
        "scheme": _scheme_for(listed, versions),
        "reference": list(listed.links),
        "tracks": tracks,
        "support": {track: support[track] for track in tracks if support.get(track)},
        "aliases": alias_rows(aliases),
    }
    return new_yaml({key: value for key, value in head.items() if value}, _COMMENT)


def is_imported(data: bytes) -> bool:
    """Whether a product.yml was made by an import."""
    return data.startswith(_IMPORTED.encode())


def without_comment(data: bytes) -> bytes:
    """A product.yml without the line that says where it comes from."""
    return data.partition(b"\n")[2] if is_imported(data) else data


def with_new_cycles(
    data: bytes,
    listed: ListedProduct,
    product: Product,
    aliases: Sequence[Alias],
    notes: Notes,
) -> bytes | None:
    """A product.yml that was imported before, with the cycles that are listed since, and their
    support and code names; None where there are none. It gets all aliases where it has no such
    key. Nothing else in it changes.

    Each stands where the list has it: before the first of those that follow it there.
    """
    names = [cycle.name for cycle in listed.cycles if not check_track(cycle.name)]
    new = [cycle for cycle in listed.cycles if cycle.name in names]
    new = [cycle for cycle in new if cycle.name not in product.tracks]
    lines = {cycle.name for cycle in new}
    if not (new or aliases):
        return None

    def change(head: Any) -> None:
        tracks = head.setdefault("tracks", list(product.tracks))
        for cycle in new:
            after = [
                tracks.index(name)
                for name in names[names.index(cycle.name) + 1 :]
                if name in tracks
            ]
            before = [at for at, name in enumerate(tracks) if name == OTHER]
            tracks.insert(min(after or before or [len(tracks)]), cycle.name)
            support = _support(cycle, Notes(notes.product))
            if support:
                head.setdefault("support", {})[cycle.name] = support

        if "aliases" not in head and aliases:
            head["aliases"] = alias_rows(aliases)
        elif named := [alias for alias in aliases if alias.line in lines]:
            # `aliases: name` is a list of one.
            there = head["aliases"] if isinstance(head["aliases"], list) else [head["aliases"]]
            head["aliases"] = [*there, *alias_rows(named)]

    return edit_yaml(data, change, product.place.file)


def wanted(release: Dated, today: date) -> ListedRelease:
    """The release as it is to be recorded.

    One that is dated after `today` is planned. It is announced, because the list is public, and
    as nobody knows since when, the day of the import is taken.
    """
    status = Status.PLANNED if release.day > today else Status.SHIPPED
    return ListedRelease(
        version=release.version, status=status, track=release.track, day=release.day, public=True
    )


def _track_of(version: str, tracks: Sequence[str], latest: Mapping[str, str]) -> str:
    """The cycle that the version falls under, else the one that names it as its latest."""
    found = beginning_of(version, tracks, schemes.get("loose"))
    track = found or latest.get(version, OTHER)
    return track if track in tracks else OTHER


def _note_losses(listed: ListedProduct, releases: Iterable[Dated], notes: Notes) -> None:
    days = {(release.track, release.day) for release in releases}
    lost = sum((c.name, c.released_at) not in days for c in listed.cycles if c.released_at)
    if lost:
        notes.add(Reason.NO_PLACE, "releaseDate of a cycle", "no release has that day", lost)
    others = [release.version for release in releases if release.track == OTHER]
    if others:
        notes.add(Reason.NO_CYCLE, f"{len(others)} versions", f"such as {others[0]}", len(others))


def _of_cycle(
    cycle: Cycle, filled: set[str], found: Mapping[Hashable, Dated], notes: Notes
) -> Dated | None:
    """The release that only the cycle itself knows of, if there is one."""
    latest = cycle.latest if cycle.latest and _usable(cycle, notes) else None
    day = cycle.latest_at
    if latest and day and _loose(latest) not in found:
        return Dated(version=latest, track=cycle.name, day=day)
    if cycle.name in filled:
        return None
    name = latest or cycle.name
    other = None if check_version(name) else found.get(_loose(name))
    if other:
        why = f"{name} is recorded as {other.version} on the track {other.track}"
        notes.add(Reason.SHARED, f"cycle {cycle.name}", why)
    elif problem := check_version(cycle.name):
        notes.add(Reason.UNSAFE_NAME, f"cycle {cycle.name}", problem)
    elif cycle.released_at is None:
        notes.add(Reason.NO_DATE, f"cycle {cycle.name}", "it has no releaseDate")
    else:
        return Dated(version=cycle.name, track=cycle.name, day=cycle.released_at)
    return None


def _usable(cycle: Cycle, notes: Notes) -> bool:
    """Whether a cycle's latest is a version with a date."""
    latest = cycle.latest or ""
    item = f"{latest}, latest of cycle {cycle.name}"
    if problem := check_version(latest):
        notes.add(Reason.UNSAFE_NAME, item, problem)
    elif not any(char.isdigit() for char in latest):
        notes.add(Reason.UNSAFE_NAME, item, "a word without a digit is no version")
    elif cycle.latest_at is None:
        notes.add(Reason.NO_DATE, item, "it has no latestReleaseDate")
    else:
        return True
    return False


def _support(cycle: Cycle, notes: Notes) -> dict[str, Any]:
    """A track's support, in such a way that it is never over here while it goes on there."""
    item = f"cycle {cycle.name}"
    active, security, extended = (
        end if isinstance(end, date) else None
        for end in (cycle.active, cycle.security, cycle.extended)
    )
    over = cycle.security is True and extended is None
    if active and not (security or extended or over):
        # The last day that is known counts as the end, and this one is not.
        notes.add(Reason.OPEN_END, item, f"active support ends on {active}, security support later")
        active = None
    if cycle.extended is False and (security or over):
        notes.add(Reason.EXTENDED_OPEN, item, "the end of security support is taken")
    stages = ("active", cycle.active), ("security", cycle.security), ("extended", cycle.extended)
    for stage, end in stages:
        if end is True and not over:
            notes.add(Reason.NO_END_DATE, item, f"{stage} support has ended")
    row = {
        "active_until": active,
        "security_until": security,
        "extended_until": extended,
        "ended": over,
    }
    return {key: value for key, value in row.items() if value}


def _scheme_for(listed: ListedProduct, versions: list[str]) -> str:
    """The strictest scheme that the versions give evidence of, and in which they are distinct."""
    candidates = ["pep440"] if listed.on_pypi else []
    if len(versions) >= _ENOUGH:
        candidates.append("semver")
    for name in candidates:
        scheme = schemes.get(name)
        try:
            keys = {scheme.key(version) for version in versions}
        except InvalidVersion:
            continue
        if len(keys) == len(versions):
            return name
    return "loose"


def _loose(version: str) -> Hashable:
    key: Hashable = schemes.get("loose").key(version)
    return key
