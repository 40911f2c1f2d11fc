"""What Git knows of commits: which there are, when they were made, and what they did."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from forewarn.errors import DataError, UsageError
from forewarn.frozen import dataclass
from forewarn.store.git.begun import Refusal
from forewarn.store.git.opened import Opened
from forewarn.store.git.read_objects import ReadCommit

# Whatever the config says of how a difference is shown.
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """A commit: its message, and of the files asked for what it did to each.

    `touched` has the path and, where Git takes another file for what it became, that one's.
    """

    id: str
    author: str
    message: str
    touched: tuple[tuple[str, str | None], ...]


class History(Opened):
    """The commits of a repository."""

    def head(self) -> str | None:
        """The id of the checked-out commit; None where there is no commit yet.

        Raises:
            DataError: there is one, but Git cannot read it.
        """
        try:
            return self._ask(*self._naming("HEAD"))
        except Refusal as error:
            if not self._unborn():
                raise DataError(
                    "the checked-out commit cannot be read: it is damaged or missing here",
                    where=str(self.root),
                    help="See what is wrong with `git fsck`; the last commits are in `git reflog`. "
                    "Where all of it is pushed, clone it anew.",
                ) from error
            return None

    def _unborn(self) -> bool:
        """Whether the branch that is checked out has no commit, and is not merely damaged."""
        try:
            ref = self._ask("symbolic-ref", "--quiet", "HEAD")
        except Refusal:
            return False
        try:
            self._ask("rev-parse", "--verify", "--quiet", ref)
        except Refusal:
            file = Path(self.git_dir, self._ask("rev-parse", "--git-path", ref))
            return not (self.root / file).exists() and not self._packed(ref)
        return False

    def _packed(self, ref: str) -> bool:
        packed = self.root / self._ask("rev-parse", "--git-path", "packed-refs")
        with suppress(OSError):
            return f" {ref}\n".encode() in packed.read_bytes()
        return False

    def branch(self) -> str | None:
        """The branch that is checked out; None where the head is detached."""
        # Git is asked: where refs are kept in tables, the file HEAD says nothing.
        try:
            # Not `--short`, which looks at other refs as well, and fails where one is damaged.
            return self._ask("symbolic-ref", "--quiet", "HEAD").removeprefix("refs/heads/")
        except Refusal:
            return None

    def first_after(self, before: str | None) -> str | None:
        """The first commit on this branch after another one, or of all; None where none is.

        Raises:
            DataError: Git refuses.
        """
        head = self.head()
        if head is None or head == before:
            return None
        range = f"{before}..{head}" if before else head
        rows = self._git("reading the log", "rev-list", "--first-parent", range, "--").split()
        return rows[-1] if rows else None

    def resolve(self, revision: str) -> str:
        """The id of a commit by any of its names.

        Raises:
            UsageError: there is no such commit here.
        """
        try:
            return self._ask(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            )
        except Refusal as error:
            raise UsageError(
                f"{revision!a} names no commit here",
                help="Give a commit, branch or tag that `git log` knows; fetch it first "
                "if it is on a server.",
            ) from error

    def has(self, commit: str) -> bool:
        """Whether a commit is in this clone."""
        if self._objects and not self._closed and self._read.has(commit):
            return True
        try:
            self._ask("cat-file", "-e", f"{commit}^{{commit}}")
        except Refusal:
            return False
        return True

    def is_shallow(self) -> bool:
        """Whether the older part of the history is not in this clone."""
        return self._ask("rev-parse", "--is-shallow-repository") == "true"

    def remote_of(self, branch: str) -> str | None:
        """The remote that a branch follows, if it does."""
        try:
            return self._ask("config", "--get", f"branch.{branch}.remote") or None
        except Refusal:
            return None

    def only_here(self, commit: str, theirs: str, *, beside: str | None = None) -> tuple[str, ...]:
        """The commits behind `commit`, the newest first, that are not behind `theirs`.

        With `beside`, only those that change anything else than this path.
        """
        words = ["rev-list", f"{theirs}..{commit}"]
        if beside is not None:
            words += ["--", ":(top)", f":(top,exclude,literal){self._prefix}{beside}"]
        return tuple(self._git("reading the log", *words).split())

    def message(self, commit: str) -> str:
        """What a commit says."""
        words = ("log", "--max-count=1", "--no-show-signature", "--format=%B", commit)
        return self._git("reading the log", *words).strip() + "\n"

    def holds(self, commit: str, path: str) -> bool:
        """Whether a commit has a file or folder at `path`, seen from the top of its tree."""
        try:
            self._ask("cat-file", "-e", f"{commit}:{path}")
        except Refusal:
            return False
        return True

    def own_ref(self, name: str) -> str:
        """The ref like `name` that is of this knowledge base and this working tree alone.

        Another may lie in another folder of the repository, and each further working tree of it
        has a state of its own, too.
        """
        if self.folder != ".":
            said = hashlib.sha256(self.folder.encode("utf-8", "surrogateescape")).hexdigest()
            name = f"{name}-in/{said[:20]}"
        is_further = Path(self.git_dir, "commondir").is_file()
        return name.replace("refs/", "refs/worktree/", 1) if is_further else name

    def ref(self, name: str) -> str | None:
        """The commit that a ref names; None where there is no such ref, or no such commit."""
        try:
            return self._ask(*self._naming(name))
        except Refusal:
            return None

    def newest_before(self, commit: str, moment: datetime) -> str | None:
        """The newest commit behind `commit` on its own line that was made at or before a moment."""
        before = f"--before={int(moment.timestamp())}"
        words = ("rev-list", "--max-count=1", "--first-parent", before, commit)
        return self._git("reading the log", *words).strip() or None

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether `ancestor`, a commit that may be unknown here, lies behind `commit`."""
        if self._line(ancestor, commit) is not None:
            return True
        try:
            self._ask("merge-base", "--is-ancestor", ancestor, commit)
        except Refusal:
            return False
        return True

    def committed_at(self, commit: str) -> datetime:
        """When a commit was made, in UTC.

        Raises:
            DataError: the commit cannot be read, or names no time.
        """
        read = self._read_commit(commit)
        if read:
            seconds = str(read.seconds)
        else:
            # Not `show`, which may be told to look at signatures, and then says more.
            doing = "reading when a commit was made"
            text = self._git(doing, "rev-list", "--max-count=1", "--timestamp", commit)
            seconds = text.split(" ")[0]
        try:
            return datetime.fromtimestamp(int(seconds), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise DataError(
                f"the commit {commit[:10]} has no time that can be read: {seconds[:40]!a}",
                help="`git fsck` tells what is damaged; make a new commit on top of it.",
            ) from error

    def newest_saying(self, until: str, line: str) -> str | None:
        """The newest commit up to `until` with exactly that line in its message."""
        text = self._git(
            "reading the log",
            *("log", "-z", "--fixed-strings", f"--grep={line}", "--no-show-signature"),
            *("--format=%H%n%B", until),
        )
        for entry in text.split("\0"):
            id, _, message = entry.partition("\n")
            if line in message.splitlines():
                return id
        return None

    def log(
        self, since: str, until: str, folders: Sequence[str], *, gone: bool = False, grep: str = ""
    ) -> Iterator[LogEntry]:
        """The commits that lead to `until` and not to `since`, the oldest first.

        With `gone`, only files that were removed or renamed; with `grep`, only commits whose
        message holds that text.
        """
        if grep and self._says_nowhere(since, until, grep):
            return
        words = ["--reverse", "-z", "--name-status", "-M", *_PLAIN, "--no-show-signature"]
        words += ["--no-follow", "--no-mailmap", "--encoding=UTF-8"]
        words += ["--diff-filter=RD"] if gone else []
        words += ["--fixed-strings", f"--grep={grep}"] if grep else []
        text = self._git(
            "reading the log",
            *("log", *words, "--format=%x01%H%x02%an%x02%B%x03", f"{since}..{until}", "--"),
            *self._full(folders),
        )
        for row in text.split("\x01")[1:]:
            head, _, files = row.partition("\x03")
            id, author, message = head.split("\x02", 2)
            touched = tuple(self._touched(files))
            yield LogEntry(id=id, author=author, message=message.strip(), touched=touched)

    def _says_nowhere(self, since: str, until: str, text: str) -> bool:
        """Whether surely no commit from one to another has that text; False says nothing."""
        line = self._line(since, until)
        said = (text.encode(), b"\nencoding ")
        return line is not None and not any(
            word in commit.words for commit in line for word in said
        )

    def _read_commit(self, id: str) -> ReadCommit | None:
        """A commit where objects are being read; None: Git has to be asked."""
        return self._read.commit(id) if self._objects and not self._closed else None

    def _line(self, since: str, until: str) -> tuple[ReadCommit, ...] | None:
        """The commits from one to another where each has one parent; None: Git has to be asked."""
        cut = (Path(self.git_dir, name) for name in ("shallow", "commondir"))
        if not self._objects or self._closed or any(map(os.path.lexists, cut)):
            return None
        return self._read.line(since, until)

    def renamed(self, since: str, until: str, folders: Sequence[str]) -> dict[str, str]:
        """Which file Git takes for what another one, which went between two commits, became."""
        text = self._git(
            "comparing two commits",
            *("diff", "-z", "--name-status", "-M", *_PLAIN, "--diff-filter=R", since, until, "--"),
            *self._full(folders),
        )
        return {old: new for old, new in self._touched(text) if new}

    def _touched(self, text: str) -> Iterator[tuple[str, str | None]]:
        """What `--name-status -z` says: path, and the new path of one that was renamed."""
        words = iter([word for word in text.strip("\n\0").split("\0") if word])
        for status in words:
            path = next(words).removeprefix(self._prefix)
            renamed = status.strip()[:1] in ("R", "C")
            yield path, next(words).removeprefix(self._prefix) if renamed else None
