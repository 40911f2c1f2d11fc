"""What is known of the folders of a commit by the ids of their trees, without listing one.

The id of a tree says all that is below it. What the catalogue asks of each folder at once is kept
under it, so that one changed record does not mean to list all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from forewarn.rows import NamedTuple
from forewarn.store.catalogue.cache import Cache, Hints
from forewarn.store.catalogue.codec import Plain
from forewarn.store.catalogue.entries import NONSENSE
from forewarn.store.catalogue.parts import Judged, Outline

_SHARD = "_trees"  # a product's id never begins so


class FolderTree(NamedTuple):
    """A folder of a commit: the id of its tree, the blob of its product.yml, what is known of it.

    `blob` is empty where there is no such file. `judged` is what its ranges were found to be under
    the schemes of the products that they are over, as those have written them; None where others'
    code decides on one of these.
    """

    id: str
    blob: str
    known: Outline
    judged: tuple[Sequence[str], Judged] | None = None


class Trees:
    """The folders of the commit that was read last."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._rows: Mapping[str, Plain] = {}
        self._found: dict[str, Outline] = {}
        shard = cache.read(_SHARD)
        with suppress(*NONSENSE):
            self._rows = dict(shard.payload.get("trees", {})) if shard else {}

    def find(self, name: str, id: str) -> FolderTree | None:
        """What is known of a folder with that tree."""
        with suppress(*NONSENSE):
            kept, blob, known, judged = self._rows[name]
            if kept == id:
                outline = Outline.of(known)
                before = (judged[0], Judged(*judged[1:])) if judged else None
                found = FolderTree(id, str(blob), outline, before)
                self._found[name] = found.known
                return found
        return None

    def keep(self, trees: Mapping[str, FolderTree]) -> None:
        """Remember these for the next time, and no others."""
        same = trees.keys() == self._rows.keys()
        if not same or any(self._rows[name][0] != tree.id for name, tree in trees.items()):
            rows = {name: self._row(name, tree) for name, tree in trees.items()}
            self._cache.write(_SHARD, {"trees": rows}, Hints.of(0, ()))

    def _row(self, name: str, tree: FolderTree) -> Plain:
        # As it was read, where it is the same: to write two hundred takes ten milliseconds.
        is_read = self._found.get(name) is tree.known
        known = self._rows[name][2] if is_read else tree.known.plain()
        return tree.id, tree.blob, known, (tree.judged[0], *tree.judged[1]) if tree.judged else None
