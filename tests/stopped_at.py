"""A process that is told to stop at a certain step: right behind what a function has done."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import own_process
from forewarn.cli.stopping import Stop, Stopped, stopping


def command(module: str, function: str, *words: str) -> None:
    """A forewarn command that is told so there, where it comes to it first."""
    sys.settrace(_Telling(module, function).call)
    own_process.run_command(*words)


def work(module: str, function: str, at: str, folder: Path) -> None:
    """One of the works below; it says what it has put away, and the code that it ends with."""
    stop = Stop()
    try:
        with stopping(stop):
            sys.settrace(_Telling(module, function).call)
            globals()[at](folder)
            signal.pause()
    except Stopped:
        print(stop.code)


class _Telling:
    def __init__(self, module: str, function: str) -> None:
        self._place = module, function

    def call(self, frame: FrameType, event: str, arg: Any) -> Any:
        is_it = (frame.f_globals.get("__name__"), frame.f_code.co_name) == self._place
        return self._line if is_it else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "return":
            sys.settrace(None)
            handler = signal.getsignal(signal.SIGTERM)
            assert callable(handler)
            # As the system calls it: what it raises comes instead of what was to be returned.
            handler(signal.SIGTERM, frame)
        return self._line


class Held:
    def __enter__(self) -> None:
        print("taken")

    def __exit__(self, *error: object) -> None:
        print("given back")


def folder_made(folder: Path) -> None:
    with TemporaryDirectory(dir=folder):
        signal.pause()


def folder_removed(folder: Path) -> None:
    with TemporaryDirectory(dir=folder) as made:
        Path(made, "a").touch()


def process_begun(folder: Path) -> None:
    try:
        subprocess.run(["sleep", "600"], check=False)
    finally:
        rows = Path("/proc/self/task").glob("*/children")
        print("left:", *[row.read_text() for row in rows if row.read_text()])


def put_on_a_stack(folder: Path) -> None:
    with ExitStack() as stack:
        stack.enter_context(Held())
        signal.pause()


def taken_from_a_stack(folder: Path) -> None:
    with ExitStack() as stack:
        stack.enter_context(Held())
        stack.callback(int)


def thread_begun(folder: Path) -> None:
    thread = threading.Thread(target=print, args=["ran"])
    try:
        thread.start()
        signal.pause()
    finally:
        thread.join()


def given_up(folder: Path) -> None:
    class Thing:
        def __del__(self) -> None:
            print("given up")

    Thing()


def tasks(folder: Path) -> None:
    under_way = []

    async def one(name: str) -> None:
        under_way.append(name)
        try:
            await asyncio.sleep(600)
        finally:
            under_way.remove(name)

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            for name in ("one", "other"):
                group.create_task(one(name))

    try:
        asyncio.run(both())
    finally:
        print("left:", *under_way)
