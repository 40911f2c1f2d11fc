"""HTML is made so that no text of a record can be taken for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import forewarn
from forewarn.pages.html.elements import Html, esc, fmt, tag

PACKAGE = Path(forewarn.__file__).parent
HOME = PACKAGE / "pages/html/elements.py"


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        # What is called stands there by its name.
        for node in ast.walk(ast.parse(text)) if name in text else ():
            if isinstance(node, ast.Call):
                called = node.func
                if getattr(called, "id", getattr(called, "attr", None)) == name:
                    yield path, node


def test_nobody_but_the_functions_that_escape_says_of_a_text_that_it_is_html() -> None:
    assert {path for path, _ in calls("Html")} == {HOME}
    assert {path for path, call in calls("cast") if "Html" in ast.unparse(call)} == set()


def test_not_even_they_do_so_around_a_text_that_is_put_together_in_place() -> None:
    around = [call.args[0] for _, call in calls("Html")]
    assert [ast.unparse(arg) for arg in around if isinstance(arg, ast.JoinedStr)] == []


def test_what_parts_are_put_into_stands_in_the_code_as_it_is() -> None:
    found = list(calls("fmt"))
    assert len(found) > 40
    templates = [call.args[0] for _, call in found]
    assert [
        ast.unparse(template)
        for template in templates
        if not (isinstance(template, ast.Constant) and isinstance(template.value, str))
    ] == []


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        ("<b>", "&lt;b&gt;"),
        ('"x" & {0}', "&quot;x&quot; &amp; {0}"),
        ("two\n# lines", "two # lines"),
        (7, "7"),
        (esc("a & b"), "a &amp; b"),
        (tag("b", esc("<")), "<b>&lt;</b>"),
    ],
)
def test_a_part_is_escaped_unless_it_is_html(part: object, shown: str) -> None:
    made = fmt("<i>{}</i>, {{not}} {}", part, "end")
    assert made == f"<i>{shown}</i>, {{not}} end"
    assert isinstance(made, Html)
    assert fmt("{}", made) == made
