"""The `command` channel: runs a program of yours for each message, with the facts as JSON on stdin.

Options: `command` (required): `${FOREWARN_COMMAND_…}`, a variable of that name and no other, which
holds the program by its full path, and its arguments, quoted as for a shell; `timeout`: how many
seconds it may take (default 60, at most 100).

A knowledge base can come from a stranger. So it only names a variable that says by its own name
that it holds a command: what is run is chosen where forewarn runs, and nowhere else. No shell is
started. The program runs in a temporary folder, without the variables of forewarn.

Exit code 0: it went, and the first line that it printed is its receipt. 65 or 67: it cannot go,
whatever is tried. Every other one: try again later.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

from forewarn import child
from forewarn.channels.envelope import envelope
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.channels.recipients import sent_id
from forewarn.channels.started import MARK, end_all, new_mark
from forewarn.model.delivery import Fault
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.variables import PREFIX
from forewarn.model.visible import one_line
from forewarn.options import Options

_VARIABLE = f"{PREFIX}COMMAND_"
# Of sysexits.h: the data are wrong, the recipient is nobody.
_FOR_GOOD = frozenset([65, 67])
_LONGEST_PRINTED = 64 * 1024
_LONGEST_RECEIPT = 300


class CommandChannel(Channel):
    """One run of the program a message; none outlives its time, nor what it started."""

    def __init__(self, words: tuple[str, ...], seconds: float) -> None:
        self._words, self._seconds = words, seconds

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        command = ""
        if not read.has("command") or (read.variable("command") or "").startswith(_VARIABLE):
            command = read.needed_secret("command", _check_command)
        else:
            read.refuse(
                f"option 'command' must be ${{{_VARIABLE}…}}: what is run is chosen where forewarn "
                "runs, not in the knowledge base",
                "command",
                f"Set the variable {_VARIABLE}NOTIFY to the command, and write "
                f"`command: ${{{_VARIABLE}NOTIFY}}`.",
            )
        return cls(tuple(shlex.split(command)), read.number("timeout", 60, 1, 100))

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.command_example import EXAMPLE

        return EXAMPLE

    async def __aenter__(self) -> Self:
        if not os.access(self._words[0], os.X_OK):
            raise _no_program("there is no such program, or it may not be run")
        return self

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        code, printed = await self._run(envelope(message, recipient))
        if code != 0:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
            raise DeliveryError(f"the command {how}", permanent=code in _FOR_GOOD)
        first = one_line((printed.decode(errors="replace").splitlines() or [""])[0])
        id = first[:_LONGEST_RECEIPT] or sent_id(message, recipient)
        return Receipt(message=id, assurance=Assurance.ACCEPTED)

    async def _run(self, given: bytes) -> tuple[int, bytes]:
        """Its exit code and what it printed first; all that it started ends with it."""
        mark, process = new_mark(), None
        # Files and no pipes: whatever holds them open, the program has ended when it has.
        with TemporaryFile() as stdin, TemporaryFile() as stdout:
            stdin.write(given)
            stdin.seek(0)
            try:
                process = await self._begin(mark, stdin, stdout)
                async with asyncio.timeout(self._seconds):
                    code = await process.wait()
            except TimeoutError as error:
                what = f"the command took longer than {self._seconds:g} s, and was ended"
                raise DeliveryError(what, permanent=False) from error
            finally:
                if process is not None:
                    end_all(process.pid, mark)
            stdout.seek(0)
            return code, stdout.read(_LONGEST_PRINTED)

    async def _begin(self, mark: str, stdin: IO[bytes], stdout: IO[bytes]) -> Process:
        line, before = child.dying_with_us(self._words)
        try:
            return await asyncio.create_subprocess_exec(
                *line,
                stdin=stdin,
                stdout=stdout,
                stderr=DEVNULL,
                cwd=child.neutral_folder(),
                env={**_environment(), MARK: mark},
                start_new_session=True,
                preexec_fn=before,
            )
        except OSError as error:
            raise _no_program(error.strerror or "it is none") from error


def _no_program(why: str) -> DeliveryError:
    return DeliveryError(
        f"the command cannot be started: {why}",
        permanent=False,
        fault=Fault.OURS,
        help="Mend the variable that holds it, then run `forewarn deliver --retry`.",
    )


def _environment() -> dict[str, str]:
    """Ours, without what steers a child and without the secrets of the other channels."""
    return {name: text for name, text in child.environment().items() if not name.startswith(PREFIX)}


def _check_command(text: str) -> str | None:
    try:
        words = shlex.split(text)
    except ValueError as error:
        return f"it is not quoted as a shell wants it: {error}"
    if not words or not Path(words[0]).is_absolute():
        return "a command begins with the full path of a program"
    return None
