"""What a product brings to the pages that see everything, as it is kept with a site."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from forewarn.model.catalogue import Catalogue

if TYPE_CHECKING:
    from forewarn.pages.view.view import View

Made = TypeVar("Made")


class Brought(Mapping[str, Any]):
    """What a product brings, by the name of its maker: bytes, read when somebody asks for them.

    The same values are the same bytes.
    """

    def __init__(self, packed: Mapping[str, bytes | memoryview]) -> None:
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


def packed(brought: Mapping[str, Any]) -> Mapping[str, bytes | memoryview]:
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


def maker(bring: Callable[[View, str], Any]) -> str:
    """The name under which what `bring` makes is kept."""
    return f"{bring.__module__}:{bring.__qualname__}"


class KeptView:
    """A view, as far as it knows already what its products bring.

    `brought` has that by product and by the name of its maker.
    """

    catalogue: Catalogue
    brought: dict[str, Mapping[str, Any]]

    def around(self, product: str) -> View:
        """What the pages of one product are made from, and nothing else."""
        raise NotImplementedError

    def each(self, bring: Callable[[View, str], Made]) -> Mapping[str, Made]:
        """What `bring` makes of each product and what is around it, by product in order of ids.

        It is made once for each product, and kept with a site for as long as nothing around the
        product has changed, so that no release of it need be read. It must be plain values, as
        `marshal` keeps them: texts, numbers, booleans, None; lists, tuples and mappings of them.
        """
        name = maker(bring)
        if name not in self._each:
            found = {}
            for product in sorted(self.catalogue.products):
                self._bring(bring, product)
                found[product] = self.brought[product][name]
            self._each[name] = found
        return self._each[name]

    @cached_property
    def _each(self) -> dict[str, dict[str, Any]]:
        return {}

    def _bring(self, bring: Callable[[View, str], Any], product: str) -> None:
        name, known = maker(bring), self.brought.get(product, {})
        if name not in known:
            self.brought[product] = {**known, name: bring(self.around(product), product)}

    def word_of(self, bring: Callable[[View, str], Any]) -> str:
        """All that `each` gives, in one word, without reading it where it is kept."""
        digest, name = hashlib.sha256(), maker(bring)
        for product in sorted(self.catalogue.products):
            self._bring(bring, product)
            brought = self.brought[product]
            data = brought.packed[name] if isinstance(brought, Brought) else pack(brought[name])
            digest.update(f"{product} {len(data)} ".encode())
            digest.update(data)
        return digest.hexdigest()

    def kept(self, product: str, what: str, make: Callable[[View], Made]) -> Made:
        """The same of `what` pages may ask of a product, or may not: made when somebody does."""
        known = self.brought.get(product, {})
        if what not in known:
            known = self.brought[product] = {**known, what: make(self.around(product))}
        found: Made = known[what]
        return found
