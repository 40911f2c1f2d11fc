"""What the contract test tries the `matrix` channel with: a homeserver with two rooms."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

TOKEN = "syt_zqtokenofthematrixaccount"  # noqa: S105 - it opens nothing
CALLS, QUIET = "!calls:example.com", "!quiet:example.com"


@dataclass
class Homeserver:
    """Keeps events by transaction: what `came` again is dropped.

    `outside` are rooms that the account has not joined.
    """

    token: str = TOKEN
    aliases: dict[str, str] = field(default_factory=lambda: {"#calls:example.com": CALLS})
    outside: set[str] = field(default_factory=set)
    busy: int | None = None
    events: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    came: list[bytes] = field(default_factory=list)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.busy is not None:
            wait, self.busy = self.busy, None
            body = {"errcode": "M_LIMIT_EXCEEDED", "error": "", "retry_after_ms": wait * 1000}
            return Reply(status=429, body=body, headers={"Retry-After": str(wait)})
        if call.bearer != self.token:
            return _no(401, "M_UNKNOWN_TOKEN")
        parts = [unquote(part) for part in call.path.split("/")[4:]]
        match (call.method, parts):
            case ("GET", ["directory", "room", alias]):
                room = self.aliases.get(alias)
                return Reply(body={"room_id": room}) if room else _no(404, "M_NOT_FOUND")
            case ("PUT", ["rooms", room, "send", "m.room.message", transaction]):
                return self._put(room, transaction, call.json)
        return _no(404, "M_UNRECOGNIZED")

    def _put(self, room: str, transaction: str, content: dict[str, Any]) -> Reply:
        if room in self.outside or room not in (CALLS, QUIET):
            return _no(403, "M_FORBIDDEN")
        related = content.get("m.relates_to", {}).get("event_id")
        here = {f"${one}" for where, one in self.events if where == room}
        if related and related not in here:
            return _no(400, "M_UNKNOWN")
        self.came.append(json.dumps(content, ensure_ascii=False).encode())
        self.events.setdefault((room, transaction), content)
        return Reply(body={"event_id": f"${transaction}"})


def _no(status: int, errcode: str) -> Reply:
    return Reply(status=status, body={"errcode": errcode, "error": "The homeserver says no."})


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    homeserver = Homeserver()
    with ExampleService(homeserver) as server:
        yield RunningService(
            options={
                "url": server.url,
                "token": "${FOREWARN_MATRIX_TOKEN}",
                "allow_private": "true",
            },
            environ={"FOREWARN_MATRIX_TOKEN": TOKEN},
            received=lambda: tuple(homeserver.came),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(
        Room(id="calls", name="Calls", place="#calls:example.com"),
        Room(id="quiet", name="Quiet", place=QUIET),
    ),
    refused=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="nowhere", name="Nowhere", place="#nowhere:example.com"),
        Room(id="odd", name="Odd", place="calls"),
    ),
)
