"""The releases that bear a version, whatever their product, and no file beside them.

Sixty products may have a version. What else is in their folders, twenty-six thousand files, says
which other release is newer or to be recommended, and not which of them it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, cast

from forewarn.model.names import version_of_stem
from forewarn.model.release import release_path
from forewarn.model.versions.version import InvalidVersion, Scheme
from forewarn.store.catalogue.entries import RecordFile
from forewarn.store.catalogue.folders import Worktree
from forewarn.store.catalogue.parts import ProductPart
from forewarn.store.catalogue.reader import Reader
from forewarn.store.catalogue.words import ANY_UNUSABLE, word_of_version


def parts_bearing(
    worktree: Worktree,
    reader: Reader,
    folders: Collection[str],
    versions: Mapping[str, Collection[str]],
    orders: Mapping[str, Scheme],
    more_than: int,
) -> dict[str, ProductPart] | None:
    """Of each product that has one of its `versions`, the releases that are equal to it.

    `folders` are those of all products. None where it takes all of their files: a record that
    cannot be read is among them, or as many products as that do not have one.
    """
    found = {}
    for name in folders:
        if name not in orders:
            return None
        asked = versions.get(name, ())
        if not asked or not _may_bear(worktree, reader, name, asked, orders[name]):
            continue
        if reader.may_hold(name, (ANY_UNUSABLE,)):
            return None
        files = _files(worktree, reader, name, asked, orders[name])
        if not all(file.usable for file in files.values()):
            return None
        if files:
            found[name] = reader.part_of_some(name, files)
    return found if len(found) > more_than else None


def _may_bear(
    worktree: Worktree, reader: Reader, name: str, asked: Collection[str], order: Scheme
) -> bool:
    words = _words(tuple(asked), cast("Any", order))
    return reader.may_bear(name, worktree.folder_time(name), words, versions=True)


@lru_cache(maxsize=100)
def _words(asked: Sequence[str], order: Any) -> tuple[str, ...]:
    words = []
    for version in asked:
        with suppress(InvalidVersion):
            words.append(word_of_version(version, order))
    return tuple(words)


def _files(
    worktree: Worktree, reader: Reader, name: str, asked: Collection[str], order: Scheme
) -> dict[str, RecordFile]:
    """The file that is named as the version was asked for; else all whose version equals it."""
    words = _words(tuple(asked), cast("Any", order))
    kept = reader.bearers(name, words, worktree.folder_time(name))
    exact = release_path(name, next(iter(asked)))
    marks = worktree.marks([exact])
    if not marks:
        stems = map(_stem, kept.known) if kept.all else worktree.stems(name)
        marks = worktree.marks(
            release_path(name, version)
            for version in map(version_of_stem, stems)
            if any(_same(version, other, order) for other in asked)
        )
    found = {path: entry for path in marks if (entry := kept.find(path, marks[path]))}
    others = {path: mark for path, mark in marks.items() if path not in found}
    return found | (reader.files_of(name, others) if others else {})


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _same(version: str, asked: str, order: Scheme) -> bool:
    """Whether they may be one version; an epoch is often left out."""
    if version.partition(":")[2] == asked:
        return True
    try:
        return bool(order.key(version) == order.key(asked))
    except InvalidVersion:
        return version == asked
