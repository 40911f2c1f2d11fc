"""Loading the catalogue, or a part of it, from the working tree or from a commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import field, replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass
from forewarn.model import rule_ids
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.record import Place
from forewarn.model.release import Briefing, Release, product_path
from forewarn.model.shelf import Lazy, ReleaseKey
from forewarn.model.versions.version import InvalidVersion, Scheme, VersionRange
from forewarn.rows import NamedTuple
from forewarn.store.catalogue.bearing import parts_bearing
from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.entries import AllFiles, Files, RecordFile, ShardFiles, word_of
from forewarn.store.catalogue.folders import KB, PRODUCTS, Changed, Commit, Mark, Worktree
from forewarn.store.catalogue.overview import Overview
from forewarn.store.catalogue.parts import (
    Contents,
    ProductPart,
    problem_of,
    ranges_of,
    unknown_product,
)
from forewarn.store.catalogue.reader import Earlier, ProductFiles, Progress, Reader
from forewarn.store.catalogue.shelf import PartShelf
from forewarn.store.catalogue.trees import FolderTree, Trees
from forewarn.store.catalogue.words import ANY_SUITE, word_of_member, word_of_version
from forewarn.store.collector import no_collection
from forewarn.store.layout import RECORD_FOLDERS

if TYPE_CHECKING:
    from forewarn.store.git.repository import Repository

_MANY_FOLDERS = 100  # so many are listed with all others
_MANY_UNREAD = 20_000  # files, which to read takes longer than to begin a process

__all__ = [
    "RECORD_FOLDERS",
    "Loaded",
    "Progress",
    "Sought",
    "load_commit",
    "load_deciding",
    "load_matching",
    "load_products",
    "load_with_members",
    "load_worktree",
]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A catalogue and what is wrong with its files.

    A record with a problem is left out whole, because half of one could mislead; `unreadable`
    has the paths of those files. `read` has every file that was looked at, `parts` each product's.
    Where it is `borne`, there are none but the releases of versions that were sought.
    """

    catalogue: Catalogue
    findings: tuple[Finding, ...]
    unreadable: frozenset[str]
    read: AllFiles
    parts: Mapping[str, ProductPart]
    trees: Mapping[str, FolderTree] = field(default_factory=dict)
    borne: bool = False

    def identity(self, product: str) -> str:
        """The content of all files of a product in one word, found without reading one."""
        part, path = self.parts.get(product), product_path(product)
        own = self.read.blob(path) if path in self.read else ""
        # What keeps a record from being used may lie in another folder.
        bad = sorted(self._unreadable_by_folder.get(product, ()))
        text = "\n".join((part.known.word if part else "", own, *bad))
        return word_of(text)

    def paths(self, without: Collection[str] = ()) -> frozenset[str]:
        """The records' paths, but for the releases of some products."""
        folders = (name for name in (PRODUCTS, KB, *self.parts) if name not in without)
        return frozenset(path for name in folders for path in self.read.of_folder(name) or ())

    @cached_property
    def _unreadable_by_folder(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.unreadable:
            found.setdefault(path.removeprefix("releases/").partition("/")[0], []).append(path)
        return found

    def unread(
        self, products: Collection[str] | None = None, *, articles: bool = False
    ) -> tuple[Finding, ...]:
        """The first finding of each record that could not be read, by file.

        Of all products, or of some; those of articles only if they are asked for.
        """
        first: dict[str, Finding] = {}
        for finding in self.findings:
            path = finding.place.file
            folder, _, rest = path.partition("/")
            ours = (
                articles if folder == "kb" else products is None or rest.split("/")[0] in products
            )
            if ours and path in self.unreadable:
                first.setdefault(path, finding)
        return tuple(first.values())

    @property
    def articles_identity(self) -> str:
        """The content of all articles in one word."""
        lines = (
            f"{'-' if path in self.unreadable else '+'}{self.read.blob(path)} {path}"
            for path in self.read.of_folder(KB) or ()
        )
        return word_of("\n".join(sorted(lines)))


def load_worktree(root: Path, progress: Progress | None = None) -> Loaded:
    """Load the files as they lie in the working tree, committed or not.

    Raises:
        DataError: a file cannot be opened.
    """
    worktree = Worktree(root)
    with no_collection():
        reader = Reader(worktree, Cache(root), progress=progress)
        folders = worktree.folders()
        reader.products(folders[PRODUCTS])  # and with them the cache is this code's own
        with _read_beside(root, folders):
            loaded = _whole(reader, folders)
        reader.keep_only(folders)
    return loaded


def _read_beside(
    root: Path, folders: Mapping[str, Mapping[str, Mark]]
) -> AbstractContextManager[None]:
    """Another process that reads as well, if many files are not in the cache at all."""
    if sum(map(len, folders.values())) < _MANY_UNREAD:
        return nullcontext()
    # Not the reader's: what that has once not found, it does not look for again.
    kept = Overview(Cache(root))
    unread = sum(len(files) for name, files in folders.items() if kept.find(name) is None)
    if unread < _MANY_UNREAD:
        return nullcontext()
    from forewarn.store.catalogue.beside import reading_beside

    return reading_beside(root)


def load_changed(root: Path, known: Loaded, files: Mapping[str, bytes | None]) -> Loaded:
    """Load the files as they would lie in the working tree, some of them changed or gone.

    What is as in `known`, the working tree as it is, is not read again.

    Raises:
        DataError: a file cannot be opened.
    """
    changed = Changed(root, files)
    with no_collection():
        same = Earlier(known.read, known.parts)
        return _whole(Reader(changed, Cache(root), known=same), changed.folders())


def load_commit(
    repository: Repository,
    commit: str,
    known: Loaded | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Load a commit; no folder is opened that is the same in `known`, or in the last one read.

    It is when somebody asks for its releases.
    """
    source = Commit(repository, commit)
    with no_collection():
        cache = Cache(repository.root)
        same = Earlier(known.read, known.parts) if known else None
        reader = Reader(source, cache, progress=progress, known=same)
        kept = Trees(cache)
        ids = source.trees()
        found = {name: _tree(kept, known, name, id) for name, id in ids.items()}
        changed = [name for name, tree in found.items() if tree is None]
        if changed:
            source.list_folders(changed if len(changed) < _MANY_FOLDERS else ())
        products = dict(source.folder(PRODUCTS))
        products |= {product_path(name): t.blob for name, t in found.items() if t and t.blob}
        reader.expect(sum(len(source.folder(name)) for name in changed))
        orders = reader.products(products)
        parts: dict[str, ProductPart] = {}
        for name, tree in sorted(found.items()):
            if tree is None:
                parts[name] = reader.part(name, source.folder(name))
            elif known and known.trees.get(name) is tree:
                parts[name] = known.parts[name]
            else:
                parts[name] = ProductPart(tree.known, partial(_opened, reader, source, name))
        articles = reader.articles(source.folder(KB))
        trees = {
            name: FolderTree(id, str(products.get(product_path(name), "")), parts[name].known)
            for name, id in ids.items()
        }
        if known is None:
            kept.keep(trees)
        return replace(_assemble(orders, parts, articles, articles), trees=trees)


def _tree(kept: Trees, known: Loaded | None, name: str, id: str) -> FolderTree | None:
    """What is known of the folder of a commit by the id of its tree."""
    beside = known.trees.get(name) if known else None
    return beside if beside and beside.id == id else kept.find(name, id)


def _opened(reader: Reader, source: Commit, name: str) -> Contents:
    with no_collection():
        return reader.part(name, source.folder(name)).contents


def load_products(root: Path, products: Collection[str], *, suites: bool = False) -> Loaded:
    """Load all products, but the releases of these only, and the articles that name them.

    A known issue that applies to one of them may be fixed in another product: its releases are
    there, too. With `suites`, so are those of suites that contained theirs when they were last
    read; a suite that was edited since is found by `load_worktree`.

    Raises:
        DataError: a file cannot be opened.
    """
    with no_collection():
        return _some(_products_of(root), set(products), suites=suites)


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
        worktree, reader, folders, _ = here = _products_of(root)
        if product in folders and reader.is_large(product):
            part = reader.part_unseen(product, worktree.paths(product))
            if part:
                some = {product: part}
                loaded = _some(here, {product}, suites=True, has=some)
                decided = not loaded.unread() and _still(
                    worktree, product, part, decides(loaded.catalogue)
                )
                if decided or part.contents.files.are_as_kept(worktree.folder(product)):
                    return loaded
        return _some(here, {product}, suites=True)


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


class Sought(NamedTuple):
    """What is looked for: words (see `catalogue.words`), versions by product, products.

    Where it is `borne` by more products than that, no more is loaded of each than the releases of
    its versions; None: never.
    """

    words: Collection[str]
    versions: Mapping[str, Collection[str]]
    products: Collection[str]
    borne: int | None = None


def load_matching(root: Path, choose: Callable[[Catalogue], Sought]) -> Loaded:
    """Load all products, and the releases of those that may match, as the cache remembers them.

    `choose` is given all products, without a release. Matching is a product that had one of the
    words or of its versions when it was last read, that has got or lost a file since, or that is
    wanted by name. What came by an edit since is not seen: only `load_worktree` can say that
    there is nothing.

    Raises:
        DataError: a file cannot be opened.
    """
    with no_collection():
        worktree, reader, folders, known = here = _products_of(root)
        wanted = choose(Catalogue(products=known.records, schemes=known.orders))
        if wanted.borne is not None and not any(reader.may_hold(n, wanted.words) for n in folders):
            parts = parts_bearing(
                worktree, reader, folders, wanted.versions, known.orders, wanted.borne
            )
            none = Files({}, ShardFiles(None), {}, worktree)
            loaded = _assemble(known, parts, none, none) if parts else None
            if loaded and not loaded.unread(parts):
                reader.keep_hints()
                return replace(loaded, borne=True)
        found = set(wanted.products)
        for name in folders:
            versions = wanted.versions.get(name)
            asked = set(wanted.words)
            if versions and name in known.orders:
                asked.update(_version_words(versions, known.orders[name]))
            time = worktree.folder_time(name)
            if reader.may_bear(name, time, asked, versions=bool(versions)):
                found.add(name)
        return _some(here, found, suites=True)


def _version_words(versions: Collection[str], scheme: Scheme) -> Iterator[str]:
    for version in versions:
        with suppress(InvalidVersion):
            yield word_of_version(version, scheme)


def _whole(reader: Reader, folders: Mapping[str, Mapping[str, Mark]]) -> Loaded:
    reader.expect(sum(map(len, folders.values())))
    known = reader.products(folders[PRODUCTS])
    known = known._replace(orders=dict(known.orders))
    parts = {
        name: reader.part(name, files)
        for name, files in sorted(folders.items())
        if name not in (PRODUCTS, KB)
    }
    articles = reader.articles(folders[KB])
    return _assemble(known, parts, articles, articles)


class _ProductsHere(NamedTuple):
    """The products of a working tree, the folders of their releases, and what reads these."""

    worktree: Worktree
    reader: Reader
    folders: list[str]
    known: ProductFiles


def _products_of(root: Path) -> _ProductsHere:
    worktree = Worktree(root)
    reader = Reader(worktree, Cache(root))
    folders = worktree.products()
    return _ProductsHere(
        worktree, reader, folders, reader.products(worktree.product_files(folders))
    )


def _some(
    here: _ProductsHere,
    wanted: set[str],
    *,
    suites: bool,
    has: Mapping[str, ProductPart] = MappingProxyType({}),
) -> Loaded:
    """Those that are wanted, but for those that it `has` already."""
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
    return _assemble(known, parts, articles, naming)


def _assemble(
    known: ProductFiles,
    parts: Mapping[str, ProductPart],
    read_articles: Files,
    shown: Mapping[str, RecordFile],
) -> Loaded:
    """Put parts together. Of `read_articles`, those in `shown` are in the catalogue."""
    findings = [finding for part in parts.values() for finding in part.known.findings]
    without: set[ReleaseKey] = set()
    respelled = {name for name, part in parts.items() if part.judged(known.orders).respelled}
    for part in parts.values():
        for release, found in _bad_ranges(part, known.orders):
            findings += found
            without.add((release.product, release.version))
    articles = {}
    for path, entry in sorted(shown.items()):
        record = entry.record if entry.usable else None
        if isinstance(record, Article):
            ranges = (*record.applies.items(), *record.fixed_in.items())
            bad = [*_range_findings([(record.place, *row) for row in ranges], known.orders)]
            findings += bad
            if not bad:
                articles[path] = _read_article(record, known.orders)
    others = {PRODUCTS: known.files, KB: read_articles}
    unusable = [files[path] for files in others.values() for path in files.unusable()]
    findings += [finding for entry in unusable for finding in entry.findings]
    unreadable = {entry.path for entry in unusable} | {f.place.file for f in findings}
    unreadable.update(path for part in parts.values() for path in part.known.unusable)
    count = sum(map(len, others.values())) + sum(part.known.files for part in parts.values())
    return Loaded(
        catalogue=Catalogue(
            products=known.records,
            releases=PartShelf(parts, frozenset(without), respelled, known.orders),
            briefings=_briefings(parts),
            articles=articles,
            schemes=known.orders,
        ),
        findings=tuple(sorted(findings, key=lambda f: (f.place.file, f.place.line, f.rule))),
        unreadable=frozenset(unreadable),
        read=AllFiles(
            Lazy(
                (*others, *parts),
                lambda name: others[name] if name in others else parts[name].contents.files,
            ),
            count,
        ),
        parts=parts,
    )


def _briefings(parts: Mapping[str, ProductPart]) -> Mapping[ReleaseKey, Briefing]:
    def make(key: ReleaseKey) -> Briefing:
        part = parts[key[0]]
        record = part.contents.files[part.known.briefings[key[1]]].record
        if not isinstance(record, Briefing):
            raise KeyError(key)
        return record

    return Lazy(
        ((product, version) for product, part in parts.items() for version in part.known.briefings),
        make,
    )


def _bad_ranges(
    part: ProductPart, orders: Mapping[str, Scheme]
) -> Iterator[tuple[Release, list[Finding]]]:
    """The releases of a part that state ranges which are none, with what is wrong with them."""
    if not part.judged(orders).doubtful:
        return
    for path in part.contents.linked:
        release = part.contents.files[path].record
        if isinstance(release, Release):
            stated = (
                (s.place, s.partner, versions)
                for s in release.compatibility
                for versions in ranges_of(s)
            )
            found = [*_range_findings(stated, orders)]
            if found:
                yield release, found


def _read_article(article: Article, orders: Mapping[str, Scheme]) -> Article:
    """An article whose ranges are read under their products' schemes."""
    applies, fixed_in = (
        {product: versions.under(orders[product]) for product, versions in ranges.items()}
        for ranges in (article.applies, article.fixed_in)
    )
    return replace(article, applies=applies, fixed_in=fixed_in)


def _range_findings(
    ranges: Iterable[tuple[Place, str, VersionRange]], orders: Mapping[str, Scheme]
) -> Iterator[Finding]:
    """Report ranges over a product that is not there, and ranges that are none of its scheme."""
    for place, product, versions in ranges:
        if product not in orders:
            yield unknown_product(place, product)
            continue
        problem = problem_of(versions, orders[product])
        if problem:
            at = versions.written
            yield Finding(
                rule=rule_ids.WRONG_VALUE if versions.vers_scheme else rule_ids.NOT_A_VERSION,
                severity=FindingSeverity.ERROR,
                place=replace(place, line=at.line) if at else place,
                message=f"{str(versions)!a} is no range of {product}: {problem}",
                help=f"Write versions of the scheme {orders[product].name}.",
            )
