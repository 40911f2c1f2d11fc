"""Accounting for the alerts: counts for a monitor, and what is kept of people and for how long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from forewarn.errors import DataError, UsageError
from forewarn.frozen import dataclass
from forewarn.model.accounts import Chosen, Tally
from forewarn.model.endpoint import Endpoint
from forewarn.model.settings import Settings
from forewarn.services.alert.workers import WorkerSeen, workers
from forewarn.store.catalogue.folders import Worktree
from forewarn.store.own import own_place
from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import State
from forewarn.store.state.opening import open_state

# So that each transaction is short, and a publish need not wait.
_STEP = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What a monitor watches: counts, what waits since when, what is held back, and when.

    `workers` are those of all machines; there are none where one machine has the state.
    """

    tallies: tuple[Tally, ...]
    oldest: dict[str, datetime]
    failing: tuple[Endpoint, ...]
    channels: tuple[str, ...]
    workers: tuple[WorkerSeen, ...]
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What was erased of somebody, and what is left: where it stands, and copies of the state."""

    deliveries: int
    files: int
    still_named: bool
    copies: tuple[str, ...]


def measure(root: Path, now: datetime) -> Measured:
    """Count everything for a monitor.

    Raises:
        DataError: forewarn.yml cannot be read, or the state database cannot be used.
    """
    settings = load_settings(root)
    with open_state(root) as state:
        return Measured(
            tallies=state.tallies(),
            oldest=state.oldest_waiting(),
            failing=tuple(one for one in state.endpoints() if one.works_again is None),
            channels=tuple(dict.fromkeys((*settings.channels, *state.channels()))),
            workers=workers(state),
            now=state.now() if state.is_shared else now,
        )


def prune(root: Path, before: datetime) -> int:
    """Shorten all deliveries that were settled before a moment; how many. The counts stay.

    Raises:
        DataError: the state database cannot be used.
    """
    shortened = 0
    with open_state(root) as state:
        while done := state.shorten(before=before, limit=_STEP):
            shortened += done
    return shortened


def forget(root: Path, person: str, address: str | None) -> Forgotten:
    """Erase a person, a list or a room from this machine's state. The counts stay.

    Raises:
        UsageError: there never was anybody of that name.
        DataError: forewarn.yml cannot be read, or the state database cannot be used.
    """
    settings = load_settings(root)
    known = settings.recipient(person)
    words = [word for word in (address, getattr(known, "email", None)) if word]
    with open_state(root) as state:
        erased = state.forget(person, words)
    files = [*_messages(root, settings, person)]
    for file in files:
        file.unlink(missing_ok=True)
    if known is None and not erased and not files:
        raise UsageError(
            f"nobody is called {person!a}, and nothing is kept of anybody of that name",
            help="Give the name that they have, or had, in forewarn.yml.",
        )
    # What `doctor --repair` and `state move` set aside.
    copies = (root / STATE_FOLDER).glob(f"{STATE_FILE}.*-*")
    return Forgotten(
        deliveries=erased,
        files=len(files),
        still_named=known is not None,
        copies=tuple(sorted(f"{STATE_FOLDER}/{copy.name}" for copy in copies)),
    )


def refuse_unknown(root: Path, state: State, chosen: Chosen) -> None:
    """That nothing is listed must not come of a typing error.

    Raises:
        UsageError: nothing was ever told to that recipient, or of that product, and there is none.
    """
    for what, name, kept, known in (
        ("person, list or room", chosen.person, Chosen(person=chosen.person), _recipients),
        ("product", chosen.product, Chosen(product=chosen.product), _products),
    ):
        if name is None or state.count_chosen(kept):
            continue
        names = known(root)
        if name not in names:
            raise UsageError(
                f"there is no {what} {name!a}, and no delivery of one",
                help=f"Use one of {', '.join(names) or 'none yet'}.",
            )


def _recipients(root: Path) -> list[str]:
    settings = load_settings(root)
    return [*settings.people, *settings.lists, *settings.rooms]


def _products(root: Path) -> list[str]:
    return [*Worktree(root).products()]


def _messages(root: Path, settings: Settings, person: str) -> Iterator[Path]:
    """The messages to somebody that lie in the folders of channels."""
    theirs = re.compile(rf"\d{{4}}-\d\d-\d\d-[0-9a-f]{{20}}(-\d+)?-{re.escape(person)}\.eml")
    for row in settings.channels.values():
        path = row.options.get("path", ".forewarn/mail")
        if row.type != "folder" or not isinstance(path, str):
            continue
        try:
            folder = own_place(root, root / path)
            yield from (file for file in folder.iterdir() if theirs.fullmatch(file.name))
        except (DataError, OSError):
            continue
