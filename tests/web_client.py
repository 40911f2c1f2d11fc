"""What forewarn asks the web with, for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from forewarn.net import Client


def within(work: Callable[[Client], Awaitable[Any]], **options: Any) -> Any:
    """Do something with a client of its own."""

    async def run() -> Any:
        async with Client(**options) as client:
            return await work(client)

    return asyncio.run(run())
