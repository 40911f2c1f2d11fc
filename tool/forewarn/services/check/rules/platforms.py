"""Platforms: each has one name, so that "the newest for macOS" is one question."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.finding import Finding
from forewarn.model.platforms import explain, platform_of
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.model.release import Release
from forewarn.services.check.rules.around import Around
from forewarn.services.check.rules.rule import WARNING, Rule, RuleSet

UNKNOWN_PLATFORM = Rule(
    id="unknown-platform",
    severity=WARNING,
    means="A download, a row of `watch:` or a rollout is for a platform that is none of the known "
    "ones and is not declared. Whoever asks for the newest on a platform does not find it.",
    mend="Write one of the known platforms, or declare yours under `platforms:` in the product.yml "
    "of the product, or in forewarn.yml for all products.",
)
PLATFORM_SPELLING = Rule(
    id="platform-spelling",
    severity=WARNING,
    means="A platform is written with another word for one that is known: `win`, `osx`, `darwin`. "
    "It is read as what it means.",
    mend="Write it as the message says; `check --fix` does. A word that also says an architecture, "
    "such as `linux-x64`, becomes `platform:` and `arch:` by hand.",
)


def of_product(around: Around, product: Product) -> Iterator[Finding]:
    """What is written otherwise, and what nobody knows."""
    releases = around.releases_of(product.id)
    for record in (product, *releases):
        yield from spelled_otherwise(record)
    if around.platforms is None:
        return
    own = (*product.platforms, *around.platforms)
    for row in product.watch:
        if row.platform:
            yield from _unknown(row.platform, own, row.place)
    for release in releases:
        for platform in dict.fromkeys(download.platform for download in release.downloads):
            yield from _unknown(platform, own, release.place)


def spelled_otherwise(record: object) -> Iterator[Finding]:
    """The platforms of a release or a product that have another name here."""
    for row in record.spellings if isinstance(record, Product | Release) else ():
        yield Finding(
            rule=PLATFORM_SPELLING.id,
            severity=PLATFORM_SPELLING.severity,
            place=row.place,
            message=f"{row.written!r} is another word for the platform {row.meant}",
            help=f"Write {row.meant}.",
            mend=row.mend,
        )


def _unknown(platform: str, own: tuple[str, ...], place: Place) -> Iterator[Finding]:
    if platform_of(platform, own) is None:
        yield UNKNOWN_PLATFORM.at(
            place, f"{platform!r} is no platform that is known", explain(platform, own)
        )


RULES = RuleSet(rules=(UNKNOWN_PLATFORM, PLATFORM_SPELLING), of_product=of_product)
