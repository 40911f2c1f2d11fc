"""Delivery channels, found by entry point; one file each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from forewarn import plugins
from forewarn.channels.interface import Channel, DeliveryError, Surroundings
from forewarn.errors import ForewarnError
from forewarn.model import variables
from forewarn.model.delivery import Fault
from forewarn.model.option import OptionValue
from forewarn.model.recipient import Recipient
from forewarn.model.retry import Retry
from forewarn.model.settings import ChannelSettings
from forewarn.model.variables import names_in
from forewarn.options import Options, OptionsError, Problem, UnsetError

_GROUP = "channels"
_OF_THE_SITE = "websub"


def kind_of(channel: ChannelSettings) -> type[Channel]:
    """The type of channel that a row of `channels:` names.

    Raises:
        UsageError: there is none, or it cannot be loaded.
    """
    kind: type[Channel] = plugins.load(_GROUP, channel.type)
    return kind


def retry_of(channel: ChannelSettings) -> Retry:
    """How a channel is tried again; as mail, where its type is not there."""
    try:
        return kind_of(channel).retry
    except ForewarnError:
        return Retry.QUEUE


def has_threads(channel: ChannelSettings) -> bool:
    """Whether a channel keeps what it posts of one release in one thread."""
    try:
        return kind_of(channel).threads
    except ForewarnError:
        return False


def tells_of_the_site(channel: ChannelSettings) -> bool:
    """Whether a channel tells of what is on the site, and so waits until that is there."""
    modules = plugins.modules(_GROUP, channel.type)
    if modules == (f"{__name__}.{channel.type}",):
        # Of ours there is one; to load those that send takes longer than a site takes.
        return channel.type == _OF_THE_SITE
    try:
        return kind_of(channel).tells_of_the_site
    except ForewarnError:
        return False


def build(channel: ChannelSettings, around: Surroundings) -> Channel:
    """The channel that a row of `channels:` describes, not yet opened.

    Raises:
        UsageError: there is no channel of that type.
        OptionsError: an option is unknown, missing or wrong.
        DeliveryError: an environment variable that an option names is not set.
    """
    read = Options(channel, around.environ)
    try:
        built = kind_of(channel).from_options(read, around)
        read.finish()
    except UnsetError as error:
        raise DeliveryError(
            error.what,
            permanent=False,
            fault=Fault.OURS,
            where=error.where,
            help="Set it, then run `forewarn deliver --retry`.",
        ) from error
    except ForewarnError:
        raise
    except Exception as error:
        raise DeliveryError(
            f"{channel.called} has a fault of its own: {type(error).__name__}",
            permanent=False,
            fault=Fault.OURS,
            where=str(channel.place),
            help="Tell whoever made it.",
        ) from error
    return built


def concealed(
    error: DeliveryError, channel: ChannelSettings, around: Surroundings
) -> DeliveryError:
    """A failure as it may be told and kept: without what the channel's variables hold."""
    return DeliveryError(
        variables.concealed(error.what, variables_of(channel), around.environ or {}),
        permanent=error.permanent,
        retry_after=error.retry_after,
        fault=error.fault,
        where=error.where,
        help=error.help,
    )


def cannot_reach(channel: ChannelSettings, recipient: Recipient) -> str | None:
    """Why a recipient can get nothing by a channel, or None.

    Raises:
        UsageError: there is no channel of that type, or it cannot be loaded.
    """
    kind = kind_of(channel)
    try:
        return kind.cannot_reach(recipient)
    except Exception as error:
        return f"{channel.called} has a fault of its own: {type(error).__name__}"


def variables_of(channel: ChannelSettings) -> tuple[str, ...]:
    """The variables of the environment that a row of `channels:` names."""
    return tuple(name for text in _texts(channel.options) for name in names_in(text))


def problems(channel: ChannelSettings) -> tuple[Problem, ...]:
    """What is wrong with a row of `channels:`; needs no secret, no network."""
    try:
        build(channel, Surroundings(root=Path(), name=""))
    except OptionsError as error:
        return error.found
    except ForewarnError as error:
        text = f"{error.what}: {error.help}" if error.help else error.what
        return (Problem(place=channel.place, text=text, help=f"Mend channel {channel.id}."),)
    return ()


def _texts(value: OptionValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for below in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(below)
