"""What would be sent of an event, as files: byte for byte what a mail server would be given."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from forewarn import channels
from forewarn.channels import chat
from forewarn.channels.interface import Message, Surroundings
from forewarn.channels.templates import Templates
from forewarn.errors import UsageError
from forewarn.model.finding import Finding
from forewarn.model.matching import Decision
from forewarn.model.record import Audience
from forewarn.services.publish.routing import route_event
from forewarn.store.files import write_atomic
from forewarn.store.settings import load_settings


def write_preview(
    root: Path, id: str, name: str, to: Path, *, now: datetime
) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Write what everybody who is told of an event by a channel would get; nothing is sent.

    The files, and the templates that fail on it, so that our own wording would go.

    Of a channel that is no mail, it is the text of what is posted, without the service's layout.

    Raises:
        UsageError: there is no such event or channel, or nobody is told of the event by it.
        DataError: something cannot be read or written.
    """
    settings = load_settings(root)
    row = settings.channels.get(name)
    if row is None:
        raise UsageError(
            f"there is no channel {name!a}",
            help=f"Use one of {', '.join(settings.channels) or 'none yet'}.",
        )
    routed = route_event(root, id, now=now)
    around = Surroundings(root=root, name=settings.name, sites=settings.served_at)
    channel = channels.build(row, around)
    event = settings.as_read(routed.event)
    with Templates.of(root, settings.name, settings.served_at) as templates:
        own = templates.written((event,))
    written = []
    for one in routed.decisions:
        recipient = settings.recipient(one.recipient)
        if one.channel != name or not one.is_told or recipient is None:
            continue
        message = Message(events=(event,), because=_because(one), written=own)
        ending, data = channel.preview(message, recipient) or _as_text(message, around)
        path = to / f"{message.id}-{recipient.id}.{ending}"
        write_atomic(path, data)
        written.append(path)
    if not written:
        raise UsageError(
            f"nobody is told of {routed.event.id} by {name!r}",
            help=f"`forewarn subscriptions test {routed.event.id}` says who is, and why not.",
        )
    return tuple(written), tuple(templates.problems)


def _because(one: Decision) -> tuple[str, ...]:
    row = one.subscription
    told = one.because if row and row.audience is Audience.STAFF else None
    return (told,) if told else ()


def _as_text(message: Message, around: Surroundings) -> tuple[str, bytes]:
    lines = chat.lines(message, around.sites, lambda told: True)
    return "txt", f"{chat.plain(lines)}\n".encode()
