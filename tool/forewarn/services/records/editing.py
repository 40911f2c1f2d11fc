"""Changing a record by command or in an editor: checked before it is committed, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from forewarn.errors import DataError, ForewarnError, Refused, UsageError
from forewarn.frozen import dataclass
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.release import Release, Status
from forewarn.services.check.run import check_changed
from forewarn.services.records.writing import write_and_commit
from forewarn.store.files import only_one, write_atomic
from forewarn.store.git.writer import one_writer
from forewarn.store.links import refuse_beyond_links
from forewarn.store.own import state_folder
from forewarn.store.records import read_record
from forewarn.store.records.edit import edit_record, edit_yaml, read_value
from forewarn.store.records.problems import Problems


class RefusedFindings(Refused):
    """What was to be written has errors; `findings` are all that was found."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = next(f for f in findings if f.severity is FindingSeverity.ERROR)
        more = sum(f.severity is FindingSeverity.ERROR for f in findings) - 1
        super().__init__(
            f"{first.message} [{first.rule}]" + (f", and {more} more" if more else ""),
            where=str(first.place),
            help=f"Nothing was written. {first.help}",
        )
        self.findings = findings


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What was committed: the file, and the warnings of `check` about it."""

    path: str
    warnings: tuple[Finding, ...]


def save(root: Path, path: str, data: bytes, *, base: bytes | None, message: str) -> Saved:
    """Commit a record that was `base` (None: not there) and is to be `data`, if `check` lets it.

    Raises:
        RefusedFindings: it would have an error, or cause one elsewhere.
        Refused: somebody else has changed or written the file meanwhile, or it is a link.
        UsageError: nothing would change.
        DataError: it could not be written or committed.
    """
    if data == base:
        raise UsageError("nothing is different, so nothing was committed")
    with one_writer(root):
        if read(root, path) != base:
            raise Refused(
                "it has been changed by somebody else meanwhile",
                where=path,
                help="Look at it, and run this again.",
            )
        refuse_other_state(path, base, data)
        findings = check_changed(root, {path: data})
        if any(finding.severity is FindingSeverity.ERROR for finding in findings):
            raise RefusedFindings(findings)
        write_and_commit(root, {path: data}, message)
    return Saved(path=path, warnings=tuple(f for f in findings if f.place.file == path))


def refuse_other_state(path: str, base: bytes | None, data: bytes) -> None:
    """Refuse to change a release's state by an edit: each way has a command, some with a gate.

    Raises:
        Refused: it would be in another state.
    """
    before = _release_in(path, base) if base is not None else None
    after = _release_in(path, data) if before else None
    if before is None or after is None or after.status is before.status:
        return  # what cannot be read, `check` tells of
    raise Refused(
        f"{before} is {before.status}, and an edit cannot make it {after.status}",
        where=path,
        help=f"Nothing was written. {_way_to(before, after.status)}",
    )


def _release_in(path: str, data: bytes) -> Release | None:
    record = read_record(path, data, Problems(path))
    return record if isinstance(record, Release) else None


def _way_to(release: Release, status: Status) -> str:
    named = f"{release.product} {release.version}"
    match status:
        case Status.SHIPPED if release.status is Status.WITHDRAWN:
            return f"`forewarn release ship {named} --reinstate REASON` ships it again."
        case Status.SHIPPED:
            return f"`forewarn release ship {named}` ships it, if the gate lets it through."
        case Status.WITHDRAWN:
            return f"`forewarn release withdraw {named} --reason REASON` takes it back."
        case Status.STAGED if release.status is Status.PLANNED:
            return f"`forewarn release stage {named}` says that it is built."
        case _:
            correct = f"forewarn release correct {named} --status {status} --reason REASON"
            return f"`{correct}` puts it back."


def read(root: Path, path: str) -> bytes | None:
    """The bytes of a file as it lies there; None where there is none.

    Raises:
        Refused: it is a symbolic link, or lies behind one: it is not a record of this place.
        DataError: it cannot be read.
    """
    refuse_beyond_links(root, [path])
    if (root / path).is_symlink():
        raise Refused(
            "this is a symbolic link, and what it leads to may be no record",
            where=path,
            help="Edit the file that it leads to, or put a file in the link's place.",
        )
    try:
        return (root / path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}", where=path, help="Mend the file's permissions."
        ) from error


def with_values(path: str, data: bytes, values: Mapping[str, str | None]) -> bytes:
    """A record with other values behind some keys, each as YAML on one line; None takes one out.

    Comments, order and layout stay.

    Raises:
        UsageError: a value cannot be read, or a key that is to go is not there.
        DataError: the file cannot be edited without spoiling it.
    """
    read_values: dict[str, Any] = {}
    for key, text in values.items():
        try:
            read_values[key] = None if text is None else read_value(text)
        except ValueError as error:
            raise UsageError(
                f"the value of {key!r} cannot be read: {error}",
                help=f"Quote it for YAML, such as --set '{key}=\"text: more\"'.",
            ) from error

    def change(head: Any) -> None:
        for key, text in values.items():
            if text is not None:
                head[key] = read_values[key]
            elif key in head:
                del head[key]
            else:
                raise UsageError(f"there is no {key!r} to take out", where=path)

    edit = edit_yaml if path.endswith(".yml") else edit_record
    return edit(data, change, path)


@contextmanager
def draft(
    root: Path, path: str, base: bytes | None, start: bytes, aside: Callable[[Path], None]
) -> Iterator[tuple[Path, bool]]:
    """A copy of a file to be edited, and whether it was there already from an earlier time.

    It stays where the block fails, so that nobody types a thing twice; and it is taken up again
    by the next one. One that was begun with another `base` would undo what was changed since: it
    is put aside, and `aside` is told where it lies.

    Raises:
        Refused: somebody is at it.
        DataError: it cannot be written.
    """
    place = state_folder(root, "drafts", path.replace("/", "~"))
    begun = state_folder(root, "drafts", place.name + ".base")
    place.parent.mkdir(parents=True, exist_ok=True)
    with only_one(place.with_name(place.name + ".lock"), f"editing {path}"):
        was_there = place.is_file() and place.read_bytes() != start
        if was_there and (begun.read_bytes() if begun.is_file() else None) != base:
            named = sha256(place.read_bytes()).hexdigest()[:8]
            aside(place.replace(place.with_name(f"{place.stem}.{named}{place.suffix}")))
            was_there = False
        if not was_there:
            place.unlink(missing_ok=True)
            begun.unlink(missing_ok=True)
            if base is not None:
                write_atomic(begun, base)
            write_atomic(place, start)
        done = False
        try:
            yield place, was_there
            done = True
        finally:
            if done or not place.exists() or (place.is_file() and place.read_bytes() == start):
                place.unlink(missing_ok=True)
                begun.unlink(missing_ok=True)


def edited(
    root: Path,
    path: str,
    base: bytes | None,
    start: bytes,
    editor: Callable[[Path], None],
    then: Callable[[bytes], Saved],
    again: Callable[[ForewarnError | None, Path], bool],
    aside: Callable[[Path], None],
) -> Saved:
    """Let a person edit a copy of a file until it can be committed.

    Args:
        base: what the file is now; None where it is not there.
        editor: opens a file for the person and waits.
        then: commits the bytes.
        again: asked after a refusal, with what is wrong and where the copy lies; and, with
            None, whether a copy from an earlier time is to be taken up. False ends it.
        aside: told where a copy lies that was begun before somebody else changed the file.

    Raises:
        ForewarnError: it cannot be committed, and nobody goes on; the copy stays.
        UsageError: nothing was changed, or the editor has left no file.
    """
    with draft(root, path, base, start, aside) as (place, was_there):
        if was_there and not again(None, place):
            write_atomic(place, start)
        while True:
            editor(place)
            try:
                data = place.read_bytes()
            except (FileNotFoundError, IsADirectoryError) as error:
                raise UsageError(
                    "the editor has left no file, so nothing was committed", where=str(place)
                ) from error
            if data == start:
                raise UsageError("nothing was changed, so nothing was committed")
            try:
                return then(data)
            except ForewarnError as refused:
                if not again(refused, place):
                    raise
