"""What a release's page tells of suites, rollouts and the past, and to whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from forewarn.model.record import Audience
from kb_builder import Kb
from page_builder import build, in_order, section

HASH = "9f2c4a7be1d05836c7a94f1b0e6d82a35b9c17e4f8062d3ab5c4e97f10a86d2b"


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = Kb(tmp_path / "kb")
    kb.write("forewarn.yml", "name: Example\npeople:\n  maria: {name: Maria Lind}\n")
    for product in ("recorder", "player", "exporter", "suite"):
        kb.product(product, product.capitalize())
    kb.release("recorder", "2.4").release("player", "2.4").release("exporter", "1.0")
    kb.release("suite", "1.0", more='contains: {recorder: "2.4", exporter: "1.0"}\n')
    kb.release(
        "recorder",
        "2.7",
        "2026-05-04",
        f"""
        history:
          - {{to: planned, at: 2026-03-01, by: maria}}
          - {{to: staged, at: 2026-05-01T08:00:00Z, by: maria}}
          - {{to: shipped, at: 2026-05-04T08:00:00Z, by: maria}}
          - to: withdrawn
            at: 2026-05-09T14:05:00Z
            by: maria
            withdrawn: {{on: 2026-05-09, reason: No sound.}}
          - {{to: shipped, at: 2026-05-12T07:00:00Z, by: maria, reason: The driver was to blame.}}
        rollout:
          macos: [{{on: 2026-06-01, share: 0.5%}}]
          windows: [{{on: 2026-05-04, share: 10%}}, {{on: 2026-05-06, share: 50%}}]
        downloads:
          - {{platform: windows, url: "https://example.com/recorder-2.7.exe", sha256: {HASH}}}
          - {{platform: macos, url: "https://example.com/recorder-2.7.dmg"}}
        """,
    )
    kb.release(
        "suite", "2.0", more='contains: {recorder: "2.7", player: "2.4"}\n', day="2026-05-10"
    )
    return kb


def test_a_suite_names_its_members_and_what_has_changed_in_it(kb: Kb) -> None:
    page = section(build(kb).files["products/suite/2.0.md"], "contains")
    in_order(page, "Since 1.0", "Recorder", ">2.7<", "up from 2.4", "Player", ">2.4<", "added")
    in_order(page, "Exporter", "removed, it was 1.0")


def test_a_release_names_the_suites_that_contain_it(kb: Kb) -> None:
    page = build(kb).files["products/recorder/2.7.md"]
    in_order(page, "<dt>Part of</dt>", '<a href="../../suite/2.0/">Suite 2.0</a>')


def test_a_member_that_customers_may_not_see_has_neither_come_nor_gone_for_them(kb: Kb) -> None:
    kb.release("recorder", "3.0", "", "status: planned\n")
    kb.release("suite", "3.0", more='contains: {recorder: "3.0", player: "2.4"}\n')
    page = section(build(kb, Audience.PUBLIC).files["products/suite/3.0.md"], "contains")
    assert "Recorder" not in page
    assert "removed" not in page
    assert "up from 2.7" in section(build(kb).files["products/suite/3.0.md"], "contains")


def test_a_staged_rollout_says_who_is_offered_it_on_the_day_of_the_page(kb: Kb) -> None:
    page = section(build(kb).files["products/recorder/2.7.md"], "rollout")
    in_order(
        page,
        "macos",
        "nobody yet",
        "0.5&nbsp;% from",
        "windows",
        "50&nbsp;%",
        "6 May 2026",
        "10&nbsp;% from",
    )
    later = section(build(kb, today=date(2026, 6, 2)).files["products/recorder/2.7.md"], "rollout")
    assert "nobody yet" not in later


def test_staff_see_every_step_of_a_release_and_customers_what_they_saw_happen(kb: Kb) -> None:
    page = build(kb).files["products/recorder/2.7.md"]
    in_order(
        section(page, "history"),
        "planned</strong> by Maria Lind",
        "4 May 2026, 08:00 UTC",
        "shipped",
        "withdrawn",
        "No sound.",
        "The driver was to blame.",
    )
    told = section(build(kb, Audience.PUBLIC).files["products/recorder/2.7.md"], "history")
    in_order(told, "4 May 2026</time> <strong>shipped", "No sound.", "The driver was to blame.")
    for inside in ("Maria", "planned", "08:00"):
        assert inside not in told


def test_since_when_its_state_holds_is_said_first(kb: Kb) -> None:
    """It was shipped again on 12 May; the vendor's date stays among the facts."""
    in_order(
        build(kb).files["products/recorder/2.7.md"],
        "shipped</span>",
        'since <time datetime="2026-05-12">',
        "<dt>Released</dt>",
        "4 May 2026",
    )


def test_a_hash_can_be_copied_and_the_button_is_not_there_without_its_script(kb: Kb) -> None:
    page = section(build(kb).files["products/recorder/2.7.md"], "downloads")
    in_order(page, f"<code>{HASH}</code>", "<button", 'hidden=""', f'data-copy="{HASH}"')
    assert 'aria-label="Copy the SHA-256 of recorder-2.7.exe"' in page


def test_what_is_recorded_of_a_release_with_a_briefing_is_on_a_page_for_staff(kb: Kb) -> None:
    """Player 2.4 is a version and a date; to staff there is more to say."""
    kb.write("releases/player/2.4.briefing.md", "Ask for the codec.\n")
    assert "Ask for the codec." in build(kb).files["products/player/2.4.md"]
    assert "products/player/2.4.md" not in build(kb, Audience.PUBLIC).files
