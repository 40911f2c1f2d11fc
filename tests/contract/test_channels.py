"""What every registered channel promises, the built-in ones and those of others."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import pytest

from events_builder import a_channel, a_person, an_email_channel, an_event
from forewarn import plugins
from forewarn.channels import build, problems
from forewarn.channels.interface import DeliveryError, Surroundings
from forewarn.channels.options import OptionsError
from forewarn.model.settings import ChannelSettings
from mail_server import MailServer

CHANNELS = plugins.names("channels")


def working(kind: str, server: MailServer) -> ChannelSettings:
    """A channel of that type that works here; a new type needs a line."""
    return {"email": an_email_channel(server.port), "folder": a_channel()}[kind]


def test_the_built_in_channels_are_registered_like_any_other() -> None:
    assert {"email", "folder"} <= set(CHANNELS)


@pytest.mark.parametrize("kind", CHANNELS)
def test_its_module_says_what_its_options_are(kind: str) -> None:
    module = inspect.getmodule(plugins.load("channels", kind))
    assert module is not None
    assert "Options:" in (module.__doc__ or "")


@pytest.mark.parametrize("kind", CHANNELS)
def test_an_option_it_does_not_have_is_refused_by_name(kind: str, tmp_path: Path) -> None:
    channel = a_channel("x", kind, surprise="yes")
    assert any("'surprise'" in problem for problem in problems(channel))
    with pytest.raises(OptionsError, match="'surprise'"):
        build(channel, Surroundings(root=tmp_path, name="KB", environ={}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", CHANNELS)
def test_it_sends_many_and_after_a_failure_goes_on(kind: str, tmp_path: Path) -> None:
    async def work(channel: ChannelSettings) -> DeliveryError:
        around = Surroundings(root=tmp_path, name="KB", environ={})
        async with build(channel, around) as opened:
            await opened.send(an_event(1), a_person())
            with pytest.raises(DeliveryError) as caught:
                await opened.send(an_event(2, version="2.7\r\nX: y"), a_person())
            await opened.send(an_event(3), a_person())
        return caught.value

    with MailServer() as server:
        channel = working(kind, server)
        assert problems(channel) == ()
        error = asyncio.run(work(channel))
    assert error.permanent
    assert "\n" not in error.what
