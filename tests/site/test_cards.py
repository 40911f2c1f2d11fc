"""What is shown beside a link to a page elsewhere: its own words, and a picture of its facts."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest
from PIL import Image

from forewarn.site.cards import card_of, draw, facts_of
from site_builder import Story
from site_crawl import pages_of

FACTS = ("Example support", "Recorder 2.7", "Recorder 2.7: shipped since 4 May 2026.")


def meta(site: Path, path: str, name: str) -> str:
    html = (site / path / "index.html").read_text(encoding="utf-8")
    found = re.search(rf'<meta (?:name|property)="{name}" content="([^"]*)"', html)
    return found[1] if found else ""


def test_each_page_says_in_words_of_its_own_what_it_is_about(told: Story) -> None:
    for site in (told.staff, told.public):
        said = {
            path: meta(site, path, "description") for path in pages_of(site) if path[-5:] != ".html"
        }
        assert all(said.values())
        assert len(set(said.values())) == len(said)


def test_the_words_are_the_facts_of_the_page(told: Story) -> None:
    assert meta(told.public, "products/recorder/2.7", "description") == (
        "Recorder 2.7: shipped since 4 May 2026. Recordings are written in container version 3, "
        "which seeks faster in long files. Pauses no longer drop the first frame. The --split "
        "option takes hours."
    )
    assert meta(told.public, "kb/split-wrong-name", "og:description") == (
        "Known issue, open: There is a workaround. Parts are numbered from 0 and overwrite those "
        "of the last recording."
    )


def test_each_public_page_has_a_picture_and_no_page_for_staff_has_one(told: Story) -> None:
    for path in pages_of(told.public):
        if path.endswith(".html"):
            continue
        address = meta(told.public, path, "og:image")
        assert address.startswith("https://help.example.com/assets/cards/"), path
        picture = told.public / address.removeprefix("https://help.example.com/")
        assert picture.stat().st_size < 4_500
        with Image.open(picture) as image:
            assert image.size == (600, 315)
    assert not (told.staff / "assets/cards").exists()
    assert meta(told.staff, "products/recorder/2.7", "og:image") == ""


def test_a_picture_is_the_same_for_the_same_facts_and_another_for_others() -> None:
    assert draw(FACTS) == draw(FACTS)
    assert draw(FACTS) != draw((*FACTS[:2], "Recorder 2.7: withdrawn."))


@pytest.mark.parametrize("title", ["Übersicht für Łódź, „neu“", "录像机", "ж" * 400, ""])
def test_what_the_font_cannot_write_is_left_out_and_not_drawn_as_boxes(title: str) -> None:
    with Image.open(io.BytesIO(draw(("x", title, title)))) as image:
        assert image.size == (600, 315)
    nothing = draw(("x", "", ""))
    assert (draw(("x", title, title)) == nothing) == (not title.startswith("Ü"))


@pytest.mark.parametrize("text", ["\t" * 1_000_000, "\ufdfa" * 1_000_000, "w-" * 500_000])
def test_a_text_of_any_length_is_drawn_at_once(text: str) -> None:
    begun = time.process_time()
    draw((text, text, text))
    assert time.process_time() - begun < 1, "these took minutes"


def test_a_page_without_such_a_head_has_none() -> None:
    assert facts_of("x", '---\ntitle: x\n---\n\ndescription: "no"\n') is None
    assert card_of("products/recorder/2.7.md") == "assets/cards/products/recorder/2.7.png"
