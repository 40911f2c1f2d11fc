"""A second process that looks for findings while this one does, where many records are unread.

It begins at the other end: reads, and then looks at the last product first. What it has found is
believed like what is remembered, by what it follows from. Whether it is there, is slow or is killed
changes no finding.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

from forewarn.errors import ForewarnError
from forewarn.services.check.looks import around_of, looks
from forewarn.services.check.memory import Memory
from forewarn.store.catalogue.codec import Plain
from forewarn.store.catalogue.entries import NONSENSE

if TYPE_CHECKING:  # it is begun where there is much to read
    from subprocess import Popen
    from threading import Thread


class LookingBeside:
    """Another process that reads and looks, once it is begun and until this is closed."""

    def __init__(self, root: Path, today: date) -> None:
        self._root = root
        self._today = today
        self._running: tuple[Popen[bytes], Thread] | None = None
        self._basis: Plain = None
        self._rows: dict[str, Plain] = {}

    def begin(self) -> None:
        """Begin, if there is a processor for it."""
        from subprocess import PIPE
        from threading import Thread

        from forewarn.store.catalogue import beside

        process = beside.begin(
            __name__, str(self._root.resolve()), self._today.isoformat(), told=PIPE
        )
        if process and process.stdout:
            listening = Thread(target=self._listen, args=(process.stdout,), daemon=True)
            listening.start()
            self._running = process, listening

    def rows(self, basis: Plain) -> Mapping[str, Plain]:
        """The rows that it has come to by now, if they have this basis."""
        return self._rows if basis == self._basis else {}

    def close(self) -> None:
        """End it."""
        if self._running:
            process, listening = self._running
            process.kill()
            listening.join()
            with process:  # which closes its pipes
                self._running = None

    def _listen(self, told: IO[bytes]) -> None:
        with suppress(*NONSENSE, OSError, EOFError):
            self._basis = marshal.load(told)  # noqa: S302 - of a process of ours, as below
            while True:
                name, row = marshal.load(told)  # noqa: S302
                self._rows[name] = row


def look_from_the_end(root: Path, today: date, told: IO[bytes]) -> None:
    """Tell what the rows of `root` are based upon, then each with its name, the last one first.

    Raises:
        DataError: a file cannot be opened.
        UsageError: a rule is none of its set.
        OSError: nobody listens any more.
    """
    from forewarn.store.catalogue.whole import load_from_the_end
    from forewarn.store.settings import read_settings

    loaded = load_from_the_end(root)
    around = around_of(loaded, read_settings(root)[0], today)
    memory = Memory(root, loaded, around)
    _tell(told, memory.basis)
    for name, look in reversed(looks(around, loaded).items()):
        memory.findings(name, look)
        _tell(told, (name, memory.row(name)))


def _tell(told: IO[bytes], message: Plain) -> None:
    marshal.dump(message, told)
    told.flush()


if __name__ == "__main__":
    from forewarn.store.catalogue.beside import end_with_the_other

    end_with_the_other()
    with suppress(ForewarnError, OSError):
        look_from_the_end(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), sys.stdout.buffer)
