"""The `websub` channel: tells a hub that a feed has news, so that its readers get it at once.

Options: `hub` (required): the address of the hub, the same that `websub:` of forewarn.yml has the
feeds name; `token`, as `${NAME}` only: where the hub wants one; `allow_private`: `true` where it
is on an own network.

A room's `place` is the address of a feed. A publish tells the hub when the new site is in its
place, so that it fetches what is new: of each alert, and of a feed of the site that has changed
without one. It is told no more than the feed's address.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import urlencode

from forewarn.channels.addresses import check_service
from forewarn.channels.calls import CallingChannel, Calls
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import DeliveryError, Message, Surroundings
from forewarn.channels.recipients import only_rooms, room_of, sent_id
from forewarn.model.addresses import check_url
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.options import Options


class WebSubChannel(CallingChannel):
    """One ping a message and feed; a hub drops what it knows already."""

    tells_of_the_site = True

    def __init__(self, hub: str, calls: Calls) -> None:
        self._hub, self._calls = hub, calls

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        hub = read.required("hub", check_service(private))
        token = read.secret("token")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return cls(hub, Calls("the hub", allow_private=private, headers=headers))

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.websub_example import EXAMPLE

        return EXAMPLE

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        return only_rooms(recipient, "a hub")

    async def site_changed(self, address: str) -> None:
        ping = {"hub.mode": "publish", "hub.url": address, "hub.topic": address}
        kind = "application/x-www-form-urlencoded"
        answer = await self._calls.send(self._hub, urlencode(ping).encode(), content_type=kind)
        if not answer.went:
            raise self._calls.refused(answer, help="See that it is the hub's address for pings.")

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        feed = room_of(recipient, "a hub").place
        if check_url(feed):
            raise DeliveryError(
                f"{feed!a} is not the address of a feed",
                permanent=True,
                help="Give the room the address of a feed, as the site has it, as its place.",
            )
        await self.site_changed(feed)
        id = sent_id(message, recipient)
        return Receipt(message=id, thread=feed[:500], assurance=Assurance.ACCEPTED)
