"""Rows as text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, two spaces apart."""
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


# What a spreadsheet takes for the beginning of something to run, also behind what it trims.
_RUNS = "=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20"


def csv_text(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with a header; a cell that a spreadsheet would run begins with an apostrophe."""
    import csv

    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff")[:1] in {*_RUNS} - {""} else text
