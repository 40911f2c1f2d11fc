"""What a sighting is looked up by among millions: its version's numbers, and its file's name.

Both are kept beside it, so that an index has them.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterable
from types import ModuleType

from forewarn.model.versions.numbers import numbers_of

UPDATE = "UPDATE sightings SET numbers = numbers_of(version), file = file_of(url)"


def file_of(url: str) -> str:
    """The name of the file at an address, or the last part of its path; alike for alike addresses.

    Alike are those of `same_address`, once the one that is asked for has no query, or the same.
    """
    name: str | None = _file_names().file_name(url)
    if name:
        return name
    from urllib.parse import unquote, urlsplit

    try:
        path = urlsplit(url).path
    except ValueError:
        return url
    parts = [part for part in unquote(path).casefold().split("/") if part]
    return f"{parts[-1]}/" if parts else "/"


@functools.cache
def _file_names() -> ModuleType:
    # What this imports takes longer than most questions.
    from forewarn.model import file_names

    return file_names


def files_of(urls: Iterable[str]) -> set[str]:
    """By which names sightings of these addresses are to be found."""
    without_query = _file_names().without_query
    return {file_of(spelled) for url in urls for spelled in (url, without_query(url))}


def teach(connection: sqlite3.Connection) -> None:
    """Give SQL both, for what was kept without them."""
    connection.create_function("numbers_of", 1, numbers_of, deterministic=True)
    connection.create_function("file_of", 1, file_of, deterministic=True)
