"""Compatibility statements: each says what to do, and no two of a release quarrel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forewarn.model import spans
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.release import Release, Statement, Verdict
from forewarn.services.rules.around import Around
from forewarn.services.rules.rule import ERROR, WARNING, Rule

NO_REMEDY = Rule(
    id="no-remedy",
    severity=WARNING,
    means="A statement says `breaks` and not what to tell the customer. `forewarn release ship` "
    "refuses such a release where the newest version of a lockstep product is broken.",
    mend="Add `remedy:`, one line that can be read out on the telephone.",
)
NO_LIMITS = Rule(
    id="no-limits",
    severity=WARNING,
    means="A statement says `limited` and not what is limited.",
    mend="Add `limits:`, what does not work, or choose another verdict.",
)
CONTRADICTION = Rule(
    id="contradiction",
    severity=ERROR,
    means="Two statements of a release about the same product and the same matter (`about`) share "
    "versions, are equally wide, neither lies inside the other, and they have different verdicts. "
    "The narrower statement decides, and neither is narrower; the more cautious one would win, and "
    "nobody knows whether that is meant.",
    mend="Mend the range of the one or the verdict of the other. An exception is written as a "
    "narrower range: `'2.5'` beside `<2.7`.",
)
REDUNDANT = Rule(
    id="redundant",
    severity=WARNING,
    means="Two statements of a release about the same product, the same matter (`about`) and for "
    "the same audience share versions, are equally wide, neither lies inside the other, and they "
    "have the same verdict. They are read twice, and one day only one of them is mended.",
    mend="Make one statement of the two, or cut the ranges so that they do not overlap. A narrower "
    "statement inside a wider one is no finding.",
)
RULES = (NO_REMEDY, NO_LIMITS, CONTRADICTION, REDUNDANT)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Statements without a remedy or limits, and pairs that contradict or repeat each other."""
    for release in around.releases_of(product.id):
        for statement in release.compatibility:
            yield from _silent(statement)
        if len(release.compatibility) > 1:
            for group in _alike(around, release):
                yield from _overlaps(group)


def _silent(statement: Statement) -> Iterator[Finding]:
    where = f"{statement.partner} {statement.versions}"
    if statement.verdict is Verdict.BREAKS and not (statement.remedy or "").strip():
        yield NO_REMEDY.at(
            statement.place,
            f"it breaks {where} and no remedy is written",
            "Add `remedy:`: what to tell the customer.",
        )
    if statement.verdict is Verdict.LIMITED and not (statement.limits or "").strip():
        yield NO_LIMITS.at(
            statement.place,
            f"it is limited with {where}; how is not said",
            "Add `limits:`: what does not work.",
        )


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """A statement and what its range holds of the partner's order."""

    statement: Statement
    spans: list[spans.Span]


def _alike(around: Around, release: Release) -> Iterable[list[_Reach]]:
    """The statements by partner, matter and width: only equals can contradict each other."""
    groups: dict[tuple[str, str, int], list[_Reach]] = {}
    for statement in release.compatibility:
        found = around.spans(statement.partner, statement.versions)
        if found:
            key = statement.partner, statement.matter, statement.versions.width
            groups.setdefault(key, []).append(_Reach(statement=statement, spans=found))
    return groups.values()


def _overlaps(group: list[_Reach]) -> Iterator[Finding]:
    """The first quarrel of each statement with one that begins lower."""
    reaching: list[_Reach] = []
    for new in sorted(group, key=lambda reach: reach.spans[0]):
        reaching = [old for old in reaching if old.spans[-1][1] > new.spans[0][0]]
        for old in reaching:
            if not _shared(old.spans, new.spans):
                continue
            quarrel = _quarrel(old.statement, new.statement)
            if quarrel:
                yield quarrel
                # One of the two is enough to meet what follows: the one that reaches further.
                if new.spans[-1][1] > old.spans[-1][1]:
                    reaching.remove(old)
                    reaching.append(new)
                break
        else:
            reaching.append(new)


def _shared(ours: list[spans.Span], theirs: list[spans.Span]) -> bool:
    """Whether two reaches overlap, and neither is the narrower one."""
    return (
        spans.overlap(ours, theirs)
        and not spans.inside(ours, theirs)
        and not spans.inside(theirs, ours)
    )


def _quarrel(one: Statement, other: Statement) -> Finding | None:
    first, second = sorted((one, other), key=lambda s: s.place.line)
    line = f"the statement in line {first.place.line}"
    if first.verdict is not second.verdict:
        return CONTRADICTION.at(
            second.place,
            f"it says {second.verdict} of {second.partner} {second.versions}, and {line} says "
            f"{first.verdict} of {first.versions}, about the same",
            "Mend a range or a verdict, so that they do not contradict each other.",
        )
    if first.audience is second.audience:
        return REDUNDANT.at(
            second.place,
            f"{line} says {first.verdict} of {first.partner} {first.versions} already, "
            "about the same",
            "Make one statement of the two.",
        )
    return None
