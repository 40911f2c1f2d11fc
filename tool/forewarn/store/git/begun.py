"""A command of Git that is under way: waited for at once, or when something else is done."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO

from forewarn import child
from forewarn.errors import DataError
from forewarn.store.git.process import READING, Doing, Patience, answer, command, end


class Refusal(Exception):
    """Git's no: the `status` that it ended with, and what it said as the text of this."""

    def __init__(self, status: int, said: bytes) -> None:
        super().__init__(said.decode("utf-8", "surrogateescape"))
        self.status = status


class Begun:
    """A command of Git that is under way; all that it starts ends with it.

    Args:
        folder: where it runs; None: where we do.
        env: variables beside our own.
        given: its standard input.
        much: whether what it prints waits in a file while something else is done: a pipe holds
            little, and Git would wait for whoever reads it.

    Raises:
        DataError: there is no Git, or it does not answer when it is asked for the first change.
        OSError: the folder cannot be gone into.
    """

    def __init__(
        self,
        folder: Path | None,
        words: Sequence[str],
        doing: Doing,
        *,
        patience: Patience,
        env: Mapping[str, str],
        given: BinaryIO | None = None,
        much: bool = False,
    ) -> None:
        self._doing = words[0]
        self._patience = patience
        self._files = _two_files() if much else None
        line, before = child.dying_with_us(command(words, doing))
        printed, said = self._files or (subprocess.PIPE, subprocess.PIPE)
        apart: dict[str, Any] = {"start_new_session": True, "preexec_fn": before}
        self._held: object = None
        if doing is not Doing.READING:
            if "git" not in sys.modules:
                # As it is loaded, GitPython asks for the version, and waits for ever.
                soon = min(patience, READING, key=lambda each: each.idle)
                Begun(None, ["version"], Doing.READING, patience=soon, env={}).answer()
            self._held, self._process = _changing(folder, line, given, env, apart)
            return
        self._process = subprocess.Popen(
            line,
            cwd=folder,
            env={**os.environ, **env},
            stdin=given or subprocess.DEVNULL,
            stdout=printed,
            stderr=said,
            **apart,
        )

    def answer(self) -> tuple[bytes, bytes, int]:
        """What Git printed and said, and its exit code.

        Raises:
            DataError: it does not answer.
        """
        try:
            printed, said = answer(self._process, self._patience, self._doing)
        except BaseException:
            self.end()
            raise
        if self._files:
            printed, said = map(_whole, self._files)
        return printed, said, self._process.returncode

    def end(self) -> None:
        """Give it up."""
        end(self._process)
        for pipe in (self._process.stdout, self._process.stderr, *(self._files or ())):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


def _changing(
    folder: Path | None,
    line: Sequence[str],
    given: BinaryIO | None,
    env: Mapping[str, str],
    apart: Mapping[str, Any],
) -> tuple[object, subprocess.Popen[bytes]]:
    """A command that changes something, begun by GitPython; it ends with the first that is given.

    To load GitPython takes as long as a dozen questions, so that what only asks goes without.
    """
    try:
        from git.cmd import Git
        from git.exc import GitCommandNotFound
    except ImportError as error:
        raise DataError(
            "git cannot be run", help="Install git and see that it is on the PATH."
        ) from error
    git = Git(str(folder) if folder else None)
    try:
        begun = git.execute(list(line), env=dict(env), istream=given, as_process=True, **apart)
    except GitCommandNotFound as error:
        raise OSError(str(error)) from error
    assert begun.proc is not None  # noqa: S101 - until it is done with
    return begun, begun.proc


def _two_files() -> tuple[IO[bytes], IO[bytes]]:
    import tempfile

    return tempfile.TemporaryFile(), tempfile.TemporaryFile()


def _whole(file: IO[bytes]) -> bytes:
    with file:
        file.seek(0)
        return file.read()
