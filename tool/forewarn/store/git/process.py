"""Git as a program: the one command line and the one environment with which it is asked.

A clone may come from a stranger, whose `.git/config`, hooks and remotes could make Git run
anything. Whoever reads a clone, checks or publishes it wants nothing of that: only a commit and a
push are made as the user's own `git` would make them.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from pathlib import Path

from forewarn.errors import DataError

_SECONDS = 5.0
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
_DRIVER = re.compile(r"filter\..*\.(?:clean|smudge|process|required)|hook\..*\..*", re.DOTALL)
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


def version(said: str) -> tuple[int, ...]:
    """The numbers in what `git version` prints."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in match.groups() if part) if match else ()


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
    """Git's full path: a folder of PATH that is not absolute would lead into the clone."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = shutil.which("git", path=os.pathsep.join(f for f in folders if Path(f).is_absolute()))
    if found is None:
        raise DataError("git cannot be run", help="Install git and see that it is on the PATH.")
    return found
