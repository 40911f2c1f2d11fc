"""The house: one word has one meaning, and a room is built on those below it alone."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import grimp
import pytest

import forewarn
from forewarn.site import fingerprint

_PACKAGE = Path(forewarn.__file__).parent
_NO_PART_OF_A_PAGE = {"errors", "frozen", "plugins"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("forewarn")


def test_no_two_classes_have_one_name_whether_public_or_private() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(_PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                place = f"{file.relative_to(_PACKAGE).as_posix()}:{node.lineno} {node.name}"
                places[node.name.lstrip("_")].append(place)
    assert places["Release"], "nothing was read"
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_page_is_believed_only_while_all_code_that_makes_it_is_the_same(
    graph: grimp.ImportGraph,
) -> None:
    pages = graph.find_descendants("forewarn.pages") | {"forewarn.pages"}
    used = {name for page in pages for name in graph.find_upstream_modules(page)}
    rooms = {name.split(".")[1] for name in used if "." in name}
    assert rooms - _NO_PART_OF_A_PAGE <= set(fingerprint.CODE)


def test_a_class_that_is_only_imported_costs_a_command_little() -> None:
    slow = [
        file.relative_to(_PACKAGE).as_posix()
        for file in sorted(_PACKAGE.rglob("*.py"))
        if "@dataclass(frozen=True" in (text := file.read_text(encoding="utf-8"))
        and "from forewarn.frozen import dataclass" not in text
        and "__post_init__" not in text
    ]
    assert slow == []
