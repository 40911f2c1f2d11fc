"""Pushing the one commit that shipped a release, while others push theirs: never by force."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from forewarn.errors import DataError, Refused
from forewarn.frozen import dataclass
from forewarn.model.release import Release
from forewarn.services.ask.lookup import the_release
from forewarn.services.records.gate import load_gated, refuse_breaking, refuse_unshippable
from forewarn.services.records.writing import write_and_commit
from forewarn.store.git.push import Rejected, fetch, push
from forewarn.store.git.repository import Repository
from forewarn.store.git.writer import one_writer

# Each time that a push comes too late, somebody else's was in time.
_TRIES = 20
_LONGEST_PAUSE = 2.0


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """To which remote it went, and what the commits said that went along."""

    remote: str
    along: tuple[str, ...]


def push_shipped(
    root: Path,
    release: Release,
    remote: str | None,
    *,
    reinstate: bool = False,
    accept_risk: bool = False,
    step: Callable[[str], None] = lambda said: None,
    pause: Callable[[float], None] = time.sleep,
) -> Pushed:
    """Push the checked-out branch, whose last commit shipped a release.

    Where the remote has commits that are not here, they are fetched, the one commit is made again
    on top of them, and the gate is asked again with what they say. Nothing is ever forced, and of
    other commits nothing goes along but what is about the release's own record.

    Args:
        remote: the name of a remote; by default the one that the branch follows, else `origin`.
        step: told what is being done.
        pause: waits for so many seconds before the next try.

    Raises:
        Refused: the gate is closed now, somebody changed the same record, there are other
            commits here that the remote does not have, or others were quicker each time.
        DataError: Git or the remote refuses.
    """
    with Repository(root) as repository:
        repository.refuse_unless_on_a_branch()
        branch = repository.branch() or ""
        remote = remote or repository.remote_of(branch) or "origin"
        along = _along(repository, release, remote, branch)
    for number in range(_TRIES):
        step(f"pushing {branch} to {remote}")
        try:
            with Repository(root) as repository:
                push(repository, branch, remote)
        except Rejected:
            pause(random.uniform(0, min(0.1 * (number + 1), _LONGEST_PAUSE)))  # noqa: S311
        except DataError as error:
            raise DataError(
                f"{error.what}; {release} is committed here, and not pushed",
                help=f"{error.help} Then run `git push {remote} {branch}`.",
            ) from error
        else:
            return Pushed(remote=remote, along=along)
        with one_writer(root):
            _make_again(root, release, remote, branch, reinstate, accept_risk)
        step(f"made the commit again on top of what {remote} has")
    raise Refused(
        f"{remote} has had other commits each of {_TRIES} times, so {release} is not pushed",
        where=release.place.file,
        help=f"It is committed here. Run `git pull --rebase {remote} {branch} && git push "
        f"{remote} {branch}` when it is quieter there.",
    )


def _along(repository: Repository, release: Release, remote: str, branch: str) -> tuple[str, ...]:
    """What earlier commits say that go along, the oldest first: those of the same record.

    Raises:
        Refused: there are others, which nobody asked to be pushed.
    """
    try:
        theirs = fetch(repository, branch, remote)
    except DataError:
        return ()  # there is no such branch yet, or pushing says what is wrong
    path = release.place.file
    mine = repository.only_here("HEAD", theirs)
    if repository.only_here("HEAD", theirs, beside=path):
        raise _others(release, remote, branch, len(mine))
    return tuple(repository.message(one).partition("\n")[0] for one in reversed(mine[1:]))


def _others(release: Release, remote: str, branch: str, count: int) -> Refused:
    return Refused(
        f"there are {count} commits here that {remote} does not have, and this pushes the one "
        "that ships",
        where=release.place.file,
        help=f"{release} is committed here. {_by_hand(remote, branch)}",
    )


def _by_hand(remote: str, branch: str) -> str:
    return f"Run `git pull --rebase {remote} {branch}`, see what is there, then `git push`."


def _make_again(
    root: Path, release: Release, remote: str, branch: str, reinstate: bool, accept_risk: bool
) -> None:
    """Make the last commit again on top of what the remote has, if it may be."""
    path = release.place.file
    with Repository(root) as repository:
        ours, theirs = repository.resolve("HEAD"), fetch(repository, branch, remote)
        if repository.descends(ours, theirs):
            return
        before = repository.resolve("HEAD~1")
        mine = repository.only_here(ours, theirs)
        if mine != (ours,):
            raise _others(release, remote, branch, len(mine))
        if repository.blob_of(before, path) != repository.blob_of(theirs, path):
            raise Refused(
                f"the record of {release} was changed on {remote} meanwhile",
                where=path,
                help=f"{release} is committed here, and not pushed. {_by_hand(remote, branch)}",
            )
        data, message = repository.content(ours, path), repository.message(ours)
        repository.move_to(theirs)
    try:
        loaded = load_gated(root, release.product)
        now = the_release(loaded, release.product, release.version)
        refuse_unshippable(now, reinstate=reinstate)
        if not accept_risk:
            refuse_breaking(loaded, now)
    except Refused as error:
        raise Refused(
            f"with what {remote} has by now, {error.what}; nothing was shipped or pushed",
            where=error.where,
            help=f"{error.help} Your commit was {ours[:10]}.",
        ) from error
    write_and_commit(root, {path: data}, message)
