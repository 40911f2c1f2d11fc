"""What an answer's bytes are once its compression is undone: whole, or refused."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from forewarn.errors import PlaceError, Trouble

_GZIP = b"\x1f\x8b\x08"
# Servers that write one of these mean the text's own characters or the way it was stored.
_NONE = frozenset(
    ["", "identity", "none", "binary", "7bit", "8bit", "chunked", "aws-chunked", "amz-1.0"]
).union(["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1"])
_PADDING = b"\0\r\n"
_MOST = 4
_DAMAGED = "the answer's compression is damaged"
_BROKEN_OFF = "the compressed answer breaks off before its end"
_PIECE = 64 * 1024  # bytes


class Unreadable(PlaceError):
    """A body cannot be unpacked; `what` says why in one sentence."""

    kind = Trouble.CHANGED_SHAPE


def codings(values: Iterable[str]) -> tuple[str, ...]:
    """What `Content-Encoding` headers say was done to a body, in that order: gzip or deflate.

    Raises:
        Unreadable: it is a compression that nobody asked for, or more than a few.
    """
    words = [
        word.partition(";")[0].strip(" \t\"'").lower() for v in values for word in v.split(",")
    ]
    named = tuple("gzip" if word == "x-gzip" else word for word in words if word not in _NONE)
    for name in named:
        if name not in ("gzip", "deflate"):
            raise Unreadable(f"the answer is compressed by {name[:40]!a}, which was not asked for")
    if len(named) > _MOST:
        raise Unreadable(f"the answer is compressed {len(named)} times over; {_MOST} is the most")
    return named


class Unpacking:
    """Undoes a body's compression piece by piece; they stay small however well it was compressed.

    What is named gzip and does not begin as gzip does is taken as it is: a server that does not
    compress may leave the header on. A gzip file that is served as a text is unpacked, too.
    Before and after each step a body may have at most `most` bytes.
    """

    def __init__(self, named: tuple[str, ...], most: int) -> None:
        self._most = most
        self._steps: list[_Undoing] = [
            _Inflated() if name == "deflate" else _Gunzipped() for name in reversed(named)
        ]
        self._steps.append(_Gunzipped())
        self._sizes = [0] * (len(self._steps) + 1)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """What a piece of the body holds.

        Raises:
            Unreadable: it is damaged, or larger than it may be.
        """
        return self._from(0, piece)

    def finish(self) -> Iterator[bytes]:
        """What is left, once the last piece has come.

        Raises:
            Unreadable: as of `feed`, or it breaks off before its end.
        """
        for place, step in enumerate(self._steps, 1):
            for piece in step.finish():
                yield from self._from(place, piece)

    def _from(self, place: int, piece: bytes) -> Iterator[bytes]:
        self._sizes[place] += len(piece)
        if self._sizes[place] > self._most:
            raise too_large(self._most)
        if place == len(self._steps):
            yield piece
            return
        for made in self._steps[place].feed(piece):
            yield from self._from(place + 1, made)


def too_large(most: int) -> Unreadable:
    """A body that has more than `most` bytes."""
    return Unreadable(
        f"the answer is larger than {most:,} bytes; the rest was not read", kind=Trouble.TOO_MUCH
    )


class _Undoing(Protocol):
    """One step of it: what each piece becomes, and what is left at the end."""

    def feed(self, piece: bytes) -> Iterator[bytes]: ...

    def finish(self) -> Iterator[bytes]: ...


class _Gunzipped:
    """The members of a gzip file, which may lie in pieces in any way; what is none stays."""

    def __init__(self) -> None:
        self._start = b""
        self._is_gzip: bool | None = None
        self._inflate = zlib.decompressobj(wbits=31)
        self._begun = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if self._is_gzip is None:
            piece = self._start = self._start + piece
            if len(piece) < len(_GZIP):
                return
            self._is_gzip = piece.startswith(_GZIP)
        if self._is_gzip:
            yield from self._members(piece)
        else:
            yield piece

    def finish(self) -> Iterator[bytes]:
        if self._is_gzip is None:
            yield self._start
        if self._begun:
            raise Unreadable(_BROKEN_OFF, kind=Trouble.UNREACHABLE)

    def _members(self, data: bytes) -> Iterator[bytes]:
        while data:
            if not self._begun:
                # Zeros and line ends may follow a member. Whatever else does must be another.
                data = data.lstrip(_PADDING)
                self._begun = bool(data)
                continue
            yield _decompressed(self._inflate, data)
            data = self._inflate.unconsumed_tail
            if self._inflate.eof:
                data = self._inflate.unused_data
                self._inflate, self._begun = zlib.decompressobj(wbits=31), False


class _Inflated:
    """What HTTP calls deflate: zlib's format or, from some servers, the bare stream."""

    def __init__(self) -> None:
        self._start = b""
        self._inflate: zlib._Decompress | None = None

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            piece = self._start = self._start + piece
            if len(piece) < 2:
                return
            self._inflate = zlib.decompressobj(wbits=_deflate_bits(piece))
        while piece and not self._inflate.eof:
            yield _decompressed(self._inflate, piece)
            piece = self._inflate.unused_data or self._inflate.unconsumed_tail
        if piece.strip(_PADDING):
            raise Unreadable(_DAMAGED)

    def finish(self) -> Iterator[bytes]:
        if self._inflate is None:
            if not self._start:
                return
            self._inflate = zlib.decompressobj(wbits=_deflate_bits(self._start))
            yield _decompressed(self._inflate, self._start)
        yield self._inflate.flush()
        if not self._inflate.eof:
            raise Unreadable(_BROKEN_OFF, kind=Trouble.UNREACHABLE)


def _deflate_bits(start: bytes) -> int:
    """How zlib is told which of the two formats begins so."""
    zlib_format = start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    return 15 if zlib_format else -15


def _decompressed(inflate: zlib._Decompress, data: bytes) -> bytes:
    try:
        return inflate.decompress(data, _PIECE)
    except zlib.error as error:
        raise Unreadable(_DAMAGED) from error
