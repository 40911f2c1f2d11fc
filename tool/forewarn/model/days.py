"""Days as records, tables and options have them."""

from __future__ import annotations

from datetime import date

# Nothing that has releases is older; what is has lost a digit of its year, or is a program's zero.
FIRST_YEAR = 1950


class NobodysDay(ValueError):
    """A day of the calendar that nobody means; the text says why."""


def read_day(text: str) -> date:
    """A day as ISO 8601 writes it: 2026-05-04.

    Raises:
        NobodysDay: nothing was released so early.
        ValueError: it is no day.
    """
    return meant_day(date.fromisoformat(text))


def meant_day(day: date) -> date:
    """The same day, if somebody may mean it.

    Raises:
        NobodysDay: nothing was released so early.
    """
    if day.year < FIRST_YEAR:
        raise NobodysDay(f"the year {day.year} is before {FIRST_YEAR}")
    return day
