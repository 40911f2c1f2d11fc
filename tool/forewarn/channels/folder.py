"""The `folder` channel: writes each message as a file, for trials and for other tools to pick up.

Options: `path` (default `.forewarn/mail`), a folder inside the knowledge base; `from` (default
`forewarn@localhost`), the address that messages come from.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Self

from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.channels.sender import Sender
from forewarn.errors import DataError
from forewarn.model.names import check_address
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Person, Recipient
from forewarn.options import Options
from forewarn.store.files import write_atomic
from forewarn.store.own import own_place

if TYPE_CHECKING:
    from forewarn.channels.message import Mail

# What lies here is published or belongs to Git; mail holds addresses and embargoed facts.
_NOT_FOR_MAIL = frozenset([".", ".git", "kb", "releases", "site"])


# What a run that was killed left: the hidden file that a message is written to at first.
_HALF_WRITTEN = re.compile(r"\.\d{4}-\d\d-\d\d-[0-9a-f]{8}.*\.[a-z0-9_]{8}")


class FolderChannel(Channel):
    """Writes `<date>-<event>-<recipient>.eml`; a repeat overwrites its own file."""

    def __init__(self, folder: Path, sender: Sender, alone: bool) -> None:
        self._folder = folder
        self._alone = alone
        self._sender = sender

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        path = read.place("path", ".forewarn/mail", _check_path)
        address = read.text("from", "forewarn@localhost", check_address) or ""
        sender = Sender(name=around.name, address=address, sites=around.sites)
        return cls(own_place(around.root, around.root / path), sender, around.alone)

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.folder_example import EXAMPLE

        return EXAMPLE

    def preview(self, message: Message, recipient: Recipient) -> tuple[str, bytes]:
        return "eml", self._compose(message, recipient).data

    async def __aenter__(self) -> Self:
        if self._alone:
            with contextlib.suppress(OSError):
                for path in self._folder.iterdir():
                    if _HALF_WRITTEN.fullmatch(path.name):
                        path.unlink()
        return self

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        composed = self._compose(message, recipient)
        day = max(event.at for event in message.events)
        path = self._folder / f"{day:%Y-%m-%d}-{message.id}-{recipient.id}.eml"
        try:
            write_atomic(path, composed.data)
        except DataError as error:
            raise DeliveryError(f"{error.where}: {error.what}", permanent=False) from error
        return composed.receipt(Assurance.DELIVERED)

    def _compose(self, message: Message, recipient: Recipient) -> Mail:
        # Whoever only asks whether the settings are right needs nothing of mail.
        from forewarn.channels.message import compose

        return compose(message, _named(recipient), self._sender)


def _named(recipient: Recipient) -> Person:
    """A file needs no address to arrive; it is named after the recipient all the same."""
    address = getattr(recipient, "email", None) or f"{recipient.id}@localhost"
    return Person(id=recipient.id, name=recipient.name, email=address)


def _check_path(text: str) -> str | None:
    path = PurePosixPath(text)
    leaves = path.is_absolute() or PureWindowsPath(text).anchor or ".." in path.parts
    if leaves or "\\" in text or (path.parts or (".",))[0].casefold() in _NOT_FOR_MAIL:
        return f"{text!a} is not a folder of its own inside the knowledge base, such as mail"
    return None
