"""Changing a record while keeping its author's comments, order and layout."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from forewarn.errors import DataError


def new_record(head: dict[str, Any], body: str) -> bytes:
    """The bytes of a new record: front matter with `head` in its order, then `body`."""
    return f"---\n{_dump(head)}---\n{body}".encode()


def new_yaml(head: dict[str, Any], comment: str = "") -> bytes:
    """The bytes of a new YAML file, below an optional comment."""
    return f"{comment}{_dump(head)}".encode()


def edit_record(data: bytes, change: Callable[[Any], None], where: str) -> bytes:
    """Give the front matter of a record to `change`, which edits it as a mapping.

    Raises:
        DataError: the record has no front matter that can be edited.
    """
    text = data.decode("utf-8")
    lines = text.splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        raise DataError(
            "the front matter has no end", where=where, help="Run `forewarn check` and mend it."
        )
    yaml = _round_trip()
    head = yaml.load("".join(lines[1:end]))
    change(head)
    buffer = io.StringIO()
    yaml.dump(head, buffer)
    return "".join([lines[0], buffer.getvalue(), *lines[end:]]).encode("utf-8")


def _dump(head: dict[str, Any]) -> str:
    buffer = io.StringIO()
    _round_trip().dump(head, buffer)
    return buffer.getvalue()


def _round_trip() -> Any:
    # ruamel takes a quarter of a second to import, and only commands that write need it.
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
