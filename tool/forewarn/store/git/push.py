"""Pushing a branch: never asking anybody, never without end, and saying what a refusal means."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import time
from typing import IO

from forewarn import child
from forewarn.errors import DataError
from forewarn.model.visible import one_line
from forewarn.store.git.process import Doing, command, end, environment
from forewarn.store.git.repository import Repository

# Git tells its progress every second; a server may be silent while it checks what came.
_SILENCE_SECONDS = 120.0
_ALL_SECONDS = 3600.0
_LOOK_SECONDS = 0.1
_LONGEST_REASON = 300
_PASSWORD = re.compile(r"//[^/@\s]+@")

# The first whose words Git or the server said tells what to do.
_MENDS = (
    (
        "non-fast-forward|fetch first|stale info",
        "{remote} has commits on {branch} that are not here: publish from one place only. To go on "
        "from what is there, run `git fetch {remote} +{branch}:{branch}`, then publish again.",
    ),
    (
        "protected branch|hook declined|GH006|GH013|not allowed to push",
        "The rules of the server forbid it: let this account push to {branch} there, or name "
        "another branch.",
    ),
    (
        "authentication failed|could not read (username|password)|permission denied|denied to"
        "|error: 40[13]|host key verification",
        "Let Git sign in without asking anybody, with a credential helper or an SSH key, and try "
        "it: `git push --dry-run {remote} {branch}`.",
    ),
    (
        "could not resolve|unable to (look up|connect)|connection (refused|reset)|timed out"
        "|unreachable|no route to host|early eof|hung up|Git was silent|not done within",
        "See whether the server can be reached: `git ls-remote {remote}`. The next publish pushes "
        "it again.",
    ),
    (
        "hash algorithm|object.format",
        "The server's repository must have the object format that this one has: "
        "`git rev-parse --show-object-format`.",
    ),
    (
        "no such remote|strange pathname|does not appear to be a git repository|not found"
        "|no such file",
        "See where {remote} leads: `git remote -v`.",
    ),
)
_OTHERWISE = "Mend what Git names, then publish again: {branch} is committed here."


def push(
    repository: Repository,
    branch: str,
    remote: str,
    *,
    silence: float = _SILENCE_SECONDS,
    within: float = _ALL_SECONDS,
) -> None:
    """Push a branch to a remote, which must not have what this one does not.

    Args:
        silence: for how many seconds Git may say nothing.
        within: the most that it may take, in seconds.

    Raises:
        DataError: Git or the remote refuses, or that time is over.
    """
    words = (f"--git-dir={repository.git_dir}", "push", "--progress", "--end-of-options")
    line, before = child.dying_with_us(
        command((*words, remote, f"{branch}:{branch}"), Doing.PUSHING)
    )
    # Not a pipe: what Git started may hold it open when Git itself has ended.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            line,
            env={**os.environ, **environment(Doing.PUSHING)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            preexec_fn=before,
        )
        try:
            problem = _wait(process, said, silence, within)
        except BaseException:
            end(process)
            raise
        why = problem or _reason(said)
    if not problem and not process.returncode:
        return
    mends = (mend for words, mend in _MENDS if re.search(words, why, re.IGNORECASE))
    there = _PASSWORD.sub("//", remote)
    raise DataError(
        f"{branch} could not be pushed to {there}: {why}",
        help=next(mends, _OTHERWISE).format(branch=branch, remote=there),
    )


def _wait(
    process: subprocess.Popen[bytes], said: IO[bytes], silence: float, within: float
) -> str | None:
    """Wait for the end; what is wrong where it does not come in time."""
    begun = heard = time.monotonic()
    length = 0
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
            return None
        now = time.monotonic()
        if (size := os.fstat(said.fileno()).st_size) > length:
            length, heard = size, now
        if now - heard > silence or now - begun > within:
            end(process)
            if now - heard > silence:
                return f"Git was silent for {silence:g} s"
            return f"it was not done within {within:g} s"


def _reason(said: IO[bytes]) -> str:
    """What Git and the server said, without progress and advice, on one line."""
    said.seek(0)
    text = said.read().decode("utf-8", "replace")
    lines = (line.rpartition("\r")[2].strip() for line in text.splitlines())
    worth = [line for line in lines if line and not line.startswith(("hint:", "To ", "Everything"))]
    telling = [w for w in worth if w.startswith(("fatal:", "error:", "!", "remote:", "ssh:"))]
    plain = " / ".join(telling or worth[-3:])
    return one_line(_PASSWORD.sub("//", plain))[:_LONGEST_REASON] or "Git gave no reason"
