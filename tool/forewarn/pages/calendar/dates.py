"""The dates ahead: what is planned, what was promised, and whose support ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.article import Article
from forewarn.model.record import Audience, Support
from forewarn.model.release import Release, Status
from forewarn.pages.html import words
from forewarn.pages.view import paths
from forewarn.pages.view.view import View

# What lies further back is history, and has pages of its own.
_BACK = timedelta(days=366)


class DateKind(StrEnum):
    """Why a day is in the calendar."""

    PLANNED = "planned"
    PROMISED = "fix promised"
    SUPPORT_ENDS = "support ends"


@dataclass(frozen=True, kw_only=True)
class Date:
    """One day in the calendar. `key` is its identity, whatever day it moves to.

    `name` is what the day is about, and `title` says the whole of it.

    `known` is when the records last said something about it, `moved` how often it is known to
    have moved, `inside` marks what customers must not be told, and `live` what they can download
    already, and `late` that the day has passed and nothing has come of it.
    """

    key: str
    kind: DateKind
    day: date
    name: str
    text: str
    product: str | None
    version: str | None = None
    stage: str = ""
    known: date | None = None
    moved: int = 0
    inside: bool = False
    live: bool = False
    late: bool = False
    src: str
    anchor: str = ""

    @property
    def title(self) -> str:
        """What the day is, for those who see nothing else of it."""
        match self.kind:
            case DateKind.PLANNED:
                early = ", and can be downloaded already" if self.live else ""
                is_ = "was" if self.late else "is"
                late = ", and has not shipped" if self.late and not early else ""
                return f"{self.name} {is_} planned{early or late}"
            case DateKind.PROMISED:
                return f"Fix promised{', and overdue' if self.late else ''}: {self.name}"
            case DateKind.SUPPORT_ENDS:
                return f"{self.name}: {self.stage} support ends"


def of_all(view: View) -> list[Date]:
    """Every date, the soonest first."""
    found = [_kept(row) for rows in view.each(brings).values() for row in rows]
    return _in_order(view, [*found, *(_promised(view, issue) for issue in _open(view))])


def brings(view: View, product: str) -> list[tuple[Any, ...]]:
    """The dates of a product's records, as plain values."""
    return [
        (
            *(row.key, row.kind.value, row.day.toordinal(), row.name, row.text, row.product),
            *(row.version, row.stage, row.known.toordinal() if row.known else None),
            *(row.moved, row.inside, row.live, row.late, row.src, row.anchor),
        )
        for row in _of_records(view, product)
    ]


def _kept(row: Sequence[Any]) -> Date:
    names = (field.name for field in fields(Date))
    found = dict(zip(names, row, strict=True))
    known = found["known"]
    return Date(
        **{
            **found,
            "kind": DateKind(found["kind"]),
            "day": date.fromordinal(found["day"]),
            "known": None if known is None else date.fromordinal(known),
        }
    )


def of_product(view: View, product: str) -> list[Date]:
    """The dates of one product, the soonest first."""
    issues = [issue for issue in _open(view) if product in issue.applies]
    found = [*_of_records(view, product), *(_promised(view, issue) for issue in issues)]
    return _in_order(view, found)


def _in_order(view: View, found: list[Date]) -> list[Date]:
    shown = (row for row in found if row.day >= view.today - _BACK)
    return sorted(shown, key=lambda row: (row.day, row.title, row.key))


def _of_records(view: View, product: str) -> Iterator[Date]:
    record = view.catalogue.products[product]
    of_track = Date(
        key="",
        kind=DateKind.SUPPORT_ENDS,
        day=view.today,
        name=record.name,
        text="",
        product=product,
        src=paths.product_src(product),
    )
    for track, support in record.support.items():
        name = f"{record.name} {track}"
        yield from _ends(support, replace(of_track, key=f"support:{product}:{track}", name=name))
    for release in view.catalogue.releases_of(product):
        if release.status in (Status.PLANNED, Status.STAGED) and release.planned_for:
            yield _planned(view, release, release.planned_for)
        elif release.status is Status.SHIPPED and release.support:
            src, anchor = paths.release_place(view.catalogue, release)
            name, key = view.title(release), f"support:{release}"
            own = replace(of_track, key=key, name=name, src=src, anchor=anchor)
            yield from _ends(release.support, replace(own, version=release.version))


def _planned(view: View, release: Release, day: date) -> Date:
    src, anchor = paths.release_place(view.catalogue, release)
    live = view.live_of(release)
    embargo = " For staff only: it is under embargo." if release.embargoed else ""
    more = f" But {words.live_line(live)}." if live else embargo
    seen = live.since.date() if live else None
    days = (release.announced_at, seen, *(step.on for step in release.history))
    return Date(
        key=f"planned:{release}",
        kind=DateKind.PLANNED,
        day=day,
        name=view.title(release),
        text=f"Track {release.track}, {release.status}.{more}",
        product=release.product,
        version=release.version,
        known=max((day for day in days if day), default=None),
        inside=(release.embargoed and not live) or release.audience is Audience.STAFF,
        live=live is not None,
        late=release.overdue(view.today),
        src=src,
        anchor=anchor,
    )


def _ends(support: Support, whose: Date) -> Iterator[Date]:
    """The last day of each stage of support; `whose` has the name of what is supported."""
    if support.ended:
        return
    for stage, day in zip(("active", "security", "extended"), support.terms[:3], strict=True):
        if day:
            yield replace(
                whose,
                key=f"{whose.key}:{stage}",
                day=day,
                text=f"The last day of {stage} support. {support.reason or ''}".strip(),
                stage=stage,
                known=support.on,
                moved=len(support.earlier),
            )


def _open(view: View) -> Iterator[Article]:
    catalogue = view.catalogue
    return (i for i in catalogue.known_issues if i.promised and not catalogue.is_fixed(i))


def _promised(view: View, issue: Article) -> Date:
    assert issue.promised is not None  # noqa: S101 - only those that have a date are asked for
    days = (issue.opened, issue.verified.on if issue.verified else None)
    until = f" Until then: {issue.contingency}" if issue.contingency else ""
    return Date(
        key=f"promised:{issue.path}",
        kind=DateKind.PROMISED,
        day=issue.promised,
        name=issue.title,
        text=f"The day for which a fix was promised.{until}",
        product=next(iter(issue.applies), None),
        known=max((day for day in days if day), default=None),
        inside=issue.audience is Audience.STAFF,
        late=issue.promised < view.today,
        src=issue.path,
    )
