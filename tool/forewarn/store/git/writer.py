"""Changing files and committing them: all of it or nothing, one command at a time.

Whoever reads records to decide what to write holds `one_writer` from before they read until the
commit is made. A command that dies at any moment is finished or undone by the next one.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from forewarn.errors import DataError, Refused
from forewarn.store.files import cannot_write, only_one, write_atomic, write_new
from forewarn.store.git import journal
from forewarn.store.git.journal import Recovered
from forewarn.store.git.repository import Repository
from forewarn.store.git.scratch import git_dir_of, is_unfinished, scratch_of
from forewarn.store.links import refuse_beyond_links

# Seconds that a command waits for another one, which is quick unless it imports.
_PATIENCE = 30.0
_MANY = 1000  # files

P = ParamSpec("P")
R = TypeVar("R")


class _Held(threading.local):
    """The locks that this thread holds, by Git's folder."""

    def __init__(self) -> None:
        self.locks: dict[Path, int] = {}


_held = _Held()


@contextlib.contextmanager
def one_writer(root: Path) -> Iterator[None]:
    """Be the only one who writes records in this clone while the block runs.

    What a dead command left is finished or undone first. A block inside a block is no matter.

    Raises:
        Refused: another command is writing, and goes on writing.
        DataError: the lock cannot be taken, or what is left cannot be put away.
    """
    git_dir = git_dir_of(root)
    if git_dir is None or git_dir in _held.locks:
        yield
        return
    with contextlib.ExitStack() as stack:
        lock = scratch_of(git_dir, "lock")
        held = stack.enter_context(only_one(lock, "writing records", patience=_PATIENCE))
        _held.locks[git_dir] = held
        stack.callback(_held.locks.pop, git_dir)
        _recover(root, git_dir)
        yield


def alone(service: Callable[Concatenate[Path, P], R]) -> Callable[Concatenate[Path, P], R]:
    """Let a service that reads and then writes be the only one that does, in its root's clone."""

    @functools.wraps(service)
    def alone_in(root: Path, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with one_writer(root):
            return service(root, *args, **kwargs)

    return alone_in


def recovered(root: Path) -> Recovered | None:
    """Finish or undo what a dead command was at; None where nothing was left, or one is alive.

    Raises:
        DataError: Git fails, or a file cannot be moved.
    """
    git_dir = git_dir_of(root)
    if git_dir is None or not is_unfinished(git_dir) or git_dir in _held.locks:
        return None
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(only_one(scratch_of(git_dir, "lock"), "writing records"))
        except (Refused, DataError):  # whoever only reads may do so where they may not write
            return None
        return _recover(root, git_dir)


def _recover(root: Path, git_dir: Path) -> Recovered | None:
    if not is_unfinished(git_dir):
        journal.tidy(git_dir)
        return None
    with Repository(root) as repository:
        return journal.recover(repository)


def change_and_commit(
    repository: Repository,
    files: Mapping[str, bytes | None],
    message: str,
    *,
    along: Collection[str] = (),
    paths: Collection[str] = (),
    written: Callable[[int], None] = lambda done: None,
) -> str:
    """Write files (path → bytes, None for one that goes) and commit them; the commit's id.

    The caller is the one writer. `along` are files that are committed as they lie there. `paths`
    say to Git what is committed where folders say it shorter. `written` is told how many files
    are there, all of them in the end. A file that is not there now is not written over if
    somebody else writes it meanwhile.

    Raises:
        DataError: a file cannot be written, or Git refuses; all is as it was.
        Refused: a file would lie behind a symbolic link.
    """
    refuse_beyond_links(repository.root, files)
    git_dir = Path(repository.git_dir)
    about = journal.begin(repository, message.partition("\n")[0], files, along)
    try:
        for done, (file, (path, data)) in enumerate(zip(about.files, files.items(), strict=True)):
            written(done)
            place = repository.root / path
            if data is not None and file.kept is None:
                write_new(place, data, synced=len(files) < _MANY)
            else:
                _replace(place, data)
        written(len(files))
        commit = repository.commit(
            paths or [*files, *along], message, holding=_held.locks.get(_same(git_dir))
        )
    except BaseException as failure:
        if not _undone(repository, about) and isinstance(failure, DataError):
            # The commit is made: whatever failed after it, it has not been refused.
            return repository.head() or ""
        raise
    journal.end(repository)
    return commit


def _undone(repository: Repository, about: journal.Journal) -> bool:
    """Put all back, unless the commit is made; whether it is not."""
    if journal.is_committed(repository, about):
        # What could not be brought along now is by the next command.
        with contextlib.suppress(DataError):
            journal.recover(repository)
        return False
    journal.unlock_refs(Path(repository.git_dir), about)
    journal.put_back(repository, about)
    journal.end(repository)
    return True


def _replace(path: Path, data: bytes | None) -> None:
    if data is None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(path, error) from error
        # The folder of a last record goes, too.
        with contextlib.suppress(OSError):
            path.parent.rmdir()
    else:
        write_atomic(path, data)


def _same(git_dir: Path) -> Path:
    """Git's folder under the name by which the lock is held."""
    return next((held for held in _held.locks if held.samefile(git_dir)), git_dir)
