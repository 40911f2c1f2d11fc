"""Recording, staging, shipping and withdrawing a release; each is one commit of its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forewarn.errors import Refused, UsageError
from forewarn.frozen import dataclass
from forewarn.model.release import Download, Release, Status, release_path
from forewarn.services.ask.lookup import (
    refuse_unknown_track,
    release_of,
    the_product,
    the_release,
    the_track,
)
from forewarn.services.records.gate import (
    load_gated,
    refuse_bad_downloads,
    refuse_bad_version,
    refuse_breaking,
    refuse_future,
    refuse_recorded,
    refuse_twin,
    refuse_unshippable,
    untested,
)
from forewarn.services.records.rows import (
    add_step,
    complete_history,
    download_row,
    end_withdrawal,
    who_records,
)
from forewarn.services.records.writing import (
    is_said_only_here,
    refuse_unsafe,
    the_reason,
    trailer,
    write_and_commit,
)
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.some import load_products
from forewarn.store.git.writer import alone, one_writer
from forewarn.store.records.edit import edit_record, new_record

if TYPE_CHECKING:
    # It brings a web client along, which `identify` can do without.
    from forewarn.net import Digest


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
        f"Record {record.name} {version} as {status.value}\n\n{_paragraph(note)}"
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
            else _what_now(root, release),
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

    _rewrite(
        root,
        release,
        change,
        f"Plan {loaded.catalogue.name_of(product)} {release.version} for {planned_for}\n\n"
        + trailer("Forewarn-Event", f"date_changed {release}"),
    )
    return release_of(root, product, version)


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """A shipped release, and what the release manager should still know."""

    release: Release
    untested: tuple[str, ...]


def ship_release(
    root: Path,
    *,
    product: str,
    version: str,
    on: date,
    at: datetime,
    accept_risk: str | None = None,
    reinstate: str | None = None,
    fetch: Callable[[Release], Mapping[str, Digest]] = lambda release: {},
) -> Shipped:
    """Declare a release shipped on a day, if the gate lets it through. Commits it.

    The gate: it has a download, and no product that must keep in lockstep has a newest shipped
    version that breaks with it without a remedy. `accept_risk` is the reason to pass all the
    same; it is kept in the commit. `reinstate` is why a withdrawn release returns; it keeps the
    day of its release, and what the withdrawal said goes into its history. `fetch` is called once
    the gate is open, and may refuse as well; what it returns (url → digest) fills in the sizes and
    hashes that the record does not have. Nobody waits for it: the gate is asked again after it.
    The commit takes the file as it lies in the working tree,
    with edits that were not committed yet.

    Raises:
        Refused: the gate is closed, or the release has shipped or was withdrawn; nothing is
            written.
        UsageError: there is no such release, the day has not come, or a reason is empty.
        DataError: it could not be written or committed.
    """
    refuse_future(on, at)
    reason = None if reinstate is None else the_reason(reinstate, "--reinstate")
    if accept_risk is not None:
        refuse_unsafe("reason", accept_risk)

    def gated() -> tuple[Loaded, Release]:
        loaded = load_gated(root, product)
        release = the_release(loaded, product, version)
        if reason is not None or not _is_shipped_by_hand(root, release):
            refuse_unshippable(release, reinstate=reason is not None)
        if accept_risk is None:
            refuse_breaking(loaded, release)
        return loaded, release

    with one_writer(root):
        _, release = gated()
    by, digests = who_records(root), fetch(release)
    with one_writer(root):
        loaded, now = gated()
        if now.downloads != release.downloads:
            raise Refused(
                f"the downloads of {release} have changed while they were fetched",
                where=release.place.file,
                help="Run this again.",
            )
        change = _shipping(now, on=on, at=at, by=by, reason=reason, digests=digests)
        message = _ship_message(loaded.catalogue.name_of(product), now, reason, accept_risk)
        if now.status is Status.SHIPPED:
            path = now.place.file
            write_and_commit(root, {path: (root / path).read_bytes()}, message)
        else:
            _rewrite(root, now, change, message)
    after = load_gated(root, product)
    return Shipped(release=the_release(after, product, version), untested=untested(after, release))


def _is_shipped_by_hand(root: Path, release: Release) -> bool:
    """Whether its file says that it has shipped, and no commit does: nobody has heard of it."""
    return (
        release.status is Status.SHIPPED
        and bool(release.downloads)
        and is_said_only_here(root, release)
    )


def _shipping(
    release: Release,
    *,
    on: date,
    at: datetime,
    by: str,
    reason: str | None,
    digests: Mapping[str, Digest],
) -> Callable[[Any], None]:
    """What shipping changes in a record; `reason` is why a withdrawn release returns."""

    def change(head: Any) -> None:
        complete_history(head, release, at.date())
        if reason is None:
            head["released_at"] = on
        else:
            end_withdrawal(head, release)
        if release.status is Status.PLANNED:
            add_step(head, Status.STAGED, at, by)
        add_step(head, Status.SHIPPED, at, by, reason)
        _fill_in(head["downloads"], digests)

    return change


def _ship_message(name: str, release: Release, reason: str | None, risk: str | None) -> str:
    subject = f"Ship {name} {release.version}" + (f" again\n\n{reason}" if reason else "")
    return (
        f"{subject}\n\n"
        + trailer("Forewarn-Event", f"shipped {release}")
        + (trailer("Forewarn-Accepted-Risk", risk) if risk else "")
    )


@alone
def withdraw_release(
    root: Path,
    *,
    product: str,
    version: str,
    on: date,
    at: datetime,
    reason: str,
    replacement: str | None = None,
) -> Release:
    """Take a shipped release back, with the reason and what to use instead. Commits it.

    Raises:
        Refused: it has not shipped, or was withdrawn before.
        UsageError: the release or its replacement is not recorded, or the day cannot be.
        DataError: it could not be written or committed.
    """
    refuse_future(on, at)
    loaded = load_products(root, {product})
    release = the_release(loaded, product, version)
    why = the_reason(reason, "--reason")
    if release.status is not Status.SHIPPED:
        raise Refused(
            f"{release} is {release.status.value}; only a shipped release can be withdrawn",
            where=release.place.file,
            help="Remove its file if it was recorded by mistake."
            if release.status is not Status.WITHDRAWN
            else _what_now(root, release),
        )
    if release.released_at and on < release.released_at:
        raise UsageError(
            f"{release} was released on {release.released_at}, after {on}",
            help="Give the day of the withdrawal: --on DATE.",
        )
    instead = the_release(loaded, product, replacement) if replacement else None
    if instead == release:
        raise UsageError(f"{release} cannot replace itself", help="Name another release.")
    by = who_records(root)

    def change(head: Any) -> None:
        complete_history(head, release, at.date())
        head["withdrawn"] = {"on": on, "reason": why}
        if instead:
            head["withdrawn"]["replacement"] = instead.version
        add_step(head, Status.WITHDRAWN, at, by)

    _rewrite(
        root,
        release,
        change,
        f"Withdraw {loaded.catalogue.name_of(product)} {release.version}\n\n{_paragraph(why)}"
        + trailer("Forewarn-Event", f"withdrawn {release}"),
    )
    return release_of(root, product, version)


def _what_now(root: Path, release: Release) -> str:
    if is_said_only_here(root, release):
        path = release.place.file
        return f"No commit has it yet, so nobody hears of it: `git commit -- {path}`."
    return "Nothing is to be done."


def _rewrite(root: Path, release: Release, change: Callable[[Any], None], message: str) -> None:
    path = release.place.file
    data = edit_record((root / path).read_bytes(), change, path)
    write_and_commit(root, {path: data}, message)


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

    _rewrite(
        root,
        existing,
        change,
        f"Stage {existing.product} {existing.version}\n\n{_paragraph(note)}"
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


def _fill_in(rows: Any, digests: Mapping[str, Digest]) -> None:
    for row in rows:
        digest = digests.get(row["url"])
        if digest:
            row.setdefault("size", digest.size)
            row.setdefault("sha256", digest.sha256)


def _paragraph(text: str) -> str:
    return f"{' '.join(text.split())}\n\n" if text.strip() else ""
