"""The `ntfy` channel: pushes to a topic of ntfy; a correction takes the place of what it corrects.

Options: `url`: where ntfy is served (default `https://ntfy.sh`); `token`, as `${NAME}` only: of a
user who may write to the topic; `allow_private`: `true` where it is on an own network.

A room's `place` is the topic. Whoever knows the name of a topic of ntfy.sh can read it: for what
is under embargo, serve your own and ask for a token. Phones replace what a correction corrects
where ntfy is of version 2.16 or newer; an older one shows both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from forewarn.channels import chat, wording
from forewarn.channels.addresses import service
from forewarn.channels.calls import CallingChannel, Calls, ServiceAnswer
from forewarn.channels.chat import Line
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import DeliveryError, Message, Surroundings
from forewarn.channels.recipients import only_rooms, room_of, sent_id
from forewarn.model.events.severity import Severity, worst_of
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.settings import ServedAt
from forewarn.model.visible import one_line
from forewarn.options import Options

_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_SEQUENCE = re.compile(r"[-_A-Za-z0-9]{1,64}")
# What is longer, ntfy makes a file of.
_LONGEST = 4000  # bytes
_LONGEST_TITLE = 200
_PRIORITY = {Severity.LOW: 2, Severity.NORMAL: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}


class NtfyChannel(CallingChannel):
    """One push a message; a sequence of pushes is one release's."""

    def __init__(self, url: str, calls: Calls, sites: ServedAt) -> None:
        self._url, self._calls, self._sites = url, calls, sites

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        url = service(read, private, "https://ntfy.sh")
        token = read.secret("token")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return cls(url, Calls("ntfy", allow_private=private, headers=headers), around.sites)

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.ntfy_example import EXAMPLE

        return EXAMPLE

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        return only_rooms(recipient, "ntfy")

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        topic = room_of(recipient, "ntfy").place
        if not _TOPIC.fullmatch(topic):
            raise DeliveryError(
                f"{topic!a} is no topic of ntfy",
                permanent=True,
                help="A topic has up to 64 letters, digits, - and _.",
            )
        sequence = _sequence(message) or sent_id(message, recipient)[:64]
        page = wording.link(message.events[0], self._sites)
        severity = worst_of(event.severity for event in message.events)
        push = {
            "topic": topic,
            "title": one_line(wording.heading(message))[:_LONGEST_TITLE],
            "message": chat.plain(chat.lines(message, self._sites, _fits)),
            "priority": _PRIORITY[severity],
            "sequence_id": sequence,
            **({"click": page} if page else {}),
        }
        answer = await self._calls.send(self._url, push)
        pushed = answer.text("id")
        if not answer.went or pushed is None:
            raise self._refused(answer)
        return Receipt(message=pushed, thread=sequence, assurance=Assurance.ACCEPTED)

    def _refused(self, answer: ServiceAnswer) -> DeliveryError:
        match answer.status:
            case 401 | 403:
                why = "the token is wrong, has expired, or may not write to the topic"
                return self._calls.refused(answer, why=why, help="Set another token.")
            case 413:
                return self._calls.refused(answer, permanent=True, why="it is too long")
            case _:
                return self._calls.refused(answer)


def _sequence(message: Message) -> str | None:
    """The sequence of what is corrected."""
    first = message.earlier[0].thread if message.earlier else None
    return first if first and _SEQUENCE.fullmatch(first) else None


def _fits(lines: Sequence[Line]) -> bool:
    return len(chat.plain(lines).encode()) <= _LONGEST
