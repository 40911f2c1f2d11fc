"""Small texts in few files: each of its own would take a block of the disk, and be packed alone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable

BLOCK = 4096  # bytes that a disk gives a file at the least
GZIP = 16 + zlib.MAX_WBITS
_END = 16  # bytes, at most, that end a file of gzip


def packed(rows: Iterable[object], most: int) -> list[tuple[int, bytes]]:
    """The rows in files, each a line of JSON: how many are in one, and its bytes, as of gzip.

    No file has more than `most` bytes unless a row by itself has.
    """
    files: list[tuple[int, bytes]] = []
    count, data, packer = 0, b"", zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        before = packer.copy()
        more = packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH)
        if count and len(data) + len(more) + _END > most:
            files.append((count, data + before.flush()))
            packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
            count, data = 0, b""
            more = packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH)
        count, data = count + 1, data + more
    if count:
        files.append((count, data + packer.flush()))
    return files
