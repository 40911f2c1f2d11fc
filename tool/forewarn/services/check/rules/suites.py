"""Suites: that none contains itself, and that what is in one works together."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.release import Release, Verdict
from forewarn.model.whole import GapReason
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

CYCLE = Rule(
    id="suite-cycle",
    severity=ERROR,
    means="A suite contains itself, through what it contains. Nobody can say what is in it.",
    mend="Take one of the suites out of the other's `contains:`.",
)
BREAKS_INSIDE = Rule(
    id="suite-breaks-inside",
    severity=WARNING,
    means="A suite contains two releases of which one is stated to break with the other. Whoever "
    "installs it has both.",
    mend="Contain versions that work together, or mend the statement.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Suites that contain themselves, and suites that break inside."""
    for release in around.releases_of(product.id):
        if release.contains:
            yield from _cycles(around, release)
            yield from _breaks(around, release)


def _cycles(around: Around, suite: Release) -> Iterator[Finding]:
    for gap in around.whole(suite).gaps:
        if gap.why is GapReason.CYCLE and gap.product == suite.product:
            yield CYCLE.at(
                suite.place,
                f"it contains itself, by {gap.suite}",
                f"Take {suite.product} out of what {gap.suite} contains.",
            )


def _breaks(around: Around, suite: Release) -> Iterator[Finding]:
    for judgement in around.inside(suite):
        if judgement.verdict is Verdict.BREAKS:
            yield BREAKS_INSIDE.at(
                suite.place,
                f"it contains {judgement.a} and {judgement.b}, which do not work together",
                "Contain versions that do.",
            )


RULES = RuleSet(rules=(CYCLE, BREAKS_INSIDE), of_product=of_product)
