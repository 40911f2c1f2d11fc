"""What is known of one folder by itself: a product's releases in their order, or the articles."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from forewarn.model import rule_ids
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.model.release import Briefing, Release, Statement, product_path
from forewarn.model.shelf import Lazy
from forewarn.model.tracks import cycle_of
from forewarn.model.versions.comparator import Comparator
from forewarn.model.versions.version import InvalidVersion, Scheme, VersionRange
from forewarn.rows import NamedTuple
from forewarn.store.catalogue.codec import Plain, decode, encode
from forewarn.store.catalogue.entries import NONSENSE, Files


class KeptRanges(Lazy[str, Collection[VersionRange]]):
    """The ranges of an outline as they were kept, which are made when one of them is looked at.

    Raises one of `NONSENSE` then, where they never were ranges.
    """

    def __init__(self, partners: Sequence[str], packed: bytes) -> None:
        super().__init__(partners, lambda partner: self._all[partner])
        self.plain: Plain = (list(partners), packed)

    @cached_property
    def _all(self) -> Mapping[str, Collection[VersionRange]]:
        plain = marshal.loads(self.plain[1])  # noqa: S302 - of a shard that was written here
        made: dict[str, Collection[VersionRange]] = decode(plain)
        return made

    @classmethod
    def pack(cls, ranges: Mapping[str, Collection[VersionRange]]) -> Plain:
        """For a shard."""
        if isinstance(ranges, cls):
            return ranges.plain
        plain = encode({partner: tuple(found) for partner, found in ranges.items()})
        return [*ranges], marshal.dumps(plain)


class Outline(NamedTuple):
    """What a whole catalogue asks of each of its products' folders, however few it opens.

    `word` is the content of all its `files` in one word. `briefings` are the paths of its
    briefings by version, `suites` those of the releases that contain others; `ranges` has every
    range that its releases state, by the product it is over. Of its versions, those in
    `announced` have a day from which they are no secret, and of those `inside` only staff may know.
    `findings` are what is wrong with the files that are `unusable`, and what takes this product
    alone to see.
    """

    word: str
    files: int
    briefings: Mapping[str, str]
    ranges: Mapping[str, Collection[VersionRange]]
    suites: Sequence[str]
    announced: Sequence[str]
    inside: Sequence[str]
    unusable: Sequence[str]
    findings: Sequence[Finding]

    def plain(self) -> Plain:
        """For a shard."""
        return (
            *(self.word, self.files, dict(self.briefings), KeptRanges.pack(self.ranges)),
            list(self.suites),
            *(list(self.announced), list(self.inside), list(self.unusable)),
            encode(tuple(self.findings)),
        )

    @classmethod
    def of(cls, plain: Plain) -> Outline:
        """What `plain` gave.

        Raises:
            ValueError, TypeError, LookupError, ImportError, AttributeError: it never gave this.
        """
        word, files, briefings, ranges, suites, announced, inside, unusable, findings = plain
        if not all((isinstance(word, str), isinstance(files, int), isinstance(briefings, dict))):
            raise TypeError("it is of something else")
        return cls(
            *(word, files, briefings, KeptRanges(*ranges), suites, announced, inside, unusable),
            decode(findings),
        )


class Contents(NamedTuple):
    """A product's folder, opened: its usable releases, the highest version first, by their paths.

    `tracks` has the track of each version; `linked` are the paths of what states something of
    others, `downloads` has the versions with a download, `supported` those that say themselves how
    long they are.
    """

    files: Files
    releases: Mapping[str, str]
    tracks: Mapping[str, str]
    linked: Sequence[str]
    downloads: Sequence[str]
    supported: Sequence[str]

    def plain(self) -> Plain:
        """All but the files, for a shard."""
        return (
            *(list(self.releases), list(self.releases.values()), list(self.tracks.values())),
            *(list(self.linked), list(self.downloads), list(self.supported)),
        )

    @classmethod
    def of(cls, plain: Plain, files: Files) -> Contents:
        """What `plain` gave, for the same files.

        Raises:
            ValueError, TypeError: it never gave this.
        """
        versions, paths, tracks, linked, downloads, supported = plain
        return cls(
            files,
            releases=dict(zip(versions, paths, strict=True)),
            tracks=dict(zip(versions, tracks, strict=True)),
            linked=linked,
            downloads=downloads,
            supported=supported,
        )


class Judged(NamedTuple):
    """The ranges that a part states, under the schemes of those they are over.

    Whether it takes such a scheme to read one, and whether one is over no product that is there,
    or may be none.
    """

    respelled: bool
    doubtful: bool


class ProductPart:
    """A product's folder: what is `known` of it at once, and the rest when somebody asks."""

    def __init__(self, known: Outline, open: Callable[[], Contents]) -> None:
        self.known = known
        self._open = open
        self._judged: tuple[tuple[Scheme | None, ...], Judged] | None = None

    def judged(self, orders: Mapping[str, Scheme]) -> Judged:
        """Its ranges, under these schemes; looked at again only if they are others."""
        schemes = tuple(orders.get(partner) for partner in self.known.ranges)
        if self._judged is None or self._judged[0] != schemes:
            try:
                self._judged = schemes, _judged(self.known.ranges.values(), schemes)
            except NONSENSE:  # whoever looks closer reads the records
                self._judged = schemes, Judged(respelled=True, doubtful=True)
        return self._judged[1]

    def believe(self, judged: Judged, orders: Mapping[str, Scheme]) -> None:
        """Take the ranges for what they were found to be before, under the same schemes."""
        self._judged = tuple(orders.get(partner) for partner in self.known.ranges), judged

    @cached_property
    def contents(self) -> Contents:
        """The folder, opened."""
        return self._open()


