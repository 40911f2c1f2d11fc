"""Stating what a release does to another product."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from forewarn.errors import DataError, UsageError
from forewarn.frozen import dataclass
from forewarn.model.release import Verdict
from forewarn.services.ask.lookup import the_product, the_release
from forewarn.services.records.editing import Saved, read, save
from forewarn.services.records.rows import who_records
from forewarn.services.records.writing import refuse_unfit
from forewarn.store.catalogue.some import load_products
from forewarn.store.records.edit import edit_record, one_line


@dataclass(frozen=True, kw_only=True, slots=True)
class ToState:
    """What a release does to `versions` of another product, the `partner`.

    `tested` is how it was verified, `by` whom (a person of forewarn.yml; without one, whoever
    commits here). Without `tested` it bears no inspection tag.
    """

    product: str
    version: str
    partner: str
    versions: str
    verdict: Verdict
    about: str | None = None
    limits: str | None = None
    remedy: str | None = None
    tested: str | None = None
    by: str | None = None
    holds_until: str | None = None
    staff_only: bool = False


def add_statement(root: Path, asked: ToState, today: date) -> Saved:
    """Add a row to the `compatibility:` of a release and commit it, if `check` lets it.

    Raises:
        UsageError: a product or the release is not known, or a text cannot be used.
        Refused: the record would have an error.
        DataError: it could not be written or committed.
    """
    loaded = load_products(root, {asked.product, asked.partner})
    release = the_release(loaded, asked.product, asked.version)
    the_product(loaded, asked.partner)
    _refuse_unusable(asked)
    row = _row(root, asked, today)

    def change(head: Any) -> None:
        head.setdefault("compatibility", []).append(row)

    path = release.place.file
    base = read(root, path)
    if base is None:
        raise DataError("it is gone", where=path, help="Run this again.")
    name, partner = map(loaded.catalogue.name_of, (asked.product, asked.partner))
    return save(
        root,
        path,
        base=base,
        data=edit_record(base, change, path),
        message=f"State that {name} {release.version} {_DOES[asked.verdict]} {partner} "
        f"{asked.versions}\n",
    )


def _refuse_unusable(asked: ToState) -> None:
    texts = {
        "about": asked.about,
        "limits": asked.limits,
        "remedy": asked.remedy,
        "test": asked.tested,
    }
    for name, text in texts.items():
        if text is not None:
            refuse_unfit(name, text)
    if asked.by is not None and asked.tested is None:
        raise UsageError(
            "whoever verified it says how", help='Add --tested "played three recordings".'
        )


def _row(root: Path, asked: ToState, today: date) -> dict[str, Any]:
    """The row, with no key that says nothing."""
    row: dict[str, Any] = {
        "with": asked.partner,
        "versions": asked.versions,
        "about": asked.about,
        "verdict": asked.verdict.value,
        "limits": asked.limits,
        "remedy": asked.remedy,
        "holds_until": asked.holds_until,
        "audience": "staff" if asked.staff_only else None,
    }
    row = {key: value for key, value in row.items() if value is not None}
    if asked.tested is not None:
        by = asked.by or who_records(root)
        row["verified"] = one_line({"by": by, "on": today, "how": asked.tested})
    return row


_DOES = {
    Verdict.WORKS: "works with",
    Verdict.LIMITED: "works within limits with",
    Verdict.BREAKS: "breaks",
    Verdict.UNKNOWN: "was not tested with",
}
