"""Reading the folders of a knowledge base, out of the cache where it knows them."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from time import monotonic_ns
from typing import Any

from forewarn.model.article import Article
from forewarn.model.names import check_product
from forewarn.model.product import Product
from forewarn.model.record import Audience
from forewarn.model.release import Release, product_path
from forewarn.model.versions.version import Scheme
from forewarn.rows import NamedTuple
from forewarn.store.catalogue.cache import Cache, Hints
from forewarn.store.catalogue.codec import Plain
from forewarn.store.catalogue.entries import NONSENSE, AllFiles, Files, RecordFile, ShardFiles
from forewarn.store.catalogue.folders import (
    KB,
    PRODUCTS,
    Mark,
    RecordSource,
    Worktree,
    settled,
)
from forewarn.store.catalogue.listing import packed
from forewarn.store.catalogue.overview import Overview
from forewarn.store.catalogue.parts import Contents, Outline, ProductPart, product_part
from forewarn.store.catalogue.shelf import Head, PartDirectory
from forewarn.store.catalogue.words import (
    ANY_UNUSABLE,
    word_of_basis,
    words_of,
    words_of_version,
)

# Told how many files of how many have been read, while there are some that are not cached.
Progress = Callable[[int, int], None]
_STEP = 1000  # files between two calls
_LARGE = 500_000  # bytes that are kept of some thousand releases


class ProductFiles(NamedTuple):
    """The files of all products, the products that are usable, and their schemes."""

    files: Files
    records: PartDirectory
    orders: Mapping[str, Scheme]


class Earlier(NamedTuple):
    """What was read of another state of the same records, which may have much in common."""

    files: AllFiles
    parts: Mapping[str, ProductPart]

    def part(self, name: str, marks: Mapping[str, Mark], basis: str) -> ProductPart | None:
        """What was made of a product's folder, if it was of the same files."""
        files, path = self.files.of_folder(name), product_path(name)
        same = files is not None and files.marks == marks
        before = self.files.blob(path) if path in self.files else ""
        return self.parts[name] if same and before == basis else None


class Bearers(NamedTuple):
    """Files by path, each with what it was known by, and whether there are no more."""

    known: Mapping[str, tuple[bytes, RecordFile]]
    all: bool

    def find(self, path: str, mark: Mark) -> RecordFile | None:
        """A file, if it is the very one by its mark."""
        before, entry = self.known.get(path, (b"", None))
        return entry if isinstance(mark, tuple) and packed(mark) == before else None


class _Folder(NamedTuple):
    """A folder as it is read.

    `same` says whether its files are those of the shard, so that what was `derived` from them
    still holds; `stale` whether the shard has to be written again; `free` whether it knows
    nothing of the working tree.
    """

    name: str
    marks: Mapping[str, Mark]
    files: Files
    derived: Any
    same: bool
    stale: bool
    free: bool


