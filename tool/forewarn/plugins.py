"""How everything with a plug point is found: by entry point, the built-in ones too."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from forewarn.errors import ForewarnError, UsageError
from forewarn.installed import InstalledPackage, InstalledPoint, entry_points

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

_KINDS = {"pages": "page type", "rules": "set of rules"}

Plugin = TypeVar("Plugin")


@cache
def names(group: str) -> tuple[str, ...]:
    """The names registered in `forewarn.<group>`, sorted."""
    return tuple(sorted({point.name for point in _points(group)}))


@cache
def load(group: str, name: str) -> Any:
    """The object registered as `name` in `forewarn.<group>`.

    Raises:
        UsageError: nothing has that name, and the message lists what there is; two packages have
            it; or what is registered cannot be imported.
    """
    if group == "schemes" and name.isidentifier():
        scheme = _built_in_scheme(name)
        if scheme is not None:
            return scheme
    points = [point for point in _points(group) if point.name == name]
    registered = sorted({f"{point.value} of {_package(point)}" for point in points})
    if len(registered) > 1:
        raise UsageError(
            f"there are two {_kind(group)}s named {name!r}: {' and '.join(registered)}",
            help="Uninstall one of the two packages.",
        )
    for point in points:
        return _load(group, point)
    raise UsageError(
        f"there is no {_kind(group)} named {name!r}",
        help=f"Use one of: {', '.join(names(group)) or 'none is installed'}.",
    )


def load_all(group: str, type_: type[Plugin]) -> Mapping[str, Plugin]:
    """All that is registered in `forewarn.<group>`, by name.

    Raises:
        UsageError: as `load` does, and where one of them is of another type.
    """
    return {name: load_one(group, name, type_) for name in names(group)}


def load_one(group: str, name: str, type_: type[Plugin]) -> Plugin:
    """The one that is registered as `name`, of a type that is known.

    Raises:
        UsageError: as `load` does, and where it is of another type.
    """
    found = load(group, name)
    if not isinstance(found, type_):
        raise UsageError(
            f"the {_kind(group)} {name!r} is no {type_.__name__} but {type(found).__name__}",
            where=", ".join(origin for at, _, origin in origins(group) if at == name),
            help=f"Let its entry point in forewarn.{group} name a {type_.__name__}.",
        )
    return found


def modules(group: str, name: str) -> tuple[str, ...]:
    """The modules that the entry points of that name in `forewarn.<group>` lead to."""
    return tuple(sorted({point.module for point in _points(group) if point.name == name}))


@cache
def origins(group: str) -> tuple[tuple[str, str, str], ...]:
    """Each name of a group with its module, and its package with the version ("acme 1.2")."""
    return tuple(sorted((point.name, point.module, _package(point)) for point in _points(group)))


def _load(group: str, point: InstalledPoint | EntryPoint) -> Any:
    try:
        return point.load()
    except ForewarnError:
        raise
    except Exception as error:
        raise UsageError(
            f"the {_kind(group)} {point.name!r} cannot be loaded: {type(error).__name__}: {error}",
            where=f"{point.value} of {_package(point)}",
            help="Mend that package, install a version that fits forewarn, or uninstall it.",
        ) from error


def _package(point: InstalledPoint | EntryPoint) -> str:
    return _named(point.dist) if point.dist else "a package without a name"


@cache
def _named(package: InstalledPackage | Distribution) -> str:
    """A package and its version, read once: many entry points are of one."""
    return f"{package.name} {package.version}"


def _kind(group: str) -> str:
    return _KINDS.get(group, group.removesuffix("s"))


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
def _points(group: str) -> Sequence[InstalledPoint | EntryPoint]:
    return [point for point in _of_all_groups() if point.group == f"forewarn.{group}"]


@cache
def _of_all_groups() -> Sequence[InstalledPoint | EntryPoint]:
    """Every entry point for us: to find those of one group takes as long."""
    return entry_points("forewarn.")
