"""Git: the log. Reading trees and making commits of a command's own files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from forewarn.errors import DataError, Refused, UsageError
from forewarn.store.git.errors import bare, begins_at, failed, missing, no_folder, not_opened
from forewarn.store.git.objects import Objects, TooLarge
from forewarn.store.git.own_index import install, own_index, run_git
from forewarn.store.git.process import (
    READING,
    Doing,
    Patience,
    drivers_off,
    environment,
    run_to_its_end,
    version,
)
from forewarn.store.layout import RECORD_FOLDERS

# Whatever the config says of how a difference is shown.
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


@dataclass(frozen=True, kw_only=True, slots=True)
class Blob:
    """A file in a commit's tree: its path and the id of its content."""

    path: str
    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TreeEntry:
    """A folder or a file that lies in a folder of a commit: its path, and the id of its content."""

    path: str
    id: str
    is_folder: bool


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

    def __init__(self, root: Path, *, patience: Patience = READING) -> None:
        """Open the repository at or above `root`; `patience` is for each command that reads.

        Raises:
            DataError: there is none, or Git is missing, refuses it or does not answer.
        """
        # GitPython looks for the git program when it is imported, and says so by ImportError.
        try:
            from git.cmd import Git
            from git.exc import GitCommandError
        except ImportError as error:
            raise DataError(
                "git cannot be run", help="Install git and see that it is on the PATH."
            ) from error
        self._error = GitCommandError
        self._patience = patience
        self._objects: Objects | None = None
        self._closed = False
        self._settings: dict[str, str] = {}
        self._process = Git(str(root))
        self.root = root
        try:
            # The first command also meets Git's own refusals, such as dubious ownership.
            is_bare, _, git_dir = self._ask(
                "rev-parse", "--is-bare-repository", "--absolute-git-dir"
            ).partition("\n")
            # An older Git takes a folder that looks like a bare repository for one.
            if is_bare == "true" or root.resolve().is_relative_to(Path(git_dir).resolve()):
                raise bare(root)
            self.top = Path(self._ask("rev-parse", "--show-toplevel")).resolve()
            listed = self._ask("config", "--list", "--show-scope", "--includes", "-z")
        except GitCommandError as error:
            raise not_opened(root, error) from error
        except OSError as error:
            raise DataError(
                "this folder cannot be read", where=str(root), help="Look for it again."
            ) from error
        self.git_dir = git_dir
        self._settings = drivers_off(listed)
        # Elsewhere its commits would seem to have none of the files that are here.
        if begins_at(root) != self.top:
            raise DataError(
                "the Git repository here has its files elsewhere",
                where=str(root),
                help="Take that back: `git config --unset core.worktree`.",
            )
        inside = root.resolve().relative_to(self.top).as_posix()
        self._prefix = "" if inside == "." else f"{inside}/"

    def from_top(self, path: str) -> str:
        """The path, from the top of the working tree, of one in the knowledge base."""
        return f"{self._prefix}{path}"

    def head(self) -> str | None:
        """The id of the checked-out commit; None where there is no commit yet.

        Raises:
            DataError: there is one, but Git cannot read it.
        """
        try:
            return self._ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except self._error as error:
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
        except self._error:
            return False
        try:
            self._ask("rev-parse", "--verify", "--quiet", ref)
        except self._error:
            file = Path(self.git_dir, self._ask("rev-parse", "--git-path", ref))
            return not (self.root / file).exists() and not self._packed(ref)
        return False

    def _packed(self, ref: str) -> bool:
        packed = self.root / self._ask("rev-parse", "--git-path", "packed-refs")
        with suppress(OSError):
            return f" {ref}\n".encode() in packed.read_bytes()
        return False

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
        except self._error as error:
            raise UsageError(
                f"{revision!a} names no commit here",
                help="Give a commit, branch or tag that `git log` knows; fetch it first "
                "if it is on a server.",
            ) from error

    def has(self, commit: str) -> bool:
        """Whether a commit is in this clone."""
        try:
            self._ask("cat-file", "-e", f"{commit}^{{commit}}")
        except self._error:
            return False
        return True

    def remote_of(self, branch: str) -> str | None:
        """The remote that a branch follows, if it does."""
        try:
            return self._ask("config", "--get", f"branch.{branch}.remote") or None
        except self._error:
            return None

    def only_here(self, commit: str, theirs: str, *, beside: str | None = None) -> tuple[str, ...]:
        """The commits behind `commit`, the newest first, that are not behind `theirs`.

        With `beside`, only those that change anything else than this path.
        """
        words = ["rev-list", f"{theirs}..{commit}"]
        if beside is not None:
            words += ["--", ":(top)", f":(top,exclude,literal){self._prefix}{beside}"]
        return tuple(self._git("reading the log", *words).split())

    def blob_of(self, commit: str, path: str) -> str | None:
        """The id of a file's content in a commit; None where it is not there."""
        return next((blob.id for blob in self.blobs(commit, [path]) if blob.path == path), None)

    def content(self, commit: str, path: str) -> bytes:
        """A file as a commit has it.

        Raises:
            DataError: it is not there, or cannot be read.
        """
        blob = self.blob_of(commit, path)
        if blob is None:
            raise DataError(f"{path} is not in {commit[:10]}", where=path)
        return self.read(blob)

    def message(self, commit: str) -> str:
        """What a commit says."""
        words = ("log", "--max-count=1", "--no-show-signature", "--format=%B", commit)
        return self._git("reading the log", *words).strip() + "\n"

    def move_to(self, commit: str) -> None:
        """Set the checked-out branch to a commit, and the files that differ; edits stay.

        Raises:
            DataError: Git refuses, as a file that would change was edited.
        """
        try:
            self._ask("reset", "--quiet", "--keep", commit, doing=Doing.COMMITTING)
        except self._error as error:
            raise failed("taking over what others have committed", error) from error

    def ref(self, name: str) -> str | None:
        """The commit that a ref names; None where there is no such ref, or no such commit."""
        try:
            return self._ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except self._error:
            return None

    def set_ref(self, name: str, commit: str) -> None:
        """Let a ref of our own name a commit.

        Raises:
            DataError: Git refuses.
        """
        self._git("keeping how far was published", "update-ref", name, commit)

    def newest_before(self, commit: str, moment: datetime) -> str | None:
        """The newest commit behind `commit` on its own line that was made at or before a moment."""
        before = f"--before={int(moment.timestamp())}"
        words = ("rev-list", "--max-count=1", "--first-parent", before, commit)
        return self._git("reading the log", *words).strip() or None

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether `ancestor`, a commit that may be unknown here, lies behind `commit`."""
        try:
            self._ask("merge-base", "--is-ancestor", ancestor, commit)
        except self._error:
            return False
        return True

    def committed_at(self, commit: str) -> datetime:
        """When a commit was made, in UTC.

        Raises:
            DataError: the commit cannot be read, or names no time.
        """
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

    def log(
        self, since: str, until: str, folders: Sequence[str], *, gone: bool = False, grep: str = ""
    ) -> Iterator[LogEntry]:
        """The commits that lead to `until` and not to `since`, the oldest first.

        With `gone`, only files that were removed or renamed; with `grep`, only commits whose
        message holds that text.
        """
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

    def entries(self, commit: str, folder: str) -> Iterator[TreeEntry]:
        """What lies in a folder of a commit, but for links; not what lies below that.

        Raises:
            DataError: Git refuses, or it is no folder there.
        """
        listing = ("ls-tree", "--full-tree", "-z")
        found = self._git("reading the tree", *listing, commit, "--", f"{self._prefix}{folder}")
        for row in filter(None, found.split("\0")):
            _, kind, tree = row.split("\t", 1)[0].split()
            if kind != "tree":
                raise no_folder(folder)
            text = self._git("reading the tree", *listing, tree)
            for line in filter(None, text.split("\0")):
                head, name = line.split("\t", 1)
                mode, kind, id = head.split()
                if kind == "tree" or (kind == "blob" and mode != "120000"):
                    yield TreeEntry(path=f"{folder}/{name}", id=id, is_folder=kind == "tree")

    def blobs(self, commit: str, folders: Sequence[str]) -> Iterator[Blob]:
        """The files of a commit below `folders`.

        Raises:
            DataError: Git refuses, or `releases` or `kb` is no folder there.
        """
        text = self._git(
            "reading the tree", "ls-tree", "-r", "-z", commit, "--", *self._full(folders)
        )
        for row in filter(None, text.split("\0")):
            head, path = row.split("\t", 1)
            mode, kind, blob = head.split()
            path = path.removeprefix(self._prefix)
            if path in RECORD_FOLDERS:
                raise no_folder(path)
            # A symbolic link (mode 120000) could point anywhere; it is no record.
            if kind == "blob" and mode != "120000":
                yield Blob(path=path, id=blob)

    def refuse_incomplete(self, commit: str, folders: Sequence[str]) -> None:
        """Raise where content of a commit's files is not here; none of it is read.

        Raises:
            DataError: it is not, as in a partial clone or on a damaged disk.
        """
        words = ("ls-tree", "-r", "-z", "--long", commit, "--", *self._full(folders))
        for row in filter(None, self._git("reading the tree", *words).split("\0")):
            head, path = row.split("\t", 1)
            _, kind, blob, size = head.split()
            if kind == "blob" and not size.isdigit():
                raise missing(path.removeprefix(self._prefix), blob)

    def read(self, blob: str, *, most: int | None = None) -> bytes:
        """The content of a blob, through one git process kept for all of them until `close`.

        Raises:
            TooLarge: it has more than `most` bytes, which are not read.
            DataError: it is not in this clone, or damaged.
        """
        objects = self._objects or Objects(self.git_dir)
        self._objects = objects
        try:
            return objects.read(blob, most=most)
        except TooLarge:
            self.close()  # the process has begun to write it
            raise
        finally:
            if self._closed:
                self.close()

    def uncommitted(self, folders: Sequence[str]) -> tuple[str, ...]:
        """The files below `folders` that differ from the checked-out commit, new ones too."""
        text = self._git(
            "reading the status",
            *("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"),
            "--ignore-submodules=all",
            "--",
            *self._full(folders),
        )
        return tuple(row[3:].removeprefix(self._prefix) for row in text.split("\0") if row)

    def holding(self, text: str, folders: Sequence[str]) -> tuple[str, ...]:
        """The files below `folders` in the working tree that hold a text, ignored ones left out."""
        try:
            found = self._ask(
                *("grep", "--untracked", "-lzF", "--no-color", "--full-name", "--no-textconv"),
                *("--no-recurse-submodules", "-e", text, "--", *self._full(folders)),
            )
        except self._error as error:
            if getattr(error, "status", None) == 1:  # no file does
                return ()
            raise failed("searching the files", error) from error
        return tuple(row.removeprefix(self._prefix) for row in found.split("\0") if row)

    def tracked(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Those of the paths that are in the index, in the order given."""
        text = self._git("reading the index", "ls-files", "-z", "--", *self._full(paths))
        found = {row.removeprefix(self._prefix) for row in text.split("\0")}
        return tuple(path for path in paths if path in found)

    def refuse_unless_on_a_branch(self) -> None:
        """Raise before a command writes what it could not commit well.

        Raises:
            Refused: the head is detached, or a merge or rebase is under way.
            DataError: the checked-out commit cannot be read.
        """
        self.head()
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

    def commit(self, paths: Iterable[str], message: str, *, holding: int | None = None) -> str:
        """Commit the named files as they are in the working tree, and nothing else.

        A folder stands for all the files below it. Other changes stay as they are, staged or
        not. Hooks run, and what is to be signed is signed. Git holds the lock `holding` (a
        descriptor) until it has ended, also if we are dead. Returns the commit's id.

        Raises:
            DataError: Git refuses (no identity, a hook, a full disk).
        """
        git_dir = Path(self.git_dir)
        listed = "\0".join(self._full(paths)).encode("utf-8", "surrogateescape")
        with own_index(git_dir) as index:
            for words in (
                ("add", "--intent-to-add"),
                ("commit", "--quiet", "--only", "--message", message),
            ):
                code, said = run_git(
                    (*words, "--pathspec-from-file=-", "--pathspec-file-nul"),
                    folder=self.top,
                    index=index,
                    given=listed,
                    holding=holding,
                )
                if code:
                    raise failed("committing", DataError(said))
            install(git_dir)
        return self._ask("rev-parse", "HEAD")

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

    def refuse_tag(self, name: str) -> None:
        """Refuse a tag that is there, or a name that Git takes for none.

        Raises:
            Refused: it must not be made.
        """
        try:
            self._ask("check-ref-format", f"refs/tags/{name}")
            if name.startswith("-"):
                raise Refused(f"{name!a} is no name for a tag", help="Use one like v2.7.")
        except self._error as error:
            raise Refused(f"{name!a} is no name for a tag", help="Use one like v2.7.") from error
        if self._is_commit(f"refs/tags/{name}"):
            raise Refused(
                f"there is a tag {name} already",
                help=f"`git show {name}` says of what. Choose another name, or remove it first.",
            )

    def tag(self, name: str, commit: str, message: str) -> None:
        """Make an annotated tag; it is signed where the user's Git signs tags.

        Raises:
            Refused: there is one of that name.
            DataError: Git refuses.
        """
        self.refuse_tag(name)
        try:
            self._ask(
                *("tag", "--annotate", "--message", message, name, commit), doing=Doing.COMMITTING
            )
        except self._error as error:
            raise failed("tagging", error) from error

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
            # Not `--short`, which looks at other refs as well, and fails where one is damaged.
            return self._ask("symbolic-ref", "--quiet", "HEAD").removeprefix("refs/heads/")
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
        words = (f"--git-dir={self.git_dir}", *words)
        try:
            if given is None:
                return self._ask(*words, env=env)
            with given.open("rb") as file:
                return self._ask(*words, env=env, given=file)
        except self._error as error:
            raise failed(doing, error) from error

    def version(self) -> tuple[int, ...]:
        """The numbers of Git's own version."""
        return version(self._git("asking Git for its version", "version"))

    def close(self) -> None:
        """End the git processes that were kept."""
        if self._objects is not None:
            self._objects.close()
            self._objects = None

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *exc: object) -> None:
        self._closed = True  # what is read later, by a process of its own
        self.close()

    def _is_commit(self, name: str) -> bool:
        try:
            self._ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except self._error:
            return False
        return True

    def _full(self, paths: Iterable[str]) -> list[str]:
        # A path is taken as it is written, also one that holds the characters of a pattern.
        top = f":(top,literal){self._prefix}"
        return [f"{top}{path}" for path in paths]

    def _git(self, doing: str, *words: str) -> str:
        try:
            return self._ask(*words, strip=False)
        except self._error as error:
            raise failed(doing, error) from error

    def _ask(
        self,
        *words: str,
        doing: Doing = Doing.READING,
        strip: bool = True,
        given: BinaryIO | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """What Git prints, without the line end; raises `self._error` where it refuses."""
        printed, said, code = run_to_its_end(
            self._process,
            words,
            doing,
            patience=self._patience,
            given=given,
            env={**environment(doing, self._settings), **(env or {})},
        )
        if code:
            raise self._error(["git", *words], code, said, printed)
        text = printed.decode("utf-8", "surrogateescape")
        return text.removesuffix("\n") if strip else text


def initialise(root: Path, *, patience: Patience = READING) -> None:
    """Make `root` a new Git repository whose branch is main.

    Raises:
        DataError: Git is missing, fails or does not answer.
    """
    try:
        from git.cmd import Git
    except ImportError as error:
        raise DataError(
            "git cannot be run", help="Install git and see that it is on the PATH."
        ) from error
    words = ("init", "--quiet", "--initial-branch=main", "--", str(root))
    doing = Doing.COMMITTING
    _, said, code = run_to_its_end(
        Git(), words, doing, patience=patience, env=environment(doing), given=None
    )
    if code:
        raise failed("making the repository", DataError(said.decode(errors="replace")))
