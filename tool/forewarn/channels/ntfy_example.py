"""What the contract test tries the `ntfy` channel with: a server that keeps what is published."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

TOKEN = "tk_zqtokenofthentfyuser"  # noqa: S105 - it opens nothing


@dataclass
class Ntfy:
    """Takes JSON at its root. `busy` is how many seconds it asks for, once."""

    token: str = TOKEN
    busy: int | None = None
    pushes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def shown(self) -> dict[str, dict[str, Any]]:
        """What a phone shows: of each sequence the last."""
        return {push["sequence_id"]: push for push in self.pushes}

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.busy is not None:
            wait, self.busy = self.busy, None
            return _no(429, 42901, "limit reached: too many requests", wait)
        if call.bearer != self.token:
            return _no(401, 40101, "unauthorized")
        push = call.json
        if call.path != "/" or not push.get("topic"):
            return _no(400, 40009, "invalid request: topic invalid")
        if len(push.get("message", "").encode()) > 4096:
            return _no(413, 41301, "attachment too large, or bandwidth limit reached")
        self.pushes.append(push)
        given = {"id": f"{len(self.pushes):012}", "time": 1777890000, "event": "message"}
        return Reply(body={**given, **push})


def _no(status: int, code: int, error: str, wait: int | None = None) -> Reply:
    headers = {} if wait is None else {"Retry-After": str(wait)}
    body = {"code": code, "http": status, "error": error}
    return Reply(status=status, body=body, headers=headers)


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    ntfy = Ntfy()
    with ExampleService(ntfy) as server:
        yield RunningService(
            options={
                "url": server.url,
                "token": "${FOREWARN_NTFY_TOKEN}",
                "allow_private": "true",
            },
            environ={"FOREWARN_NTFY_TOKEN": TOKEN},
            received=lambda: tuple(
                json.dumps(push, ensure_ascii=False).encode() for push in ntfy.pushes
            ),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(Room(id="calls", name="Calls", place="support-calls"),),
    refused=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="odd", name="Odd", place="#calls"),
    ),
)
