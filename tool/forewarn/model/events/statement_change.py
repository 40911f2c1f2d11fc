"""What changed in what a release says of others, by what it means and not by how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from forewarn.frozen import dataclass
from forewarn.model.release import Release, Statement, Verdict
from forewarn.model.versions import spans
from forewarn.model.versions.version import InvalidVersion, Scheme
from forewarn.model.visible import folded

Reach = list[spans.Span] | str
Answer = tuple[Verdict, str, str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementChange:
    """A statement as it was and as it is, on one matter and the same versions; None: not stated."""

    before: Statement | None
    after: Statement | None

    @property
    def stated(self) -> Statement:
        """The statement as it is, else as it was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a change has at least one side
        return found


def statement_changes(
    old: Release, new: Release, schemes: Mapping[str, Scheme]
) -> tuple[StatementChange, ...]:
    """What a release says otherwise than it did, by partner, matter and versions.

    The spelling of a range, the order of statements, capitals, spaces, and one range cut into
    two that say the same are no change; neither is who verified something.
    """
    was, now = _by_matter(old), _by_matter(new)
    found: list[StatementChange] = []
    for partner, matter in sorted(was.keys() | now.keys()):
        before, after = was.get((partner, matter), []), now.get((partner, matter), [])
        scheme = schemes.get(partner)
        if _meaning(before, scheme) != _meaning(after, scheme):
            found += _changes(before, after, scheme)
    return tuple(found)


def _by_matter(release: Release) -> dict[tuple[str, str], list[Statement]]:
    found: dict[tuple[str, str], list[Statement]] = {}
    for statement in release.compatibility:
        found.setdefault((statement.partner, statement.matter), []).append(statement)
    return found


def _meaning(rows: Sequence[Statement], scheme: Scheme | None) -> object:
    """What the statements on one matter say together; equal where they say the same."""
    pairs = [(_answer(row), reach) for row in rows if (reach := _reach(row, scheme))]
    each = sorted(pairs, key=lambda pair: (pair[0], isinstance(pair[1], str), pair[1]))
    joined: dict[Answer, Reach] = {}
    for answer, reach in each:
        known = joined.get(answer, [])
        if isinstance(reach, str) or isinstance(known, str):
            return each
        joined[answer] = spans.joined([*known, *reach])
    # Where two answers share versions, how wide each range is decides, so that no two are joined.
    mixed = any(
        isinstance(one, str) or isinstance(other, str) or spans.overlap(one, other)
        for one, other in combinations(joined.values(), 2)
    )
    return each if mixed else sorted(joined.items())


def _changes(
    before: Iterable[Statement], after: Iterable[Statement], scheme: Scheme | None
) -> list[StatementChange]:
    """The statements that are not on both sides; those on the same versions belong together."""
    gone = [row for row in before if not _has(after, row, scheme)]
    found = []
    for row in after:
        if _has(before, row, scheme):
            continue
        was = next((o for o in gone if _reach(o, scheme) == _reach(row, scheme)), None)
        if was:
            gone.remove(was)
        found.append(StatementChange(before=was, after=row))
    found += [StatementChange(before=row, after=None) for row in gone]
    return sorted(found, key=lambda change: str(change.stated.versions))


def _has(rows: Iterable[Statement], wanted: Statement, scheme: Scheme | None) -> bool:
    return any(
        _answer(row) == _answer(wanted) and _reach(row, scheme) == _reach(wanted, scheme)
        for row in rows
    )


def _reach(statement: Statement, scheme: Scheme | None) -> Reach:
    """The versions that are meant; as written, where they are none of the scheme."""
    if scheme is None:
        return str(statement.versions)
    try:
        return statement.versions.spans_by(scheme.key)
    except InvalidVersion:
        return str(statement.versions)


def _answer(statement: Statement) -> Answer:
    until = statement.holds_until
    holds = (until.version or "", folded(until.reason)) if until else ("", "")
    return statement.verdict, folded(statement.limits), folded(statement.remedy), holds
