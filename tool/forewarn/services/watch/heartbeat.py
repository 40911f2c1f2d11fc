"""Saying to an outside monitor that looks and deliveries still come to an end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from forewarn.errors import ForewarnError
from forewarn.model.settings import Settings
from forewarn.model.variables import NotAllowed, look_up, names_in, referred
from forewarn.model.variables import concealed as without_values
from forewarn.net import Client, Limits
from forewarn.responses import status_text
from forewarn.services.ask.watching import finished
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import DELIVERED, LOOKED
from forewarn.store.state.opening import open_state

_LIMITS = Limits(size=100_000, seconds=10.0)
# Under this key stands when that was said last.
_BEATEN = "heartbeat"
_OFTEN_ENOUGH = timedelta(seconds=60)


def beat(root: Path, environ: Mapping[str, str]) -> str | None:
    """Call the address that `heartbeat:` names, if it does; why that did not work, or None.

    Raises:
        DataError: forewarn.yml cannot be read.
    """
    return _beat(load_settings(root), environ)


def _beat(settings: Settings, environ: Mapping[str, str]) -> str | None:
    written = settings.heartbeat
    if written is None:
        return None
    name = referred(written)
    try:
        url = look_up(name, environ) if name else written
    except NotAllowed as error:
        return str(error)
    if url is None:
        return f"the environment variable {name} is not set"
    try:
        # A place on this network is named by whoever runs forewarn, not by a file from somewhere.
        status = asyncio.run(_call(url, allow_private=name is not None))
    except ForewarnError as error:
        return without_values(error.what, names_in(written), environ)
    return None if 200 <= status < 300 else f"the server answered {status_text(status)}"


def beat_when_done(root: Path, settings: Settings, environ: Mapping[str, str]) -> str | None:
    """Do so where a look and a delivery came to an end since, whoever did them, and not too often.

    Raises:
        DataError: the state database cannot be used.
    """
    if settings.heartbeat is None:
        return None
    with open_state(root) as state, state.exclusively("heartbeat") as alone:
        now, last = state.now(), finished(state, _BEATEN)
        done = [finished(state, what) for what in (LOOKED, DELIVERED)]
        # A moment that has not come was told by a clock that was set back since.
        since = last if last and last <= now else None
        early = since is not None and now - since < _OFTEN_ENOUGH
        if not alone or early or not all(at and (since is None or at > since) for at in done):
            return None
        with state.transaction() as change:
            change.set_mark(_BEATEN, now.isoformat())
        return _beat(settings, environ)


async def _call(url: str, *, allow_private: bool) -> int:
    async with Client(limits=_LIMITS) as client:
        return (await client.fetch(url, allow_private=allow_private)).status
