"""Who gets what: the one rule by which plans, tests, deliveries and answers to "why me?" go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forewarn.model.events.event import Event
from forewarn.model.settings import Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Who gets an event, by which channel, and because of which subscription.

    `subscription` is None where they get it because they were told what it takes back.
    """

    person: str
    channel: str
    subscription: Subscription | None = None


def who_gets(
    event: Event,
    subscriptions: Iterable[Subscription],
    told: Iterable[tuple[str, str]] = (),
) -> tuple[Addressee, ...]:
    """Everybody who gets an event, each once by each channel, in the order of the subscriptions.

    `told` is who got, or may have got, an event that it answers, as (person, channel): they get
    it first, whatever they subscribe to today. Where nothing of what was told holds, nobody else
    does: who never heard of it has nothing to unlearn.
    """
    found = {pair: Addressee(person=pair[0], channel=pair[1]) for pair in told}
    if not event.ends_its_subject:
        for row in subscriptions:
            if wants(row, event):
                one = Addressee(person=row.person, channel=row.channel, subscription=row)
                found.setdefault((row.person, row.channel), one)
    return tuple(found.values())


def wants(subscription: Subscription, event: Event) -> bool:
    """Whether an event is one that the subscription asks for."""
    products, kinds = subscription.products, subscription.events
    return (
        (not products or not set(products).isdisjoint(event.products))
        and (not kinds or event.kind in kinds)
        and event.severity.rank >= subscription.least_severity.rank
    )
