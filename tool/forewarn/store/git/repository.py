"""Git: the log. Reading trees and making commits of a command's own files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from forewarn.errors import DataError, Refused
from forewarn.store.git.begun import Begun, Refusal
from forewarn.store.git.errors import failed
from forewarn.store.git.git_files import GitFiles
from forewarn.store.git.history import History
from forewarn.store.git.own_index import install, own_index, run_git
from forewarn.store.git.process import READING, Doing, Patience, environment


class Repository(History, GitFiles):
    """A repository that is read and written."""

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
            may_be_a_ref = name.endswith("HEAD") and not self._has_ref_files
            if (folder / name).exists() or (may_be_a_ref and self._is_commit(name)):
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

    def move_to(self, commit: str) -> None:
        """Set the checked-out branch to a commit, and the files that differ; edits stay.

        Raises:
            DataError: Git refuses, as a file that would change was edited.
        """
        try:
            self._ask("reset", "--quiet", "--keep", commit, doing=Doing.COMMITTING)
        except Refusal as error:
            raise failed("taking over what others have committed", error) from error

    def begin_asking(self, ref: str, folders: Sequence[str]) -> None:
        """Let Git begin with what it is asked later: `head`, this `ref`, what is `uncommitted`."""
        for name in ("HEAD", ref):
            self._ahead(*self._naming(name))
        self.begin_status(folders)

    def set_ref(self, name: str, commit: str) -> None:
        """Let a ref of our own name a commit.

        Raises:
            DataError: Git refuses.
        """
        self._git("keeping how far was published", "update-ref", name, commit)

    def refuse_tag(self, name: str) -> None:
        """Refuse a tag that is there, or a name that Git takes for none.

        Raises:
            Refused: it must not be made.
        """
        try:
            self._ask("check-ref-format", f"refs/tags/{name}")
            if name.startswith("-"):
                raise Refused(f"{name!a} is no name for a tag", help="Use one like v2.7.")
        except Refusal as error:
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
        except Refusal as error:
            raise failed("tagging", error) from error


def initialise(root: Path, *, patience: Patience = READING) -> None:
    """Make `root` a new Git repository whose branch is main.

    Raises:
        DataError: Git is missing, fails or does not answer.
    """
    words = ("init", "--quiet", "--initial-branch=main", "--", str(root))
    doing = Doing.COMMITTING
    begun = Begun(None, words, doing, patience=patience, env=environment(doing))
    _, said, code = begun.answer()
    if code:
        raise failed("making the repository", DataError(said.decode(errors="replace")))
