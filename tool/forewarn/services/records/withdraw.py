"""Taking a shipped release back; it is one commit of its own file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from forewarn.errors import Refused, UsageError
from forewarn.model.release import Release, Status
from forewarn.services.ask.lookup import release_of, the_release
from forewarn.services.records.gate import refuse_future
from forewarn.services.records.rows import add_step, complete_history, who_records
from forewarn.services.records.writing import (
    paragraph,
    rewrite_and_commit,
    the_reason,
    trailer,
    what_now,
)
from forewarn.store.catalogue.some import load_products
from forewarn.store.git.writer import alone


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
            else what_now(root, release),
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

    rewrite_and_commit(
        root,
        release,
        change,
        f"Withdraw {loaded.catalogue.name_of(product)} {release.version}\n\n{paragraph(why)}"
        + trailer("Forewarn-Event", f"withdrawn {release}"),
    )
    return release_of(root, product, version)
