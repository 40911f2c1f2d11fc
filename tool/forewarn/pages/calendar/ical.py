"""Calendar files (iCalendar, RFC 5545): whole days, which are the same day everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from forewarn.pages.calendar.dates import Date, DateKind
from forewarn.pages.html.elements import one_line
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import base, identity
from forewarn.pages.view.view import View

_LINE = 75  # bytes, without the end of the line
# The stamp of what the records do not date: a stamp of its own would be another one tomorrow.
_NEVER = date(1970, 1, 1)


def calendar(view: View, title: str, dates: Iterable[Date]) -> str:
    """A calendar file with a whole-day event for each date."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//forewarn//Release calendar//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(title)}",
        f"X-WR-CALNAME:{_text(title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        *(line for row in dates for line in _event(view, row)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(view: View, row: Date) -> Iterator[str]:
    stamp = f"{row.known or _NEVER:%Y%m%d}T000000Z"
    yield "BEGIN:VEVENT"
    yield f"UID:{identity(view, f'calendar:{row.key}')}"
    yield f"DTSTAMP:{stamp}"
    if row.known:
        yield f"LAST-MODIFIED:{stamp}"
    yield f"SEQUENCE:{row.moved}"
    yield f"DTSTART;VALUE=DATE:{row.day:%Y%m%d}"
    if row.day < date.max:
        yield f"DTEND;VALUE=DATE:{row.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(row.title)}"
    yield f"DESCRIPTION:{_text(row.text)}"
    if base(view):
        yield f"URL:{paths.with_anchor(base(view) + paths.url(row.src), row.anchor)}"
    yield f"CATEGORIES:{_text(row.kind.value)}"
    sure = row.kind is DateKind.SUPPORT_ENDS
    yield f"STATUS:{'CONFIRMED' if sure else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """Text of a record, in which nothing can end a line or a value."""
    line = one_line(text).replace("\\", "\\\\")
    return line.replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """A line cut where it is too long, and never within a character."""
    if len(line.encode()) <= _LINE:
        return line
    parts, part, size = [], "", 0
    for char in line:
        width = len(char.encode())
        if size + width > _LINE:
            parts.append(part)
            # The space at the begin of the next line counts.
            part, size = "", 1
        part += char
        size += width
    return "\r\n ".join([*parts, part])
