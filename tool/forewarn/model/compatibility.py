"""Does this work with that? One rule, and it never says what nobody stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import combinations

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.matter import Asked, Order, Settled, claims_of, settle
from forewarn.model.release import Release, Statement, Verdict
from forewarn.model.whole import Contained, Gap, Pairs, through_of, whole


class Doubt(StrEnum):
    """Why a promise that covers a version says nothing of it."""

    EXPIRED = "expired"  # its inspection tag is past
    BEYOND = "beyond"  # the version came after all that it was tested with
    HALVED = "halved"  # of a pre-release and its release, it covers only one


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """A statement that covers the pair; `decides` where it speaks for its matter.

    `expired` says that its inspection tag is past, `beyond` and `halved` are those of `Settled`.
    `through` are the suites that contain the releases which it is about, where it is by them that
    it bears on the pair.
    """

    owner: Release
    statement: Statement
    decides: bool
    expired: bool = False
    beyond: bool = False
    halved: bool = False
    through: tuple[Contained, ...] = ()

    @property
    def doubt(self) -> Doubt | None:
        """Why it is a promise that nobody stands by here; None for one that holds, and for harm."""
        if self.statement.verdict is not Verdict.WORKS:
            return None
        if self.expired:
            return Doubt.EXPIRED
        if self.beyond:
            return Doubt.BEYOND
        return Doubt.HALVED if self.halved else None

    @property
    def verdict(self) -> Verdict:
        """What it counts as: a promise in doubt is `unknown`.

        Whoever verified it said how far to trust it. A warning does not become harmless by its
        age or by a newer version, so `limited` and `breaks` go on counting.
        """
        return Verdict.UNKNOWN if self.doubt else self.statement.verdict

    @property
    def harms(self) -> bool:
        """Whether it says that something does not work, or only in part."""
        return self.statement.verdict.harms


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The verdict on a pair, and every statement that covers it, the worst first.

    `gaps` are what is known of no member of a suite, `beside` are members of a suite that are of
    the other side's product.
    """

    a: Release
    b: Release
    verdict: Verdict
    applied: tuple[Applied, ...]
    gaps: tuple[Gap, ...] = ()
    beside: tuple[Contained, ...] = ()

    @property
    def deciding(self) -> tuple[Applied, ...]:
        """The statements that decide, one or more for each matter."""
        return tuple(row for row in self.applied if row.decides)

    @property
    def worst(self) -> tuple[Applied, ...]:
        """The statements that decide and have the pair's verdict."""
        return tuple(row for row in self.deciding if row.verdict is self.verdict)

    @property
    def unknown(self) -> tuple[Applied, ...]:
        """The statements that decide for their matter that nothing is known of it."""
        return tuple(row for row in self.deciding if row.verdict is Verdict.UNKNOWN)

    @property
    def harm(self) -> tuple[Applied, ...]:
        """What is stated to break or to be limited, and decides."""
        return tuple(row for row in self.deciding if row.harms)

    @property
    def overruled_harm(self) -> tuple[Applied, ...]:
        """The same where a statement strictly inside it decides."""
        return tuple(row for row in self.applied if row.harms and not row.decides)

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
    wrote is not recording what the player wrote) a statement gives way only to one that lies
    strictly inside it, and of those left the most cautious is taken. Across matters the pair's
    verdict is the worst. With no statement it is `unknown`.

    A `works` past its inspection tag on `today`, or asked for a version that came after all that
    it was tested with, speaks only where nothing else does in its matter, and then it counts as
    `unknown`. Without `today` no tag is past: that is the verdict of the files alone.

    A suite is judged by its own statements and by those of all that it contains.
    """
    if not (a.contains or b.contains):
        return conclude(a, b, stated(catalogue, a, b, today))
    return _judge_suites(catalogue, a, b, today)


def stated(catalogue: Catalogue, a: Release, b: Release, today: date | None) -> tuple[Applied, ...]:
    """What two releases state of each other, settled; not what they contain."""
    return (*_said(catalogue, a, b, today), *_said(catalogue, b, a, today))


def conclude(
    a: Release,
    b: Release,
    settled: Iterable[Applied],
    gaps: Iterable[Gap] = (),
    beside: Iterable[Contained] = (),
) -> Judgement:
    """The judgement on a pair from what both sides state of it, each side settled by itself."""
    applied, gaps = tuple(sorted(settled, key=_worst_first)), tuple(gaps)
    verdicts = [row.verdict for row in applied if row.decides]
    if gaps:
        verdicts.append(Verdict.UNKNOWN)
    return Judgement(
        a=a,
        b=b,
        verdict=worst_of(verdicts, Verdict.UNKNOWN),
        applied=applied,
        gaps=gaps,
        beside=tuple(beside),
    )


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


def judge_inside(
    catalogue: Catalogue, suite: Release, *, today: date | None = None
) -> tuple[Judgement, ...]:
    """What a suite contains that breaks or limits something else of it, the worst first."""
    held = [part.release for part in whole(catalogue, suite).parts[1:]]
    leaves = [release for release in held if not release.contains]
    return tuple(j for j in judge_all(catalogue, leaves, today=today) if j.harm)


def worst_of(verdicts: Iterable[Verdict], default: Verdict) -> Verdict:
    """The most cautious of some verdicts; `default` where there are none."""
    return max(verdicts, key=lambda verdict: verdict.caution, default=default)


def is_expired(statement: Statement, today: date | None) -> bool:
    """Whether a statement's inspection tag is past on a day; never without a day."""
    tag = statement.verified
    return tag is not None and today is not None and tag.expired(today)


def apply(owner: Release, statement: Statement, settled: Settled, today: date | None) -> Applied:
    """A statement as it applies to a release that it covers."""
    return Applied(
        owner=owner,
        statement=statement,
        decides=settled.decides,
        expired=is_expired(statement, today),
        beyond=settled.beyond,
        halved=settled.halved,
    )


def _said(
    catalogue: Catalogue, owner: Release, other: Release, today: date | None
) -> Iterator[Applied]:
    """What one release states of another, marked with what of it decides.

    A matter is always one release's own, so that what the other states changes nothing here.
    """
    rows = [s for s in owner.compatibility if s.partner == other.product]
    if not rows:
        return
    order = Order(catalogue.schemes[other.product])
    claims = [
        claim
        for number, statement in enumerate(rows)
        for claim in claims_of(number, owner, statement, order, is_expired(statement, today))
    ]
    asked = Asked(other, order)
    codes = [asked.code(claim, catalogue) for claim in claims]
    for number, settled in sorted(settle(claims, codes, pre=asked.pre).items()):
        yield apply(owner, rows[number], settled, today)


def _judge_suites(catalogue: Catalogue, a: Release, b: Release, today: date | None) -> Judgement:
    """Judge each of what one side contains with each of what the other does."""
    applied: list[Applied] = []
    pairs = Pairs(catalogue, whole(catalogue, a), whole(catalogue, b))
    for one, other in pairs:
        rows = stated(catalogue, one.release, other.release, today)
        through = through_of(one, other)
        applied += (replace(row, through=through) for row in rows)
        if rows:
            pairs.spoken(one, other)
    return conclude(a, b, applied, pairs.gaps(), pairs.beside())


def _worst_first(row: Applied) -> tuple[bool, int, str, int]:
    place = row.statement.place
    return not row.decides, -row.verdict.caution, place.file, place.line
