"""A command that is killed at its n-th step of a kind, as by a power cut, or meets a full disk.

Usage: write_and_die.py [--full] EVENT PART NUMBER WORD...

EVENT is one of Python's audit events, or `any` of those that change files or start processes; PART
is what one of its arguments ends with, or `-`. With NUMBER 0 nothing is killed, and the steps are
printed. With --full, it and every write after it fails for lack of room instead. The WORDs are a
command's.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any

from forewarn.cli import main

_CHANGES = {
    "os.rename",
    "os.link",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "shutil.copyfile",
    "shutil.rmtree",
    "subprocess.Popen",
}


# What takes no room, or gives some back.
_FREE = {"os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree"}


def run(event: str, part: str, number: int, words: list[str], full: bool) -> None:
    seen = 0

    def hear(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if name == "open" and not (isinstance(arguments[1], str) and set("wxa+") & {*arguments[1]}):
            return
        if name != event and not (event == "any" and name in {*_CHANGES, "open"}):
            return
        said = " ".join(map(str, arguments))
        if part != "-" and not any(str(word).endswith(part) for word in _flat(arguments)):
            return
        seen += 1
        if number == 0:
            os.write(2, f"step {seen}: {name} {said[:150]}\n".encode())
        elif full and seen >= number and name not in _FREE and name != "subprocess.Popen":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        elif seen == number and not full:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)
    sys.argv = ["forewarn", *words]
    main()


def _flat(arguments: tuple[Any, ...]) -> list[Any]:
    return [word for one in arguments for word in (one if isinstance(one, list | tuple) else [one])]


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--full"]
    run(given[0], given[1], int(given[2]), given[3:], "--full" in sys.argv)
