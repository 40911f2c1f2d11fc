"""Delivery channels, found by entry point; one file each."""

from __future__ import annotations

from pathlib import Path

from forewarn import plugins
from forewarn.channels.interface import Channel, DeliveryError, Surroundings
from forewarn.channels.options import OptionsError
from forewarn.errors import UsageError
from forewarn.model import variables
from forewarn.model.settings import ChannelSettings
from forewarn.model.variables import names_in


def build(channel: ChannelSettings, around: Surroundings) -> Channel:
    """The channel that a row of `channels:` describes, not yet opened.

    Raises:
        UsageError: there is no channel of that type.
        OptionsError: an option is unknown, missing or wrong.
        DeliveryError: an environment variable that an option names is not set.
    """
    kind: type[Channel] = plugins.load("channels", channel.type)
    return kind.from_options(channel, around)


def concealed(
    error: DeliveryError, channel: ChannelSettings, around: Surroundings
) -> DeliveryError:
    """A failure as it may be told and kept: without what the channel's variables hold."""
    names = [name for text in channel.options.values() for name in names_in(text)]
    return DeliveryError(
        variables.concealed(error.what, names, around.environ or {}),
        permanent=error.permanent,
        where=error.where,
        help=error.help,
    )


def problems(channel: ChannelSettings) -> tuple[str, ...]:
    """What is wrong with a row of `channels:`, a sentence each; needs no secret, no network."""
    try:
        build(channel, Surroundings(root=Path(), name=""))
    except OptionsError as error:
        return error.problems
    except UsageError as error:
        return (f"{error.what}: {error.help}",)
    return ()
