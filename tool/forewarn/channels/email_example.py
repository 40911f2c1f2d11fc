"""What the contract test tries the `email` channel with: a mail server that keeps what it gets."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.model.recipient import MailingList, Person, Room


class _Conversation(socketserver.StreamRequestHandler):
    """As little of SMTP as a client needs that sends mail."""

    def handle(self) -> None:
        self._say(b"220 localhost")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say(b"354 go on")
                self._keep()
                self._say(b"250 kept")
            elif word == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 fine")

    def _keep(self) -> None:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        assert isinstance(self.server, _Sink)  # noqa: S101 - who else would have made it
        self.server.received.append(b"".join(lines))

    def _say(self, reply: bytes) -> None:
        self.wfile.write(reply + b"\r\n")


class _Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[bytes] = []


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    with _Sink() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        options = {
            "host": "127.0.0.1",
            "port": str(server.server_address[1]),
            "security": "none",
            "from": "kb@example.com",
        }
        yield RunningService(options=options, received=lambda: tuple(server.received))
        server.shutdown()


EXAMPLE = ChannelExample(
    service=_service,
    reached=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
    ),
    refused=(
        Person(id="jonas", name="Jonas"),
        Person(id="nobody", name="Nobody", email="nobody@"),
        Room(id="calls", name="Calls", place="#calls"),
    ),
)
