"""How results read on a terminal."""

from __future__ import annotations

import click

from forewarn.model.release import Verdict

_COLOURS = {
    Verdict.WORKS: "green",
    Verdict.LIMITED: "yellow",
    Verdict.BREAKS: "red",
    Verdict.UNKNOWN: None,
}


def verdict_word(verdict: Verdict, width: int = 0) -> str:
    """A verdict in capitals and colour; the word alone says it, too."""
    return click.style(verdict.value.upper().ljust(width), fg=_COLOURS[verdict], bold=True)
