"""Releases that a list names: each becomes a record, unless it has one here already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from forewarn import schemes
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.product import Product
from forewarn.model.release import DECLARED, Download, Release, Status, release_path
from forewarn.model.tracks import track_for
from forewarn.model.versions.version import Scheme
from forewarn.services.imports.here import Present, VersionFiles
from forewarn.services.imports.importing import Notes, Plan, Reason
from forewarn.store.records import Record, read_record
from forewarn.store.records.problems import Problems

_PART = expression("[0-9A-Za-z]+")
_PLAIN = expression(r"(?!null$)[A-Za-z][A-Za-z0-9_-]*|https?://[A-Za-z0-9._~/%?=&+-]+", re.I)
# The days in a record that say when it was imported, and not what the list has.
_DAY_OF_IMPORT = expression(rb"^(?:imported|announced_at): .*\n", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedRelease:
    """A release as a list has it; `where` says where it stands there.

    `day` is when it shipped or is planned for. Without a `track` it is on the one that its version
    belongs to. One that is still to come and `public` is announced.
    """

    version: str
    status: Status
    track: str | None = None
    day: date | None = None
    public: bool = False
    downloads: tuple[Download, ...] = ()
    references: tuple[str, ...] = ()
    where: str = ""


def plan_releases(
    plan: Plan,
    here: Present,
    product: Product,
    wanted: Iterable[ListedRelease],
    notes: Notes,
    undated: Reason = Reason.NO_DATE,
) -> None:
    """Plan the records of what is wanted and not here; what is here and differs is noted.

    What has shipped and has no date in the list is left out, for the reason `undated`.
    """
    scheme = schemes.get(product.scheme)
    shelf = VersionFiles(here, scheme)
    for one in _by_version(wanted, product, scheme, notes):
        plan.releases += 1
        if one.status is Status.SHIPPED and one.day is None:
            notes.add(undated, one.where, f"{one.version} has no date")
            continue
        path = release_path(product.id, one.version)
        track = one.track or track_for(one.version, product.tracks, scheme)
        data = record_of(replace(one, track=track), plan.today)
        file = shelf.file_of(one.version)
        if file is None and track is None:
            tracks = " or ".join(product.tracks)
            notes.add(Reason.NO_TRACK, one.where, f"{one.version} could be on {tracks}")
        elif file is None:
            if shelf.takes(one.version, notes) and read_back(path, data, notes):
                plan.add_release(product.id, one.version, one.status, one.day, data)
        elif same_record(file, data):
            plan.same.add(path)
        elif why := _told_otherwise(path, file.read_bytes(), one):
            notes.add(Reason.DIFFERS, path, why)


def record_of(one: ListedRelease, today: date) -> bytes:
    """The bytes of a release's record.

    What has shipped is recorded as imported: it is history, which alerts nobody. Written out by
    hand: a YAML library takes a minute for a hundred thousand of these.
    """
    lines = [f"status: {one.status}"]
    if one.track:
        lines.append(f"track: {_scalar(one.track)}")
    if one.status is Status.SHIPPED:
        lines += [f"released_at: {one.day}", f"imported: {today}"]
    elif one.day:
        lines.append(f"planned_for: {one.day}")
    if one.status is not Status.SHIPPED and one.public:
        lines.append(f"announced_at: {today}")
    if one.downloads:
        lines.append("downloads:")
    for download in one.downloads:
        lines += _download_lines(download)
    if one.references:
        lines += ["reference:", *(f"  - {_scalar(url)}" for url in one.references)]
    return "\n".join(["---", *lines, "---", ""]).encode()


def same_record(file: Path, data: bytes) -> bool:
    """Whether a record has nothing else, line ends and the day of its import aside."""
    there = file.read_bytes().replace(b"\r\n", b"\n")
    return there == data or _DAY_OF_IMPORT.sub(b"", there) == _DAY_OF_IMPORT.sub(b"", data)


def read_back(path: str, data: bytes, notes: Notes) -> Record | None:
    """The record that the bytes make: what `check` would not read is not written either."""
    problems = Problems(path)
    record = read_record(path, data, problems)
    for finding in problems.findings:
        notes.add(Reason.WRONG_SHAPE, str(finding.place), finding.message)
    return None if problems.findings else record


def parts_of(version: str) -> int:
    """How many parts a version has. Of 2.7 and 2.7.0 the longer is the release, where both are
    listed; the shorter is often the mark at which the line was begun.
    """
    return len(_PART.findall(version))


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else f"'{text}'"


def _download_lines(download: Download) -> Iterator[str]:
    yield f"  - platform: {_scalar(download.platform)}"
    for key, value in (("arch", download.arch), ("edition", download.edition)):
        if value:
            yield f"    {key}: {_scalar(value)}"
    yield f"    url: {_scalar(download.url)}"
    if download.size is not None:
        yield f"    size: {download.size}"
    if download.sha256:
        yield f"    sha256: {download.sha256}"


def _by_version(
    wanted: Iterable[ListedRelease], product: Product, scheme: Scheme, notes: Notes
) -> Iterator[ListedRelease]:
    """One release for each version, whatever the order of the list and the spelling in it."""
    groups: dict[Any, list[ListedRelease]] = {}
    for one in wanted:
        groups.setdefault(scheme.key(one.version), []).append(one)
    for key in sorted(groups):
        rows = groups[key]
        status = max((one.status for one in rows), key=DECLARED.index)
        usual = track_for(rows[0].version, product.tracks, scheme)
        tracks = sorted({one.track or usual or "" for one in rows} - {""})
        agreed = []
        for one in rows:
            if len(tracks) > 1:
                why = f"{one.version} is listed on the tracks {' and '.join(tracks)}"
                notes.add(Reason.WRONG_ROW, one.where, why)
            elif one.status is not status:
                why = f"{one.version} is {one.status} here, and listed as {status}, too"
                notes.add(Reason.WRONG_ROW, one.where, why)
            else:
                agreed.append(one)
        if agreed:
            yield _together(agreed, scheme, notes)


def _together(rows: list[ListedRelease], scheme: Scheme, notes: Notes) -> ListedRelease:
    versions = {one.version for one in rows}
    version = max(versions, key=lambda text: (parts_of(text), -len(text), text))
    for other in sorted(versions - {version}):
        notes.add(Reason.EQUAL, other, f"it equals {version} under the scheme {scheme.name}")
    days = sorted({one.day for one in rows if one.day})
    if len(days) > 1:
        notes.add(Reason.SEVERAL_DATES, version, ", ".join(map(str, days)))
    return replace(
        rows[0],
        version=version,
        where=", ".join(dict.fromkeys(one.where for one in rows)),
        day=days[0] if days else None,
        track=next((one.track for one in rows if one.track), None),
        downloads=_downloads(rows, version, notes),
        references=tuple(sorted({url for one in rows for url in one.references})),
    )


def _downloads(rows: Iterable[ListedRelease], version: str, notes: Notes) -> tuple[Download, ...]:
    """A download for each platform, architecture and edition; a release has no two of one."""
    kept: dict[tuple[str, str, str], Download] = {}
    found = {download for one in rows for download in one.downloads}
    # Of two rows about one file, the one that says more of it comes first.
    for download in sorted(found, key=lambda d: (d.target, d.url, d.sha256 or "~", -(d.size or 0))):
        first = kept.setdefault(download.target, download)
        if first.url != download.url or (download.sha256 and first.sha256 != download.sha256):
            why = f"{download.url} for {download.target_words}, beside {first.url}"
            notes.add(Reason.SAME_TARGET, version, why)
    return tuple(kept.values())


def _told_otherwise(path: str, data: bytes, one: ListedRelease) -> str | None:
    """What a record here says otherwise than the list; more than the list says is no matter."""
    problems = Problems(path)
    record = read_record(path, data, problems)
    if not isinstance(record, Release) or problems.findings:
        return "it cannot be read; `forewarn check` says why"
    gone = record.status is Status.WITHDRAWN and one.status is Status.SHIPPED
    if record.status is not one.status and not gone:
        return f"the list has it as {one.status}, it is {record.status} here"
    day = record.planned_for if one.status is not Status.SHIPPED else record.released_at
    if one.day and day != one.day:
        return f"the list has {one.day}, here it is {day or 'without a date'}"
    if one.track and record.track and record.track != one.track:
        return f"the list has the track {one.track}, here it is {record.track}"
    known = {download.url for download in record.downloads}
    more = [download.url for download in one.downloads if download.url not in known]
    return f"the list has the download {more[0]}" if more else None
