"""The feeds are read back whole by the reader that watches other people's feeds."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import feedparser
import pytest

from forewarn import pages
from forewarn.model.record import Audience
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb, sighting, story


def feed(kb: Kb, src: str, audience: Audience = Audience.STAFF) -> Any:
    tree = pages.build(
        kb.load(),
        audience=audience,
        today=TODAY,
        settings=load_settings(kb.root),
        sightings=(sighting(),),
    )
    read = feedparser.parse(io.BytesIO(tree.files[src].encode()))
    assert not read.bozo, read.get("bozo_exception")
    return read


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    return story(tmp_path_factory.mktemp("feeds") / "kb")


def test_the_feed_tells_everything_the_newest_first(kb: Kb) -> None:
    told = [(entry.title, entry.updated[:10]) for entry in feed(kb, "feeds/all.atom.xml").entries]
    assert told[:7] == [
        ("Unannounced: Recorder 2.8 is on a download site", "2026-05-20"),
        ("Player 2.7 shipped", "2026-05-12"),
        ("Known issue: Split files get the wrong name", "2026-05-11"),
        ("Recorder 3.0 is planned", "2026-05-10"),
        ("Fixed: Sound is lost after two hours", "2026-05-04"),
        ("Recorder 2.7 shipped", "2026-05-04"),
        ("Recorder 2.5 was withdrawn", "2026-03-09"),
    ]


def test_the_public_feed_has_no_sighting_and_no_embargoed_release(kb: Kb) -> None:
    entries = feed(kb, "feeds/all.atom.xml", Audience.PUBLIC).entries
    assert not [e.title for e in entries if "Unannounced" in e.title or "Player 3.0" in e.title]


def test_a_feed_of_a_product_has_its_entries_alone(kb: Kb) -> None:
    read = feed(kb, "feeds/player.atom.xml")
    assert read.feed.title == "Player · Example support"
    assert {entry.title.split()[0] for entry in read.entries} == {"Player"}


def test_an_entry_says_what_breaks_and_links_to_the_page(kb: Kb) -> None:
    entries = feed(kb, "feeds/recorder.atom.xml").entries
    entry = next(e for e in entries if e.title == "Recorder 2.7 shipped")
    assert entry.link == "https://support.example.com/products/recorder/2.7/"
    content = entry.content[0].value
    assert "Breaks: Player before 2.7: playing recordings made by this version" in content
    assert "What to do: Update the player to 2.7" in content


def test_ids_are_unique_and_stay_the_same_when_the_site_moves(kb: Kb, tmp_path: Path) -> None:
    ids = [entry.id for entry in feed(kb, "feeds/all.atom.xml").entries]
    assert len(set(ids)) == len(ids)
    moved = story(tmp_path / "kb").write("forewarn.yml", "name: Example support\n")
    read = feed(moved, "feeds/all.atom.xml")
    assert [entry.id for entry in read.entries] == ids
    assert read.entries[1].links[0].href == "../products/player/2.7/"


def test_text_of_a_record_stays_text(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "'<b>R & D</b> ]]>'")
    kb.release(
        "recorder",
        "1.0",
        "",
        """
        status: withdrawn
        released_at: 2026-04-01
        withdrawn: {on: 2026-04-02, reason: '<script>x</script> & more'}
        """,
    )
    entry = feed(kb, "feeds/recorder.atom.xml", Audience.PUBLIC).entries[0]
    assert entry.title_detail.type == "text/plain"
    assert entry.title == "<b>R & D</b> ]]> 1.0 was withdrawn"
    assert "&lt;script&gt;x&lt;/script&gt; &amp; more" in entry.content[0].value


def test_a_feed_without_entries_is_a_feed(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    assert feed(kb, "feeds/recorder.atom.xml", Audience.PUBLIC).entries == []
