"""The `webhook` channel: posts facts as JSON to a program, signed as Standard Webhooks says.

Options: `url` (required), which may be `${NAME}` where it holds a secret; `key` (required), as
`${NAME}` only: what the receiver verifies with, `whsec_` and 24 to 64 bytes in base64; `old_key`:
a second one while keys are changed, and each message is signed with both; `allow_private`: `true`
for a receiver on an own network; `timeout`: how many seconds it may take to answer (default 20).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from forewarn.channels.addresses import check_service
from forewarn.channels.calls import CallingChannel, Calls
from forewarn.channels.envelope import envelope
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import Message, Surroundings
from forewarn.channels.recipients import sent_id
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.retry import Retry
from forewarn.options import Options

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)


class WebhookChannel(CallingChannel):
    """One post a message. `keys` are what it is signed with, the newest first."""

    retry = Retry.HOOK
    at_once = 32

    def __init__(
        self,
        url: str,
        keys: tuple[str, ...],
        calls: Calls,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._url, self._keys, self._calls, self._now = url, keys, calls, now

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        url = read.required("url", check_service(private))
        keys = (read.needed_secret("key", _check_key), read.secret("old_key", _check_key))
        seconds = read.number("timeout", 20, 1, 60)
        calls = Calls(
            "the webhook", allow_private=private, seconds=seconds, at_once=cls.at_once, secret=url
        )
        return cls(url, tuple(key for key in keys if key), calls)

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.webhook_example import EXAMPLE

        return EXAMPLE

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        id, body = f"msg_{sent_id(message, recipient)}", envelope(message, recipient)
        answer = await self._calls.send(self._url, body, headers=self._signed(id, body))
        if not answer.went:
            raise self._calls.refused(answer)
        return Receipt(message=id, assurance=Assurance.ACCEPTED)

    def _signed(self, id: str, body: bytes) -> dict[str, str]:
        # Slow to import, and most commands send nothing.
        from standardwebhooks import Webhook

        now, text = self._now(), body.decode()
        signatures = (Webhook(key).sign(id, now, text) for key in self._keys)
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def _check_key(text: str) -> str | None:
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if text.startswith(_PREFIX) and len(key) in _KEY_BYTES:
        return None
    return f"a key is {_PREFIX} and 24 to 64 bytes in base64"
