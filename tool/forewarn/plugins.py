"""How schemes, sources and channels are found: by entry point, the built-in ones too."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Any

from forewarn.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints


@cache
def names(group: str) -> tuple[str, ...]:
    """The names registered in `forewarn.<group>`, sorted."""
    return tuple(sorted({point.name for point in _points(group)}))


@cache
def load(group: str, name: str) -> Any:
    """The object registered as `name` in `forewarn.<group>`.

    Raises:
        UsageError: nothing has that name; the message lists what there is.
    """
    if group == "schemes" and name.isidentifier():
        scheme = _built_in_scheme(name)
        if scheme is not None:
            return scheme
    for point in _points(group).select(name=name):
        return point.load()
    kind = group.removesuffix("s")
    raise UsageError(
        f"there is no {kind} named {name!r}",
        help=f"Use one of: {', '.join(names(group)) or 'none is installed'}.",
    )


def _built_in_scheme(name: str) -> Any | None:
    """The built-in scheme of that name, which is what its entry point would load.

    To search all that is installed for entry points takes longer than to answer a question, and
    most questions need a scheme.
    """
    module = f"forewarn.schemes.{name}"
    try:
        return getattr(importlib.import_module(module), "SCHEME", None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None


@cache
def _points(group: str) -> EntryPoints:
    from importlib.metadata import entry_points

    return entry_points(group=f"forewarn.{group}")
