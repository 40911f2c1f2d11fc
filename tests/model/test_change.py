"""Events are a diff: who changed the records, and how, makes no difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import derive, history
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.release import Release, Status, Verdict, Withdrawal
from forewarn.model.versions.version import VersionRange
from forewarn.words.events import lines
from model_builder import catalogue, issue, product, release, statement

NOW = datetime(2026, 5, 5, 9, tzinfo=UTC)
PLANNED = release("recorder", "2.7", status=Status.PLANNED, planned_for=date(2026, 6, 1))
SHIPPED = release("recorder", "2.7")
GONE = release(
    "recorder",
    "2.7",
    status=Status.WITHDRAWN,
    withdrawn=Withdrawal(on=date(2026, 5, 5), reason="loses sound", replacement="2.7.1"),
)
BROKEN = release(
    "recorder",
    "2.7",
    compatibility=(statement("player", "<2.7", Verdict.BREAKS, remedy="Update."),),
)
OPEN = issue("kb/no-sound.md", {"recorder": "2.7"})
PROMISED = issue(
    "kb/no-sound.md", {"recorder": "2.7"}, fixed_in={"recorder": VersionRange.parse(">=2.8")}
)


def kinds(before: Catalogue, after: Catalogue) -> list[EventKind]:
    return [event.kind for event in derive(before, after, NOW)]


def only(before: Catalogue, after: Catalogue) -> Event:
    (event,) = derive(before, after, NOW)
    return event


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([], [PLANNED], EventKind.PLANNED),
        ([], [SHIPPED], EventKind.SHIPPED),
        ([PLANNED], [SHIPPED], EventKind.SHIPPED),
        ([SHIPPED], [GONE], EventKind.WITHDRAWN),
        ([], [GONE], EventKind.WITHDRAWN),
        ([GONE], [SHIPPED], EventKind.SHIPPED),
        ([SHIPPED], [BROKEN], EventKind.COMPATIBILITY_CHANGED),
        ([BROKEN], [SHIPPED], EventKind.COMPATIBILITY_CHANGED),
        ([SHIPPED], [SHIPPED, OPEN], EventKind.KNOWN_ISSUE_OPENED),
    ],
)
def test_each_change_is_one_event(before: list, after: list, kind: EventKind) -> None:  # type: ignore[type-arg]
    assert kinds(catalogue(*before), catalogue(*after)) == [kind]


@pytest.mark.parametrize("same", [[], [PLANNED], [BROKEN, OPEN], [GONE]])
def test_no_change_is_no_event(same: list) -> None:  # type: ignore[type-arg]
    assert kinds(catalogue(*same), catalogue(*same)) == []


def test_a_moved_date_tells_both_dates() -> None:
    later = release("recorder", "2.7", status=Status.PLANNED, planned_for=date(2026, 7, 1))
    event = only(catalogue(PLANNED), catalogue(later))
    assert event.kind is EventKind.DATE_CHANGED
    assert lines(event) == (("Before", "2026-06-01"), ("Now", "2026-07-01"))


def test_a_release_that_breaks_something_is_urgent_and_says_what_to_say() -> None:
    event = only(catalogue(), catalogue(BROKEN))
    assert event.severity is Severity.HIGH
    assert lines(event)[0] == (
        "Breaks",
        "Player <2.7, playing recordings made by this version. What to say: Update.",
    )
    assert event.products == ("recorder", "player"), "the player's followers must hear of it"


def test_a_fix_is_told_when_the_release_that_has_it_ships_and_not_before() -> None:
    planned_fix = release("recorder", "2.8", status=Status.PLANNED, planned_for=date(2026, 6, 1))
    shipped_fix = release("recorder", "2.8")
    promised = catalogue(SHIPPED, PROMISED, planned_fix)
    assert kinds(catalogue(SHIPPED, OPEN, planned_fix), promised) == []
    assert kinds(promised, catalogue(SHIPPED, PROMISED, shipped_fix)) == [
        EventKind.SHIPPED,
        EventKind.KNOWN_ISSUE_FIXED,
    ]


def test_what_is_not_recorded_any_more_takes_back_what_was_told_of_it() -> None:
    events = derive(catalogue(SHIPPED, OPEN), catalogue(), NOW)
    assert [(event.kind, event.takes_back) for event in events] == [
        (EventKind.MISTAKEN, ("recorder@2.7",)),
        (EventKind.MISTAKEN, ("kb/no-sound/",)),
    ]


def past(days: range) -> list[Release]:
    """A release of the recorder for each day, so many days before today."""
    return [release("recorder", f"1.{n}", released_at=NOW.date() - timedelta(days=n)) for n in days]


def test_a_few_old_releases_that_are_recorded_late_are_told() -> None:
    assert kinds(catalogue(), catalogue(*past(range(100, 110)))) == [EventKind.SHIPPED] * 10


def test_the_past_of_a_product_floods_nobody() -> None:
    told = derive(catalogue(), catalogue(*past(range(25, 125))), NOW)
    assert [event.version for event in told] == ["1.25", "1.26", "1.27", "1.28", "1.29", "1.30"]


def test_a_product_that_is_recorded_with_its_past_floods_nobody() -> None:
    told = derive(catalogue(products=()), catalogue(*past(range(100))), NOW)
    assert [event.version for event in told] == ["1.0", "1.1", "1.2"]


def test_what_an_importer_recorded_as_history_alerts_nobody_however_little_it_is() -> None:
    imported = [replace(r, imported=NOW.date()) for r in past(range(3, 6))]
    assert kinds(catalogue(), catalogue(*imported)) == []
    late = NOW + timedelta(days=9)
    assert derive(catalogue(), catalogue(*imported), late) == ()


def test_what_has_just_shipped_is_told_also_if_an_importer_recorded_it() -> None:
    imported = [replace(r, imported=NOW.date()) for r in past(range(1, 5))]
    late = NOW + timedelta(days=9)
    told = derive(catalogue(), catalogue(*imported), late)
    assert [event.version for event in told] == ["1.1", "1.2"]


def test_what_history_has_fixed_is_not_told_as_fixed_now() -> None:
    fix = release("recorder", "2.8", released_at=date(2020, 1, 1), imported=NOW.date())
    assert kinds(catalogue(PROMISED), catalogue(PROMISED, fix)) == []
    assert kinds(catalogue(PROMISED), catalogue(PROMISED, replace(fix, imported=None))) == [
        EventKind.SHIPPED,
        EventKind.KNOWN_ISSUE_FIXED,
    ]


def test_a_withdrawal_of_imported_history_is_told() -> None:
    imported = release("recorder", "2.7", imported=NOW.date(), released_at=date(2020, 1, 1))
    gone = replace(imported, status=Status.WITHDRAWN, withdrawn=GONE.withdrawn)
    for before in (catalogue(), catalogue(imported)):
        assert kinds(before, catalogue(gone)) == [EventKind.WITHDRAWN]


def test_the_first_publish_tells_only_what_has_just_shipped_and_what_it_fixes() -> None:
    old = release("recorder", "2.7", released_at=NOW.date() - timedelta(days=3))
    other = release("player", "1.0", released_at=date(2020, 1, 1))
    today = release("recorder", "2.8", released_at=NOW.date())
    everything = catalogue(old, other, today, PROMISED, issue("kb/other.md", {"player": "*"}))
    assert kinds(history(everything, NOW.date()), everything) == [
        EventKind.SHIPPED,
        EventKind.KNOWN_ISSUE_FIXED,
    ]


def test_ids_follow_from_the_content_and_not_from_the_time() -> None:
    first = derive(catalogue(PLANNED), catalogue(BROKEN, OPEN), NOW)
    again = derive(catalogue(PLANNED), catalogue(BROKEN, OPEN), NOW + timedelta(days=1))
    assert [event.id for event in first] == [event.id for event in again]
    assert len({event.id for event in first}) == len(first) == 2


def test_shipping_again_after_a_withdrawal_is_told_again() -> None:
    first = only(catalogue(PLANNED), catalogue(SHIPPED))
    again = only(catalogue(GONE), catalogue(SHIPPED))
    assert first.id != again.id


def test_what_is_under_embargo_is_for_staff() -> None:
    assert only(catalogue(), catalogue(PLANNED)).audience is Audience.STAFF
    secret = product("recorder", audience=Audience.STAFF)
    assert only(catalogue(secret), catalogue(secret, SHIPPED)).audience is Audience.STAFF
    assert only(catalogue(), catalogue(SHIPPED)).audience is Audience.PUBLIC
    inside = statement("player", "<2.7", Verdict.BREAKS, audience=Audience.STAFF)
    told = release("recorder", "2.7", compatibility=(inside,))
    assert only(catalogue(SHIPPED), catalogue(told)).audience is Audience.STAFF
