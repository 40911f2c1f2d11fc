"""The events of a release: planned, moved, shipped, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.correction import corrections
from forewarn.model.events.event import Event, EventKind, Severity, event_id, fact
from forewarn.model.events.statement_change import StatementChange, statement_changes
from forewarn.model.recommend import adviser
from forewarn.model.record import Audience
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.site_path import release_page

HARMS = {Verdict.BREAKS: "Breaks", Verdict.LIMITED: "Limits"}


def release_events(
    after: Catalogue, old: Release | None, new: Release, at: datetime
) -> Iterator[Event]:
    """What happened to a release between two catalogues, as of `at`."""
    match new.status:
        case Status.PLANNED | Status.STAGED:
            if old is None and new.status is Status.PLANNED:
                yield _planned(after, new, at)
            elif old is not None and old.planned_for != new.planned_for:
                yield _date_changed(after, old, new, at)
        case Status.SHIPPED:
            if old is None or old.status is not Status.SHIPPED:
                yield _shipped(after, old, new, at)
                return
            yield from _compatibility_changed(after, old, new, at)
            yield from _corrected(after, old, new, at)
        case Status.WITHDRAWN:
            if old is None or old.status is not Status.WITHDRAWN:
                yield _withdrawn(after, new, at)
            else:
                yield from _corrected(after, old, new, at)


def _planned(after: Catalogue, new: Release, at: datetime) -> Event:
    when = f" for {new.planned_for}" if new.planned_for else ""
    return release_event(
        after,
        new,
        EventKind.PLANNED,
        Severity.NORMAL,
        at,
        title=f"{title_of(after, new)} is planned{when}",
        content={"date": new.planned_for},
        facts=(*fact("Planned for", new.planned_for), *_breaks(after, new)),
    )


def _date_changed(after: Catalogue, old: Release, new: Release, at: datetime) -> Event:
    return release_event(
        after,
        new,
        EventKind.DATE_CHANGED,
        Severity.NORMAL,
        at,
        title=f"{title_of(after, new)} is now planned for {new.planned_for or 'no set date'}",
        content={"from": old.planned_for, "to": new.planned_for},
        facts=(
            ("Before", str(old.planned_for or "no date")),
            ("Now", str(new.planned_for or "no date")),
        ),
    )


def _shipped(after: Catalogue, old: Release | None, new: Release, at: datetime) -> Event:
    breaks = _breaks(after, new)
    again = old is not None and old.withdrawn is not None
    back = new.reinstated.reason if new.reinstated else None
    platforms = ", ".join(dict.fromkeys(d.platform for d in new.downloads))
    return release_event(
        after,
        new,
        EventKind.SHIPPED,
        Severity.HIGH if any(label == "Breaks" for label, _ in breaks) else Severity.NORMAL,
        at,
        title=f"{title_of(after, new)} has shipped{' again' if again else ''}",
        content={
            "date": new.released_at,
            # Shipping again after a withdrawal is another event than the first time.
            "after": str(old.withdrawn.on) if old and old.withdrawn else None,
        },
        facts=(
            *breaks,
            *(fact("Why it is back", back) if again else ()),
            *fact("Released", new.released_at),
            *fact("Platforms", platforms),
            *fact("Track", new.track),
        ),
        partners=(s.partner for s in new.compatibility if s.verdict in HARMS),
        # Whoever was told not to recommend it goes on doing so, until they hear of this.
        answers_earlier=again,
    )


def _withdrawn(after: Catalogue, new: Release, at: datetime) -> Event:
    withdrawal = new.withdrawn
    assert withdrawal is not None  # noqa: S101 - the reader refuses a withdrawn release without
    return release_event(
        after,
        new,
        EventKind.WITHDRAWN,
        Severity.HIGH,
        at,
        title=f"{title_of(after, new)} is withdrawn",
        content={
            "on": withdrawal.on,
            "reason": withdrawal.reason,
            "replacement": withdrawal.replacement,
        },
        facts=(
            ("Reason", withdrawal.reason),
            *_instead(after, new, at),
            ("Withdrawn on", str(withdrawal.on)),
        ),
    )


def _instead(after: Catalogue, new: Release, at: datetime) -> Iterator[tuple[str, str]]:
    """What to use instead, as everything else says it on that day."""
    found = adviser(after, at.date()).recommend(new)
    yield from fact("Use instead", found.move.version if found.move else None)
    if found.move is None:
        yield "Use instead", "nothing can be recommended"
    yield from fact("Not recommended", found.because)


def _corrected(after: Catalogue, old: Release, new: Release, at: datetime) -> Iterator[Event]:
    found = corrections(old, new, after.schemes)
    if not found:
        return
    members = {row.product for row in found if row.product}
    yield release_event(
        after,
        new,
        EventKind.CORRECTED,
        max((row.severity for row in found), key=lambda severity: severity.rank),
        at,
        title=f"What is recorded of {title_of(after, new)} was corrected",
        content={"changes": [[row.label, row.before, row.after] for row in found]},
        facts=tuple((row.label, f"{row.before} → {row.after}") for row in found),
        partners=members,
        inside=_names_hidden(after, old, new, members),
        answers_earlier=any(row.takes_back for row in found),
    )


def _names_hidden(after: Catalogue, old: Release, new: Release, members: Iterable[str]) -> bool:
    """Whether an event about these members would name a release that only staff may know of."""
    named = (m for r in (old, new) for m in r.contains if m.product in members)
    held = (after.find_release(m.product, m.version) for m in named)
    return any(
        r is None
        or r.embargoed
        or Audience.STAFF in (r.audience, after.products[r.product].audience)
        for r in held
    )


def _compatibility_changed(
    after: Catalogue, old: Release, new: Release, at: datetime
) -> Iterator[Event]:
    changes = statement_changes(old, new, after.schemes)
    if not changes:
        return
    sides = [side for row in changes for side in (row.before, row.after) if side]
    yield release_event(
        after,
        new,
        EventKind.COMPATIBILITY_CHANGED,
        # Who was told that something breaks acts upon it, until somebody says that it does not.
        Severity.HIGH if any(side.verdict in HARMS for side in sides) else Severity.NORMAL,
        at,
        title=f"What {title_of(after, new)} works with has changed",
        content={
            "from": [_plain(row.before) for row in changes if row.before],
            "to": [_plain(row.after) for row in changes if row.after],
        },
        facts=tuple(
            (
                f"With {after.name_of(row.stated.partner)} {row.stated.versions}",
                _told(row),
            )
            for row in changes
        ),
        partners={row.stated.partner for row in changes},
        # What was said before may be on somebody's mind; what is new is for who wants it.
        answers_earlier=any(row.before for row in changes),
    )


def _plain(statement: Statement) -> list[object]:
    return [
        statement.partner,
        str(statement.versions),
        " ".join((statement.about or "").split()),
        statement.verdict,
        statement.remedy or "",
        statement.limits or "",
        *([[until.version, until.reason]] if (until := statement.holds_until) else []),
    ]


def _told(change: StatementChange) -> str:
    was, now = change.before, change.after
    subject = f"{change.stated.about}: " if change.stated.about else ""
    if now is None:
        assert was is not None  # noqa: S101 - a change has at least one side
        return f"{subject}no longer stated (it was {was.verdict})"
    before = f" (it was {was.verdict})" if was and was.verdict is not now.verdict else ""
    rest = "".join(f" {text}" for text in (now.limits, now.remedy, _how_far(was, now)) if text)
    return f"{subject}{now.verdict}{before}.{rest}"


def _how_far(was: Statement | None, now: Statement) -> str:
    """How far a promise reaches, where that has changed."""
    if was is None or was.holds_until == now.holds_until:
        return ""
    until = now.holds_until
    if until is None:
        return "How far it holds is not said any more."
    return f"It holds up to {until.version}." if until.version else f"It has no end: {until.reason}"


def release_event(
    after: Catalogue,
    release: Release,
    kind: EventKind,
    severity: Severity,
    at: datetime,
    *,
    title: str,
    content: dict[str, object],
    facts: tuple[tuple[str, str], ...],
    partners: Iterable[str] = (),
    inside: bool = False,
    answers_earlier: bool = False,
) -> Event:
    """An event of one kind about a release; `inside` makes it one for staff.

    `answers_earlier` is whether those who were told of the release before must hear of this.
    """
    staff = (
        inside
        or release.embargoed
        or release.audience is Audience.STAFF
        or any(s.audience is Audience.STAFF for s in release.compatibility)
        or after.products[release.product].audience is Audience.STAFF
    )
    return Event(
        id=event_id(kind, {"release": str(release), **content}),
        kind=kind,
        product=release.product,
        version=release.version,
        severity=severity,
        audience=Audience.STAFF if staff else Audience.PUBLIC,
        at=at,
        title=title,
        # Whoever follows a product wants to hear of what breaks it.
        products=(release.product, *sorted(set(partners) - {release.product})),
        page=release_page(after, release),
        facts=facts,
        takes_back=(str(release),) if answers_earlier else (),
    )


def _breaks(after: Catalogue, release: Release) -> tuple[tuple[str, str], ...]:
    """The lines that support must know first: what breaks or is limited, and what to say."""
    worst_first: list[Statement] = sorted(
        (s for s in release.compatibility if s.verdict in HARMS), key=lambda s: -s.verdict.caution
    )
    return tuple(harm(after, s, s.partner, str(s.versions)) for s in worst_first)


def harm(
    catalogue: Catalogue, statement: Statement, partner: str, versions: str
) -> tuple[str, str]:
    """The line that says what a statement means for these versions of the other product.

    Its verdict is one of `HARMS`.
    """
    return (
        HARMS[statement.verdict],
        f"{catalogue.name_of(partner)} {versions}"
        + (f", {statement.about}" if statement.about else "")
        + (f" ({statement.limits})" if statement.limits else "")
        + (f". What to say: {statement.remedy}" if statement.remedy else ". No remedy is written."),
    )


def title_of(catalogue: Catalogue, release: Release) -> str:
    """A release as customers call it."""
    return f"{catalogue.name_of(release.product)} {release.version}"
