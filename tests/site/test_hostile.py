"""Text from records and articles is shown or dropped, and never runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewarn.model.record import Audience
from forewarn.site.sanitise import clean
from hostile_kb import PAYLOADS
from kb_builder import Kb
from site_builder import article, build_site, every_byte, parse


def test_no_page_has_an_element_or_attribute_that_runs(attacked: Path) -> None:
    for page in attacked.rglob("*.html"):
        for tag, attrs in parse(page.read_text(encoding="utf-8")).elements:
            where = f"{page.relative_to(attacked)}: <{tag} {attrs}>"
            assert not [name for name in attrs if name.startswith("on")], where
            assert tag not in ("iframe", "object", "embed", "base", "video"), where
            assert not attrs.get("href", "").startswith(("javascript:", "data:")), where
            for name in ("href", "src", "action", "ping"):
                assert "evil.example.com" not in attrs.get(name, "") or tag == "a", where
            if tag == "form":
                assert attrs.get("name") == "search" or "palette" in attrs.values(), where
            if tag == "script":
                assert "hacked" not in attrs.get("src", ""), where


def test_the_text_of_a_record_is_shown_as_it_is_written(attacked: Path) -> None:
    shown = parse(article(attacked, "products/recorder/2.7")).text
    for payload in PAYLOADS:
        assert payload in shown


def test_only_the_themes_own_scripts_are_on_a_page(attacked: Path, tmp_path: Path) -> None:
    calm = build_site(Kb(tmp_path / "kb"), tmp_path, Audience.STAFF)

    def scripts(page: Path) -> int:
        return page.read_text(encoding="utf-8").casefold().count("<script")

    expected = scripts(calm / "index.html")
    for page in attacked.rglob("index.html"):
        assert scripts(page) == expected, page


def test_feeds_and_sitemap_stay_well_formed(attacked: Path) -> None:
    from xml.etree import ElementTree

    for name, data in every_byte(attacked):
        if name.endswith(".xml"):
            ElementTree.fromstring(data)  # noqa: S314 - we wrote it


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<p class="mermaid x">a</p>', '<p class="x">a</p>'),
        ('<a id="__config">a</a>', '<a rel="noopener noreferrer">a</a>'),
        (
            '<input id="__tabbed_1_1" name="__tabbed_1" type="radio" checked="checked">',
            '<input id="__tabbed_1_1" name="__tabbed_1" type="radio" checked="checked">',
        ),
        ('<input type="password">', "<input>"),
        ('<td style="text-align: right; color: red">1</td>', ""),
        ('<img src="https://x.example.com/a.png" alt="a">', '<img alt="a">'),
        ('<img src="\\\\x.example.com\\a.png" alt="a">', '<img alt="a">'),
        ('<img src="../a.png" alt="a">', '<img src="../a.png" alt="a">'),
        ("a<!-- b -->c", "ac"),
    ],
)
def test_what_is_left_of_html(html: str, kept: str) -> None:
    cleaned = clean(f"<table><tr>{html}</tr></table>" if html.startswith("<td") else html)
    if kept:
        assert cleaned == kept
    else:
        assert 'style="text-align:right"' in cleaned
        assert "color" not in cleaned
