"""What a writing command is about to do, kept beside Git until it is done.

A command that dies leaves its journal. If its commit was made, the next command brings Git's
index along; if not, the files go back to what they were, and the command can be run again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass
from forewarn.store.files import cannot_write, leftovers, write_atomic
from forewarn.store.git.own_index import discard, install, own_index, unlock
from forewarn.store.git.process import lives
from forewarn.store.git.scratch import JOURNAL, scratch_of

if TYPE_CHECKING:
    from forewarn.store.git.repository import Repository

_KEPT = "before"
_BRIEF = 1.0  # seconds; Git holds the locks of its refs for much less


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedFile:
    """A file that is about to change; its path is that from the top of the working tree.

    `new` is the SHA-256 of its bytes to be, None where it goes; `kept` names the copy of what is
    there, None where nothing is.
    """

    path: str
    new: str | None
    kept: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Journal:
    """What is about to be done: the first line of the commit's message, and where it is made.

    `before` is the commit that the branch is at, None where it has none yet. `along` are files
    that are committed as they lie there.
    """

    what: str
    branch: str
    before: str | None
    files: tuple[ChangedFile, ...]
    along: tuple[str, ...]

    @property
    def paths(self) -> set[str]:
        """All that the commit is of."""
        return {*(file.path for file in self.files), *self.along}


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovered:
    """What became of a command that died: whether its commit was made, and what stayed as it is.

    `left` are files that somebody has changed since.
    """

    what: str
    committed: bool
    left: tuple[str, ...]


def begin(
    repository: Repository,
    what: str,
    files: Mapping[str, bytes | None],
    along: Iterable[str] = (),
) -> Journal:
    """Say what is about to be done to files, and keep what is there of them.

    `files` are bytes by path from the knowledge base, None for one that is to go; `along` are
    paths of files that are committed as they lie there.

    Raises:
        DataError: it cannot be written; nothing has changed.
    """
    git_dir = Path(repository.git_dir)
    scratch = scratch_of(git_dir)
    try:
        rows = _kept(repository, files, scratch / _KEPT)
        journal = Journal(
            what=what,
            branch=repository.branch() or "",
            before=repository.head(),
            files=rows,
            along=tuple(repository.from_top(path) for path in along),
        )
        write_atomic(scratch / JOURNAL, json.dumps(asdict(journal)).encode())
    except BaseException as error:
        tidy(git_dir)
        if isinstance(error, OSError):
            raise cannot_write(scratch, error) from error
        raise
    return journal


def _kept(
    repository: Repository, files: Mapping[str, bytes | None], folder: Path
) -> tuple[ChangedFile, ...]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = []
    for number, (path, data) in enumerate(files.items()):
        place, kept = repository.root / path, None
        if os.path.lexists(place):
            kept = str(number)
            _keep(place, folder / kept)
        new = None if data is None else hashlib.sha256(data).hexdigest()
        rows.append(ChangedFile(path=repository.from_top(path), new=new, kept=kept))
    return tuple(rows)


def end(repository: Repository) -> None:
    """Forget the journal: what it says is done, or undone."""
    git_dir = Path(repository.git_dir)
    # If this fails, the next command does it over, which changes nothing.
    with contextlib.suppress(OSError):
        scratch_of(git_dir, JOURNAL).unlink(missing_ok=True)
        tidy(git_dir)


def tidy(git_dir: Path) -> None:
    """Remove what was kept for a journal that is not there."""
    with contextlib.suppress(OSError):
        shutil.rmtree(scratch_of(git_dir, _KEPT), ignore_errors=True)
        discard(git_dir)
        for half in leftovers(scratch_of(git_dir)):
            half.unlink(missing_ok=True)


def is_committed(repository: Repository, journal: Journal) -> bool:
    """Whether the branch has the commit: it has moved, and not without these files.

    Raises:
        DataError: Git fails.
    """
    tip = _tip(repository, journal)
    if not tip or tip == journal.before:
        return False
    paths = journal.paths
    if journal.before is None:
        return any(path in paths for path in _tree(repository, tip))
    changed = repository.plumb(
        "comparing two commits",
        *("diff-tree", "-r", "-z", "--name-only", "--no-renames", journal.before, tip),
    )
    return any(path in paths for path in changed.split("\0"))


def put_back(repository: Repository, journal: Journal) -> tuple[str, ...]:
    """Let the files be as they were; those that somebody has changed since stay, and are named.

    It takes no room on the disk.

    Raises:
        DataError: a file cannot be moved.
    """
    kept = scratch_of(Path(repository.git_dir), _KEPT)
    left = []
    folders: set[Path] = set()
    for file in journal.files:
        place = repository.top / file.path
        if not _is_inside(repository.top, place):
            continue
        folders.add(place.parent)
        try:
            if not _put_back(file, place, kept):
                left.append(file.path)
        except OSError as error:
            raise cannot_write(place, error) from error
    for folder in sorted(folders, reverse=True):
        for half in leftovers(folder):
            half.unlink(missing_ok=True)
        # The folders of a first record go too, where nothing else is in them.
        with contextlib.suppress(OSError):
            while folder != repository.top:
                folder.rmdir()
                folder = folder.parent
    return tuple(left)


def recover(repository: Repository) -> Recovered | None:
    """Finish or undo what a dead command was at; the caller holds the lock among writers.

    None where there is nothing.

    Raises:
        DataError: Git fails, or a file cannot be moved.
    """
    git_dir = Path(repository.git_dir)
    journal = _read(scratch_of(git_dir, JOURNAL))
    discard(git_dir)
    unlock(git_dir)
    if journal is None:
        end(repository)
        return None
    unlock_refs(git_dir, journal)
    committed = is_committed(repository, journal)
    left: tuple[str, ...] = ()
    if committed:
        _bring_index_along(repository, journal)
    else:
        left = put_back(repository, journal)
    end(repository)
    return Recovered(what=journal.what, committed=committed, left=left)


def unlock_refs(git_dir: Path, journal: Journal) -> None:
    """Take away what a Git of ours, killed while it moved the branch, has locked."""
    common = git_dir
    with contextlib.suppress(OSError):
        common = git_dir / (git_dir / "commondir").read_text(encoding="utf-8").strip()
    since = _time_of(scratch_of(git_dir, JOURNAL))
    if since is None:
        return  # nobody can say since when a lock may be ours
    locks = [
        git_dir / "HEAD.lock",
        common / "packed-refs.lock",
        common / "reftable" / "tables.list.lock",
        *filter(_is_of_a_dead_git, git_dir.glob("next-index-*.lock")),
    ]
    if journal.branch:
        locks.append(common / "refs" / "heads" / f"{journal.branch}.lock")
    for lock in locks:
        end = time.monotonic() + _BRIEF
        # One that is older was not ours; one that goes is that of a Git that lives.
        while (found := _time_of(lock)) is not None and found >= since:
            if time.monotonic() > end:
                lock.unlink(missing_ok=True)
            time.sleep(0.02)


def _is_of_a_dead_git(lock: Path) -> bool:
    """Whether nobody is at the commit that an index is for: an editor may be open for minutes."""
    pid = lock.stem.rpartition("-")[2]
    return os.name == "nt" or not pid.isdecimal() or not lives(int(pid))


def _bring_index_along(repository: Repository, journal: Journal) -> None:
    git_dir, tip = Path(repository.git_dir), _tip(repository, journal)
    there = _tree(repository, tip)
    nothing = "0" * len(tip)
    rows = (f"{there.get(path, f'0 {nothing}')}\t{path}\0" for path in sorted(journal.paths))
    given = scratch_of(git_dir, "rows")
    with own_index(git_dir) as index:
        given.write_bytes("".join(rows).encode("utf-8", "surrogateescape"))
        try:
            repository.plumb(
                "bringing the index along",
                *("update-index", "-z", "--index-info"),
                given=given,
                env={"GIT_INDEX_FILE": str(index)},
            )
            install(git_dir)
        finally:
            given.unlink(missing_ok=True)


def _tip(repository: Repository, journal: Journal) -> str:
    return repository.plumb(
        "looking up the branch",
        *("for-each-ref", "--format=%(objectname)", f"refs/heads/{journal.branch}"),
    )


def _tree(repository: Repository, commit: str) -> dict[str, str]:
    """The files of a commit: mode and blob by their path from the top."""
    text = repository.plumb("reading the tree", "ls-tree", "-r", "-z", "--full-tree", commit)
    found = {}
    for row in filter(None, text.split("\0")):
        head, path = row.split("\t", 1)
        mode, _, blob = head.split()
        found[path] = f"{mode} {blob}"
    return found


def _keep(place: Path, copy: Path) -> None:
    try:
        # It takes no room, and none to go back.
        os.link(place, copy, follow_symlinks=False)
    except OSError:
        shutil.copy2(place, copy, follow_symlinks=False)


def _put_back(file: ChangedFile, place: Path, kept: Path) -> bool:
    """Whether the file is as it was; not where somebody else has changed it since."""
    before = kept / file.kept if file.kept else None
    if not os.path.lexists(place):
        if file.new is None and before and os.path.lexists(before):
            place.parent.mkdir(parents=True, exist_ok=True)
            _move(before, place)
        return file.new is None or before is None
    if before and os.path.lexists(before) and os.path.samestat(place.lstat(), before.lstat()):
        return True
    data = place.read_bytes()
    # After a power cut, a new file that was not synced can be empty.
    ours = hashlib.sha256(data).hexdigest() == file.new or not (data or before)
    if not ours:
        return before is not None and data == before.read_bytes()
    if before is None:
        place.unlink()
    else:
        _move(before, place)
    return True


def _move(copy: Path, place: Path) -> None:
    try:
        copy.replace(place)
    except OSError:  # another file system
        if copy.is_symlink():
            raise
        write_atomic(place, copy.read_bytes())


def _is_inside(top: Path, place: Path) -> bool:
    """Whether a path leads to nowhere else: a journal may have come with a packed folder."""
    parts = PurePosixPath(place.relative_to(top).as_posix()).parts
    if ".." in parts or ".git" in parts:
        return False
    return place.parent.resolve() == top.resolve().joinpath(*parts[:-1])


def _time_of(path: Path) -> float | None:
    try:
        return path.lstat().st_mtime
    except OSError:
        return None


def _read(path: Path) -> Journal | None:
    """A journal; None where there is none, or none that a command of ours wrote."""
    try:
        found = json.loads(path.read_bytes())
        files = tuple(ChangedFile(**row) for row in found.pop("files"))
        along = tuple(found.pop("along"))
        journal = Journal(files=files, along=along, **found)
        return journal if _can_be_ours(journal) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _can_be_ours(journal: Journal) -> bool:
    """Whether nothing in it leads elsewhere: Git's folder may have come in an archive."""
    named = [*journal.paths, journal.branch]
    return (
        isinstance(journal.what, str)
        and all(_is_below(name) for name in named)
        and all(file.kept is None or file.kept.isdecimal() for file in journal.files)
        and (journal.before is None or re.fullmatch("[0-9a-f]{40,64}", journal.before) is not None)
    )


def _is_below(path: str) -> bool:
    return not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
