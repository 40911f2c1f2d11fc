"""The state goes from the file of one machine into the database of many, or back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.store.root import STATE_FILE, STATE_FOLDER


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedState:
    """How many rows of each table went; where the old file is now, if it went from there."""

    rows: Mapping[str, int]
    aside: str | None


def move_state(
    root: Path, environ: Mapping[str, str], *, to_file: bool, now: datetime
) -> MovedState:
    """Copy the whole state from the file into the database that `database:` names, or back.

    Raises:
        UsageError: `database:` names none.
        Refused: where it is to go there is a state already, there is none where it comes from,
            something is being sent, or another process publishes or watches.
        DataError: one of them cannot be used; then nothing is changed.
    """
    from forewarn.store.state.moving import move

    aside = f"{STATE_FILE}.moved-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    rows = move(root, to_file=to_file, aside=aside, environ=environ)
    return MovedState(rows=rows, aside=None if to_file else f"{STATE_FOLDER}/{aside}")
