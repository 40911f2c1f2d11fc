"""A repository that is open: the one way in which Git is asked something about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Self

from forewarn.errors import DataError
from forewarn.store.git.endless import refuse_device, refuse_endless
from forewarn.store.git.errors import bare, begins_at, failed, not_opened
from forewarn.store.git.objects import Objects
from forewarn.store.git.process import (
    READING,
    Doing,
    Patience,
    drivers_off,
    environment,
    files_named,
    run_to_its_end,
    version,
)


class Opened:
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
        refuse_endless(root)
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
        for file in files_named(listed):
            refuse_device(root / file)
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

    @property
    def folder(self) -> str:
        """Where in the working tree the knowledge base lies; a dot where it is all of it."""
        return self._prefix.rstrip("/") or "."

    def from_top(self, path: str) -> str:
        """The path, from the top of the working tree, of one in the knowledge base."""
        return f"{self._prefix}{path}"

    def version(self) -> tuple[int, ...]:
        """The numbers of Git's own version."""
        return version(self._git("asking Git for its version", "version"))

    def identity(self) -> tuple[str, str]:
        """The name and mail address of whoever commits here.

        Raises:
            DataError: Git does not know.
        """
        text = self._git("asking who you are", "var", "GIT_COMMITTER_IDENT")
        name, _, rest = text.rpartition(" <")
        return name, rest.partition(">")[0]

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

    def close(self) -> None:
        """End the git processes that were kept."""
        if self._objects is not None:
            self._objects.close()
            self._objects = None

    def __enter__(self) -> Self:
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
