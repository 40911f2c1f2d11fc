"""Which database a knowledge base has its state in, and opening it."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import DataError
from forewarn.store import files
from forewarn.store.own import state_folder
from forewarn.store.root import SETTINGS_FILE, STATE_FILE, STATE_FOLDER, state_file_is_there

# The file of this machine by which a process is the only one that does so.
_LOCKS = {"publishing": "publish.lock", "watching": "watch.lock"}

if TYPE_CHECKING:
    from forewarn.model.settings import DatabaseSettings
    from forewarn.store.state.interface import State
    from forewarn.store.state.jobs import Jobs
    from forewarn.store.state.postgres_address import DatabaseAddress


@contextlib.contextmanager
def open_state(
    root: Path, *, patience: float = 30, environ: Mapping[str, str] = os.environ
) -> Iterator[State]:
    """Open the state of the knowledge base at `root`, made or migrated as needed.

    `patience` is how many seconds to wait while another process writes. `environ` has the address
    of the database, where `database:` names one.

    Raises:
        DataError: it is damaged, newer than this forewarn, locked, or cannot be reached or written.
    """
    address = address_of(root, environ)
    if address is None:
        from forewarn.store.state.sqlite import open_root

        with open_root(root, patience=patience) as file:
            yield file
    else:
        from forewarn.store.state.belonging import refuse_others
        from forewarn.store.state.postgres import open_address

        if state_file_is_there(root):
            raise DataError(
                "there are two states: one in a file of this machine, and the database that "
                "`database:` names",
                where=str(root / STATE_FOLDER / STATE_FILE),
                help="`forewarn state move --to database` takes the file over; where the database "
                "has the state already, remove the file, or take `database:` out of forewarn.yml.",
            )
        with open_address(address, patience=patience) as database:
            refuse_others(root, database, address.shown)
            yield database


@contextlib.contextmanager
def only_one(
    root: Path,
    doing: str,
    *,
    help: str = "Wait until it is done, then run the command again.",
    environ: Mapping[str, str] = os.environ,
) -> Iterator[None]:
    """Be the only process that does so with the state of a knowledge base, on any machine.

    Raises:
        Refused: another process does. `help` is what to do then.
        DataError: the database cannot be used.
    """
    address = address_of(root, environ)
    with contextlib.ExitStack() as stack:
        lock = state_folder(root, _LOCKS[doing])
        stack.enter_context(files.only_one(lock, doing, help=help))
        if address is not None:
            from forewarn.store.state import postgres

            stack.enter_context(postgres.only_one(address, doing, help))
        yield


def is_in_database(root: Path) -> bool:
    """Whether `database:` says that the state is in a database of many machines."""
    return _named(root) is not None


def state_is_there(root: Path) -> bool:
    """Whether the knowledge base at `root` has a state yet, be it one that is unusable."""
    return state_file_is_there(root) or is_in_database(root)


def address_of(root: Path, environ: Mapping[str, str]) -> DatabaseAddress | None:
    """The address of the database that has the state; None: it is in a file of this machine.

    Raises:
        DataError: forewarn.yml cannot be read, or what it names is no address.
    """
    named = _named(root)
    if named is None:
        return None
    from forewarn.store.state import postgres_address

    return postgres_address.address_of(named, environ)


def jobs_of(root: Path, environ: Mapping[str, str] = os.environ) -> Jobs | None:
    """What wakes the workers of all machines; None: the state is in a file of this one.

    Raises:
        DataError: forewarn.yml cannot be read, or the database cannot be used.
    """
    address = address_of(root, environ)
    if address is None:
        return None
    from forewarn.store.state.jobs import Jobs
    from forewarn.store.state.postgres import open_address

    with open_address(address) as state:
        return Jobs(address, state.schema)


def _named(root: Path) -> DatabaseSettings | None:
    """What `database:` says.

    Raises:
        DataError: nobody can know: forewarn.yml cannot be read.
    """
    try:
        data = (root / SETTINGS_FILE).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=SETTINGS_FILE) from error
    # Most have none, and reading all of it takes longer than most questions.
    return _read(data) if b"database" in data or b"\\" in data else None


@functools.lru_cache(maxsize=8)
def _read(data: bytes) -> DatabaseSettings | None:
    from forewarn.store.settings import parse_settings

    settings, findings = parse_settings(data)
    if settings is None or settings.database is None:
        first = next((one for one in findings if not settings or "database" in one.message), None)
    else:
        first = None
    if first:
        raise DataError(
            f"which database has the state is not known: {first.message}",
            where=str(first.place),
            help=first.help,
        )
    return settings.database if settings else None
