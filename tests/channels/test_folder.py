"""Messages as files: complete, one for each event and person, never two."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from events_builder import SHIPPED, a_channel, a_message, a_person, an_event
from forewarn.channels import build
from forewarn.channels.interface import DeliveryError, Surroundings
from forewarn.channels.message import compose
from forewarn.channels.sender import Sender
from forewarn.model.events.event import Event
from forewarn.model.recipient import Person
from forewarn.model.settings import ChannelSettings


def send(root: Path, channel: ChannelSettings, *messages: tuple[Event, Person]) -> None:
    async def work() -> None:
        around = Surroundings(root=root, name="Example Support", environ={})
        async with build(channel, around) as opened:
            for event, person in messages:
                await opened.send(a_message(event), person)

    asyncio.run(work())


def test_each_message_is_a_file_with_the_bytes_that_would_be_mailed(tmp_path: Path) -> None:
    send(tmp_path, a_channel(), (SHIPPED, a_person()), (SHIPPED, a_person("jonas")))
    folder = tmp_path / ".forewarn" / "mail"
    assert sorted(path.name for path in folder.iterdir()) == [
        "2026-05-04-3f2a91c07be44d1e8a55-jonas.eml",
        "2026-05-04-3f2a91c07be44d1e8a55-maria.eml",
    ]
    sender = Sender(name="Example Support", address="forewarn@localhost")
    expected = compose(a_message(), a_person(), sender).data
    assert (folder / "2026-05-04-3f2a91c07be44d1e8a55-maria.eml").read_bytes() == expected


def test_a_repeat_overwrites_its_own_file(tmp_path: Path) -> None:
    channel = a_channel(path="out/mail", from_="kb@example.com")
    for _ in range(2):
        send(tmp_path, channel, (SHIPPED, a_person()), (an_event(2), a_person()))
    assert len(list((tmp_path / "out" / "mail").iterdir())) == 2


def test_a_folder_that_cannot_be_written_can_be_mended_later(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(DeliveryError) as caught:
        send(tmp_path, a_channel(path="mail"), (SHIPPED, a_person()))
    assert not caught.value.permanent


def test_somebody_without_a_mail_address_is_told_all_the_same(tmp_path: Path) -> None:
    send(tmp_path, a_channel(), (SHIPPED, Person(id="jonas", name="Jonas Weber")))
    (path,) = (tmp_path / ".forewarn/mail").glob("*.eml")
    assert b"To: Jonas Weber <jonas@localhost>" in path.read_bytes()
