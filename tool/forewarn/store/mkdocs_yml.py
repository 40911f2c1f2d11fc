"""mkdocs.yml as its author wrote it: read without tags, and not at all where it could be a bomb."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from forewarn.errors import DataError
from forewarn.store.records.yaml_reader import too_deep

CONFIG = "mkdocs.yml"
_LARGEST = 200_000  # bytes


class _Loader(yaml.SafeLoader):
    """YAML without tags: `!ENV` and `!!python/name` are read as nothing."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def read_config(root: Path) -> dict[str, Any]:
    """The author's mkdocs.yml; empty where there is none.

    Raises:
        DataError: it cannot be read.
    """
    path = root / CONFIG
    try:
        if not path.is_file():
            return {}
        size = path.stat().st_size
        if size > _LARGEST:
            raise _unfit(f"is of {size} bytes; {_LARGEST} is the most")
        found = _load(path.read_bytes().decode("utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unfit(f"cannot be read: {error.problem or error.context}", _line(mark)) from error
    except OSError as error:
        raise _unfit(f"cannot be read: {error.strerror or error}") from error
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError) as error:
        # Not UTF-8, a day that no calendar has, a number of a hundred thousand digits, a word
        # that a tag calls a date or a switch.
        raise _unfit(f"holds what cannot be read: {str(error)[:200]}") from error
    if found is not None and not isinstance(found, dict):
        raise DataError("holds no keys", where=CONFIG, help="Write `site_name: …` and so on.")
    return found or {}


def _load(text: str) -> object:
    if too_deep(text):
        raise _unfit("is nested too deeply")
    if "*" in text:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                # Nine lines of them can stand for a billion values.
                raise _unfit("holds an alias; write the value itself", _line(event.start_mark))
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, see above


def _line(mark: Any) -> int | None:
    return mark.line + 1 if mark else None


def _unfit(what: str, line: int | None = None) -> DataError:
    return DataError(
        what,
        where=f"{CONFIG}:{line}" if line else CONFIG,
        help="Mend it, or take it back from Git: `git checkout -- mkdocs.yml`.",
    )
