"""A damaged state database is set aside and built anew, and nobody is told anything twice.

What can be read is carried over. What cannot is rebuilt from Git: every event up to the published
mark is taken as told. Where the mark is lost, it is the one that is kept as a ref, or else the
checked-out commit.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import DataError, Refused
from forewarn.frozen import dataclass
from forewarn.model.events.change import derive, history
from forewarn.model.settings import Settings
from forewarn.services.publish.events import the_head
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.files import how_to_mend, only_one
from forewarn.store.git.repository import Repository
from forewarn.store.own import state_folder
from forewarn.store.root import BESIDE, SETTINGS_FILE, STATE_FILE, state_file_is_there
from forewarn.store.state.holders import alive, lock_holders
from forewarn.store.state.interface import PUBLISHED, PUBLISHED_REF, TELL_QUIETLY, Damaged, State
from forewarn.store.state.opening import is_in_database
from forewarn.store.state.sqlite import HOLDERS, open_file, open_root

if TYPE_CHECKING:
    from forewarn.store.state.sqlite import Salvaged

_PATIENCE = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Repaired:
    """What a repair did.

    `why` says what was wrong, `aside` where the damaged file is now. `kept` counts the rows that
    were carried over, by table; in the tables of `lost` there were others. `taken_as_told` is the
    commit up to which everything is taken as told, where that is not what the old file said.
    """

    why: str
    aside: Path
    kept: dict[str, int]
    lost: tuple[str, ...]
    taken_as_told: str | None


def repair(root: Path, settings: Settings, *, now: datetime) -> Repaired | None:
    """Set a damaged state database aside and build it anew; None where it is sound.

    Raises:
        Refused: another process works with it, or it is none of SQLite.
        DataError: it is no damage that keeps it from being used (a lock, permissions, a newer
            format, a full disk), or Git cannot be read.
    """
    if is_in_database(root):
        raise Refused(
            "the state is in PostgreSQL, and only a file of SQLite is built anew",
            where=SETTINGS_FILE,
            help="Put back a copy: `pg_restore` of a `pg_dump`.",
        )
    if not state_file_is_there(root):
        return None
    path = state_folder(root, STATE_FILE)
    with only_one(state_folder(root, "publish.lock"), "publishing"):
        why = _what_is_wrong(root)
        if why is None:
            return None
        _refuse_users(root, path)
        new = path.with_name(f"{STATE_FILE}.new")
        _remove(new)
        with Repository(root) as repository, open_file(new) as state:
            saved = state.carry_over(path)
            told = _rebuild(repository, state, settings, saved)
        aside = _set_aside(path, new, now)
    return Repaired(
        why=why,
        aside=aside,
        kept=saved.kept,
        lost=tuple(sorted(saved.lost)),
        taken_as_told=told,
    )


def _what_is_wrong(root: Path) -> str | None:
    try:
        with open_root(root, patience=_PATIENCE) as state:
            return state.damage()
    except Damaged as error:
        return error.what


def _refuse_users(root: Path, path: Path) -> None:
    users = list(lock_holders(path))
    with suppress(OSError):
        folder = state_folder(root, HOLDERS)
        users += ["a delivery" for file in folder.iterdir() if alive(folder, file.name)]
    if users:
        raise Refused(
            f"the state database is in use by {users[0]}",
            where=str(path),
            help="Wait until it is done or stop it, then run `forewarn doctor --repair` again.",
        )


def _rebuild(
    repository: Repository, state: State, settings: Settings, saved: Salvaged
) -> str | None:
    """What Git says, for what could not be carried over."""
    mark, taken = state.mark(PUBLISHED), None
    if mark is None or not repository.has(mark):
        mark = taken = _told_up_to(repository)
    if not saved.lost:
        return taken
    catalogue = load_commit(repository, mark).catalogue
    with state.transaction() as change:
        change.set_mark(PUBLISHED, mark)
        if "events" in saved.lost:
            at = repository.committed_at(mark)
            events = derive(history(catalogue, at.date()), catalogue, at)
            change.put(events, settings, told=True)
        if "events" in saved.lost and {"sources", "sightings"} & saved.lost:
            # What is live was told, for all that anybody knows; the next look lists it as open.
            for product in catalogue.products.values():
                for row in product.watch:
                    change.set_mark(TELL_QUIETLY + f"{product.id} {row.kept_under}", "yes")
    return taken


def _told_up_to(repository: Repository) -> str:
    """How far was published, as the repository knows it; else what is checked out."""
    head, published = the_head(repository), repository.ref(PUBLISHED_REF)
    return published if published and repository.descends(head, published) else head


def _set_aside(path: Path, new: Path, now: datetime) -> Path:
    """Put the new file in place of the damaged one, which keeps its content under another name.

    At no moment is there no file: the next command would begin anew, and tell everything again.
    """
    aside = path.with_name(f"{path.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    try:
        if path.is_file():
            for ending in ("", "-wal", "-journal"):
                there = path.with_name(path.name + ending)
                if there.is_file():
                    _copy(there, aside.with_name(aside.name + ending))
            for ending in BESIDE:
                there = path.with_name(path.name + ending)
                if there.is_dir():
                    there.rename(aside.with_name(aside.name + ending))
                there.unlink(missing_ok=True)
        else:
            path.rename(aside)
        new.replace(path)
    except OSError as error:
        raise DataError(
            f"the damaged database could not be set aside: {error.strerror or error}",
            where=str(path),
            help=f"{how_to_mend(error) or 'Mend what the system says'}, then run this again; "
            "the file is as it was.",
        ) from error
    return aside


def _copy(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:
        shutil.copy2(file, to)


def _remove(path: Path) -> None:
    for ending in ("", *BESIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)
