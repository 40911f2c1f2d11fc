"""How long it took from a release to the first and the last alert: a picture over the releases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from forewarn.model.accounts import Account
from forewarn.pages.html.elements import Html, esc, tag
from forewarn.pages.view.view import View

_DRAWN = 40
_ROW, _AXIS = 24, 22
_MARKS = (
    ("1 s", 1),
    ("1 min", 60),
    ("1 h", 3600),
    ("1 day", 86_400),
    ("1 month", 2_592_000),
)
_LONGEST = _MARKS[-1][1]


def delays(view: View, accounts: Sequence[Account]) -> Html:
    """A line for each release: from its shipping, or its being seen, to the alerts of it."""
    shown = [row for row in accounts if _waits(row)][:_DRAWN]
    if not shown:
        return tag("p", esc("No release was shipped here and told yet."))
    bottom = len(shown) * _ROW
    drawn = []
    for label, seconds in _MARKS:
        at = _at(seconds)
        drawn.append(tag("line", x1=at, x2=at, y1="0", y2=str(bottom), class_="fw-tl-grid"))
        anchor = "fw-tl-mid" if seconds < _LONGEST else "fw-tl-end"
        drawn.append(tag("text", esc(label), x=at, y=str(bottom + 15), class_=anchor))
    said = []
    for number, row in enumerate(shown):
        first, last = _waits(row) or (timedelta(0), timedelta(0))
        y = str(number * _ROW + _ROW // 2)
        begin, end = _at(first.total_seconds()), _at(last.total_seconds())
        drawn += [
            tag("line", x1=begin, x2=end, y1=y, y2=y, class_="fw-tl-stroke"),
            tag("circle", cx=begin, cy=y, r="4", class_="fw-tl-shipped"),
            tag("circle", cx=end, cy=y, r="4", class_="fw-tl-shipped"),
        ]
        said.append(f"{_title(view, row)}: first {span(first)}, last {span(last)}")
    picture = tag(
        "svg",
        *drawn,
        width="100%",
        height=str(bottom + _AXIS),
        role="img",
        aria_label=f"Time to the first and the last alert. {'; '.join(said)}",
    )
    names = tag(
        "ul",
        *(tag("li", esc(_title(view, row))) for row in shown),
        class_="fw-tl-names",
        aria_hidden="true",
    )
    return tag("figure", tag("div", names, picture, class_="fw-tl"), class_="fw-timeline")


def span(time: timedelta) -> str:
    """A time as people say it, in its two largest units: `2 h 5 min`."""
    seconds = int(time.total_seconds())
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        if number or (unit == "s" and not parts):
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2])


def _waits(row: Account) -> tuple[timedelta, timedelta] | None:
    since = row.shipped_at or row.first_seen
    if since is None or row.first_at is None or row.last_at is None:
        return None
    nothing = timedelta(0)
    return max(row.first_at - since, nothing), max(row.last_at - since, nothing)


def _at(seconds: float) -> str:
    """Its place from the left: a share of the width, by the logarithm."""
    share = math.log10(min(max(seconds, 1), _LONGEST)) / math.log10(_LONGEST)
    return f"{2 + 96 * share:.2f}%"


def _title(view: View, row: Account) -> str:
    return f"{view.name(row.product)} {row.version}"
