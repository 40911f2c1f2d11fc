"""Several connections to one mail server, each for one message at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiosmtplib

from forewarn.channels.interface import DeliveryError

# The server ends the conversation; the message may go over another connection.
_CLOSING = 421
_FAREWELL_SECONDS = 2


class MailLine:
    """One connection; where the server ends it, the next message makes a new one."""

    def __init__(self, connect: Callable[[], Awaitable[aiosmtplib.SMTP]]) -> None:
        self.connect = connect
        self._smtp: aiosmtplib.SMTP | None = None

    async def open(self) -> None:
        """Connect.

        Raises:
            DeliveryError: that failed.
        """
        self._smtp = await self.connect()

    async def begin(self, sender: str, recipient: str) -> aiosmtplib.SMTP:
        """A connection on which the message may follow.

        Some servers end a connection after each message, or when they like. That is seen only
        when the next one begins, so that it begins again, once, on a new one.
        """
        smtp = self._smtp
        if smtp is not None and smtp.is_connected:
            try:
                return await _envelope(smtp, sender, recipient)
            except ConnectionError:
                smtp.close()
            except aiosmtplib.SMTPResponseException as error:
                if error.code != _CLOSING:
                    raise
                smtp.close()
        self._smtp = None
        await self.open()
        assert self._smtp is not None  # noqa: S101 - it was opened
        return await _envelope(self._smtp, sender, recipient)

    async def forget_envelope(self) -> None:
        """After a refusal, ready for the next message."""
        if self._smtp is not None and self._smtp.is_connected:
            try:
                await self._smtp.rset()
            except (aiosmtplib.SMTPException, OSError):
                self.hang_up()

    def hang_up(self) -> None:
        """Let go, whatever the server thinks of it."""
        if self._smtp is not None:
            self._smtp.close()

    async def end(self) -> None:
        """Say goodbye."""
        if self._smtp is not None and self._smtp.is_connected:
            try:
                await self._smtp.quit(timeout=_FAREWELL_SECONDS)
            except (aiosmtplib.SMTPException, OSError):
                self._smtp.close()


class MailLines:
    """Up to `most` connections, made when they are needed.

    A server that takes fewer is sent to over those: only where none is left has it failed, and
    then it is not tried again for the next message.
    """

    def __init__(self, connect: Callable[[], Awaitable[aiosmtplib.SMTP]], most: int) -> None:
        self._open = connect
        self._left = most
        self._free: list[MailLine] = []
        self._every: list[MailLine] = []
        self._room = asyncio.Semaphore(most)
        self._down: DeliveryError | None = None

    async def open(self) -> None:
        """Make the first.

        Raises:
            DeliveryError: that failed.
        """
        line = MailLine(self._open)
        await line.open()
        line.connect = self._connect
        self._every.append(line)
        self._free.append(line)

    async def send(self, sender: str, recipient: str, data: bytes) -> None:
        """Send one message as soon as a connection is free.

        Raises:
            DeliveryError: there is no connection to be had.
            aiosmtplib.SMTPException, OSError, ValueError: it was refused, or the connection lost.
        """
        while not await self._sent(sender, recipient, data):
            pass

    async def end(self) -> None:
        """Say goodbye on all of them."""
        await asyncio.gather(*(line.end() for line in self._every))

    async def _sent(self, sender: str, recipient: str, data: bytes) -> bool:
        """Whether it went; where there is one connection fewer now, it has to go over another."""
        await self._room.acquire()
        line = self._free.pop() if self._free else self._new()
        try:
            smtp = await line.begin(sender, recipient)
            await smtp.data(data)
        except _Fewer:
            return False  # its room is not given back
        except aiosmtplib.SMTPResponseException:
            await line.forget_envelope()
            self._give_back(line)
            raise
        except BaseException:
            # Nobody knows where the conversation stopped; the next message needs another one.
            line.hang_up()
            self._give_back(line)
            raise
        self._give_back(line)
        return True

    def _give_back(self, line: MailLine) -> None:
        self._free.append(line)
        self._room.release()

    def _new(self) -> MailLine:
        line = MailLine(self._connect)
        self._every.append(line)
        return line

    async def _connect(self) -> aiosmtplib.SMTP:
        if self._down is not None:
            raise self._down
        try:
            return await self._open()
        except DeliveryError as error:
            if self._left > 1:
                self._left -= 1
                raise _Fewer from error
            self._down = error
            raise


class _Fewer(Exception):
    """The server takes no more connections than there are."""


async def _envelope(smtp: aiosmtplib.SMTP, sender: str, recipient: str) -> aiosmtplib.SMTP:
    await smtp.mail(sender)
    await smtp.rcpt(recipient)
    return smtp
