"""Does this work with that? One rule, and it never says what nobody stated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Statement, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """A statement that covers the pair; `decides` where it is the one for its `about`."""

    owner: Release
    statement: Statement
    decides: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The verdict on a pair, and every statement that covers it, the worst first."""

    a: Release
    b: Release
    verdict: Verdict
    applied: tuple[Applied, ...]

    @property
    def remedies(self) -> tuple[str, ...]:
        """What to tell the customer, from the statements that decide, each once."""
        found = (row.statement.remedy for row in self.applied if row.decides)
        return tuple(dict.fromkeys(remedy for remedy in found if remedy))


def judge(catalogue: Catalogue, a: Release, b: Release) -> Judgement:
    """Judge a pair by the statements of both releases.

    For each matter (`about`, and whose statement it is, because playing what the recorder
    wrote is not recording what the player wrote) the narrower statement is taken before the
    wider and the more cautious on a tie. Across matters the pair's verdict is the worst.
    With no statement it is `unknown`.
    """
    covering = [*_covering(catalogue, a, b), *_covering(catalogue, b, a)]
    deciding = {id(_decide(group)) for group in _by_matter(covering)}
    applied = tuple(
        sorted(
            (
                Applied(owner=owner, statement=statement, decides=id(statement) in deciding)
                for owner, statement in covering
            ),
            key=lambda row: (
                not row.decides,
                -row.statement.verdict.caution,
                row.statement.place.file,
                row.statement.place.line,
            ),
        )
    )
    verdicts = [row.statement.verdict for row in applied if row.decides]
    verdict = max(verdicts, key=lambda v: v.caution, default=Verdict.UNKNOWN)
    return Judgement(a=a, b=b, verdict=verdict, applied=applied)


Covering = tuple[Release, Statement]


def _covering(catalogue: Catalogue, owner: Release, other: Release) -> Iterable[Covering]:
    scheme = catalogue.schemes[other.product]
    for statement in owner.compatibility:
        if statement.partner == other.product and statement.versions.contains(
            other.version, scheme
        ):
            yield owner, statement


def _by_matter(covering: Iterable[Covering]) -> Iterable[list[Statement]]:
    groups: dict[tuple[str, str], list[Statement]] = {}
    for owner, statement in covering:
        matter = " ".join((statement.about or "").casefold().split())
        groups.setdefault((str(owner), matter), []).append(statement)
    return groups.values()


def _decide(group: list[Statement]) -> Statement:
    return min(group, key=lambda s: (s.versions.width, -s.verdict.caution, s.place.line))
