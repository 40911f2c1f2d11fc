"""The `email` channel: one SMTP connection, one message a person.

Options: `host` and `from` (required); `security`: `starttls` (default), `tls` or `none`; `port`
(default 587, 465 or 25 by security); `username` and `password`, the latter as `${NAME}` only;
`ca_file`: certificates of a private authority, relative to the knowledge base; `timeout`: how
many seconds the server may take for one answer (default 30).
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import aiosmtplib

from forewarn.channels.interface import DeliveryError, Surroundings
from forewarn.channels.message import Sender, compose
from forewarn.channels.options import Options
from forewarn.channels.wording import shown
from forewarn.model.event import Event
from forewarn.model.names import check_header
from forewarn.model.settings import ChannelSettings, Person
from forewarn.store.settings import check_address

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LONGEST_ANSWER = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class _Server:
    host: str
    port: int
    security: str
    timeout: int
    username: str | None
    password: str | None = field(repr=False)
    ca_file: Path | None


class EmailChannel:
    """Sends over one connection; a broken one is made anew for the next message, once."""

    def __init__(self, server: _Server, sender: Sender) -> None:
        self._server = server
        self._sender = sender
        self._smtp: aiosmtplib.SMTP | None = None
        self._down: DeliveryError | None = None

    @classmethod
    def from_options(cls, channel: ChannelSettings, around: Surroundings) -> Self:
        read = Options(channel, around.environ)
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
        )
        address = read.required("from", check_address)
        if ("username" in channel.options) != ("password" in channel.options):
            read.refuse("'username' and 'password' go together")
        if security == "none" and "password" in channel.options:
            read.refuse("'security: none' would send the password readable to everybody")
        read.finish()
        sender = Sender(name=around.name, address=address, site_url=around.site_url)
        return cls(server, sender)

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._smtp is not None and self._smtp.is_connected:
            try:
                await self._smtp.quit(timeout=2)
            except (aiosmtplib.SMTPException, OSError):
                self._smtp.close()

    async def send(self, event: Event, person: Person) -> None:
        message = compose(event, person, self._sender)
        smtp = self._smtp
        if smtp is None or not smtp.is_connected:
            smtp = await self._connect()
        recipient = person.email or ""
        try:
            await smtp.sendmail(self._sender.address, recipient, message.as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0]) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error) from error
        except BaseException as error:
            # Nobody knows where the conversation stopped; the next message needs another one.
            smtp.close()
            if isinstance(error, (aiosmtplib.SMTPException, OSError, ValueError)):
                raise DeliveryError(_readable(error), permanent=False) from error
            raise

    async def _connect(self) -> aiosmtplib.SMTP:
        """A new connection. Once that failed, it is not tried again for the next message."""
        if self._down is not None:
            raise self._down
        try:
            self._smtp = await _open(self._server)
        except DeliveryError as error:
            self._down = error
            raise
        return self._smtp


async def _open(server: _Server) -> aiosmtplib.SMTP:
    where = f"{server.host}:{server.port}"
    smtp = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
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
    except aiosmtplib.SMTPAuthenticationError as error:
        # What the server said is left out: some repeat what they were sent.
        raise DeliveryError(
            f"{where} refuses the user name or password ({error.code})", permanent=False
        ) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise DeliveryError(f"{where}: {_readable(error)}", permanent=False) from error
    return smtp


def _tls(server: _Server) -> ssl.SSLContext | None:
    if server.security == "none":
        return None
    context = ssl.create_default_context()
    if server.ca_file is not None:
        try:
            context.load_verify_locations(server.ca_file)
        except OSError as error:
            raise DeliveryError(f"{server.ca_file}: {_readable(error)}", permanent=False) from error
    return context


def _refusal(error: aiosmtplib.SMTPResponseException) -> DeliveryError:
    """5xx is about this message and final, but for the sender: then the set-up is at fault."""
    sender = isinstance(error, aiosmtplib.SMTPSenderRefused)
    return DeliveryError(
        f"the mail server answered {_readable(error)}",
        permanent=error.code >= 500 and not sender,
    )


def _readable(error: Exception) -> str:
    """What a server or the system said, on one line that can be printed and stored."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        text = f"{error.code} {error.message}"
    else:
        text = str(error) or type(error).__name__
    return shown(text)[:_LONGEST_ANSWER]
