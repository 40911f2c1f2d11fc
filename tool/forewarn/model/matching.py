"""Who gets what, and when: the one rule of plans, tests, deliveries and answers to "why me?"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.events.event import Event, EventKind, Maturity
from forewarn.model.events.fact import CompatibilityChanged, harms
from forewarn.model.events.severity import Severity
from forewarn.model.recipient import mailbox
from forewarn.model.record import Audience
from forewarn.model.release import ANY_PLATFORM
from forewarn.model.settings import Settings
from forewarn.model.subscription import Prerelease, Subscription


class Outcome(StrEnum):
    """What follows for one recipient by one channel.

    `nothing`: no delivery, because it is not asked for or because another line tells them.
    """

    AT_ONCE = "at once"
    HELD = "held"
    DIGEST = "digest"
    SUPPRESSED = "suppressed"
    NOTHING = "nothing"


class Cause(StrEnum):
    """Why: the words are for whoever tells it."""

    ASKED = "asked"
    TOLD = "told"  # they got, or will get, what it answers
    QUIET = "quiet"
    DIGEST = "digest"
    DEPUTY = "deputy"  # they stand in for `other`
    AWAY = "away"  # `other` stands in for them
    MAILBOX = "mailbox"  # `other` gets it, in the same mailbox
    OWNER = "owner"  # whoever owns a product hears that a place of it fails
    LINE = "line"  # another line tells them already, and no later
    OPERATORS = "operators"  # that alerts do not get through is told past all subscriptions
    NEVER_TOLD = "never told"  # who never heard of it has nothing to unlearn
    AUDIENCE = "audience"
    PRODUCT = "product"
    ISSUE = "issue"
    PAIR = "pair"
    TRACK = "track"
    PLATFORM = "platform"
    KIND = "kind"
    SEVERITY = "severity"
    PRERELEASE = "prerelease"


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldBefore:
    """Who got an event that another one answers, or may have got it.

    `held_until` is when they get it, where they did not yet: what is wrong and what corrects it
    come together.
    """

    recipient: str
    channel: str
    held_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What follows from an event for one recipient by one channel, and why.

    `subscription` is the line that caused it; None where they get it because they were told what
    it takes back. `at` is when it is told, in UTC, where that is not at once. `other` is the
    recipient that the reason is about.
    """

    recipient: str
    channel: str
    outcome: Outcome
    reason: Cause
    subscription: Subscription | None = None
    at: datetime | None = None
    other: str | None = None

    @property
    def because(self) -> str | None:
        """The line that caused it, and for whom a deputy stands in: `subscriptions/l1.yml:12`."""
        row = self.subscription
        if row is None:
            return None
        return row.line if row.recipient == self.recipient else f"{row.line} for {row.recipient}"

    @property
    def is_kept(self) -> bool:
        """Whether a delivery follows, be it one that is suppressed."""
        return self.outcome is not Outcome.NOTHING

    @property
    def is_told(self) -> bool:
        """Whether the recipient is told, now or later."""
        return self.outcome in (Outcome.AT_ONCE, Outcome.HELD, Outcome.DIGEST)


def who_gets(
    event: Event, settings: Settings, now: datetime, told: Iterable[ToldBefore] = ()
) -> tuple[Decision, ...]:
    """What follows from an event for everybody: each is told once by each channel, the soonest.

    `told` is who got, or may have got, an event that it answers: they get it, too, whatever they
    subscribe to today. Where nothing of what was told holds, nobody else does. The lines that lead
    to nothing come last, each with its reason; of two that do the same, the first is the one.
    """
    asked = (one for row in settings.subscriptions for one in decide(event, row, settings, now))
    answered = _answered(event, [*told], settings, now)
    best: dict[tuple[str, str], Decision] = {}
    rest: list[Decision] = []
    for one in (*answered, *asked):
        pair = one.recipient, one.channel
        before = best.get(pair)
        if not one.is_kept:
            rest.append(one)
        elif before is None:
            best[pair] = one
        else:
            first, second = sorted((before, one), key=_sooner)
            best[pair] = first
            if second.subscription:
                rest.append(replace(second, outcome=Outcome.NOTHING, reason=Cause.LINE, at=None))
    return (*_one_a_mailbox(best.values(), settings), *rest)


def decide(
    event: Event, row: Subscription, settings: Settings, now: datetime
) -> Iterator[Decision]:
    """What follows from an event by one line alone; two decisions where a deputy stands in.

    A customer stands in for nobody who is told what is for staff.
    """
    one = Decision(
        recipient=row.recipient,
        channel=row.channel,
        outcome=Outcome.NOTHING,
        reason=Cause.ASKED,
        subscription=row,
    )
    refused = refusal(row, event)
    if refused or event.ends_its_subject:
        yield replace(one, reason=refused or Cause.NEVER_TOLD)
        return
    one = _timed(one, event, row, now)
    deputy = deputy_of(row.recipient, settings, now)
    if deputy and event.told_to is Audience.STAFF and settings.is_customer(deputy):
        deputy = None
    if deputy is None:
        yield one
    else:
        yield replace(one, outcome=Outcome.SUPPRESSED, reason=Cause.AWAY, at=None, other=deputy)
        yield replace(
            one,
            recipient=deputy,
            reason=Cause.DEPUTY if one.outcome is Outcome.AT_ONCE else one.reason,
            other=row.recipient,
        )


