"""For how long nobody knew of a release that customers could have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forewarn.model.unaware import Unaware, median_minutes, worst
from forewarn.words.unaware import minutes_words, unaware_words

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def one(version: str = "2.7", **moments: float) -> Unaware:
    """Seen a quarter of an hour after it was put up, unless told otherwise; in minutes."""
    given = {"dated": 0, "seen": 15, **moments}
    return Unaware(
        product="recorder", version=version, **{name: after(at) for name, at in given.items()}
    )


@pytest.mark.parametrize(
    ("moments", "minutes"),
    [
        ({"told": 17}, 17),
        ({"told": 17, "recorded": 90}, 17),
        ({"told": 90, "recorded": 20}, 20),
        ({"recorded": 40}, 40),
        ({}, None),
        ({"dated": 16, "told": 17}, 2),
        ({"dated": 16, "recorded": -60}, 0),
    ],
)
def test_it_lasts_from_when_it_was_there_until_somebody_was_told_or_it_was_recorded(
    moments: dict[str, float], minutes: float | None
) -> None:
    assert one(**moments).minutes == minutes


def test_where_a_place_names_no_day_it_begins_when_it_was_seen() -> None:
    row = Unaware(product="recorder", version="2.7", seen=NOON, told=after(2))
    assert (row.minutes, row.minutes_unseen) == (2, 0)


def test_the_middle_and_the_worst_leave_out_what_nobody_was_told_of_and_say_so() -> None:
    rows = [one("2.7", told=20), one("2.6", told=60), one("2.5", told=4320), one("2.8")]
    assert (median_minutes(rows), worst(rows)) == (60, rows[2])
    assert unaware_words(rows) == (
        "minutes unaware: median 1 hour, worst 3 days (recorder 2.5), of 3 releases that nobody "
        "announced; nobody has been told of 1"
    )
    assert (unaware_words([]), median_minutes([]), worst([one()])) == ("", None, None)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "less than a minute"),
        (1, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (1439, "24 hours"),
        (1440, "1 day"),
        (4000, "3 days"),
    ],
)
def test_a_time_is_said_in_its_largest_unit(minutes: float, said: str) -> None:
    assert minutes_words(minutes) == said
