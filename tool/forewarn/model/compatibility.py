"""Does this work with that? One rule, and it never says what nobody stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Statement, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """A statement that covers the pair; `decides` where it speaks for its matter.

    `expired` says that its inspection tag is past.
    """

    owner: Release
    statement: Statement
    decides: bool
    expired: bool = False

    @property
    def lapsed(self) -> bool:
        """Whether it is a promise that nobody stands by any more."""
        return self.expired and self.statement.verdict is Verdict.WORKS

    @property
    def verdict(self) -> Verdict:
        """What it counts as: a lapsed `works` is `unknown`.

        Whoever set the tag said until when to trust it. A warning does not become harmless by
        its age, so `limited` and `breaks` go on counting.
        """
        return Verdict.UNKNOWN if self.lapsed else self.statement.verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The verdict on a pair, and every statement that covers it, the worst first."""

    a: Release
    b: Release
    verdict: Verdict
    applied: tuple[Applied, ...]

    @property
    def deciding(self) -> tuple[Applied, ...]:
        """The statements that decide, one or more for each matter."""
        return tuple(row for row in self.applied if row.decides)

    @property
    def worst(self) -> tuple[Applied, ...]:
        """The statements that decide and have the pair's verdict."""
        return tuple(row for row in self.deciding if row.verdict is self.verdict)

    @property
    def remedies(self) -> tuple[str, ...]:
        """What to tell the customer, from the statements that decide, each once."""
        found = (row.statement.remedy for row in self.deciding)
        return tuple(dict.fromkeys(remedy for remedy in found if remedy))

    @property
    def limits(self) -> tuple[str, ...]:
        """What is limited, from the statements that decide, each once."""
        found = (row.statement.limits for row in self.deciding)
        return tuple(dict.fromkeys(limits for limits in found if limits))


def judge(catalogue: Catalogue, a: Release, b: Release, *, today: date | None = None) -> Judgement:
    """Judge a pair by the statements of both releases.

    For each matter (`about`, and whose statement it is, because playing what the recorder
    wrote is not recording what the player wrote) the narrower statement is taken before the
    wider and the more cautious on a tie. Across matters the pair's verdict is the worst.
    With no statement it is `unknown`.

    A `works` past its inspection tag on `today` speaks only where nothing else does in its
    matter, and then it counts as `unknown`. Without `today` no tag is past: that is the verdict
    of the files alone.
    """
    covering = [*_covering(catalogue, a, b, today), *_covering(catalogue, b, a, today)]
    deciding = {id(row) for matter in _by_matter(covering) for row in _decide(matter)}
    marked = (replace(row, decides=id(row) in deciding) for row in covering)
    applied = tuple(sorted(marked, key=_worst_first))
    verdict = worst_of((row.verdict for row in applied if row.decides), Verdict.UNKNOWN)
    return Judgement(a=a, b=b, verdict=verdict, applied=applied)


def judge_all(
    catalogue: Catalogue, releases: Iterable[Release], *, today: date | None = None
) -> tuple[Judgement, ...]:
    """Judge every pair of an installed set, the worst first.

    Two versions of one product side by side are no pair: nothing is asked of them together.
    """
    judgements = (
        judge(catalogue, a, b, today=today)
        for a, b in combinations(releases, 2)
        if a.product != b.product
    )
    return tuple(sorted(judgements, key=lambda judgement: -judgement.verdict.caution))


def worst_of(verdicts: Iterable[Verdict], default: Verdict) -> Verdict:
    """The most cautious of some verdicts; `default` where there are none."""
    return max(verdicts, key=lambda verdict: verdict.caution, default=default)


def _covering(
    catalogue: Catalogue, owner: Release, other: Release, today: date | None
) -> Iterator[Applied]:
    scheme = catalogue.schemes[other.product]
    for statement in owner.compatibility:
        if statement.partner == other.product and statement.versions.contains(
            other.version, scheme
        ):
            tag = statement.verified
            expired = tag is not None and today is not None and tag.expired(today)
            yield Applied(owner=owner, statement=statement, decides=False, expired=expired)


def _by_matter(covering: Iterable[Applied]) -> Iterable[list[Applied]]:
    groups: dict[tuple[str, str], list[Applied]] = {}
    for row in covering:
        matter = " ".join((row.statement.about or "").casefold().split())
        groups.setdefault((str(row.owner), matter), []).append(row)
    return groups.values()


def _decide(matter: list[Applied]) -> list[Applied]:
    """The statements that speak for a matter: the first in precedence and its equals.

    All of them, so that the order in the file does not choose which remedy is told.
    """
    standing = [row for row in matter if not row.lapsed] or matter
    first = min(_precedence(row) for row in standing)
    return [row for row in standing if _precedence(row) == first]


def _precedence(row: Applied) -> tuple[int, int]:
    return row.statement.versions.width, -row.statement.verdict.caution


def _worst_first(row: Applied) -> tuple[bool, int, str, int]:
    place = row.statement.place
    return not row.decides, -row.verdict.caution, place.file, place.line
