"""The house: one word has one meaning, and a room is built on those below it alone."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import forewarn

_PACKAGE = Path(forewarn.__file__).parent


def test_no_two_classes_have_one_name_whether_public_or_private() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(_PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                place = f"{file.relative_to(_PACKAGE).as_posix()}:{node.lineno} {node.name}"
                places[node.name.lstrip("_")].append(place)
    assert places["Release"], "nothing was read"
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
