"""The state of one machine becomes that of many, or back, and nobody is told anything twice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import Refused, UsageError
from forewarn.store.own import state_folder
from forewarn.store.root import BESIDE, SETTINGS_FILE, STATE_FILE, state_file_is_there
from forewarn.store.state.belonging import refuse_others
from forewarn.store.state.opening import address_of, only_one
from forewarn.store.state.sqlite import open_root

if TYPE_CHECKING:
    from forewarn.store.state.postgres_address import DatabaseAddress


def move(root: Path, *, to_file: bool, aside: str, environ: Mapping[str, str]) -> dict[str, int]:
    """Copy the whole state from the file into the database, or back; how many rows of each table.

    The file has another name afterwards, `aside`; the database is as it was.

    Raises:
        UsageError: `database:` names none.
        Refused: where it is to go there is a state already, there is none where it comes from, or
            something is being sent.
        DataError: one of them cannot be used; then nothing is changed.
    """
    address = address_of(root, environ)
    if address is None:
        raise UsageError(
            "forewarn.yml names no database",
            where=SETTINGS_FILE,
            help="Add `database: ${FOREWARN_DATABASE}`, and set that variable to its address.",
        )
    path = state_folder(root, STATE_FILE)
    stop = "Stop it, then run this again."
    with (
        only_one(root, "publishing", help=stop, environ=environ),
        only_one(root, "watching", help=stop, environ=environ),
    ):
        return _moved(root, path, address, aside, to_file=to_file)


def _moved(
    root: Path, path: Path, address: DatabaseAddress, aside: str, *, to_file: bool
) -> dict[str, int]:
    # Psycopg is an extra, and whoever has read an address has seen that it is there.
    from forewarn.store.state.postgres import open_address

    if to_file == state_file_is_there(root):
        raise Refused(
            "there is a file already" if to_file else "there is no file to move",
            where=str(path),
            help="If it is the state that was moved just now, take `database:` out of "
            "forewarn.yml; if nobody needs it, move it away."
            if to_file
            else None,
        )
    try:
        with open_root(root) as file, open_address(address) as database:
            refuse_others(root, database, address.shown)
            if to_file:
                return database.carry_into(file, str(path))
            moved = file.carry_into(database, address.shown)
    except BaseException:
        for ending in ("", *BESIDE) if to_file else ():
            path.with_name(path.name + ending).unlink(missing_ok=True)
        raise
    path.rename(path.with_name(aside))
    return moved
