"""The `matrix` channel: posts to rooms by Matrix's client API; a correction edits, and answers.

What is posted of one release is one thread.

Options: `url` (required): where the homeserver is served; `token` (required), as `${NAME}` only:
the access token of an account of its own; `allow_private`: `true` where it is on an own network.

A room's `place` is its id (`!abc:example.com`) or an alias (`#support:example.com`); the account
must have joined it. Rooms with encryption get what is sent without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from forewarn.channels import chat
from forewarn.channels.calls import ServiceAnswer
from forewarn.channels.chat import Line
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import DeliveryError, Message
from forewarn.channels.markup import HTML
from forewarn.channels.own_server import OwnServerChannel
from forewarn.channels.recipients import room_of, sent_id
from forewarn.model.delivery import Fault
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient

_PLACE = re.compile(r"[!#][^\s\x00-\x1f]{1,250}")
# An event may have 64 KB, and the text stands in it twice, plainly and as HTML.
_LONGEST = 20_000
_HELP = {
    "M_UNKNOWN_TOKEN": "Set another access token, then run `forewarn deliver --retry`.",
    "M_MISSING_TOKEN": "Set another access token, then run `forewarn deliver --retry`.",
    "M_FORBIDDEN": "Let the account join the room, and let it post there.",
}
_TOLD = frozenset([*_HELP, "M_NOT_FOUND", "M_TOO_LARGE", "M_LIMIT_EXCEEDED", "M_UNRECOGNIZED"])
# A room that is nowhere, or that was replaced; a message that no server takes.
_FOR_GOOD = frozenset(["M_NOT_FOUND", "M_TOO_LARGE", "M_INVALID_PARAM"])


class MatrixChannel(OwnServerChannel):
    """The server drops what comes again under a transaction id that it has seen.

    The thread of a receipt is the room and the event that began it.
    """

    threads = True
    name = "Matrix"
    api = "/_matrix/client/v3"

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.matrix_example import EXAMPLE

        return EXAMPLE

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        room = await self._room(room_of(recipient, "Matrix").place)
        id = sent_id(message, recipient)
        for number, (earlier, event) in enumerate(message.outdated):
            # Where it was posted, which may be another room than what is told now.
            there = (earlier.thread or "").rpartition(" ")[0] or room
            edit = _edit(earlier.message, _content(chat.superseded(event, self._sites)))
            await self._calls.edit(self._place(there, f"{id}_{number}"), edit, method="PUT")
        content = _content(chat.lines(message, self._sites, _fits))
        # An answer to what is in another room would be seen in neither.
        there, _, root = (message.thread or "").rpartition(" ")
        root = root if there in ("", room) else ""
        answer = await self._put(room, id, content | (_answering(root) if root else {}))
        if root and answer.status == 400:
            # The homeserver takes no answer to it any more.
            root, answer = "", await self._put(room, f"{id}_own", content)
        posted = answer.text("event_id")
        if not answer.went or posted is None:
            raise self._refused(answer)
        thread = f"{room} {root or posted}"
        return Receipt(message=posted, thread=thread, assurance=Assurance.DELIVERED)

    async def _put(self, room: str, transaction: str, content: Mapping[str, Any]) -> ServiceAnswer:
        return await self._calls.send(self._place(room, transaction), content, method="PUT")

    def _place(self, room: str, transaction: str) -> str:
        room, transaction = quote(room, safe=""), quote(transaction, safe="")
        return f"{self._url}/rooms/{room}/send/m.room.message/{transaction}"

    async def _room(self, place: str) -> str:
        if not _PLACE.fullmatch(place):
            raise DeliveryError(
                f"{place!a} is no room of Matrix",
                permanent=True,
                help="A room's place is its id, !abc:example.com, or #alias:example.com.",
            )
        if place.startswith("!"):
            return place
        if place not in self._rooms:
            answer = await self._calls.ask(f"{self._url}/directory/room/{quote(place, safe='')}")
            id = answer.text("room_id")
            if not answer.went or id is None:
                raise self._refused(answer)
            self._rooms[place] = id
        return self._rooms[place]

    def _refused(self, answer: ServiceAnswer) -> DeliveryError:
        said = answer.text("errcode") or ""
        return self._calls.refused(
            answer,
            permanent=said in _FOR_GOOD,
            why=said if said in _TOLD else "",
            help=_HELP.get(said),
            # Into a room that it has not joined, the account posts nothing; into others it does.
            fault=Fault.RECIPIENT if said == "M_FORBIDDEN" else None,
        )


def _fits(lines: Sequence[Line]) -> bool:
    return len(_html(lines).encode()) <= _LONGEST


def _html(lines: Sequence[Line]) -> str:
    return chat.written(lines, HTML).replace("\n", "<br>")


def _content(lines: Sequence[Line]) -> dict[str, Any]:
    """A message that mentions nobody, whatever stands in it."""
    return {
        "msgtype": "m.text",
        "body": chat.plain(lines),
        "format": "org.matrix.custom.html",
        "formatted_body": _html(lines),
        "m.mentions": {},
    }


def _answering(root: str) -> dict[str, Any]:
    """What makes a message one of the thread of another."""
    thread = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
    return {"m.relates_to": {**thread, "m.in_reply_to": {"event_id": root}}}


def _edit(event: str, content: dict[str, Any]) -> dict[str, Any]:
    """A message that takes the place of another."""
    related = {"rel_type": "m.replace", "event_id": event}
    shown = {**content, "body": f"* {content['body']}"}
    return {**shown, "m.new_content": content, "m.relates_to": related}
