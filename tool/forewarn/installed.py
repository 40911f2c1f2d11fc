"""Which entry points and versions are installed, as `importlib.metadata` tells it.

To import that takes a command as long as all else that it does before it begins, for it brings
what reads letters and archives. Here is read what installers write; whatever is not as they write
it is asked of `importlib.metadata`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, reduce
from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

from forewarn.expressions import expression
from forewarn.rows import NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["InstalledPackage", "InstalledPoint", "entry_points", "version"]

_ENDS = (".dist-info", ".egg-info")
_BETWEEN = expression(r"[-_.]+")
_HEAD = expression(
    r"Metadata-Version: [0-9.]+\nName: ([\w.-]+)\nVersion: ([\w.+!-]+)\n(?![ \t])", re.ASCII
)


class _UnusualPackage(Exception):
    """Something is installed in a way that `importlib.metadata` alone knows to read."""


class InstalledPackage:
    """A package by the folder that its installer has made about it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """Its name."""
        return self._named[0]

    @property
    def version(self) -> str:
        """Its version."""
        return self._named[1]

    @cached_property
    def _named(self) -> tuple[str, str]:
        try:
            return _named(self._folder)
        except _UnusualPackage:
            from importlib.metadata import Distribution

            package = Distribution.at(self._folder)
            return package.name, package.version


class InstalledPoint(NamedTuple):
    """An entry point, with those of the attributes and methods of `EntryPoint` that are used."""

    group: str
    name: str
    value: str
    dist: InstalledPackage

    @property
    def module(self) -> str:
        """The module that it leads to."""
        return self.value.partition(":")[0]

    def load(self) -> Any:
        """What is registered there."""
        module, _, path = self.value.partition(":")
        return reduce(getattr, path.split(".") if path else (), import_module(module))


def entry_points(beginning: str) -> Sequence[InstalledPoint | EntryPoint]:
    """The entry points of all groups whose names begin so; of two equal packages, the first's."""
    try:
        return tuple(_points(beginning))
    except _UnusualPackage:
        from importlib import metadata

        found: Any = metadata.entry_points()
        groups = [group for group in found.groups if group.startswith(beginning)]
        return tuple(point for group in sorted(groups) for point in found.select(group=group))


def version(name: str) -> str:
    """The version of an installed package.

    Raises:
        PackageNotFoundError: it is not installed.
    """
    wanted = _normal(name)
    try:
        return next(_named(folder)[1] for known, folder in _packages() if known == wanted)
    except (StopIteration, _UnusualPackage):
        from importlib import metadata

        return metadata.version(name)


def _points(beginning: str) -> Iterator[InstalledPoint]:
    seen = set()
    for name, folder in _packages():
        if name in seen:
            continue
        seen.add(name)
        package = InstalledPackage(folder)
        for group, key, value in _registered(_text(f"{folder}/entry_points.txt")):
            if group.startswith(beginning):
                if not all(map(str.isidentifier, value.replace(":", ".", 1).split("."))):
                    raise _UnusualPackage
                yield InstalledPoint(group, key, value, package)


def _registered(text: str) -> Iterator[tuple[str, str, str]]:
    """The group, the name and the value of each line that has them."""
    group = None
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            group = line.strip("[]")
        elif group is not None:
            name, equals, value = line.partition("=")
            if not equals:
                raise _UnusualPackage
            yield group, name.strip(), value.strip()


def _packages() -> Iterator[tuple[str, str]]:
    """The name of each package, as names are compared, with the folder about it."""
    finders = [one for one in sys.meta_path if getattr(one, "find_distributions", None)]
    if finders != [PathFinder]:
        raise _UnusualPackage
    for row in sys.path:
        if not isinstance(row, str) or row.lower().endswith(".egg"):
            raise _UnusualPackage
        try:
            folder = os.path.abspath(row)  # noqa: PTH100 - rows are text
            changed_at = os.stat(folder).st_mtime_ns  # noqa: PTH116
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise _UnusualPackage from error
        yield from _packages_in(folder, changed_at)


@cache
def _packages_in(folder: str, changed_at: int) -> Sequence[tuple[str, str]]:
    found = []
    try:
        children = os.listdir(folder)  # noqa: PTH208 - it is text
    except OSError as error:  # an archive, for instance
        raise _UnusualPackage from error
    for child in children:
        if child.lower().endswith(_ENDS):
            name = child.rpartition(".")[0].partition("-")[0]
            if not name or not child.isascii() or not child.endswith(_ENDS):
                raise _UnusualPackage
            found.append((_normal(name), f"{folder}/{child}"))
    return found


def _normal(name: str) -> str:
    return _BETWEEN.sub("_", name.lower())


def _named(folder: str) -> tuple[str, str]:
    head = _HEAD.match(_text(f"{folder}/METADATA"))
    if head is None:
        raise _UnusualPackage
    return head[1], head[2]


def _text(path: str) -> str:
    """A file; empty where there is none that can be opened."""
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - of a hundred packages
            return file.read()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):
        return ""
    except (OSError, ValueError) as error:
        raise _UnusualPackage from error
