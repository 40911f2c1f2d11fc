"""A process that renders pages: what is wanted comes as lines of JSON, and answers go back so.

The first line says what site it is. The process ends when nobody holds the other end of its
input any more, also in the middle of a page: that is how it notices the end of its parent.
"""

from __future__ import annotations

import gc

# What is loaded and set up stays, from the first import on: the collector would look at it a
# hundred times.
if gc.isenabled():
    gc.set_threshold(50_000)

import json
import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from forewarn.errors import ForewarnError
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.site.render import Renderer, renderer
from forewarn.site.spool import read_task
from forewarn.site.tree import configuration, write_config
from forewarn.store.collector import collected_in_steps


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a theme or an extension prints must not get among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lines: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, lines), daemon=True).start()
    if sys.argv[1:] and lines.empty():
        _warm_up(Path(sys.argv[1]))
    gc.freeze()
    with _Work(json.loads(lines.get())) as work, collected_in_steps() as collect:
        # While nobody waits. What goes wrong is told who asks for something: it goes wrong again.
        with suppress(ForewarnError, OSError):
            work.begin()
        while True:
            answer = work.answer(json.loads(lines.get()))
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
            collect()


def _warm_up(scratch: Path) -> None:
    """Load what every site needs, and look for the theme's files, while nothing is wanted."""
    usual = configuration({}, settings=Settings(name="-"), audience=Audience.PUBLIC, nav=())
    with suppress(ForewarnError, OSError), renderer(write_config(scratch, usual), ()) as made:
        made.frame()


class _Work:
    def __init__(self, begin: dict[str, Any]) -> None:
        self._begin = begin
        self._to, self._slim = Path(begin["to"]), Path(begin["slim"])
        self._mkdocs: Renderer | None = None
        self._told: set[str] = set()
        self._stack = ExitStack()

    def __enter__(self) -> _Work:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def begin(self) -> Renderer:
        """The renderer, made once."""
        if self._mkdocs is None:
            config_file = Path(self._begin["config_file"])
            made = renderer(config_file, self._begin["srcs"])
            self._mkdocs = self._stack.enter_context(made)
        return self._mkdocs

    def answer(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """What was written, or the frame of a site, or what kept it from that."""
        try:
            mkdocs = self.begin()
            if "tasks" not in wanted:
                theme, pages = mkdocs.frame()
                return {
                    "theme": {address: str(path) for address, path in theme.items()},
                    "pages": {address: data.decode() for address, data in pages.items()},
                }
            with Path(self._begin["texts"]).open("rb") as texts:
                tasks = [read_task(texts, place) for place in wanted["tasks"]]
            mkdocs.know([*wanted["srcs"], *(task.src for task in tasks)])
            written = [*mkdocs.write(tasks, self._to, self._slim)]
            frames = {a: frame for a, frame in mkdocs.frames.items() if a not in self._told}
            self._told |= frames.keys()
            return {"written": written, "frames": frames}
        except ForewarnError as error:
            return {"refused": _parts(error)}
        except OSError as error:
            what = f"a page cannot be written: {error.strerror or error}"
            return {"refused": {"what": what, "where": str(error.filename or self._to)}}


def _listen(lines: BinaryIO, to: SimpleQueue[bytes]) -> None:
    for line in lines:
        to.put(line)
    os._exit(0)


def _parts(error: ForewarnError) -> dict[str, str | None]:
    return {"what": error.what, "where": error.where, "help": error.help}


if __name__ == "__main__":
    main()
