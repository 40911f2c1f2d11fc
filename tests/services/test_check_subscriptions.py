"""Subscriptions that bring nothing, or not what they seem to bring, are found where they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from events_builder import NOON, a_channel, a_person, a_subscription, settings_of
from forewarn.model.catalogue import Catalogue
from forewarn.model.recipient import Person, Room
from forewarn.model.record import Place
from forewarn.model.release import Member
from forewarn.model.schedule import Absence, Every, QuietHours, Rhythm
from forewarn.model.settings import Settings
from forewarn.model.subscription import Subscription
from forewarn.services.check.rules.subscriptions import of_subscriptions
from model_builder import catalogue, issue, product, release

SMTP = a_channel("mail", "email", host="localhost", from_="kb@example.com")
PLACE = Place(file="releases/kit/1.md")
KNOWN: Catalogue = catalogue(
    release("kit", "1", contains=(Member(product="recorder", version="2.7", place=PLACE),)),
    release("recorder", "2.7"),
    issue("kb/no-sound.md", {"recorder": "<3"}),
    product("recorder", tracks=("stable", "beta"), platforms=("fridge",)),
    products=("recorder", "player", "kit"),
)


def found(*rows: Subscription, **more: Any) -> list[tuple[str, str, int]]:
    """Rule and message of each finding, with the line that it is of; rows stand in order."""
    placed = [
        replace(row, place=Place(file="subscriptions/l1.yml", line=number))
        for number, row in enumerate(rows, start=1)
    ]
    rooms = {"calls": Room(id="calls", name="Calls", place="#calls")}
    people = more.pop("people", [a_person(), a_person("tom")])
    kb = settings_of(*placed, people=people, channels=[a_channel(), SMTP])
    kb = replace(kb, rooms=rooms, platforms=("toaster",), **more)
    return [(f.rule, f.message, f.place.line) for f in of_subscriptions(kb, KNOWN)]


@pytest.mark.parametrize(
    ("asks_for", "said"),
    [
        ({"products": ("editor",)}, "there is no product 'editor'"),
        ({"pair": ("recorder", "editor")}, "there is no product 'editor'"),
        ({"suites": ("recorder",)}, "there is no suite 'recorder'"),
        ({"tracks": ("lts",)}, "there is no track 'lts' of any product"),
        ({"products": ("player",), "tracks": ("beta",)}, "there is no track 'beta' of any product"),
        ({"platforms": ("dishwasher",)}, "there is no platform 'dishwasher'"),
        ({"issue": "kb/other.md"}, "there is no known issue kb/other.md"),
    ],
)
def test_who_asks_for_what_is_not_recorded_would_never_be_told(
    asks_for: dict[str, object], said: str
) -> None:
    assert found(a_subscription(**asks_for)) == [("subscribes-to-nothing", said, 1)]


def test_who_asks_for_what_is_recorded_is_fine() -> None:
    rows = (
        a_subscription(products=("recorder",), tracks=("beta",), pair=("recorder", "player")),
        a_subscription("tom", suites=("kit",), issue="kb/no-sound.md"),
        a_subscription("tom", "mail", platforms=("windows", "toaster", "fridge", "macos-14")),
        a_subscription("calls", "files"),
    )
    assert found(*rows) == []


def test_whom_a_channel_cannot_reach_is_found_and_so_are_their_deputies() -> None:
    day = NOON.date()
    away = Absence(first=day, last=day, deputy="tom")
    people = [replace(a_person(), away=(away,)), Person(id="tom", name="Tom")]
    assert found(
        a_subscription("calls", "mail"), a_subscription("maria", "mail"), people=people
    ) == [
        ("cannot-reach", "'calls' is a room, which mail does not reach", 1),
        (
            "cannot-reach",
            "'tom' has no email in forewarn.yml, who stands in for 'maria'",
            2,
        ),
    ]


NIGHT = QuietHours(begin=time(22), end=time(7), zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "zone", "late"),
    [(6, "Europe/Berlin", True), (7, "Europe/Berlin", False), (6, "Asia/Tokyo", False)],
)
def test_a_digest_in_its_own_quiet_hours_is_found(at: int, zone: str, late: bool) -> None:
    digest = Rhythm(every=Every.DAILY, at=time(at), zone=zone)
    rules = [rule for rule, _, _ in found(a_subscription(digest=digest, quiet=NIGHT))]
    assert rules == (["digest-in-quiet-hours"] if late else [])


@pytest.mark.parametrize(
    ("one", "other", "needless"),
    [
        ({}, {"products": ("recorder",)}, 2),
        ({"products": ("recorder",)}, {}, 1),
        ({}, {}, 2),
        ({"products": ("recorder", "player")}, {"products": ("player",)}, 2),
        ({"products": ("recorder",)}, {"products": ("player",)}, None),
        ({"suites": ("kit",)}, {"products": ("recorder",)}, None),
        ({"digest": Rhythm(every=Every.HOURLY)}, {"products": ("recorder",)}, None),
        ({}, {"digest": Rhythm(every=Every.HOURLY)}, 2),
        ({"quiet": NIGHT}, {}, 1),
        ({"pair": ("recorder", "player")}, {"products": ("recorder",)}, None),
    ],
)
def test_a_row_that_brings_nothing_beside_another_is_found(
    one: dict[str, object], other: dict[str, object], needless: int | None
) -> None:
    rows = found(a_subscription(**one), a_subscription(**other))
    assert [(rule, line) for rule, _, line in rows] == (
        [("overlapping-subscriptions", needless)] if needless else []
    )


def test_rows_of_others_do_not_overlap() -> None:
    assert found(a_subscription(), a_subscription("tom"), a_subscription("maria", "mail")) == []


def test_settings_without_subscriptions_have_no_findings() -> None:
    assert list(of_subscriptions(Settings(name="Acme"), KNOWN)) == []
