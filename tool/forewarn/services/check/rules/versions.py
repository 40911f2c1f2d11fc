"""Versions and ranges: no two files are one version, and every range and name means something."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from forewarn.model.finding import Finding, Mend
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.model.release import Release, Verdict
from forewarn.model.versions.version import VersionRange
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.reading import unknown_product
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

TWIN = Rule(
    id="twin",
    severity=ERROR,
    means="Two files are one version under the product's scheme (`2.7` and `2.7.0`), or to a file "
    "system that does not tell capital letters (`2.7-RC1` and `2.7-rc1`). What is written in the "
    "one is missing in the other.",
    mend="Move what is right into one of the two, and remove the other. The version is the one "
    "that the vendor writes.",
)
UNKNOWN_RELEASE = Rule(
    id="unknown-release",
    severity=ERROR,
    means="The `replacement` of a withdrawn release, or a version under `contains:` of a suite, is "
    "not recorded, so customers would be sent to a version that nobody knows.",
    mend="Record that release, or name another version.",
)
NO_RELEASE = Rule(
    id="no-release",
    severity=ERROR,
    means="A briefing lies beside no release, or beside one that cannot be read. Nobody would see "
    "it.",
    mend="Add the release's own file, mend it, or rename the briefing.",
)
EMPTY_RANGE = Rule(
    id="empty-range",
    severity=ERROR,
    means="A range can match nothing under the product's scheme, such as `>=2.7,<2.4`. What is "
    "said of it is said of no version.",
    mend="Mend its ends. A comma means *and*; for *or* write two statements.",
)
NO_SUCH_VERSIONS = Rule(
    id="no-such-versions",
    severity=WARNING,
    means="No recorded version of the product is in a range: mostly a slip in a number, or a "
    "release that was never recorded. Left alone are `fixed_in` (a fix may be to come), products "
    "without any release, and an open range above or below every recorded version (`>=3`, `<2`) "
    "unless it says `works`: one may warn of versions that are not recorded, and not promise them.",
    mend="Mend the range, or record the release that it means; one to come is `planned`.",
)
RANGE_SPELLING = Rule(
    id="range-spelling",
    severity=WARNING,
    means="A range has one meaning, and is not written as forewarn writes ranges: `2.4.x`, "
    "`2.4 or later`, `<4` of a product with three numbers. It is read as what the finding says.",
    mend="`forewarn check --fix` writes it so, if that is what was meant.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """Twins, names of versions that are not recorded, and ranges of nothing."""
    releases = around.releases_of(product.id)
    yield from _twins(around, releases)
    for release in releases:
        yield from _named(around, release)
    for statement in around.statements_of(product.id):
        promise = statement.verdict is Verdict.WORKS
        yield from _range(
            around, statement.partner, statement.versions, statement.place, promise=promise
        )
    recorded = {release.version for release in releases}
    for briefing in around.briefings_of(product.id):
        if briefing.version not in recorded:
            yield NO_RELEASE.at(
                briefing.place,
                f"there is no readable release {briefing.version} to brief about",
                "Add the release's own file, or rename this one.",
            )


def of_articles(around: Around) -> Iterator[Finding]:
    """Ranges of nothing."""
    for article in around.articles():
        for product, versions in article.applies.items():
            yield from _range(around, product, versions, article.place)
        for product, versions in article.fixed_in.items():
            yield from _spelling(product, versions, article.place)
            yield from _empty(around, product, versions, article.place)


def _twins(around: Around, releases: Sequence[Release]) -> Iterator[Finding]:
    seen: dict[Hashable, Release] = {}
    for release in releases:
        for identity in (("scheme", around.key(release)), release.version.casefold()):
            other = seen.setdefault(identity, release)
            if other is not release:
                yield _twin(release, other)
                break


def _twin(release: Release, other: Release) -> Finding:
    base, its_base = (one.version.partition("+")[0] for one in (release, other))
    if (
        release.version != other.version
        and "+" in release.version + other.version
        and (base.casefold() == its_base.casefold())
    ):
        return TWIN.at(
            release.place,
            f"{release.version} and {other.version} are equal under the scheme: what stands behind "
            "a + does not count in its order",
            "If both were released, declare a scheme that orders them, such as loose; else keep "
            f"one of the two files; the other is {other.place.file}.",
        )
    return TWIN.at(
        release.place,
        f"{release.version} and {other.version} are the same version",
        f"Keep one of the two files; the other is {other.place.file}.",
    )


def _named(around: Around, release: Release) -> Iterator[Finding]:
    """Names of other releases that lead nowhere."""
    instead = release.withdrawn.replacement if release.withdrawn else None
    if instead and around.find_release(release.product, instead) is None:
        yield UNKNOWN_RELEASE.at(
            release.place,
            f"its replacement {instead} is not recorded",
            "Record it, or name another.",
        )
    for member in release.contains:
        if not around.has_product(member.product):
            yield unknown_product(member.product, member.place)
        elif around.find_release(member.product, member.version) is None:
            yield UNKNOWN_RELEASE.at(
                member.place,
                f"it contains {member.product} {member.version}, which is not recorded",
                "Record it, or mend the version.",
            )


def _range(
    around: Around, product: str, versions: VersionRange, place: Place, *, promise: bool = False
) -> Iterator[Finding]:
    yield from _spelling(product, versions, place)
    empty = list(_empty(around, product, versions, place))
    if empty or not around.releases_of(product):
        yield from empty
        return
    if any(around.in_range(product, versions)):
        return
    if promise or not around.is_beyond(product, versions):
        yield NO_SUCH_VERSIONS.at(
            place,
            f"no recorded version of {product} is in {str(versions)!r}",
            "Mend the range, or record the release that it means (as planned, if it is to come).",
        )


def _empty(around: Around, product: str, versions: VersionRange, place: Place) -> Iterator[Finding]:
    if around.has_product(product) and not around.spans(product, versions):
        yield EMPTY_RANGE.at(
            place,
            f"no version of {product} could be in {str(versions)!r}",
            "Mend its ends.",
        )


def _spelling(product: str, versions: VersionRange, place: Place) -> Iterator[Finding]:
    at = versions.written
    if versions.text is None or at is None:
        return
    right = str(versions)
    finding = RANGE_SPELLING.at(
        replace(place, line=at.line),
        f"{versions.text!a} is read as {right!r} of {product}",
        f"Write {right!r}; `forewarn check --fix` does it.",
    )
    # Without quotes YAML would take > and * for signs of its own.
    new = right if at.quoted else f'"{right}"'
    yield replace(finding, mend=Mend(column=at.column, old=versions.text, new=new))


RULES = RuleSet(
    rules=(TWIN, UNKNOWN_RELEASE, NO_RELEASE, EMPTY_RANGE, NO_SUCH_VERSIONS, RANGE_SPELLING),
    of_product=of_product,
    of_articles=of_articles,
)
