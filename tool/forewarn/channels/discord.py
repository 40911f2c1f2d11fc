"""The `discord` channel: posts by a webhook of Discord; a correction edits what it corrects.

Options: `url` (required), as `${NAME}` only: the address of the webhook; `allow_private`: `true`
where that is on an own network.

A webhook of Discord cannot answer in a thread of its own post: the correction is a new post, too,
which names what it replaces. It knows its room by itself; a room's `place` is only for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from forewarn.channels import chat
from forewarn.channels.addresses import check_service
from forewarn.channels.calls import CallingChannel, Calls, ServiceAnswer
from forewarn.channels.chat import Line
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import DeliveryError, Message, Surroundings
from forewarn.channels.markup import MARKDOWN
from forewarn.channels.recipients import only_rooms, room_of
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.settings import ServedAt
from forewarn.options import Options

_LONGEST = 2000
_NO_PREVIEWS = 1 << 2
# Codes of Discord: the hook, or its room, was deleted.
_HOOK_GONE = frozenset([10003, 10015])


class DiscordChannel(CallingChannel):
    """One post a message; its id is the receipt."""

    def __init__(self, url: str, calls: Calls, sites: ServedAt) -> None:
        self._url, self._calls, self._sites = url.rstrip("/"), calls, sites

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        url = read.needed_secret("url", check_service(private))
        return cls(url, Calls("Discord", allow_private=private, secret=url), around.sites)

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.discord_example import EXAMPLE

        return EXAMPLE

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        return only_rooms(recipient, "Discord")

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        room_of(recipient, "Discord")
        for earlier, event in message.outdated:
            if not earlier.message.isdecimal():
                continue  # no id of Discord's
            url = f"{self._url}/messages/{earlier.message}"
            instead = _post(chat.superseded(event, self._sites))
            await self._calls.edit(url, instead, method="PATCH")
        post = _post(chat.lines(message, self._sites, _fits))
        answer = await self._calls.send(f"{self._url}?wait=true", post)
        posted = answer.text("id")
        if not answer.went or posted is None:
            raise self._refused(answer)
        return Receipt(message=posted, assurance=Assurance.DELIVERED)

    def _refused(self, answer: ServiceAnswer) -> DeliveryError:
        gone = answer.json.get("code") in _HOOK_GONE
        return self._calls.refused(
            answer,
            permanent=gone,
            why="the webhook or its room is deleted" if gone else "",
            help="Make another webhook, set its address, then run `forewarn deliver --retry`.",
        )


def _text(lines: Sequence[Line]) -> str:
    return chat.written(lines, MARKDOWN)


def _fits(lines: Sequence[Line]) -> bool:
    return len(_text(lines)) <= _LONGEST


def _post(lines: Sequence[Line]) -> dict[str, Any]:
    """A post that calls nobody, whatever stands in it."""
    return {
        "content": _text(lines)[:_LONGEST],
        "allowed_mentions": {"parse": []},
        "flags": _NO_PREVIEWS,
    }
