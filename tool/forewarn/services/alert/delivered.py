"""What became of what was due: of one run, and of two, one after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from forewarn.channels.templates import Templates
from forewarn.frozen import dataclass
from forewarn.model.delivery import WAITING, Delivery, DeliveryState
from forewarn.model.endpoint import Endpoint
from forewarn.model.events.fact import Undelivered
from forewarn.model.finding import Finding
from forewarn.store.state.interface import DamagedRow, State

# As many deliveries as a person would ever look through, and a program is told that there are more.
MOST_LISTED = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverReport:
    """What one run did.

    `sent`, `retried` and `dead` are how many went, will be tried again, and were given up;
    `damaged` are those of the last that cannot be read in the state database. `deliveries` are the
    first of them as they are after the run, in the order of sending: memory has an end.
    `waiting` is how many rows are to be sent at some later time, `held` how many of them were put
    off because that was asked for. `quarantined` are the channels
    and recipients at which nothing is tried for now, `untold` what no operator could be told of
    by another channel. `templates` are those that failed, so that our own wording went. `busy` are
    the channels that take one message after the other and were another machine's at the time.
    """

    deliveries: tuple[Delivery, ...]
    waiting: int
    held: int
    sent: int
    retried: int
    dead: int
    damaged: tuple[DamagedRow, ...] = ()
    quarantined: tuple[Endpoint, ...] = ()
    untold: tuple[Undelivered, ...] = ()
    templates: tuple[Finding, ...] = ()
    busy: tuple[str, ...] = ()

    @property
    def unfinished(self) -> int:
        """How many of this run's did not go, for now or for good."""
        return self.retried + self.dead

    @property
    def left_out(self) -> int:
        """How many are not among `deliveries`."""
        return self.sent + self.unfinished - len(self.damaged) - len(self.deliveries)


def both(first: DeliverReport, then: DeliverReport) -> DeliverReport:
    """What two runs did, one after the other."""
    return replace(
        then,
        deliveries=(*first.deliveries, *then.deliveries)[:MOST_LISTED],
        sent=first.sent + then.sent,
        retried=first.retried + then.retried,
        dead=first.dead + then.dead,
        damaged=(*first.damaged, *then.damaged)[:MOST_LISTED],
        untold=(*first.untold, *then.untold),
        templates=tuple(dict.fromkeys((*first.templates, *then.templates))),
    )


class RunSoFar:
    """What a run has settled so far: all of it counted, the first of it kept."""

    def __init__(self) -> None:
        self.first: list[Delivery] = []
        self.counts: Counter[DeliveryState] = Counter()
        self.damaged: list[DamagedRow] = []
        self.busy: list[str] = []

    def add(self, delivery: Delivery) -> None:
        self.counts[delivery.state] += 1
        if len(self.first) < MOST_LISTED:
            self.first.append(delivery)

    def report(
        self, state: State, untold: tuple[Undelivered, ...], templates: Templates
    ) -> DeliverReport:
        """All of it, and what is left to be done in the state."""
        return DeliverReport(
            deliveries=tuple(self.first),
            waiting=state.count(*WAITING),
            held=state.count(DeliveryState.HELD),
            sent=self.counts[DeliveryState.SENT],
            retried=self.counts[DeliveryState.FAILED],
            dead=self.counts[DeliveryState.DEAD] + len(self.damaged),
            damaged=tuple(self.damaged[:MOST_LISTED]),
            quarantined=tuple(one for one in state.endpoints() if one.is_quarantined),
            untold=untold,
            templates=tuple(templates.problems) if self.counts else (),
            busy=tuple(dict.fromkeys(self.busy)),
        )
