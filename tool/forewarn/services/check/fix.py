"""Mending the mistakes that have one right mend, and nothing else in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.finding import Finding
from forewarn.services.check.rules import platforms
from forewarn.services.check.rules.versions import RANGE_SPELLING
from forewarn.store.files import write_atomic
from forewarn.store.git.writer import one_writer
from forewarn.store.links import within
from forewarn.store.records import read_record
from forewarn.store.records.problems import Problems
from forewarn.store.root import SETTINGS_FILE, SUBSCRIPTIONS
from forewarn.store.settings import parse_settings
from forewarn.store.subscriptions import parse_file

# How deep keys lie below keys; a slip in one hides what is below it.
_ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class MendedFile:
    """A file before and after."""

    path: str
    before: str
    after: str

    @property
    def diff(self) -> str:
        """What changed, as Git shows it."""
        lines = difflib.unified_diff(
            self.before.split("\n"),
            self.after.split("\n"),
            f"a/{self.path}",
            f"b/{self.path}",
            lineterm="",
        )
        return "\n".join(lines)


def fix(root: Path, findings: Iterable[Finding], *, write: bool) -> tuple[MendedFile, ...]:
    """Mend, of what `check` found, what has one right mend; with `write`, in the files themselves.

    A mend is made only where its file reads better for it: some finding goes, and none comes.
    Every other byte of the file stays as it is. Nothing is committed.

    Raises:
        DataError: a file cannot be written.
    """
    mended = []
    found = [finding for finding in findings if finding.mend]
    for path in sorted({finding.place.file for finding in found}):
        # Replacing a link would leave a copy of what it leads to.
        if (root / path).is_symlink() or not within(root, path):
            continue
        before = (root / path).read_bytes().decode()
        spelled = [f for f in found if f.place.file == path and f.rule == RANGE_SPELLING.id]
        after = _mended(path, _spelled(path, before, spelled))
        if after != before:
            mended.append(MendedFile(path=path, before=before, after=after))
    if write and mended:
        _write(root, mended)
    return tuple(mended)


def _write(root: Path, mended: Sequence[MendedFile]) -> None:
    done: list[MendedFile] = []
    with one_writer(root):
        try:
            for row in mended:
                write_atomic(root / row.path, row.after.encode())
                done.append(row)
        except BaseException:
            for row in done:
                write_atomic(root / row.path, row.before.encode())
            raise


def _spelled(path: str, text: str, findings: Iterable[Finding]) -> str:
    """Ranges in the canonical spelling, which takes their products' schemes to know."""
    for finding in sorted(findings, key=lambda f: -f.mend.column if f.mend else 0):
        tried = _with(text, finding)
        if _left(path, tried) <= _left(path, text):
            text = tried
    return text


def _mended(path: str, text: str) -> str:
    everything = _in_rounds(path, text)
    if _left(path, everything) < _left(path, text):
        return everything
    # Some mend does harm. Each is tried alone, so that it does not keep the others from being made.
    for finding in _mendable(path, text):
        tried = _with(text, finding)
        if _left(path, tried) < _left(path, text):
            text = tried
    return text


def _in_rounds(path: str, text: str) -> str:
    """Everything mended, also what is seen only when the key above it is right."""
    for _ in range(_ROUNDS):
        before = text
        for finding in _mendable(path, text):
            text = _with(text, finding)
        if text == before:
            break
    return text


def _mendable(path: str, text: str) -> list[Finding]:
    """From the right, so that the columns of what is still to be mended stay true."""
    found = [finding for finding in _read(path, text) if finding.mend]
    return sorted(found, key=lambda f: -f.mend.column if f.mend else 0)


def _left(path: str, text: str) -> frozenset[tuple[str, int, str]]:
    return frozenset((f.rule, f.place.line, f.message) for f in _read(path, text))


def _with(text: str, finding: Finding) -> str:
    """The text with one finding mended; as it was where the words are not found as expected."""
    mend = finding.mend
    lines = text.split("\n")
    at = finding.place.line - 1
    if mend is None or at >= len(lines):
        return text
    line = lines[at]
    begin = mend.column + (line[mend.column : mend.column + 1] in ("'", '"'))
    if not line.startswith(mend.old, begin):
        return text
    lines[at] = line[:begin] + mend.new + line[begin + len(mend.old) :]
    return "\n".join(lines)


def _read(path: str, text: str) -> Sequence[Finding]:
    """What is found in the text of a file by itself."""
    if path == SETTINGS_FILE:
        return parse_settings(text.encode())[1]
    if path.startswith(f"{SUBSCRIPTIONS}/"):
        return parse_file(path, text.encode(), None)[1]
    problems = Problems(path)
    record = read_record(path, text.encode(), problems)
    return [*problems.findings, *platforms.spelled_otherwise(record)]
