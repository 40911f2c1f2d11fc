"""What the contract test tries the `folder` channel with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.model.recipient import MailingList, Person, Room


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    def received() -> Sequence[bytes]:
        files = sorted(Path(root, "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [file.read_bytes() for file in files]

    yield RunningService(options={"path": "mail"}, received=received)


EXAMPLE = ChannelExample(
    service=_service,
    reached=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        Person(id="jonas", name="Jonas"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="calls", name="Calls", place="#calls"),
    ),
)
