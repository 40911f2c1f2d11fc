"""What is known of one folder by itself: a product's releases in their order, or the articles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from forewarn.model import rule_ids
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.model.release import Briefing, Release, Statement, product_path
from forewarn.model.tracks import cycle_of
from forewarn.model.versions.comparator import Comparator
from forewarn.model.versions.version import InvalidVersion, Scheme, VersionRange
from forewarn.store.catalogue.codec import Plain, decode, encode
from forewarn.store.catalogue.entries import Files


class ProductPart:
    """The usable releases of a product, the highest version first, by the paths of their files.

    `tracks` has the track of each version. `ranges` has every range that they state, by the
    product it is over; `linked` are the files that state one, `suites` those that contain other
    releases, `downloads` has the versions with one, `inside` those that only
    staff may know of. `findings` are those that take this product
    alone to see.
    """

    def __init__(
        self,
        files: Files,
        *,
        releases: Mapping[str, str],
        tracks: Mapping[str, str],
        briefings: Sequence[str],
        ranges: Mapping[str, Collection[VersionRange]],
        linked: Sequence[str],
        suites: Sequence[str],
        downloads: Sequence[str],
        inside: Sequence[str],
        findings: Sequence[Finding],
    ) -> None:
        self.files = files
        self.releases = releases
        self.tracks = tracks
        self.briefings = briefings
        self.ranges = ranges
        self.linked = linked
        self.suites = suites
        self.downloads = downloads
        self.inside = inside
        self.findings = findings

    def plain(self) -> Plain:
        """All but the files, for a shard."""
        return (
            list(self.releases),
            list(self.releases.values()),
            list(self.tracks.values()),
            list(self.briefings),
            encode({partner: tuple(found) for partner, found in self.ranges.items()}),
            list(self.linked),
            list(self.suites),
            list(self.downloads),
            list(self.inside),
            encode(tuple(self.findings)),
        )

    @classmethod
    def of(cls, plain: Plain, files: Files) -> ProductPart:
        """What `plain` gave, for the same files.

        Raises:
            ValueError, TypeError, LookupError, ImportError, AttributeError: it never gave this.
        """
        versions, paths, tracks, briefings, ranges, linked, suites, *rest = plain
        downloads, inside, findings = rest
        return cls(
            files,
            releases=dict(zip(versions, paths, strict=True)),
            tracks=dict(zip(versions, tracks, strict=True)),
            briefings=briefings,
            ranges=decode(ranges),
            linked=linked,
            suites=suites,
            downloads=downloads,
            inside=inside,
            findings=decode(findings),
        )


def ranges_of(statement: Statement) -> Iterator[VersionRange]:
    """The versions that a statement names of its partner, as ranges."""
    yield statement.versions
    if statement.holds_until and statement.holds_until.version:
        last = Comparator(operator="<=", version=statement.holds_until.version)
        yield VersionRange(alternatives=((last,),))


def product_part(files: Files, product: Product | None, scheme: Scheme | None) -> ProductPart:
    """Put the records of a product's folder together."""
    findings: list[Finding] = []
    releases: list[tuple[Any, str, Release]] = []
    briefings: list[str] = []
    linked: list[str] = []
    ranges: dict[str, dict[str, VersionRange]] = {}
    for path, entry in files.items():
        record = entry.record if entry.usable else None
        if not isinstance(record, Release | Briefing):
            continue
        if isinstance(record, Release) and record.compatibility:
            linked.append(path)
            for statement in record.compatibility:
                for versions in ranges_of(statement):
                    ranges.setdefault(statement.partner, {})[str(versions)] = versions
        key, finding = _place_in_order(record, product, scheme)
        if finding:
            findings.append(finding)
        elif isinstance(record, Briefing):
            briefings.append(path)
        else:
            releases.append((key, path, record))
    tracks = product.tracks if product else ()
    releases.sort(key=lambda row: (row[0], row[2].version, row[1]), reverse=True)
    return ProductPart(
        files,
        releases={release.version: path for _, path, release in releases},
        tracks={
            release.version: release.track or _track_of(release.version, tracks, scheme)
            for _, _, release in releases
        },
        briefings=sorted(briefings),
        # By their texts: equal ones may name different schemes, of which one is wrong.
        ranges={partner: tuple(found.values()) for partner, found in ranges.items()},
        linked=sorted(linked),
        suites=[path for _, path, release in releases if release.contains],
        downloads=[release.version for _, _, release in releases if release.downloads],
        inside=[release.version for _, _, release in releases if release.inside],
        findings=findings,
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
