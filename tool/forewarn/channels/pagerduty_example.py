"""What the contract test tries the `pagerduty` channel with: the Events API v2 of one service."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

KEY = "zqkeyoftheexampleservice32letter"


@dataclass
class PagerDuty:
    """`open` are the alerts that nobody resolved, by key; `shown` all that anybody can see."""

    key: str = KEY
    busy: int | None = None
    open: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.busy is not None:
            wait, self.busy = self.busy, None
            return Reply(
                status=429, body="Throttle limit reached", headers={"Retry-After": str(wait)}
            )
        content = call.json
        if content.get("routing_key") != self.key or not self._is_whole(call.path, content):
            return Reply(
                status=400, body={"status": "invalid event", "message": "Event is invalid"}
            )
        given = {"status": "success", "message": "Event processed"}
        if call.path == "/v2/enqueue":
            self._alert(content)
            given["dedup_key"] = content["dedup_key"]
        else:
            self.shown.append(content)
        return Reply(status=202, body=given)

    def _is_whole(self, path: str, content: dict[str, Any]) -> bool:
        payload = content.get("payload", {})
        summary = payload.get("summary", "")
        if path == "/v2/change/enqueue":
            return 0 < len(summary) <= 1024 and "event_action" not in content
        if path != "/v2/enqueue" or len(content.get("dedup_key", "")) > 255:
            return False
        if content.get("event_action") == "resolve":
            return True
        levels = ("critical", "error", "warning", "info")
        return bool(summary and payload.get("source")) and payload.get("severity") in levels

    def _alert(self, content: dict[str, Any]) -> None:
        key = content["dedup_key"]
        if content["event_action"] == "resolve":
            self.open.pop(key, None)  # one that is not open is dropped
            return
        if key not in self.open:
            self.shown.append(content)
        self.open[key] = content


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    pagerduty = PagerDuty()
    with ExampleService(pagerduty) as server:
        yield RunningService(
            options={
                "url": server.url,
                "key": "${FOREWARN_PAGERDUTY_KEY}",
                "allow_private": "true",
            },
            environ={"FOREWARN_PAGERDUTY_KEY": KEY},
            received=lambda: tuple(
                json.dumps({**content, "routing_key": ""}, ensure_ascii=False).encode()
                for content in pagerduty.shown
            ),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="calls", name="Calls", place="#calls"),
    ),
)
