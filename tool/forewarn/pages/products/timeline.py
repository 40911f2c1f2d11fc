"""A picture of a product's releases and support stages over time, and the same as a table.

It is drawn in shares of its width and in lines of text, so that it fits a phone and a printed
page, and its colours come from the stylesheet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from forewarn.frozen import dataclass
from forewarn.model.record import Support
from forewarn.model.release import Release, Status
from forewarn.pages.compatibility.statements import versions_words
from forewarn.pages.html import words
from forewarn.pages.html.elements import NOTHING, Html, columns, esc, fold, tag
from forewarn.pages.view.view import View
from forewarn.words.days import day_words
from forewarn.words.releases import counted

_ROW = 24  # height of a line, in pixels
_BAR = 12  # where its bar has its middle
_AXIS = 22
_THICK = {"active": 12, "security": 8, "extended": 4}  # the shape says what the colour says
# What is seen at once, and what is drawn at all; every track has a row in the list of tracks.
_OPEN, _LINES = 12, 40
# A support end far away would squeeze everything else.
_AHEAD = timedelta(days=6 * 366)
_SIGNS = 50  # more on one line run into one another
_LABELS = 6
_STEPS = (1, 3, 6, 12, 24, 60, 120, 240)  # months between two labels of the axis


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the picture: releases that have the same support."""

    name: str
    releases: Sequence[Release]
    support: Support | None

    @property
    def start(self) -> date | None:
        """The day of its first release."""
        return min((day for release in self.releases if (day := _day(release))), default=None)

    @property
    def dense(self) -> bool:
        """Whether its releases would run into one another."""
        return len(self.releases) > _SIGNS

    @property
    def stages(self) -> tuple[tuple[str, date, date], ...]:
        """The stages of support with their first and last days."""
        if self.support is None or self.start is None:
            return ()
        ends = zip(_THICK, self.support.terms[:3], strict=True)
        found, begins = [], self.start
        for stage, until in ends:
            if until and until >= begins:
                found.append((stage, begins, until))
                begins = until
        return tuple(found)


def timeline(view: View, product: str, releases: Sequence[Release]) -> Html:
    """The picture and the table; nothing where there is no more than one day to show."""
    lines = list(_lines(view, product, releases))
    days = [day for line in lines for day in _days(line)]
    if len(set(days)) < 2:
        return NOTHING
    first = min(days)
    last = min(max(*days, view.today), max(view.today, first) + _AHEAD)
    scale = _Scale(first=first, last=last)
    name = f"Releases and support of {view.name(product)}, {first.year} to {last.year}"
    shown = lines[:_LINES]
    pictures = [_picture(view, scale, shown[:_OPEN], f"{name}; the table below says the same")]
    if shown[_OPEN:]:
        said = f"{name}: earlier; the table below says the same"
        more = _picture(view, scale, shown[_OPEN:], said)
        pictures.append(fold(f"{counted(len(shown) - _OPEN, 'line')} more, further back", more))
    left = len(lines) - len(shown)
    rest = f"{counted(left, 'line')} further back: see the list of tracks above."
    return tag(
        "figure",
        *pictures,
        _legend(lines),
        _table(view, shown),
        tag("p", esc(rest), class_="fw-small") if left else NOTHING,
        class_="fw-timeline",
    )


def _picture(view: View, scale: _Scale, lines: Sequence[Line], said: str) -> Html:
    """The names on the left, and beside them what is drawn."""
    drawn = [*scale.axis(len(lines)), *scale.today(view.today, len(lines))]
    for number, line in enumerate(lines):
        drawn += scale.line(line, number)
    picture = tag(
        "svg",
        *drawn,
        width="100%",
        height=str(len(lines) * _ROW + _AXIS),
        role="img",
        aria_label=said,
    )
    names = (tag("li", esc(line.name)) for line in lines)
    names_ = tag("ul", *names, class_="fw-tl-names", aria_hidden="true")
    return tag("div", names_, picture, class_="fw-tl")


def _lines(view: View, product: str, releases: Sequence[Release]) -> Iterator[Line]:
    """Each track, then the releases that have support dates of their own, the newest first."""
    record = view.catalogue.products[product]
    by_track: dict[str, list[Release]] = defaultdict(list)
    for release in releases:
        by_track[release.track].append(release)
    # In the order of the releases, which is that of the highest of each track.
    for track, mine in by_track.items():
        yield Line(name=track, releases=mine, support=record.support.get(track))
    for group in _supported_alike(releases):
        name = versions_words(view, group)
        yield Line(name=name, releases=group, support=group[0].support)


def _supported_alike(releases: Sequence[Release]) -> list[list[Release]]:
    """Neighbours with the same dates of their own."""
    groups: list[list[Release]] = []
    before: Support | None = None
    for release in releases:
        if release.support and before and release.support.terms == before.terms:
            groups[-1].append(release)
        elif release.support:
            groups.append([release])
        before = release.support
    return groups


def _day(release: Release) -> date | None:
    if release.status in (Status.PLANNED, Status.STAGED):
        return release.planned_for
    return release.released_at


