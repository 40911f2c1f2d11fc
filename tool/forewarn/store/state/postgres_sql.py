"""How PostgreSQL spells what the tables say in SQLite's words."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence

from forewarn.expressions import expression

# What stands in texts of SQL is no placeholder.
_TOKEN = expression(r"'(?:[^']|'')*'|\?\d*")
_SPELLED = (
    # What only PostgreSQL has is a comment in SQLite.
    (re.compile(r"/\*postgres (.*?)\*/"), r"\1"),
    # That keeps SQLite from using an index.
    (re.compile(r"(?<=[\s(])\+(?=[a-z])"), ""),
    (re.compile(r"\bCROSS JOIN\b"), "JOIN"),
    (re.compile(r"\bjson_each\((\$\d+)\)"), r"json_array_elements_text(CAST(\1 AS json))"),
    (re.compile(r"\bjson_extract\(([\w.]+), '\$\[(\d+)\]'\)"), r"(CAST(\1 AS json) ->> \2)"),
)


@functools.lru_cache(maxsize=512)
def spelled(sql: str) -> str:
    """A statement as PostgreSQL takes it, its parameters as `$1`, `$2`, …"""
    numbers = itertools.count(1)

    def placeholder(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("'"):
            return text
        return f"${text[1:] or next(numbers)}"

    sql = _TOKEN.sub(placeholder, sql)
    for pattern, instead in _SPELLED:
        sql = pattern.sub(instead, sql)
    return sql


def stored(parameters: Sequence[object]) -> tuple[object, ...]:
    """Parameters as PostgreSQL can keep them: its texts hold no NUL."""
    return tuple(_stored(one) if isinstance(one, str) else one for one in parameters)


def _stored(text: str) -> str:
    return str.__str__(text).replace("\0", "\ufffd")
