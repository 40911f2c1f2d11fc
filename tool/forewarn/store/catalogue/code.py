"""Forewarn's own code in a word, for caches: what other code has made is not believed.

A version number does not tell: between two releases, forewarn is installed from a clone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import forewarn
from forewarn import plugins

PACKAGE = str(Path(forewarn.__file__).parent)


def stamps(folders: Iterable[str], package: str = PACKAGE) -> Iterator[str]:
    """Each file of some folders of the package, however deep, with its size and time.

    A module may be named by its file, too.
    """
    for folder in folders:
        pending = [f"{package}/{folder}"]
        if folder.endswith(".py"):
            with suppress(OSError):
                status = os.stat(pending.pop())  # noqa: PTH116 - it is text
                yield f"/{folder} {status.st_size} {status.st_mtime_ns}"
        while pending:
            with suppress(OSError), os.scandir(pending.pop()) as found:
                for entry in sorted(found, key=lambda entry: entry.name):
                    if entry.name == "__pycache__":
                        continue
                    if entry.is_dir():
                        pending.append(entry.path)
                        continue
                    status = entry.stat()
                    place = entry.path.removeprefix(package)
                    yield f"{place} {status.st_size} {status.st_mtime_ns}"


def stamps_of_plugins(group: str) -> Iterator[str]:
    """Each plug-in of a group with its module and package, and with the code of others' packages.

    Forewarn's own are told by their names alone: their code is in folders that `stamps` is given.
    """
    for name, module, package in plugins.origins(group):
        yield f"{group} {name} {module} {package}"
        top = module.partition(".")[0]
        spec = None if top == forewarn.__name__ else find_spec(top)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            yield from stamps(("",), folder)
        if spec and spec.origin:
            with suppress(OSError):
                status = Path(spec.origin).stat()
                yield f"{spec.origin} {status.st_size} {status.st_mtime_ns}"
