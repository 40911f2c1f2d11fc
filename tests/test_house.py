"""The house: one word has one meaning, and a room is built on those below it alone."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from pathlib import Path

import grimp
import pytest

import forewarn
from forewarn.site import fingerprint

_PACKAGE = Path(forewarn.__file__).parent
_NO_PART_OF_A_PAGE = {"errors", "expressions", "frozen", "installed", "plugins", "rows"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("forewarn")


@pytest.mark.slow
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


def test_every_expression_compiles_although_none_is_compiled_before_its_use() -> None:
    names = [
        ".".join(("forewarn", *file.relative_to(_PACKAGE).with_suffix("").parts))
        for file in sorted(_PACKAGE.rglob("*.py"))
        if "import expression\n" in file.read_text(encoding="utf-8")
    ]
    found = [
        value
        for name in names
        for value in vars(importlib.import_module(name)).values()
        if type(value).__name__ == "expression"
    ]
    assert len(found) > 150
    for each in found:
        assert each.pattern


def test_no_command_waits_for_expressions_that_it_does_not_use() -> None:
    eager = [
        file.relative_to(_PACKAGE).as_posix()
        for room in ("model", "schemes", "store", "cli", "words", "facts", "services")
        for file in sorted((_PACKAGE / room).rglob("*.py"))
        if re.search(r"^\w+(: .+)? = re\.compile\(", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert eager == []


def test_a_class_that_is_only_imported_costs_a_command_little() -> None:
    slow = [
        file.relative_to(_PACKAGE).as_posix()
        for file in sorted(_PACKAGE.rglob("*.py"))
        if "@dataclass(frozen=True" in (text := file.read_text(encoding="utf-8"))
        and "from forewarn.frozen import dataclass" not in text
        and "__post_init__" not in text
    ]
    assert slow == []
