"""What staff copy for customers is what customers may see, under their own address."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from forewarn.model.record import Audience
from forewarn.pages import Tree
from forewarn.pages.view import paths
from kb_builder import Kb, sighting, story
from page_builder import build

_COPIED = re.compile(r'data-copy="([^"]*)"[^>]*>Copy for the customer<')


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = story(tmp_path_factory.mktemp("copy") / "kb")
    kb.article(
        "hole",
        "A hole",
        "kind: known-issue\nremediation: workaround\naudience: public\n"
        "applies: {recorder: '<2.8'}\ncontingency: Unplug it.\n",
    )
    kb.article(
        "inner",
        "Inner",
        "kind: known-issue\nremediation: workaround\naudience: staff\n"
        "applies: {recorder: '<2.8'}\n",
    )
    return kb


@pytest.fixture(scope="module")
def staff(kb: Kb) -> Tree:
    return build(kb, sightings=(sighting(),))


def copied(tree: Tree, src: str) -> str | None:
    match = _COPIED.search(tree.files[src])
    return unescape(match[1]) if match else None


def test_a_release_is_copied_with_a_sentence_and_the_public_address(staff: Tree) -> None:
    assert copied(staff, "products/recorder/2.7.md") == (
        "Recorder 2.7 has been out since 4 May 2026, for windows; it is supported until 4 May 2028 "
        "(fully until 4 May 2027). https://help.example.com/products/recorder/2.7/"
    )


def test_a_product_is_copied_without_what_customers_are_not_told(staff: Tree) -> None:
    found = copied(staff, "products/recorder/index.md")
    assert found and found.endswith(" https://help.example.com/products/recorder/")
    assert "2.8" not in found and "download" not in found


def test_who_can_download_a_release_already_does_not_hear_that_it_has_not_shipped(kb: Kb) -> None:
    src = "products/recorder/3.0.md"
    address = "https://help.example.com/products/recorder/3.0/"
    assert copied(build(kb, sightings=()), src) == (
        f"Recorder 3.0 is planned for 15 June 2026; it has not shipped yet. {address}"
    )
    for rollout, some in ((None, ""), (10, " by some")):
        live = build(kb, sightings=(sighting(version="3.0", rollout=rollout),))
        assert copied(live, src) == (
            f"Recorder 3.0 can already be downloaded{some}, since 20 May 2026; its release has not "
            f"been announced. {address}"
        )


def test_no_day_that_has_passed_is_promised_to_a_customer(kb: Kb) -> None:
    said = copied(build(kb, sightings=(), today=date(2026, 6, 16)), "products/recorder/3.0.md")
    assert said == (
        "Recorder 3.0 was planned for 15 June 2026, and no other day is known; it has not shipped "
        "yet. https://help.example.com/products/recorder/3.0/"
    )


@pytest.mark.parametrize("audience", list(Audience))
def test_no_page_says_that_something_is_planned_for_a_day_that_has_passed(
    kb: Kb, audience: Audience
) -> None:
    late = build(kb, audience, sightings=(), today=date(2026, 6, 16))
    page = late.files["products/recorder/3.0.md"]
    assert "the planned day has passed" in page
    assert "is planned for 15 June" not in "".join(map(str, late.files.values()))
    feeds = [text for src, text in late.files.items() if src.endswith(".xml") and "3.0" in text]
    assert feeds and all("the planned day has passed" in text for text in feeds)
    calendar = late.files[paths.CALENDAR_FILE].replace("\r\n ", "").replace("\\", "")
    assert "Recorder 3.0 was planned, and has not shipped" in calendar


def test_a_known_issue_is_copied_with_what_helps(staff: Tree) -> None:
    assert copied(staff, "kb/hole.md") == (
        "A hole: concerns Recorder before 2.8; there is a workaround; Unplug it. "
        "https://help.example.com/kb/hole/"
    )


def test_what_customers_may_not_see_cannot_be_copied_for_them(kb: Kb, staff: Tree) -> None:
    assert copied(staff, "products/player/3.0.md") is None
    assert copied(staff, "kb/inner.md") is None
    public = build(kb, Audience.PUBLIC)
    assert not any("Copy for the customer" in text for text in public.files.values())


def test_without_a_public_site_there_is_nothing_to_copy(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").release("recorder", "2.7")
    kb.write("forewarn.yml", "name: Acme\nsites: {staff: 'https://staff.example.com/'}\n")
    assert not any("Copy for the customer" in text for text in build(kb).files.values())
