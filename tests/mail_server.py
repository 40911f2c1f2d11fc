"""A real SMTP server on loopback whose mailbox can be read and whose answers can be chosen."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
import threading
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class MailServer:
    """Runs in a thread while used as a context. `answers` maps an address to an SMTP reply."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, password: str | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.connections = 0
        self.answers: dict[str, str] = {}
        self.answer_to_data: str | None = None
        self.answer_to_sender: str | None = None
        self._tls = tls
        self._password = password
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def ids(self) -> list[str]:
        """The Message-ID of everything received, in order."""
        return [str(message["Message-ID"]) for message in self.messages]

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_sender:
            return self.answer_to_sender
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer_to_data:
            return self.answer_to_data
        content = envelope.original_content or b""
        self.raw.append(content)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        return "250 kept"

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            loop=self._loop,
            hostname="localhost",
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            auth_required=self._password is not None,
            authenticator=self._authenticate,
        )

    def _authenticate(self, server: Any, session: Any, envelope: Any, way: str, data: Any) -> Any:
        right = data.password == (self._password or "").encode()
        return AuthResult(success=right, handled=False)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(self._protocol, sock=self._socket)
        )
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()
