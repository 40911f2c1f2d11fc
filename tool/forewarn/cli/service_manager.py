"""Telling systemd that the watch is up, and that it still goes round."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping

_OFTEN_ENOUGH = 10.0  # seconds


def notify(said: str, environ: Mapping[str, str] = os.environ) -> None:
    """Say something to whoever started us as a service of `Type=notify`; nobody else hears it."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        manager.connect(address)
        manager.sendall(said.encode())


def keep_alive(clock: Callable[[], float] = time.monotonic) -> Callable[[str], None]:
    """What is to be called at each step of the work, to say that it goes on."""
    last = clock() - _OFTEN_ENOUGH

    def step(name: str) -> None:
        nonlocal last
        if clock() - last >= _OFTEN_ENOUGH:
            last = clock()
            notify("WATCHDOG=1")

    return step
