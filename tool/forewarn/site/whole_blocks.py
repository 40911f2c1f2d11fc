"""Blocks of finished HTML, which Markdown passes through."""

from __future__ import annotations

import re
from functools import cache

_OPEN = re.compile(r"<(article|details|dl|div|figure|h1|nav|ol|p|section|svg|table|ul)\b[^>]*>")


def is_whole(block: str) -> bool:
    """Whether a block is whole elements and nothing else."""
    at = 0
    while at < len(block):
        opened = _OPEN.match(block, at)
        if opened is None:
            return False
        at = _end(block, opened[1], at)
    return at == len(block)


def _end(block: str, name: str, at: int) -> int:
    """Where the element of that name ends which begins there; beyond the block if it does not."""
    depth = 0
    for tag in _tags(name).finditer(block, at):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return len(block) + 1


@cache
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}\b[^>]*>\n?")
