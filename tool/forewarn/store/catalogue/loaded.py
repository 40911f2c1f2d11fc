"""What was loaded: a catalogue put together from its parts, and what is wrong with its files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass
from forewarn.model import rule_ids
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.record import Place
from forewarn.model.release import Briefing, Release, product_path
from forewarn.model.shelf import Lazy, ReleaseKey
from forewarn.model.versions.version import Scheme, VersionRange
from forewarn.store.catalogue.entries import AllFiles, Files, RecordFile, word_of
from forewarn.store.catalogue.folders import KB, PRODUCTS
from forewarn.store.catalogue.parts import ProductPart, problem_of, ranges_of, unknown_product
from forewarn.store.catalogue.reader import ProductFiles
from forewarn.store.catalogue.shelf import PartShelf

if TYPE_CHECKING:  # only a commit has them
    from forewarn.store.catalogue.trees import FolderTree


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


def assemble(
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
