"""What the commands write is what was meant, beside what the author wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from forewarn.errors import DataError
from forewarn.store.records.edit import edit_record, one_line

NOON = datetime(2026, 5, 4, 12, 0, 30, 999, tzinfo=UTC)
RECORD = """\
---
status: staged # soon
history:
  # by telephone
  - {to: planned, at: 2026-05-01T09:30Z, by: "Jo: ops"}
  - to: staged
    at: 2026-05-02T09:30:00+02:00
# ask Jo
contains: {player: 2.70}
rollout: {windows: [{on: 2026-05-04, share: 10%}]}
---
What is new.
"""


def add(row: dict[str, Any], text: str = RECORD) -> str:
    return edit_record(
        text.encode(), lambda head: head["history"].append(one_line(row)), "releases/r/1.md"
    ).decode()


def test_a_row_is_added_and_all_else_stays_to_the_letter() -> None:
    written = add({"to": "shipped", "at": NOON.astimezone(timezone(timedelta(hours=2)))})
    row = "  - {to: shipped, at: 2026-05-04T12:00:30Z}\n"
    assert written.count(row) == 1
    assert written.replace(row, "") == RECORD


def test_a_file_that_would_be_spoilt_is_left_alone() -> None:
    with pytest.raises(DataError, match="without spoiling it"):
        add({"to": "shipped"}, RECORD.replace('"Jo: ops"}', "jo} # really"))


def test_a_value_that_nobody_changed_keeps_its_text() -> None:
    """A reader takes each plain value as it is written: TRUE is not true, and +1 is not 1."""
    lines = (
        b"a: TRUE # why\nb: +1\nc: ~\nd: 1.50\ne: 2026-05-04T10:00:00+02:00\nf: yes\ng: 0x1F\n"
        b"h: 1_000\ni: [TRUE, +1, {m: False}, NULL]\nj: 010\nk: .5\nl:\n  m: {n: On, o: -0}\n"
    )

    def change(head: Any) -> None:
        head["track"] = "beta"
        head["l"]["new"] = True

    made = edit_record(b"---\n" + lines + b"track: stable\n---\nText.\n", change, "x.md")
    assert made == b"---\n" + lines + b"  new: true\ntrack: beta\n---\nText.\n"
