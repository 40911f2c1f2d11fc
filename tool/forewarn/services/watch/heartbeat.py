"""Saying to an outside monitor that looks and deliveries still come to an end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from forewarn.errors import ForewarnError
from forewarn.model.settings import Settings
from forewarn.model.variables import NotAllowed, look_up, names_in, referred
from forewarn.model.variables import concealed as without_values
from forewarn.net import Client, Limits
from forewarn.responses import status_text

_LIMITS = Limits(size=100_000, seconds=10.0)


def beat(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """Call the address that `heartbeat:` names, if it does; why that did not work, or None."""
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


async def _call(url: str, *, allow_private: bool) -> int:
    async with Client(limits=_LIMITS) as client:
        return (await client.fetch(url, allow_private=allow_private)).status
