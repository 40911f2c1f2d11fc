"""Pushing a branch: never asking anybody, never without end, and saying what a refusal means."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from typing import IO

from forewarn import child
from forewarn.errors import DataError
from forewarn.model.secrets import told
from forewarn.model.visible import one_line
from forewarn.store.git.process import Doing, command, end, environment
from forewarn.store.git.repository import Repository

# Git tells its progress every second; a server may be silent while it checks what came.
_SILENCE_SECONDS = 120.0
_ALL_SECONDS = 3600.0
_LOOK_SECONDS = 0.1
_LONGEST_REASON = 300

# Another push was quicker, perhaps by an instant.
_BEHIND = (
    "non-fast-forward|fetch first|stale info|cannot lock ref|failed to (lock|update ref)"
    "|incorrect old value|reference already exists|unable to (create|update)[^/]*(ref|lock)"
)
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


class Rejected(DataError):
    """The remote has commits that are not here."""


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
        Rejected: the remote has commits that are not here.
        DataError: Git or the remote refuses, or that time is over.
    """
    why = _talk(
        repository,
        ("push", "--progress", "--end-of-options", remote, f"{branch}:{branch}"),
        silence,
        within,
    )
    if why is None:
        return
    mends = (mend for words, mend in _MENDS if re.search(words, why, re.IGNORECASE))
    there = told(remote)
    kind = Rejected if re.search(_BEHIND, why, re.IGNORECASE) else DataError
    raise kind(
        f"{branch} could not be pushed to {there}: {why}",
        help=next(mends, _OTHERWISE).format(branch=branch, remote=there),
    )


def fetch(
    repository: Repository,
    branch: str,
    remote: str,
    *,
    silence: float = _SILENCE_SECONDS,
    within: float = _ALL_SECONDS,
) -> str:
    """Fetch a branch of a remote; the id of its newest commit. Nothing here is changed.

    Raises:
        DataError: Git or the remote refuses, or the time is over.
    """
    words = ("fetch", "--progress", "--no-tags", "--end-of-options", remote, branch)
    why = _talk(repository, words, silence, within)
    if why is not None:
        there = told(remote)
        raise DataError(
            f"{branch} could not be fetched from {there}: {why}",
            help=f"See whether it can be reached: `git ls-remote {there}`. Then push by hand.",
        )
    return repository.resolve("FETCH_HEAD")


def _talk(
    repository: Repository, words: Sequence[str], silence: float, within: float
) -> str | None:
    """Let Git talk to a server; what went wrong, or None."""
    line, before = child.dying_with_us(
        command((f"--git-dir={repository.git_dir}", *words), Doing.PUSHING)
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
        if problem or process.returncode:
            return problem or _reason(said)
    return None


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
    return one_line(told(plain))[:_LONGEST_REASON] or "Git gave no reason"
