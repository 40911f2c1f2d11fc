"""Which products the rows of a table are about, and those that it adds."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.names import check_header, check_product
from forewarn.model.product import DEFAULT_TRACK, Product
from forewarn.model.release import product_path
from forewarn.services.imports.here import Present, present
from forewarn.services.imports.importing import Notes, Plan
from forewarn.services.imports.releases import read_back, same_record
from forewarn.store.records.edit import new_yaml

_APART = expression("[^a-z0-9._]+")
_BETWEEN = expression(r"(?<=\w)[\s_.-]+(?=\w)")
_AROUND = expression(r"[()\[\]{}'\",:;\u2019]+")
_SIGNS = expression(r"[^\w\s._()-]|^[.]")


@dataclass(frozen=True, kw_only=True, slots=True)
class TableProduct:
    """A product, what is here of it, and the record that it would be added with."""

    here: Present
    product: Product
    data: bytes | None


class UnknownProduct(Exception):
    """A cell names no product, or may mean several; the text says why, and what to do."""


class TableProducts:
    """The products that are recorded here and, with a scheme, those that a table adds.

    A product is named by its id or by its name, in whatever case.
    """

    def __init__(self, root: Path, scheme: str | None) -> None:
        self._root = root
        self._scheme = scheme
        self._named: defaultdict[str, set[str]] = defaultdict(set)

    def ids_of(self, texts: Iterable[str]) -> Mapping[str, str | UnknownProduct]:
        """The id of the product that each of a table's names means, or why there is none.

        Two names that are not the same never become one product: `C`, `C#` and `C++` would all
        have the id `c`.
        """
        found: dict[str, str | UnknownProduct] = {}
        by_id: defaultdict[str, set[str]] = defaultdict(set)
        for text in texts:
            try:
                found[text] = id = self._find(text)
                by_id[id].add(text)
            except UnknownProduct as error:
                found[text] = error
        for id, names in by_id.items():
            if self._is_here(id) or len({_folded(name) for name in names}) == 1:
                self._named[id] = names
                continue
            said = ", ".join(map(repr, sorted(names)))
            for name in names:
                found[name] = UnknownProduct(
                    f"{said} are several names, and one id, {id}, would be made of them; "
                    "`forewarn product add` adds each with an id of its own"
                )
        return found

    def _find(self, text: str) -> str:
        if self._is_here(text):
            return text
        found = set(self._by_name.get(_folded(text), ()))
        if len(found) == 1:
            return found.pop()
        if found:
            raise UnknownProduct(f"it may be {' or '.join(sorted(found))}; write the id")
        id = _id_from(text)
        if problem := check_product(id) or check_header(text) or _lost(text):
            raise UnknownProduct(f"no id can be made of it: {problem}")
        if self._is_here(id):
            if _folded(text) == _folded(id) and _is_called_like_its_id(self._name(id)):
                return id
            raise UnknownProduct(
                f"its id would be {id}, and that is {self._name(id)!r} here; if it is the same, "
                "write the id, else add it with another id"
            )
        if self._scheme is None:
            raise UnknownProduct(
                f"`forewarn product add {id}` adds it, or --add-products adds all of them"
            )
        return id

    def _name(self, id: str) -> str:
        here = present(self._root, Notes(id))
        return here.product.name if here and here.product else id

    def get(self, tracks: Collection[str], notes: Notes) -> TableProduct | None:
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
        return TableProduct(here=here, product=product, data=data) if product else None

    def add(self, found: TableProduct, plan: Plan) -> None:
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
                names[_folded(here.product.name)].add(id)
        return names


def _id_from(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _APART.sub("-", plain).strip("-._")


def _folded(text: str) -> str:
    """What two spellings of one name have in common; a sign at its begin or end is part of it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _BETWEEN.sub("-", _AROUND.sub(" ", plain).strip())


def _lost(text: str) -> str | None:
    """The first letter of a name of which nothing would be left in an id."""
    for char in text.casefold():
        if char.isalnum() and not unicodedata.normalize("NFKD", char).encode("ascii", "ignore"):
            letter = unicodedata.name(char, "a letter")
            return f"{char!r} ({letter}) cannot stand in one; `forewarn product add ID --name …`"
    return None


def _is_called_like_its_id(name: str) -> bool:
    """Whether an id has all that its product's name has: that of `C#` has not."""
    return not _SIGNS.search(name)
