"""Days as feeds write them; what names none is none."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from forewarn.sources.feed_dates import day_of, moment_of, written_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mon, 04 May 2026 10:00:00 GMT", date(2026, 5, 4)),
        ("Fri, Oct 7 2022 10:15:00 -0400", date(2022, 10, 7)),
        ("Tue, 18 Sept 2018 15:53:56 +0300", date(2018, 9, 18)),
        ("Mon, 19 Aug 24 17:42:08 +0200", date(2024, 8, 19)),
        ("Fri, 22 Jul 2016 15:30:07 Z", date(2016, 7, 22)),
        ("Di, 23 Jan 2018 00:00:00 +0100", date(2018, 1, 23)),
        ("Mon May  4 10:00:00 UTC 2026", date(2026, 5, 4)),
        ("4 May 2026", date(2026, 5, 4)),
        ("2026-05-04", date(2026, 5, 4)),
        ("2026-05-04T00:30:00.5+09:00", date(2026, 5, 4)),
    ],
)
def test_a_day_is_the_one_that_is_written_there(text: str, day: date) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "Mon, 01 Jan 0001 00:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 GMT", "1741000000"),
        *("2025-03", "2025", "2026/05/04", "20260504", "0000-00-00", "9999-12-31T00:00:00Z"),
        *("Mon, 31 Feb 2026 10:00:00 GMT", "05/04/2026", "4.5.2026", "Mon, 04 Mayhem 2026"),
        *("1980-01-01T00:00:00", "1899-12-30", "yesterday"),
    ],
)
def test_what_names_no_day_or_the_zero_of_a_program_is_none(text: str) -> None:
    assert (day_of(text), moment_of(text)) == (None, None)


def test_a_moment_is_in_utc_and_its_zone_is_read() -> None:
    moments = ("Mon, 04 May 2026 10:00:00 -0400", "2026-05-04T16:00:00+02:00", "4 May 2026 2:00 PM")
    assert {moment_of(text) for text in moments} == {datetime(2026, 5, 4, 14, tzinfo=UTC)}


@pytest.mark.parametrize(
    "day", ["2026-05-04", "2026-02-30", "1989-05-04", "1990-01-01", "3000-01-01"]
)
@pytest.mark.parametrize(
    "time", ["T10:00:00Z", "T24:00:00Z", "T23:59:60Z", "T10:61:00Z", "T10:00Z", ""]
)
def test_what_is_read_quickly_names_the_same_moment_and_day(day: str, time: str) -> None:
    moment, there = moment_of(f"{day}{time}"), day_of(f"{day}{time}")
    said = (moment and moment.isoformat(), there and there.isoformat())
    assert written_of(f"{day}{time}") == said
