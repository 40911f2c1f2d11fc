"""What the contract test tries the `websub` channel with: a hub that keeps what it is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

TOKEN = "zqtokenofthehub"  # noqa: S105 - it opens nothing
FEED = "https://kb.example.com/feed.atom.xml"


@dataclass
class Hub:
    """Takes pings for feeds. `says` is what it answers instead of that."""

    says: Reply | None = None
    feeds: list[str] = field(default_factory=list)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.says is not None:
            return self.says
        form = parse_qs(call.body.decode())
        if call.bearer != TOKEN:
            return Reply(status=403, body="who are you?")
        if form.get("hub.mode") != ["publish"] or "hub.url" not in form:
            return Reply(status=400, body="hub.mode and hub.url, please")
        self.feeds += form["hub.url"]
        return Reply(status=202)


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    hub = Hub()
    with ExampleService(hub) as server:
        yield RunningService(
            options={
                "hub": f"{server.url}/publish",
                "token": "${FOREWARN_HUB_TOKEN}",
                "allow_private": "true",
            },
            environ={"FOREWARN_HUB_TOKEN": TOKEN},
            received=lambda: tuple(feed.encode() for feed in hub.feeds),
        )


EXAMPLE = ChannelExample(
    service=_service,
    tells=False,
    reached=(Room(id="feed", name="Feed", place=FEED),),
    refused=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="calls", name="Calls", place="#calls"),
    ),
)
