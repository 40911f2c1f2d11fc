"""A chat on a server of one's own: called with an account's token, each room looked up once."""

from __future__ import annotations

from typing import ClassVar, Self

from forewarn.channels.addresses import service
from forewarn.channels.calls import CallingChannel, Calls
from forewarn.channels.interface import Surroundings
from forewarn.channels.recipients import only_rooms
from forewarn.model.recipient import Recipient
from forewarn.model.settings import ServedAt
from forewarn.options import Options


class OwnServerChannel(CallingChannel):
    """`name` is what people call the service, `api` where its calls are below its address.

    Options: `url`, `token` and `allow_private`.
    """

    name: ClassVar[str]
    api: ClassVar[str]

    def __init__(self, url: str, calls: Calls, sites: ServedAt) -> None:
        self._url, self._calls, self._sites = f"{url}{self.api}", calls, sites
        self._rooms: dict[str, str] = {}

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        url = service(read, private)
        bearer = {"Authorization": f"Bearer {read.needed_secret('token')}"}
        return cls(url, Calls(cls.name, allow_private=private, headers=bearer), around.sites)

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        return only_rooms(recipient, cls.name)
