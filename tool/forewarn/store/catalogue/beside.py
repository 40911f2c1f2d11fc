"""A second process that reads records while this one does, where there are many to be read.

It begins at the other end and leaves what it has read in the cache, where it is found as after an
earlier command. Whether it is there, is slow or is killed changes no answer: what it has not left
is read here. It ends when nobody holds the other end of its input any more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from forewarn import child
from forewarn.errors import ForewarnError
from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.folders import Worktree
from forewarn.store.catalogue.reader import Reader
from forewarn.store.collector import no_collection


@contextmanager
def reading_beside(root: Path) -> Iterator[None]:
    """Let another process read as well while the block runs, if there is a processor for it."""
    if (os.cpu_count() or 1) < 2:
        yield
        return
    import subprocess

    try:
        process = subprocess.Popen(
            child.python(__name__, str(root.resolve())),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=child.environment(),
            cwd=child.neutral_folder(),
        )
    except OSError:  # no more processes, no memory: this one does it all
        yield
        return
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def read_from_the_end(root: Path) -> None:
    """Read into the cache what is not there, the last product first.

    Raises:
        DataError: a file cannot be opened.
    """
    worktree = Worktree(root)
    with no_collection():
        cache = Cache(root)
        reader = Reader(worktree, cache)
        names = worktree.products()
        reader.products(worktree.product_files(names))
        for name in reversed(names):
            if cache.hints(name) is None:
                reader.part(name, worktree.folder(name))


def _end_with_the_other() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    Thread(target=_end_with_the_other, daemon=True).start()
    with suppress(ForewarnError, OSError):
        read_from_the_end(Path(sys.argv[1]))
