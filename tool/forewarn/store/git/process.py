"""Git as a program: the one command line and the one environment with which it is asked.

A clone may come from a stranger, whose `.git/config`, hooks and remotes could make Git run
anything. Whoever reads a clone, checks or publishes it wants nothing of that: only a commit and a
push are made as the user's own `git` would make them.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from enum import Enum, auto
from pathlib import Path

from forewarn import child
from forewarn.errors import DataError
from forewarn.expressions import expression
from forewarn.frozen import dataclass

_SECONDS = 5.0
_LOOK_SECONDS = 1.0
_PIPE = 65_536  # bytes that are read at once
_PROC = Path("/proc")
# From here on Git obeys all that is said below: 2.31 for filters, 2.38 for hidden repositories.
SAFE_SINCE = (2, 38)
FILTERS_SINCE = (2, 31)
# A file of that name cannot be: its folder is none.
_NOTHING = f"{os.devnull}/none"

_ALWAYS = ("safe.bareRepository=explicit", "core.fsmonitor=false")
_HOOKS_OFF = (f"core.hooksPath={_NOTHING}",)
_READING = (
    *_HOOKS_OFF,
    "log.showSignature=false",
    "protocol.allow=never",
    "credential.helper=",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
_READING_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    # What a partial clone lacks is not fetched: it would be by a program that the clone names.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    # A commit is what its id stands for, in this clone as in every other.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": _NOTHING,
}
_PUSHING = (*_HOOKS_OFF, "protocol.ext.allow=never")
# What runs a program by the config alone: filters, and hooks that are named there.
_DRIVER = expression(r"filter\..*\.(?:clean|smudge|process|required)|hook\..*\..*", re.DOTALL)
_OWN_SCOPES = ("local", "worktree")
_MOST_DRIVERS = 500


class Doing(Enum):
    """What Git is asked for, and so what of the repository's settings may have a say."""

    READING = auto()
    COMMITTING = auto()
    PUSHING = auto()


_SETTINGS = {
    Doing.READING: (*_ALWAYS, *_READING),
    Doing.COMMITTING: _ALWAYS,
    Doing.PUSHING: (*_ALWAYS, *_PUSHING),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How many seconds Git may do nothing at all, and how many it may take.

    Git at work says nothing for minutes, but it uses the processor, or what it started does. Where
    that cannot be seen (`blind`), more time is given.
    """

    idle: float
    blind: float = 600.0
    most: float = 3600.0


# A disk that is far away may be slow; a pipe that nobody writes to never answers.
READING = Patience(idle=30.0)
# A hook may wait for a server, a signature for whoever types a password.
COMMITTING = Patience(idle=600.0)


def command(words: Sequence[str], doing: Doing = Doing.READING) -> list[str]:
    """The command line of Git that does `words`.

    Raises:
        DataError: there is no Git.
    """
    settings = [word for setting in _SETTINGS[doing] for word in ("-c", setting)]
    return [_program(), "--no-pager", *settings, *words]


def environment(
    doing: Doing = Doing.READING, settings: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Variables for such a command, beside our own.

    `settings` are further ones, as Git reads them from its config; a name may hold any character.
    """
    found = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "LANGUAGE": "C"}
    if doing is not Doing.READING:
        return found
    found |= _READING_ENVIRONMENT
    if settings:
        found["GIT_CONFIG_COUNT"] = str(len(settings))
        for number, (key, value) in enumerate(settings.items()):
            found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


def drivers_off(listed: str) -> dict[str, str]:
    """What takes the say from the filters and hooks in a clone's own config.

    `listed` is what `git config --list --show-scope -z` prints. A filter that the user has for
    all repositories stays as they have it.

    Raises:
        DataError: there are more than anybody needs.
    """
    cells = listed.split("\0")
    own: set[str] = set()
    users: dict[str, str] = {}
    for scope, row in zip(cells[::2], cells[1::2], strict=False):
        key, _, value = row.partition("\n")
        if _DRIVER.fullmatch(key):
            if scope in _OWN_SCOPES:
                own.add(key)
            else:
                users[key] = value
    if len(own) > _MOST_DRIVERS:
        raise DataError(
            f"the clone's own Git config has {len(own)} lines for filters and hooks; "
            f"{_MOST_DRIVERS} is the most",
            help="Look at it with `git config --local --list`, and clone anew if you do not "
            "know where they come from.",
        )
    off: dict[str, str] = {}
    for key in sorted(own):
        name, _, what = key.rpartition(".")
        if name.startswith("hook."):
            off[f"{name}.enabled"] = "false"
        else:
            off[key] = users.get(key, "false" if what == "required" else "")
    return off


def files_named(listed: str) -> list[str]:
    """The files that a clone's own config has Git read besides, of the same list."""
    cells = listed.split("\0")
    rows = [
        row for scope, row in zip(cells[::2], cells[1::2], strict=False) if scope in _OWN_SCOPES
    ]
    named = (row.partition("\n") for row in rows)
    return [value for key, _, value in named if key in ("core.attributesfile", "core.excludesfile")]


