"""A command, or a function, in a process of its own, which can be stopped and killed.

Python and all of forewarn are loaded once, in a process that does nothing but copy itself: what a
test begins is such a copy, and takes a hundredth of a second instead of a fifth. Where the start
itself is what a test is about, it runs `python -m forewarn`.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any

import pytest

from command_line import Ran
from waiting import SECONDS

_ROOMS = ("cli", "services", "site", "store", "channels", "sources", "pages", "facts", "words")
_LOADED = "own_process_loaded"
_ways = multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context("forkserver" if "forkserver" in _ways else "spawn")


def load_all() -> None:
    """Import what a command may need, for the process that is copied."""
    importlib.import_module("mkdocs.__main__")
    for room in _ROOMS:
        package = importlib.import_module(f"forewarn.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


class OwnProcess:
    """One that runs. What it prints goes to files, so that it never waits for a reader.

    Args:
        target: what it calls, importable by its name, with
        words: these.
        environ: its variables; those of this process by default.
        leads: whether it begins a session, as from a terminal of its own.
        terminal: a descriptor that its output and errors go to instead, of a file for example.
    """

    def __init__(
        self,
        target: Callable[..., object],
        *words: Any,
        environ: Mapping[str, str] | None = None,
        leads: bool = False,
        terminal: int | None = None,
    ) -> None:
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        given = [self._out.fileno(), self._err.fileno()] if terminal is None else [terminal] * 2
        environ = dict(os.environ if environ is None else environ)
        places = [_Descriptor(number) for number in given]
        self._process: BaseProcess = _CONTEXT.Process(  # type: ignore[attr-defined]
            target=_become, args=(target, words, environ, Path.cwd(), leads, places)
        )
        _begin_copying()
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def so_far(self) -> Ran:
        """What it has said by now; its code is -1 as long as it runs."""
        code = self._process.exitcode
        return Ran(-1 if code is None else code, _text(self._out), _text(self._err))

    def poll(self) -> int | None:
        """Its exit code once it has ended; that of a signal is below zero."""
        return self._process.exitcode

    def wait(self) -> Ran:
        """What it said and how it ended, once it has."""
        self._process.join(SECONDS)
        code = self._process.exitcode
        assert code is not None, "it goes on and on"
        return Ran(code, _text(self._out), _text(self._err))

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def forewarn(*words: str, **how: Any) -> OwnProcess:
    """A forewarn command, as its console script runs it."""
    return OwnProcess(run_command, *words, **how)


@cache
def _begin_copying() -> None:
    """Begin the process that is copied, which loads what it finds where Python itself looks."""
    if _CONTEXT.get_start_method() != "forkserver":
        return
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(["__main__", _LOADED])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        forkserver.ensure_running()


def mkdocs(folder: Path, *words: str, **environ: str) -> OwnProcess:
    """MkDocs in a folder, as its console script runs it."""
    quiet = {"NO_MKDOCS_2_WARNING": "1"}
    return OwnProcess(_mkdocs, folder, *words, environ={**os.environ, **quiet, **environ})


class _Descriptor:
    """A file that is open here and shall be there."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, ...]:
        from multiprocessing.reduction import DupFd

        return _Descriptor._there, (DupFd(self.number),)

    @staticmethod
    def _there(handed: Any) -> _Descriptor:
        return _Descriptor(handed.detach())


def _become(
    target: Callable[..., object],
    words: tuple[Any, ...],
    environ: dict[str, str],
    folder: Path,
    leads: bool,
    places: list[_Descriptor],
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    if leads:
        os.setsid()
    for number, place in enumerate(places, 1):
        os.dup2(place.number, number)
        os.close(place.number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            back = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
            signal.signal(getattr(signal, name), back)
    target(*words)


def run_command(*words: str) -> None:
    """Run a forewarn command in this process, which ends with it."""
    from forewarn.cli import main

    sys.argv = ["forewarn", *words]
    main()


def _mkdocs(folder: Path, *words: str) -> None:
    from mkdocs.__main__ import cli

    os.chdir(folder)
    cli(words, prog_name="mkdocs")


def _text(file: IO[bytes]) -> str:
    # Not from where the process is that writes it: that would go on from here.
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode()
