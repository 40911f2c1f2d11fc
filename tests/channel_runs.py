"""A channel at work against the service of its example, and what came of each sending."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from events_builder import SHIPPED, in_words
from forewarn import channels
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.model.events.event import Event, EventKind
from forewarn.model.receipt import Receipt
from forewarn.model.recipient import Recipient, Room
from forewarn.model.record import Place
from forewarn.model.settings import ChannelSettings, ServedAt

CALLS = Room(id="calls", name="Calls", place="#calls")
SITE = "https://kb.example.com/"
# What somebody who names a release or writes a page may hope that a chat makes something of.
HOSTILE = (
    "@everyone @here <!channel> <@U123> <#C1> *b* _i_ ~s~ `c` ||spoiler|| **bold** "
    "[click](https://evil.example.com/x) <script>alert(1)</script> & <b>tag</b> :smile: "
    "\u202eturned\u2028# line"
)


def a_row(kind: str, **options: str) -> ChannelSettings:
    """A row of `channels:`."""
    place = Place(file="forewarn.yml", line=7)
    return ChannelSettings(id="it", type=kind, options=options, place=place)


def build(row: ChannelSettings, environ: Mapping[str, str]) -> Channel:
    """The channel of a row, where Example Support is served."""
    around = Surroundings(
        root=Path(), name="Example Support", sites=ServedAt(staff=SITE), environ=environ
    )
    return channels.build(row, around)


def send(channel: Channel, *messages: Message, to: Recipient = CALLS) -> list[object]:
    """What came of each message, sent one after the other: a receipt, or why it did not go."""

    async def run() -> list[object]:
        done: list[object] = []
        async with channel as opened:
            for message in messages:
                try:
                    done.append(await opened.send(message, to))
                except DeliveryError as error:
                    done.append(error)
        return done

    return asyncio.run(run())


def sent(channel: Channel, *messages: Message, to: Recipient = CALLS) -> list[Receipt]:
    """The receipts of messages that all went."""
    done = send(channel, *messages, to=to)
    assert all(isinstance(one, Receipt) for one in done), done
    return [one for one in done if isinstance(one, Receipt)]


def refused(
    channel: Channel, message: Message | None = None, to: Recipient = CALLS
) -> DeliveryError:
    """Why a message did not go."""
    (error,) = send(channel, message or Message(events=(SHIPPED,)), to=to)
    assert isinstance(error, DeliveryError), error
    assert "\n" not in error.what
    return error


def correction(earlier: Receipt, kind: EventKind = EventKind.CORRECTED) -> Message:
    """What corrects the recorder's shipping, for somebody who was told of it."""
    fact = in_words("What is recorded of Recorder 2.7 was corrected", ("Released", "2026-05-05"))
    event = replace(SHIPPED, id=f"{kind:c<20}", kind=kind, fact=fact, answers=(SHIPPED.id,))
    return Message(events=(event,), earlier=(earlier,))


def hostile(event: Event = SHIPPED) -> Message:
    """A release whose title and facts try to be more than text."""
    fact = in_words(HOSTILE, ("What to say", HOSTILE), (HOSTILE, "x"))
    return Message(events=(replace(event, fact=fact),))


@contextlib.contextmanager
def answering(reply: Reply) -> Iterator[ExampleService]:
    """A service that answers everything in one way."""

    def answer(call: Came) -> Reply:
        return reply

    with ExampleService(answer) as server:
        yield server


def without_edits(fake: Callable[[Came], Reply], says: Reply) -> Callable[[Came], Reply]:
    """A chat that posts, and answers one thing to whoever would change a post."""

    def answer(call: Came) -> Reply:
        edits = call.path.endswith(("/patch", "/chat.update")) or call.method == "PATCH"
        return says if edits or b'"m.replace"' in call.body else fake(call)

    return answer
