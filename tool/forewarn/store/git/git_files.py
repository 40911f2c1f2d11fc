"""What the files of a commit hold, and how the working tree differs from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from forewarn.errors import DataError
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.store.git.begun import Refusal
from forewarn.store.git.errors import failed, missing, no_folder
from forewarn.store.git.opened import Opened
from forewarn.store.layout import RECORD_FOLDERS, RELEASES

_LINK = "120000"
_ELSE = (_LINK, "160000")
_ELSEWHERE = expression(r"(?:^|(?<=\0))(120000|160000) \w+ [0-9a-f]+(?: +[0-9-]+)?\t([^\0]+)")
# What Git writes in a list with sizes where there is none; now and then a path is like it.
_SIZELESS = ("BAD\t", "-\t")


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
class Elsewhere:
    """A symbolic link in a commit, or else a submodule, and its path."""

    path: str
    is_link: bool


class GitFiles(Opened):
    """The files of a repository: of its commits, and of the working tree."""

    # What `begin_listing` had begun, for the second who asks for it.
    _listed: tuple[tuple[str, ...], str] | None = None

    def begin_listing(self, commit: str, folders: Sequence[str]) -> None:
        """Let Git begin with what `elsewhere` and then `refuse_incomplete` ask of a commit."""
        self._ahead(*self._listing_words(commit, folders, "--long"), much=True)

    def begin_status(self, folders: Sequence[str]) -> None:
        """Let Git begin with what `uncommitted` asks."""
        self._ahead(*self._status_words(folders))

    def entries(self, commit: str, folder: str) -> Iterator[TreeEntry]:
        """What lies in a folder of a commit, but for links; not what lies below that.

        Raises:
            DataError: Git refuses, or it is no folder there.
        """
        read = None if self._closed else self._read.entries(commit, f"{self._prefix}{folder}")
        if read is not None:
            for mode, kind, id, path in read:
                if kind == "tree" or (kind == "blob" and mode != _LINK):
                    path = path.removeprefix(self._prefix)
                    yield TreeEntry(path=path, id=id, is_folder=kind == "tree")
            return
        listing = ("ls-tree", "--full-tree", "-z")
        found = self._git("reading the tree", *listing, commit, "--", *self._full([folder]))
        for row in filter(None, found.split("\0")):
            _, kind, tree = row.split("\t", 1)[0].split()
            if kind != "tree":
                raise no_folder(folder)
            text = self._git("reading the tree", *listing, tree)
            for line in filter(None, text.split("\0")):
                head, name = line.split("\t", 1)
                mode, kind, id = head.split()
                if kind == "tree" or (kind == "blob" and mode != _LINK):
                    yield TreeEntry(path=f"{folder}/{name}", id=id, is_folder=kind == "tree")

    def blobs(self, commit: str, folders: Sequence[str]) -> Iterator[Blob]:
        """The files of a commit below `folders`.

        Raises:
            DataError: Git refuses, or `releases` or `kb` is no folder there.
        """
        for mode, kind, blob, place in self._rows(commit, folders):
            path = place.removeprefix(self._prefix)
            if path in RECORD_FOLDERS:
                raise no_folder(path)
            # A symbolic link (mode 120000) could point anywhere; it is no record.
            if kind == "blob" and mode != _LINK:
                yield Blob(path=path, id=blob)

    def _rows(self, commit: str, folders: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
        """Mode, kind, id and path of all that a commit has below `folders`, or at them."""
        if not self._closed and RELEASES not in folders:  # of all records, Git is quicker
            places = [f"{self._prefix}{folder}" for folder in folders]
            read = self._read.rows(commit, places)
            if read is not None:
                yield from read
                return
        for row in filter(None, self._listing(commit, folders).split("\0")):
            head, path = row.split("\t", 1)
            mode, kind, id = head.split()
            yield mode, kind, id, path

    def elsewhere(self, commit: str, folders: Sequence[str]) -> Iterator[Elsewhere]:
        """What below `folders` is a link, or a repository of its own: a commit has none of it."""
        text = self._listed_ahead(commit, folders) or self._listing(commit, folders)
        if not any(f"\0{mode} " in text or text.startswith(f"{mode} ") for mode in _ELSE):
            return
        for row in _ELSEWHERE.finditer(text):
            path = row[2].removeprefix(self._prefix)
            yield Elsewhere(path=path, is_link=row[1] == _LINK)

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

    def read(self, blob: str, *, most: int | None = None) -> bytes:
        """The content of a blob, through one git process kept for all of them until `close`.

        Raises:
            TooLarge: it has more than `most` bytes, which are not read.
            DataError: it is not in this clone, or damaged.
        """
        try:
            return self._open_objects().read(blob, most=most)
        finally:
            if self._closed:
                self.close()

    def refuse_incomplete(self, commit: str, folders: Sequence[str]) -> None:
        """Raise where content of a commit's files is not here; none of it is read.

        Raises:
            DataError: it is not, as in a partial clone or on a damaged disk.
        """
        text = self._listed_ahead(commit, folders) or self._listing(commit, folders, "--long")
        self._listed = None
        if not any(mark in text for mark in _SIZELESS):
            return
        for row in filter(None, text.split("\0")):
            head, path = row.split("\t", 1)
            _, kind, blob, size = head.split()
            if kind == "blob" and not size.isdigit():
                raise missing(path.removeprefix(self._prefix), blob)

    def _listing(self, commit: str, folders: Sequence[str], *options: str) -> str:
        """All that a commit has below `folders`, in rows that end with a zero byte."""
        return self._git("reading the tree", *self._listing_words(commit, folders, *options))

    def _listing_words(self, commit: str, folders: Sequence[str], *options: str) -> tuple[str, ...]:
        return ("ls-tree", "-r", "-z", *options, commit, "--", *self._full(folders))

    def _listed_ahead(self, commit: str, folders: Sequence[str]) -> str | None:
        """Such a list with sizes, if it was begun before and Git gave one."""
        words = self._listing_words(commit, folders, "--long")
        if words in self._begun:
            self._listed = None
            with suppress(Refusal):  # it is asked again, by whoever tells why
                self._listed = words, self._ask(*words, strip=False)
        return self._listed[1] if self._listed and self._listed[0] == words else None

    def uncommitted(self, folders: Sequence[str]) -> tuple[str, ...]:
        """The files below `folders` that differ from the checked-out commit, new ones too."""
        text = self._git("reading the status", *self._status_words(folders))
        return tuple(row[3:].removeprefix(self._prefix) for row in text.split("\0") if row)

    def _status_words(self, folders: Sequence[str]) -> tuple[str, ...]:
        words = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
        return (*words, "--ignore-submodules=all", "--", *self._full(folders))

    def holding(self, text: str, folders: Sequence[str]) -> tuple[str, ...]:
        """The files below `folders` in the working tree that hold a text, ignored ones left out."""
        try:
            found = self._ask(
                *("grep", "--untracked", "-lzF", "--no-color", "--full-name", "--no-textconv"),
                *("--no-recurse-submodules", "-e", text, "--", *self._full(folders)),
            )
        except Refusal as error:
            if error.status == 1:  # no file does
                return ()
            raise failed("searching the files", error) from error
        return tuple(row.removeprefix(self._prefix) for row in found.split("\0") if row)

    def refuse_hidden(self, folders: Sequence[str]) -> None:
        """Raise where files below `folders` are in Git and by a sparse checkout not in the folder.

        Raises:
            DataError: some are.
        """
        text = self._git("reading the index", "ls-files", "-t", "-z", "--", *self._full(folders))
        paths = [row[2:].removeprefix(self._prefix) for row in text.split("\0") if row[:1] == "S"]
        hidden = [path for path in paths if not (self.root / path).exists()]
        if hidden:
            raise DataError(
                f"{len(hidden)} records or articles are in Git and not checked out here, such as "
                f"{hidden[0]!a}: this is a sparse checkout, and nothing can be said without them",
                where=str(self.root),
                help="Get them: `git sparse-checkout disable`.",
            )

    def tracked(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Those of the paths that are in the index, in the order given."""
        text = self._git("reading the index", "ls-files", "-z", "--", *self._full(paths))
        found = {row.removeprefix(self._prefix) for row in text.split("\0")}
        return tuple(path for path in paths if path in found)
