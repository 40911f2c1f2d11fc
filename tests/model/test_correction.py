"""What is corrected after a release is out is told: customers may have acted upon it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import derive
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.product import Product
from forewarn.model.record import Audience, Place, Support
from forewarn.model.release import Download, Member, Release, Status, Withdrawal
from forewarn.words.events import lines, title
from model_builder import catalogue, product, release

NOW = datetime(2026, 5, 5, 9, tzinfo=UTC)
EXE = Download(platform="windows", url="https://x.example/r.exe", size=10, sha256="a" * 64)
DMG = Download(platform="macos", url="https://x.example/r.dmg")
OUT = release("recorder", "2.7", downloads=(EXE,))
GONE = replace(
    OUT, status=Status.WITHDRAWN, withdrawn=Withdrawal(on=date(2026, 5, 5), reason="no sound")
)


def told(before: Catalogue, after: Catalogue) -> Event:
    (event,) = derive(before, after, NOW)
    return event


def corrected(old: Release, new: Release) -> Event:
    event = told(catalogue(old), catalogue(new))
    assert event.kind is EventKind.CORRECTED
    return event


@pytest.mark.parametrize(
    ("new", "severity", "fact"),
    [
        (
            replace(OUT, released_at=date(2026, 5, 3)),
            Severity.NORMAL,
            ("Released", "2026-05-04 → 2026-05-03"),
        ),
        (
            replace(OUT, downloads=(replace(EXE, sha256="b" * 64),)),
            Severity.HIGH,
            ("Download for windows, sha256", f"{'a' * 64} → {'b' * 64}"),
        ),
        (
            replace(OUT, downloads=(replace(EXE, url="https://y.example/r.exe"),)),
            Severity.HIGH,
            ("Download for windows", "https://x.example/r.exe → https://y.example/r.exe"),
        ),
        (
            replace(OUT, downloads=(EXE, DMG)),
            Severity.NORMAL,
            ("Download for macos", "nothing → https://x.example/r.dmg"),
        ),
        (
            replace(OUT, downloads=()),
            Severity.NORMAL,
            ("Download for windows", "https://x.example/r.exe → nothing"),
        ),
        (
            replace(OUT, downloads=(replace(EXE, size=11),)),
            Severity.NORMAL,
            ("Download for windows, size", "10 → 11"),
        ),
    ],
)
def test_a_correction_says_what_was_and_what_is(
    new: Release, severity: Severity, fact: tuple[str, str]
) -> None:
    event = corrected(OUT, new)
    assert (event.severity, lines(event)) == (severity, (fact,))
    assert title(event) == "What is recorded of Recorder 2.7 was corrected"
    assert event.id != corrected(new, OUT).id, "back again is another correction"


def test_what_was_missing_and_is_filled_in_is_for_information() -> None:
    bare = replace(OUT, downloads=(replace(EXE, size=None, sha256=None),))
    assert corrected(bare, OUT).severity is Severity.LOW


def test_a_withdrawal_is_corrected_too() -> None:
    said = replace(GONE.withdrawn, replacement="2.7.1")  # type: ignore[type-var]
    event = corrected(GONE, replace(GONE, withdrawn=said))
    assert lines(event) == (("Use instead", "nothing → 2.7.1"),)


def test_what_has_not_shipped_is_not_corrected_but_worked_on() -> None:
    staged = replace(OUT, status=Status.STAGED)
    assert derive(catalogue(staged), catalogue(replace(staged, downloads=())), NOW) == ()


def test_what_ships_with_its_hashes_filled_in_has_only_shipped() -> None:
    staged = replace(OUT, status=Status.STAGED, downloads=())
    assert told(catalogue(staged), catalogue(OUT)).kind is EventKind.SHIPPED


def suite(version: str) -> Release:
    place = Place(file="releases/studio/2026.1.md", line=4)
    member = Member(product="recorder", version=version, place=place)
    return release("studio", "2026.1", contains=(member,))


def test_another_member_of_a_suite_is_a_correction_that_its_followers_hear_of() -> None:
    products = ("recorder", "player", "studio")
    old, new = release("recorder", "2.4"), release("recorder", "2.7")
    event = told(
        catalogue(old, new, suite("2.4"), products=products),
        catalogue(old, new, suite("2.7"), products=products),
    )
    assert lines(event) == (("Contains recorder", "2.4 → 2.7"),)
    assert event.products == ("studio", "recorder")
    assert event.audience is Audience.PUBLIC


def test_a_correction_that_names_a_release_under_embargo_is_for_staff() -> None:
    products = ("recorder", "player", "studio")
    old, new = release("recorder", "2.4"), release("recorder", "2.7", status=Status.STAGED)
    before = catalogue(old, new, suite("2.4"), products=products)
    after = catalogue(old, new, suite("2.7"), products=products)
    assert told(before, after).audience is Audience.STAFF


LONG = Support(active_until=date(2028, 5, 4))
SHORT = Support(active_until=date(2027, 5, 4), on=date(2026, 5, 5), reason="few use it")


def test_support_that_ends_sooner_is_told_with_the_reason() -> None:
    old, new = replace(OUT, support=LONG), replace(OUT, support=SHORT)
    event = told(catalogue(old), catalogue(new))
    assert (event.kind, event.severity) == (EventKind.SUPPORT_CHANGED, Severity.NORMAL)
    assert title(event) == "Support of Recorder 2.7 now ends on 2027-05-04"
    assert lines(event) == (
        ("Active support until", "2028-05-04 → 2027-05-04"),
        ("Reason", "few use it"),
        ("Decided on", "2026-05-05"),
    )
    longer = told(catalogue(new), catalogue(old))
    assert longer.severity is Severity.LOW


def test_the_support_of_a_track_is_told_once_and_not_for_each_release_on_it() -> None:
    def recorder(support: Support) -> Product:
        return product("recorder", support={"stable": support})

    others = [release("recorder", f"2.{n}") for n in range(5)]
    event = told(catalogue(recorder(LONG), *others), catalogue(recorder(SHORT), *others))
    assert title(event) == "Support of Recorder stable now ends on 2027-05-04"
    assert (event.product, event.version, event.page) == ("recorder", None, "products/recorder/")


def test_the_first_date_of_support_is_no_change_of_it() -> None:
    assert derive(catalogue(OUT), catalogue(replace(OUT, support=LONG)), NOW) == ()


def test_a_log_that_is_only_written_out_changes_nothing() -> None:
    log = replace(LONG, earlier=(SHORT,), on=date(2026, 5, 1))
    old, new = replace(OUT, support=LONG), replace(OUT, support=log)
    assert derive(catalogue(old), catalogue(new), NOW) == ()
