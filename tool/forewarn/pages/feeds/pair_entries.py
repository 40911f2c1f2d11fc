"""What is stated about two products, as entries: to be told when a cell of their matrix changes.

One entry for each matter on which a release speaks. Its id is that of the matter, so that another
verdict, another range or a tag that ran out comes as a correction of the same entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import of_statements
from forewarn.model.release import Release, Statement, Verdict
from forewarn.pages.compatibility.statements import statement_anchor
from forewarn.pages.feeds.entries import ranges
from forewarn.pages.feeds.entry import Entry, last, midnight
from forewarn.pages.html import words
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words import entries as said


def of_pair(view: View, one: str, other: str) -> Iterator[Entry]:
    """An entry for each matter on which either side has stated something, in no order."""
    matters: dict[tuple[str, str], list[tuple[Release, Statement]]] = defaultdict(list)
    for about, by in dict.fromkeys(((other, one), (one, other))):
        for owner, statement in view.statements_about(about):
            if owner.product == by:
                matters[f"{owner}:{about}", statement.matter].append((owner, statement))
    for (pair, matter), rows in matters.items():
        owner = rows[0][0]
        began = _began(owner, [statement for _, statement in rows])
        if began:
            key = f"stated:{pair}:{matter}"
            yield _entry(view, key, owner, [statement for _, statement in rows], began)


def _began(owner: Release, rows: Sequence[Statement]) -> date | None:
    """The day from which a release speaks: its own, or that of the first inspection tag."""
    days = [owner.released_at, owner.announced_at, *(step.on for step in owner.history[:1])]
    tags = [statement.verified.on for statement in rows if statement.verified]
    return next((day for day in days if day), None) or min(tags, default=None)


def _entry(view: View, key: str, owner: Release, rows: Sequence[Statement], began: date) -> Entry:
    first = rows[0]
    src, anchor = paths.release_place(view.catalogue, owner)
    return Entry(
        key=key,
        kind=EventKind.COMPATIBILITY_CHANGED,
        severity=of_statements(s.verdict for s in rows),
        title=said.pair_title(
            view.title(owner),
            view.name(first.partner),
            first.about,
            [(_verdict(view, s), s.versions) for s in rows],
        ),
        at=midnight(began),
        updated=last(view, began, *(day for s in rows for day in _changed(s))),
        product=owner.product,
        version=owner.version,
        track=owner.track,
        concerns=ranges((s.partner, s.versions) for s in rows),
        src=src,
        anchor=anchor or statement_anchor(owner, owner.compatibility.index(first)),
        tell=lambda: (line for s in rows for line in _lines(view, owner, s)),
    )


def _changed(statement: Statement) -> Iterator[date]:
    """The days on which what a statement says for a cell has changed."""
    tag = statement.verified
    if tag:
        yield tag.on
        if tag.until and statement.verdict is Verdict.WORKS:
            yield tag.until + timedelta(days=1)


def _verdict(view: View, statement: Statement) -> str:
    """The verdict as it counts today; a promise past its inspection tag is said to be that."""
    tag = statement.verified
    if statement.verdict is Verdict.WORKS and tag and tag.expired(view.today):
        return said.PAST_ITS_TAG
    return said.VERDICTS[statement.verdict]


def _lines(view: View, owner: Release, statement: Statement) -> Iterator[tuple[str, str]]:
    yield from said.statement(view.name, statement, _verdict(view, statement))
    reach = words.reach_words(view, owner, statement)
    if reach:
        yield "How far", reach
    tag = statement.verified
    person = view.settings.people.get(tag.by) if tag else None
    yield from said.inspection(tag, person.name if person else (tag.by or "") if tag else "")
