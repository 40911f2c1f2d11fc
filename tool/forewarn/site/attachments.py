"""The files beside the articles that a page may show or link to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

from forewarn.errors import DataError
from forewarn.model.record import Audience
from forewarn.site.pictures import UnfitPicture, without_notes
from forewarn.store.git.git_files import Blob
from forewarn.store.git.objects import TooLarge
from forewarn.store.git.repository import Repository

KB = "kb"
LARGEST = 50_000_000  # bytes
_SUFFIXES = """
.avif .csv .gif .gz .jpeg .jpg .json .log .pdf .png .reg .svg .tar .txt .webp .zip
"""
_KINDS = frozenset(_SUFFIXES.split())
_POINTER, _LARGEST_POINTER = b"version https://git-lfs.github.com/spec/", 1024
POINTS = "Git LFS has put a pointer in its place, and Git does not have the file itself"
OUT_OF_LFS = (
    "Put the file itself into Git: take `kb/` out of the `filter=lfs` lines of .gitattributes, "
    "then `git add --renormalize kb` and commit."
)
_PICTURES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp")


class Attachments:
    """The files of a knowledge base that may be published, as they lie in a commit or a folder.

    Left out are records, kinds of file that a browser would run, hidden files, and whatever a
    symbolic link points to.
    """

    def __init__(self, files: Mapping[str, Callable[[], bytes]]) -> None:
        self._files = files
        self._svgs: dict[str, bytes] = {}

    @cached_property
    def paths(self) -> frozenset[str]:
        """Their paths, as `kb/shots/one.png`; not those that `unfit` names for both audiences."""
        return frozenset(path for path in self._files if self._problem(path) is None)

    def read(self, path: str, audience: Audience) -> bytes:
        """A file as the audience gets it: customers' pictures tell nothing beside the picture.

        Raises:
            DataError: it cannot be read, or cannot be freed of what it tells.
        """
        if path in self._svgs:
            return self._svgs[path]
        data = self._files[path]()
        if _is_pointer(data):
            raise DataError(
                f"this file cannot be published: {POINTS}",
                where=path,
                help=OUT_OF_LFS,
            )
        if audience is Audience.STAFF:
            return data
        try:
            return without_notes(data) if _is_picture(path) else data
        except UnfitPicture as error:
            raise DataError(
                f"this picture cannot be published: {error}",
                where=path,
                help="Save it anew with a drawing program, without metadata; `forewarn check` "
                "names all such files.",
            ) from error

    def unfit(self) -> Iterator[tuple[str, str]]:
        """Each file that is not published, or not for customers, and why."""
        for path in sorted(self._files):
            problem = self._problem(path)
            if problem is None and _is_picture(path):
                data = self._files[path]()
                try:
                    without_notes(data)
                except UnfitPicture as error:
                    problem = str(error)
                if _is_pointer(data):
                    problem = POINTS
            if problem is not None:
                yield path, problem

    def _problem(self, path: str) -> str | None:
        """What keeps a file from every audience."""
        if not path.lower().endswith(".svg"):
            return None
        data = self._files[path]()
        if _is_pointer(data):
            return POINTS
        from forewarn.site import svg  # it reads XML, and few have such pictures

        try:
            self._svgs[path] = svg.clean(data)
        except svg.ActivePicture as error:
            return str(error)
        return None


def in_folder(root: Path) -> Attachments:
    """Those that lie in the working tree, committed or not."""
    found: dict[str, Callable[[], bytes]] = {}
    pending = [root / KB]
    while pending:
        folder = pending.pop()
        if folder.is_symlink() or not folder.is_dir():
            continue
        for path in folder.iterdir():
            if path.is_symlink():
                continue
            if path.is_dir() and not path.name.startswith("."):
                pending.append(path)
            # A pipe or a device would be waited for.
            elif may_be_published(name := path.relative_to(root).as_posix()) and path.is_file():
                found[name] = partial(_read, path, name)
    return Attachments(found)


def in_commit(repository: Repository, commit: str) -> Attachments:
    """Those of a commit; to be used while the repository is open."""
    return Attachments(
        {
            blob.path: partial(_read_blob, repository, blob)
            for blob in repository.blobs(commit, [KB])
            if may_be_published(blob.path)
        }
    )


def may_be_published(path: str) -> bool:
    """Whether a file below kb/ is of a kind that may be published."""
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return not hidden and PurePosixPath(path).suffix.lower() in _KINDS


def _is_pointer(data: bytes) -> bool:
    """Whether it is what Git LFS keeps in a file's place."""
    return len(data) < _LARGEST_POINTER and data.startswith(_POINTER)


def _is_picture(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _PICTURES


def _read(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise _too_large(name, size)
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}", where=name, help="Mend the file's permissions."
        ) from error


def _read_blob(repository: Repository, blob: Blob) -> bytes:
    try:
        return repository.read(blob.id, most=LARGEST)
    except TooLarge as error:
        raise _too_large(blob.path, error.size) from error


def _too_large(name: str, size: int) -> DataError:
    return DataError(
        f"this file has {size} bytes; {LARGEST} is the most for what a site holds",
        where=name,
        help="Put it where downloads are, and link to its address.",
    )
