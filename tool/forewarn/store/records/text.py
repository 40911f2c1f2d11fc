"""The text of a record: decoded, and cut into front matter and body."""

from __future__ import annotations

import re

from forewarn.expressions import expression
from forewarn.model import rule_ids
from forewarn.model.record import Place
from forewarn.store.records.fields import Fields
from forewarn.store.records.problems import Problems
from forewarn.store.records.yaml_reader import read_mapping

_FENCE = expression(r"^---\s*?$", re.MULTILINE)
_CONFLICT = expression(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_CONTROL = expression(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(data: bytes, problems: Problems) -> str | None:
    """A text file as text, or None and a finding (not UTF-8, a merge conflict, a control char)."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add_at(
            Place(file=problems.file, line=line),
            rule_ids.UNREADABLE,
            f"byte {error.start} is not UTF-8",
            "Save the file as UTF-8.",
        )
        return None
    conflict = _CONFLICT.search(text) if "<<<<<<< " in text else None
    if conflict:
        problems.add_at(
            Place(file=problems.file, line=text.count("\n", 0, conflict.start()) + 1),
            rule_ids.MERGE_CONFLICT,
            "a merge conflict was left here",
            "Choose one side, remove the marker lines, and commit.",
        )
        return None
    control = _CONTROL.search(text)
    if control:
        problems.add_at(
            Place(file=problems.file, line=text.count("\n", 0, control.start()) + 1),
            rule_ids.UNREADABLE,
            f"a control character ({control.group()!a}) stands here",
            "Remove it.",
        )
        return None
    return text


def front_matter(text: str, problems: Problems, what: str) -> tuple[Fields, str] | None:
    """The keys between the two `---` lines, and the body after them."""
    begin = _FENCE.match(text)
    end = _FENCE.search(text, begin.end()) if begin else None
    if begin is None or end is None:
        problems.add(
            None,
            rule_ids.NO_FRONT_MATTER,
            f"{what} has no front matter",
            "Begin the file with a line `---`, the keys, and another line `---`.",
        )
        return None
    head = text[begin.end() + 1 : end.start() - 1]
    inner = Problems(problems.file, first_line=2)
    inner.findings = problems.findings
    fields = read_mapping(head, inner, what)
    return (fields, text[end.end() :].lstrip("\n")) if fields else None
