"""The `mattermost` channel: posts by Mattermost's REST API; a correction edits, and answers.

What is posted of one release is one thread.

Options: `url` (required): where Mattermost is served; `token` (required), as `${NAME}` only: of a
bot that may post; `allow_private`: `true` where it is on an own network.

A room's `place` is the id of a channel (26 letters and digits), or `team/channel` by their names
in its address; the bot must be in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from forewarn.channels import chat
from forewarn.channels.calls import ServiceAnswer
from forewarn.channels.chat import Line
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import DeliveryError, Message
from forewarn.channels.markup import MARKDOWN
from forewarn.channels.own_server import OwnServerChannel
from forewarn.channels.recipients import room_of
from forewarn.model.delivery import Fault
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient

_ID = re.compile(r"[a-z0-9]{26}")
_NAMES = re.compile(r"([a-z0-9][a-z0-9_-]*)/([a-z0-9][a-z0-9_.-]*)")
# What a server takes that was never told to take more.
_LONGEST = 4000
# Ids of errors: the room is archived.
_ROOM_GONE = re.compile(r".*(?:channel_deleted|can_not_post_to_deleted|channel\.deleted).*")


class MattermostChannel(OwnServerChannel):
    """Looks each room up once; ids of posts are the receipt."""

    threads = True
    name = "Mattermost"
    api = "/api/v4"

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.mattermost_example import EXAMPLE

        return EXAMPLE

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        room = await self._room(room_of(recipient, "Mattermost").place)
        for earlier, event in message.outdated:
            if _ID.fullmatch(earlier.message):
                url = f"{self._url}/posts/{earlier.message}/patch"
                instead = _text(chat.superseded(event, self._sites))
                await self._calls.edit(url, {"message": instead}, method="PUT")
        post = {"channel_id": room, "message": _text(chat.lines(message, self._sites, _fits))}
        root = message.thread or ""
        answer = await self._calls.send(f"{self._url}/posts", {**post, "root_id": root})
        if root and answer.status in (400, 404):
            root = ""
            answer = await self._calls.send(f"{self._url}/posts", post)
        posted = answer.text("id")
        if not answer.went or posted is None:
            raise self._refused(answer)
        return Receipt(message=posted, thread=root or posted, assurance=Assurance.DELIVERED)

    async def _room(self, place: str) -> str:
        if _ID.fullmatch(place):
            return place
        names = _NAMES.fullmatch(place)
        if names is None:
            raise DeliveryError(
                f"{place!a} is no room of Mattermost",
                permanent=True,
                help="A room's place is the id of a channel, or team/channel by their names.",
            )
        if place not in self._rooms:
            team, name = map(quote, names.groups())
            answer = await self._calls.ask(f"{self._url}/teams/name/{team}/channels/name/{name}")
            id = answer.text("id")
            if answer.status == 404:
                raise self._calls.refused(answer, permanent=True, why=f"it knows no room {place}")
            if not answer.went or id is None or not _ID.fullmatch(id):
                raise self._refused(answer)
            self._rooms[place] = id
        return self._rooms[place]

    def _refused(self, answer: ServiceAnswer) -> DeliveryError:
        if _ROOM_GONE.fullmatch(answer.text("id") or ""):
            return self._calls.refused(answer, permanent=True, why="the room is archived")
        match answer.status:
            case 401:
                why, help = "the token is wrong or has expired", "Set another token of the bot."
                return self._calls.refused(answer, why=why, help=help)
            case 403:
                why, help = "the bot may not post there", "Add the bot to the room."
                return self._calls.refused(answer, why=why, help=help, fault=Fault.RECIPIENT)
            case _:
                return self._calls.refused(answer)


def _text(lines: Sequence[Line]) -> str:
    return chat.written(lines, MARKDOWN)


def _fits(lines: Sequence[Line]) -> bool:
    return len(_text(lines)) <= _LONGEST
