"""What people paste from a forge looks on the sites as it looks there."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import markdown
import pytest

from forewarn.pages.html.forge import as_markdown
from forewarn.site.defaults import EXTENSIONS


def html(text: str) -> str:
    """The text as a site shows it."""
    settings = {name: dict(given) for name, given in EXTENSIONS.items()}
    return markdown.markdown(
        as_markdown(text), extensions=list(settings), extension_configs=settings
    )


class Outline(HTMLParser):
    """In which lists, quotations, code or headings each word stands: `ul ul li: word`."""

    HOLDERS = frozenset(["ul", "ol", "blockquote", "pre", "table", "h2", "details", "del", "a"])

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.words: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.HOLDERS:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.HOLDERS:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        for word in re.findall(r"[a-z]+\d", data):
            self.words[word] = " ".join(self.inside)


def outline(text: str) -> dict[str, str]:
    return Outline(html(text)).words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fixed1:\n- a1\n- b1:\n  - c1\n  - d1\n", "fixed1= a1=ul b1=ul c1=ul ul d1=ul ul"),
        ("* a1\n  * b1\n    * c1\n* d1", "a1=ul b1=ul ul c1=ul ul ul d1=ul"),
        ("1. a1\n   - b1\n2. c1\n\n   p1\n3. d1", "a1=ol b1=ol ul c1=ol p1=ol d1=ol"),
        ("1) a1\n2) b1", "a1=ol b1=ol"),
        ("- a1\n    - b1\n        - c1", "a1=ul b1=ul ul c1=ul ul ul"),
        ("- a1\n\t- b1", "a1=ul b1=ul ul"),
        ("- a1\n1. b1", "a1=ul b1=ol"),
        ("- a1\nlazy1\n- b1", "a1=ul lazy1=ul b1=ul"),
        ("- a1\n\n  p1\n  - b1\n- c1", "a1=ul p1=ul b1=ul ul c1=ul"),
        ("- a1\n  ```\n  # x1\n  - y1\n  ```\n- b1", "a1=ul x1=ul pre y1=ul pre b1=ul"),
        ("1. a1\n   ~~~sh\n   x1\n   ~~~\n\n   p1", "a1=ol x1=ol pre p1=ol"),
        ("p1\n```\n- x1\n```\nq1", "p1= x1=pre q1="),
        ("- a1\n## h1\np1", "a1=ul h1=h2 a p1="),
        ("- a1\n\n      x1\n", "a1=ul x1=ul pre"),
        ("- a1\n\n        x1\n", "a1=ul x1=ul pre"),
        ("p1\nx1 | y1\n--- | ---\nz1 | w1\n", "p1= x1=table y1=table z1=table w1=table"),
        ("p1\n| x1 | y1 |\n|:--|--:|\n| z1 | w1 |\n", "p1= x1=table y1=table z1=table w1=table"),
        ("> q1:\n> - a1\n>   - b1", "q1=blockquote a1=blockquote ul b1=blockquote ul ul"),
        ("- a1\n  > q1\n- b1", "a1=ul q1=ul blockquote b1=ul"),
        ("- [ ] a1\n- [x] b1\n  - [ ] c1", "a1=ul b1=ul c1=ul ul"),
        ("<details>\n<summary>s1</summary>\n\n- a1\n  - b1\n\n</details>\n\np1",
         "s1=details a1=details ul b1=details ul ul p1="),
        ("-\ta1\n\t- b1\n\t\t- c1", "a1=ul b1=ul ul c1=ul ul ul"),
        ("1.\ta1\n\t- b1", "a1=ol b1=ol ul"),
        ("p1\n```\nx1", "p1= x1=pre"),
        ("```x1``` q1\n\np1\n\n```\ny1\n```", "x1= q1= p1= y1=pre"),
        ('<div align="center">\n\n- a1\n\n</div>\n\np1', "a1=ul p1="),
        ("<div>\n- a1\n</div>\n\n- b1", "a1= b1=ul"),
        ("## h1\n#p1\n####q1", "h1=h2 a p1= q1="),
        ("[a1] [b1]\n\n[a1]: https://x.example/\n[b1]: https://x.example/2", "a1=a b1=a"),
        ("~~old1~~ new1", "old1=del new1="),
        ("see1 https://x.example/page1 now1", "see1= page1=a now1="),
    ],
)  # fmt: skip
def test_it_is_read_as_on_a_forge(text: str, expected: str) -> None:
    wanted = dict(row.split("=") for row in re.split(r" (?=[a-z]+\d=)", expected))
    assert outline(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "released in\n2026. It was late.",
        "minus\n- ",
        "Title\n---\ntext",
        "a | b\nno table",
        "```\n- not a list\n  - at all\n```",
        "1. Open.\n\n        code\n\n2. x\n    - y\n\n    text",
        "!!! note\n    - a\n\n    text",
        "=== \"Windows\"\n    1. Open it.\n\n        ```\n        x\n        ```",
        "term\n:   what it means\n\n[^1]: A note\n    that goes on.",
    ],
)  # fmt: skip
def test_what_is_written_for_python_markdown_stays_as_it_is(text: str) -> None:
    assert as_markdown(text) == text


def test_a_task_list_has_boxes() -> None:
    assert html("Left:\n- [ ] one\n- [x] two\n").count('type="checkbox"') == 2


def test_an_alert_of_a_forge_is_a_note_here() -> None:
    found = html("> [!WARNING]\n> Save first:\n> - all\n\nText")
    assert 'class="admonition warning"' in found
    assert "<li>all</li>" in found and "<p>Text</p>" in found


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "```x\n" * 100_000,
        "> > > > x\n" * 50_000,
        ">" * 200_000,
        "- a\n" * 100_000,
        "a|b\n" * 99_999,
    ],
    ids=["fences", "quotes", "marks", "items", "pipes"],
)
def test_a_hostile_text_stops_no_publish(text: str) -> None:
    begin = time.process_time()
    as_markdown(text)
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("A | B\n---|---\n`x \\| y` | 2\n", "<td><code>x | y</code></td>"),
        ("one\\\ntwo", "one<br"),
        ("`one\\`\ntwo", "<code>one\\</code>"),
        ("A path: C:\\\\\ntwo", "two"),
    ],
    ids=["bars-in-code", "break", "code", "two-strokes"],
)
def test_strokes_are_read_as_on_a_forge(written: str, shown: str) -> None:
    assert shown in html(written)
