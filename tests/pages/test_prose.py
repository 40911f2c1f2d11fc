"""Markdown in feeds: what people wrote is told whole, and none of it can run anywhere."""

from __future__ import annotations

import json
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from forewarn import pages
from forewarn.model.record import Audience
from forewarn.pages.html.prose import html
from forewarn.store.settings import load_settings
from hostile_kb import BODY, hostile, hostile_sighting
from kb_builder import TODAY


class Elements(HTMLParser):
    """The elements of some HTML, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(text: str) -> None:
    for name, attributes in Elements(text).found:
        assert name in {"p", "ul", "ol", "li", "strong", "em", "del", "code", "pre", "a"}
        assert set(attributes) <= {"href", "start"}
        assert (attributes.get("href") or "https:").startswith(("https:", "http:"))


MADE = {
    "One\nline.\n\nAnother.": "<p>One line.</p><p>Another.</p>",
    "# Head\nText": "<p><strong>Head</strong></p><p>Text</p>",
    "- one\n- two\n  goes on\n": "<ul><li>one</li><li>two goes on</li></ul>",
    "1. one\n2. two\n": "<ol><li>one</li><li>two</li></ol>",
    "> quoted\n> on": "<p>quoted on</p>",
    '!!! note "Mind"\n    It.': "<p><strong>Mind</strong></p><p>It.</p>",
    "| a | b |\n|---|---|\n| 1 | 2 |\n": "<p>a · b</p><p>1 · 2</p>",
    "```sh\n$ ls\n  <x>\n```\n": "<pre><code>$ ls\n  &lt;x&gt;</code></pre>",
    "**bold** *em* `co*de*`": "<p><strong>bold</strong> <em>em</em> <code>co*de*</code></p>",
    "2 * 3 * 4, a_b_c": "<p>2 * 3 * 4, a_b_c</p>",
    "[in](../x.md) ![pic](x.png)": "<p>in pic</p>",
    "[out](https://e.com/a?b&c)": '<p><a href="https://e.com/a?b&amp;c">out</a></p>',
    "See https://e.com/x.": '<p>See <a href="https://e.com/x">https://e.com/x</a>.</p>',
    "Told. <!-- not\n\ntold -->": "<p>Told.</p>",
    "<b>x</b> & y": "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>",
    "": "",
}


@pytest.mark.parametrize(("markdown", "expected"), MADE.items())
def test_markdown_becomes_plain_html(markdown: str, expected: str) -> None:
    assert html(markdown) == expected


def test_a_text_without_end_is_cut_and_says_so() -> None:
    made = html("A line of it.\n\n" * 5000)
    assert len(made) < 40_000
    assert made.endswith("<p>It goes on, on the page.</p>")


@pytest.mark.parametrize("piece", ["[", "*", "`", "![a](", "**a", "<", "[a](<", "> ", "- ", "|"])
def test_no_text_can_hold_up_a_publish(piece: str) -> None:
    begin = time.process_time()
    html(piece * 20_000)
    html(f"{piece} " * 10_000)
    assert time.process_time() - begin < 2


def test_what_tries_to_run_is_text_in_every_feed(tmp_path: Path) -> None:

    assert_harmless(html(BODY))
    kb = hostile(tmp_path / "kb")
    tree = pages.tree_of(
        pages.look(
            kb.load(),
            audience=Audience.STAFF,
            today=TODAY,
            settings=load_settings(kb.root),
            sightings=(hostile_sighting(),),
        )
    )
    items = [
        item
        for src, text in tree.files.items()
        if src.startswith("feeds/") and src.endswith(".json")
        for item in json.loads(text)["items"]
    ]
    assert len(items) > 10
    for item in items:
        assert_harmless(item["content_html"])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "1. a\n   ```\n   b\n     c\n   ```\n2. d\n",
            '<ol><li>a</li></ol><pre><code>b\n  c</code></pre><ol start="2"><li>d</li></ol>',
        ),
        ("3. a\n4. b\n", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- [ ] a\n- [x] b\n", "<ul><li>☐ a</li><li>☑ b</li></ul>"),
        ("A | B\n--- | ---\n`x \\| y` | 2\n", "<p>A · B</p><p><code>x | y</code> · 2</p>"),
        ("> [!WARNING]\n> Careful.\n", "<p><strong>Warning</strong></p><p>Careful.</p>"),
        ("Title\n=====\ntext\n", "<p><strong>Title</strong></p><p>text</p>"),
        ("__a__ ~~b~~ c\\*d\n", "<p><strong>a</strong> <del>b</del> c*d</p>"),
        ("a\\\nb<br>c\n", "<p>a b c</p>"),
        ('<div align="center">\n\nPress <kbd>F1</kbd> now[^1].\n\n</div>', "<p>Press F1 now.</p>"),
        ("<https://e.org/a>", '<p><a href="https://e.org/a">https://e.org/a</a></p>'),
        ("www.e.org.", '<p><a href="http://www.e.org">www.e.org</a>.</p>'),
        ("<details>\n<summary>More</summary>\n\nText.\n\n</details>\n", "<p>More</p><p>Text.</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("a < b and b > c", "<p>a &lt; b and b &gt; c</p>"),
    ],
    ids=[
        "code-in-a-list",
        "numbers",
        "tasks",
        "table",
        "alert",
        "underlined",
        "marks",
        "breaks",
        "where-it-stands",
        "angled",
        "www",
        "folded",
        "script",
        "comparison",
    ],
)
def test_what_is_written_as_on_a_forge_reads_so_in_a_feed(written: str, shown: str) -> None:
    assert html(written) == shown
