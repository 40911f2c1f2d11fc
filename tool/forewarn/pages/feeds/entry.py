"""An entry: one thing that happened, as feeds and the API tell it.

There is no memory of earlier publishes. An entry keeps its id for as long as what it tells of is
recorded; a correction is the same entry with a later `updated`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.versions.version import VersionRange
from forewarn.pages.html import prose
from forewarn.pages.html.elements import Html, esc, join, made_before, tag
from forewarn.pages.view.view import View

# Of all entries, no more than these newest ones are shown anywhere; and of those of one product.
MOST_SHOWN = 200
MOST_OF_PRODUCT = 50


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened. `key` is its identity, `src` and `anchor` where it is told.

    `product`, `version` and `track` are what it is about, as far as it is about one; `concerns`
    has the others whose followers care, with the versions of them. `texts` is Markdown, each
    piece under its own heading or none.
    """

    key: str
    kind: EventKind
    severity: Severity
    title: str
    at: datetime
    updated: datetime
    src: str
    anchor: str = ""
    product: str | None = None
    version: str | None = None
    track: str | None = None
    concerns: Mapping[str, tuple[VersionRange, ...]] = field(default_factory=dict)
    tell: Callable[[], Iterable[tuple[str, str]]] = tuple
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def products(self) -> tuple[str, ...]:
        """What it is about first, then the others whose followers care."""
        own = (self.product,) if self.product else ()
        return tuple(dict.fromkeys((*own, *self.concerns)))

    @cached_property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The facts, label and value; put into words only if somebody asks."""
        return tuple(self.tell())

    @cached_property
    def content(self) -> Html:
        """All of it, for readers that show HTML and do not know ours."""
        items = (tag("li", esc(f"{label}: {value}")) for label, value in self.lines)
        told = [tag("ul", *items)] if self.lines else []
        for heading, text in self.texts:
            told += [tag("p", tag("strong", esc(heading)))] if heading else []
            told.append(prose.html(text))
        return join(told) or tag("p", esc(self.title))


def newest(entries: Iterable[Entry]) -> list[Entry]:
    """What is new or was corrected last, first."""
    return sorted(entries, key=rank)


def rank(entry: Entry) -> tuple[float, float, str]:
    """What entries are in order by: when they changed last, when it happened, and the key."""
    return -entry.updated.timestamp(), -entry.at.timestamp(), entry.key


def plain(entry: Entry) -> tuple[Any, ...]:
    """All that is shown of an entry where everything is, in plain values."""
    return (
        *(entry.key, entry.kind.value, entry.severity.value, entry.title),
        *(entry.at.isoformat(), entry.updated.isoformat(), entry.src, entry.anchor),
        *(entry.product, entry.version, entry.track),
        *(list(entry.products), list(entry.lines), str(entry.content)),
    )


def of_plain(row: Iterable[Any]) -> Entry:
    """The entry of which `plain` made these; what it concerns is known without the versions."""
    key, kind, severity, title, at, updated, src, anchor, *about, products, lines, content = row
    product, version, track = about
    entry = Entry(
        key=key,
        kind=EventKind(kind),
        severity=Severity(severity),
        title=title,
        at=datetime.fromisoformat(at),
        updated=datetime.fromisoformat(updated),
        src=src,
        anchor=anchor,
        product=product,
        version=version,
        track=track,
        concerns=dict.fromkeys(products, ()),
        tell=lambda: [(label, value) for label, value in lines],
    )
    vars(entry)["content"] = made_before(content)
    return entry


def midnight(day: date) -> datetime:
    """The moment at which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def last(view: View, at: date, *days: date | None) -> datetime:
    """The last of some days that has come, and never before `at`."""
    return midnight(max((day for day in days if day and at <= day <= view.today), default=at))
