"""What the contract test tries the `slack` channel with: as much of Slack's Web API as it calls."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

TOKEN = "xoxb-the-bot-of-the-example"  # noqa: S105 - it opens nothing


@dataclass
class Slack:
    """Rooms by name, and what was posted. Errors come as Slack has them: 200 and `ok: false`.

    `busy` holds how many seconds a room is to be left alone; `archived` and `outside` are rooms
    that are closed, and that the bot is not in; `gone` are times of posts that were deleted: what
    answers these is posted on its own. `locked` are those whose threads take no answer.
    """

    token: str = TOKEN
    rooms: dict[str, str] = field(default_factory=lambda: {"#calls": "C1", "#quiet": "C2"})
    archived: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    busy: dict[str, int] = field(default_factory=dict)
    broken: Reply | None = None
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    edits: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        content = call.json
        room = self.rooms.get(content.get("channel", ""), content.get("channel", ""))
        if self.broken is not None:
            return self.broken
        if call.bearer != self.token:
            return _no("token_expired" if self.token else "invalid_auth")
        if room in self.busy:
            wait = str(self.busy.pop(room))
            return Reply(status=429, body=_no("ratelimited").body, headers={"Retry-After": wait})
        problem = self._problem(room, content)
        if problem:
            return _no(problem)
        if call.path.endswith("/chat.update"):
            return self._edit(room, content)
        ts = f"1777890000.{len(self.posts):06}"
        post = {**content, "channel": room}
        if post.get("thread_ts") in self.gone:
            del post["thread_ts"]
        self.posts[ts] = post
        shown = {"ts": ts} | {name: post[name] for name in ("thread_ts",) if name in post}
        return Reply(body={"ok": True, "channel": room, "ts": ts, "message": shown})

    def _problem(self, room: str, content: dict[str, Any]) -> str | None:
        if room not in self.rooms.values():
            return "channel_not_found"
        if room in self.archived:
            return "is_archived"
        if room in self.outside:
            return "not_in_channel"
        ts = content.get("thread_ts")
        if ts in self.locked:
            return "restricted_action_thread_locked"
        if ts and self.posts.get(ts, {}).get("channel") != room:
            return "thread_not_found"
        return None if content.get("text") else "no_text"

    def _edit(self, room: str, content: dict[str, Any]) -> Reply:
        ts = content["ts"]
        # A room's name is no id: only a post is found by a name.
        if content["channel"] != room or ts not in self.posts or ts in self.gone:
            return _no("message_not_found")
        self.edits.append(content)
        self.posts[ts] |= content
        return Reply(body={"ok": True, "channel": room, "ts": ts, "text": content["text"]})


def _no(error: str) -> Reply:
    return Reply(body={"ok": False, "error": error})


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    slack = Slack()
    with ExampleService(slack) as server:
        yield RunningService(
            options={
                "url": f"{server.url}/api",
                "token": "${FOREWARN_SLACK_TOKEN}",
                "allow_private": "true",
            },
            environ={"FOREWARN_SLACK_TOKEN": TOKEN},
            received=lambda: tuple(
                json.dumps({**post, "ts": ""}, ensure_ascii=False).encode()
                for post in slack.posts.values()
            ),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(Room(id="calls", name="Calls", place="#calls"), Room(id="q", name="Q", place="C2")),
    refused=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="nowhere", name="Nowhere", place="#nowhere"),
    ),
)
