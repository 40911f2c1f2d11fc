"""Does this work with that? One rule, and it never says what nobody stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from forewarn.model import spans
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Statement, Verdict
from forewarn.model.version import Scheme


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
    wider, and where neither is narrower the more cautious. Across matters the pair's verdict is
    the worst. With no statement it is `unknown`.

    A `works` past its inspection tag on `today` speaks only where nothing else does in its
    matter, and then it counts as `unknown`. Without `today` no tag is past: that is the verdict
    of the files alone.
    """
    forth, back = catalogue.schemes[b.product], catalogue.schemes[a.product]
    said_by_a = settle(_covering(a, b, forth, today), forth)
    said_by_b = settle(_covering(b, a, back, today), back)
    return conclude(a, b, (*said_by_a, *said_by_b))


def conclude(a: Release, b: Release, settled: Iterable[Applied]) -> Judgement:
    """The judgement on a pair from what both sides state of it, each side settled by itself."""
    applied = tuple(sorted(settled, key=_worst_first))
    verdict = worst_of((row.verdict for row in applied if row.decides), Verdict.UNKNOWN)
    return Judgement(a=a, b=b, verdict=verdict, applied=applied)


def settle(covering: Iterable[Applied], scheme: Scheme) -> tuple[Applied, ...]:
    """What one release states of another, marked with what of it decides.

    `scheme` is the other's. A matter is always one release's own, so that what the other states
    in its turn changes nothing here.
    """
    rows = [*covering]
    if len(rows) == 1:
        return (replace(rows[0], decides=True),)
    deciding = {id(row) for matter in _by_matter(rows) for row in _decide(matter, scheme)}
    return tuple(replace(row, decides=id(row) in deciding) for row in rows)


def apply(owner: Release, statement: Statement, today: date | None) -> Applied:
    """A statement as it applies to a release that it covers, not settled yet."""
    tag = statement.verified
    expired = tag is not None and today is not None and tag.expired(today)
    return Applied(owner=owner, statement=statement, decides=False, expired=expired)


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
    owner: Release, other: Release, scheme: Scheme, today: date | None
) -> Iterator[Applied]:
    for statement in owner.compatibility:
        if statement.partner == other.product and statement.versions.contains(
            other.version, scheme
        ):
            yield apply(owner, statement, today)


def _by_matter(covering: Iterable[Applied]) -> Iterable[list[Applied]]:
    groups: dict[str, list[Applied]] = {}
    for row in covering:
        groups.setdefault(row.statement.matter, []).append(row)
    return groups.values()


def _decide(matter: list[Applied], scheme: Scheme) -> list[Applied]:
    """The statements that speak for a matter: of the narrowest the most cautious, and its equals.

    All of them, so that the order in the file does not choose which remedy is told.
    """
    standing = [row for row in matter if not row.lapsed] or matter
    if len(standing) > 1:
        width = min(row.statement.versions.width for row in standing)
        standing = _innermost([r for r in standing if r.statement.versions.width == width], scheme)
    worst = worst_of((row.statement.verdict for row in standing), Verdict.UNKNOWN)
    return [row for row in standing if row.statement.verdict is worst]


def _innermost(alike: list[Applied], scheme: Scheme) -> list[Applied]:
    """Of equally wide statements those in whose range no other one lies."""
    reach = [row.statement.versions.spans_by(scheme.key) for row in alike]
    return [
        row
        for row, ours in zip(alike, reach, strict=True)
        if not any(spans.inside(theirs, ours) for theirs in reach)
    ]


def _worst_first(row: Applied) -> tuple[bool, int, str, int]:
    place = row.statement.place
    return not row.decides, -row.verdict.caution, place.file, place.line
