"""The calendar page, and the calendar files as a calendar program reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from forewarn import pages
from forewarn.model.record import Audience
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb, story

STAFF, PUBLIC = Audience.STAFF, Audience.PUBLIC
ALL = "calendar/all.ics"


def files(kb: Kb, audience: Audience = STAFF, today: date = TODAY) -> Mapping[str, str]:
    tree = pages.tree_of(
        pages.look(kb.load(), audience=audience, today=today, settings=load_settings(kb.root))
    )
    return tree.files


def events(text: str) -> dict[str, Any]:
    """The events of a calendar file by what they are called."""
    calendar = Calendar.from_ical(text)
    assert not calendar.errors
    return {str(event["SUMMARY"]): event for event in calendar.events}


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    return story(tmp_path_factory.mktemp("calendar") / "kb")


@pytest.fixture(scope="module")
def told(kb: Kb) -> Mapping[str, str]:
    return files(kb)


def test_a_calendar_has_what_is_planned_what_was_promised_and_what_ends(
    told: Mapping[str, str],
) -> None:
    assert {name: event.start for name, event in events(told[ALL]).items()} == {
        "Fix promised, and overdue: Split files get the wrong name": date(2026, 5, 15),
        "Player 3.0 was planned, and has not shipped": date(2026, 5, 18),
        "Recorder 3.0 is planned": date(2026, 6, 15),
        "Recorder stable: active support ends": date(2026, 8, 1),
        "Recorder 2.7: active support ends": date(2027, 5, 4),
        "Recorder stable: security support ends": date(2027, 5, 4),
        "Recorder 2.7: security support ends": date(2028, 5, 4),
    }


def test_a_date_is_a_whole_day_wherever_the_reader_is(told: Mapping[str, str]) -> None:
    for event in events(told[ALL]).values():
        assert event["DTSTART"].params["VALUE"] == "DATE"
        assert event.end - event.start == timedelta(days=1)
        assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)


def test_customers_see_no_date_of_a_release_under_embargo(kb: Kb) -> None:
    shown = files(kb, PUBLIC)
    assert "Recorder 3.0 is planned" in events(shown[ALL])
    for src in (ALL, "calendar/player.ics", "calendar.md"):
        assert "Player 3.0" not in shown[src]


def test_each_product_has_a_calendar_of_its_own(told: Mapping[str, str]) -> None:
    assert set(events(told["calendar/player.ics"])) == {
        "Player 3.0 was planned, and has not shipped"
    }
    assert events(told["calendar/exporter.ics"]) == {}
    found = Calendar.from_ical(told["calendar/recorder.ics"])
    assert str(found["X-WR-CALNAME"]) == "Recorder · Example support"


def test_an_event_leads_to_its_page(told: Mapping[str, str]) -> None:
    event = events(told[ALL])["Recorder 3.0 is planned"]
    assert str(event["URL"]) == "https://support.example.com/products/recorder/3.0/"


def test_a_date_that_moves_is_the_same_event(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")

    def state(day: str, ends: str) -> dict[str, Any]:
        kb.product("recorder", "Recorder", f"support:\n  stable:\n{ends}")
        kb.release(
            "recorder",
            "3.0",
            "",
            f"status: planned\nplanned_for: {day}\nannounced_at: 2026-05-01\n",
        )
        return events(files(kb, PUBLIC)[ALL])

    first = "    - {on: 2026-01-01, active_until: 2027-01-01}\n"
    then = first + "    - {on: 2026-05-02, active_until: 2027-06-01}\n"
    before, after = state("2026-06-15", first), state("2026-07-15", then)
    assert {name: event["UID"] for name, event in before.items()} == {
        name: event["UID"] for name, event in after.items()
    }
    ends = "Recorder stable: active support ends"
    assert (before[ends]["SEQUENCE"], after[ends]["SEQUENCE"]) == (0, 1)
    assert after[ends]["LAST-MODIFIED"].dt == datetime(2026, 5, 2, tzinfo=UTC)


def test_a_promise_that_was_kept_and_a_release_that_shipped_are_gone(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    kb.release("recorder", "3.0", "2026-05-19")
    path = kb.root / "kb/split-wrong-name.md"
    path.write_text(path.read_text().replace("opened:", "fixed_in: {recorder: '3.0'}\nopened:"))
    shown = files(kb)
    left = events(shown[ALL])
    assert "Recorder 3.0 is planned" not in left
    assert "Fix promised: Split files get the wrong name" not in left
    assert "Split files" not in shown["calendar.md"]


def test_text_of_a_record_stays_text_and_lines_are_short(tmp_path: Path) -> None:
    name = "Ätzend; lange, \\n böse Namen " + "ä€😀" * 30
    kb = Kb(tmp_path / "kb").product("recorder", f"'{name}'")
    kb.release("recorder", "3.0", "", "status: planned\nplanned_for: 2026-06-15\n")
    text = files(kb)["calendar/recorder.ics"]
    assert set(events(text)) == {f"{name} 3.0 is planned"}
    lines = text.encode().split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert lines[-1] == b""


def test_the_calendar_of_tomorrow_is_that_of_today(kb: Kb, told: Mapping[str, str]) -> None:
    again = files(kb, today=TODAY + timedelta(days=1))
    assert [again[src] for src in again if src.endswith(".ics")] == [
        told[src] for src in told if src.endswith(".ics")
    ]


def test_the_page_lists_the_days_by_month_and_what_is_overdue_first(
    told: Mapping[str, str],
) -> None:
    page = told["calendar.md"]
    heads = ["Overdue", "June 2026", "August 2026", "May 2027", "May 2028"]
    places = [page.index(f">{head}</h2>") for head in heads]
    assert places == sorted(places)
    overdue = page[places[0] : places[1]]
    assert "Split files get the wrong name" in overdue
    assert "Player 3.0" in overdue
    assert 'href="../products/recorder/3.0/"' in page
    assert 'href="webcal://support.example.com/calendar/all.ics"' in page


def test_releases_whose_support_ends_together_are_one_row(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    for version in ("1.0", "1.1", "1.2"):
        kb.release("recorder", version, more="support: {active_until: 2026-09-01}\n")
    page = files(kb)["calendar.md"]
    assert page.count("active support") == 1
    assert "Recorder 1.0 to 1.2</a> active support" in page


def test_without_dates_the_page_says_so(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("recorder", "Recorder")
    assert "No date ahead is recorded." in files(kb)["calendar.md"]


def test_every_feed_and_calendar_is_a_link_from_where_its_followers_look(
    told: Mapping[str, str],
) -> None:
    """In words: of everything what is least severe is the same, and is in the list for programs."""
    shown = told["subscribe.md"]
    assert "Severity" not in shown
    for product in ("recorder", "player", "exporter"):
        shown += told[f"products/{product}/index.md"].replace("../../", "../")
        assert f'href="../products/{product}/#follow"' in told["subscribe.md"]
    for src in told:
        if src.startswith(("feeds/", "calendar/")) and "/low." not in src:
            assert f'href="../{src}"' in shown or "/critical." in src, src


def test_of_very_many_dates_each_month_and_each_far_year_has_a_page(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    for number in range(30):
        ends = f"2026-{number % 4 + 6:02}-10, security_until: 203{number % 3}-01-15"
        kb.product(f"p{number}", f"P{number}", f"support: {{stable: {{active_until: {ends}}}}}\n")
        for step in range(5):
            day = f"2026-{number % 4 + 6:02}-{step + 11}"
            kb.release(f"p{number}", f"1.{step}", "", f"status: planned\nplanned_for: {day}\n")
    shown = files(kb)
    page = shown["calendar.md"]
    assert ">June 2026</h2>" in page
    assert ">September 2026</h2>" not in page
    assert '<a href="2026-09/">September 2026</a> (42)' in page
    assert '<a href="2031/">2031</a> (10)' in page
    assert "P3 1.4" in shown["calendar/2026-09.md"]
    assert shown["calendar/2031.md"].count("security support") == 10
    assert "calendar files" not in page
    whole = sum(
        text.count("<time")
        for src, text in shown.items()
        if src.startswith("calendar") and src.endswith(".md")
    )
    assert whole == 30 * 7


def test_without_the_sites_address_no_feed_and_no_calendar_holds_a_relative_one(
    tmp_path: Path,
) -> None:
    kb = story(tmp_path / "kb").write("forewarn.yml", "name: Example support\n")
    for src, text in files(kb).items():
        if src.startswith(("feeds/", "calendar/")) and not src.endswith(".md"):
            found = re.findall(r'(?:href="|Url="|<link>|url": "|^URL:)(?!https?://|webcal:)', text)
            assert not found, src
    assert "feeds/index.opml" not in files(kb)
    assert "index.opml" not in files(kb)["subscribe.md"]


def test_only_staff_read_how_to_get_alerts_by_mail(kb: Kb, told: Mapping[str, str]) -> None:
    assert "forewarn.yml" in told["subscribe.md"]
    public = files(kb, PUBLIC)["subscribe.md"]
    assert "forewarn.yml" not in public
    assert "unannounced" not in public


@pytest.mark.slow
def test_the_calendars_of_this_project_can_be_read() -> None:
    root = Path(__file__).parents[2]
    catalogue, settings = load_worktree(root).catalogue, load_settings(root)
    tree = pages.tree_of(pages.look(catalogue, audience=STAFF, today=TODAY, settings=settings))
    found = {src: events(text) for src, text in tree.files.items() if src.endswith(".ics")}
    assert len(found) == len(catalogue.products) + 1
    assert found[ALL]
