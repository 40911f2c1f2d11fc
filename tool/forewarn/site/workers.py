"""Pages rendered while others are made, in processes of our own that end when this one does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from forewarn.site.finished import FinishedPage, write_page
from forewarn.site.markdown_reader import may_link
from forewarn.site.quick_pages import QuickPages
from forewarn.site.record import Output, Task
from forewarn.site.render_process import Answer, RenderProcess, one_begun
from forewarn.site.slim import SlimPage
from forewarn.site.spool import Spool
from forewarn.store.collector import collected_in_steps

if TYPE_CHECKING:
    from forewarn.site.render import Frame, Renderer

# Fewer pages than these are rendered sooner than another process has begun.
_FEW = 60
_MANY = 300
_AT_ONCE = 25

Frames = Mapping[str, list[str]]


class Renderers:
    """Renders the pages of a site into `to` as they are made.

    `config_file` gives a tree's mkdocs.yml, which few pages need, and `srcs` are the files of which
    it is known that they will be there. Texts wait in `spool`. Beside this process there are at
    most as many as the machine has processors for, and none for few pages; so many as `expected`
    will be made. `quick` makes a page here from the frames that it is given, or says that it takes
    more. What is indexed of each page is written into the folder `slim`.
    """

    def __init__(
        self,
        config_file: Callable[[], Path],
        srcs: Collection[str],
        to: Path,
        spool: Spool,
        quick: Callable[[Frames], QuickPages],
        slim: Path,
        *,
        expected: int = 0,
        processors: int | None = None,
    ) -> None:
        self._begin = {
            "srcs": [*srcs],
            "to": str(to),
            "slim": str(slim),
            "texts": str(spool.path),
        }
        self._config_file = config_file
        self._slim = slim
        self._to = to
        self._waiting = _Portions(spool)
        self._spool = spool
        self._processors = processors or os.cpu_count() or 1
        self._processes: list[RenderProcess] = []
        self._beside: list[Future[list[FinishedPage]]] = []
        self._expected = expected
        # What is around pages, as far as it is known by now.
        self.frames: dict[str, list[str]] = {}
        self._quick = quick(self.frames)
        self._frame: Frame | None = None
        self._srcs: bytes = b"[]"

    def __enter__(self) -> Renderers:
        self._stack = ExitStack()
        self._pool = self._stack.enter_context(ThreadPoolExecutor(self._processors))
        # The processes are ended first, so that no thread waits for one.
        self._stack.callback(self._waiting.drop)
        self._begin_as_many_as_pay(self._expected)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def add(self, task: Task) -> None:
        """Let a page be rendered.

        Raises:
            DataError: as for `rest`, where one of the processes has met it.
        """
        self._waiting.add(task)
        self._begin_as_many_as_pay(len(self._spool))
        self._raise_faults()

    def rest(self, srcs: Collection[str], mkdocs: Callable[[], Renderer]) -> Iterator[FinishedPage]:
        """Every page that was added, when it is written; no other follows.

        `srcs` are the paths of all files of the tree: links may lead to any of them. `mkdocs` gives
        the renderer for them, which few pages need and many do not.

        Raises:
            DataError: MkDocs refuses the configuration or a page, or warns of something; or the
                system ends one of the processes.
        """
        self._srcs = json.dumps([*srcs]).encode()
        self._waiting.let_go()
        yield from self._write_quick_ones()
        # A renderer of one's own takes as long as many pages.
        if self._waiting.count > _MANY * len(self._beside):
            here = mkdocs()
            with collected_in_steps() as collect:
                while portion := self._waiting.take():
                    tasks = [self._spool[at] for at in portion]
                    yield from here.write(tasks, self._to, self._slim)
                    self._raise_faults()
                    collect()
            self.frames |= here.frames
        for each in self._beside:
            yield from each.result()

    def _write_quick_ones(self) -> Iterator[FinishedPage]:
        """Make pages here, too, for as long as there are some that need nothing set up for them."""
        while portion := self._waiting.borrow():
            left = []
            for at in portion:
                task = self._spool[at]
                made = self._quick.page(task.src, task.text)
                if made is None:
                    left.append(at)
                else:
                    yield write_page(task, made, self._to, self._slim)
            self._waiting.give_back(left)
            self._raise_faults()
            if len(left) == len(portion):
                return

    def frame(self, mkdocs: Callable[[], Renderer]) -> Frame:
        """The theme's files, and its pages that belong to none of ours; when all are rendered.

        Raises:
            DataError: MkDocs refuses the configuration.
        """
        if not self._processes:
            return mkdocs().frame()
        return self._frame or _frame_of(self._processes[0].frame())

    def _begin_as_many_as_pay(self, pages: int) -> None:
        while pages >= _FEW * (len(self._beside) + 2) and len(self._beside) + 1 < self._processors:
            process = one_begun()
            self._stack.callback(process.end)
            process.begin({**self._begin, "config_file": str(self._config_file())})
            self._processes.append(process)
            self._beside.append(self._pool.submit(self._render_in, process))

    def _render_in(self, process: RenderProcess) -> list[FinishedPage]:
        rows = []
        if self._expected and process is self._processes[0]:
            # While there are no pages yet; in the end it would be waited for.
            self._frame = _frame_of(process.frame())
        while portion := self._waiting.take():
            answer = process.render(self._spool.places(portion), self._srcs)
            rows += _written(answer)
            self.frames |= answer["frames"]
        return rows

    def _raise_faults(self) -> None:
        for each in self._beside:
            if each.done():
                each.result()


def _written(answer: Answer) -> list[FinishedPage]:
    return [
        FinishedPage(address, Output(*output), SlimPage(*slim) if slim else None)
        for address, output, slim in answer["written"]
    ]


def _frame_of(answer: Answer) -> Frame:
    theme = {address: Path(path) for address, path in answer["theme"].items()}
    return theme, {address: text.encode() for address, text in answer["pages"].items()}


class _Portions:
    """Which tasks of a spool are still to be done, each given to one who asks.

    A page that may link to others waits until all of them are known.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._free: list[int] = []
        self._bound: list[int] = []
        self._borrowed = 0
        self._all_known = False
        self._changed = Condition()

    def add(self, task: Task) -> None:
        at = len(self._spool)
        self._spool.add(task)
        with self._changed:
            (self._bound if may_link(task.text) else self._free).append(at)
            if len(self._free) >= _AT_ONCE:
                self._changed.notify()

    @property
    def count(self) -> int:
        """How many nobody has asked for yet."""
        return len(self._free) + len(self._bound)

    def let_go(self) -> None:
        """All pages are known."""
        with self._changed:
            self._free += self._bound
            self._bound = []
            self._all_known = True
            self._changed.notify_all()

    def drop(self) -> None:
        """Nobody wants any more."""
        with self._changed:
            self._free, self._bound = [], []
            self._borrowed = 0
            self._all_known = True
            self._changed.notify_all()

    def take(self) -> Sequence[int]:
        """Some of them; nothing where there are no more to come."""
        with self._changed:
            # To be woken for each page takes longer than the page.
            while len(self._free) < _AT_ONCE and not self._all_known:
                self._changed.wait()
            while not self._free and self._borrowed:
                self._changed.wait()
            return self._taken()

    def borrow(self) -> Sequence[int]:
        """Some of them, of which those that are not done will be given back; or nothing."""
        with self._changed:
            taken = self._taken()
            self._borrowed += len(taken)
            return taken

    def give_back(self, tasks: Sequence[int]) -> None:
        """Let others do what is left of what was borrowed."""
        with self._changed:
            self._free += tasks
            self._borrowed = 0
            self._changed.notify_all()

    def _taken(self) -> Sequence[int]:
        taken, self._free = self._free[:_AT_ONCE], self._free[_AT_ONCE:]
        return taken
