"""What Git's objects hold, through one process of Git's own; ids of any length."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import tempfile
import threading
import time
from typing import IO

from forewarn import child
from forewarn.errors import DataError
from forewarn.store.git.process import command, end, environment

# One object takes a millisecond; a disk that is far away may not answer at all.
_SECONDS = 60.0
_SHA1 = 40  # letters of such an id; those of the other kind have more


class TooLarge(Exception):
    """An object of `size` bytes, more than were asked for."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Objects:
    """A `git cat-file --batch` that answers until `close`.

    It is closed by whatever is raised while it answers: nobody has heard all of that.

    Args:
        git_dir: the repository's own folder.
        seconds: the most that one object may take.
    """

    def __init__(self, git_dir: str, *, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        line, before = child.dying_with_us(command((f"--git-dir={git_dir}", "cat-file", "--batch")))
        self._process = subprocess.Popen(
            line,
            env={**os.environ, **environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            start_new_session=True,
            preexec_fn=before,
        )
        self._asked_at: float | None = None
        self._too_long = False
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def read(self, id: str, *, most: int | None = None) -> bytes:
        """The content of an object.

        Raises:
            TooLarge: it has more than `most` bytes.
            DataError: it is not in this clone, or damaged, or takes too long to get.
        """
        found = self._next(id, most)
        if found is None:
            raise self._failure(id)
        return found[1]

    def whole(self, id: str, kind: str) -> bytes | None:
        """The content of an object of a kind, such as "tree", which is what its id stands for.

        None where that cannot be said: then only Git itself can say why.
        """
        found = self._next(id, None)
        if found is None or found[0] != kind:
            return None
        content = found[1]
        head = b"%s %d\0" % (kind.encode(), len(content))
        made = hashlib.new("sha1" if len(id) == _SHA1 else "sha256", head, usedforsecurity=False)
        made.update(content)
        return content if made.hexdigest() == id else None

    def _next(self, id: str, most: int | None) -> tuple[str, bytes] | None:
        """The kind and content of an object; None where there is none to be had."""
        assert self._process.stdin and self._process.stdout  # noqa: S101 - both are pipes
        with self._turn:
            self._asked_at = time.monotonic()
            answer = None
            try:
                self._process.stdin.write(f"{id}\n".encode())
                self._process.stdin.flush()
                answer = _answer(self._process.stdout, most)
            except (OSError, ValueError):
                pass  # it has ended
            except BaseException:
                self.close()
                raise
            self._asked_at = None
            return answer

    @property
    def is_closed(self) -> bool:
        """Whether it answers no more."""
        return self._closed.is_set()

    def close(self) -> None:
        """End the process."""
        self._closed.set()
        end(self._process)
        self._watching.join()
        for pipe in (self._process.stdin, self._process.stdout, self._said):
            assert pipe  # noqa: S101 - a pipe or a file, see __init__
            with contextlib.suppress(OSError):
                pipe.close()

    def _watch(self) -> None:
        """End the process where a reading would never end."""
        while not self._closed.wait(self._seconds / 4):
            asked_at = self._asked_at
            if asked_at is not None and time.monotonic() - asked_at > self._seconds:
                self._too_long = True
                end(self._process)
                return

    def _failure(self, id: str) -> DataError:
        self._said.seek(0)
        said = " ".join(self._said.read(1000).decode("utf-8", "replace").split())
        why = f"it took more than {self._seconds:g} s" if self._too_long else said
        if "lazy fetching disabled" in said or "could not fetch" in said:
            return DataError(
                f"the object {id[:10]} is not here: this is a partial clone, and nothing is "
                "fetched from its remote while it is read",
                help="Get all of it first, if you trust the remote: "
                "`git fetch --refetch --no-filter`, then run this again.",
            )
        return DataError(
            f"Git cannot read the object {id[:10]}: {why or 'it is not in this clone'}",
            help="`git fsck` tells what is damaged or missing; `git fetch --refetch` gets it again "
            "from a complete repository.",
        )


def _answer(answers: IO[bytes], most: int | None) -> tuple[str, bytes] | None:
    """The next answer: `<id> <type> <size>`, the content and a line end; None where it is none."""
    head = answers.readline().split()
    if len(head) != 3 or not head[2].isdigit():
        return None
    size = int(head[2])
    if most is not None and size > most:
        raise TooLarge(size)
    content = answers.read(size + 1)
    return (head[1].decode(), content[:size]) if len(content) == size + 1 else None
