"""Recording, staging and planning a release; each is one commit of its own file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forewarn.errors import Refused
from forewarn.model.release import Download, Release, Status, release_path
from forewarn.services.ask.lookup import (
    refuse_unknown_track,
    release_of,
    the_product,
    the_release,
    the_track,
)
from forewarn.services.records.gate import (
    refuse_bad_downloads,
    refuse_bad_version,
    refuse_recorded,
    refuse_twin,
)
from forewarn.services.records.rows import (
    add_step,
    download_row,
    who_records,
)
from forewarn.services.records.writing import (
    is_said_only_here,
    paragraph,
    rewrite_and_commit,
    trailer,
    what_now,
    write_and_commit,
)
from forewarn.store.catalogue.some import load_products
from forewarn.store.git.writer import alone
from forewarn.store.records.edit import new_record

if TYPE_CHECKING:
    # It brings a web client along, which `identify` can do without.
    pass


@alone
def add_release(
    root: Path,
    *,
    product: str,
    version: str,
    at: datetime,
    track: str | None = None,
    planned_for: date | None = None,
    downloads: tuple[Download, ...] = (),
    note: str = "",
    contains: Mapping[str, str] | None = None,
) -> Release:
    """Record a release: planned where it has a planned date, else staged. Commits it.

    Without a `track` it is on the one that it belongs to by its version (`model.tracks`).
    `at` is now, and goes into its history. `note` goes into the commit message. `contains` is,
    for a suite, the version of each product in it. A release that
    is recorded as planned or staged takes the downloads and is staged then, where no planned
    date is given.

    Raises:
        UsageError: the product, version, track or a download cannot be used, or its version
            does not say which track it is on.
        Refused: the version is already recorded, or an equal one is.
        DataError: it could not be written or committed; nothing is left behind.
    """
    loaded = load_products(root, {product, *(contains or ())})
    record = the_product(loaded, product)
    refuse_bad_version(loaded, product, version)
    members = {part: the_release(loaded, part, v).version for part, v in (contains or {}).items()}
    refuse_bad_downloads((), downloads)
    refuse_unknown_track(record, track)
    existing = loaded.catalogue.find_release(product, version)
    if existing:
        refuse_recorded(existing, downloads, planned_for)
        return _stage(root, existing, downloads, at, note)
    refuse_twin(root, product, version)
    track = track or the_track(loaded, record, version)
    status = Status.PLANNED if planned_for else Status.STAGED
    head: dict[str, Any] = {"status": status.value, "track": track}
    if planned_for:
        head["planned_for"] = planned_for
    if downloads:
        head["downloads"] = _new_rows((), downloads)
    if members:
        head["contains"] = members
    add_step(head, status, at, who_records(root))
    write_and_commit(
        root,
        {release_path(product, version): new_record(head, "")},
        f"Record {record.name} {version} as {status.value}\n\n{paragraph(note)}"
        + trailer("Forewarn-Event", f"{status.value} {product}@{version}"),
    )
    return release_of(root, product, version)


@alone
def stage_release(
    root: Path,
    *,
    product: str,
    version: str,
    at: datetime,
    downloads: tuple[Download, ...] = (),
    note: str = "",
) -> Release:
    """Declare a planned release staged: it is built, and not out. Commits it.

    `note` goes into the commit message.

    Raises:
        UsageError: there is no such release, or a download cannot be used.
        Refused: it is not planned.
        DataError: it could not be written or committed.
    """
    release = release_of(root, product, version)
    if release.status is not Status.PLANNED:
        raise Refused(
            f"{release} is {release.status.value}; only a planned release becomes staged",
            where=release.place.file,
            help="`forewarn release add` gives a staged release more downloads."
            if release.status is Status.STAGED and not is_said_only_here(root, release)
            else what_now(root, release),
        )
    return _stage(root, release, downloads, at, note)


@alone
def plan_release(root: Path, *, product: str, version: str, planned_for: date) -> Release:
    """Move the day for which a release is planned. Commits it.

    Raises:
        UsageError: there is no such release.
        Refused: it has shipped or was withdrawn, or it is planned for that day already.
        DataError: it could not be written or committed.
    """
    loaded = load_products(root, {product})
    release = the_release(loaded, product, version)
    if release.status not in (Status.PLANNED, Status.STAGED):
        raise Refused(
            f"{release} is {release.status.value}; only what is to come can be planned",
            where=release.place.file,
            help="Nothing is to be done; edit the file to correct a date.",
        )
    if release.planned_for == planned_for:
        raise Refused(
            f"{release} is planned for {planned_for} already",
            where=release.place.file,
            help="Nothing is to be done.",
        )

    def change(head: Any) -> None:
        head["planned_for"] = planned_for

    rewrite_and_commit(
        root,
        release,
        change,
        f"Plan {loaded.catalogue.name_of(product)} {release.version} for {planned_for}\n\n"
        + trailer("Forewarn-Event", f"date_changed {release}"),
    )
    return release_of(root, product, version)


def _stage(
    root: Path, existing: Release, downloads: tuple[Download, ...], at: datetime, note: str
) -> Release:
    refuse_bad_downloads(existing.downloads, downloads)
    new = _new_rows(existing.downloads, downloads)
    by = who_records(root)

    def change(head: Any) -> None:
        if new:
            head.setdefault("downloads", []).extend(new)
        if existing.status is Status.PLANNED:
            add_step(head, Status.STAGED, at, by)

    rewrite_and_commit(
        root,
        existing,
        change,
        f"Stage {existing.product} {existing.version}\n\n{paragraph(note)}"
        + trailer("Forewarn-Event", f"staged {existing}"),
    )
    return release_of(root, existing.product, existing.version)


def _new_rows(known: tuple[Download, ...], downloads: tuple[Download, ...]) -> list[dict[str, Any]]:
    there = {download.target for download in known}
    return [
        download_row(download)
        for target, download in {download.target: download for download in downloads}.items()
        if target not in there
    ]
