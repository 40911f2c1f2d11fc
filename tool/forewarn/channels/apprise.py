"""The `apprise` channel: whatever service Apprise knows, by the address that it has for it.

Options: `url` (required), as `${NAME}` only: one address of Apprise, which holds the secrets.

It needs the extra: `pip install 'forewarn[apprise]'`. Apprise does not say why something did not
go, so that any failure may pass, and how far a message came is not known: never more than
*accepted*. A correction is a new message, which names what it replaces. Other channels speak to
their services themselves and do better: use this for those that forewarn has none for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Self

from forewarn.channels import chat, wording
from forewarn.channels.chat import Line, Marks
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.channels.markup import apart
from forewarn.channels.recipients import sent_id
from forewarn.model.delivery import Fault
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.settings import ServedAt
from forewarn.model.visible import one_line
from forewarn.options import Options

# It follows no redirect, loads no picture from elsewhere, and tries no more than once.
_ALWAYS = "redirect=no&image=no&retry=0"
_LONGEST, _TITLE = 3000, 200
# Nobody knows what the service makes of it: no sign calls anybody, and no text is a tag.
_MARKS = Marks(plain=apart, strong=lambda text: text, address=lambda url: url)


class AppriseChannel(Channel):
    """One notification a message."""

    def __init__(self, url: str, sites: ServedAt) -> None:
        self._url, self._sites = url, sites
        self._service: Any = None

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        if find_spec("apprise") is None:
            read.refuse(
                "a channel of type 'apprise' needs the package apprise, which is not installed",
                help="Install it: `pip install 'forewarn[apprise]'`.",
            )
        return cls(read.needed_secret("url"), around.sites)

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.apprise_example import EXAMPLE

        return EXAMPLE

    async def __aenter__(self) -> Self:
        import apprise

        # What they log holds addresses, and nobody asked for it.
        for name in ("apprise", "urllib3.connectionpool"):
            logging.getLogger(name).disabled = True
        asset = apprise.AppriseAsset(secure_logging=True, storage_mode="memory")
        joint = "&" if "?" in self._url else "?"
        url = f"{self._url}{joint}{_ALWAYS}"
        self._service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if self._service is None:
            raise DeliveryError(
                "what the option 'url' holds is no address that Apprise knows",
                permanent=False,
                fault=Fault.OURS,
                help="Try it with `apprise --dry-run`, and mend the variable that holds it.",
            )
        return self

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        text = chat.written(chat.lines(message, self._sites, _fits), _MARKS)
        title = apart(one_line(wording.heading(message)))[:_TITLE]
        try:
            went = await asyncio.to_thread(
                self._service.notify, body=text, title=title, body_format="text"
            )
        except Exception as error:
            # Its text may hold the address.
            what = f"Apprise failed: {type(error).__name__}"
            raise DeliveryError(what, permanent=False) from error
        if not went:
            raise DeliveryError(
                "Apprise did not get it through; it does not say why", permanent=False
            )
        return Receipt(message=sent_id(message, recipient), assurance=Assurance.ACCEPTED)


def _fits(lines: Sequence[Line]) -> bool:
    return len(chat.plain(lines)) <= _LONGEST
