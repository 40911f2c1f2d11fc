"""Mending what was recorded by mistake: a release under a wrong version, too early, or at all.

Each is one commit that gives its reason. Whoever was told of the release hears of it from the
next publish, as they would of the same change made by hand.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from forewarn.errors import Refused, UsageError
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.names import version_stem
from forewarn.model.record import Place
from forewarn.model.release import Release, Status, release_path
from forewarn.model.versions.version import VersionRange
from forewarn.services.ask.lookup import the_release
from forewarn.services.publish.events import REASON
from forewarn.services.records.gate import (
    refuse_bad_version,
    refuse_future,
    refuse_recorded,
    refuse_twin,
)
from forewarn.services.records.writing import the_reason, trailer, write_and_commit
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.git.repository import Repository
from forewarn.store.git.writer import alone
from forewarn.store.layout import RECORD_FOLDERS
from forewarn.store.records.edit import edit_record

_OUT = (Status.SHIPPED, Status.WITHDRAWN)
_NOT_OUT = (Status.PLANNED, Status.STAGED)
# A path in text, as far as a version can be part of one.
_PATH = expression(r"[A-Za-z0-9._/+~^!=-]+\.md\b")

Files = dict[str, bytes | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    """What a command has changed: its files, and the places that still name what was mended."""

    release: Release
    files: tuple[str, ...]
    left: tuple[str, ...]


@alone
def rename_release(root: Path, *, product: str, version: str, to: str, reason: str) -> Mended:
    """Record a release under the version that it really has. Commits it.

    Its briefing goes with it, and what points to it follows: `replacement:` of other releases,
    `contains:` of suites, and links. Ranges that name the version are left to a person.

    Raises:
        UsageError: there is no such release, the new version is none, or the reason is empty.
        Refused: the new version is recorded already, or is only another spelling.
        DataError: it could not be written or committed; nothing has changed then.
    """
    why = the_reason(reason, "--reason")
    loaded = load_worktree(root)
    old = the_release(loaded, product, version)
    refuse_bad_version(loaded, product, to)
    there = loaded.catalogue.find_release(product, to)
    if there and there != old:
        refuse_recorded(there, (), None)
    if to == old.version:
        raise Refused(
            f"{old} has this version already", where=old.place.file, help="Nothing is to be done."
        )
    refuse_twin(root, product, to, besides=old.place.file)
    files = _moved(root, old, to)
    _point_to(root, files, loaded, old, to)
    name = loaded.catalogue.name_of(product)
    message = _message(f"Rename {name} {old.version} to {to}", why, old)
    write_and_commit(root, files, message)
    after = load_worktree(root)
    return Mended(
        release=the_release(after, product, to),
        files=tuple(files),
        left=tuple(_left(root, after, old)),
    )


@alone
def correct_release(
    root: Path,
    *,
    product: str,
    version: str,
    reason: str,
    at: datetime,
    status: Status | None = None,
    released_at: date | None = None,
    planned_for: date | None = None,
) -> Mended:
    """Correct what is recorded of a release that is out, and say why. Commits it.

    The commit takes the file as it lies in the working tree: what was edited there and not
    committed yet is corrected, too. `status` puts back a release that had not shipped, or one that
    was not withdrawn.

    Raises:
        UsageError: there is no such release, the reason is empty, or a day has not come.
        Refused: it is not out, or nothing would change.
        DataError: it could not be written or committed; nothing has changed then.
    """
    why = the_reason(reason, "--reason")
    if released_at:
        refuse_future(released_at, at)
    loaded = load_worktree(root)
    release = the_release(loaded, product, version)
    _refuse_status(release, status, released_at, planned_for)
    path = release.place.file

    def change(head: Any) -> None:
        if status:
            _put_status_back(head, status)
        if released_at:
            head["released_at"] = released_at
        if planned_for:
            head["planned_for"] = planned_for

    before = (root / path).read_bytes()
    asked = status or released_at or planned_for
    data = edit_record(before, change, path) if asked else before
    with Repository(root) as repository:
        edited = bool(repository.uncommitted([path]))
    if data == before and not edited:
        raise Refused(
            f"nothing of {release} has changed",
            where=path,
            help="Say what to correct (--status, --released-at, --planned), or edit the file first "
            "and run this again: it commits your edits with the reason.",
        )
    name = loaded.catalogue.name_of(product)
    write_and_commit(
        root, {path: data}, _message(f"Correct {name} {release.version}", why, release)
    )
    after = load_worktree(root)
    return Mended(release=the_release(after, product, version), files=(path,), left=())


@alone
def remove_release(root: Path, *, product: str, version: str, reason: str) -> Mended:
    """Take away the record of a release that there never was, with its briefing. Commits it.

    Where a withdrawn release names it as its replacement, that goes, too.

    Raises:
        UsageError: there is no such release, or the reason is empty.
        Refused: a suite contains it.
        DataError: it could not be written or committed; nothing has changed then.
    """
    why = the_reason(reason, "--reason")
    loaded = load_worktree(root)
    old = the_release(loaded, product, version)
    suites = loaded.catalogue.suites_with(old)
    if suites:
        raise Refused(
            f"{suites[0]} contains {old}",
            where=suites[0].place.file,
            help="Correct or remove the suite's release first.",
        )
    files: Files = dict.fromkeys(_own_files(root, old))
    for other in loaded.catalogue.releases_of(product):
        if _replaced_by(loaded.catalogue, other, old):
            files[other.place.file] = _edited(root, files, other.place.file, _without_replacement)
    name = loaded.catalogue.name_of(product)
    write_and_commit(root, files, _message(f"Remove {name} {old.version}", why, old))
    left = tuple(_left(root, load_worktree(root), old))
    return Mended(release=old, files=tuple(files), left=left)


def _message(subject: str, why: str, release: Release) -> str:
    # What is planned and taken back was no mistake of anybody's: it is off.
    kind = "mistaken" if release.status in _OUT else "cancelled"
    return f"{subject}\n\n" + trailer("Forewarn-Event", f"{kind} {release}") + trailer(REASON, why)


def _refuse_status(
    release: Release, status: Status | None, released_at: date | None, planned_for: date | None
) -> None:
    if release.status not in _OUT:
        raise Refused(
            f"{release} is {release.status}; only what is out is corrected so",
            where=release.place.file,
            help="Edit the file and commit; nobody was told that it has shipped.",
        )
    if status is release.status or status is Status.WITHDRAWN:
        raise Refused(
            f"{release} is {release.status}; it cannot be corrected to {status}",
            where=release.place.file,
            help="`forewarn release withdraw` takes back what had shipped.",
        )
    if status in _NOT_OUT and released_at:
        raise UsageError(
            f"what is {status} has no day on which it was released",
            help="Leave --released-at out, or --status.",
        )
    if planned_for and status not in _NOT_OUT:
        raise UsageError(
            f"{release} would not be planned", help="Give --status planned or staged, too."
        )


def _put_status_back(head: Any, status: Status) -> None:
    head["status"] = status.value
    head.pop("withdrawn", None)
    if status in _NOT_OUT:
        for key in ("released_at", "imported"):
            head.pop(key, None)
    rows = head.get("history")
    if rows is None:
        return
    while rows and not Status(rows[-1]["to"]).comes_before(status):
        del rows[-1]
    if not rows:
        del head["history"]


def _own_files(root: Path, release: Release) -> Iterator[str]:
    """The record and, where there is one, its briefing."""
    yield release.place.file
    briefing = release.place.file.removesuffix(".md") + ".briefing.md"
    if (root / briefing).is_file():
        yield briefing


def _moved(root: Path, old: Release, to: str) -> Files:
    """The release's own files, gone from where they are and written where they belong."""
    files: Files = {}
    stem = f"releases/{old.product}/{version_stem(to)}"
    for path in _own_files(root, old):
        files[path] = None
        ending = ".briefing.md" if path.endswith(".briefing.md") else ".md"
        files[stem + ending] = (root / path).read_bytes()
    return files


def _point_to(root: Path, files: Files, loaded: Loaded, old: Release, to: str) -> None:
    """Let what points to a release point to its new version."""
    catalogue = loaded.catalogue

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


def _left(root: Path, loaded: Loaded, old: Release) -> Iterator[str]:
    """Where the records still name a release that is not there, and what stands there."""
    catalogue = loaded.catalogue
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
