"""What the contract test tries the `webhook` channel with: a receiver that verifies."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from standardwebhooks import Webhook, WebhookVerificationError

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_KEY = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@dataclass
class Receiver:
    """Keeps what is signed with its key, each id once. `says` is what it answers before that."""

    key: str = KEY
    says: Reply | None = None
    bodies: list[bytes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.says is not None:
            return self.says
        try:
            Webhook(self.key).verify(call.body, dict(call.headers), json_parse=False)
        except WebhookVerificationError:
            return Reply(status=401, body={"error": "no signature fits"})
        self.bodies.append(call.body)
        self.ids.append(call.headers["webhook-id"])
        return Reply(status=204)


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    receiver = Receiver()
    with ExampleService(receiver) as server:
        yield RunningService(
            options={
                "url": "${FOREWARN_HOOK}",
                "key": "${FOREWARN_HOOK_KEY}",
                "old_key": "${FOREWARN_HOOK_OLD_KEY}",
                "allow_private": "true",
            },
            environ={
                "FOREWARN_HOOK": f"{server.url}/hooks/zqsecretofthehook",
                "FOREWARN_HOOK_KEY": KEY,
                "FOREWARN_HOOK_OLD_KEY": OLD_KEY,
            },
            received=lambda: tuple(receiver.bodies),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="calls", name="Calls", place="#calls"),
    ),
)
