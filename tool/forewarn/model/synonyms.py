"""The words that customers use, and those that our pages have for them: `kb/synonyms.md`.

It is an article like any other, so that who sees it follows from its audience: each row of its
tables has what people say, and what to look for instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from forewarn.expressions import expression
from forewarn.model.article import Article

_PATH = expression(r"kb/synonyms(?:[._-][a-z0-9._-]+)?\.md")
_LINE = expression(r"\s*\|(.*)\|\s*")
_RULE = expression(r"[\s|:-]+")


def is_synonyms(path: str) -> bool:
    """Whether an article holds synonyms: kb/synonyms.md, kb/synonyms-staff.md and so on."""
    return _PATH.fullmatch(path) is not None


def synonyms(articles: Iterable[Article]) -> dict[str, tuple[str, ...]]:
    """What people say, in small letters, with what is looked for as well."""
    found: dict[str, list[str]] = {}
    for article in articles:
        if is_synonyms(article.path):
            for said, meant in synonym_rows(article.body):
                for phrase in _phrases(said):
                    found.setdefault(phrase, []).extend(_phrases(meant))
    return {said: tuple(dict.fromkeys(meant)) for said, meant in sorted(found.items()) if meant}


def synonym_rows(body: str) -> Iterator[tuple[str, str]]:
    """The rows of the tables in a body, without their heads; a missing cell is empty."""
    lines = body.splitlines()
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line)
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if match is None or _is_rule(line) or _is_rule(below):
            continue
        cells = [*match[1].split("|"), ""]
        yield cells[0].strip(), cells[1].strip()


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and _RULE.fullmatch(line) is not None


def _phrases(cell: str) -> list[str]:
    phrases = (" ".join(re.findall(r"[\w+#.-]+", part.lower())) for part in cell.split(","))
    return [phrase for phrase in phrases if phrase]
