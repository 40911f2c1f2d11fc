"""The picture of releases and support over time, and the table that says the same."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kb_builder import Kb, story
from page_builder import build, in_order, section


def picture(kb: Kb, product: str = "recorder") -> str:
    return section(build(kb).files[f"products/{product}/index.md"], "over-time")


def test_releases_and_stages_of_support_are_shown_and_told(tmp_path: Path) -> None:
    shown = picture(story(tmp_path / "kb"))
    in_order(shown, "<svg", "fw-tl-active", "fw-tl-security", "fw-tl-shipped", "</svg>", "<table")
    assert (
        'aria-label="Releases and support of Recorder, 2025 to 2028; the table below says' in shown
    )
    told = shown.split("<details")[1]
    in_order(told, "stable", "3 February 2025", "15 June 2026", "1 August 2026", "4 May 2027")
    in_order(told, ">2.7<", "4 May 2026", "4 May 2027", "4 May 2028")


def test_the_picture_has_no_style_of_its_own(tmp_path: Path) -> None:
    """Light, dark and print are the stylesheet's, and the page's policy forbids inline styles."""
    shown = picture(story(tmp_path / "kb"))
    for word in ("style=", "fill=", "stroke=", "#"):
        assert word not in shown.split("</svg>")[0]


def test_a_product_with_one_day_to_show_has_no_picture(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").release("recorder", "2.7")
    assert "<svg" not in build(kb).files["products/recorder/index.md"]


def test_a_far_end_of_support_does_not_squeeze_the_releases(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product(
        "recorder", "Recorder", "support: {stable: {security_until: 2099-01-01}}\n"
    )
    kb.release("recorder", "2.6", "2026-01-01").release("recorder", "2.7", "2026-05-01")
    shown = picture(kb)
    assert "2040" not in shown
    assert "1 January 2099" in shown


@pytest.mark.slow
def test_releases_that_would_lie_upon_one_another_are_drawn_once(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    for number in range(2000):
        day = date(2000, 1, 1) + timedelta(days=number * 4)
        kb.release("recorder", f"1.{number}", day.isoformat())
    shown = picture(kb)
    assert shown.count("fw-tl-stroke") <= 201
    assert ">2000<" in shown.split("<details")[1]
