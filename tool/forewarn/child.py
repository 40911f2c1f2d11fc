"""Child processes: nothing of a clone steers them, and none outlives the process that began it.

A knowledge base may come from a stranger. So a child of ours never looks for Python modules or
settings in the current folder, and never inherits what a variable could make it load.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# What makes Python, Pagefind or Git read or run something else than they were asked to.
_STEERING = ("PYTHON", "PAGEFIND_", "GIT_")
# Of the names that Git knows, those that say which repository it works on and how it reads it;
# who commits and how a server is reached is the user's own affair.
_GIT_PLACE = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DEFAULT_HASH",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_DIFF_OPTS",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INDEX_VERSION",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
_PDEATHSIG = 1  # of prctl(2)
_ENDING = ("--pdeathsig", "KILL", "--")

# In isolated mode Python knows only its own folders; ours come as an argument.
_RUN_MODULE = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def environment() -> dict[str, str]:
    """This process's environment without the variables that would steer a child."""
    return {name: text for name, text in os.environ.items() if not name.startswith(_STEERING)}


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with our own Python, in isolated mode.

    It finds what we find and nothing else: neither the current folder nor a variable adds to it.
    """
    import json

    ours = json.dumps([path for path in sys.path if Path(path).is_absolute()])
    bytecode = ["-B"] if sys.dont_write_bytecode else []
    start = [sys.executable, "-I", *bytecode, "-X", "utf8", "-c", _RUN_MODULE]
    return [*start, ours, module, *arguments]


def python_file(path: Path) -> list[str]:
    """The command that runs one file of ours which needs nothing but what Python begins with.

    Without a look at what is installed it begins in half the time.
    """
    return [sys.executable, "-I", "-S", "-X", "utf8", str(path)]


def neutral_folder() -> str:
    """A folder to run a child in that is nobody's knowledge base."""
    import tempfile

    return tempfile.gettempdir()


def dying_with_us(command: Sequence[str]) -> tuple[list[str], Callable[[], None] | None]:
    """The command that does the same and cannot outlive us, and what `preexec_fn` has to be.

    For a child that cannot notice our end by itself; on Linux, elsewhere it is as it was. The
    child ends with the thread that began it.
    """
    if sys.platform != "linux":
        return [*command], None
    if (setpriv := _setpriv()) is not None:
        return [setpriv, *_ENDING, *command], None
    # A copy of this process, for Python to run this in it, takes a hundredth of a second and more.
    import ctypes
    import signal

    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PDEATHSIG, signal.SIGKILL)

    return [*command], ask


def program(name: str) -> str | None:
    """Full path of a program: a folder of PATH that is not absolute would lead into the clone."""
    import shutil

    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return shutil.which(name, path=os.pathsep.join(f for f in folders if Path(f).is_absolute()))


@functools.cache
def _setpriv() -> str | None:
    """The util-linux program, unless there is none or it is an older one."""
    import subprocess

    found = program("setpriv")
    if found is not None:
        with contextlib.suppress(OSError):
            tried = [found, *_ENDING, found, "--version"]
            if not subprocess.run(tried, capture_output=True, check=False).returncode:
                return found
    return None


def forget_git_place() -> None:
    """Take Git's variables for "this repository, not that one" out of our own environment.

    A hook or an alias sets them for the repository it runs in. A command of ours works on the
    knowledge base it was given; with another work tree in force it would commit that the records
    are gone.
    """
    for name in _GIT_PLACE:
        os.environ.pop(name, None)
