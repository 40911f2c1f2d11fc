"""Compatibility statements: each says what to do, and no two of a release quarrel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forewarn.frozen import dataclass
from forewarn.model.compatibility import Doubt
from forewarn.model.finding import Finding
from forewarn.model.matter import is_open, verified_on
from forewarn.model.product import Product
from forewarn.model.release import Release, Statement, Verdict
from forewarn.model.versions import spans
from forewarn.model.versions.comparator import Comparator
from forewarn.model.versions.version import VersionRange
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

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
    "Only one that lies inside the other is an exception; the more cautious one would win, and "
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
NO_EXCEPTION = Rule(
    id="no-exception",
    severity=WARNING,
    means="Two statements of a release about the same product and the same matter (`about`) share "
    "versions and have different verdicts, and the one with more ends, such as `>=1.0,<3.0` beside "
    "`<2.4`, looks like an exception and is none: neither lies inside the other. For the versions "
    "that they share the more cautious verdict counts.",
    mend="Cut the exception to what lies inside the other range, or cut the ranges so that they "
    "share nothing.",
)
OUTGROWN = Rule(
    id="outgrown",
    severity=WARNING,
    means="The newest release of a product is stated to work with a range that has no upper end "
    "(`>=2.0`, `*`), and the other product has shipped a newer version since that was verified. "
    "Nobody has tested it, so the answer for it is `unknown`. Looked at are the newest shipped "
    "versions of each track that is still supported; a product is named once for each partner.",
    mend="Try it, and put a new day into `verified:`. Or say in `holds_until:` up to which version "
    "it holds, or `{open: why}` where it needs no test, such as a requirement that the vendor "
    "declares.",
)
IDLE_HOLDS_UNTIL = Rule(
    id="idle-holds-until",
    severity=WARNING,
    means="A statement has `holds_until:` and promises nothing that has no upper end: its range "
    "has one, or it is `breaks` or `unknown`; or the range begins above that version. So the key "
    "says nothing.",
    mend="Take the key out, or mend the range or the version.",
)
CROWDED = Rule(
    id="crowded",
    severity=WARNING,
    means="A release has hundreds of statements on one product about the same whose ranges "
    "overlap. Quarrels among them were looked for only in the first of them, by the versions where "
    "they begin.",
    mend="Make few statements of the many: a range says of many versions what is alike.",
)
# Pairs of ranges that overlap; those of 200 statements that all do are fewer.
_MOST_COMPARED = 20_000


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Statements without a remedy or limits, and pairs that contradict or repeat each other."""
    for release in around.releases_of(product.id):
        for statement in release.compatibility:
            yield from _silent(statement)
            yield from _idle(around, statement)
        if len(release.compatibility) > 1:
            for group in _alike(around, release):
                yield from _overlaps(group)
    yield from _outgrown(around, product)


def _outgrown(around: Around, product: Product) -> Iterator[Finding]:
    """The promises of the newest releases that do not reach the newest of a partner, each once."""
    told: set[str] = set()
    for release in around.newest(product.id):
        for statement in release.compatibility:
            partner = statement.partner
            if partner in told or not is_open(statement) or statement.holds_until:
                continue
            for other in around.newest(partner):
                worst = around.judge(release, other).worst
                if any(r.statement is statement and r.doubt is Doubt.BEYOND for r in worst):
                    told.add(partner)
                    yield _grown(around, release, statement, other)
                    break


def _grown(around: Around, release: Release, statement: Statement, other: Release) -> Finding:
    day = verified_on(release, statement)
    last = around.newest_by(statement.partner, day) if day else None
    reach = f"counts up to {last.version}" if last else "counts for no version that is recorded"
    since = f"was verified on {day}" if statement.verified else "has no `verified:`"
    if day and not statement.verified:
        since += f", so that the day counts on which {release.version} shipped, {day},"
    return OUTGROWN.at(
        statement.place,
        f"`works` with {statement.partner} {statement.versions} {since} and {reach}; "
        f"with {other.version} it is unknown",
        "Try it and mend `verified:`, or write `holds_until:`.",
    )


def _idle(around: Around, statement: Statement) -> Iterator[Finding]:
    holds = statement.holds_until
    if holds is None:
        return
    problem = None
    if not is_open(statement):
        problem = "promises nothing that has no upper end"
    elif holds.version:
        found = around.spans(statement.partner, statement.versions)
        last = Comparator(operator="<=", version=holds.version)
        below = around.spans(statement.partner, VersionRange(alternatives=((last,),)))
        if found and not spans.overlap(found, below):
            problem = f"begins above {holds.version}"
    if problem:
        yield IDLE_HOLDS_UNTIL.at(
            statement.place,
            f"it has `holds_until:`, and {statement.verdict} with {statement.versions} {problem}",
            "Take the key out, or mend the range.",
        )


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
class _SpannedStatement:
    """A statement and what its range holds of the partner's order."""

    statement: Statement
    spans: list[spans.Span]


def _alike(around: Around, release: Release) -> Iterable[list[_SpannedStatement]]:
    """The statements by partner and matter; an "or" in a range makes one of each of its sides."""
    groups: dict[tuple[str, str], list[_SpannedStatement]] = {}
    for statement in release.compatibility:
        for alternative in statement.versions.alternatives:
            part = VersionRange(alternatives=(alternative,))
            found = around.spans(statement.partner, part)
            if found:
                key = statement.partner, statement.matter
                groups.setdefault(key, []).append(
                    _SpannedStatement(statement=statement, spans=found)
                )
    return groups.values()


def _overlaps(group: list[_SpannedStatement]) -> Iterator[Finding]:
    """The first quarrel of each statement with one that begins lower."""
    reaching: list[_SpannedStatement] = []
    compared = 0
    for new in sorted(group, key=lambda reach: reach.spans[0]):
        compared += len(reaching)
        if compared > _MOST_COMPARED:
            yield _crowded(group, new.statement)
            return
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


def _crowded(group: list[_SpannedStatement], first: Statement) -> Finding:
    return CROWDED.at(
        first.place,
        f"{len(group)} statements speak of {first.partner} about the same, and their ranges "
        "overlap; from here on quarrels were not looked for",
        "Make few statements of the many: a range says of many versions what is alike.",
    )


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
    alike = first.versions.width == second.versions.width
    if first.verdict is not second.verdict and not alike:
        return NO_EXCEPTION.at(
            second.place,
            f"it says {second.verdict} of {second.partner} {second.versions}, and {line} says "
            f"{first.verdict} of {first.versions}, about the same; neither lies inside the other, "
            "so that the more cautious one counts",
            "Cut one of the ranges, so that it lies inside the other or shares nothing with it.",
        )
    if first.verdict is not second.verdict:
        return CONTRADICTION.at(
            second.place,
            f"it says {second.verdict} of {second.partner} {second.versions}, and {line} says "
            f"{first.verdict} of {first.versions}, about the same",
            "Mend a range or a verdict, so that they do not contradict each other.",
        )
    if alike and first.audience is second.audience:
        return REDUNDANT.at(
            second.place,
            f"{line} says {first.verdict} of {first.partner} {first.versions} already, "
            "about the same",
            "Make one statement of the two.",
        )
    return None


RULES = RuleSet(
    rules=(
        *(NO_REMEDY, NO_LIMITS, CONTRADICTION, REDUNDANT),
        *(NO_EXCEPTION, OUTGROWN, IDLE_HOLDS_UNTIL, CROWDED),
    ),
    of_product=of_product,
)
