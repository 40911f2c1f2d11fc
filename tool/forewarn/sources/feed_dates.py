"""Days and moments as feeds write them. What names no day is none: nothing is guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from forewarn.expressions import expression

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?:\s*(?P<half>[AP])\.?M\.?)?"
)
_ZONE = r"\s*(?P<zone>[+-][0-9]{2}:?[0-9]{2}|[A-Za-z]{1,5})?(?:\s*\([^)]*\))?"
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_ISO = expression(
    rf"(?P<year>[0-9]{{4}})-(?P<mon>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:(?:[Tt]|\s+){_TIME}{_ZONE})?"
)
_DAY_FIRST = expression(
    rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:\s+|-){_MONTH}(?:\s+|-)(?P<year>[0-9]{{4}}|[0-9]{{2}})"
    rf"(?:,?\s+{_TIME}{_ZONE})?"
)
_MONTH_FIRST = expression(
    rf"{_WEEKDAY}{_MONTH}\s+(?P<day>[0-9]{{1,2}}),?\s+(?P<year>[0-9]{{4}})(?:,?\s+{_TIME}{_ZONE})?"
)
# As `date` of Unix and C's ctime write it, with the year at the end.
_YEAR_LAST = expression(
    rf"{_WEEKDAY}{_MONTH}\s+(?P<day>[0-9]{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>[0-9]{{4}})"
)
_ZONES = {
    **dict.fromkeys(("", "z", "ut", "utc", "gmt", "wet"), 0),
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "jst": 9,
    "kst": 9,
}
# As most feeds write it.
_IN_UTC = expression(r"(?:199[0-9]|2[0-9]{3})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# Before it, it is the zero of a program: of Unix, DOS, .NET, a spreadsheet.
_FIRST_YEAR = 1990
_LAST_YEAR = 2999
_PIVOT = 70


@lru_cache(maxsize=64)
def written_of(text: str) -> tuple[str | None, str | None]:
    """The moment, and the day, that `moment_of` and `day_of` find, as ISO 8601 writes them."""
    if _IN_UTC.fullmatch(text):
        try:
            datetime.fromisoformat(text[:-1])
        except ValueError:
            pass  # a day or a time that there is not
        else:
            return f"{text[:-1]}+00:00", text[:10]
    moment, day = moment_of(text), day_of(text)
    return (moment.isoformat() if moment else None), (day.isoformat() if day else None)


def moment_of(text: str) -> datetime | None:
    """The moment that a text names, in UTC; None where it names no day, or a zero.

    Without a zone it is taken as UTC, without a time as the day's beginning.
    """
    found = _read(text)
    if found is None:
        return None
    day, match = found
    hour, minute, second = (int(match[key] or 0) for key in ("hour", "minute", "second"))
    if match["half"]:
        if hour > 12 or not hour:
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        hour = hour % 12 + 12 * (match["half"].upper() == "P")
    try:
        there = datetime(
            day.year, day.month, day.day, hour, minute, min(second, 59), tzinfo=_zone(match["zone"])
        )
        return there.astimezone(UTC)
    except ValueError:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


def day_of(text: str) -> date | None:
    """The day as it is written there: in the time zone of who wrote it, not in UTC."""
    found = _read(text)
    return found[0] if found else None


def _read(text: str) -> tuple[date, re.Match[str]] | None:
    text = " ".join(text.split())
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _YEAR_LAST):
        if match := pattern.fullmatch(text):
            day = _day(match)
            return (day, match) if day else None
    return None


def _day(match: re.Match[str]) -> date | None:
    fields = match.groupdict()
    year, month = int(fields["year"]), 0
    if len(fields["year"]) == 2:
        year += 2000 if year < _PIVOT else 1900
    if fields.get("mon"):
        month = int(fields["mon"])
    else:
        name = fields["month"].lower()
        name = "sep" if name == "sept" else name
        month = next((n for n, full in enumerate(_MONTHS, 1) if full.startswith(name)), 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, int(fields["day"]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone:
    """The zone; UTC where it is not known. The letters of the military are not meant."""
    text = (text or "").lower()
    if text[:1] in ("+", "-"):
        sign = -1 if text[0] == "-" else 1
        digits = text[1:].replace(":", "")
        return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
    return timezone(timedelta(hours=_ZONES.get(text, 0)))
