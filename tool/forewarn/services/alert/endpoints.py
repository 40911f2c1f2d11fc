"""Whether alerts get through by each channel, and the end of a quarantine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from forewarn.errors import UsageError
from forewarn.frozen import dataclass
from forewarn.model.delivery import WAITING
from forewarn.model.endpoint import Endpoint
from forewarn.model.settings import Settings
from forewarn.store.settings import load_settings
from forewarn.store.state.opening import open_state


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelState:
    """A channel of forewarn.yml, of which type it is, how much waits for it, and what fails."""

    channel: str
    type: str
    waiting: int
    failing: tuple[Endpoint, ...]


def channel_states(root: Path, settings: Settings | None = None) -> tuple[ChannelState, ...]:
    """Every channel of a knowledge base, in the order of forewarn.yml.

    `settings` are those of forewarn.yml unless they are given.

    Raises:
        DataError: forewarn.yml cannot be read, or the state database cannot be used.
    """
    settings = settings or load_settings(root)
    with open_state(root) as state:
        return tuple(
            ChannelState(
                channel=row.id,
                type=row.type,
                waiting=state.count(*WAITING, channel=row.id),
                failing=tuple(e for e in state.endpoints(row.id) if e.works_again is None),
            )
            for row in settings.channels.values()
        )


def resume_channel(root: Path, name: str, now: datetime, settings: Settings | None = None) -> int:
    """End the quarantine of a channel and of all its recipients; how many were in it.

    `settings` are those of forewarn.yml unless they are given.

    Raises:
        UsageError: there is no such channel.
        DataError: forewarn.yml cannot be read, or the state database cannot be used.
    """
    settings = settings or load_settings(root)
    if name not in settings.channels:
        raise UsageError(
            f"there is no channel {name!a}",
            help=f"Use one of {', '.join(settings.channels) or 'none yet'}.",
        )
    with open_state(root) as state:
        return state.resume(name, now)
