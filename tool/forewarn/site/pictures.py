"""Pictures without what they tell beside the picture: where it was taken, by whom, with what.

Only whole parts of a file are left out; what is shown is not encoded anew. Which parts there are
is said by the formats' own specifications (JPEG: ITU T.81 and JFIF; PNG: W3C; GIF: 89a; WebP:
RFC 9649).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
# What decides how a PNG looks, animation included.
_SHOWN_PNG = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD hIST pHYs acTL fcTL fdAT".split()
)
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_ORIENTATION = 0x0112
_WEBP_NOTES = {b"EXIF": 0x08, b"XMP ": 0x04}  # chunks, and their flags in the header
_NOTES = (b"Exif\0\0", b"application/rdf+xml", b"<x:xmpmeta", b"<?xpacket")


class UnfitPicture(ValueError):
    """A file that is not what its name says, or whose notes cannot be taken out."""


def without_notes(data: bytes) -> bytes:
    """A picture's file without its metadata; a file that is no picture as it is.

    What it is, is told by how it begins: many a picture has another one's ending. How the picture
    is turned is kept.

    Raises:
        UnfitPicture: see there.
    """
    try:
        for begins, take_out in _FORMATS:
            if begins(data):
                return take_out(data)
    except (struct.error, IndexError, ValueError) as error:
        if isinstance(error, UnfitPicture):
            raise
        raise UnfitPicture("it ends in the middle, or is damaged") from error
    if data[4:8] == b"ftyp" or data.startswith((b"II*\0", b"MM\0*")) or _notes_in(data):
        raise UnfitPicture(
            "it holds notes such as the place where it was taken, in a format from which they "
            "cannot be taken out"
        )
    return data


def _notes_in(data: bytes) -> bool:
    return any(note in data for note in _NOTES)


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at = 2
    while True:
        if data[at] != 0xFF:
            raise UnfitPicture("it is no JPEG")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            # What stands behind the end is no part of it: some cameras put a film there.
            yield data[at : at + 2]
            return
        (size,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + size
        if end > len(data):
            raise IndexError(at)
        content = data[at + 4 : end]
        if marker == 0xDA:
            end = _end_of_scan(data, end)
            yield data[at:end]
        elif marker == 0xE1 and content.startswith(b"Exif\0\0"):
            yield _turned(content[6:])
        elif marker == 0xE0 and content.startswith(b"JFIF\0"):
            # Without the small picture that may follow: it can show what was cut off since.
            yield b"\xff\xe0" + struct.pack(">H", 16) + content[:12].ljust(12, b"\0") + b"\0\0"
        elif marker == 0xEE and content.startswith(b"Adobe"):
            yield b"\xff\xee" + struct.pack(">H", 14) + content[:12].ljust(12, b"\0")
        elif 0xC0 <= marker <= 0xCF or 0xDB <= marker <= 0xDF or _is_of_colours(marker, content):
            yield data[at:end]
        at = end


def _is_of_colours(marker: int, content: bytes) -> bool:
    return marker == 0xE2 and content.startswith(b"ICC_PROFILE\0")


def _end_of_scan(data: bytes, at: int) -> int:
    """The next marker that is not part of the coded picture."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] not in (0x00, 0xFF) and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _turned(tiff: bytes) -> bytes:
    """A segment that says how a JPEG is turned and nothing else; none where it is not turned."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return b""
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return b""
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for entry in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, values = struct.unpack_from(f"{order}HHI", tiff, entry)
        if (tag, kind, values) == (_ORIENTATION, 3, 1):
            (turned,) = struct.unpack_from(f"{order}H", tiff, entry + 8)
            if 2 <= turned <= 8:
                row = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
                note = b"MM\0\x2a" + struct.pack(">IH", 8, 1) + row + struct.pack(">I", 0)
                return b"\xff\xe1" + struct.pack(">H", 8 + len(note)) + b"Exif\0\0" + note
    return b""


def _png(data: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while True:
        (size,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data):
            raise IndexError(at)
        if kind == b"IEND":
            yield _PNG_END
            return
        if kind in _SHOWN_PNG:
            yield data[at:end]
        at = end


def _gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _table(data[10])
    yield data[:at]
    while True:
        begin, kind = at, data[at]
        if kind == 0x3B:
            yield data[at : at + 1]
            return
        if kind == 0x2C:
            at = _end_of_blocks(data, at + 11 + _table(data[at + 9]))
            yield data[begin:at]
        elif kind == 0x21:
            at = _end_of_blocks(data, at + 2)
            label, application = data[begin + 1], data[begin + 3 : begin + 14]
            looped = application in (b"NETSCAPE2.0", b"ANIMEXTS1.0")
            # Each with the one block that is of use.
            if label == 0xF9:
                yield data[begin : begin + 7] + b"\0"
            elif label == 0xFF and looped and data[begin + 14 : begin + 16] == b"\3\1":
                yield data[begin : begin + 18] + b"\0"
        else:
            raise UnfitPicture("it is no GIF")


def _table(packed: int) -> int:
    """The bytes of a colour table, from the byte that tells of it."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _end_of_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _webp(data: bytes) -> bytes:
    kept, at = [], 12
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while at + 8 <= end:
        kind, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        after = at + 8 + size + size % 2
        if at + 8 + size > end:
            raise IndexError(at)
        chunk = data[at:after]
        if kind == b"VP8X":
            flags = chunk[8] & ~sum(_WEBP_NOTES.values())
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if kind == b"ANMF":
            chunk = _webp_frame(chunk)
        if kind in (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            kept.append(chunk)
        at = after
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_frame(chunk: bytes) -> bytes:
    """A frame of an animation, with the parts in it that are shown."""
    (size,) = struct.unpack_from("<I", chunk, 4)
    kept, at, end = [chunk[8:24]], 24, 8 + size
    while at + 8 <= end:
        (inner,) = struct.unpack_from("<I", chunk, at + 4)
        after = at + 8 + inner + inner % 2
        if at + 8 + inner > end:
            raise IndexError(at)
        if chunk[at : at + 4] in (b"VP8 ", b"VP8L", b"ALPH"):
            kept.append(chunk[at:after])
        at = after
    body = b"".join(kept)
    return b"ANMF" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _avif(data: bytes) -> bytes:
    if _notes_in(data):
        # Its parts point at each other by their places, so none can be taken out alone.
        raise UnfitPicture("it holds notes such as the place where it was taken; save it without")
    return data


_FORMATS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], bytes]], ...] = (
    (lambda data: data.startswith(b"\xff\xd8\xff"), lambda data: b"".join(_jpeg(data))),
    (lambda data: data.startswith(_PNG), lambda data: b"".join(_png(data))),
    (lambda data: data.startswith((b"GIF87a", b"GIF89a")), lambda data: b"".join(_gif(data))),
    (lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp),
    (lambda data: data[4:12] in (b"ftypavif", b"ftypavis"), _avif),
)
