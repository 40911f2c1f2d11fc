"""Which products the rows of a table are about, and those that it adds."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from forewarn.model.names import check_header, check_product
from forewarn.model.product import DEFAULT_TRACK, Product
from forewarn.model.release import product_path
from forewarn.services.import_here import Present, present
from forewarn.services.import_releases import read_back, same_record
from forewarn.services.importing import Notes, Plan
from forewarn.store.edit import new_yaml

_APART = re.compile("[^a-z0-9._]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A product, what is here of it, and the record that it would be added with."""

    here: Present
    product: Product
    data: bytes | None


class UnknownProduct(Exception):
    """A cell names no product, or may mean several; the text says why, and what to do."""


class Products:
    """The products that are recorded here and, with a scheme, those that a table adds.

    A product is named by its id or by its name, in whatever case.
    """

    def __init__(self, root: Path, scheme: str | None) -> None:
        self._root = root
        self._scheme = scheme
        self._named: defaultdict[str, set[str]] = defaultdict(set)

    def id_of(self, text: str) -> str:
        """The id of the product that is meant.

        Raises:
            UnknownProduct: there is none, or there are several.
        """
        id = self._find(text)
        self._named[id].add(text)
        return id

    def _find(self, text: str) -> str:
        if self._is_here(text):
            return text
        id = _id_from(text)
        found = set(self._by_name.get(text.casefold(), ()))
        if self._is_here(id):
            found.add(id)
        if len(found) == 1:
            return found.pop()
        if found:
            raise UnknownProduct(f"it may be {' or '.join(sorted(found))}; write the id")
        if problem := check_product(id) or check_header(text):
            raise UnknownProduct(f"no id can be made of it: {problem}")
        if self._scheme is None:
            raise UnknownProduct(
                f"`forewarn product add {id}` adds it, or --add-products adds all of them"
            )
        return id

    def get(self, tracks: Collection[str], notes: Notes) -> Found | None:
        """The product that the notes are about; None (and a note) where it cannot be read.

        `tracks` are those that a new product needs.
        """
        here = present(self._root, notes)
        if here is None:
            return None
        data = self._record(notes.product, tracks)
        product = here.product
        if product is None and data:
            made = read_back(product_path(notes.product), data, notes)
            product = made if isinstance(made, Product) else None
        return Found(here=here, product=product, data=data) if product else None

    def add(self, found: Found, plan: Plan) -> None:
        """Plan the record of a product that has releases and is not here."""
        path, data = product_path(found.product.id), found.data
        plan.products += 1
        if data and found.here.product is None:
            plan.products_new += 1
            plan.files[path] = data
        elif data and same_record(self._root / path, data):
            plan.same.add(path)

    def _record(self, id: str, tracks: Collection[str]) -> bytes | None:
        if self._scheme is None:
            return None
        head: dict[str, Any] = {"name": min(self._named[id]), "scheme": self._scheme}
        if {*tracks} - {DEFAULT_TRACK}:
            # The first is the default one; the order of the rows must not matter.
            head["tracks"] = sorted(tracks, key=lambda track: (track != DEFAULT_TRACK, track))
        return new_yaml(head)

    def _is_here(self, id: str) -> bool:
        return not check_product(id) and (self._root / product_path(id)).is_file()

    @cached_property
    def _by_name(self) -> Mapping[str, set[str]]:
        names: defaultdict[str, set[str]] = defaultdict(set)
        for path in sorted((self._root / "releases").glob("*/product.yml")):
            id = path.parent.name
            here = None if check_product(id) else present(self._root, Notes(id))
            if here and here.product:
                names[here.product.name.casefold()].add(id)
        return names


def _id_from(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _APART.sub("-", plain).strip("-._")
