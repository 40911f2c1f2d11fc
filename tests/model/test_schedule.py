"""When somebody is told: by the clock on their wall, also on the days on which it is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from forewarn.model.schedule import LONGEST_WAIT, Absence, Every, QuietHours, Rhythm, Weekday

BERLIN = "Europe/Berlin"  # clocks forward on 2026-03-29 at 01:00 UTC, back on 2026-10-25 at 01:00
DAILY = Rhythm(every=Every.DAILY, at=time(8), zone=BERLIN)
NIGHT = QuietHours(begin=time(22), end=time(7), zone=BERLIN)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("digest", "now", "then"),
    [
        (Rhythm(every=Every.HOURLY), "2026-05-04T12:00", "2026-05-04T13:00"),
        (Rhythm(every=Every.HOURLY), "2026-05-04T12:59:59", "2026-05-04T13:00"),
        # The hour that comes twice in Berlin is two hours.
        (Rhythm(every=Every.HOURLY), "2026-10-25T00:30", "2026-10-25T01:00"),
        (DAILY, "2026-05-04T05:59", "2026-05-04T06:00"),
        (DAILY, "2026-05-04T06:00", "2026-05-05T06:00"),
        # Eight in the morning is an hour earlier in UTC once the clocks went forward.
        (DAILY, "2026-03-28T12:00", "2026-03-29T06:00"),
        (DAILY, "2026-10-24T12:00", "2026-10-25T07:00"),
        # Half past two does not exist on one day, and comes twice on the other: once each.
        (
            Rhythm(every=Every.DAILY, at=time(2, 30), zone=BERLIN),
            "2026-03-28T12:00",
            "2026-03-29T01:30",
        ),
        (
            Rhythm(every=Every.DAILY, at=time(2, 30), zone=BERLIN),
            "2026-03-29T01:30",
            "2026-03-30T00:30",
        ),
        (
            Rhythm(every=Every.DAILY, at=time(2, 30), zone=BERLIN),
            "2026-10-25T00:00",
            "2026-10-25T00:30",
        ),
        (
            Rhythm(every=Every.DAILY, at=time(2, 30), zone=BERLIN),
            "2026-10-25T00:30",
            "2026-10-26T01:30",
        ),
        # It is Monday where they are, though not yet in UTC.
        (
            Rhythm(every=Every.WEEKLY, at=time(8), zone="Pacific/Auckland", on=Weekday.MONDAY),
            "2026-05-03T19:59",
            "2026-05-03T20:00",
        ),
        (
            Rhythm(every=Every.WEEKLY, at=time(8), zone=BERLIN, on=Weekday.SUNDAY),
            "2026-05-04T12:00",
            "2026-05-10T06:00",
        ),
    ],
)
def test_a_digest_comes_when_the_clock_on_the_wall_says_so(
    digest: Rhythm, now: str, then: str
) -> None:
    assert digest.next_after(utc(now)) == utc(then)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-05-04T19:59", None),
        (NIGHT, "2026-05-04T20:00", "2026-05-05T05:00"),
        (NIGHT, "2026-05-05T04:59", "2026-05-05T05:00"),
        (NIGHT, "2026-05-05T05:00", None),
        # The night in which the clocks go forward is an hour shorter, the other an hour longer.
        (NIGHT, "2026-03-28T22:00", "2026-03-29T05:00"),
        (NIGHT, "2026-10-24T22:00", "2026-10-25T06:00"),
        (QuietHours(begin=time(12), end=time(13), zone="UTC"), "2026-05-04T12:30", "2026-05-04T13"),
        (QuietHours(begin=time(12), end=time(13), zone="UTC"), "2026-05-04T13:00", None),
        # They are over at half past two the first time, and do not begin again an hour later.
        (QuietHours(begin=time(22), end=time(2, 30), zone=BERLIN), "2026-10-25T01:10", None),
        # What would begin and end in the hour that is left out is none.
        (QuietHours(begin=time(2, 10), end=time(2, 50), zone=BERLIN), "2026-03-29T00:59", None),
    ],
)
def test_quiet_hours_last_until_the_clock_on_the_wall_says_so(
    quiet: QuietHours, now: str, until: str | None
) -> None:
    assert quiet.until(utc(now)) == (utc(until) if until else None)


def test_over_a_year_a_daily_digest_comes_once_a_day_and_a_night_is_never_endless() -> None:
    now, digests = utc("2026-01-01T00:00"), 0
    while now < utc("2027-01-01T00:00"):
        then = DAILY.next_after(now)
        assert now < then <= now + timedelta(hours=25)
        quiet = NIGHT.until(then - timedelta(hours=4))
        assert quiet is not None and quiet - then < timedelta(0)
        now, digests = then, digests + 1
    assert digests == 366  # the last one is that of New Year


def test_nothing_waits_longer_than_the_longest_wait() -> None:
    weekly = Rhythm(every=Every.WEEKLY, at=time(2, 30), zone=BERLIN, on=Weekday.SUNDAY)
    quiet = QuietHours(begin=time(2), end=time(1, 59), zone=BERLIN)
    now = utc("2026-10-18T00:30")
    at = weekly.next_after(now)
    assert (quiet.until(at) or at) - now < LONGEST_WAIT


def test_somebody_is_away_from_the_first_day_to_the_last_where_they_live() -> None:
    away = Absence(first=date(2026, 12, 24), last=date(2026, 12, 31), deputy="tom", zone=BERLIN)
    assert [
        away.covers(utc(text))
        for text in (
            "2026-12-23T22:59",
            "2026-12-23T23:00",
            "2026-12-31T22:59",
            "2026-12-31T23:00",
        )
    ] == [False, True, True, False]
