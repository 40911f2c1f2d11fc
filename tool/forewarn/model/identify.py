"""What is this? A file, a hash, a file name, an address or a version, as one release or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.clue import Clue, ClueKind
from forewarn.model.file_names import file_name, same_address
from forewarn.model.live import has_shipped
from forewarn.model.release import Download, Release, Status
from forewarn.model.shelf import ReleaseKey
from forewarn.model.sighting import Sighting, SightingState
from forewarn.model.versions.same import is_same, unordered_build


class Evidence(StrEnum):
    """By what a release was recognised, the best evidence first."""

    SHA256 = "sha256"
    PREFIX = "beginning of the sha256"
    URL = "address"
    FILE_NAME = "file name"
    VERSION = "version"
    DOTTED = "version without its dot"
    ALONE = "version, without what stands behind it"
    NAMESAKE = "version, of a product that is called so, too"


# What tells for which kind of clue. Where better evidence was to be had and is missing, weaker
# evidence only says what it resembles: a file with a known name may hold anything.
_PROVES = {
    ClueKind.FILE: (Evidence.SHA256,),
    ClueKind.SHA256: (Evidence.SHA256, Evidence.PREFIX),
    ClueKind.HASH: (),
    ClueKind.URL: (Evidence.URL,),
    ClueKind.FILE_NAME: (Evidence.FILE_NAME, Evidence.VERSION),
    ClueKind.VERSION: (Evidence.VERSION,),
}
# A withdrawn release has been out, and is the likelier answer than one that has not.
_LIKELY = (Status.SHIPPED, Status.WITHDRAWN, Status.STAGED, Status.PLANNED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A release that a clue may mean; `download` is the one that was recognised, if one was."""

    release: Release
    download: Download | None
    why: Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Identification:
    """What a clue means, the best first.

    `matches` are that release. `near` only resemble it: the same name or version, where the
    content or address is not the recorded one, or is not known. `sightings` are downloads that
    were seen out there and that no record speaks of, or that somebody decided upon. `only_name` is
    whether a name is all that speaks for those, and the content is another or cannot be compared.
    """

    matches: tuple[Match, ...] = ()
    near: tuple[Match, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    only_name: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is a recorded release, or was at least sighted."""
        return bool(self.matches or (self.sightings and not self.only_name))


def identify(
    catalogue: Catalogue, clue: Clue, sightings: Iterable[Sighting] = ()
) -> Identification:
    """The releases and sightings that a clue means."""
    found = sorted(_found(catalogue, clue), key=lambda match: list(Evidence).index(match.why))
    best: dict[tuple[ReleaseKey, Download | None], Match] = {}
    for match in found:
        best.setdefault(((match.release.product, match.release.version), match.download), match)
    strongest = [match for match in best.values() if match.why is found[0].why]
    known = [download.sha256 for match in strongest if (download := match.download)]
    proven: list[Match] = []
    near: list[Match] = []
    for match in strongest:
        tells = match.why in _PROVES[clue.kind] and _same_build(catalogue, match, clue)
        is_proven = tells or (not any(known) and _only_name(clue, match))
        (proven if is_proven else near).append(match)
    other = any(match.download and match.download.sha256 for match in near)
    meant = (*clue.named, *((m.release.product, m.release.version) for m in proven))
    return Identification(
        matches=_ordered(catalogue, proven),
        near=() if proven else _ordered(catalogue, near),
        sightings=tuple(s for s in sightings if _is_seen(catalogue, clue, meant, s)),
        only_name=clue.kind is ClueKind.HASH or (clue.sha256 is not None and other),
    )


def _found(catalogue: Catalogue, clue: Clue) -> Iterator[Match]:
    for release in catalogue.with_downloads():
        for download in release.downloads:
            why = _why(clue, download)
            if why:
                yield Match(release=release, download=download, why=why)
    told: set[str] = set()
    for product, version in clue.named:
        named = _named(catalogue, product, version) if product not in told else None
        if named:
            told.add(product)
            yield Match(release=named, download=None, why=Evidence.VERSION)


def _why(clue: Clue, download: Download) -> Evidence | None:
    if clue.sha256 and download.sha256 and download.sha256.startswith(clue.sha256):
        return Evidence.SHA256 if len(clue.sha256) == len(download.sha256) else Evidence.PREFIX
    if clue.url and same_address(clue.url, download.url):
        return Evidence.URL
    if clue.names and file_name(download.url) in clue.names:
        return Evidence.FILE_NAME
    return None


def _named(catalogue: Catalogue, product: str, version: str) -> Release | None:
    """The release of this version; without its epoch, as files and package lists write it."""
    if not catalogue.versions_of(product):
        return None  # most products that a bare version may be of
    # Another build is at least something that it resembles.
    found = catalogue.find_release(product, version) or next(
        catalogue.find_equal(product, version), None
    )
    if found or ":" in version:
        return found
    others = [v for v in catalogue.versions_of(product) if v.partition(":")[2] == version]
    return catalogue.releases[product, others[0]] if len(others) == 1 else None


def _same_build(catalogue: Catalogue, match: Match, clue: Clue) -> bool:
    """Whether what stands behind a `+` is the same, where a scheme leaves it out of its order."""
    if match.why is not Evidence.VERSION:
        return True
    scheme = catalogue.schemes.get(match.release.product)
    asked = [v for product, v in clue.named if product == match.release.product]
    build = unordered_build(scheme, match.release.version)
    return build in [unordered_build(scheme, version) for version in asked]


def _only_name(clue: Clue, match: Match) -> bool:
    """Whether a file's name is all there is to go by, because nothing else was ever recorded."""
    download = match.download
    return (
        clue.kind is ClueKind.FILE
        and download is not None
        and match.why is Evidence.FILE_NAME
        and download.size in (None, clue.size)
    )


def _ordered(catalogue: Catalogue, matches: Iterable[Match]) -> tuple[Match, ...]:
    """By product; of each the likeliest status first, then the highest version."""

    def rank(release: Release) -> int:
        return catalogue.versions_of(release.product).index(release.version)

    return tuple(
        sorted(
            matches,
            key=lambda match: (
                _LIKELY.index(match.release.status),
                match.release.product,
                rank(match.release),
            ),
        )
    )


def _is_seen(
    catalogue: Catalogue, clue: Clue, meant: Iterable[ReleaseKey], sighting: Sighting
) -> bool:
    if sighting.state is SightingState.KNOWN:
        return False
    # What a person took for a release is told by its record, once that has shipped.
    accepted = sighting.state is SightingState.ACCEPTED
    if accepted and has_shipped(catalogue, sighting.product, sighting.version):
        return False
    return (
        (clue.url is not None and same_address(clue.url, sighting.url))
        or (bool(clue.names) and file_name(sighting.url) in clue.names)
        or any(
            product == sighting.product
            and is_same(catalogue.schemes.get(product), version, sighting.version)
            for product, version in meant
        )
    )
