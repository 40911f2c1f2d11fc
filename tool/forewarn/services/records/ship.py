"""Shipping a release, if the gate lets it through; it is one commit of its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forewarn.errors import Refused
from forewarn.frozen import dataclass
from forewarn.model.release import Release, Status
from forewarn.services.ask.lookup import the_release
from forewarn.services.records.gate import (
    load_gated,
    refuse_breaking,
    refuse_future,
    refuse_unshippable,
    untested,
)
from forewarn.services.records.rows import add_step, complete_history, end_withdrawal, who_records
from forewarn.services.records.writing import (
    is_said_only_here,
    refuse_unsafe,
    rewrite_and_commit,
    the_reason,
    trailer,
    write_and_commit,
)
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.git.writer import one_writer

if TYPE_CHECKING:
    # It brings a web client along, which `identify` can do without.
    from forewarn.net import Digest


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
            rewrite_and_commit(root, now, change, message)
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


def _fill_in(rows: Any, digests: Mapping[str, Digest]) -> None:
    for row in rows:
        digest = digests.get(row["url"])
        if digest:
            row.setdefault("size", digest.size)
            row.setdefault("sha256", digest.sha256)
