"""The `teams` channel: a card by a webhook of Microsoft Teams Workflows.

Options: `url` (required), as `${NAME}` only: the address that the workflow "post to a channel when
a webhook request is received" gives; `allow_private`: `true` where that is on an own network.

A workflow accepts a card and posts it later, or not: more than *accepted* is never promised. What
it posted cannot be edited, so that a correction names what it replaces. The workflow knows its
room by itself; a room's `place` is only for people to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from forewarn.channels import chat, wording
from forewarn.channels.addresses import check_service
from forewarn.channels.calls import CallingChannel, Calls, as_json
from forewarn.channels.chat import Line, Style
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import Message, Surroundings
from forewarn.channels.recipients import only_rooms, room_of, sent_id
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.settings import ServedAt
from forewarn.options import Options

# Teams takes cards of 28 KB; what surrounds the lines is far below the rest of that.
_LARGEST = 26_000
# The workflow is deleted or switched off, or nobody's: sending the same again cannot help.
_GONE = frozenset(["WorkflowNotFound", "WorkflowTriggerNotFound", "WorkflowTriggerIsNotEnabled"])
_HELP = "Make the workflow anew, set its address, then run `forewarn deliver --retry`."


class TeamsChannel(CallingChannel):
    """One card a message."""

    def __init__(self, url: str, calls: Calls, sites: ServedAt) -> None:
        self._url, self._calls, self._sites = url, calls, sites

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        url = read.needed_secret("url", check_service(private))
        return cls(url, Calls("Teams", allow_private=private, secret=url), around.sites)

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.teams_example import EXAMPLE

        return EXAMPLE

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        return only_rooms(recipient, "Teams")

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        room = room_of(recipient, "Teams")
        lines = chat.lines(message, self._sites, _fits)
        answer = await self._calls.send(self._url, self._post(message, lines))
        if not answer.went:
            error = answer.json.get("error")
            said = error.get("code") if isinstance(error, dict) else None
            gone = said in _GONE
            why = str(said) if gone else ""
            raise self._calls.refused(answer, permanent=gone, why=why, help=_HELP)
        return Receipt(message=sent_id(message, room), assurance=Assurance.ACCEPTED)

    def _post(self, message: Message, lines: Sequence[Line]) -> dict[str, Any]:
        page = wording.link(message.events[0], self._sites)
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "fallbackText": chat.plain(lines[:1]),
            "msteams": {"width": "Full"},
            "body": [_block(line) for line in lines if line],
            "actions": [{"type": "Action.OpenUrl", "title": "Read on", "url": page}]
            if page
            else [],
        }
        kind = "application/vnd.microsoft.card.adaptive"
        attached = {"contentType": kind, "contentUrl": None, "content": card}
        return {"type": "message", "attachments": [attached]}


def _fits(lines: Sequence[Line]) -> bool:
    return len(as_json([_block(line) for line in lines])) <= _LARGEST


def _block(line: Line) -> dict[str, Any]:
    """A line of runs, which no Markdown is read in."""
    return {"type": "RichTextBlock", "inlines": [_run(span) for span in line if span.text]}


def _run(span: chat.Span) -> dict[str, Any]:
    run: dict[str, Any] = {"type": "TextRun", "text": span.text}
    match span.style:
        case Style.ADDRESS:
            run["selectAction"] = {"type": "Action.OpenUrl", "url": span.text}
        case Style.STRONG:
            run["weight"] = "Bolder"
        case Style.PLAIN:
            pass
    return run