def _days(line: Line) -> Iterator[date]:
    yield from (day for release in line.releases if (day := _day(release)))
    yield from (day for _, *ends in line.stages for day in ends)


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Where a day stands between the first and the last."""

    first: date
    last: date

    def share(self, day: date) -> float:
        """How far along the picture a day is, in per cent; the margins hold half a sign."""
        whole = max((self.last - self.first).days, 1)
        return 1 + 97 * min(max((day - self.first).days / whole, 0), 1)

    def axis(self, lines: int) -> Iterator[Html]:
        bottom = lines * _ROW
        for day, label in _ticks(self.first, self.last):
            at = _percent(self.share(day))
            yield tag("line", x1=at, x2=at, y1="0", y2=str(bottom), class_="fw-tl-grid")
            share = self.share(day)
            anchor = "fw-tl-start" if share < 5 else "fw-tl-end" if share > 95 else "fw-tl-mid"
            yield tag("text", esc(label), x=at, y=str(bottom + 15), class_=anchor)

    def today(self, day: date, lines: int) -> Iterator[Html]:
        at = _percent(self.share(day))
        yield tag("line", x1=at, x2=at, y1="0", y2=str(lines * _ROW), class_="fw-tl-today")

    def line(self, line: Line, number: int) -> Iterator[Html]:
        top = number * _ROW
        for stage, begins, until in line.stages:
            left, right = self.share(begins), self.share(until)
            thick = _THICK[stage]
            yield tag(
                "rect",
                x=_percent(left),
                y=str(top + _BAR - thick // 2),
                width=_percent(right - left),
                height=str(thick),
                class_=f"fw-tl-{stage}",
            )
        yield from self._signs(line, top + _BAR)

    def _signs(self, line: Line, y: int) -> Iterator[Html]:
        """Its releases. What would lie upon one another is drawn once, and many as strokes."""
        shares = {(self.share(day), _kind(r)) for r in line.releases if (day := _day(r))}
        dense = line.dense
        drawn = {(round(2 * share) / 2 if dense else share, kind) for share, kind in shares}
        for share, kind in sorted(drawn):
            at = _percent(share)
            if kind == Status.WITHDRAWN.value:
                yield tag("text", esc("✕"), x=at, y=str(y + 5), class_=f"fw-tl-mid fw-tl-{kind}")
            elif dense and kind == Status.SHIPPED.value:
                yield tag("line", x1=at, x2=at, y1=str(y - 5), y2=str(y + 5), class_="fw-tl-stroke")
            else:
                yield tag("circle", cx=at, cy=str(y), r="4", class_=f"fw-tl-{kind}")


def _kind(release: Release) -> str:
    """How a release is marked."""
    planned = release.status in (Status.PLANNED, Status.STAGED)
    return Status.PLANNED.value if planned else release.status.value


def _percent(share: float) -> str:
    return f"{share:.2f}%"


def _ticks(first: date, last: date) -> Iterator[tuple[date, str]]:
    """The days that the axis names: years where it is long, else months."""
    begin, end = first.year * 12 + first.month, last.year * 12 + last.month - 1
    step = next((s for s in _STEPS if (end - begin) // s < _LABELS), _STEPS[-1])
    for month in range(-(-begin // step) * step, end + 1, step):
        day = date(month // 12, month % 12 + 1, 1)
        yield day, f"{day:%Y}" if step >= 12 else day_words(day).split()[1][:3] + f" {day:%Y}"


def _legend(lines: Sequence[Line]) -> Html:
    """What the signs mean, as far as they are used."""
    kinds = {_kind(release) for line in lines for release in line.releases if _day(release)}
    stages = {stage for line in lines for stage, _, _ in line.stages}
    marks = {"|" if line.dense else "●" for line in lines}
    shipped = " ".join(sorted(marks, reverse=True))
    signs = (("shipped", shipped), ("planned", "○"), ("withdrawn", "✕"))
    items = [
        tag(
            "li",
            tag("span", esc(sign), class_=f"fw-tl-{kind}", aria_hidden="true"),
            esc(f" {kind}"),
        )
        for kind, sign in signs
        if kind in kinds
    ]
    for stage, thick in _THICK.items():
        if stage in stages:
            bar = tag(
                "rect",
                y=str(7 - thick // 2),
                x="0",
                width="24",
                height=str(thick),
                class_=f"fw-tl-{stage}",
            )
            swatch = tag("svg", bar, width="24", height="14", aria_hidden="true")
            items.append(tag("li", swatch, esc(f" {stage} support")))
    items.append(
        tag("li", tag("span", class_="fw-tl-now", aria_hidden="true"), esc(" the day of this page"))
    )
    return tag("ul", *items, class_="fw-legend", aria_hidden="true")


def _table(view: View, lines: Sequence[Line]) -> Html:
    """The text equivalent."""
    dates = [line.support.terms[:3] if line.support else (None, None, None) for line in lines]
    newest = [max((d for r in line.releases if (d := _day(r))), default=None) for line in lines]
    table = columns(
        ("Releases", [esc(line.name) for line in lines]),
        ("How many", [esc(len(line.releases)) for line in lines]),
        ("First", [words.shown_day(line.start) for line in lines]),
        ("Latest", [words.shown_day(day) for day in newest]),
        *(
            (f"{stage.capitalize()} support until", [_end(row[place]) for row in dates])
            for place, stage in enumerate(_THICK)
        ),
    )
    return fold("The same as a table", table)


def _end(day: date | None) -> Html:
    return words.shown_day(day) if day else NOTHING
