"""A repository that is open: the one way in which Git is asked something about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Self

from forewarn.errors import DataError
from forewarn.store.git.begun import Begun, Refusal
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
    version,
)
from forewarn.store.git.read_objects import ReadObjects


class Opened:
    """The Git repository that holds a knowledge base.

    Paths are relative to the knowledge base, which may be a folder of a larger repository.
    """

    def __init__(self, root: Path, *, patience: Patience = READING) -> None:
        """Open the repository at or above `root`; `patience` is for each command that reads.

        Raises:
            DataError: there is none, or Git is missing, refuses it or does not answer.
        """
        self._patience = patience
        self._objects: Objects | None = None
        self._closed = False
        self._read = ReadObjects(self._open_objects)
        self._settings: dict[str, str] = {}
        self._begun: dict[tuple[str, ...], Begun] = {}
        self.root = root
        refuse_endless(root)
        settings = ("config", "--list", "--show-scope", "--includes", "-z")
        try:
            self._ahead(*settings)
            git_dir, self.top = self._places()
            listed = self._ask(*settings)
        except Refusal as error:
            raise not_opened(root, error) from error
        except OSError as error:
            raise DataError(
                "this folder cannot be read", where=str(root), help="Look for it again."
            ) from error
        finally:
            self.close()
        self.git_dir = git_dir
        for file in files_named(listed):
            refuse_device(root / file)
        self._settings = drivers_off(listed)
        self._has_ref_files = "\0extensions.refstorage\n" not in listed
        # Elsewhere its commits would seem to have none of the files that are here.
        if begins_at(root) != self.top:
            raise DataError(
                "the Git repository here has its files elsewhere",
                where=str(root),
                help="Take that back: `git config --unset core.worktree`.",
            )
        inside = root.resolve().relative_to(self.top).as_posix()
        self._prefix = "" if inside == "." else f"{inside}/"

    def _places(self) -> tuple[str, Path]:
        """Git's own folder, and the top of the working tree.

        Raises:
            DataError: it is a bare repository.
        """
        # The first command also meets Git's own refusals, such as dubious ownership.
        first = ("rev-parse", "--is-bare-repository", "--absolute-git-dir")
        said = self._ask(*first, "--show-toplevel")
        if said.count("\n") == 2:
            is_bare, git_dir, top = said.split("\n")
        else:  # a folder's name has a line end
            is_bare, _, git_dir = self._ask(*first).partition("\n")
            top = self._ask("rev-parse", "--show-toplevel")
        # An older Git takes a folder that looks like a bare repository for one.
        if is_bare == "true" or self.root.resolve().is_relative_to(Path(git_dir).resolve()):
            raise bare(self.root)
        return git_dir, Path(top).resolve()

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
        except Refusal as error:
            raise failed(doing, error) from error

    def close(self) -> None:
        """End the git processes that were kept."""
        self._end_objects()
        while self._begun:
            self._begun.popitem()[1].end()

    def _end_objects(self) -> None:
        if self._objects is not None:
            self._objects.close()
            self._objects = None

    def _open_objects(self) -> Objects:
        """The process that reads objects, which stays until `close`."""
        if self._objects is None or self._objects.is_closed:
            self._objects = Objects(self.git_dir)
        return self._objects

    def _ahead(self, *words: str, much: bool = False) -> None:
        """Let Git begin with what it is going to be asked, while something else is done.

        Whoever then asks it in the same words gets that answer, once. It may print `much`.
        """
        if words not in self._begun:
            self._begun[words] = self._begin(words, much=much)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._closed = True  # what is read later, by a process of its own
        self.close()

    def _is_commit(self, name: str) -> bool:
        try:
            self._ask(*self._naming(name))
        except Refusal:
            return False
        return True

    def _naming(self, name: str) -> tuple[str, ...]:
        """What asks for the id of the commit that a ref names."""
        return ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

    def _full(self, paths: Iterable[str]) -> list[str]:
        # A path is taken as it is written, also one that holds the characters of a pattern.
        top = f":(top,literal){self._prefix}"
        return [f"{top}{path}" for path in paths]

    def _git(self, doing: str, *words: str) -> str:
        try:
            return self._ask(*words, strip=False)
        except Refusal as error:
            raise failed(doing, error) from error

    def _ask(
        self,
        *words: str,
        doing: Doing = Doing.READING,
        strip: bool = True,
        given: BinaryIO | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """What Git prints, without the line end.

        Raises:
            Refusal: it refuses.
            DataError: it does not answer.
        """
        ahead = self._begun.pop(words, None)
        begun = ahead or self._begin(words, doing=doing, given=given, env=env)
        printed, said, code = begun.answer()
        if code:
            raise Refusal(code, said)
        text = printed.decode("utf-8", "surrogateescape")
        return text.removesuffix("\n") if strip else text

    def _begin(
        self,
        words: tuple[str, ...],
        *,
        doing: Doing = Doing.READING,
        given: BinaryIO | None = None,
        env: Mapping[str, str] | None = None,
        much: bool = False,
    ) -> Begun:
        return Begun(
            self.root,
            words,
            doing,
            patience=self._patience,
            env={**environment(doing, self._settings), **(env or {})},
            given=given,
            much=much,
        )
