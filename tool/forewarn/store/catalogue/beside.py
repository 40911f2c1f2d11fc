"""A second process that reads records while this one does, where there are many to be read.

It begins at the other end and leaves what it has read in the cache, where it is found as after an
earlier command. Whether it is there, is slow or is killed changes no answer: what it has not left
is read here. It ends when nobody holds the other end of its input any more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from forewarn import child
from forewarn.errors import ForewarnError
from forewarn.store.catalogue.whole import load_from_the_end


@contextmanager
def reading_beside(root: Path) -> Iterator[None]:
    """Let another process read as well while the block runs, if there is a processor for it."""
    process = begin(__name__, str(root.resolve()), told=subprocess.DEVNULL)
    try:
        yield
    finally:
        if process:
            process.kill()
            process.communicate()


def begin(module: str, *arguments: str, told: int) -> subprocess.Popen[bytes] | None:
    """Begin a module of ours in another process, its output at `told`.

    The module calls `end_with_the_other`. None where there is no processor for it, or no process
    to be had: then this one does it all.
    """
    if (os.cpu_count() or 1) < 2:
        return None
    try:
        return subprocess.Popen(
            child.python(module, *arguments),
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=subprocess.DEVNULL,
            env=child.environment(),
            cwd=child.neutral_folder(),
        )
    except OSError:
        return None


def end_with_the_other() -> None:
    """Let this process end with the one that began it."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    end_with_the_other()
    with suppress(ForewarnError, OSError):
        load_from_the_end(Path(sys.argv[1]))
