"""The events of a release: planned, moved, shipped, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from forewarn.model.catalogue import Catalogue
from forewarn.model.events import identity
from forewarn.model.events.correction import CorrectedPart, Correction, corrections
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import (
    CompatibilityChanged,
    Corrected,
    DateMoved,
    Fact,
    Harm,
    HasShipped,
    Offered,
    Planned,
    Restated,
    Said,
    VersionsOf,
    Withdrawn,
)
from forewarn.model.events.severity import Severity, of_release, of_statements, worst_of
from forewarn.model.events.statement_change import statement_changes
from forewarn.model.recommend import adviser
from forewarn.model.record import Audience
from forewarn.model.release import Release, Statement, Status
from forewarn.model.site_path import release_page


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
    return release_event(
        after,
        new,
        EventKind.PLANNED,
        Severity.NORMAL,
        at,
        fact=Planned(on=new.planned_for, harms=_harms(after, new)),
        content={"date": new.planned_for},
    )


def _date_changed(after: Catalogue, old: Release, new: Release, at: datetime) -> Event:
    return release_event(
        after,
        new,
        EventKind.DATE_CHANGED,
        Severity.NORMAL,
        at,
        fact=DateMoved(before=old.planned_for, after=new.planned_for),
        content={"from": old.planned_for, "to": new.planned_for},
    )


def _shipped(after: Catalogue, old: Release | None, new: Release, at: datetime) -> Event:
    again = old is not None and old.withdrawn is not None
    back = new.reinstated.reason if new.reinstated else None
    return release_event(
        after,
        new,
        EventKind.SHIPPED,
        of_release(s.verdict for s in new.compatibility),
        at,
        fact=HasShipped(
            on=new.released_at,
            harms=_harms(after, new),
            again=again,
            why_back=back if again else None,
            rollout=tuple(
                Offered(platform=step.platform, on=step.on, share=f"{step.share.normalize():f}")
                for step in sorted(new.rollout, key=lambda step: (step.platform, step.on))
            ),
        ),
        content={
            "date": new.released_at,
            # Shipping again after a withdrawal is another event than the first time.
            "after": str(old.withdrawn.on) if old and old.withdrawn else None,
        },
        partners=(s.partner for s in new.compatibility if s.verdict.harms),
        # Whoever was told not to recommend it goes on doing so, until they hear of this.
        answers_earlier=again,
    )


def _withdrawn(after: Catalogue, new: Release, at: datetime) -> Event:
    withdrawal = new.withdrawn
    assert withdrawal is not None  # noqa: S101 - the reader refuses a withdrawn release without
    # What to use instead, as everything else says it on that day.
    found = adviser(after, at.date()).recommend(new)
    return release_event(
        after,
        new,
        EventKind.WITHDRAWN,
        Severity.HIGH,
        at,
        fact=Withdrawn(
            on=withdrawal.on,
            reason=withdrawal.reason,
            instead=found.move.version if found.move else None,
            not_recommended=found.passed_over,
        ),
        content={
            "on": withdrawal.on,
            "reason": withdrawal.reason,
            "replacement": withdrawal.replacement,
        },
        # Whoever was told that customers can have it must hear that they had better not.
        answers_earlier=True,
    )


def _corrected(after: Catalogue, old: Release, new: Release, at: datetime) -> Iterator[Event]:
    found = corrections(old, new, after.schemes)
    if not found:
        return
    members = {row.of for row in found if row.part is CorrectedPart.MEMBER}
    event = release_event(
        after,
        new,
        EventKind.CORRECTED,
        worst_of(row.severity for row in found),
        at,
        fact=Corrected(changes=found),
        content={"changes": [identity.of_correction(row) for row in found]},
        partners=members,
        inside=_names_hidden(after, old, new, members),
        answers_earlier=any(row.takes_back for row in found),
    )
    yield replace(event, platforms=_platforms(old, new, found))


def _platforms(old: Release, new: Release, found: Sequence[Correction]) -> tuple[str, ...]:
    """Those of the downloads that were corrected, where nothing else was."""
    if all(row.platforms for row in found):
        return tuple(dict.fromkeys(platform for row in found for platform in row.platforms))
    return tuple(dict.fromkeys((*old.platforms, *new.platforms)))


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
        of_statements(side.verdict for side in sides),
        at,
        fact=CompatibilityChanged(
            changes=tuple(
                Restated(
                    of=_of(after, row.stated.partner, str(row.stated.versions)),
                    about=row.stated.about,
                    before=_said(row.before) if row.before else None,
                    after=_said(row.after) if row.after else None,
                )
                for row in changes
            )
        ),
        content={
            "from": [_plain(row.before) for row in changes if row.before],
            "to": [_plain(row.after) for row in changes if row.after],
        },
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


def release_event(
    after: Catalogue,
    release: Release,
    kind: EventKind,
    severity: Severity,
    at: datetime,
    *,
    fact: Fact,
    content: dict[str, object],
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
        name=after.name_of(release.product),
        severity=severity,
        audience=Audience.STAFF if staff else Audience.PUBLIC,
        at=at,
        fact=fact,
        # Whoever follows a product wants to hear of what breaks it.
        products=(release.product, *sorted(set(partners) - {release.product})),
        page=release_page(after, release),
        track=release.track,
        platforms=release.platforms,
        takes_back=(str(release),) if answers_earlier else (),
        owner=after.products[release.product].owner,
    )


def _harms(after: Catalogue, release: Release) -> tuple[Harm, ...]:
    """What support must know first: what breaks or is limited, and what to say, the worst first."""
    harming = (s for s in release.compatibility if s.verdict.harms)
    worst_first = sorted(harming, key=lambda s: -s.verdict.caution)
    return tuple(harm(after, s, s.partner, str(s.versions)) for s in worst_first)


def harm(catalogue: Catalogue, statement: Statement, product: str, versions: str) -> Harm:
    """What a statement that harms means for these versions of the other product."""
    return Harm(of=_of(catalogue, product, versions), about=statement.about, said=_said(statement))


def _of(catalogue: Catalogue, product: str, versions: str) -> VersionsOf:
    return VersionsOf(product=product, name=catalogue.name_of(product), versions=versions)


def _said(statement: Statement) -> Said:
    return Said(
        verdict=statement.verdict,
        limits=statement.limits,
        remedy=statement.remedy,
        holds_until=statement.holds_until,
    )
