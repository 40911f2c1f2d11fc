"""Mending what was recorded by mistake: a release under a wrong version, too early, or at all.

Each is one commit that gives its reason. Whoever was told of the release hears of it from the
next publish, as they would of the same change made by hand.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from forewarn.errors import Refused, UsageError
from forewarn.frozen import dataclass
from forewarn.model.names import version_stem
from forewarn.model.release import Release, Status
from forewarn.services.ask.lookup import the_release
from forewarn.services.publish.events import REASON
from forewarn.services.records.gate import (
    refuse_bad_version,
    refuse_future,
    refuse_recorded,
    refuse_twin,
)
from forewarn.services.records.pointing import (
    Files,
    own_files,
    point_nowhere,
    point_to,
    still_named,
)
from forewarn.services.records.writing import the_reason, trailer, write_and_commit
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.git.repository import Repository
from forewarn.store.git.writer import alone
from forewarn.store.records.edit import edit_record

_OUT = (Status.SHIPPED, Status.WITHDRAWN)
_NOT_OUT = (Status.PLANNED, Status.STAGED)


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
    point_to(root, files, loaded.catalogue, old, to)
    name = loaded.catalogue.name_of(product)
    message = _message(f"Rename {name} {old.version} to {to}", why, old)
    write_and_commit(root, files, message)
    after = load_worktree(root)
    return Mended(
        release=the_release(after, product, to),
        files=tuple(files),
        left=tuple(still_named(root, after.catalogue, old)),
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
    files: Files = dict.fromkeys(own_files(root, old))
    point_nowhere(root, files, loaded.catalogue, old)
    name = loaded.catalogue.name_of(product)
    write_and_commit(root, files, _message(f"Remove {name} {old.version}", why, old))
    left = tuple(still_named(root, load_worktree(root).catalogue, old))
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


def _moved(root: Path, old: Release, to: str) -> Files:
    """The release's own files, gone from where they are and written where they belong."""
    files: Files = {}
    stem = f"releases/{old.product}/{version_stem(to)}"
    for path in own_files(root, old):
        files[path] = None
        ending = ".briefing.md" if path.endswith(".briefing.md") else ".md"
        files[stem + ending] = (root / path).read_bytes()
    return files
