"""The theme's templates, compiled once: that takes longer than a hundred pages."""

from __future__ import annotations

import os
from pathlib import Path
from types import CodeType
from typing import ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """The theme's templates, compiled once for all the sites that a process makes.

    The processes beside it find them in `folder`, which is this build's own.
    """

    known: ClassVar[dict[str, tuple[str, CodeType]]] = {}

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled, unless the template has changed since."""
        checksum, code = self.known.get(bucket.key, ("", None))
        place = self._folder / bucket.key
        if code and checksum == bucket.checksum:
            bucket.code = code
            if not place.exists():
                self._write(bucket, place)
        elif place.is_file():
            with place.open("rb") as file:
                bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code:
            self.known[bucket.key] = (bucket.checksum, bucket.code)
            self._write(bucket, self._folder / bucket.key)

    def _write(self, bucket: Bucket, place: Path) -> None:
        # Moved there whole: somebody beside may be reading.
        self._folder.mkdir(exist_ok=True)
        part = place.with_name(f"{place.name}.{os.getpid()}")
        with part.open("wb") as file:
            bucket.write_bytecode(file)
        part.replace(place)
