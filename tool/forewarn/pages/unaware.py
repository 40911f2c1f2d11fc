"""How long nobody knew of releases: the middle, the worst, and a picture over the latest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log1p

from forewarn.model.unaware import Unaware
from forewarn.pages.html import words
from forewarn.pages.html.elements import NOTHING, Html, columns, esc, fold, join, moment_html, tag
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words.unaware import minutes_words, unaware_words

_ROW, _THICK, _AXIS = 24, 12, 22  # pixels
_SHOWN = 12
# What the axis names, in minutes: from a minute to a month, a time is as wide as ten of its tenth.
_TICKS = ((1, "1 min"), (60, "1 h"), (1440, "1 day"), (43_200, "30 days"))


def unaware(view: View) -> Html:
    """The picture and the same as a table; nothing where nothing was sighted without a word."""
    rows = view.last_look.unaware if view.last_look and view.sightings is not None else ()
    rows = tuple(row for row in rows if row.product in view.catalogue.products)
    if not rows:
        return NOTHING
    said = unaware_words(rows)
    latest = rows[:_SHOWN]
    return join(
        (
            tag("p", esc(said[0].upper() + said[1:] + ".")),
            tag("figure", _picture(view, latest, said), _table(view, latest), class_="fw-timeline"),
        ),
        "\n\n",
    )


def _picture(view: View, rows: Sequence[Unaware], said: str) -> Html:
    longest = max((row.minutes or row.minutes_unseen for row in rows), default=0.0)
    scale = max(longest, 60.0)
    drawn = [*_axis(scale, len(rows))]
    for number, row in enumerate(rows):
        drawn += _bars(row, scale, number * _ROW + _ROW // 2)
    picture = tag(
        "svg",
        *drawn,
        width="100%",
        height=str(len(rows) * _ROW + _AXIS),
        role="img",
        aria_label=f"{said}; the table below says the same",
    )
    names = (tag("li", esc(f"{view.name(row.product)} {row.version}")) for row in rows)
    names_ = tag("ul", *names, class_="fw-tl-names", aria_hidden="true")
    return tag("div", names_, picture, class_="fw-tl")


def _axis(scale: float, rows: int) -> Iterator[Html]:
    bottom = rows * _ROW
    for minutes, label in _TICKS:
        if minutes <= scale:
            at = _percent(_share(minutes, scale))
            yield tag("line", x1=at, x2=at, y1="0", y2=str(bottom), class_="fw-tl-grid")
            yield tag("text", esc(label), x=at, y=str(bottom + 15), class_="fw-tl-end")


def _bars(row: Unaware, scale: float, y: int) -> Iterator[Html]:
    """Thin until we saw it, thick until somebody was told."""
    seen = _share(row.minutes_unseen, scale)
    told = _share(row.minutes, scale) if row.minutes is not None else seen
    if seen > 0:
        yield _bar(0, seen, y, _THICK // 3, "fw-tl-extended")
    if told > seen:
        yield _bar(seen, told, y, _THICK, "fw-tl-active")
    yield tag("circle", cx=_percent(max(told, 0.5)), cy=str(y), r="4", class_="fw-tl-shipped")


def _bar(begin: float, end: float, y: int, thick: int, kind: str) -> Html:
    return tag(
        "rect",
        x=_percent(begin),
        y=str(y - thick // 2),
        width=_percent(end - begin),
        height=str(thick),
        class_=kind,
    )


def _share(minutes: float, scale: float) -> float:
    """How far along the picture a time is, in per cent."""
    return 97 * log1p(minutes) / log1p(scale)


def _percent(share: float) -> str:
    return f"{share:.2f}%"


def _table(view: View, rows: Sequence[Unaware]) -> Html:
    """The text equivalent, with each moment."""
    table = columns(
        ("Release", [_release(view, row) for row in rows]),
        ("Dated there", [moment_html(r.dated) if r.dated else NOTHING for r in rows]),
        ("First seen", [moment_html(r.seen) for r in rows]),
        ("Told", [moment_html(r.told) if r.told else esc("nobody yet") for r in rows]),
        ("Recorded as shipped", [moment_html(r.recorded) if r.recorded else NOTHING for r in rows]),
        (
            "Unaware for",
            [esc("still" if r.minutes is None else minutes_words(r.minutes)) for r in rows],
        ),
    )
    return fold("The same as a table", table)


def _release(view: View, row: Unaware) -> Html:
    return join((words.product_link(view, paths.HOME, row.product), esc(row.version)), " ")
