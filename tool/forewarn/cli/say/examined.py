"""How what `doctor` examined reads on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from forewarn.services.setup.examined import Examined, Health

_COLOURS = {Health.OK: "green", Health.WARNING: "yellow", Health.ERROR: "red"}


def examined_text(results: Iterable[Examined]) -> str:
    """A line for each thing, and below it how to mend it."""
    return "\n".join(line for result in results for line in _lines(result))


def _lines(result: Examined) -> Iterator[str]:
    health = click.style(result.health.value.ljust(7), fg=_COLOURS[result.health])
    yield f"{health} {result.part}: {result.message}"
    if result.mend:
        yield f"        mend: {result.mend}"


def examined_data(results: Iterable[Examined]) -> list[dict[str, str]]:
    """The same as plain data."""
    return [
        {"part": r.part, "health": r.health.value, "message": r.message, "mend": r.mend}
        for r in results
    ]
