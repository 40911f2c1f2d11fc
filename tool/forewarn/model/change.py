"""Events are a diff: what follows from the change between two catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.catalogue import Catalogue, ReleaseKey
from forewarn.model.event import Event, EventKind, Severity, event_id
from forewarn.model.names import version_stem
from forewarn.model.record import Audience
from forewarn.model.release import Release, Statement, Status, Verdict

# Releases that first appear in the records long after they shipped are history, not news, where
# many appear at once: somebody brought in a product's past. A few are told, however old.
_OLD = timedelta(days=30)
_OLD_WITH_NEW_PRODUCT = timedelta(days=2)
_MOST_OLD_TOLD = 10


_HAPPENED = (Status.SHIPPED, Status.WITHDRAWN)
_BAD = {Verdict.BREAKS: "Breaks", Verdict.LIMITED: "Limits"}


def derive(before: Catalogue, after: Catalogue, at: datetime) -> tuple[Event, ...]:
    """The events between two catalogues, by product and version, then by article.

    `at` is when the later one was committed, in UTC; it dates the events and is not part of
    their ids. A record that vanished is no event: disappearing is not withdrawing.
    """
    events: list[Event] = []
    silent = _history(before, after, at.date())
    for key in sorted(after.releases.keys() - silent):
        old, new = before.releases.get(key), after.releases[key]
        if old != new:
            events.extend(_of_release(after, old, new, at))
    for issue in after.known_issues:
        events.extend(_of_issue(before, after, issue, at))
    return tuple(events)


def history(after: Catalogue, on: date) -> Catalogue:
    """What to compare a catalogue with when nothing was ever published: all but the latest news.

    Everything counts as known but the releases that shipped within the last days.
    """
    cut = on - _OLD_WITH_NEW_PRODUCT
    return replace(
        after,
        releases={
            key: release
            for key, release in after.releases.items()
            if release.released_at is None or release.released_at < cut
        },
    )


def _history(before: Catalogue, after: Catalogue, on: date) -> frozenset[ReleaseKey]:
    """The releases that just appeared, happened too long ago to be told, and are many."""
    old = set()
    for key in after.releases.keys() - before.releases.keys():
        new = after.releases[key]
        happened = new.withdrawn.on if new.withdrawn else new.released_at
        window = _OLD if new.product in before.products else _OLD_WITH_NEW_PRODUCT
        if new.status in _HAPPENED and happened and on - happened > window:
            old.add(key)
    return frozenset(old) if len(old) > _MOST_OLD_TOLD else frozenset()


def _of_release(
    after: Catalogue, old: Release | None, new: Release, at: datetime
) -> Iterator[Event]:
    match new.status:
        case Status.PLANNED | Status.STAGED:
            if old is None and new.status is Status.PLANNED:
                yield _planned(after, new, at)
            elif old is not None and old.planned_for != new.planned_for:
                yield _date_changed(after, old, new, at)
        case Status.SHIPPED:
            if old is None or old.status is not Status.SHIPPED:
                yield _shipped(after, old, new, at)
            elif _matters(old) != _matters(new):
                yield _compatibility_changed(after, old, new, at)
        case Status.WITHDRAWN:
            if old is None or old.status is not Status.WITHDRAWN:
                yield _withdrawn(after, new, at)


def _planned(after: Catalogue, new: Release, at: datetime) -> Event:
    when = f" for {new.planned_for}" if new.planned_for else ""
    return _release_event(
        after,
        new,
        EventKind.PLANNED,
        Severity.NORMAL,
        at,
        title=f"{_name(after, new)} is planned{when}",
        content={"date": new.planned_for},
        facts=(*_if("Planned for", new.planned_for), *_breaks(after, new)),
    )


def _date_changed(after: Catalogue, old: Release, new: Release, at: datetime) -> Event:
    return _release_event(
        after,
        new,
        EventKind.DATE_CHANGED,
        Severity.NORMAL,
        at,
        title=f"{_name(after, new)} is now planned for {new.planned_for or 'no set date'}",
        content={"from": old.planned_for, "to": new.planned_for},
        facts=(
            ("Before", str(old.planned_for or "no date")),
            ("Now", str(new.planned_for or "no date")),
        ),
    )


def _shipped(after: Catalogue, old: Release | None, new: Release, at: datetime) -> Event:
    breaks = _breaks(after, new)
    again = old is not None and old.withdrawn is not None
    platforms = ", ".join(dict.fromkeys(d.platform for d in new.downloads))
    return _release_event(
        after,
        new,
        EventKind.SHIPPED,
        Severity.HIGH if any(label == "Breaks" for label, _ in breaks) else Severity.NORMAL,
        at,
        title=f"{_name(after, new)} has shipped{' again' if again else ''}",
        content={
            "date": new.released_at,
            # Shipping again after a withdrawal is another event than the first time.
            "after": str(old.withdrawn.on) if old and old.withdrawn else None,
        },
        facts=(
            *breaks,
            *_if("Released", new.released_at),
            *_if("Platforms", platforms),
            *_if("Track", new.track),
        ),
        partners=(s.partner for s in new.compatibility if s.verdict in _BAD),
    )


def _withdrawn(after: Catalogue, new: Release, at: datetime) -> Event:
    withdrawal = new.withdrawn
    assert withdrawal is not None  # noqa: S101 - the reader refuses a withdrawn release without
    return _release_event(
        after,
        new,
        EventKind.WITHDRAWN,
        Severity.HIGH,
        at,
        title=f"{_name(after, new)} is withdrawn",
        content={
            "on": withdrawal.on,
            "reason": withdrawal.reason,
            "replacement": withdrawal.replacement,
        },
        facts=(
            ("Reason", withdrawal.reason),
            *_if("Use instead", withdrawal.replacement),
            ("Withdrawn on", str(withdrawal.on)),
        ),
    )


Matter = tuple[str, str, str]
Answer = tuple[Verdict, str, str]


def _matters(release: Release) -> dict[Matter, Answer]:
    """What a release says, by matter, without who verified it."""
    return {
        (s.partner, str(s.versions), " ".join((s.about or "").split())): (
            s.verdict,
            s.remedy or "",
            s.limits or "",
        )
        for s in release.compatibility
    }


def _compatibility_changed(after: Catalogue, old: Release, new: Release, at: datetime) -> Event:
    was, now = _matters(old), _matters(new)
    changed = [
        matter for matter in sorted(was.keys() | now.keys()) if was.get(matter) != now.get(matter)
    ]
    facts = tuple(
        (
            f"With {_product_name(after, partner)} {versions}",
            _told(about, was.get((partner, versions, about)), now.get((partner, versions, about))),
        )
        for partner, versions, about in changed
    )
    worse = any(now[m][0] in _BAD for m in changed if m in now)
    return _release_event(
        after,
        new,
        EventKind.COMPATIBILITY_CHANGED,
        Severity.HIGH if worse else Severity.NORMAL,
        at,
        title=f"What {_name(after, new)} works with has changed",
        content={"from": _plain(was, changed), "to": _plain(now, changed)},
        facts=facts,
        partners={partner for partner, _, _ in changed},
    )


def _plain(matters: dict[Matter, Answer], changed: list[Matter]) -> list[list[object]]:
    return [[*matter, *matters[matter]] for matter in changed if matter in matters]


def _told(about: str, was: Answer | None, now: Answer | None) -> str:
    subject = f"{about}: " if about else ""
    if now is None:
        assert was is not None  # noqa: S101 - a matter that changed is on one of the sides
        return f"{subject}no longer stated (it was {was[0]})"
    verdict, remedy, limits = now
    before = f" (it was {was[0]})" if was and was[0] is not verdict else ""
    rest = "".join(f" {text}" for text in (limits, remedy) if text)
    return f"{subject}{verdict}{before}.{rest}"


def _of_issue(before: Catalogue, after: Catalogue, issue: Article, at: datetime) -> Iterator[Event]:
    old = before.articles.get(issue.path)
    was_known = old is not None and old.kind is Kind.KNOWN_ISSUE
    was_fixed = was_known and old is not None and before.is_fixed(old)
    fixed = after.is_fixed(issue)
    if fixed and was_known and not was_fixed:
        yield _issue_event(after, issue, EventKind.KNOWN_ISSUE_FIXED, at)
    elif not fixed and (not was_known or was_fixed):
        yield _issue_event(after, issue, EventKind.KNOWN_ISSUE_OPENED, at)


def _issue_event(after: Catalogue, issue: Article, kind: EventKind, at: datetime) -> Event:
    products = tuple(sorted(issue.applies))
    fixed = kind is EventKind.KNOWN_ISSUE_FIXED
    helpless = issue.remediation in (Remediation.NONE_AVAILABLE, Remediation.NO_FIX_PLANNED)
    ranges = ", ".join(f"{_product_name(after, p)} {issue.applies[p]}" for p in products)
    fixes = ", ".join(f"{_product_name(after, p)} {v}" for p, v in sorted(issue.fixed_in.items()))
    return Event(
        id=event_id(
            kind,
            {
                "article": issue.path,
                "title": issue.title,
                "applies": {p: str(v) for p, v in issue.applies.items()},
                "fixed_in": {p: str(v) for p, v in issue.fixed_in.items()},
            },
        ),
        kind=kind,
        product=products[0] if products else "",
        version=None,
        severity=Severity.HIGH if helpless and not fixed else Severity.NORMAL,
        audience=issue.audience,
        at=at,
        title=f"{'Fixed' if fixed else 'Known issue'}: {issue.title}",
        products=products,
        page=f"kb/{issue.slug}/",
        facts=(
            *_if("Applies to", ranges),
            *_if("Fixed in", fixes),
            *_if("Remediation", (issue.remediation or "").replace("_", " ")),
            *_if("Promised", issue.promised),
            *_if("Until then", issue.contingency),
        ),
    )


def _release_event(
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
) -> Event:
    staff = (
        release.embargoed
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
        page=release_page(release),
        facts=facts,
    )


def release_page(release: Release) -> str:
    """The site path of the page on which a release is found."""
    page = f"products/{release.product}/"
    return page if release.bare else f"{page}{version_stem(release.version)}/"


def _breaks(after: Catalogue, release: Release) -> tuple[tuple[str, str], ...]:
    """The lines that support must know first: what breaks or is limited, and what to say."""
    worst_first: list[Statement] = sorted(
        (s for s in release.compatibility if s.verdict in _BAD), key=lambda s: -s.verdict.caution
    )
    return tuple(
        (
            _BAD[s.verdict],
            f"{_product_name(after, s.partner)} {s.versions}"
            + (f", {s.about}" if s.about else "")
            + (f" ({s.limits})" if s.limits else "")
            + (f". What to say: {s.remedy}" if s.remedy else ". No remedy is written yet."),
        )
        for s in worst_first
    )


def _name(catalogue: Catalogue, release: Release) -> str:
    return f"{_product_name(catalogue, release.product)} {release.version}"


def _product_name(catalogue: Catalogue, product: str) -> str:
    record = catalogue.products.get(product)
    return record.name if record else product


def _if(label: str, value: object) -> tuple[tuple[str, str], ...]:
    return ((label, str(value)),) if value else ()
