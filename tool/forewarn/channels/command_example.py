"""What the contract test tries the `command` channel with: a program that keeps what it gets."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from forewarn.channels.example import ChannelExample, RunningService
from forewarn.model.recipient import MailingList, Person, Room

_PROGRAM = """\
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
text = sys.stdin.buffer.read()
number = len(list(folder.iterdir()))
(folder / f"{number:04}").write_bytes(text)
print(f"kept as {number}")
"""


@contextlib.contextmanager
def _service(root: str) -> Iterator[RunningService]:
    # Beside the knowledge base: a program that it could bring along is none of anybody's choice.
    with TemporaryDirectory() as folder:
        program, kept = Path(folder, "keep.py"), Path(folder, "kept")
        program.write_text(_PROGRAM, encoding="utf-8")
        kept.mkdir()
        words = (sys.executable, "-I", "-S", str(program), str(kept))

        def received() -> Sequence[bytes]:
            return [file.read_bytes() for file in sorted(kept.iterdir())]

        yield RunningService(
            options={"command": "${FOREWARN_COMMAND_KEEP}"},
            environ={"FOREWARN_COMMAND_KEEP": shlex.join(words)},
            received=received,
        )


EXAMPLE = ChannelExample(
    service=_service,
    reached=(
        Person(id="maria", name="Maria", email="maria@example.com"),
        MailingList(id="support", name="Support", email="support@example.com"),
        Room(id="calls", name="Calls", place="#calls"),
    ),
)
