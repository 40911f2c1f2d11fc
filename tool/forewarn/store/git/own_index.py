"""Committing through a copy of Git's index, which takes the place of the index when all is done.

`git commit` needs the index for as long as its hooks run. One that is killed meanwhile leaves it
locked for good, and nobody can tell whose lock that is. So Git works on a copy, and the lock is
ours: what it holds says so, and the next command takes it away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from forewarn.errors import DataError
from forewarn.store.files import cannot_write
from forewarn.store.git.process import (
    COMMITTING,
    Doing,
    Patience,
    answer,
    command,
    environment,
    family,
)
from forewarn.store.git.scratch import scratch_of

# Waited for at most this long, because other commands of Git are quick, too.
_LOCK_SECONDS = 10.0
_TO_END = 5.0  # seconds that Git has to put its things away when we are stopped
_OURS = b"forewarn commits here; its next command removes this file if it is left.\n"


@contextlib.contextmanager
def own_index(git_dir: Path) -> Iterator[Path]:
    """A copy of the index, while nobody else can change the index itself.

    Whoever gets it may put it in the index's place by `install`.

    Raises:
        DataError: another process keeps the index locked, or the copy cannot be written.
    """
    copy = scratch_of(git_dir, "index")
    with _locked(git_dir):
        try:
            discard(git_dir)
            with contextlib.suppress(FileNotFoundError):
                # With its time: by it Git knows which files were written in the same tick.
                shutil.copy2(git_dir / "index", copy)
        except OSError as error:
            raise cannot_write(copy, error) from error
        try:
            yield copy
        finally:
            discard(git_dir)


def install(git_dir: Path) -> None:
    """Put the copy in the place of the index.

    Raises:
        DataError: it cannot be moved.
    """
    copy = scratch_of(git_dir, "index")
    try:
        copy.replace(git_dir / "index")
    except OSError as error:
        raise cannot_write(git_dir / "index", error) from error


def discard(git_dir: Path) -> None:
    """Remove a copy of the index, and what Git may have left beside it."""
    for name in ("index", "index.lock"):
        scratch_of(git_dir, name).unlink(missing_ok=True)


def unlock(git_dir: Path) -> None:
    """Take the lock of a dead process of ours off the index; any other stays."""
    lock = git_dir / "index.lock"
    if _is_ours(lock):
        lock.unlink(missing_ok=True)


def run_git(
    words: Sequence[str],
    *,
    folder: Path,
    index: Path,
    given: bytes,
    holding: int | None,
    patience: Patience = COMMITTING,
) -> tuple[int, str]:
    """Run Git with its hooks on an index of our own to its end; its exit code, and what it said.

    It holds the lock `holding`, too, so that nobody writes while it is still at it and we are
    dead. If we are stopped, it is ended before this raises.

    Raises:
        DataError: it does not answer.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as asked:
        asked.write(given)
        asked.seek(0)
        # A file and no pipe: what a hook leaves running may keep it open for as long as it likes.
        process = subprocess.Popen(
            command(words, Doing.COMMITTING),
            cwd=folder,
            env={
                **os.environ,
                **environment(Doing.COMMITTING),
                "GIT_INDEX_FILE": str(index),
            },
            stdin=asked,
            stdout=said,
            stderr=said,
            pass_fds=() if holding is None or os.name == "nt" else (holding,),
        )
        try:
            answer(process, patience, words[0])
        except BaseException:
            _end(process)
            raise
        said.seek(0)
        return process.returncode, said.read().decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End Git, so that it can put its things away, and then what it had started."""
    _, *started = family(process.pid)
    process.terminate()
    try:
        process.wait(_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in started:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def _locked(git_dir: Path) -> Iterator[None]:
    lock, own = git_dir / "index.lock", scratch_of(git_dir, "lock-of-the-index")
    try:
        own.parent.mkdir(exist_ok=True)
        own.write_bytes(_OURS)
    except OSError as error:
        raise cannot_write(own, error) from error
    end = time.monotonic() + _LOCK_SECONDS
    while not _take(own, lock):
        if time.monotonic() > end:
            raise DataError(
                "Git failed at committing: another process of Git keeps the index locked",
                where=str(lock),
                help="Wait until it is done (an editor may be open for its message). If none is "
                "running, remove that file. Then run this again; nothing was changed.",
            )
        time.sleep(0.05)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        own.unlink(missing_ok=True)


def _take(own: Path, lock: Path) -> bool:
    try:
        # A link shows whose it is from its first moment on.
        os.link(own, lock)
    except FileExistsError:
        # Whoever calls holds the lock among our own writers: one of ours here is a dead one's.
        if _is_ours(lock):
            lock.unlink(missing_ok=True)
        return False
    except OSError as error:  # a file system without hard links, or a full one
        try:
            with lock.open("xb") as file:
                file.write(_OURS)
        except FileExistsError:
            return False
        except OSError:
            raise cannot_write(lock, error) from error
    return True


def _is_ours(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            return file.read(len(_OURS)) == _OURS
    except OSError:
        return False
