"""What the contract test tries the `discord` channel with: a webhook that keeps its posts."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

PATH = "/api/webhooks/223704706495545344/zqsecretofthewebhook"


@dataclass
class Discord:
    """One webhook. `gone` are posts that were deleted; `busy` is answered once, to wait."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    busy: float | None = None
    deleted: bool = False

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.busy is not None:
            wait, self.busy = self.busy, None
            body = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
            return Reply(status=429, body=body, headers={"Retry-After": f"{wait:g}"})
        if self.deleted or not call.path.startswith(PATH):
            return _no(404, 10015, "Unknown Webhook")
        if len(call.json.get("content", "")) not in range(1, 2001):
            return _no(400, 50035, "Invalid Form Body")
        if call.method == "POST":
            id = str(1500000000000000000 + len(self.posts))
            self.posts[id] = call.json
            waits = call.query.get("wait") == "true"
            return Reply(body={"id": id, "channel_id": "7"}) if waits else Reply(status=204)
        id = call.path.removeprefix(f"{PATH}/messages/")
        if id not in self.posts or id in self.gone:
            return _no(404, 10008, "Unknown Message")
        self.posts[id] |= call.json
        return Reply(body={"id": id, "channel_id": "7"})


def _no(status: int, code: int, message: str) -> Reply:
    return Reply(status=status, body={"code": code, "message": message})


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    discord = Discord()
    with ExampleService(discord) as server:
        yield RunningService(
            options={"url": "${FOREWARN_DISCORD}", "allow_private": "true"},
            environ={"FOREWARN_DISCORD": f"{server.url}{PATH}"},
            received=lambda: tuple(
                json.dumps(post, ensure_ascii=False).encode() for post in discord.posts.values()
            ),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(Room(id="calls", name="Calls", place="#calls"),),
    refused=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
    ),
)
