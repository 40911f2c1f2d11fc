"""What Markdown need not read comes out as if it had: the same bytes, the same contents."""

from __future__ import annotations

import random
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from forewarn.site.defaults import EXTENSIONS
from forewarn.site.markdown_reader import MarkdownReader
from forewarn.site.plain_pages import are_usual, read_plain

# What documents are put together of, among it much that some rule of Markdown begins with.
PIECES = """
word |two words |x, y |3.4.0|1.|2)|-|--|...|…|it's|"q"|50%|x/y|//|:|a:|Note:|(c)|-->|==|!|!!!|???|+
+ 1/2|é|中文|ﬁ| |  |\n|\n\n|\n\n\n|\n- |\n    |\n\t|## H {#h}|\n\n## Head two {#h-2}\n\n|\n\n### S {#s}
|<p>x</p>|\n\n<p>a b</p>\n\n|\n\n<div class="x"><p>y</p></div>\n\n|\n\n<table><tr><td>1</td></tr>
</table>\n\n|\n\n<svg></svg>\n\n|\n\n<details class="f"><summary>s</summary><p>[x]</p></details>\n\n|\n\n<p>a\tb</p>\n\n|\n\n<div>\n```\nx\n```\n</div>\n\n|\n\n- a\n- b\n\n
|- one\n- two|\n\nplain and calm, (as is)\nin two lines\n\n|www.x.de|http://x.de|[TOC]|HTML|&|`|*|_|{|}
|#|\\|\r|\xa0|\u2028|\x02|\x03|klzzwxh:0001|u/x|C:\\|12:30|\n: d|Term\n\n:   d|IV.|a)|~|^|$|=|@|[|]|<b>
"""


@pytest.fixture(scope="module")
def reader() -> MarkdownReader:
    options = {name: dict(given) for name, given in EXTENSIONS.items() if given}
    config: Any = {"markdown_extensions": [*EXTENSIONS, "fenced_code"], "mdx_configs": options}
    return MarkdownReader(config, SimpleNamespace())  # type: ignore[arg-type]


def read(how: Any, text: str) -> tuple[str, list[Any]]:
    page = SimpleNamespace(file=None, markdown=text)
    how(page)
    return page.content, contents(page.toc)


def contents(items: Iterable[Any]) -> list[Any]:
    return [(item.id, item.title, item.level, contents(item.children)) for item in items]


def test_what_is_read_without_markdown_comes_out_as_with_it(reader: MarkdownReader) -> None:
    chance, pieces = random.Random(11), PIECES.strip("\n").split("|")
    some = (chance.choices(pieces, k=chance.randint(1, 6)) for _ in range(4000))
    texts = [text for row in some if read_plain(text := "".join(row)) is not None]
    assert len(texts) > 100
    for text in texts:
        assert (text, *read(reader.read, text)) == (text, *read(reader._read_markdown, text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a `b`",
        "a *b*",
        "see https://example.com",
        "see www.example.com",
        "mail a@example.com",
        "<b>a</b>",
        "a & b",
        "1. one",
        "- one\n\n- two",
        "- one\n    - two",
        "- one\n\n    more",
        "a  \nb",
        "a\n===",
        "a\n: b",
        "## A {#a}\n\n## B {#a}",
        "## A",
        "## *A* {#a}",
        '<div markdown="1">a</div>',
        '<details markdown="1"><summary>s</summary>a</details>',
        "<div>\n\na\n\n</div>",
        "<svg></svg>",
        "a | b\n--|--\nc | d",
        "*[HTML]: x",
        "[a]: b",
        "!!! note",
        "    code",
        "```\ncode\n```",
        "a\tb",
    ],
)
def test_what_markdown_makes_something_of_is_left_to_it(text: str) -> None:
    assert read_plain(text) is None


def test_an_author_who_chose_other_extensions_gets_them_everywhere() -> None:
    usual = [*EXTENSIONS, "fenced_code"]
    options = {name: dict(given) for name, given in EXTENSIONS.items()}
    assert are_usual(usual, options)
    assert not are_usual([*usual, "pymdownx.smartsymbols"], options)
    assert not are_usual(usual, {**options, "toc": {"permalink": False}})
