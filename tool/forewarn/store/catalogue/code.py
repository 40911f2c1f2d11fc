"""Forewarn's own code in a word, for caches: what other code has made is not believed.

A version number would do for users. It would not for whoever changes forewarn itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import forewarn

PACKAGE = str(Path(forewarn.__file__).parent)


def stamps(folders: Iterable[str], package: str = PACKAGE) -> Iterator[str]:
    """Each module of some folders of the package, however deep, with its size and time."""
    for folder in folders:
        pending = [f"{package}/{folder}"]
        while pending:
            with suppress(OSError), os.scandir(pending.pop()) as found:
                for entry in sorted(found, key=lambda entry: entry.name):
                    if entry.name.endswith(".py"):
                        status = entry.stat()
                        place = entry.path.removeprefix(package)
                        yield f"{place} {status.st_size} {status.st_mtime_ns}"
                    elif entry.name != "__pycache__" and entry.is_dir():
                        pending.append(entry.path)
