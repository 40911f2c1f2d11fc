"""Releases: their history is kept, and what a suite ships with has shipped."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.finding import Finding
from forewarn.model.obstacle import Obstacle
from forewarn.model.product import Product
from forewarn.model.recommend import passed_over
from forewarn.model.release import Release, Status
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import WARNING, Rule, RuleSet
from forewarn.words.obstacles import why_not

HISTORY_BEHIND = Rule(
    id="history-behind",
    severity=WARNING,
    means="The `history:` of a release ends before its status: somebody set the status by hand. "
    "When that was, and who did it, is told by Git alone.",
    mend="Add the row, `- {to: shipped, at: 2026-05-04T09:30:00Z, by: maria}`. The "
    "`forewarn release` commands write it by themselves, and fill in the day of one that is "
    "missing.",
)
MEMBER_NOT_OUT = Rule(
    id="member-not-out",
    severity=WARNING,
    means="A suite's release has shipped, and one of the releases in it has not, or was withdrawn. "
    "Customers have it all the same; on their site it is left out while it is under embargo.",
    mend="Ship the member, name the one that is really in it, or withdraw the suite's release.",
)
BAD_REPLACEMENT = Rule(
    id="bad-replacement",
    severity=WARNING,
    means="The `replacement` of a withdrawn release must not be recommended: it was withdrawn or "
    "has not shipped, is out of support or a pre-release, has an open known issue, or leads back "
    "to the release itself. Pages and commands pass it over and name another one, or none.",
    mend="Name a release that customers can be sent to, or remove `replacement:`: what is to be "
    "used instead is then worked out.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Histories that end too early, and members of suites that are not out."""
    for release in around.releases_of(product.id):
        if release.history and not release.history_is_complete:
            last = release.history[-1]
            yield HISTORY_BEHIND.at(
                release.place,
                f"its history ends on {last.on}, when it became {last.to}, and it is "
                f"{release.status}",
                f"Add a row `to: {last.to.following}` to `history:`, with `at:` and `by:`.",
            )
        yield from _replacement(around, release)
        for member in release.contains:
            held = around.find_release(member.product, member.version)
            shipped = release.status is Status.SHIPPED
            if shipped and held and held.status is not Status.SHIPPED:
                yield MEMBER_NOT_OUT.at(
                    member.place,
                    f"it has shipped with {held}, which is {held.status}",
                    f"See `forewarn release show {held.product} {held.version}`.",
                )


def _replacement(around: Around, release: Release) -> Iterator[Finding]:
    if not (release.withdrawn and release.withdrawn.replacement):
        return
    found = around.against_replacement(release)
    # What is not recorded is found by its own rule.
    if found and found.why is not Obstacle.UNRECORDED:
        yield BAD_REPLACEMENT.at(
            release.place,
            f"its replacement must not be recommended: {why_not(passed_over([found]))}",
            "Name another one, or remove `replacement:`.",
        )


RULES = RuleSet(rules=(HISTORY_BEHIND, MEMBER_NOT_OUT, BAD_REPLACEMENT), of_product=of_product)
