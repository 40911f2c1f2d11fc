"""How far an import has come: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import has_bar, mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click._termui_impl import ProgressBar

    from forewarn.services.imports.importing import Step


def progress() -> AbstractContextManager[Step]:
    """Bars on a terminal; elsewhere, a line when something begins."""
    return _bars() if has_bar() else _lines()


@contextmanager
def _bars() -> Iterator[Step]:
    """One bar after the other, for each thing that is done."""
    bars: dict[str, ProgressBar[int]] = {}
    with ExitStack() as shown:

        def step(doing: str, done: int, total: int) -> None:
            if doing not in bars:
                shown.close()
                bar = click.progressbar(length=total, label=doing, file=sys.stderr)
                bars[doing] = shown.enter_context(bar)
            bars[doing].update(done - bars[doing].pos)

        yield step


@contextmanager
def _lines() -> Iterator[Step]:
    def step(doing: str, done: int, total: int) -> None:
        if done == 0:
            mention(f"{doing}: {total}" if total > 1 else doing)

    yield step
