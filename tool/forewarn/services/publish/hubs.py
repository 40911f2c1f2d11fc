"""Telling hubs of the feeds that a publish has changed, when the site is in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from forewarn.channels import build, concealed, tells_of_the_site
from forewarn.channels.interface import DeliveryError, Surroundings
from forewarn.errors import ForewarnError
from forewarn.model.recipient import Room
from forewarn.model.settings import ChannelSettings, Settings
from forewarn.services.publish.sites import Sites
from forewarn.store.state.interface import State

_MARK = "hub "


def told_late(settings: Settings) -> frozenset[str]:
    """The channels that tell of what is on the site, so that they wait for it."""
    return frozenset(row.id for row in settings.channels.values() if tells_of_the_site(row))


def tell_hubs(
    state: State,
    sites: Sites,
    told: Collection[tuple[str, str]],
    environ: Mapping[str, str],
) -> tuple[str, ...]:
    """Tell of each feed in the new sites that is another than when its hub was told last.

    `told` are the channels and rooms that just were, with an alert. What went wrong is returned:
    the next publish tries again.
    """
    settings, problems = sites.settings, list[str]()
    for row, room in _rooms(settings):
        file = _file(sites, room.place)
        if file is None:
            continue  # it is on no site of ours: nobody knows when it changes
        key, digest = f"{_MARK}{row.id} {room.id}", hashlib.sha256(file.read_bytes()).hexdigest()
        if state.mark(key) == digest:
            continue
        try:
            if (row.id, room.id) not in told:
                around = Surroundings(root=sites.root, name=settings.name, environ=environ)
                import asyncio  # a publish that tells no hub does without

                asyncio.run(_tell(row, around, room.place))
        except ForewarnError as error:
            problems.append(f"{room.place}: {error.what}")
        else:
            with state.transaction() as change:
                change.set_mark(key, digest)
    return tuple(problems)


async def _tell(row: ChannelSettings, around: Surroundings, address: str) -> None:
    try:
        async with build(row, around) as channel:
            await channel.site_changed(address)
    except DeliveryError as error:
        raise concealed(error, row, around) from error


def _rooms(settings: Settings) -> Iterator[tuple[ChannelSettings, Room]]:
    """The rooms that are told by such a channel, each once."""
    late = told_late(settings)
    pairs = dict.fromkeys((line.channel, line.recipient) for line in settings.subscriptions)
    for channel, recipient in pairs:
        room = settings.rooms.get(recipient)
        if channel in late and room:
            yield settings.channels[channel], room


def _file(sites: Sites, address: str) -> Path | None:
    """The file of a site that is served at an address; None where none is."""
    for audience in sites.audiences:
        url = sites.settings.served_at.of(audience)
        beginning = f"{url.rstrip('/')}/" if url else ""
        if beginning and address.startswith(beginning):
            place = sites.place(audience).resolve()
            file = (place / address.removeprefix(beginning)).resolve()
            if file.is_relative_to(place) and file.is_file():
                return file
    return None
