"""A process that looks at the files of a site while this one is at work on something else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from forewarn import child
from forewarn.site import look_worker
from forewarn.site.look_worker import Answer

# Bytes of a question of some thousand files: fewer are looked at sooner than a process has begun.
_LONG = 500_000


@contextmanager
def looked_beside(question: bytes, *, least: int = _LONG) -> Iterator[Callable[[], Answer | None]]:
    """Let a process look while the block runs; what is given waits for the answer.

    It gives None where there is none, and nothing is known then: a short question, a machine
    without a second processor, or a process that has come to grief.
    """
    pays = len(question) >= least and (os.cpu_count() or 1) > 1
    process = _begin(question) if pays else None
    if process is None:
        yield lambda: None
        return
    with process:  # which closes its pipe and waits for it
        try:
            yield partial(_answer, process)
        finally:
            process.kill()


def _begin(question: bytes) -> subprocess.Popen[bytes] | None:
    line, before = child.dying_with_us(child.python_file(Path(look_worker.__file__)))
    try:
        with TemporaryFile() as asked:
            # Unlike a pipe it takes everything at once.
            asked.write(question)
            asked.seek(0)
            return subprocess.Popen(
                line,
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=child.neutral_folder(),
                env=child.environment(),
                preexec_fn=before,
            )
    except OSError:
        return None


def _answer(process: subprocess.Popen[bytes]) -> Answer | None:
    assert process.stdout  # noqa: S101 - a pipe, see above
    try:
        told = process.stdout.read()
        return None if process.wait() else look_worker.read(told)
    except (OSError, ValueError, EOFError, TypeError):
        return None
