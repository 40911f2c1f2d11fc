"""Messages over one connection that aiosmtplib made, with as few waits as the server allows.

Where it offers PIPELINING (RFC 2920), all that goes before a message goes in one piece. Hundreds of
messages a second leave no time for a lock, a task and a timer for each of four commands.
"""

from __future__ import annotations

import asyncio
import re
from typing import cast

import aiosmtplib

_SENDER, _RECIPIENT, _DATA, _CONTENT = range(4)
_WANTED = ((250,), (250, 251), (354,), (250,))
_CLOSING = 421
_NOT_SMTP = -1
_PATIENCE = 60.0
_LONGEST_REPLY = 32_768
_REPLY = re.compile(rb"(?:\d{3}-[^\n]*\n)*(\d{3})(?![\d-])[^\n]*\n")
_BEGUN = re.compile(rb"(?:\d{3}-[^\n]*\n)*[^\n]*")
_END = b".\r\n"


class MailTalk(asyncio.Protocol):
    """Reads the connection while a message goes; at all other times aiosmtplib does.

    `content_went` says whether the server may have the last message: then nobody can know without
    its answer.
    """

    def __init__(self, smtp: aiosmtplib.SMTP) -> None:
        assert smtp.protocol is not None  # noqa: S101 - it is connected
        self._smtp = smtp
        self._library = smtp.protocol
        self._transport = cast("asyncio.Transport", smtp.transport)
        self._pipelines = smtp.supports_extension("pipelining")
        self._loop = asyncio.get_running_loop()
        self._timeout = smtp.timeout or _PATIENCE
        self._timer: asyncio.TimerHandle | None = None
        self._end: asyncio.Future[None] | None = None
        self._refusal: aiosmtplib.SMTPResponseException | None = None
        self.content_went = False
        self._transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as is known."""
        return self._smtp.is_connected

    async def send(self, sender: str, recipient: str, data: bytes) -> None:
        """Send one mail, of lines that end with CR LF.

        Raises:
            aiosmtplib.SMTPResponseException: the server refused sender, recipient or message.
            aiosmtplib.SMTPException, OSError: the connection was lost, or it fell silent.
            ValueError: an address cannot be written.
        """
        if not self.is_open:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        from_, to = f"MAIL FROM:<{sender}>\r\n", f"RCPT TO:<{recipient}>\r\n"
        self._commands = (from_.encode("ascii"), to.encode("ascii"), b"DATA\r\n")
        self._addresses = sender, recipient
        self._content = data.replace(b"\r\n.", b"\r\n..")
        self._reply = b""
        self._at = _SENDER
        self._refusal = None
        self.content_went = False
        self._end = self._loop.create_future()
        self._write(b"".join(self._commands) if self._pipelines else self._commands[_SENDER])
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout, self._look)
        try:
            await self._end
        finally:
            self._end = None

    async def forget(self) -> None:
        """After a refusal, ready for the next message."""
        if self.is_open:
            try:
                await self._smtp.rset()
            except (aiosmtplib.SMTPException, OSError):
                self.close()

    def close(self) -> None:
        """Let go, whatever the server thinks of it."""
        self._smtp.close()

    async def quit(self, seconds: float) -> None:
        """Say goodbye, for no longer than that."""
        if self.is_open:
            try:
                await self._smtp.quit(timeout=seconds)
            except (aiosmtplib.SMTPException, OSError):
                self.close()

    def data_received(self, data: bytes) -> None:
        if self._end is None:
            self._library.data_received(data)
            return
        self._heard = self._loop.time()
        self._reply += data
        while not self._end.done() and (reply := _REPLY.match(self._reply)):
            self._reply = self._reply[reply.end() :]
            self._answered(int(reply[1]), reply[0])
        if not self._end.done():
            begun = _BEGUN.fullmatch(self._reply)
            if not begun or len(self._reply) > _LONGEST_REPLY:
                what = "Response too long" if begun else f"no SMTP: {_text(self._reply)}"
                self._fail(aiosmtplib.SMTPResponseException(_NOT_SMTP, what))

    def eof_received(self) -> bool | None:
        self._lost(None)
        return self._library.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost(exc)
        if self._timer is not None:
            self._timer.cancel()
        self._library.connection_lost(exc)

    def pause_writing(self) -> None:
        self._library.pause_writing()

    def resume_writing(self) -> None:
        self._library.resume_writing()

    def _answered(self, code: int, reply: bytes) -> None:
        """What follows from the answer to what was said."""
        at, self._at = self._at, self._at + 1
        if self._refusal is None and code not in _WANTED[at]:
            self._refusal = self._refused(at, code, _text(reply))
        if self._refusal is None:
            self._go_on(at)
        elif at == _DATA and code in _WANTED[_DATA]:
            self._write(_END)  # it waits for a message, though it has nobody to give it to
        elif not (self._pipelines and at < _DATA):
            if self._refusal.code == _CLOSING:
                self.close()
            self._settle(self._refusal)

    def _go_on(self, at: int) -> None:
        if at == _CONTENT:
            self._settle(None)
        elif at == _DATA:
            self.content_went = True
            self._write(self._content + _END)
        elif not self._pipelines:
            self._write(self._commands[at + 1])

    def _refused(self, at: int, code: int, text: str) -> aiosmtplib.SMTPResponseException:
        sender, recipient = self._addresses
        if at == _SENDER:
            return aiosmtplib.SMTPSenderRefused(code, text, sender)
        if at == _RECIPIENT:
            return aiosmtplib.SMTPRecipientRefused(code, text, recipient)
        return aiosmtplib.SMTPDataError(code, text)

    def _write(self, data: bytes) -> None:
        self._heard = self._loop.time()
        self._transport.write(data)

    def _look(self) -> None:
        """Whether the server has been silent for too long."""
        self._timer = None
        if self._end is None:
            return
        left = self._heard + self._timeout - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._fail(aiosmtplib.SMTPReadTimeoutError("Timed out waiting for server response"))

    def _lost(self, error: Exception | None) -> None:
        lost = aiosmtplib.SMTPServerDisconnected("Connection lost")
        lost.__cause__ = error
        self._settle(self._refusal or lost)

    def _fail(self, error: Exception) -> None:
        """Nobody knows where the conversation stands: it is over."""
        self._settle(error)
        self.close()

    def _settle(self, error: Exception | None) -> None:
        if self._end is None or self._end.done():
            return
        if error is None:
            self._end.set_result(None)
        else:
            self._end.set_exception(error)


def _text(reply: bytes) -> str:
    """What a reply says, without its code."""
    lines = reply.decode("utf-8", "surrogateescape").splitlines()
    return "\n".join(line[4:].strip() for line in lines)
