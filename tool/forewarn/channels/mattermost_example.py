"""What the contract test tries the `mattermost` channel with: as much of its API as is called."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

TOKEN = "zqtokenofthemattermostbot"  # noqa: S105 - it opens nothing
CALLS, QUIET = "calls" + "c" * 21, "quiet" + "q" * 21


@dataclass
class Mattermost:
    """Two channels of a team. `archived` are closed, `outside` without the bot, `gone` deleted."""

    token: str = TOKEN
    names: dict[str, str] = field(default_factory=lambda: {"support/calls": CALLS})
    rooms: set[str] = field(default_factory=lambda: {CALLS, QUIET})
    archived: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    says: Reply | None = None
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.says is not None:
            return self.says
        if call.bearer != self.token:
            return _no(401, "api.context.session_expired.app_error")
        parts = call.path.removeprefix("/api/v4/").split("/")
        match (call.method, parts):
            case ("GET", ["teams", "name", team, "channels", "name", name]):
                id = self.names.get(f"{team}/{name}")
                gone = _no(404, "app.channel.get_by_name.missing.app_error")
                return Reply(body={"id": id, "name": name}) if id else gone
            case ("POST", ["posts"]):
                return self._post(call.json)
            case ("PUT", ["posts", id, "patch"]):
                if id not in self.posts or id in self.gone:
                    return _no(404, "app.post.get.app_error")
                self.posts[id] |= call.json
                return Reply(body={"id": id, **self.posts[id]})
        return _no(404, "api.context.404.app_error")

    def _post(self, post: dict[str, Any]) -> Reply:
        room, root = post.get("channel_id", ""), post.get("root_id")
        if room in self.archived:
            return _no(400, "api.post.create_post.can_not_post_to_deleted.error")
        if room in self.outside or room not in self.rooms:
            return _no(403, "api.context.permissions.app_error")
        if root and (root in self.gone or self.posts.get(root, {}).get("channel_id") != room):
            return _no(400, "api.post.create_post.root_id.app_error")
        id = f"{len(self.posts):026}"
        self.posts[id] = post
        return Reply(status=201, body={"id": id, **post})


def _no(status: int, id: str) -> Reply:
    body = {"id": id, "message": "Mattermost says no.", "status_code": status}
    return Reply(status=status, body=body)


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    mattermost = Mattermost()
    with ExampleService(mattermost) as server:
        yield RunningService(
            options={
                "url": server.url,
                "token": "${FOREWARN_MATTERMOST_TOKEN}",
                "allow_private": "true",
            },
            environ={"FOREWARN_MATTERMOST_TOKEN": TOKEN},
            received=lambda: tuple(
                json.dumps(post, ensure_ascii=False).encode() for post in mattermost.posts.values()
            ),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(
        Room(id="calls", name="Calls", place="support/calls"),
        Room(id="quiet", name="Quiet", place=QUIET),
    ),
    refused=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="nowhere", name="Nowhere", place="support/nowhere"),
        Room(id="odd", name="Odd", place="#calls"),
    ),
)
