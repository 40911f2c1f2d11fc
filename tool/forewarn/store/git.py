"""Git: the log. Reading trees and making commits of a command's own files."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import DataError, Refused, UsageError
from forewarn.store.git_objects import Objects, TooLarge

if TYPE_CHECKING:
    from git import Repo

# Both waited for at most this long, because the other release manager's command is quick too.
_LOCK_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Blob:
    """A file in a commit's tree: its path and the id of its content."""

    path: str
    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """A commit: its message, and of the files asked for what it did to each.

    `touched` has the path and, where Git takes another file for what it became, that one's.
    """

    id: str
    author: str
    message: str
    touched: tuple[tuple[str, str | None], ...]


class Repository:
    """The Git repository that holds a knowledge base.

    Paths are relative to the knowledge base, which may be a folder of a larger repository.
    """

    def __init__(self, root: Path) -> None:
        """Open the repository at or above `root`.

        Raises:
            DataError: there is none, or Git is missing or refuses it.
        """
        # GitPython looks for the git program when it is imported, and says so by ImportError.
        try:
            import git
        except ImportError as error:
            raise DataError(
                "git cannot be run", help="Install git and see that it is on the PATH."
            ) from error
        self._error: type[Exception] = git.CommandError
        self._objects: Objects | None = None
        try:
            self._repo: Repo = git.Repo(root, search_parent_directories=True)
            top = self._repo.working_tree_dir
            # The first command also meets Git's own refusals, such as dubious ownership.
            self._repo.git.rev_parse("--git-dir")
        except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
            raise DataError(
                "this is not in a Git repository",
                where=str(root),
                help="Run `git init` here, or make a knowledge base with `forewarn init DIR`.",
            ) from error
        except git.CommandError as error:
            raise _failed("opening the repository", error) from error
        if top is None:
            raise DataError(
                "this is a bare repository; commands need a working tree",
                where=str(root),
                help="Work in a clone of it.",
            )
        self.root = root
        inside = root.resolve().relative_to(Path(top).resolve()).as_posix()
        self._prefix = "" if inside == "." else f"{inside}/"

    @property
    def git_dir(self) -> str:
        """Git's own folder of this working tree."""
        return str(self._repo.git_dir)

    def head(self) -> str | None:
        """The id of the checked-out commit; None where there is no commit yet."""
        try:
            return str(self._repo.git.rev_parse("--verify", "--quiet", "HEAD^{commit}"))
        except self._error:
            return None

    def resolve(self, revision: str) -> str:
        """The id of a commit by any of its names.

        Raises:
            UsageError: there is no such commit here.
        """
        try:
            return str(
                self._repo.git.rev_parse(
                    "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
                )
            )
        except self._error as error:
            raise UsageError(
                f"{revision!a} names no commit here",
                help="Give a commit, branch or tag that `git log` knows; fetch it first "
                "if it is on a server.",
            ) from error

    def has(self, commit: str) -> bool:
        """Whether a commit is in this clone."""
        try:
            self._repo.git.cat_file("-e", f"{commit}^{{commit}}")
        except self._error:
            return False
        return True

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether `ancestor`, a commit that may be unknown here, lies behind `commit`."""
        try:
            self._repo.git.merge_base("--is-ancestor", ancestor, commit)
        except self._error:
            return False
        return True

    def committed_at(self, commit: str) -> datetime:
        """When a commit was made, in UTC."""
        seconds = int(self._repo.git.show("-s", "--format=%ct", commit))
        return datetime.fromtimestamp(seconds, UTC)

    def log(
        self, since: str, until: str, folders: Sequence[str], *, gone: bool = False, grep: str = ""
    ) -> Iterator[LogEntry]:
        """The commits that lead to `until` and not to `since`, the oldest first.

        With `gone`, only files that were removed or renamed; with `grep`, only commits whose
        message holds that text.
        """
        words = ["--reverse", "-z", "--name-status", "-M", "--no-color"]
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

    def renamed(self, since: str, until: str, folders: Sequence[str]) -> dict[str, str]:
        """Which file Git takes for what another one, which went between two commits, became."""
        text = self._git(
            "comparing two commits",
            *("diff", "-z", "--name-status", "-M", "--diff-filter=R", since, until, "--"),
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

    def blobs(self, commit: str, folders: Sequence[str]) -> Iterator[Blob]:
        """The files of a commit below `folders`."""
        text = self._git(
            "reading the tree", "ls_tree", "-r", "-z", commit, "--", *self._full(folders)
        )
        for row in filter(None, text.split("\0")):
            head, path = row.split("\t", 1)
            mode, kind, blob = head.split()
            # A symbolic link (mode 120000) could point anywhere; it is no record.
            if kind == "blob" and mode != "120000":
                yield Blob(path=path.removeprefix(self._prefix), id=blob)

    def read(self, blob: str, *, most: int | None = None) -> bytes:
        """The content of a blob, through one git process kept for all of them.

        Raises:
            TooLarge: it has more than `most` bytes, which are not read.
            DataError: it is not in this clone, or damaged.
        """
        if self._objects is None:
            self._objects = Objects(self.git_dir)
        try:
            return self._objects.read(blob, most=most)
        except TooLarge:
            # The process has begun to write it.
            self._objects.close()
            self._objects = None
            raise

    def uncommitted(self, folders: Sequence[str]) -> tuple[str, ...]:
        """The files below `folders` that differ from the checked-out commit, new ones too."""
        text = self._git(
            "reading the status",
            *("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"),
            "--",
            *self._full(folders),
        )
        return tuple(row[3:].removeprefix(self._prefix) for row in text.split("\0") if row)

    def holding(self, text: str, folders: Sequence[str]) -> tuple[str, ...]:
        """The files below `folders` in the working tree that hold a text, ignored ones left out."""
        try:
            found = str(
                self._repo.git.grep(
                    *("--untracked", "-lzF", "--no-color", "--full-name", "-e", text, "--"),
                    *self._full(folders),
                )
            )
        except self._error as error:
            if getattr(error, "status", None) == 1:  # no file does
                return ()
            raise _failed("searching the files", error) from error
        return tuple(row.removeprefix(self._prefix) for row in found.split("\0") if row)

    def tracked(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Those of the paths that are in the index, in the order given."""
        text = self._git("reading the index", "ls_files", "-z", "--", *self._full(paths))
        found = {row.removeprefix(self._prefix) for row in text.split("\0")}
        return tuple(path for path in paths if path in found)

    def refuse_unless_on_a_branch(self) -> None:
        """Raise before a command writes what it could not commit well.

        Raises:
            Refused: the head is detached, or a merge or rebase is under way.
        """
        folder = Path(self.git_dir)
        for name, doing in (
            ("MERGE_HEAD", "merge"),
            ("CHERRY_PICK_HEAD", "cherry-pick"),
            ("REVERT_HEAD", "revert"),
            ("rebase-merge", "rebase"),
            ("rebase-apply", "rebase"),
        ):
            # Where refs are kept in tables, some of these are no files.
            if (folder / name).exists() or (name.endswith("HEAD") and self._is_commit(name)):
                raise Refused(
                    f"a {doing} is under way here",
                    where=str(self.root),
                    help=f"Finish it or give it up (`git {doing} --abort`), then run this again.",
                )
        if self.branch() is None:
            raise Refused(
                "no branch is checked out (detached head); a commit made here would be lost",
                where=str(self.root),
                help="Go to your branch with `git switch main`, then run this again.",
            )

    def commit(self, paths: Iterable[str], message: str) -> str:
        """Commit the named files as they are in the working tree, and nothing else.

        A folder stands for all the files below it. Other changes stay as they are, staged or
        not. Returns the commit's id.

        Raises:
            DataError: Git refuses (no identity, a hook, a full disk).
        """
        full = self._full(paths)
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                self._with_paths("add", full, "--intent-to-add")
                self._with_paths("commit", full, "--quiet", "--only", "--message", message)
                return str(self._repo.git.rev_parse("HEAD"))
            except self._error as error:
                if "index.lock" in str(error) and time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                with suppress(self._error):
                    self._forget_intent(full)
                raise _failed("committing", error) from error

    def identity(self) -> tuple[str, str]:
        """The name and mail address of whoever commits here.

        Raises:
            DataError: Git does not know.
        """
        text = self._git("asking who you are", "var", "GIT_COMMITTER_IDENT")
        name, _, rest = text.rpartition(" <")
        return name, rest.partition(">")[0]

    def branch(self) -> str | None:
        """The branch that is checked out; None where the head is detached."""
        # Git is asked: where refs are kept in tables, the file HEAD says nothing.
        try:
            return str(self._repo.git.symbolic_ref("--quiet", "--short", "HEAD"))
        except self._error:
            return None

    def plumb(
        self,
        doing: str,
        *words: str,
        given: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run one of Git's low-level commands on this repository; what it printed.

        `doing` says in an error what was being done, `given` is a file for its standard input.

        Raises:
            DataError: Git refuses.
        """
        command = ["git", f"--git-dir={self.git_dir}", *words]
        try:
            if given is None:
                return str(self._repo.git.execute(command, env=env))
            with given.open("rb") as file:
                return str(self._repo.git.execute(command, env=env, istream=file))
        except self._error as error:
            raise _failed(doing, error) from error

    def close(self) -> None:
        """End the git processes that were kept."""
        if self._objects is not None:
            self._objects.close()
        self._repo.close()

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _is_commit(self, name: str) -> bool:
        try:
            self._repo.git.rev_parse("--verify", "--quiet", f"{name}^{{commit}}")
        except self._error:
            return False
        return True

    def _forget_intent(self, full: Sequence[str]) -> None:
        """Take files that no commit has out of the index again; the working tree stays."""
        if self.head() is not None:
            self._with_paths("reset", full, "--quiet")
        else:
            self._with_paths("rm", full, "--cached", "-r", "--quiet", "--force", "--ignore-unmatch")

    def _with_paths(self, command: str, full: Sequence[str], *arguments: str) -> None:
        """Run a git command on paths, which may be more than a command line can hold."""
        with tempfile.TemporaryFile() as paths:
            paths.write("\0".join(full).encode())
            paths.seek(0)
            getattr(self._repo.git, command)(
                *arguments, "--pathspec-from-file=-", "--pathspec-file-nul", istream=paths
            )

    def _full(self, paths: Iterable[str]) -> list[str]:
        # A path is taken as it is written, also one that holds the characters of a pattern.
        top = f":(top,literal){self._prefix}"
        return [f"{top}{path}" for path in paths]

    def _git(self, doing: str, command: str, *arguments: str) -> str:
        try:
            return str(getattr(self._repo.git, command)(*arguments, strip_newline_in_stdout=False))
        except self._error as error:
            raise _failed(doing, error) from error


def _failed(doing: str, error: Exception) -> DataError:
    """What Git said, without the command line and the status that GitPython puts around it."""
    said = str(getattr(error, "stderr", "") or error).strip()
    said = said.removeprefix("stderr:").strip().strip("'").strip()
    if "tell me who you are" in said or "empty ident" in said or "auto-detect email" in said:
        return DataError(
            "Git does not know who you are, so nothing was committed",
            help="Run `git config --global user.name 'Your Name'` and "
            "`git config --global user.email you@example.com`, then run this again.",
        )
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("hint:")]
    reason = " / ".join(line.strip() for line in lines[:3]) or "it gave no reason"
    if re.search("unknown repository|repository format|value for 'extensions", reason):
        return DataError(
            f"the Git of this machine does not know the format of this repository: {reason}",
            help="Install a newer Git (here, `git --version` tells which one): refs kept in "
            "tables need 2.45, SHA-256 objects 2.29. Then run this again.",
        )
    return DataError(
        f"Git failed at {doing}: {reason}",
        help="Mend what Git names, then run this again; nothing was changed.",
    )


def initialise(root: Path) -> None:
    """Make `root` a new Git repository whose branch is main.

    Raises:
        DataError: Git is missing or fails.
    """
    try:
        import git
    except ImportError as error:
        raise DataError(
            "git cannot be run", help="Install git and see that it is on the PATH."
        ) from error
    try:
        git.Repo.init(root, initial_branch="main").close()
    except git.CommandError as error:
        raise _failed("making the repository", error) from error
