"""What a product brings to the pages that see everything, as it is kept with a site."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from typing import Any


class Brought(Mapping[str, Any]):
    """What a product brings, by the name of its maker: bytes, read when somebody asks for them.

    The same values are the same bytes.
    """

    def __init__(self, packed: Mapping[str, bytes]) -> None:
        self.packed = packed
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = marshal.loads(self.packed[name])  # noqa: S302 - of our own record
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self.packed

    def __iter__(self) -> Iterator[str]:
        return iter(self.packed)

    def __len__(self) -> int:
        return len(self.packed)


def packed(brought: Mapping[str, Any]) -> Mapping[str, bytes]:
    """What a product brings, in bytes.

    Raises:
        ValueError: something of it is not plain, as a page type of somebody's may bring it.
    """
    if isinstance(brought, Brought):
        return brought.packed
    return {name: pack(found) for name, found in brought.items()}


def pack(found: Any) -> bytes:
    """Plain values in bytes that are the same for the same.

    Raises:
        ValueError: they are not plain.
    """
    # The second version of the format knows no references, which depend on who else has a value.
    return marshal.dumps(found, 2)
