"""Writing records: one Git commit of just these files, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from forewarn.errors import DataError, UsageError
from forewarn.model.names import check_header
from forewarn.model.release import Release
from forewarn.store.git.repository import Repository
from forewarn.store.git.writer import change_and_commit, one_writer
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems


def write_and_commit(root: Path, files: Mapping[str, bytes | None], message: str) -> str:
    """Write records (path relative to `root` → bytes) and commit them; returns the commit's id.

    A file that is to go has None for its bytes. What is written is read back first, so that no
    command can leave a record that `check` would not read. If Git refuses, or the command dies,
    the files are as they were. Whoever has read records to know what to write is the one writer
    since then (`store.writer.alone`).

    Raises:
        Refused: no branch is checked out, or a merge is under way.
        DataError: the bytes are no record, or they could not be written or committed.
    """
    for path, data in files.items():
        if data is None:
            continue
        problems = Problems(path)
        read_record(path, data, problems)
        if problems.findings:
            first = problems.findings[0]
            raise DataError(first.message, where=str(first.place), help=first.help)
    with one_writer(root), Repository(root) as repository:
        repository.refuse_unless_on_a_branch()
        return change_and_commit(repository, files, message)


def rewrite_and_commit(
    root: Path, release: Release, change: Callable[[Any], None], message: str
) -> None:
    """Change the front matter of a release and commit that, as `write_and_commit` does."""
    from forewarn.store.records.edit import edit_record

    path = release.place.file
    data = edit_record((root / path).read_bytes(), change, path)
    write_and_commit(root, {path: data}, message)


def is_said_only_here(root: Path, release: Release) -> bool:
    """Whether a release's status was written into its file, and no commit has it."""
    path = release.place.file
    with Repository(root) as repository:
        head = repository.head()
        if not repository.uncommitted([path]):
            return False
        blobs = repository.blobs(head, [path]) if head else ()
        for blob in blobs:
            before = read_record(path, repository.read(blob.id), Problems(path))
            return not isinstance(before, Release) or before.status is not release.status
    return True


def what_now(root: Path, release: Release) -> str:
    """What is left to do where a release has come to its status already."""
    if is_said_only_here(root, release):
        path = release.place.file
        return f"No commit has it yet, so nobody hears of it: `git commit -- {path}`."
    return "Nothing is to be done."


def paragraph(text: str) -> str:
    """A paragraph of a commit message; nothing where there is no text."""
    return f"{' '.join(text.split())}\n\n" if text.strip() else ""


def trailer(key: str, value: str) -> str:
    """A trailer line for a commit message, `value` on one line."""
    return f"{key}: {' '.join(value.split())}\n"


def refuse_unsafe(name: str, value: str) -> None:
    """Refuse text that would break a mail header or a commit's trailer.

    Raises:
        UsageError: it would.
    """
    problem = check_header(value)
    if problem:
        raise UsageError(f"the {name} cannot be used: {problem}", help=f"Write another {name}.")


def refuse_unfit(name: str, value: str) -> None:
    """Refuse a line that says nothing, or is unsafe.

    Raises:
        UsageError: it is empty, or would break a mail header or a commit's trailer.
    """
    if not value.strip():
        raise UsageError(f"the {name} is empty", help=f"Write the {name}, or leave it out.")
    refuse_unsafe(name, value)


def the_reason(text: str, option: str) -> str:
    """A reason that people are told, on one line.

    Raises:
        UsageError: it is empty, or would break a mail header or a commit's trailer.
    """
    refuse_unsafe("reason", text)
    if not text.strip():
        raise UsageError("the reason is empty", help=f'Say why: {option} "…".')
    return " ".join(text.split())
