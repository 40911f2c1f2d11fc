"""Which sighting is of the same thing as what a place shows, and what a new one is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count
from typing import TypeAlias

from forewarn.model.sighting import Shown, Sighting, sighting_id

# Version, source, platform, architecture, channel.
_About: TypeAlias = tuple[str, str, str | None, str | None, str | None]


class SightingIds:
    """The ids of what is shown of one product.

    They are short, so that of many thousands two may have one by chance, of one product or of two:
    whatever is seen later gets another, and keeps it. `kept` are the product's sightings by their
    ids, `taken` are ids that sightings of other products have.
    """

    def __init__(
        self, product: str, kept: Mapping[str, Sighting], taken: Collection[str] = ()
    ) -> None:
        self._product = product
        self._kept = kept
        self._taken = taken
        self._given: dict[_About, str] = {}
        self._free_of: dict[str, _About] = {}
        self._second: dict[_About, str] | None = None

    def of(self, source: str, item: Shown) -> str:
        """The id of what a source shows."""
        about = _about(item, source)
        found = self._given.get(about)
        if found is None:
            found = self._given[about] = self._find(about)
            self._free_of[found] = about
        return found

    def _find(self, about: _About) -> str:
        first = sighting_id(self._product, *about)
        there = self._kept.get(first)
        if there is not None and _is_of(there, about):
            return first
        if there is None and first not in self._taken and first not in self._free_of:
            # Who had it before may be gone: then this one is what it was.
            return self._kept_otherwise().get(about, first)
        return self._kept_otherwise().get(about) or next(
            id
            for id in (sighting_id(self._product, *about, other=n) for n in count(1))
            if not (id in self._kept or id in self._taken or id in self._free_of)
        )

    def _kept_otherwise(self) -> Mapping[_About, str]:
        """The sightings whose ids are not the first that they could have."""
        if self._second is None:
            rows = ((_about(one, one.source), one.id) for one in self._kept.values())
            self._second = {
                about: id
                for about, id in rows
                if id != sighting_id(self._product, *about) and id in _later(self._product, about)
            }
        return self._second


def _later(product: str, about: _About) -> tuple[str, ...]:
    return tuple(sighting_id(product, *about, other=n) for n in range(1, 4))


def _about(one: Shown | Sighting, source: str) -> _About:
    return (one.version, source, one.platform or None, one.arch or None, one.channel or None)


def _is_of(there: Sighting, about: _About) -> bool:
    """Whether a sighting is of that; what it does not say of itself it may be."""
    return (there.version, there.source) == about[:2] and all(
        mine in (None, "", other)
        for mine, other in zip((there.platform, there.arch, there.channel), about[2:], strict=True)
    )
