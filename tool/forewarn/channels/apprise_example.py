"""What the contract test tries the `apprise` channel with: Apprise's own `json://`, to a sink."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room


@dataclass
class AppriseSink:
    """Keeps what it gets. `says` is what it answers instead of that."""

    says: Reply | None = None
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.says is not None:
            return self.says
        self.bodies.append(f"{call.json.get('title')}\n{call.json.get('message')}".encode())
        return Reply()


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    sink = AppriseSink()
    with ExampleService(sink) as server:
        yield RunningService(
            options={"url": "${FOREWARN_APPRISE}"},
            environ={"FOREWARN_APPRISE": f"json://{server.url[7:]}/zqsecretofapprise"},
            received=lambda: tuple(sink.bodies),
        )


EXAMPLE = ChannelExample(
    service=_service,
    needs="apprise",
    reached=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="calls", name="Calls", place="#calls"),
    ),
)
