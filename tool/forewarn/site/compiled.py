"""The theme's templates, compiled once: that takes longer than a hundred pages."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType
from typing import ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from forewarn.installed import version
from forewarn.site.fingerprint import word

# Where Python keeps our own modules compiled: who can write there can change these as well.
_KEPT = Path(cache_from_source(__file__)).parent / "templates"
# What decides, beside a template and Python, how it is compiled.
_MAKERS = ("jinja2", "markupsafe", "mkdocs")
_DIGEST = 32  # bytes in front of what is kept


class CompiledTemplates(BytecodeCache):
    """The theme's templates, compiled once for all the sites that a process makes.

    Other processes find them in `kept`, as they find compiled modules. Where nothing may be
    written there, those beside this one find them in `folder`, which is this build's own. What is
    damaged is compiled again.
    """

    known: ClassVar[dict[str, tuple[str, CodeType]]] = {}

    def __init__(self, folder: Path, kept: Path = _KEPT) -> None:
        self._folders = (kept / word(" ".join(map(version, _MAKERS))), folder)

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled, unless the template has changed since."""
        checksum, code = self.known.get(bucket.key, ("", None))
        if code and checksum == bucket.checksum:
            bucket.code = code
            if not any((folder / bucket.key).exists() for folder in self._folders):
                self._write(bucket)
            return
        for folder in self._folders:
            if not bucket.code:
                _read(bucket, folder / bucket.key)
        if bucket.code:
            self.known[bucket.key] = (bucket.checksum, bucket.code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code:
            self.known[bucket.key] = (bucket.checksum, bucket.code)
            self._write(bucket)

    def _write(self, bucket: Bucket) -> None:
        kept, folder = self._folders
        if not sys.dont_write_bytecode:
            with suppress(OSError):  # it is somebody else's, or the disk is full
                _write(bucket, kept / bucket.key)
                return
        _write(bucket, folder / bucket.key)


def _read(bucket: Bucket, place: Path) -> None:
    try:
        data = place.read_bytes()
    except OSError:
        return
    digest, compiled = data[:_DIGEST], data[_DIGEST:]
    if hashlib.sha256(compiled).digest() == digest:
        bucket.bytecode_from_string(compiled)


def _write(bucket: Bucket, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    compiled = bucket.bytecode_to_string()
    # Moved there whole: somebody beside may be reading.
    part = place.with_name(f"{place.name}.{os.getpid()}")
    part.write_bytes(hashlib.sha256(compiled).digest() + compiled)
    part.replace(place)