def version(said: str) -> tuple[int, ...]:
    """The numbers in what `git version` prints."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in match.groups() if part) if match else ()


def answer(process: subprocess.Popen[bytes], patience: Patience, doing: str) -> tuple[bytes, bytes]:
    """What a process printed and said, once it has ended; None for what is no pipe.

    Raises:
        DataError: it waits for what does not come, or takes too long. Whoever started it ends it.
    """
    idle = patience.idle if _PROC.is_dir() else patience.blind
    look = min(_LOOK_SECONDS, idle / 4)
    begun = moved = time.monotonic()
    before: object = None
    hearing = _Hearing(process)
    while True:
        if hearing.is_over(look):
            # All of it was read, and it has ended: nothing is waited for any more.
            return hearing.printed, hearing.said
        now = time.monotonic()
        if (done := (len(hearing.printed), _spent(process.pid))) != before:
            before, moved = done, now
        if now - moved > idle or now - begun > patience.most:
            why = f"did nothing for {idle:g} s" if now - moved > idle else "did not come to an end"
            raise DataError(
                f"Git {why} at {doing}, so it was ended",
                help="Something that it waits for does not answer: a pipe that `.git/config` or "
                "a file it includes names, a filter, a hook, a signing program, or a disk. Run "
                "`git status` here to see it; mend that, then run this again.",
            )


class _Hearing:
    """What a process prints and says until it has ended, noticed at once.

    `subprocess` looks every few milliseconds whether a process has ended for which it must not
    wait for ever; a command asks Git a dozen times.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        pipes = [pipe for pipe in (process.stdout, process.stderr) if pipe]
        self._heard = {pipe.fileno(): bytearray() for pipe in pipes}
        self._open = set(self._heard)
        self._printed, self._said = (
            self._heard[pipe.fileno()] if pipe else bytearray()
            for pipe in (process.stdout, process.stderr)
        )

    @property
    def printed(self) -> bytes:
        """What it has printed so far."""
        return bytes(self._printed)

    @property
    def said(self) -> bytes:
        """What it has said so far."""
        return bytes(self._said)

    def is_over(self, seconds: float) -> bool:
        """Whether it ends within that time."""
        if not hasattr(select, "poll"):
            return self._is_over_elsewhere(seconds)
        until = time.monotonic() + seconds
        while self._open:
            ready = _ready(self._open, until)
            if not ready:
                return False
            for pipe in ready:
                data = os.read(pipe, _PIPE)
                self._heard[pipe] += data
                if not data:
                    self._open.discard(pipe)
        return self._has_ended(until)

    def _is_over_elsewhere(self, seconds: float) -> bool:
        try:
            printed, said = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as so_far:
            self._printed[:] = so_far.output or b""
            return False
        self._printed[:], self._said[:] = printed or b"", said or b""
        return True

    def _has_ended(self, until: float) -> bool:
        with contextlib.suppress(AttributeError, OSError):  # Linux has them, since 5.3
            end = os.pidfd_open(self._process.pid)
            try:
                _ready({end}, until)
            finally:
                os.close(end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0, until - time.monotonic()))
        if self._process.returncode is None:
            return False
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()
        return True


def _ready(pipes: Collection[int], until: float) -> list[int]:
    """Those from which something can be read, as soon as there is one; none when time is up."""
    poll = select.poll()
    for pipe in pipes:
        poll.register(pipe, select.POLLIN)
    return [pipe for pipe, _ in poll.poll(max(0.0, until - time.monotonic()) * 1000)]


def family(pid: int) -> tuple[int, ...]:
    """A process and all that it started, as far as that can be seen; itself first."""
    return _family(pid, _processes())


def _family(pid: int, processes: Mapping[int, tuple[int, int]]) -> tuple[int, ...]:
    found = [pid]
    for one in found:
        found += [child for child, (parent, _) in processes.items() if parent == one]
    return tuple(found)


def _spent(pid: int) -> int:
    """Processor time that a process and what it started have used."""
    processes = _processes()
    return sum(processes[one][1] for one in _family(pid, processes) if one in processes)


def _processes() -> dict[int, tuple[int, int]]:
    """Of each process its parent and the ticks it has used, with those of its dead children."""
    found = {}
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            cells = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            found[int(folder.name)] = int(cells[1]), sum(map(int, cells[11:15]))
    return found


def lives(pid: int) -> bool:
    """Whether there is such a process, which has not ended; not to be asked on Windows.

    There, `os.kill` would end it.
    """
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    with contextlib.suppress(OSError, IndexError):  # only Linux tells
        said = (_PROC / f"{pid}/stat").read_text(errors="replace")
        return said.rpartition(")")[2].split()[0] not in "ZX"
    return True


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a session of its own, and whatever it started in it.

    One that even the system cannot end is not waited for.
    """
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_SECONDS)


def _program() -> str:
    found = child.program("git")
    if found is None:
        raise DataError("git cannot be run", help="Install git and see that it is on the PATH.")
    return found
