"""Loading all products of the working tree, and the releases of some of them only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from forewarn.model.catalogue import Catalogue
from forewarn.rows import NamedTuple
from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.folders import KB, Worktree
from forewarn.store.catalogue.loaded import Loaded, assemble
from forewarn.store.catalogue.parts import ProductPart
from forewarn.store.catalogue.reader import ProductFiles, Reader
from forewarn.store.catalogue.words import ANY_SUITE, word_of_member
from forewarn.store.collector import no_collection


def load_products(root: Path, products: Collection[str], *, suites: bool = False) -> Loaded:
    """Load all products, but the releases of these only, and the articles that name them.

    A known issue that applies to one of them may be fixed in another product: its releases are
    there, too. With `suites`, so are those of suites that contained theirs when they were last
    read; a suite that was edited since is found by `load_worktree`.

    Raises:
        DataError: a file cannot be opened.
    """
    with no_collection():
        return some_of(products_here(root), set(products), suites=suites)


def load_deciding(
    root: Path, product: str, decides: Callable[[Catalogue], Iterable[str] | None]
) -> Loaded:
    """The same of one product, with suites; of a large one, as few files are looked at as will do.

    `decides` is given what was kept, and says by the records of which versions an answer stands,
    whatever is in all others; None where it may be any. If those are as they were, and nothing
    came or went, no other file is looked at for an edit in place.

    Raises:
        DataError: a file cannot be opened.
    """
    with no_collection():
        worktree, reader, folders, _ = here = products_here(root)
        if product in folders and reader.is_large(product):
            part = reader.part_unseen(product, worktree.paths(product))
            if part:
                some = {product: part}
                loaded = some_of(here, {product}, suites=True, has=some)
                decided = not loaded.unread() and _still(
                    worktree, product, part, decides(loaded.catalogue)
                )
                if decided or part.contents.files.are_as_kept(worktree.folder(product)):
                    return loaded
        return some_of(here, {product}, suites=True)


def _still(
    worktree: Worktree, product: str, part: ProductPart, versions: Iterable[str] | None
) -> bool:
    """Whether the records of some versions, and their briefings, are as they were kept."""
    if versions is None:
        return False
    contents, briefings = part.contents, part.known.briefings
    paths = []
    for version in versions:
        paths.append(contents.releases[version])
        paths += [briefings[version]] if version in briefings else []
    return worktree.are(product, contents.files.packed(paths))


def load_with_members(root: Path, products: Collection[str]) -> Loaded:
    """The same, and the releases of all products that their releases contain, and that these do.

    Raises:
        DataError: a file cannot be opened.
    """
    wanted = set(products)
    while True:
        loaded = load_products(root, wanted)
        catalogue = loaded.catalogue
        suites = wanted.intersection(catalogue.shelf.suites())
        held = {m.product for s in suites for r in catalogue.releases_of(s) for m in r.contains}
        if held <= wanted:
            return loaded
        wanted |= held


class ProductsHere(NamedTuple):
    """The products of a working tree, the folders of their releases, and what reads these."""

    worktree: Worktree
    reader: Reader
    folders: list[str]
    known: ProductFiles


def products_here(root: Path) -> ProductsHere:
    """Read all products of the working tree, and no release."""
    worktree = Worktree(root)
    reader = Reader(worktree, Cache(root))
    folders = worktree.products()
    return ProductsHere(worktree, reader, folders, reader.products(worktree.product_files(folders)))


def some_of(
    here: ProductsHere,
    wanted: set[str],
    *,
    suites: bool,
    has: Mapping[str, ProductPart] = MappingProxyType({}),
) -> Loaded:
    """All products, and the releases of those that are wanted; some of them it `has` already."""
    worktree, reader, folders, known = here
    articles = reader.articles(worktree.folder(KB))
    naming = {
        path: articles[path] for path in articles if not wanted.isdisjoint(reader.named_in(path))
    }
    wanted = wanted.union(*map(reader.named_in, naming))
    members = {word_of_member(product) for product in wanted} if suites else set()

    def may_be_suite(name: str) -> bool:
        return reader.may_hold(name, (ANY_SUITE,)) and reader.may_hold(name, members)

    parts = {
        name: has.get(name) or reader.part(name, worktree.folder(name))
        for name in folders
        if name in wanted or (members and may_be_suite(name))
    }
    reader.keep_hints()
    return assemble(known, parts, articles, naming)