class Reader:
    """Reads folders of one source, and keeps in the cache what it had to read."""

    def __init__(
        self,
        source: RecordSource,
        cache: Cache,
        *,
        progress: Progress | None = None,
        known: Earlier | None = None,
    ) -> None:
        """Begin to read; to be called before anything is listed."""
        self._source = source
        self._cache = cache
        self._progress = progress
        self._total = 0
        self._known = known or Earlier(AllFiles({}), {})
        # Who has a later state at hand looks back at an earlier one, which is not needed again.
        self._keeps = known is None
        self._products: ProductFiles | None = None
        self._named: Mapping[str, Collection[str]] = {}
        self._overview = Overview(cache)
        self._done = 0
        self._has_read = False
        self._began = monotonic_ns()
        self._now: int | None = None

    def expect(self, total: int) -> None:
        """Say how many files there will be, for the progress."""
        self._total = total

    def products(self, marks: Mapping[str, Mark]) -> ProductFiles:
        """All products, from their files; a second call gives the same."""
        if self._products is None:
            folder = self._open(PRODUCTS, marks)
            files, known = folder.files, folder.derived
            if not (folder.same and isinstance(known, dict)):
                found = [_product(entry) for entry in files.values() if entry.usable]
                known = {product.id: _plain_head(product) for product in found}
                folder = folder._replace(stale=True)
            heads = {id: _head(plain, files.blob(product_path(id))) for id, plain in known.items()}
            records = PartDirectory(heads, lambda id: _product(files[product_path(id)]))
            self._products = ProductFiles(files, records, records.orders())
            self._keep(folder, known)
        return self._products

    def part(self, name: str, marks: Mapping[str, Mark]) -> ProductPart:
        """The releases of one product; `products` must have been called before."""
        known = self._products
        assert known is not None  # noqa: S101 - a rule of this class
        basis = self._basis(name)
        part = self._known.part(name, marks, basis)
        if part:
            self._count(len(marks))
            return part
        folder = self._open(name, marks)
        kept = self._part_as_kept(folder, basis)
        if kept:
            if folder.stale and self._keeps:
                self._keep(folder, folder.derived, kept.contents, None)
            return kept
        outline, contents = self._put_together(name, folder.files)
        words = _words(contents, known.orders.get(name))
        words |= {word_of_basis(basis), *((ANY_UNUSABLE,) if outline.findings else ())}
        derived = (basis, outline.plain())
        self._keep(folder._replace(stale=True), derived, contents, words)
        return ProductPart(outline, lambda: contents)

    def is_large(self, name: str) -> bool:
        """Whether so much is kept of a product that to look at each of its files takes a while."""
        mark = self._cache.mark(name) if _has_shard(name) else None
        return mark is not None and mark[2] > _LARGE

    def part_unseen(self, name: str, paths: list[str]) -> ProductPart | None:
        """The releases of one product as they were kept, though a file may have been edited since.

        None where other files were kept than those in `paths`, or under another product.yml.
        `products` must have been called.
        """
        with suppress(*NONSENSE):
            kept = ShardFiles(self._cache.read(name))
            marks = kept.listed(paths)
            if marks is not None:
                files = Files(marks, kept, {}, self._source)
                folder = _Folder(name, marks, files, kept.derived, True, False, False)
                return self._part_as_kept(folder, self._basis(name))
        return None

    def _part_as_kept(self, folder: _Folder, basis: str) -> ProductPart | None:
        """What was known of a folder's files before, if it still holds."""
        outline, files = _as_kept(folder, basis), folder.files

        def opened() -> Contents:
            with suppress(*NONSENSE):
                return Contents.of(marshal.loads(files.contents or b""), files)  # noqa: S302
            return self._put_together(folder.name, files)[1]

        return ProductPart(outline, opened) if outline else None

    def _put_together(self, name: str, files: Files) -> tuple[Outline, Contents]:
        known = self._products
        assert known is not None  # noqa: S101 - a rule of this class
        return product_part(files, known.records.get(name), known.orders.get(name))

    def files_of(self, name: str, marks: Mapping[str, Mark]) -> dict[str, RecordFile]:
        """Some files of a product's folder, which are read where the cache does not know them."""
        kept = ShardFiles(None)
        if _has_shard(name):
            with suppress(*NONSENSE):
                kept = ShardFiles(self._cache.read(name))
        found = {}
        for path, mark in marks.items():
            entry = None
            with suppress(*NONSENSE):
                entry = kept.known(path, mark, self._source)
            found[path] = entry or RecordFile.parse(path, self._source.read(path), self._source)
        return found

    def bearers(self, name: str, words: Collection[str], folder_time: int) -> Bearers:
        """The files of a product that had one of some words of versions when it was last read.

        They are `all` that have one now if its folder, whose time is given, and its product.yml,
        which says how versions are spelled, are as they were. `products` must have been called.
        """
        kept = self._cache.alone(name, words) if _has_shard(name) else None
        with suppress(*NONSENSE):
            if kept:
                same = kept.hints.may_hold(word_of_basis(self._basis(name)))
                rows = [
                    (mark, RecordFile.of_code(blob, code, self._source))
                    for mark, blob, code in kept.records
                ]
                known = {entry.path: (mark, entry) for mark, entry in rows}
                return Bearers(known, same and kept.hints.folder_time == folder_time)
        return Bearers({}, False)

    def part_of_some(self, name: str, files: dict[str, RecordFile]) -> ProductPart:
        """What is known of a product by some of its files; `products` must have been called."""
        known = self._products
        assert known is not None  # noqa: S101 - a rule of this class
        marks = {path: entry.blob for path, entry in files.items()}
        some = Files(marks, ShardFiles(None), files, self._source)
        product, order = known.records.get(name), known.orders.get(name)
        outline, contents = product_part(some, product, order, "")  # they are not all of it
        return ProductPart(outline, lambda: contents)

    def articles(self, marks: Mapping[str, Mark]) -> Files:
        """The files of all articles."""
        folder = self._open(KB, marks)
        named = folder.derived
        if not (folder.same and isinstance(named, dict)):
            named = {path: _named(entry) for path, entry in folder.files.items()}
            folder = folder._replace(stale=True)
        self._named = named
        self._keep(folder, named)
        return folder.files

    def named_in(self, path: str) -> Collection[str]:
        """The products of which an article names versions."""
        return self._named.get(path, ())

    def may_hold(self, product: str, words: Collection[str]) -> bool:
        """Whether one of these words may be in a product's releases; so where nobody knows."""
        hints = self._overview.find(product)
        return hints is None or any(map(hints.may_hold, words))

    def may_bear(
        self, product: str, folder_time: int, words: Collection[str], *, versions: bool
    ) -> bool:
        """Whether one of these words may be in a product's releases; so where nobody knows.

        Nobody does where its folder, whose time is given, has changed since it was read whole, or,
        if there are `versions` among the words, its product.yml, which says how they are spelled.
        `products` must have been called before.
        """
        hints = self._overview.find(product)
        if hints is None or hints.folder_time != folder_time:
            return True
        if versions and not hints.may_hold(word_of_basis(self._basis(product))):
            return True
        return any(map(hints.may_hold, words))

    def _order(self, product: str) -> Scheme | None:
        return self._products.orders.get(product) if self._products else None

    def _basis(self, product: str) -> str:
        """The content of a product's product.yml in one word; empty where there is none."""
        known = self._products
        assert known is not None  # noqa: S101 - a rule of this class
        path = product_path(product)
        return known.files.blob(path) if path in known.files else ""

    def keep_only(self, folders: Collection[str]) -> None:
        """Remove what is cached of folders that are gone."""
        self._cache.keep_only(set(folders))

    def keep_hints(self) -> None:
        """Keep what `may_hold` and `may_bear` had to look up."""
        self._overview.keep(self._moment)

    def _open(self, name: str, marks: Mapping[str, Mark]) -> _Folder:
        found: ShardFiles | None = None
        with suppress(*NONSENSE):
            kept = found = ShardFiles(self._cache.read(name) if _has_shard(name) else None)
            # The whole of it at once first: nearly always, nothing has changed.
            if kept.knows(marks):
                self._count(len(marks))
                files = Files(marks, kept, {}, self._source)
                return _Folder(name, marks, files, kept.derived, True, False, kept.free)
        kept = found or ShardFiles(None)
        read: dict[str, RecordFile] = {}
        same = marks.keys() == kept.marks.keys()
        stale = not same
        for path, mark in marks.items():
            self._count(1)
            blob = kept.blobs.get(path)
            if blob is not None and mark in (kept.marks[path], blob):
                continue
            entry = read[path] = self._look(path, mark, kept)
            same = same and entry.blob == blob
            stale = stale or not same or settled(mark, self._moment())
        files = Files(marks, kept, read, self._source)
        return _Folder(name, marks, files, kept.derived, same, stale, kept.free)

    def _look(self, path: str, mark: Mark, kept: ShardFiles) -> RecordFile:
        """A file with a mark that the shard does not have; it may well have the content."""
        known = self._known.files.get(path)
        if known is not None and known.blob == mark:
            return known
        content = self._source.read(path)
        if kept.blobs.get(path) == content.blob:
            return kept.entry(path, self._source)
        self._has_read = True
        return RecordFile.parse(path, content, self._source)

    def _moment(self) -> int:
        """When the reading began, in the file system's time: what was written since, shows."""
        if self._now is None:
            self._now = self._cache.now() - (monotonic_ns() - self._began)
        return self._now

    def _keep(
        self,
        folder: _Folder,
        derived: Any,
        contents: Contents | None = None,
        words: Collection[str] | None = (),
    ) -> None:
        """Write a folder's shard, where that is needed. Without `words`, they are as they were."""
        source, name = self._source, folder.name
        if not (folder.stale and self._keeps and _has_shard(name)):
            return
        listed = 0
        marks: dict[str, Mark | None] = dict.fromkeys(folder.marks)
        if isinstance(source, Worktree):
            moment = self._moment()
            listed = source.listed_at(name)
            listed = listed if settled((listed,), moment) else 0
            marks = {p: mark if settled(mark, moment) else None for p, mark in folder.marks.items()}
        elif not folder.free:
            return  # what the working tree knows of its own files is worth more
        hints = self._overview.find(name) if words is None else Hints.of(listed, words)
        with suppress(TypeError):
            made = marshal.dumps(contents.plain() if contents else None)
            by_word = _version_words(contents, self._order(name)) if contents else ()
            payload, apart, rows = folder.files.payload(marks, derived, made, by_word)
            if hints:
                hints = hints._replace(folder_time=listed)
                self._cache.write(name, payload, hints, apart, rows)

    def _count(self, files: int) -> None:
        before, self._done = self._done // _STEP, self._done + files
        if self._progress and self._has_read and self._done // _STEP > before:
            self._progress(self._done, self._total)


