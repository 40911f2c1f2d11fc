"""The `email` channel: some SMTP connections, one message a person or list.

Options: `host` and `from` (required); `security`: `starttls` (default), `tls` or `none`; `port`
(default 587, 465 or 25 by security); `username` and `password`, the latter as `${NAME}` only;
`ca_file`: certificates of a private authority, relative to the knowledge base; `timeout`: how
many seconds the server may take for one answer (default 30); `helo`: the name that this machine
gives itself (by default its own); `connections`: how many there are at most (default 4); `dkim`:
`true` where the server signs what it sends; with it `leave` and `leave_key`, the latter as
`${NAME}` only: a service that takes people off when they press the button of their mail program
(RFC 8058), and the key that it verifies with.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import aiosmtplib

from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.channels.leaving import leaving
from forewarn.channels.message import address_of, compose, no_address
from forewarn.channels.sender import Sender
from forewarn.channels.smtp_lines import MailLines
from forewarn.channels.smtp_replies import address_is_wrong, message_is_refused, name_is_refused
from forewarn.frozen import dataclass
from forewarn.model.delivery import Fault
from forewarn.model.names import check_address, check_header
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.visible import one_line
from forewarn.options import Options

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LONGEST_ANSWER = 300
_HELO = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+|\[(IPv6:)?[0-9A-Fa-f:.]{2,45}\]")
_NAME = "; set `helo:` of the channel to this machine's full name, such as kb.example.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Server:
    host: str
    port: int
    security: str
    timeout: int
    username: str | None
    password: str | None = field(repr=False)
    ca_file: Path | None
    helo: str | None


class EmailChannel(Channel):
    """Sends over several connections, each for one message at a time."""

    def __init__(self, server: _Server, sender: Sender, connections: int) -> None:
        self._server = server
        self._sender = sender
        self._lines = MailLines(partial(_open, server), connections)
        self.at_once = connections

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        security = read.choice("security", *_PORTS)
        ca_file = read.text("ca_file")
        server = _Server(
            host=read.required("host", check_header),
            port=read.number("port", _PORTS[security], 1, 65535),
            security=security,
            timeout=read.number("timeout", 30, 1, 60),
            username=read.text("username"),
            password=read.secret("password"),
            ca_file=around.root / ca_file if ca_file else None,
            helo=read.text("helo", None, _check_helo),
        )
        address = read.required("from", check_address)
        if read.has("username") != read.has("password"):
            read.refuse("'username' and 'password' go together", "username")
        if security == "none" and read.has("password"):
            read.refuse(
                "'security: none' would send the password readable to everybody", "security"
            )
        sender = Sender(
            name=around.name, address=address, sites=around.sites, leaving=leaving(read)
        )
        return cls(server, sender, read.number("connections", 4, 1, 20))

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.email_example import EXAMPLE

        return EXAMPLE

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        return no_address(recipient)

    def preview(self, message: Message, recipient: Recipient) -> tuple[str, bytes]:
        return "eml", compose(message, recipient, self._sender).data

    async def __aenter__(self) -> Self:
        await self._lines.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._lines.end()

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        mail = compose(message, recipient, self._sender)
        try:
            await self._lines.send(self._sender.address, address_of(recipient), mail.data)
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            where = f"{self._server.host}:{self._server.port}"
            raise DeliveryError(f"{where}: {_readable(error)}", permanent=False) from error
        return mail.receipt(Assurance.ACCEPTED)


async def _open(server: _Server) -> aiosmtplib.SMTP:
    where = f"{server.host}:{server.port}"
    smtp = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.helo,
        timeout=server.timeout,
        username=server.username,
        password=server.password,
        use_tls=server.security == "tls",
        # True, never None: a server that offers no STARTTLS is refused, not trusted.
        start_tls=server.security == "starttls",
        tls_context=_tls(server),
    )
    try:
        await smtp.connect()
        await _introduce(smtp)
    except aiosmtplib.SMTPAuthenticationError as error:
        # What the server said is left out: some repeat what they were sent.
        raise DeliveryError(
            f"{where} refuses the user name or password ({error.code})",
            permanent=False,
            fault=Fault.OURS,
        ) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        advice = _NAME if isinstance(error, aiosmtplib.SMTPHeloError) else ""
        raise DeliveryError(
            f"{where}: {_readable(error)}{advice}",
            permanent=False,
            fault=Fault.OURS if advice else None,
        ) from error
    return smtp


async def _introduce(smtp: aiosmtplib.SMTP) -> None:
    """Say who this is, where that was not said on the way to TLS."""
    if smtp.is_ehlo_or_helo_needed:
        try:
            await smtp.ehlo()
        except aiosmtplib.SMTPHeloError:
            if smtp.is_connected:
                await smtp.helo()
            else:
                raise


def _check_helo(text: str) -> str | None:
    if _HELO.fullmatch(text) and len(text) <= 253:
        return None
    return f"{text!a} is no full name of a machine, such as kb.example.com, nor [192.0.2.1]"


def _tls(server: _Server) -> ssl.SSLContext | None:
    if server.security == "none":
        return None
    context = ssl.create_default_context()
    if server.ca_file is not None:
        try:
            context.load_verify_locations(server.ca_file)
        except OSError as error:
            raise DeliveryError(
                f"{server.ca_file}: {_readable(error)}", permanent=False, fault=Fault.OURS
            ) from error
    return context


def _refusal(error: aiosmtplib.SMTPResponseException) -> DeliveryError:
    """Final is what is about this address or this message, never what is about the set-up."""
    text = str(error.message)
    fault = Fault.CHANNEL
    match error:
        case aiosmtplib.SMTPRecipientRefused():
            permanent, fault = address_is_wrong(error.code, text), Fault.RECIPIENT
        case aiosmtplib.SMTPDataError():
            permanent = message_is_refused(error.code, text)
        case _:
            permanent = False
    advice = _NAME if name_is_refused(text) and not permanent else ""
    return DeliveryError(
        f"the mail server answered {_readable(error)}{advice}",
        permanent=permanent,
        fault=Fault.OURS if advice else Fault.RECIPIENT if permanent else fault,
    )


def _readable(error: Exception) -> str:
    """What a server or the system said, on one line that can be printed and stored."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        text = f"{error.code} {error.message}"
    else:
        text = str(error) or type(error).__name__
    return one_line(text)[:_LONGEST_ANSWER]