def _judged(stated: Iterable[Collection[VersionRange]], schemes: Iterable[Scheme | None]) -> Judged:
    respelled = doubtful = False
    for ranges, scheme in zip(stated, schemes, strict=True):
        for versions in ranges:
            if scheme is None:
                doubtful = True
                continue
            try:
                respelled = versions.under(scheme) is not versions or respelled
                _look_at_ends(versions, scheme)
            except InvalidVersion:
                doubtful = True
    return Judged(respelled, doubtful)


def problem_of(versions: VersionRange, scheme: Scheme) -> str | None:
    """What keeps a range from being one under a product's scheme; None where it is one."""
    try:
        versions.under(scheme)
        _look_at_ends(versions, scheme)
    except InvalidVersion as error:
        return str(error)
    return None


def _look_at_ends(versions: VersionRange, scheme: Scheme) -> None:
    if versions.written is None:  # it was made here, of a version
        for comparator in versions.comparators:
            scheme.key(comparator.version)


def ranges_of(statement: Statement) -> Iterator[VersionRange]:
    """The versions that a statement names of its partner, as ranges."""
    yield statement.versions
    if statement.holds_until and statement.holds_until.version:
        last = Comparator(operator="<=", version=statement.holds_until.version)
        yield VersionRange(alternatives=((last,),))


def product_part(
    files: Files, product: Product | None, scheme: Scheme | None, word: str | None = None
) -> tuple[Outline, Contents]:
    """Put the records of a product's folder together; `word` is their content, if it is known."""
    findings: list[Finding] = []
    releases: list[tuple[Any, str, Release]] = []
    briefings: list[tuple[str, str]] = []
    linked: list[str] = []
    ranges: dict[str, dict[str, VersionRange]] = {}
    for path, entry in files.items():
        record = entry.record if entry.usable else None
        if isinstance(record, Release):
            if record.compatibility:
                linked.append(path)
            for statement in record.compatibility:
                for versions in ranges_of(statement):
                    ranges.setdefault(statement.partner, {})[str(versions)] = versions
        elif not isinstance(record, Briefing):
            continue
        key, finding = _place_in_order(record, product, scheme)
        if finding:
            findings.append(finding)
        elif isinstance(record, Briefing):
            briefings.append((path, record.version))
        else:
            releases.append((key, path, record))
    tracks = product.tracks if product else ()
    releases.sort(key=lambda row: (row[0], row[2].version, row[1]), reverse=True)
    unusable = files.unusable()
    known = Outline(
        word=files.word() if word is None else word,
        files=len(files),
        briefings={version: path for path, version in sorted(briefings)},
        # By their texts: equal ones may name different schemes, of which one is wrong.
        ranges={partner: tuple(found.values()) for partner, found in ranges.items()},
        suites=[path for _, path, release in releases if release.contains],
        announced=[release.version for _, _, release in releases if release.announced_at],
        inside=[release.version for _, _, release in releases if release.inside],
        unusable=unusable,
        findings=(*findings, *(found for path in unusable for found in files[path].findings)),
    )
    return known, Contents(
        files,
        releases={release.version: path for _, path, release in releases},
        tracks={
            release.version: release.track or _track_of(release.version, tracks, scheme)
            for _, _, release in releases
        },
        linked=sorted(linked),
        downloads=[release.version for _, _, release in releases if release.downloads],
        supported=[release.version for _, _, release in releases if release.support],
    )


def _track_of(version: str, tracks: Sequence[str], scheme: Scheme | None) -> str:
    """Where a release is whose record names no track: its cycle, else its product's default."""
    if scheme is None or not tracks:
        return ""
    return cycle_of(version, tracks, scheme) or tracks[0]


def unknown_product(place: Place, product: str) -> Finding:
    """The finding that a product is named which is not there."""
    return Finding(
        rule=rule_ids.UNKNOWN_PRODUCT,
        severity=FindingSeverity.ERROR,
        place=place,
        message=f"there is no readable {product_path(product)}",
        help=f"Mend the name, or make it: `forewarn product add {product} --name … --scheme …`.",
    )


def _place_in_order(
    record: Release | Briefing, product: Product | None, scheme: Scheme | None
) -> tuple[Any, Finding | None]:
    """The key of a record's version, or what keeps it from having one."""
    if product is None or scheme is None:
        return None, unknown_product(record.place, record.product)
    try:
        return scheme.key(record.version), None
    except InvalidVersion as error:
        return None, Finding(
            rule=rule_ids.NOT_A_VERSION,
            severity=FindingSeverity.ERROR,
            place=Place(file=record.place.file),
            message=f"{record.version!r} is no version under the scheme {product.scheme}: {error}",
            help="Rename the file, or declare another scheme in product.yml.",
        )
