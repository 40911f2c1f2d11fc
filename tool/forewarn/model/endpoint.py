"""Where messages end up: a channel, or one recipient at it; whether it fails, and when it rests.

Ten failures within an hour, over all its messages, put it into quarantine: nothing is sent there
but a probe now and then, and nothing that waits for it is lost or grows old by attempts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import IntEnum

from forewarn.frozen import dataclass
from forewarn.model.delivery import Fault, NotSent
from forewarn.model.retry import LONGEST_ASKED

MOST_FAILURES = 10
WITHIN = timedelta(hours=1)
_FIRST_PROBE, _LONGEST_PROBE = timedelta(minutes=15), timedelta(hours=6)


class Heard(IntEnum):
    """What the operators were told of an endpoint, the least first."""

    NOTHING = 0
    FAILING = 1
    QUARANTINED = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A channel, or one recipient at it, since it has failed and until it works again.

    `person` is None for the channel itself. `failures` are the times of the last ten that are not
    our own fault, the oldest first; `error` is what was said last, `fault` whose it is.
    `probes` is how many in quarantine failed. `works_again` is set when something went through.
    """

    channel: str
    person: str | None
    failing_since: datetime
    error: str
    fault: Fault
    failures: tuple[datetime, ...] = ()
    quarantined_at: datetime | None = None
    rests_until: datetime | None = None
    probes: int = 0
    told: Heard = Heard.NOTHING
    works_again: datetime | None = None

    @property
    def is_quarantined(self) -> bool:
        """Whether nothing but a probe is sent there."""
        return self.quarantined_at is not None and self.works_again is None

    def rests(self, now: datetime) -> bool:
        """Whether nothing at all is sent there now. Whoever set the clock back ends that."""
        if self.works_again is not None or self.rests_until is None:
            return False
        return now < self.rests_until <= now + LONGEST_ASKED

    @property
    def to_tell(self) -> Heard:
        """What the operators ought to know of it."""
        return Heard.QUARANTINED if self.quarantined_at else Heard.FAILING


def whose(person: str, how: NotSent) -> str | None:
    """At which endpoint of a channel a failure counts: a recipient's, or (None) its own."""
    return person if how.fault is Fault.RECIPIENT else None


def after_failure(
    before: Endpoint | None, channel: str, person: str | None, how: NotSent, now: datetime
) -> Endpoint:
    """An endpoint after one more failure. A fault of ours is told and never counts."""
    if before is None or before.works_again is not None:
        told = before.told if before else Heard.NOTHING
        before = Endpoint(
            channel=channel,
            person=person,
            failing_since=now,
            error=how.error,
            fault=how.fault,
            # Where it failed again before anybody was told that it works, nothing need be told.
            told=told,
        )
    after = replace(before, error=how.error, fault=how.fault)
    if how.permanent:
        # That the message is given up is told by itself, and says it all.
        after = replace(after, told=max(after.told, Heard.FAILING))
    if how.fault is not Fault.OURS:
        recent = [time for time in before.failures if now - WITHIN < time <= now]
        after = replace(after, failures=(*recent, now)[-MOST_FAILURES:])
    if after.is_quarantined and before.rests(now):
        pass  # it was under way already, and is no probe
    elif after.is_quarantined:
        wait = min(_FIRST_PROBE * (1 << min(after.probes + 1, 10)), _LONGEST_PROBE)
        after = replace(after, probes=after.probes + 1, rests_until=now + wait)
    elif len(after.failures) >= MOST_FAILURES:
        after = replace(after, quarantined_at=now, rests_until=now + _FIRST_PROBE)
    if how.retry_after and how.fault is not Fault.OURS:
        asked = now + min(how.retry_after, LONGEST_ASKED)
        after = replace(after, rests_until=max(after.rests_until or asked, asked))
    return after
