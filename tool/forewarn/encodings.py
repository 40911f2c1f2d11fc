"""What an answer's bytes are once its compression is undone: whole, or refused."""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator

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


async def unpacked(
    pieces: AsyncIterator[bytes], named: tuple[str, ...], most: int
) -> AsyncGenerator[bytes, None]:
    """The body in pieces that stay small however well it was compressed.

    What is named gzip and does not begin as gzip does is taken as it is: a server that does not
    compress may leave the header on. A gzip file that is served as a text is unpacked, too.
    Before and after each step a body may have at most `most` bytes.

    Raises:
        Unreadable: it is damaged, breaks off before its end, or is larger than that.
    """
    body = capped(pieces, most)
    for name in reversed(named):
        body = capped(_inflated(body) if name == "deflate" else _gunzipped(body), most)
    async for piece in capped(_gunzipped(body), most):
        yield piece


async def capped(pieces: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """The same pieces.

    Raises:
        Unreadable: they are more than `most` bytes.
    """
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > most:
            raise Unreadable(
                f"the answer is larger than {most:,} bytes; the rest was not read",
                kind=Trouble.TOO_MUCH,
            )
        yield piece


async def _gunzipped(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Every member of a gzip file, or, where it is none, the same pieces."""
    start = await _beginning(pieces, len(_GZIP))
    if not start.startswith(_GZIP):
        yield start
        async for piece in pieces:
            yield piece
        return
    members = _Members()
    for out in members.feed(start):
        yield out
    async for piece in pieces:
        for out in members.feed(piece):
            yield out
    members.finish()


class _Members:
    """Unpacks the members of a gzip file, which may lie in pieces in any way."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if not self._begun:
                # Zeros and line ends may follow a member. Whatever else does must be another.
                data = data.lstrip(_PADDING)
                self._begun = bool(data)
                continue
            yield self._decompressed(data)
            data = self._inflate.unconsumed_tail
            if self._inflate.eof:
                data = self._inflate.unused_data
                self._inflate, self._begun = zlib.decompressobj(wbits=31), False

    def _decompressed(self, data: bytes) -> bytes:
        try:
            return self._inflate.decompress(data, _PIECE)
        except zlib.error as error:
            raise Unreadable(_DAMAGED) from error

    def finish(self) -> None:
        if self._begun:
            raise Unreadable(_BROKEN_OFF, kind=Trouble.UNREACHABLE)


async def _inflated(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What HTTP calls deflate: zlib's format or, from some servers, the bare stream."""
    start = await _beginning(pieces, 2)
    if not start:
        return
    zlib_format = start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    inflate = zlib.decompressobj(wbits=15 if zlib_format else -15)
    piece: bytes | None = start
    while piece is not None:
        try:
            while piece and not inflate.eof:
                yield inflate.decompress(piece, _PIECE)
                piece = inflate.unused_data or inflate.unconsumed_tail
        except zlib.error as error:
            raise Unreadable(_DAMAGED) from error
        if piece.strip(_PADDING):
            raise Unreadable(_DAMAGED)
        piece = await anext(pieces, None)
    yield inflate.flush()
    if not inflate.eof:
        raise Unreadable(_BROKEN_OFF, kind=Trouble.UNREACHABLE)


async def _beginning(pieces: AsyncIterator[bytes], least: int) -> bytes:
    """The first pieces as one, of at least so many bytes where there are so many."""
    start = b""
    while len(start) < least and (piece := await anext(pieces, None)) is not None:
        start += piece
    return start
