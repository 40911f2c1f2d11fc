"""The `slack` channel: posts to rooms by Slack's Web API; a correction edits, and answers.

What is posted of one release is one thread, of which each answer is shown in the room as well.

Options: `token` (required), as `${NAME}` only: a bot's, with the scope `chat:write`; `url`: where
the Web API is (default `https://slack.com/api`); `allow_private`: `true` where that is on an own
network.

A room's `place` is its id (`C024BE91L`) or its name (`#support`); the bot must be in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from forewarn.channels import chat
from forewarn.channels.addresses import service
from forewarn.channels.calls import CallingChannel, Calls, ServiceAnswer
from forewarn.channels.chat import Line, Style
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import DeliveryError, Message, Surroundings
from forewarn.channels.markup import slack_text
from forewarn.channels.pace import Pace
from forewarn.channels.recipients import only_rooms, room_of
from forewarn.model.delivery import Fault
from forewarn.model.receipt import Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.settings import ServedAt
from forewarn.options import Options

_LONGEST = 3500
# A room takes about one post a second, and a few at once.
_BURST, _SECONDS = 4, 1.0
# What Slack says of the room, and of the message: the same again cannot help.
_FOR_GOOD = frozenset(["channel_not_found", "is_archived", "msg_too_long", "no_text"])
# What it says of a thread that takes no answer, or not any more.
_NO_THREAD = frozenset(
    [
        "thread_not_found",
        "message_not_found",
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
    ]
)
# What it says when it is out of order.
_PASSING = frozenset(["ratelimited", "internal_error", "fatal_error", "service_unavailable"])
# A room's id, which people may write as well as its name.
_ID = re.compile(r"[CGD][A-Z0-9]+")
_HELP = {
    "channel_not_found": "Mend the room's place: its id, or # and its name.",
    "is_archived": "Take the room out of the archive, or name another one.",
    "not_in_channel": "Invite the bot to the room: /invite.",
    "missing_scope": "Give the bot the scope chat:write, and install it anew.",
    **dict.fromkeys(
        ["invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive"],
        "Set another token, then run `forewarn deliver --retry`.",
    ),
}
# Other words of Slack that may be told: they are its own.
_KNOWN = _PASSING | {"restricted_action"}


class SlackChannel(CallingChannel):
    """Keeps room and time of a post in its receipt: by these, Slack finds it again."""

    threads = True

    def __init__(self, url: str, calls: Calls, sites: ServedAt, pace: Pace) -> None:
        self._url, self._calls, self._sites, self._pace = url, calls, sites, pace

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        url = service(read, private, "https://slack.com/api")
        bearer = {"Authorization": f"Bearer {read.needed_secret('token')}"}
        calls = Calls("Slack", allow_private=private, headers=bearer)
        return cls(url, calls, around.sites, Pace(_BURST, _SECONDS))

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.slack_example import EXAMPLE

        return EXAMPLE

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        return only_rooms(recipient, "Slack")

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        place = room_of(recipient, "Slack").place
        for earlier, event in message.outdated:
            room, _, ts = earlier.message.partition("/")
            if ts:
                await self._edit(room, ts, _content(chat.superseded(event, self._sites)))
        told = _content(chat.lines(message, self._sites, _fits))
        post = {"channel": place, "unfurl_links": False, "unfurl_media": False, **told}
        root = message.thread or ""
        room, _, ts = root.partition("/")
        answer = None
        if ts and (room == place or not _ID.fullmatch(place)):
            # Shown in the room as well: an answer alone is read by nobody who has not asked for it.
            answer = await self._post({**post, "thread_ts": ts, "reply_broadcast": True}, place)
        if answer is None or _said(answer) in _NO_THREAD:
            answer = await self._post(post, place)
        if answer.json.get("ok") is not True:
            raise self._refused(answer)
        posted = f"{answer.text('channel')}/{answer.text('ts')}"
        return Receipt(message=posted, thread=root if _is_answer(answer, ts) else posted)

    async def _post(self, post: Mapping[str, Any], room: str) -> ServiceAnswer:
        await self._pace.turn(room)
        return await self._calls.send(f"{self._url}/chat.postMessage", post)

    async def _edit(self, room: str, ts: str, instead: Mapping[str, Any]) -> None:
        await self._pace.turn(room)
        post = {"channel": room, "ts": ts, **instead}
        answer = await self._calls.edit(f"{self._url}/chat.update", post)
        if answer is not None and _said(answer) in _PASSING:
            raise self._refused(answer)

    def _refused(self, answer: ServiceAnswer) -> DeliveryError:
        said = _said(answer)
        known = said if said in _FOR_GOOD | _HELP.keys() | _KNOWN else ""
        return self._calls.refused(
            answer,
            permanent=said in _FOR_GOOD,
            why=known,
            help=_HELP.get(said),
            fault=_fault(said),
        )


def _said(answer: ServiceAnswer) -> str:
    return answer.text("error") or ""


def _is_answer(answer: ServiceAnswer, ts: str) -> bool:
    """Whether it stands in the thread: an answer to what was deleted is posted on its own."""
    post = answer.json.get("message")
    return bool(ts) and isinstance(post, dict) and post.get("thread_ts") == ts


def _fault(said: str) -> Fault | None:
    """Of what can be mended: the room's, into which the bot is to be invited, or the token's."""
    if said == "not_in_channel":
        return Fault.RECIPIENT
    return Fault.OURS if said in _HELP.keys() - _FOR_GOOD else None


def _fits(lines: Sequence[Line]) -> bool:
    return len(slack_text(chat.plain(lines))) <= _LONGEST


def _content(lines: Sequence[Line]) -> dict[str, Any]:
    """The text for notifications and screen readers, and the same in spans that stay literal."""
    elements = []
    for line in lines:
        elements += [_element(span) for span in line if span.text]
        elements.append({"type": "text", "text": "\n"})
    section = {"type": "rich_text_section", "elements": elements[:-1]}
    return {
        "text": slack_text(chat.plain(lines)),
        "blocks": [{"type": "rich_text", "elements": [section]}],
    }


def _element(span: chat.Span) -> dict[str, Any]:
    match span.style:
        case Style.ADDRESS:
            return {"type": "link", "url": span.text}
        case Style.STRONG:
            return {"type": "text", "text": span.text, "style": {"bold": True}}
        case Style.PLAIN:
            return {"type": "text", "text": span.text}
