"""Asking a service for a command, and telling of the records that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeVar

from forewarn.cli.output import emit, knowledge_base, reading, say
from forewarn.cli.streams import AnswerCode

if TYPE_CHECKING:
    from pathlib import Path

    import click

    from forewarn.model.finding import Finding
    from forewarn.store.catalogue.reader import Progress

# An answer from a part of the records is no answer from all of them; see kb/exit-codes.md.
PARTLY = 3
_NAMED = 5

Question = TypeVar("Question", contravariant=True)
Found = TypeVar("Found", covariant=True)
Told = TypeVar("Told", bound="Partial")


class Answering(Protocol[Question, Found]):
    """What answers one kind of question from a knowledge base."""

    def __call__(
        self, root: Path, question: Question, *, today: date, progress: Progress | None
    ) -> Found:
        """The answer."""


class Partial(Protocol):
    """An answer that says what could not be read; with nothing there, it is whole."""

    @property
    def unread(self) -> Sequence[Finding]:
        """What could not be read, record by record."""


def ask(ctx: click.Context, service: Answering[Question, Found], question: Question) -> Found:
    """Put a question to a service, on the records in the working tree, today."""
    root = knowledge_base(ctx)
    with reading() as progress:
        return service(root, question, today=today(), progress=progress)


def answer(
    ctx: click.Context,
    as_format: str,
    found: Told,
    as_json: Callable[[Told], object],
    as_text: Callable[[Told], str],
    code: int = 0,
) -> NoReturn:
    """Print an answer, say which records it had to do without, and end the command.

    It ends with `code`; with 3 where records are missing, because they might have changed it.
    JSON is then an object that says so: `unreadable` is added, and what was a list is in `results`,
    so that no program takes a part for the whole. Only what is printed is made.
    """
    unread = found.unread
    if as_format == "json":
        emit(as_format, _with_unreadable(as_json(found), unread), "")
    else:
        emit(as_format, None, as_text(found))
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
    ctx.exit(AnswerCode(PARTLY if unread else code))


def today() -> date:
    """The day where the person is."""
    return datetime.now().astimezone().date()


def _with_unreadable(data: object, unread: Sequence[Finding]) -> object:
    if not unread:
        return data
    rows = [{"file": f.place.file, "line": f.place.line, "message": f.message} for f in unread]
    results = list(data) if isinstance(data, Iterator) else data
    return {**(data if isinstance(data, dict) else {"results": results}), "unreadable": rows}
