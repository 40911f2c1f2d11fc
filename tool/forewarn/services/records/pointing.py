"""What points to a release: other releases, suites, articles, and links in any text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forewarn.expressions import expression
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.record import Place
from forewarn.model.release import Release, release_path
from forewarn.model.versions.version import VersionRange
from forewarn.store.git.repository import Repository
from forewarn.store.layout import RECORD_FOLDERS
from forewarn.store.records.edit import edit_record

# A path in text, as far as a version can be part of one.
_PATH = expression(r"[A-Za-z0-9._/+~^!=-]+\.md\b")

# What is to be written at which path; None where a file goes.
Files = dict[str, bytes | None]


def own_files(root: Path, release: Release) -> Iterator[str]:
    """The record and, where there is one, its briefing."""
    yield release.place.file
    briefing = release.place.file.removesuffix(".md") + ".briefing.md"
    if (root / briefing).is_file():
        yield briefing


def point_to(root: Path, files: Files, catalogue: Catalogue, old: Release, to: str) -> None:
    """Let what points to a release point to its new version."""

    def new_replacement(head: Any) -> None:
        head["withdrawn"]["replacement"] = to

    def new_member(head: Any) -> None:
        head["contains"][old.product] = to

    for other in catalogue.releases_of(old.product):
        if other != old and _replaced_by(catalogue, other, old):
            files[other.place.file] = _edited(root, files, other.place.file, new_replacement)
    for suite in catalogue.suites_with(old):
        files[suite.place.file] = _edited(root, files, suite.place.file, new_member)
    stem = old.place.file.removesuffix(".md")
    moves = {
        f"{stem}{ending}": release_path(old.product, to).removesuffix(".md") + ending
        for ending in (".md", ".briefing.md")
    }
    with Repository(root) as repository:
        naming = {
            p for path in moves for p in repository.holding(path.split("/")[-1], RECORD_FOLDERS)
        }
    for path in sorted((naming | files.keys()) - moves.keys()):
        data = _bytes(root, files, path)
        linked = _relinked(data.decode("utf-8", "surrogateescape"), path, moves)
        changed = linked.encode("utf-8", "surrogateescape")
        if changed != data:
            files[path] = changed


def point_nowhere(root: Path, files: Files, catalogue: Catalogue, old: Release) -> None:
    """Let no withdrawn release name one that goes as its replacement."""
    for other in catalogue.releases_of(old.product):
        if _replaced_by(catalogue, other, old):
            files[other.place.file] = _edited(root, files, other.place.file, _without_replacement)


def _relinked(text: str, file: str, moves: dict[str, str]) -> str:
    """Text in which the paths that lead to a file that moves lead to where it goes."""
    folder = posixpath.dirname(file)

    def follow(match: re.Match[str]) -> str:
        target = match.group()
        if target in moves:
            return moves[target]
        new = moves.get(posixpath.normpath(posixpath.join(folder, target)))
        return posixpath.relpath(new, folder) if new else target

    return _PATH.sub(follow, text)


def _bytes(root: Path, files: Files, path: str) -> bytes:
    return files.get(path) or (root / path).read_bytes()


def _edited(root: Path, files: Files, path: str, change: Any) -> bytes:
    return edit_record(_bytes(root, files, path), change, path)


def _without_replacement(head: Any) -> None:
    del head["withdrawn"]["replacement"]


def _replaced_by(catalogue: Catalogue, release: Release, by: Release) -> bool:
    instead = release.withdrawn.replacement if release.withdrawn else None
    return bool(instead) and catalogue.find_release(by.product, instead or "") == by


def still_named(root: Path, catalogue: Catalogue, old: Release) -> Iterator[str]:
    """Where the records still name a release that is not there, and what stands there."""
    for product in sorted(catalogue.products):
        if old.product not in catalogue.shelf.partners_of(product):
            continue
        for release in catalogue.releases_of(product):
            for statement in release.compatibility:
                if statement.partner == old.product and _names(statement.versions, old):
                    yield _told(statement.place, old, statement.versions)
    for article in catalogue.articles.values():
        for versions in _ranges(article, old.product):
            if _names(versions, old):
                yield _told(article.place, old, versions)
    ours = {old.place.file, old.place.file.removesuffix(".md") + ".briefing.md"}
    with Repository(root) as repository:
        stem = old.place.file.split("/")[-1].removesuffix(".md")
        for path in repository.holding(f"{stem}.", RECORD_FOLDERS):
            text = (root / path).read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.splitlines(), 1):
                if any(_leads_to(found, path, ours) for found in _PATH.findall(line)):
                    yield f"{path}:{number}: a link leads to it"


def _leads_to(target: str, file: str, paths: set[str]) -> bool:
    folder = posixpath.dirname(file)
    return target in paths or posixpath.normpath(posixpath.join(folder, target)) in paths


def _ranges(article: Article, product: str) -> Iterator[VersionRange]:
    for ranges in (article.applies, article.fixed_in):
        if product in ranges:
            yield ranges[product]


def _names(versions: VersionRange, release: Release) -> bool:
    return any(comparator.version == release.version for comparator in versions.comparators)


def _told(place: Place, release: Release, versions: VersionRange) -> str:
    return f"{place}: it speaks of {release.product} {versions}"
