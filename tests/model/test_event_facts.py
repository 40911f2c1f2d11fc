"""An event holds facts: what is told of it and what programs read of it are both made of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from changes_told import all_changes, records, told_by_the_first, told_since
from events_builder import NOON
from forewarn.facts.events import event_json
from forewarn.model.events import fact as facts
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.plain import as_plain
from forewarn.model.release import Verdict
from forewarn.model.sighting import Sighting, SightingState
from forewarn.services.alert.unannounced import alert_of_many
from forewarn.words.events import lines, title
from model_builder import release, statement

CHANGES = all_changes()
FIRST = {**told_by_the_first(), **told_since()}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_gets_another_id_or_other_words_than_it_ever_had(change: str) -> None:
    kept = ("id", "kind", "severity", "audience", "products", "page", "takes_back", "thread")
    now = [
        {
            "title": title(event),
            "facts": [list(line) for line in lines(event)],
            **{key: getattr(event, key) for key in kept},
        }
        for event in CHANGES[change]
    ]
    then = [{key: row[key] for key in ("title", "facts", *kept)} for row in FIRST[change]]
    for row, event in zip(then, CHANGES[change], strict=True):
        if event.kind is EventKind.WITHDRAWN:
            # At first, a withdrawal answered nothing.
            assert event.takes_back == (f"{event.product}@{event.version}",)
            row["takes_back"] = [*event.takes_back]
    assert json.loads(json.dumps(now)) == then


def test_every_fact_that_there_is_is_told_by_some_change() -> None:
    told = {type(event.fact) for events in CHANGES.values() for event in events}
    assert told == set(facts.NAMES) - {facts.AsTold, facts.Undelivered}


def only(change: str) -> Event:
    (event,) = CHANGES[change]
    return event


@pytest.mark.parametrize(
    ("change", "verdicts", "platforms", "track"),
    [
        ("planned", ["breaks"], [], "stable"),
        ("shipped", ["breaks", "limited"], ["windows", "macos"], "stable"),
        ("shipped, nothing known", [], [], "stable"),
        ("withdrawn", [], ["windows", "macos"], "stable"),
        (
            "compatibility",
            ["breaks", "limited", "unknown", "works"],
            ["windows", "macos"],
            "stable",
        ),
        ("another platform", [], ["macos", "linux"], "stable"),
        ("corrected", [], ["windows", "macos"], "stable"),
        ("support of a track", [], [], "stable"),
        ("download", ["breaks"], ["windows"], None),
        ("download on a track", [], ["windows"], "stable"),
        ("downloads", ["breaks"], [], None),
        ("removed", [], ["windows", "macos"], "stable"),
        ("issue", [], [], None),
    ],
)
def test_what_subscriptions_filter_by_is_read_and_not_guessed_from_sentences(
    change: str, verdicts: list[str], platforms: list[str], track: str | None
) -> None:
    data = event_json(only(change))
    assert (data["verdicts"], data["platforms"], data["track"]) == (verdicts, platforms, track)


def test_a_program_gets_each_fact_by_name() -> None:
    data = event_json(only("shipped again"))
    assert json.loads(json.dumps(data)) == data
    assert (data["subject"], data["name"], data["reason"]) == ("recorder@2.7", "Recorder", None)
    assert data["title"] == "Recorder 2.7 has shipped again"
    assert data["at"] == "2026-05-05T09:00:00+00:00"
    assert data["fact"] == {
        "is": "shipped",
        "on": "2026-05-04",
        "harms": [
            {
                "of": {"product": "player", "name": "Player", "versions": "<2.7"},
                "about": "playing recordings made by this version",
                "said": {
                    "verdict": "breaks",
                    "limits": None,
                    "remedy": "Update the player.",
                    "holds_until": None,
                },
            },
            {
                "of": {"product": "editor", "name": "Editor", "versions": "<3"},
                "about": None,
                "said": {
                    "verdict": "limited",
                    "limits": "No colour.",
                    "remedy": None,
                    "holds_until": None,
                },
            },
        ],
        "again": True,
        "why_back": "It was the sound card.",
        "rollout": [],
    }


def sentences(value: Any) -> list[str]:
    """Every text in a value of JSON."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in sentences(part)]
    if isinstance(value, list):
        return [text for part in value for text in sentences(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("change", CHANGES)
def test_no_label_and_no_sentence_of_ours_is_among_the_facts(change: str) -> None:
    for event in CHANGES[change]:
        told = {*sentences(as_plain(event))}
        assert not {label for label, _ in lines(event) if label.istitle()} & told
        assert not [text for text in told if "→" in text or text == title(event)]


def test_what_the_highest_of_many_downloads_limits_is_told_too() -> None:
    limits = statement("recorder", ">=2.9", Verdict.LIMITED, limits="No sound.", remedy="Wait.")
    rows = [
        Sighting(
            id=f"510{n}",
            product="recorder",
            version=f"2.{n}",
            source="https://x.example/feed.xml",
            url=f"https://x.example/r-2.{n}.exe",
            title="",
            state=SightingState.OPEN,
            first_seen=NOON,
        )
        for n in (9, 8)
    ]
    event = alert_of_many(records(release("player", "2.4", compatibility=(limits,))), rows)
    assert dict(lines(event))["Limits"] == (
        "Player 2.4, playing recordings made by this version (No sound.). What to say: Wait."
    )