def refusal(row: Subscription, event: Event) -> Cause | None:
    """Why a line does not ask for an event, or None where it does: the first reason of several."""
    checks = (
        (Cause.OPERATORS, event.kind is not EventKind.UNDELIVERED),
        (Cause.AUDIENCE, row.audience is event.told_to),
        (Cause.PRODUCT, _of_its_products(row, event)),
        (Cause.ISSUE, row.issue is None or event.page == _page_of(row.issue)),
        (Cause.PAIR, not row.pair or _is_of_pair(row.pair, event)),
        # What is about no track, or about no platform, is about all of them.
        (Cause.TRACK, not row.tracks or event.track is None or event.track in row.tracks),
        (Cause.PLATFORM, _of_its_platforms(row, event)),
        (Cause.KIND, not row.events or event.kind in row.events),
        (Cause.SEVERITY, event.severity.rank >= row.least_severity.rank),
        (Cause.PRERELEASE, _far_enough(row.prerelease, event.stage)),
    )
    return next((reason for reason, fits in checks if not fits), None)


def deputy_of(recipient: str, settings: Settings, now: datetime) -> str | None:
    """Who is told instead of somebody who is away; None where nobody is, or it leads in a circle.

    Of a deputy who is away as well, it is their own.
    """
    seen = [recipient]
    while True:
        person = settings.people.get(seen[-1])
        away = (row for row in person.away if row.covers(now)) if person else iter(())
        row = next(away, None)
        if row is None:
            return seen[-1] if len(seen) > 1 else None
        if row.deputy in seen or settings.recipient(row.deputy) is None:
            return None
        seen.append(row.deputy)


def _timed(one: Decision, event: Event, row: Subscription, now: datetime) -> Decision:
    """When a line tells an event. In quiet hours only what is most urgent comes."""
    if row.digest:
        at = row.digest.next_after(now)
        quiet = row.quiet.until(at) if row.quiet else None
        return replace(one, outcome=Outcome.DIGEST, reason=Cause.DIGEST, at=quiet or at)
    until = row.quiet.until(now) if row.quiet and event.severity is not Severity.CRITICAL else None
    if until:
        return replace(one, outcome=Outcome.HELD, reason=Cause.QUIET, at=until)
    return replace(one, outcome=Outcome.AT_ONCE)


def _answered(
    event: Event, told: Sequence[ToldBefore], settings: Settings, now: datetime
) -> Iterator[Decision]:
    """They get it with what it answers; else at once, or when all their lines are past quiet."""
    pairs = {(one.recipient, one.channel) for one in told}
    quiet: dict[tuple[str, str], list[datetime | None]] = {}
    for row in settings.subscriptions if pairs and event.severity is not Severity.CRITICAL else ():
        pair = row.recipient, row.channel
        if pair in pairs:
            quiet.setdefault(pair, []).append(row.quiet.until(now) if row.quiet else None)
    for one in told:
        ends = quiet.get((one.recipient, one.channel), [])
        until = [end for end in ends if end]
        at = one.held_until or (min(until) if until and len(until) == len(ends) else None)
        yield Decision(
            recipient=one.recipient,
            channel=one.channel,
            outcome=Outcome.HELD if at else Outcome.AT_ONCE,
            reason=Cause.QUIET if at and not one.held_until else Cause.TOLD,
            at=at,
        )


def _sooner(one: Decision) -> tuple[bool, bool, float]:
    """What to order by: who is told before who is not, at once before later."""
    at = one.at
    return (not one.is_told, at is not None, at.timestamp() if at else 0.0)


def _one_a_mailbox(found: Iterable[Decision], settings: Settings) -> Iterator[Decision]:
    """The decisions, of which only the soonest of those that end up in one mailbox is told."""
    rows = [*found]
    first: dict[tuple[object, str], Decision] = {}
    for one in sorted((row for row in rows if row.is_told), key=_sooner):
        first.setdefault((_mailbox(one, settings), one.channel), one)
    for one in rows:
        winner = first.get((_mailbox(one, settings), one.channel), one)
        if winner is one or not one.is_told:
            yield one
        else:
            yield replace(
                one,
                outcome=Outcome.SUPPRESSED,
                reason=Cause.MAILBOX,
                at=None,
                other=winner.recipient,
            )


def _mailbox(one: Decision, settings: Settings) -> tuple[str, str]:
    recipient = settings.recipient(one.recipient)
    return mailbox(recipient) if recipient else ("id", one.recipient)


def _of_its_products(row: Subscription, event: Event) -> bool:
    if not row.products and not row.suites:
        return True
    suites = set(row.suites)
    return (
        not set(row.products).isdisjoint(event.products)
        or not suites.isdisjoint(event.products)
        or not suites.isdisjoint(event.suites)
    )


def _of_its_platforms(row: Subscription, event: Event) -> bool:
    if not row.platforms or not event.platforms or ANY_PLATFORM in event.platforms:
        return True
    return not set(row.platforms).isdisjoint(event.platforms)


def _page_of(issue: str) -> str:
    """The page of an article, by its path."""
    return f"{issue.removesuffix('.md')}/"


def _is_of_pair(pair: tuple[str, ...], event: Event) -> bool:
    """Whether it tells what the one product does with the other."""
    fact = event.fact
    rows = fact.changes if isinstance(fact, CompatibilityChanged) else harms(fact)
    return event.product in pair and any(
        row.of.product in pair and row.of.product != event.product for row in rows
    )


def _far_enough(wanted: Prerelease, stage: Maturity) -> bool:
    match wanted:
        case Prerelease.NO:
            return stage is Maturity.FULL
        case Prerelease.PROMOTED:
            return stage is not Maturity.EARLY
        case Prerelease.ALL:
            return True
