"""What the contract test tries the `teams` channel with: a workflow that takes cards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.model.recipient import MailingList, Person, Room

PATH = "/workflows/0a1b/triggers/manual/paths/invoke"
_KIND = "application/vnd.microsoft.card.adaptive"


@dataclass
class Workflow:
    """Accepts what is a card of 28 KB at most. `says` is what it answers instead of that."""

    signature: str = "zqsignatureoftheflow"
    says: Reply | None = None
    cards: list[bytes] = field(default_factory=list)

    def __call__(self, call: Came) -> Reply:
        """What it answers."""
        if self.says is not None:
            return self.says
        if call.query.get("sig") != self.signature:
            return _no(401, "DirectApiAuthorizationRequired")
        attached = call.json.get("attachments") or [{}]
        if call.path != PATH or call.json.get("type") != "message":
            return _no(404, "WorkflowNotFound")
        if attached[0].get("contentType") != _KIND or len(call.body) > 28_000:
            return _no(400, "TriggerInputSchemaMismatch")
        self.cards.append(call.body)
        return Reply(status=202)


def _no(status: int, code: str) -> Reply:
    return Reply(status=status, body={"error": {"code": code, "message": f"The flow: {code}."}})


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    flow = Workflow()
    with ExampleService(flow) as server:
        yield RunningService(
            options={"url": "${FOREWARN_TEAMS}", "allow_private": "true"},
            environ={"FOREWARN_TEAMS": f"{server.url}{PATH}?api-version=1&sig={flow.signature}"},
            received=lambda: tuple(flow.cards),
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(Room(id="calls", name="Calls", place="Calls"),),
    refused=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
    ),
)
