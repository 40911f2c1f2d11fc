"""Stating what a release does to another product."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from forewarn.errors import DataError, UsageError
from forewarn.model.release import Verdict
from forewarn.services.ask.lookup import the_product, the_release
from forewarn.services.records.editing import Saved, read, save
from forewarn.services.records.rows import who_records
from forewarn.services.records.writing import refuse_unfit
from forewarn.store.catalogue.load import load_products
from forewarn.store.records.edit import edit_record, one_line


def add_statement(
    root: Path,
    *,
    product: str,
    version: str,
    partner: str,
    versions: str,
    verdict: Verdict,
    today: date,
    about: str | None = None,
    limits: str | None = None,
    remedy: str | None = None,
    tested: str | None = None,
    by: str | None = None,
    holds_until: str | None = None,
    staff_only: bool = False,
) -> Saved:
    """Add a row to the `compatibility:` of a release and commit it, if `check` lets it.

    `tested` is how it was verified, `by` whom (a person of forewarn.yml; without one, whoever
    commits here). Without `tested` it bears no inspection tag.

    Raises:
        UsageError: a product or the release is not known, or a text cannot be used.
        Refused: the record would have an error.
        DataError: it could not be written or committed.
    """
    loaded = load_products(root, {product, partner})
    release = the_release(loaded, product, version)
    the_product(loaded, partner)
    texts = {"about": about, "limits": limits, "remedy": remedy, "test": tested}
    for name, text in texts.items():
        if text is not None:
            refuse_unfit(name, text)
    if by is not None and tested is None:
        raise UsageError(
            "whoever verified it says how", help='Add --tested "played three recordings".'
        )
    row: dict[str, Any] = {
        "with": partner,
        "versions": versions,
        "about": about,
        "verdict": verdict.value,
        "limits": limits,
        "remedy": remedy,
        "holds_until": holds_until,
        "audience": "staff" if staff_only else None,
    }
    row = {key: value for key, value in row.items() if value is not None}
    if tested is not None:
        row["verified"] = one_line({"by": by or who_records(root), "on": today, "how": tested})

    def change(head: Any) -> None:
        head.setdefault("compatibility", []).append(row)

    path = release.place.file
    base = read(root, path)
    if base is None:
        raise DataError("it is gone", where=path, help="Run this again.")
    return save(
        root,
        path,
        base=base,
        data=edit_record(base, change, path),
        message=f"State that {loaded.catalogue.name_of(product)} {release.version} "
        f"{_DOES[verdict]} {loaded.catalogue.name_of(partner)} {versions}\n",
    )


_DOES = {
    Verdict.WORKS: "works with",
    Verdict.LIMITED: "works within limits with",
    Verdict.BREAKS: "breaks",
    Verdict.UNKNOWN: "was not tested with",
}
