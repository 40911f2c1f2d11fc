"""HTTP calls of a channel: what of any service is a failure for now, and none of its secrets told.

An address of a hook is a secret as a token is. So an error names the service and its host, and of
what a server says at most a word that the channel knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit

from forewarn.channels.interface import Channel, DeliveryError
from forewarn.frozen import dataclass
from forewarn.model.delivery import Fault
from forewarn.model.secrets import CUT
from forewarn.net import Client, Limits, NetError, PrivateAddressError
from forewarn.responses import Response, status_text

_NONE: Mapping[str, str] = MappingProxyType({})
_LARGEST = 1_000_000
_BEGINNING = 20_000
# What services answer to: too early, too much, wait.
_LATER = frozenset([408, 425, 429])
_GONE = 410
# Characters of a secret that is looked for in what is told.
_SHORTEST = 8
_WHO = frozenset([401, 403])
_TIMES_OUT = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceAnswer:
    """What a service answered: any status but those that are a failure everywhere."""

    status: int
    body: bytes
    retry_after: float | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def went(self) -> bool:
        """Whether the service took it."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Mapping[str, Any]:
        """The body as an object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def asked_wait(self) -> float | None:
        """How many seconds the body asks for, as Discord and older servers of Matrix write it."""
        for name, unit in (("retry_after", 1.0), ("retry_after_ms", 0.001)):
            found = self.json.get(name)
            if isinstance(found, int | float) and 0 <= found < 1e9:
                return found * unit
        return None

    def text(self, name: str, longest: int = 300) -> str | None:
        """A text (or a number) of the object; None where there is none that can be used.

        One that repeats a secret is none: what is taken from an answer is told and kept.
        """
        found = self.json.get(name)
        text = str(found) if isinstance(found, str | int) else ""
        can_be_kept = 0 < len(text) <= longest and text.isprintable()
        return text if can_be_kept and not any(s in text for s in self.secrets) else None


class Calls:
    """Calls to one service. Open it as a context.

    `service` is what errors call it, `secret` its address where that is a secret.
    """

    def __init__(
        self,
        service: str,
        *,
        allow_private: bool = False,
        headers: Mapping[str, str] = _NONE,
        seconds: float = _TIMES_OUT,
        at_once: int = 1,
        secret: str = "",
    ) -> None:
        self._service = service
        self._allow_private = allow_private
        self._headers = headers
        words = (word for text in headers.values() for word in text.split())
        parts = (*_parts(secret), *words)
        self._secrets = tuple(part for part in parts if len(part) >= _SHORTEST)
        self._client = Client(
            limits=Limits(size=_LARGEST, seconds=seconds),
            concurrency=at_once,
            per_host=lambda host: at_once,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.__aexit__(*exc)

    async def send(
        self,
        url: str,
        content: object,
        *,
        method: str = "POST",
        headers: Mapping[str, str] = _NONE,
        content_type: str = "application/json",
    ) -> ServiceAnswer:
        """Send JSON, or bytes as they are, once.

        Raises:
            DeliveryError: there was no answer, or it is one that says "not now", "gone" or
                "elsewhere".
        """
        body = content if isinstance(content, bytes) else as_json(content)
        try:
            response = await self._client.post(
                url,
                body,
                content_type=content_type,
                method=method,
                allow_private=self._allow_private,
                headers={**self._headers, **headers},
                beginning=_BEGINNING,
            )
        except NetError as error:
            raise self._unanswered(url, error) from error.__cause__
        return self._answered(url, response)

    async def edit(
        self, url: str, content: object, *, method: str = "POST"
    ) -> ServiceAnswer | None:
        """Put something in the place of what was posted; None: nothing is there any more.

        Whatever the service says against it holds up nothing: what is to be told is posted, too.

        Raises:
            DeliveryError: there was no answer, or it is one that says "not now".
        """
        try:
            return await self.send(url, content, method=method)
        except DeliveryError as error:
            if error.permanent:
                return None
            raise

    async def ask(self, url: str) -> ServiceAnswer:
        """Get what is at an address of the service.

        Raises:
            DeliveryError: as of `send`.
        """
        try:
            response = await self._client.fetch(
                url,
                allow_private=self._allow_private,
                headers=self._headers,
                beginning=_BEGINNING,
            )
        except NetError as error:
            raise self._unanswered(url, error) from error.__cause__
        return self._answered(url, response)

    def refused(
        self,
        answer: ServiceAnswer,
        *,
        permanent: bool = False,
        why: str = "",
        help: str | None = None,
        fault: Fault | None = None,
    ) -> DeliveryError:
        """What is raised for an answer that the channel takes for a no.

        Without `fault`, a no to who we are lies at us: a token is wrong.
        """
        ours = answer.status in _WHO and not permanent
        told = f": {why}" if why else ""
        waits = answer.retry_after
        return DeliveryError(
            f"{self._service} answered {status_text(answer.status)}{told}",
            permanent=permanent,
            retry_after=answer.asked_wait if waits is None else waits,
            fault=fault or (Fault.OURS if ours else None),
            help=help,
        )

    def _answered(self, url: str, response: Response) -> ServiceAnswer:
        answer = ServiceAnswer(
            status=response.status,
            body=response.body,
            retry_after=response.retry_after,
            secrets=self._secrets,
        )
        if response.hops or 300 <= response.status < 400:
            raise DeliveryError(
                f"{self._service}: {_host(url)} redirects, and what is sent to one place is not "
                "taken to another",
                permanent=False,
                help="Set the address that it redirects to, if you trust it.",
            )
        if answer.status == _GONE:
            raise self.refused(answer, permanent=True, why="nothing is taken here any more")
        if answer.status in _LATER or answer.status >= 500:
            raise self.refused(answer)
        return answer

    def _unanswered(self, url: str, error: NetError) -> DeliveryError:
        if isinstance(error, PrivateAddressError):
            return DeliveryError(
                f"{self._service}: {error.what}",
                permanent=False,
                fault=Fault.OURS,
                help="If it is meant to be there, set `allow_private: true` on the channel.",
            )
        return DeliveryError(
            f"{self._service} at {_host(url)}: {self._without_secrets(url, error.what)}",
            permanent=False,
            retry_after=error.retry_after,
        )

    def _without_secrets(self, url: str, text: str) -> str:
        """A text without the address of a hook, its parts, and the tokens of the calls."""
        for secret in sorted({*_parts(url), *self._secrets}, key=len, reverse=True):
            text = text.replace(secret, CUT)
        return text


class CallingChannel(Channel):
    """A channel that makes calls and holds nothing else open."""

    _calls: Calls

    async def __aenter__(self) -> Self:
        await self._calls.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._calls.__aexit__(*error)


def as_json(content: object) -> bytes:
    """JSON as it is sent: the same content is the same bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(
        errors="backslashreplace"
    )


def _parts(url: str) -> list[str]:
    """An address, and what of it may open something."""
    parts = re.split(r"[/?&=#]", url.partition("//")[2])[1:]
    return [part for part in (url, *parts) if len(part) >= _SHORTEST]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "no host"
    except ValueError:
        return "no host"