def _has_shard(name: str) -> bool:
    # A folder that is no product's could have a name that is unfit for a file.
    return name in (PRODUCTS, KB) or not check_product(name)


def _product(entry: RecordFile) -> Product:
    record = entry.record
    assert isinstance(record, Product)  # noqa: S101 - only these are asked for
    return record


def _as_kept(folder: _Folder, basis: str) -> Outline | None:
    """What was known of a folder's files before, if it still holds."""
    with suppress(*NONSENSE):
        before, known = folder.derived
        if folder.same and before == basis:
            return Outline.of(known)
    return None


def _plain_head(product: Product) -> Plain:
    aliases = [(alias.name, alias.line) for alias in product.aliases]
    return product.name, product.scheme, product.audience.value, aliases


def _head(plain: Plain, word: str) -> Head:
    name, scheme, audience, aliases = plain
    return Head(name, scheme, Audience(audience), aliases, word)


def _named(entry: RecordFile) -> list[str]:
    record = entry.record if entry.usable else None
    return sorted({*record.applies, *record.fixed_in}) if isinstance(record, Article) else []


def _words(contents: Contents, scheme: Scheme | None) -> set[str]:
    records = (contents.files[path].record for path in contents.releases.values())
    return {
        word
        for release in records
        if scheme is not None and isinstance(release, Release)
        for word in words_of(release, scheme)
    }


def _version_words(contents: Contents, scheme: Scheme | None) -> list[tuple[str, str]]:
    """The words by which each release is found alone, with its path."""
    if scheme is None:
        return []
    return [
        (word, path)
        for version, path in contents.releases.items()
        for word in words_of_version(version, scheme)
    ]
