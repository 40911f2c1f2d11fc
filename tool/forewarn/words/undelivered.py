"""That alerts do not get through, in words."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.events.fact import DeliveryTrouble, Undelivered
from forewarn.words.days import moment_digits
from forewarn.words.releases import counted
from forewarn.words.seen import Line, line


def trouble(fact: Undelivered) -> str:
    """What alerts run into, in a sentence."""
    where = f"channel {fact.channel}" + (f" to {fact.recipient}" if fact.recipient else "")
    match fact.trouble:
        case DeliveryTrouble.FAILS:
            return f"Alerts by {where} do not get through, and are tried again"
        case DeliveryTrouble.QUARANTINED:
            return f"Alerts by {where} are held back: ten failures within an hour"
        case DeliveryTrouble.WORKS_AGAIN:
            return f"Alerts by {where} get through again"
        case DeliveryTrouble.GIVEN_UP:
            return f"{counted(fact.count, 'alert')} by {where} given up"


def trouble_lines(fact: Undelivered) -> Iterator[Line]:
    """Label and text of each thing to tell of it, in order."""
    yield from line("Since", moment_digits(fact.since) if fact.since else None)
    yield from line("Error", fact.error)
    for lost in fact.first:
        what = " ".join(filter(None, (lost.product, lost.version, lost.happened)))
        yield f"Delivery {lost.delivery}", f"{what}, to {lost.recipient}: {lost.error}"
    if fact.count > len(fact.first):
        yield "And more", f"{fact.count - len(fact.first)}, see `forewarn deliveries --dead`"
    match fact.trouble:
        case DeliveryTrouble.FAILS:
            yield "What to do", "nothing, if it passes; `forewarn deliveries` shows what waits"
        case DeliveryTrouble.QUARANTINED:
            yield (
                "What to do",
                f"mend it, then `forewarn channels resume {fact.channel}`; until then, one "
                "message now and then tries whether it works again, and nothing is lost",
            )
        case DeliveryTrouble.GIVEN_UP:
            yield "What to do", "tell them yourself, or mend it and `forewarn deliveries retry ID`"
        case DeliveryTrouble.WORKS_AGAIN:
            pass
