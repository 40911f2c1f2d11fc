"""The feeds are read back whole by the reader that watches other people's feeds."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from jsonschema import Draft202012Validator

from forewarn import pages
from forewarn.model.record import Audience
from forewarn.model.release import Verdict
from forewarn.pages.feeds.formats import mail_date
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb, sighting, story
from model_builder import catalogue, release, statement

ATOM = "{http://www.w3.org/2005/Atom}"
STAFF, PUBLIC = Audience.STAFF, Audience.PUBLIC
_TEXT = {"type": "string", "minLength": 1}
# JSON Feed 1.1 as its specification words it, for what we write.
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": _TEXT,
        "home_page_url": _TEXT,
        "feed_url": _TEXT,
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["name"], "properties": {"name": _TEXT}},
        },
        "hubs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "url"],
                "properties": {"type": _TEXT, "url": _TEXT},
            },
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_html"],
                "additionalProperties": False,
                "properties": {
                    "id": _TEXT,
                    "url": _TEXT,
                    "title": _TEXT,
                    "content_html": _TEXT,
                    "date_published": {"type": "string", "format": "date-time"},
                    "date_modified": {"type": "string", "format": "date-time"},
                    "tags": {"type": "array", "items": _TEXT},
                },
            },
        },
    },
}


def files(kb: Kb, audience: Audience = STAFF, today: date = TODAY) -> Mapping[str, str]:
    tree = pages.tree_of(
        pages.look(
            kb.load(),
            audience=audience,
            today=today,
            settings=load_settings(kb.root),
            sightings=(sighting(),),
        )
    )
    return {src: text for src, text in tree.files.items() if src.startswith("feeds/")}


def xml(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - it is ours


def read(text: str) -> Any:
    found = feedparser.parse(io.BytesIO(text.encode()))
    assert not found.bozo, found.get("bozo_exception")
    return found


def feed(kb: Kb, src: str, audience: Audience = STAFF, today: date = TODAY) -> Any:
    return read(files(kb, audience, today)[src])


def titles(kb: Kb, src: str, audience: Audience = STAFF) -> list[str]:
    return [entry.title for entry in feed(kb, src, audience).entries]


def entry(found: Any, title: str) -> Any:
    return next(e for e in found.entries if e.title == title)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    return story(tmp_path_factory.mktemp("feeds") / "kb")


@pytest.fixture(scope="module")
def told(kb: Kb) -> Mapping[str, str]:
    return files(kb)


def test_the_feed_tells_everything_the_newest_first(told: Mapping[str, str]) -> None:
    entries = read(told["feeds/all.atom.xml"]).entries
    assert [(entry.title, entry.updated[:10]) for entry in entries][:8] == [
        ("Unannounced: Recorder 2.8 is on a download site", "2026-05-20"),
        ("Player 2.7 shipped", "2026-05-12"),
        ("Known issue: Split files get the wrong name", "2026-05-11"),
        ("Recorder 3.0 is planned", "2026-05-10"),
        ("Fixed: Sound is lost after two hours", "2026-05-04"),
        ("Recorder 2.7 shipped", "2026-05-04"),
        # It was opened in March, and has been corrected since: it is fixed.
        ("Known issue: Sound is lost after two hours", "2026-05-04"),
        ("Recorder 2.5 was withdrawn", "2026-03-09"),
    ]


def test_the_public_feed_has_no_sighting_and_no_embargoed_release(kb: Kb) -> None:
    shown = titles(kb, "feeds/all.atom.xml", PUBLIC)
    assert not [title for title in shown if "Unannounced" in title or "Player 3.0" in title]


def test_there_is_a_feed_of_everything_of_each_product_track_severity_and_pair(
    told: Mapping[str, str], kb: Kb
) -> None:
    assert {src.removesuffix(".atom.xml") for src in told if src.endswith(".atom.xml")} == {
        "feeds/all",
        "feeds/unannounced",
        *(f"feeds/severity/{word}" for word in ("low", "normal", "high", "critical")),
        *(f"feeds/{product}" for product in ("recorder", "player", "exporter")),
        "feeds/tracks/recorder/stable",
        "feeds/tracks/recorder/beta",
        "feeds/tracks/player/stable",
        "feeds/tracks/exporter/stable",
        "feeds/pairs/player--recorder",
    }
    assert not [src for src in files(kb, PUBLIC) if "unannounced" in src]


def test_each_feed_is_there_in_three_forms_that_say_the_same(told: Mapping[str, str]) -> None:
    atoms = [src for src in told if src.endswith(".atom.xml")]
    assert len(told) == len(atoms) * 3 + 1  # and the list of them
    for src in atoms:
        atom, rss = read(told[src]), read(told[src.replace("atom.xml", "rss.xml")])
        items = json.loads(told[src.replace("atom.xml", "json")])["items"]
        assert [e.id for e in atom.entries] == [e.id for e in rss.entries]
        assert [e.id for e in atom.entries] == [item["id"] for item in items]
        assert [e.title for e in atom.entries] == [item["title"] for item in items]
        for one, other, item in zip(atom.entries, rss.entries, items, strict=True):
            assert one.link == other.link == item["url"]
            assert one.published == item["date_published"]
            assert one.content[0].value == other.summary


def test_every_atom_feed_has_what_the_standard_asks_for(told: Mapping[str, str]) -> None:
    one_of_each = ("id", "title", "updated")
    for src in (src for src in told if src.endswith("atom.xml")):
        root = xml(told[src])
        assert root.tag == f"{ATOM}feed"
        assert root.find(f"{ATOM}author/{ATOM}name") is not None
        own = root.findall(f"{ATOM}link[@rel='self']")
        assert [link.get("href") for link in own] == [f"https://support.example.com/{src}"]
        for element in (root, *root.findall(f"{ATOM}entry")):
            for name in one_of_each:
                assert len(element.findall(f"{ATOM}{name}")) == 1
            stamp = element.findtext(f"{ATOM}updated") or ""
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp)
            alternate = element.findall(f"{ATOM}link[@rel='alternate']")
            assert [link.get("type") for link in alternate] == ["text/html"]


def test_every_rss_feed_has_what_the_standard_asks_for(told: Mapping[str, str]) -> None:
    for src in (src for src in told if src.endswith("rss.xml")):
        root = xml(told[src])
        assert (root.tag, root.get("version")) == ("rss", "2.0")
        channel = root.find("channel")
        assert channel is not None
        assert all(channel.findtext(name) for name in ("title", "link", "description"))
        own = channel.find(f"{ATOM}link[@rel='self']")
        assert own is not None
        assert own.get("href") == f"https://support.example.com/{src}"
        for item in channel.findall("item"):
            guid = item.find("guid")
            assert guid is not None
            assert guid.get("isPermaLink") == "false"
            assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo == UTC


def test_moments_in_rss_are_written_as_in_letters() -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    for number in range(800):
        moment = datetime(2024, 1, 1, 0, 0, 7, 5, tzinfo=UTC) + timedelta(hours=31 * number)
        assert mail_date(moment) == format_datetime(moment, usegmt=True)
        assert mail_date(moment.astimezone(east)) == mail_date(moment)
    assert mail_date(datetime(1, 1, 1, tzinfo=UTC)) == "Mon, 01 Jan 0001 00:00:00 GMT"


def test_every_json_feed_is_one_by_its_schema(told: Mapping[str, str], kb: Kb) -> None:
    for shown in (told, files(kb, PUBLIC)):
        for text in (text for src, text in shown.items() if src.endswith(".json")):
            Draft202012Validator(JSON_FEED).validate(json.loads(text))


def test_a_feed_of_a_product_tells_what_other_products_break_in_it(told: Mapping[str, str]) -> None:
    found = read(told["feeds/player.atom.xml"])
    assert found.feed.title == "Player · Example support"
    assert {e.title for e in found.entries if not e.title.startswith("Player")} == {
        "Recorder 2.7 shipped"
    }


def test_a_feed_of_a_track_has_its_releases_and_the_issues_that_they_have(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder", "tracks: [stable, beta]\n")
    kb.release("recorder", "2.7").release("recorder", "3.0", more="track: beta\n")
    for name, versions in (("old", "<3"), ("new", ">=3")):
        kb.article(
            name,
            f"The {name} one",
            f"kind: known-issue\napplies: {{recorder: '{versions}'}}\nopened: 2026-03-02\n"
            "remediation: workaround\n",
        )
    assert titles(kb, "feeds/tracks/recorder/stable.atom.xml", PUBLIC) == [
        "Known issue: The old one",
        "Recorder 2.7 shipped",
    ]
    assert titles(kb, "feeds/tracks/recorder/beta.atom.xml", PUBLIC) == [
        "Known issue: The new one",
        "Recorder 3.0 shipped",
    ]


def test_a_feed_of_a_severity_has_what_is_at_least_that_severe(told: Mapping[str, str]) -> None:
    def shown(severity: str) -> list[str]:
        return [e.title for e in read(told[f"feeds/severity/{severity}.atom.xml"]).entries]

    unannounced = "Unannounced: Recorder 2.8 is on a download site"
    assert shown("critical") == [unannounced]
    assert shown("high") == [unannounced, "Recorder 2.7 shipped", "Recorder 2.5 was withdrawn"]
    assert "Player 2.7 shipped" in shown("normal")
    assert [e.title for e in read(told["feeds/unannounced.atom.xml"]).entries] == [unannounced]


def test_an_entry_says_what_breaks_and_links_to_the_page(told: Mapping[str, str]) -> None:
    found = entry(read(told["feeds/recorder.atom.xml"]), "Recorder 2.7 shipped")
    assert found.link == "https://support.example.com/products/recorder/2.7/"
    content = found.content[0].value
    assert "Breaks: Player before 2.7: playing recordings made by this version" in content
    assert "What to do: Update the player to 2.7" in content


def test_an_entry_has_the_whole_text_and_for_staff_the_briefing(kb: Kb) -> None:
    content = {
        audience: entry(feed(kb, "feeds/recorder.atom.xml", audience), "Recorder 2.7 shipped")
        .content[0]
        .value
        for audience in Audience
    }
    for said in content.values():
        assert "<li>The <code>--split</code> option takes hours.</li>" in said
    assert "Send the link to converting recordings." in content[STAFF]
    assert "Briefing" not in content[PUBLIC]


def test_ids_are_unique_and_stay_the_same_when_the_site_moves(kb: Kb, tmp_path: Path) -> None:
    ids = [entry.id for entry in feed(kb, "feeds/all.atom.xml").entries]
    assert len(set(ids)) == len(ids)
    moved = story(tmp_path / "kb").write("forewarn.yml", "name: Example support\n")
    assert [entry.id for entry in feed(moved, "feeds/all.atom.xml").entries] == ids


def test_ids_stay_the_same_when_other_records_come_and_go(kb: Kb, tmp_path: Path) -> None:
    more = story(tmp_path / "kb")
    more.release("recorder", "2.6", "2026-04-01").release("player", "2.5", "2026-04-02")
    more.product("another", "Another").release("another", "1", "2026-05-14")
    before, after = files(kb), files(more)
    for src, text in before.items():
        if src.endswith(".atom.xml"):
            assert {e.id for e in read(text).entries} <= {e.id for e in read(after[src]).entries}


def test_a_correction_is_the_same_entry_with_a_later_date(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder").product("player", "Player")
    kb.write("forewarn.yml", "name: Example\npeople:\n  maria: {name: Maria}\n")
    kb.release("player", "2.4")

    def state(verdict: str, on: str) -> Any:
        more = f"""
        compatibility:
          - with: player
            versions: "*"
            about: playing
            verdict: {verdict}
            remedy: Update it.
            verified: {{by: maria, on: {on}}}
        """
        kb.release("recorder", "2.7", "2026-05-04", more)
        shown = files(kb)
        pair = read(shown["feeds/pairs/player--recorder.atom.xml"]).entries[0]
        return pair, entry(read(shown["feeds/recorder.atom.xml"]), "Recorder 2.7 shipped")

    limited, shipped = state("limited", "2026-05-05")
    breaks, corrected = state("breaks", "2026-05-11")
    assert (breaks.id, corrected.id) == (limited.id, shipped.id)
    assert (breaks.published, corrected.published) == (limited.published, shipped.published)
    assert (limited.updated[:10], breaks.updated[:10]) == ("2026-05-05", "2026-05-11")
    assert (shipped.updated[:10], corrected.updated[:10]) == ("2026-05-05", "2026-05-11")
    assert limited.title == "Recorder 2.7 with Player, playing: limited (every version)"
    assert breaks.title == "Recorder 2.7 with Player, playing: breaks (every version)"


def test_the_feed_of_a_pair_tells_when_a_promise_ran_out(kb: Kb) -> None:
    src = "feeds/pairs/player--recorder.atom.xml"
    said = "Recorder 2.7 with Player, playing recordings made by this version"

    def told(today: date) -> Any:
        return next(e for e in feed(kb, src, today=today).entries if e.title.startswith(said))

    held, past = told(date(2026, 5, 9)), told(date(2026, 5, 20))
    assert held.title == f"{said}: breaks (before 2.7); works (2.7 and later)"
    assert past.title == f"{said}: breaks (before 2.7); past its tag (2.7 and later)"
    assert held.id == past.id
    assert (held.updated[:10], past.updated[:10]) == ("2026-05-04", "2026-05-11")


def test_what_is_withdrawn_and_shipped_again_stays_one_entry(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    kb.release(
        "recorder",
        "1.0",
        "",
        """
        status: shipped
        released_at: 2026-04-01
        history:
          - {to: shipped, at: 2026-04-01}
          - {to: withdrawn, at: 2026-04-02, withdrawn: {on: 2026-04-02, reason: It was broken.}}
          - {to: shipped, at: 2026-04-05, reason: The file was exchanged.}
        """,
    )
    (found,) = feed(kb, "feeds/recorder.atom.xml", PUBLIC).entries
    assert (found.published[:10], found.updated[:10]) == ("2026-04-01", "2026-04-05")
    assert "Shipped again: on 5 April 2026: The file was exchanged." in found.content[0].value


def test_a_decision_on_support_is_told_and_a_later_one_corrects_it(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    kb.product(
        "recorder",
        "Recorder",
        """
        support:
          stable:
            - {on: 2026-01-01, active_until: 2026-08-01}
            - {on: 2026-05-01, active_until: 2026-12-01, reason: The next one is late.}
        """,
    )
    (found,) = feed(kb, "feeds/severity/low.atom.xml", PUBLIC).entries
    assert found.title == "Support of Recorder stable ends on 1 December 2026"
    assert (found.published[:10], found.updated[:10]) == ("2026-01-01", "2026-05-01")


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
        "<script>y</script> ]]> [a](javascript:z) [b](../x.md) ![c](https://x.example.com/c.png)\n",
    )
    found = feed(kb, "feeds/recorder.atom.xml", PUBLIC).entries
    assert found[0].title_detail.type == "text/plain"
    assert found[0].title == "<b>R & D</b> ]]> 1.0 was withdrawn"
    assert "&lt;script&gt;x&lt;/script&gt; &amp; more" in found[0].content[0].value
    assert "<p>&lt;script&gt;y&lt;/script&gt; ]]&gt; a b c</p>" in found[1].content[0].value


def test_a_feed_without_entries_is_a_feed(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    shown = files(kb, PUBLIC)
    assert read(shown["feeds/recorder.atom.xml"]).entries == []
    assert read(shown["feeds/recorder.rss.xml"]).entries == []
    assert files(kb, PUBLIC, date(2026, 5, 21)) == shown


@pytest.mark.slow
def test_a_long_history_is_cut_to_what_a_reader_fetches_again_and_again(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    for number in range(260):
        day = f"2025-{1 + number // 28:02}-{1 + number % 28:02}"
        kb.release("recorder", f"1.{number}", day, notes="It is faster.\n" * 20)
    shown = files(kb, PUBLIC)
    assert len(read(shown["feeds/all.atom.xml"]).entries) == 200
    newest = read(shown["feeds/recorder.atom.xml"]).entries
    assert newest[0].title == "Recorder 1.259 shipped"
    assert 20 < len(newest) <= 50
    assert len(shown["feeds/recorder.atom.xml"]) < 60_000


def test_products_may_be_called_like_our_own_feeds(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    names = ("all", "unannounced", "index", "tracks", "pairs", "severity", "a.atom.xml", "a")
    for name in names:
        kb.product(name, name).release(name, "1.0")
    shown = files(kb)
    assert len({src.casefold() for src in shown}) == len(shown)
    folders = {"/".join(src.split("/")[:n]) for src in shown for n in range(1, src.count("/") + 1)}
    assert not folders & shown.keys()
    said = {
        read(text).feed.title for src, text in shown.items() if re.match(r"feeds/[^/]*\.rss", src)
    }
    assert said >= {f"{name} · Example support" for name in names}


def test_the_list_of_feeds_names_each_of_them(told: Mapping[str, str]) -> None:
    root = xml(told["feeds/index.opml"])
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    listed = [row.get("xmlUrl") for row in root.iter("outline") if row.get("type") == "rss"]
    atoms = [f"https://support.example.com/{s}" for s in told if s.endswith(".atom.xml")]
    assert sorted(filter(None, listed)) == sorted(atoms)


def test_a_hub_is_named_where_the_settings_name_one(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    kb.write(
        "forewarn.yml",
        """
        name: Example
        sites: {public: "https://help.example.com/", staff: "https://support.example.com/"}
        websub: {public: "https://hub.example.com/"}
        """,
    )
    public = files(kb, PUBLIC)
    for form in ("atom.xml", "rss.xml"):
        links = read(public[f"feeds/all.{form}"]).feed.links
        assert [link.href for link in links if link.rel == "hub"] == ["https://hub.example.com/"]
    hubs = json.loads(public["feeds/all.json"])["hubs"]
    assert hubs == [{"type": "WebSub", "url": "https://hub.example.com/"}]
    assert not [src for src, text in files(kb, STAFF).items() if "hub.example.com" in text]


def test_what_is_taken_back_from_customers_is_gone_from_every_feed(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    assert any("container version 3" in text for text in files(kb, PUBLIC).values())
    for path in ("recorder/2.7", "player/2.7"):
        file = kb.root / f"releases/{path}.md"
        file.write_text(file.read_text().replace("status:", "audience: staff\nstatus:"))
    (kb.root / "kb/split-wrong-name.md").unlink()
    left = "\n".join(files(kb, PUBLIC).values())
    for word in ("container version 3", "Recorder 2.7", "Player 2.7", "split-wrong-name"):
        assert word not in left


def test_every_date_is_one_that_has_come(told: Mapping[str, str]) -> None:
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 23, tzinfo=UTC)
    items = [i for s, t in told.items() if s.endswith(".json") for i in json.loads(t)["items"]]
    for item in items:
        assert item["date_published"] <= item["date_modified"] <= now.isoformat()


def test_what_is_severe_is_in_its_feed_however_much_else_came_later(kb: Kb) -> None:
    first, later = date(2026, 1, 1), date(2026, 5, 1)
    breaks = statement("player", "<2.0", Verdict.BREAKS)
    severe = [
        release("recorder", f"1.{n}", released_at=first, compatibility=(breaks,)) for n in range(3)
    ]
    others = [release("recorder", f"2.{n}", released_at=later) for n in range(900)]
    known = catalogue(*severe, *others)
    view = pages.look(known, audience=STAFF, today=TODAY, settings=load_settings(kb.root))
    found = pages.tree_of(view).files
    everything = [entry.title for entry in read(found["feeds/all.atom.xml"]).entries]
    assert (len(everything), len(set(everything))) == (200, 200)
    assert all(title.startswith("Recorder 2.") for title in everything)
    assert [entry.title for entry in read(found["feeds/severity/high.atom.xml"]).entries] == [
        f"Recorder 1.{n} shipped" for n in range(3)
    ]


@pytest.mark.slow
def test_the_feeds_of_this_project_can_be_read() -> None:
    from forewarn.store.catalogue.whole import load_worktree

    root = Path(__file__).parents[2]
    catalogue, settings = load_worktree(root).catalogue, load_settings(root)
    for audience in Audience:
        tree = pages.tree_of(
            pages.look(catalogue, audience=audience, today=TODAY, settings=settings)
        )
        for src, text in tree.files.items():
            if src.startswith("feeds/") and src.endswith((".xml", ".opml")):
                xml(text)
            elif src.startswith("feeds/") and src.endswith(".json"):
                Draft202012Validator(JSON_FEED).validate(json.loads(text))
