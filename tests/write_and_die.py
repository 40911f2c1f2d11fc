"""A command that is killed at its n-th step of a kind, as by a power cut.

Usage: write_and_die.py EVENT PART NUMBER WORD...

EVENT is one of Python's audit events, or `any` of those that change files or start processes; PART
is what one of its arguments ends with, or `-`. With NUMBER 0 nothing is killed, and the steps are
printed. The WORDs are a command's.
"""

from __future__ import annotations

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


def run(event: str, part: str, number: int, words: list[str]) -> None:
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
        elif seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)
    sys.argv = ["forewarn", *words]
    main()


def _flat(arguments: tuple[Any, ...]) -> list[Any]:
    return [word for one in arguments for word in (one if isinstance(one, list | tuple) else [one])]


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
