"""What the rules found before, so that one changed record does not mean to look at all others.

Findings are remembered by product, together with all that they followed from: the day, the people
and platforms of forewarn.yml, the content of every product that was looked at, which files were
there, and which products had a name. They are taken over only if all of it is the same. Like the
rest of the cache, deleting it loses nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from forewarn import __version__
from forewarn.model.finding import Finding
from forewarn.services.check.rules.around import Around, LookedAt
from forewarn.store.catalogue.cache import Cache, Hints
from forewarn.store.catalogue.code import stamps, stamps_of_plugins
from forewarn.store.catalogue.codec import Plain, decode, encode
from forewarn.store.catalogue.entries import NONSENSE
from forewarn.store.catalogue.folders import KB
from forewarn.store.catalogue.loaded import Loaded

# Given a basis, more rows for it.
OtherRows = Callable[[Plain], Mapping[str, Plain]]

_SHARD = "_findings"  # a product's id never begins so
# The code of the rules, and of what they are written in, beside what decides how a record is read.
CODE = ("options.py", "patterns.py", "services", "sources", "words")


def no_others(basis: Plain) -> Mapping[str, Plain]:
    """Of somebody who has come to no rows, whatever their basis."""
    return {}


class Memory:
    """The findings that are remembered for one state of the files.

    A row has what the findings about a product follow from, and them. `basis` is what those about
    any product follow from; `others` gives more rows for one, which somebody else has come to.
    """

    def __init__(
        self, root: Path, loaded: Loaded, around: Around, others: OtherRows = no_others
    ) -> None:
        self._others = others
        self._around = around
        self._loaded = loaded
        self._cache = Cache(root)
        self._digests: dict[str, str] = {}
        people = None if around.people is None else list(around.people)
        platforms = None if around.platforms is None else list(around.platforms)
        self.basis = [_code(), around.today.isoformat(), people, platforms]
        self._before = self._read()
        self._now: dict[str, Any] = {}

    def findings(self, name: str, look: Callable[[], Iterable[Finding]]) -> tuple[Finding, ...]:
        """The findings about a product or about the articles; `look` finds them anew."""
        for rows in (self._before, self._others(self.basis)):
            with suppress(*NONSENSE):
                products, files, names, plain = rows[name]
                if self._is_same(products, files, names):
                    known: tuple[Finding, ...] = tuple(decode(plain))
                    self._now[name] = rows[name]
                    return known
        self._around.asked = asked = LookedAt(products={name})
        found = tuple(look())
        products = {product: self._digest(product) for product in asked.products}
        self._now[name] = (products, asked.files, asked.names, encode(found))
        return found

    def row(self, name: str) -> Plain:
        """The row of what `findings` has given."""
        return self._now[name]

    def keep(self) -> None:
        """Remember this for the next time."""
        if self._now != self._before:
            payload = {"basis": self.basis, "findings": self._now}
            self._cache.write(_SHARD, payload, Hints.of(0, ()))

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            loaded = self._loaded
            self._digests[name] = loaded.articles_identity if name == KB else loaded.identity(name)
        return self._digests[name]

    def _read(self) -> Mapping[str, Any]:
        shard = self._cache.read(_SHARD)
        payload = shard.payload if shard else {}
        findings = payload.get("findings")
        same = payload.get("basis") == self.basis
        return findings if same and isinstance(findings, dict) else {}

    def _is_same(
        self,
        products: Mapping[str, str],
        files: Mapping[str, bool],
        names: Mapping[str, list[str]],
    ) -> bool:
        return (
            all(self._digest(product) == digest for product, digest in products.items())
            and all((path in self._loaded.read) is there for path, there in files.items())
            and all(self._around.called(name) == ids for name, ids in names.items())
        )


def _code() -> list[str]:
    own = stamps(CODE)
    others = (stamps_of_plugins(group) for group in ("presets", "rules", "schemes", "sources"))
    return [__version__, *own, *itertools.chain.from_iterable(others)]
