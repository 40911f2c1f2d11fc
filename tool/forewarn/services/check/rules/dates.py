"""Dates: none before what must come first, none that has not come yet, no plan that is past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from forewarn.model import rule_ids
from forewarn.model.article import Article
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.record import Inspection, Place, Support
from forewarn.model.release import Release, Status
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

NO_DATE = Rule(
    id=rule_ids.NO_DATE,
    severity=WARNING,
    means="A release is `planned`, and not for when. It is missing in the calendar, and nobody "
    "notices when it is late.",
    mend="Add `planned_for:`, the best date that is known. Moving it later is told as an event.",
)
PLANNED_PASSED = Rule(
    id="planned-passed",
    severity=WARNING,
    means="The day for which a release is planned, or for which the fix of a known issue is "
    "promised, has passed, and it has not shipped. Support goes on naming a day that is over.",
    mend="If it has shipped, say so (`forewarn release ship`, or `fixed_in:`). Otherwise set the "
    "new day in `planned_for:` or `promised:`.",
)
DATES_OUT_OF_ORDER = Rule(
    id=rule_ids.DATES_OUT_OF_ORDER,
    severity=ERROR,
    means="Of two dates the one that must come first is the later: withdrawn before released, an "
    "inspection tag that ends before it begins, security support that ends before active support, "
    "support that ends before the release, a promise before the issue was opened.",
    mend="Mend the date that is wrong.",
)
FUTURE_DATE = Rule(
    id="future-date",
    severity=ERROR,
    means="Something is recorded as done on a day that has not come: shipped, withdrawn, "
    "announced, verified or opened. It counts from now on all the same: an `announced_at` of next "
    "week lifts the embargo today. Tomorrow is let through, because somewhere it is tomorrow "
    "already.",
    mend="Mend the date. What is only planned has `status: planned` and `planned_for:`.",
)

_STAGES = ("active_until", "security_until", "extended_until")


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """The dates of a product's tracks and releases, and of what they say of others."""
    for track, support in product.support.items():
        yield from _stages(support, product.place, f"on track {track}, ")
    for release in around.releases_of(product.id):
        yield from _plan(around, release)
        yield from _release(around, release)
    for statement in around.statements_of(product.id):
        yield from _tag(around, statement.verified, statement.place)


def of_articles(around: Around) -> Iterator[Finding]:
    """The dates of articles."""
    for article in around.articles():
        yield from _article(around, article)
        yield from _tag(around, article.verified, article.place)


def _plan(around: Around, release: Release) -> Iterator[Finding]:
    if release.status not in (Status.PLANNED, Status.STAGED):
        return
    if release.overdue(around.today):
        yield PLANNED_PASSED.at(
            release.place,
            f"it is {release.status} for {release.planned_for}, which has passed",
            f"If it has shipped, `forewarn release ship {release.product} {release.version}`; "
            "else set the new day in `planned_for:`.",
        )
    if release.status is Status.PLANNED and release.planned_for is None:
        yield NO_DATE.at(release.place, "it is planned, for no date", "Add `planned_for:`.")


def _release(around: Around, release: Release) -> Iterator[Finding]:
    released, gone = release.released_at, release.withdrawn
    if gone and released and gone.on < released:
        yield _mixed_up(
            release.place,
            f"it was withdrawn on {gone.on}, before it was released on {released}",
        )
    if release.support:
        yield from _stages(release.support, release.place, "")
        ends = release.support.ends
        if ends and released and ends < released:
            yield _mixed_up(
                release.place,
                f"its support ended on {ends}, before it was released on {released}",
            )
    if release.status in (Status.SHIPPED, Status.WITHDRAWN):
        yield from _future(around, released, release.place, "released")
    yield from _future(around, release.announced_at, release.place, "announced")
    yield from _future(around, gone.on if gone else None, release.place, "withdrawn")


def _article(around: Around, article: Article) -> Iterator[Finding]:
    promised = article.promised
    yield from _future(around, article.opened, article.place, "opened")
    if promised and article.opened and promised < article.opened:
        yield _mixed_up(
            article.place,
            f"its fix was promised for {promised}, before it was opened on {article.opened}",
        )
    elif promised and promised < around.today and not any(article.fixes(around.in_range)):
        yield PLANNED_PASSED.at(
            article.place,
            f"its fix was promised for {promised}, which has passed",
            "If a release has it, name it in `fixed_in:`; else set the new day in `promised:`.",
        )


def _tag(around: Around, tag: Inspection | None, place: Place) -> Iterator[Finding]:
    if tag and tag.until and tag.until < tag.on:
        yield _mixed_up(place, f"verified on {tag.on} and held only until {tag.until}")
    yield from _future(around, tag.on if tag else None, place, "verified")


def _stages(support: Support, place: Place, where: str) -> Iterator[Finding]:
    days = (support.active_until, support.security_until, support.extended_until)
    known = [(name, day) for name, day in zip(_STAGES, days, strict=True) if day]
    for (first, earlier), (second, later) in pairwise(known):
        if later < earlier:
            yield _mixed_up(place, f"{where}{second} is {later}, before {first}, {earlier}")


def _future(around: Around, day: date | None, place: Place, done: str) -> Iterator[Finding]:
    if day and day > around.tomorrow:
        yield FUTURE_DATE.at(
            place, f"{done} on {day}, a day that has not come yet", "Mend the date."
        )


def _mixed_up(place: Place, message: str) -> Finding:
    return DATES_OUT_OF_ORDER.at(place, message, "Mend one of the dates.")


RULES = RuleSet(
    rules=(NO_DATE, PLANNED_PASSED, DATES_OUT_OF_ORDER, FUTURE_DATE),
    of_product=of_product,
    of_articles=of_articles,
)
