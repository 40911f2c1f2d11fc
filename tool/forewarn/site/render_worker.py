"""A process that renders pages: tasks come as lines of JSON, what was written goes back so.

The first line says what site it is. The process ends when nobody holds the other end of its
input any more, also in the middle of a page: that is how it notices the end of its parent.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from forewarn.errors import ForewarnError
from forewarn.site.record import Task
from forewarn.site.render import Renderer, renderer
from forewarn.store.collector import collected_in_steps


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a theme or an extension prints must not get among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lines: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, lines), daemon=True).start()
    begin = json.loads(lines.get())
    with ExitStack() as stack, collected_in_steps() as collect:
        mkdocs: Renderer | None = None
        while True:
            wanted = json.loads(lines.get())
            tasks = [Task(*row) for row in wanted["tasks"]]
            try:
                if mkdocs is None:
                    # Not before: there an error would have nobody to be told to.
                    config_file = Path(begin["config_file"])
                    mkdocs = stack.enter_context(renderer(config_file, begin["srcs"]))
                mkdocs.know([*wanted["srcs"], *(task.src for task in tasks)])
                written = mkdocs.write(tasks, Path(begin["to"]))
                answer: dict[str, Any] = {"written": [(a, asdict(made)) for a, made in written]}
            except ForewarnError as error:
                answer = {"refused": _parts(error)}
            except OSError as error:
                what = f"a page cannot be written: {error.strerror or error}"
                answer = {"refused": {"what": what, "where": str(error.filename or begin["to"])}}
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
            collect()


def _listen(lines: BinaryIO, to: SimpleQueue[bytes]) -> None:
    for line in lines:
        to.put(line)
    os._exit(0)


def _parts(error: ForewarnError) -> dict[str, str | None]:
    return {"what": error.what, "where": error.where, "help": error.help}


if __name__ == "__main__":
    main()
