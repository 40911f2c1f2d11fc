"""Reading records for a command, and telling of those that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from forewarn.cli.output import emit, reading, say

if TYPE_CHECKING:
    import click

    from forewarn.model.finding import Finding
    from forewarn.model.release import Statement
    from forewarn.store.catalogue.load import Loaded


# An answer from a part of the records is no answer from all of them; see kb/exit-codes.md.
PARTLY = 3
_NAMED = 5


def everything(root: Path) -> Loaded:
    """The records in the working tree; what cannot be read is for `answer` to say."""
    from forewarn.store.catalogue.load import load_worktree

    with reading() as progress:
        return load_worktree(root, progress)


def answer(
    ctx: click.Context,
    as_format: str,
    data: object,
    text: str,
    unread: Sequence[Finding],
    code: int = 0,
) -> NoReturn:
    """Print a result, say which records it had to do without, and end the command.

    It ends with `code`; with 3 where records are missing, because they might have changed it.
    JSON is then an object that says so: `unreadable` is added, and what was a list is in `results`,
    so that no program takes a part for the whole.
    """
    if unread:
        rows = [{"file": f.place.file, "line": f.place.line, "message": f.message} for f in unread]
        data = {**(data if isinstance(data, dict) else {"results": data}), "unreadable": rows}
    emit(as_format, data, text)
    for finding in unread[:_NAMED]:
        say(f"not read: {finding.place}: {finding.message}")
    # Only here: `--help` of every command comes by this module.
    from forewarn.model.finding import UNREAD_SIGHTINGS

    for finding in unread:
        if finding.rule == UNREAD_SIGHTINGS:
            say(f"  next: {finding.help}")
    if any(finding.rule != UNREAD_SIGHTINGS for finding in unread):
        more = f"and {len(unread) - _NAMED} more; " if len(unread) > _NAMED else ""
        say(f"  next: {more}mend what `forewarn check` names; until then this answer is not whole.")
    ctx.exit(PARTLY if unread else code)


def today() -> date:
    """The day where the person is."""
    return datetime.now().astimezone().date()


def statement_json(statement: Statement) -> dict[str, Any]:
    """A compatibility statement as the commands print it."""
    tag = statement.verified
    return {
        "file": statement.place.file,
        "line": statement.place.line,
        "with": statement.partner,
        "versions": str(statement.versions),
        "about": statement.about,
        "verdict": statement.verdict.value,
        "limits": statement.limits,
        "remedy": statement.remedy,
        "verified": {"by": tag.by, "on": day(tag.on), "how": tag.how, "until": day(tag.until)}
        if tag
        else None,
        "holds_until": holds_until_json(statement),
    }


def holds_until_json(statement: Statement) -> dict[str, Any] | None:
    """How far an open end holds, where its author says so: `version`, or `open` with a reason."""
    holds = statement.holds_until
    return {"version": holds.version, "open": holds.reason} if holds else None


def moment(at: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def day(value: date | None) -> str | None:
    """A date as text."""
    return value.isoformat() if value else None
