"""A message that says of itself that it is a test, to one recipient by one channel, at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from forewarn import channels
from forewarn.channels.interface import DeliveryError, Message, Surroundings
from forewarn.errors import UsageError
from forewarn.model.delivery import Delivery, DeliveryState, Ended, Fault, NotSent
from forewarn.model.events.event import Event, EventKind, event_id
from forewarn.model.events.fact import AsTold
from forewarn.model.events.severity import Severity
from forewarn.model.receipt import Receipt
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.services.alert.deliver import LIMIT
from forewarn.services.alert.lane import Lane
from forewarn.store.settings import load_settings

_NEXT = {
    Fault.OURS: "Mend it where it stands, in forewarn.yml or in the environment, then try again.",
    Fault.CHANNEL: "See that the server or service can be reached from here and takes what "
    "forewarn.yml says of it; what waits for it is tried again by itself.",
    Fault.RECIPIENT: "Mend what forewarn.yml says of the recipient, or name another with `--to`.",
}


def send_test(
    root: Path,
    name: str,
    *,
    to: str | None,
    now: datetime,
    environ: Mapping[str, str],
    settings: Settings | None = None,
) -> tuple[str, Receipt | None]:
    """Send a test by a channel, past the outbox: to whom, and the receipt if it gives one.

    Nothing of it is kept. Without `to` it goes to the only recipient who is subscribed to it.
    `settings` are those of forewarn.yml unless they are given.

    Raises:
        UsageError: there is no such channel or recipient, or nobody says which one it is.
        DataError: forewarn.yml cannot be read.
        DeliveryError: it did not go.
    """
    settings = settings or load_settings(root)
    if name not in settings.channels:
        raise UsageError(
            f"there is no channel {name!a}",
            help=f"Use one of {', '.join(settings.channels) or 'none yet'}.",
        )
    whom = to or _only_one(settings, name)
    recipient = settings.recipient(whom)
    if recipient is None:
        known = ", ".join((*settings.people, *settings.lists, *settings.rooms))
        raise UsageError(
            f"there is no person, list or room {whom!a}", help=f"Use one of {known or 'none yet'}."
        )
    around = Surroundings(
        root=root,
        name=settings.name,
        sites=settings.served_at,
        environ=environ,
    )
    why = channels.cannot_reach(settings.channels[name], recipient)
    if why:
        raise DeliveryError(
            why,
            permanent=True,
            where=str(settings.channels[name].place),
            help=_NEXT[Fault.RECIPIENT],
        )
    ended = asyncio.run(_sent(Lane(name, settings, around, LIMIT), _test(name, whom, now)))
    if isinstance(ended, NotSent):
        raise DeliveryError(
            ended.error, permanent=ended.permanent, fault=ended.fault, help=_NEXT[ended.fault]
        )
    return whom, ended


async def _sent(lane: Lane, delivery: Delivery) -> Ended:
    ended: Ended = None
    async with lane:
        message = Message(events=(delivery.event,))
        async for some in lane.send(deque([(delivery,)]), lambda parcel: message):
            ended = some[0][1]
    return ended


def _only_one(settings: Settings, name: str) -> str:
    """The recipient of a channel, where it has one."""
    whom = {row.recipient for row in settings.subscriptions if row.channel == name}
    if len(whom) == 1:
        return whom.pop()
    some = f"{len(whom)} recipients are" if whom else "nobody is"
    raise UsageError(
        f"{some} subscribed to channel {name!r}", help="Say to whom: `--to` and a name."
    )


def _test(name: str, whom: str, now: datetime) -> Delivery:
    event = Event(
        id=event_id(EventKind.TEST, {"channel": name, "to": whom, "at": now}),
        kind=EventKind.TEST,
        product="",
        version=None,
        name="forewarn",
        severity=Severity.LOW,
        audience=Audience.PUBLIC,
        at=now,
        fact=AsTold(
            title=f"Test of channel {name}: nothing has happened",
            lines=(("Sent by", f"forewarn channels test {name} --to {whom}"),),
        ),
        products=(),
        page="",
        thread=f"test of channel {name}",
    )
    return Delivery(id=0, event=event, person=whom, channel=name, state=DeliveryState.LEASED)
