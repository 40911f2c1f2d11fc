"""Checking a knowledge base: what the reader found, and what only shows across records."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forewarn import channels
from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.names import check_product
from forewarn.model.record import Inspection, Place
from forewarn.model.release import Release, Status, Verdict
from forewarn.model.settings import Settings
from forewarn.store.catalogue import RECORD_FOLDERS, Loaded, load_worktree
from forewarn.store.records import is_record
from forewarn.store.settings import read_settings

_LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s#]+\.md)(?:#[^)\s]*)?\)")
_MENTION = re.compile(r"\bkb/[A-Za-z0-9._/-]+\.md\b")
_CODE = re.compile(r"(`+).+?\1|^ {0,3}(```|~~~).*?^ {0,3}\2", re.DOTALL | re.MULTILINE)
# Kept by the tool for the page it makes.
_RESERVED_ARTICLES = ("kb/index.md",)


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """The findings, by file and line, and how many files were read."""

    findings: tuple[Finding, ...]
    files: int


def check(root: Path) -> CheckReport:
    """Check the working tree of the knowledge base at `root`.

    Raises:
        DataError: a file cannot be opened at all.
    """
    loaded = load_worktree(root)
    settings, settings_findings = read_settings(root)
    findings = [*settings_findings, *check_catalogue(loaded, settings)]
    findings += _stray_files(root)
    if settings:
        findings += _channels(settings)
    ordered = sorted(set(findings), key=lambda f: (f.place.file, f.place.line, f.rule, f.message))
    return CheckReport(findings=tuple(ordered), files=len(loaded.read) + 1)


def check_catalogue(loaded: Loaded, settings: Settings | None) -> tuple[Finding, ...]:
    """The findings about a catalogue; without settings, nothing is said about people."""
    catalogue = loaded.catalogue
    files = set(loaded.read)
    findings = list(loaded.findings)
    for product in catalogue.products.values():
        findings += _unknown_products(catalogue, product.lockstep, product.place)
        findings += _unknown_person(settings, product.owner, product.place)
    for key in catalogue.products:
        findings += _twins(catalogue, key)
    for release in catalogue.releases.values():
        findings += _release(catalogue, settings, release, files)
    for briefing in catalogue.briefings.values():
        if (briefing.product, briefing.version) not in catalogue.releases:
            findings.append(
                _error(
                    "no-release",
                    briefing.place,
                    f"there is no readable release {briefing.version} to brief about",
                    "Add the release's own file, or rename this one.",
                )
            )
    for article in catalogue.articles.values():
        findings += _article(settings, article, files)
    return tuple(findings)


def _release(
    catalogue: Catalogue, settings: Settings | None, release: Release, files: set[str]
) -> Iterator[Finding]:
    tracks = catalogue.products[release.product].tracks
    if release.track not in tracks:
        yield _error(
            "unknown-track",
            release.place,
            f"{release.track!r} is not a track of {release.product}",
            f"Use one of {', '.join(tracks)}, or add it to product.yml.",
        )
    if release.status is Status.PLANNED and release.planned_for is None:
        yield _warning(
            "no-date", release.place, "it is planned, for no date", "Add `planned_for:`."
        )
    gone = release.withdrawn
    instead = gone.replacement if gone else None
    if instead and catalogue.find_release(release.product, instead) is None:
        yield _error(
            "unknown-release",
            release.place,
            f"its replacement {instead} is not recorded",
            "Record it, or name another.",
        )
    if gone and release.released_at and gone.on < release.released_at:
        yield _error(
            "dates-out-of-order",
            release.place,
            f"it was withdrawn on {gone.on}, before it was released on {release.released_at}",
            "Mend one of the dates.",
        )
    for statement in release.compatibility:
        if statement.verdict is Verdict.BREAKS and not (statement.remedy or "").strip():
            yield _warning(
                "no-remedy",
                statement.place,
                f"it breaks {statement.partner} {statement.versions} and no remedy is written",
                "Add `remedy:`: what to tell the customer.",
            )
        if statement.verdict is Verdict.LIMITED and not (statement.limits or "").strip():
            yield _warning(
                "no-limits",
                statement.place,
                f"it is limited with {statement.partner} {statement.versions}; how is not said",
                "Add `limits:`: what does not work.",
            )
        yield from _tag(settings, statement.verified, statement.place)
        yield from _mentions(statement.remedy or "", statement.place, files)
    yield from _links(release.notes, release.place, files)


def _article(settings: Settings | None, article: Article, files: set[str]) -> Iterator[Finding]:
    if article.path in _RESERVED_ARTICLES:
        yield _error(
            "reserved-name",
            article.place,
            "this name is kept for the home page that is generated",
            "Give the article another name.",
        )
    if (
        article.kind is Kind.KNOWN_ISSUE
        and article.remediation is Remediation.VENDOR_FIX
        and not article.fixed_in
    ):
        yield _warning(
            "no-fix-named",
            article.place,
            "its remediation is a vendor fix, and `fixed_in` does not say which release has it",
            "Add `fixed_in: {product: '>=version'}`.",
        )
    yield from _unknown_person(settings, article.owner, article.place)
    yield from _tag(settings, article.verified, article.place)
    yield from _mentions(article.contingency or "", article.place, files)
    yield from _links(article.body, article.place, files)


def _twins(catalogue: Catalogue, product: str) -> Iterator[Finding]:
    """Versions that the scheme, or a file system, takes for one."""
    seen: dict[object, Release] = {}
    scheme = catalogue.schemes[product]
    for release in catalogue.releases_of(product):
        for identity in (("scheme", scheme.key(release.version)), release.version.casefold()):
            other = seen.setdefault(identity, release)
            if other is not release:
                yield _error(
                    "twin",
                    release.place,
                    f"{release.version} and {other.version} are the same version",
                    f"Keep one of the two files; the other is {other.place.file}.",
                )
                break


def _unknown_products(
    catalogue: Catalogue, products: tuple[str, ...], place: Place
) -> Iterator[Finding]:
    for product in products:
        if product not in catalogue.products:
            yield _error(
                "unknown-product",
                place,
                f"there is no product {product!r}",
                f"Mend the name, or `forewarn product add {product} --name … --scheme …`.",
            )


def _tag(settings: Settings | None, tag: Inspection | None, place: Place) -> Iterator[Finding]:
    if tag is None:
        return
    yield from _unknown_person(settings, tag.by, place)
    if tag.until and tag.until < tag.on:
        yield _error(
            "dates-out-of-order",
            place,
            f"verified on {tag.on} and held only until {tag.until}",
            "Mend one of the dates.",
        )


def _unknown_person(settings: Settings | None, person: str | None, place: Place) -> list[Finding]:
    if settings is None or person is None or person in settings.people:
        return []
    return [
        _error(
            "unknown-person",
            place,
            f"forewarn.yml has no person {person!r}",
            f"Add them under `people:`, or name one of {', '.join(settings.people) or 'nobody'}.",
        )
    ]


def _mentions(text: str, place: Place, files: set[str]) -> Iterator[Finding]:
    for path in _MENTION.findall(text):
        if path not in files:
            yield _dangling(path, place)


def _links(body: str, place: Place, files: set[str]) -> Iterator[Finding]:
    folder = posixpath.dirname(place.file)
    for match in _LINK.finditer(_CODE.sub("", body)):
        target = match.group("target")
        if "://" in target:
            continue
        path = posixpath.normpath(posixpath.join(folder, target))
        if path not in files:
            yield _dangling(target, place)


def _dangling(target: str, place: Place) -> Finding:
    return _error(
        "dangling-link", place, f"it links to {target}, which is not there", "Mend the link."
    )


def _stray_files(root: Path) -> Iterator[Finding]:
    """What lies among the records and is none: it would be overlooked."""
    releases = root / RECORD_FOLDERS[0]
    for folder in sorted(releases.iterdir()) if releases.is_dir() else ():
        place = Place(file=folder.relative_to(root).as_posix())
        problem = check_product(folder.name)
        if folder.is_symlink():
            yield _error("stray", place, "a symbolic link is no record", "Put the file there.")
        elif folder.is_dir() and problem:
            yield _error("unsafe-name", place, f"this is no product id: {problem}", "Rename it.")
        elif folder.is_dir():
            yield from _strays_of_product(root, folder)


def _strays_of_product(root: Path, folder: Path) -> Iterator[Finding]:
    for path in sorted(folder.iterdir()):
        relative = path.relative_to(root).as_posix()
        if path.is_symlink() or path.is_dir() or not is_record(relative):
            yield _error(
                "stray",
                Place(file=relative),
                "this is no record",
                "Releases are <version>.md files; remove this, or rename it.",
            )


def _channels(settings: Settings) -> Iterator[Finding]:
    for channel in settings.channels.values():
        for problem in channels.problems(channel):
            yield _error("wrong-channel", channel.place, problem, f"Mend channel {channel.id}.")


def _error(rule: str, place: Place, message: str, help: str) -> Finding:
    return Finding(
        rule=rule, severity=FindingSeverity.ERROR, place=place, message=message, help=help
    )


def _warning(rule: str, place: Place, message: str, help: str) -> Finding:
    return Finding(
        rule=rule, severity=FindingSeverity.WARNING, place=place, message=message, help=help
    )
