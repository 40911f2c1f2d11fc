"""The house: one word has one meaning, and a room is built on those below it alone."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import grimp
import pytest

import forewarn
from forewarn.services.check import memory, rules
from forewarn.services.watch import places
from forewarn.site import fingerprint
from forewarn.store.catalogue import cache

_PACKAGE = Path(forewarn.__file__).parent
_NO_PART = ("child", "errors", "expressions", "frozen", "installed", "plugins", "rows")
# The rules whose findings `check` remembers: those about products and about articles.
_REMEMBERED = sorted(
    {
        look.__module__.partition(".")[2]
        for rule_set in rules.rule_sets().values()
        for look in (rule_set.of_product, rule_set.of_articles)
    }
)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("forewarn", exclude_type_checking_imports=True)


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


@pytest.mark.parametrize(
    ("made_by", "code"),
    [
        (("pages",), fingerprint.CODE),
        (("store.catalogue.reader", "store.records"), cache.CODE),
        (("services.watch.places",), (*cache.CODE, *places.CODE)),
        (_REMEMBERED, (*cache.CODE, *memory.CODE)),
    ],
    ids=["pages", "records", "watched places", "findings"],
)
def test_what_was_made_is_believed_only_while_all_code_that_makes_it_is_the_same(
    graph: grimp.ImportGraph, made_by: Iterable[str], code: Iterable[str]
) -> None:
    rooms = {f"forewarn.{room}" for room in made_by}
    makers = rooms.union(*map(graph.find_descendants, rooms))
    used = makers.union(*map(graph.find_upstream_modules, makers))
    files = {name.partition(".")[2].replace(".", "/") for name in used} - {""}
    known = tuple(f"{part.removesuffix('.py')}/" for part in (*code, *_NO_PART))
    assert len(files) > 20
    assert [file for file in sorted(files) if not f"{file}/".startswith(known)] == []


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
