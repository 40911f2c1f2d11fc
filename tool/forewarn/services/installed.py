"""What a customer has: the releases that he names, and those in a file of his."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forewarn.errors import DataError, UsageError
from forewarn.model.compatibility import worst_of
from forewarn.model.names import check_version
from forewarn.model.release import Release, Verdict, product_path, release_path
from forewarn.services.lookup import the_pair
from forewarn.store.catalogue import Loaded

if TYPE_CHECKING:
    from forewarn.store.cyclonedx import Component

# All pairs are judged, so twice as many take four times as long; no customer has this many.
_MOST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """Something a customer has that is no recorded release, and why not."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """A customer's releases, each once, and what else he has."""

    releases: tuple[Release, ...]
    unknown: tuple[Unknown, ...] = ()

    def verdict(self, verdicts: Iterable[Verdict]) -> Verdict:
        """The worst of them, where what is not known counts as not tested."""
        found = worst_of(verdicts, Verdict.UNKNOWN)
        return worst_of((found, Verdict.UNKNOWN), found) if self.unknown else found


def gather(loaded: Loaded, pairs: Sequence[str], file: str | None) -> Installed:
    """The releases written `product@version`, and those in a file.

    Raises:
        UsageError: they are not two different releases, or one is not written so or recorded.
        DataError: the file, or the record of a release that was named, cannot be read.
    """
    named = {str(release): release for release in (the_pair(loaded, text) for text in pairs)}
    if file is not None:
        found = read_installed(loaded, file)
        merged = named | {str(release): release for release in found.releases}
        return Installed(releases=tuple(merged.values()), unknown=found.unknown)
    if len(named) < 2:
        raise UsageError(
            "there are no two different releases to compare",
            help="Name them like recorder@2.7 player@2.4, or give --installed FILE.",
        )
    return Installed(releases=tuple(named.values()))


def read_installed(loaded: Loaded, file: str) -> Installed:
    """What the file of a customer lists, matched to the recorded releases.

    Raises:
        DataError: the file cannot be read, or lists nothing, or too much.
    """
    # Its readers take longer to import than a question without a file takes to answer.
    from forewarn.store.customer_file import read_customer_file

    releases: dict[str, Release] = {}
    unknown: dict[tuple[str, str | None], Unknown] = {}
    names = _Names(loaded)
    for component in read_customer_file(file):
        match names.find(component):
            case Release() as release:
                releases[str(release)] = release
            case Unknown() as row:
                unknown[component.name, component.version] = row
    if len(releases) > _MOST:
        raise DataError(
            f"this lists {len(releases)} recorded releases; {_MOST} is the most for one customer",
            where=file,
            help="Give the list of one installation.",
        )
    return Installed(releases=tuple(releases.values()), unknown=tuple(unknown.values()))


class _Names:
    """What products are called: by id, and by name where only one is called so."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._ids: dict[str, list[str]] = {}
        for product in loaded.catalogue.products.values():
            self._ids.setdefault(product.name.casefold(), []).append(product.id)
        # An id is nobody else's name: it was chosen to be told apart.
        self._ids |= {id: [id] for id in loaded.catalogue.products}

    def find(self, component: Component) -> Release | Unknown:
        """The release that a component is."""
        called = (component.name, component.package)
        keys = [name.strip().casefold() for name in called if name]
        ids = next((self._ids[key] for key in keys if key in self._ids), [])
        if len(ids) == 1:
            found = self._release(ids[0], component.version)
        elif ids:
            found = f"several products are called so: {', '.join(sorted(ids))}"
        elif any(product_path(key) in self._loaded.unreadable for key in keys):
            found = "the product's record cannot be read; `forewarn check` says why"
        else:
            found = "no such product is recorded"
        if isinstance(found, Release):
            return found
        name = f"{component.name}@{component.version}" if component.version else component.name
        return Unknown(name=_printable(name), reason=found)

    def _release(self, product: str, version: str | None) -> Release | str:
        if not version:
            return "no version is given"
        if check_version(version):
            return "this cannot be a version"
        found = self._loaded.catalogue.find_release(product, version)
        if found:
            return found
        if release_path(product, version) in self._loaded.unreadable:
            return "its record cannot be read; `forewarn check` says why"
        newest = self._loaded.catalogue.latest(product)
        shipped = f"the newest shipped one is {newest.version}" if newest else "none has shipped"
        return f"no such release is recorded; {shipped}"


def _printable(text: str) -> str:
    """A name from a stranger's file, so that it can neither steer a terminal nor fill it."""
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:101])
    return safe if len(safe) <= 100 else f"{safe[:99]}…"
