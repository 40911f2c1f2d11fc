"""Several connections to one mail server, each for one message at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiosmtplib

from forewarn.channels.interface import DeliveryError
from forewarn.channels.smtp_talk import MailTalk

# The server ends the conversation; the message may go over another connection.
_CLOSING = 421
_FAREWELL_SECONDS = 2


class MailLine:
    """One connection; where the server ends it, the next message makes a new one."""

    def __init__(self, connect: Callable[[], Awaitable[aiosmtplib.SMTP]]) -> None:
        self.connect = connect
        self._talk: MailTalk | None = None

    async def open(self) -> MailTalk:
        """Connect.

        Raises:
            DeliveryError: that failed.
        """
        self._talk = MailTalk(await self.connect())
        return self._talk

    async def send(self, sender: str, recipient: str, data: bytes) -> None:
        """Send one message.

        Some servers end a connection after each message, or when they like. That is seen only
        when the next one begins, so that it begins again, once, on a new one.
        """
        talk = self._talk
        if talk is not None and talk.is_open:
            try:
                return await talk.send(sender, recipient, data)
            except (ConnectionError, aiosmtplib.SMTPResponseException) as error:
                if talk.content_went or not _has_ended(error):
                    raise
                talk.close()
        self._talk = None
        return await (await self.open()).send(sender, recipient, data)

    async def forget_envelope(self) -> None:
        """After a refusal, ready for the next message."""
        if self._talk is not None:
            await self._talk.forget()

    def hang_up(self) -> None:
        """Let go, whatever the server thinks of it."""
        if self._talk is not None:
            self._talk.close()

    async def end(self) -> None:
        """Say goodbye."""
        if self._talk is not None:
            await self._talk.quit(_FAREWELL_SECONDS)


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
            await line.send(sender, recipient, data)
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


def _has_ended(error: Exception) -> bool:
    """Whether it is the conversation that ended, and nothing about the message."""
    return isinstance(error, ConnectionError) or getattr(error, "code", None) == _CLOSING
