"""What takes the body of an answer: all of a page, its beginning, or what a file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field

from forewarn.encodings import Unpacking, Unreadable, codings, too_large
from forewarn.frozen import dataclass
from forewarn.model.content import BEGINNING
from forewarn.net.call import AnswerHead, Sink
from forewarn.net.failures import NetError
from forewarn.responses import Response


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What a download is: its size in bytes, and its sha256 in small hexadecimal digits.

    `beginning` are its first bytes; `response` has the headers it came with, and the way to it.
    """

    size: int
    sha256: str
    beginning: bytes = field(default=b"", compare=False, repr=False)
    response: Response | None = field(default=None, compare=False, repr=False)


class BodyRead:
    """A body of at most so many bytes once it is unpacked.

    Where the status does not make it one that is read `whole`, no more than its first `beginning`
    bytes are, as much as can be unpacked.
    """

    def __init__(self, most: int, beginning: int, whole: Callable[[int], bool]) -> None:
        self._most = most
        self._beginning = beginning
        self._is_whole = whole
        self._whole = False
        self._unpacking: Unpacking | None = None
        self._pieces: list[bytes] = []
        self._size = 0

    def begin(self, head: AnswerHead) -> Sink | None:
        """What takes the body that belongs to these headers."""
        self._whole = self._is_whole(head.status)
        if not self._whole and not self._beginning:
            return None
        try:
            self._unpacking = Unpacking(codings(head.all("content-encoding")), self._most)
        except Unreadable:
            if self._whole:
                raise
            return None
        return self._take

    def finish(self) -> bytes:
        """What was read, once all of it has come.

        Raises:
            NetError: it breaks off before its end.
        """
        if self._unpacking is None:
            return b""
        try:
            self._keep(self._unpacking.finish())
        except Unreadable as error:
            if self._whole:
                raise NetError(error.what, kind=error.kind) from error
        found = b"".join(self._pieces)
        return found if self._whole else found[: self._beginning]

    def _take(self, piece: bytes) -> bool:
        assert self._unpacking is not None  # noqa: S101 - `begin` made it
        try:
            return self._keep(self._unpacking.feed(piece))
        except Unreadable:
            if self._whole:
                raise
            return True

    def _keep(self, pieces: Iterable[bytes]) -> bool:
        for piece in pieces:
            self._pieces.append(piece)
            self._size += len(piece)
            if not self._whole and self._size >= self._beginning:
                return True
        return False


class DownloadRead:
    """What a file is, while it goes by."""

    def __init__(self, most: int) -> None:
        import hashlib

        self._most = most
        self.size = 0
        self.sha256 = hashlib.sha256()
        self.beginning = b""

    def begin(self, head: AnswerHead) -> Sink | None:
        return self._take if head.status == 200 else None

    def _take(self, piece: bytes) -> bool:
        self.size += len(piece)
        if self.size > self._most:
            raise too_large(self._most)
        self.sha256.update(piece)
        self.beginning += piece[: max(0, BEGINNING - len(self.beginning))]
        return False
