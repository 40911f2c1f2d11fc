"""Days and moments as people write them."""

from __future__ import annotations

from datetime import date, datetime

_MONTHS = "January February March April May June July August September October November December"


def day_words(day: date) -> str:
    """A day as people write it: 4 May 2026."""
    return f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year}"


def day_or_none(day: date | None) -> str:
    """The same, or that there is none."""
    return day_words(day) if day else "no date"


def moment_words(moment: datetime) -> str:
    """A moment, in UTC, to the minute."""
    return f"{day_words(moment.date())}, {moment:%H:%M} UTC"


def moment_digits(moment: datetime) -> str:
    """The same in digits: 2026-05-04 09:30 UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
