"""Pages rendered in processes of our own, which end when this one does."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any

from forewarn import child
from forewarn.errors import DataError
from forewarn.site.record import Output, Task

_MODULE = "forewarn.site.render_worker"
_AT_ONCE = 50
_END_SECONDS = 5.0


def render_side_by_side(
    config_file: Path,
    srcs: Collection[str],
    tasks: Sequence[Task],
    to: Path,
    processes: int,
    write: Callable[[Sequence[Task], Path], Iterator[tuple[str, Output]]] | None = None,
) -> Iterator[tuple[str, Output]]:
    """Render pages in several processes; parameters, result and errors as for `render`.

    This process takes its part as well where it can `write` pages itself.

    Raises:
        DataError: also where the system ends one of the processes.
    """
    begin = {"config_file": str(config_file), "srcs": [*srcs], "to": str(to)}
    left = iter(range(0, len(tasks), _AT_ONCE))
    lock = Lock()

    def portions() -> Iterator[Sequence[Task]]:
        while True:
            with lock:
                at = next(left, None)
            if at is None:
                return
            yield tasks[at : at + _AT_ONCE]

    def render_in(worker: _RenderProcess) -> list[tuple[str, Output]]:
        return [written for portion in portions() for written in worker.render(portion)]

    # The processes are ended first, so that no thread waits for one.
    with ThreadPoolExecutor(processes) as pool, ExitStack() as ended:
        workers = [_RenderProcess(begin) for _ in range(processes)]
        for worker in workers:
            ended.callback(worker.end)
        beside = [pool.submit(render_in, worker) for worker in workers]
        if write is not None:
            for portion in portions():
                yield from write(portion, to)
                for each in beside:
                    if each.done():
                        each.result()  # raises what went wrong there
        for each in beside:
            yield from each.result()


class _RenderProcess:
    """One process; what it is sent and answers are lines of JSON."""

    def __init__(self, begin: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            child.python(_MODULE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=child.neutral_folder(),
            env=child.environment(),
        )
        self._begin: dict[str, Any] | None = begin

    def render(self, tasks: Sequence[Task]) -> list[tuple[str, Output]]:
        try:
            if self._begin is not None:
                self._send(self._begin)
                self._begin = None
            self._send(tasks)
            answer = self._answer()
        except (OSError, ValueError) as error:
            raise self._died() from error
        if "refused" in answer:
            raise DataError(**answer["refused"])
        return [(address, Output(**made)) for address, made in answer["written"]]

    def end(self) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream  # noqa: S101 - both are pipes, see above
            try:
                stream.close()
            except OSError:
                continue  # What was still to be written is for nobody now.
        self._process.wait()

    def _send(self, data: object) -> None:
        assert self._process.stdin  # noqa: S101 - a pipe, see above
        self._process.stdin.write(json.dumps(data).encode() + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout  # noqa: S101 - a pipe, see above
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
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
