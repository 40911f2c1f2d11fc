"""A process that renders pages beside this one, and its beginning before there are any.

What it takes to begin one is loaded sooner than what it takes to make a page.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from forewarn import child
from forewarn.errors import DataError

if TYPE_CHECKING:
    from forewarn.site.spool import Place

_MODULE = "forewarn.site.render_worker"
_END_SECONDS = 5.0

# By the names of its parts.
Answer = dict[str, Any]

# The process that `begun_early` has begun and nobody has made use of yet.
_begun: ContextVar[list[RenderProcess]] = ContextVar("_begun")


@contextmanager
def begun_early() -> Iterator[None]:
    """Let a process set itself up that `Renderers` will need while the block runs.

    To set up the theme takes as long as hundreds of pages, and a processor is idle meanwhile.
    """
    with ExitStack() as stack:
        # Where it cannot begin, it is told when it is needed, and not before.
        with suppress(OSError):
            if (os.cpu_count() or 1) > 1:
                scratch = stack.enter_context(TemporaryDirectory(prefix="forewarn-"))
                process = RenderProcess(scratch)
                stack.callback(process.end)
                stack.callback(_begun.reset, _begun.set([process]))
        yield


def one_begun() -> RenderProcess:
    """The process that was begun early, if nobody has it yet; or else a new one."""
    early = _begun.get([])
    return early.pop() if early else RenderProcess()


class RenderProcess:
    """One process; what it is sent and answers are lines of JSON.

    With a folder of its own, it sets itself up before it is told what site it is.
    """

    def __init__(self, *scratch: str) -> None:
        self._process = subprocess.Popen(
            child.python(_MODULE, *scratch),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=child.neutral_folder(),
            env=child.environment(),
        )
        self._srcs = b"[]"

    def begin(self, what: dict[str, Any]) -> None:
        """Tell it what site it is."""
        with suppress(OSError):  # who asks it for something is told of its end
            self._send(json.dumps(what).encode())

    def render(self, tasks: Sequence[Place], srcs: bytes) -> Answer:
        """Render tasks of the spool; `srcs` is a list of files that are there, too, in JSON.

        What is `written`, and the `frames` that have become known.
        """
        told, self._srcs = self._srcs, srcs
        new = b"[]" if told == srcs else srcs
        return self._ask(b'{"srcs":%b,"tasks":%b}' % (new, json.dumps(tasks).encode()))

    def frame(self) -> Answer:
        """The theme's files with where they lie, and the text of pages that belong to none."""
        return self._ask(b'{"frame":true}')

    def _ask(self, line: bytes) -> Answer:
        try:
            self._send(line)
            answer = self._answer()
        except (OSError, ValueError) as error:
            raise self._died() from error
        if "refused" in answer:
            raise DataError(**answer["refused"])
        return answer

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream  # noqa: S101 - both are pipes, see above
            try:
                stream.close()
            except OSError:
                continue  # What was still to be written is for nobody now.
        self._process.wait()

    def _send(self, line: bytes) -> None:
        assert self._process.stdin  # noqa: S101 - a pipe, see above
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> Answer:
        assert self._process.stdout  # noqa: S101 - a pipe, see above
        answer: Answer = json.loads(self._process.stdout.readline())
        return answer

    def _died(self) -> DataError:
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            # It closed its side and lives on.
            self._process.kill()
            code = self._process.wait(_END_SECONDS)
        by = f" by {signal.Signals(-code).name}" if code < 0 else f" with exit code {code}"
        return DataError(
            f"a process that renders pages was ended{by}",
            help="Most often the machine was out of memory: free some, then publish again. "
            "The site that was there has been left as it was.",
        )
