"""The templates of alerts, as they lie in the folder `templates/` of a knowledge base."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from forewarn.model.record import Audience
from forewarn.model.visible import HIDDEN
from forewarn.store.root import TEMPLATES

NAMES = ("first-line.txt", "mail.txt", "mail.html", "post.txt")
LARGEST_TEMPLATE = 50_000  # bytes
_KNOWN = {f"{TEMPLATES}/{audience}/{name}" for audience in Audience for name in NAMES}
_FOLDERS = {f"{TEMPLATES}/{audience}" for audience in Audience}


def read_templates(root: Path) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """The templates by path; and the path of each thing there that is not read, and why."""
    found: dict[str, str] = {}
    left_out: list[tuple[str, str]] = []
    for path, why in _entries(root, TEMPLATES):
        text, problem = ("", why) if why else _text(root / path)
        if problem:
            left_out.append((path, problem))
        else:
            found[path] = text
    return found, tuple(left_out)


def _entries(root: Path, folder: str) -> Iterator[tuple[str, str | None]]:
    """What lies in a folder and below, and what is wrong with its name or kind."""
    try:
        if stat.S_ISLNK(os.lstat(root / folder).st_mode):
            yield folder, "this is a symbolic link, which is not followed"
            return
        with os.scandir(root / folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        yield folder, f"this cannot be read: {error.strerror}"
        return
    for entry in entries:
        path = f"{folder}/{entry.name}"
        if entry.name.startswith(".") or entry.name == "README.md":
            continue
        if entry.is_symlink():
            yield path, "this is a symbolic link, which is not followed"
        elif path in _FOLDERS:
            yield from _entries(root, path)
        elif path not in _KNOWN:
            yield path, f"this is no template that is read: they are {_listed()}"
        else:
            yield path, None if entry.is_file() else "this is no file"


def _listed() -> str:
    return f"{TEMPLATES}/staff/ and {TEMPLATES}/public/ with {', '.join(NAMES)}"


def _text(file: Path) -> tuple[str, str | None]:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_TEMPLATE + 1)
    except OSError as error:
        return "", f"this cannot be read: {error.strerror}"
    if len(data) > LARGEST_TEMPLATE:
        return "", f"this is larger than {LARGEST_TEMPLATE} bytes"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "", "this is not UTF-8"
    hidden = HIDDEN.search(text)
    if hidden:
        return "", f"this holds a character that nobody sees, U+{ord(hidden[0][0]):04X}"
    return text, None
