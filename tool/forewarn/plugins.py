"""How schemes, sources and channels are found: by entry point, the built-in ones too."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from forewarn.errors import UsageError


@cache
def names(group: str) -> tuple[str, ...]:
    """The names registered in `forewarn.<group>`, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=f"forewarn.{group}")}))


@cache
def load(group: str, name: str) -> Any:
    """The object registered as `name` in `forewarn.<group>`.

    Raises:
        UsageError: nothing has that name; the message lists what there is.
    """
    for point in entry_points(group=f"forewarn.{group}", name=name):
        return point.load()
    kind = group.removesuffix("s")
    raise UsageError(
        f"there is no {kind} named {name!r}",
        help=f"Use one of: {', '.join(names(group)) or 'none is installed'}.",
    )
