"""What a person holds in the hand when asking what it is, read as far as text can tell."""

from __future__ import annotations

import re
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.checksums import Checksum, read_checksums
from forewarn.model.file_names import as_file, as_url, file_name, names_of
from forewarn.model.named import Named, is_numbers, named_in

_FULL = 64
_SHORT = 32  # fewer digits than this may as well be a version


class ClueKind(StrEnum):
    """What somebody asks about."""

    FILE = "file"
    SHA256 = "sha256"
    HASH = "hash"
    FILE_NAME = "file_name"
    URL = "url"
    VERSION = "version"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clue:
    """All that can be told from what was given.

    `sha256` may be its first digits only; `checksum` is what it was read from. A hash that cannot
    be compared, because it is damaged or made otherwise, has the kind HASH. `names` are those that
    the file may have had, in small letters, the one that was given first. `named` are the products
    and versions that the text may mean, the likelier version of a product first; `products` are
    those that it names outright.
    """

    kind: ClueKind
    sha256: str | None = None
    checksum: Checksum | None = None
    size: int | None = None
    url: str | None = None
    names: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    products: tuple[str, ...] = ()


def clue_of_file(catalogue: Catalogue, name: str, sha256: str, size: int) -> Clue:
    """The clue that a file's content and name are."""
    names = names_of(name)
    named, products = _named_by(catalogue, names)
    return Clue(
        kind=ClueKind.FILE, sha256=sha256, size=size, names=names, named=named, products=products
    )


def clues_of_text(catalogue: Catalogue, text: str) -> tuple[Clue, ...]:
    """What a text is: checksums, an address, a file's name or a version, in this order.

    More than one only where it holds several checksums, as a list of them does.
    """
    text = text.strip()
    if is_numbers(text):
        return (_clue_of_words(catalogue, text),)
    url = as_url(text)
    sums = read_checksums(_digest_in(url)) if url else read_checksums(text)
    if url and sums:
        return (_clue_of_sum(catalogue, sums[0], url=url),)
    if url:
        name = file_name(url)
        names = names_of(name) if name else ()
        named, products = _named_by(catalogue, names)
        return (Clue(kind=ClueKind.URL, url=url, names=names, named=named, products=products),)
    if len(sums) == 1 and len(sums[0].digits) < _SHORT and _is_version(catalogue, text, sums[0]):
        sums = ()
    if sums:
        return tuple(dict.fromkeys(_clue_of_sum(catalogue, one) for one in sums))
    return (_clue_of_words(catalogue, text),)


def _digest_in(url: str) -> str:
    """The checksum that an address brings along, as package managers write it."""
    match = re.search(r"[#?&](?:checksum=)?(sha\d+[-=:][^&]+|md5[-=:][^&]+)$", url, re.IGNORECASE)
    return match[1].replace("=", ":", 1) if match else ""


def _is_version(catalogue: Catalogue, text: str, short: Checksum) -> bool:
    """Whether a few digits are a recorded version, and not the beginning of a recorded sha256."""
    if short.told or short.name or short.problem or _has_hash(catalogue, short.digits):
        return False
    return any(catalogue.find_release(*pair) for pair in named_in(catalogue, text)[0])


def _clue_of_sum(catalogue: Catalogue, one: Checksum, url: str | None = None) -> Clue:
    """A hash, with the name that stands beside it."""
    beside = one.name or ""
    url = url or as_url(beside)
    names = names_of((file_name(url) if url else beside) or "") if url or beside else ()
    named, products = _named_by(catalogue, names)
    if beside and not products:
        named, products = named_in(catalogue, beside)
    digits = one.sha256
    meant = digits and (len(digits) == _FULL or one.algorithm == "sha256")
    return Clue(
        kind=ClueKind.SHA256
        if digits and (meant or _has_hash(catalogue, digits))
        else ClueKind.HASH,
        sha256=digits,
        checksum=one,
        url=url,
        names=names,
        named=named if products else (),
        products=products,
    )


def _clue_of_words(catalogue: Catalogue, text: str) -> Clue:
    names = (text,) if is_numbers(text) else names_of(text)
    if any(as_file(name) or _has_file(catalogue, name) for name in names):
        named, products = _named_by(catalogue, names)
        return Clue(kind=ClueKind.FILE_NAME, names=names, named=named, products=products)
    named, products = named_in(catalogue, text)
    return Clue(kind=ClueKind.VERSION, named=named, products=products)


def _has_hash(catalogue: Catalogue, beginning: str) -> bool:
    return any(
        download.sha256 is not None and download.sha256.startswith(beginning)
        for release in catalogue.with_downloads()
        for download in release.downloads
    )


def _has_file(catalogue: Catalogue, name: str) -> bool:
    return any(
        file_name(download.url) == name
        for release in catalogue.with_downloads()
        for download in release.downloads
    )


def _named_by(catalogue: Catalogue, names: tuple[str, ...]) -> Named:
    """What the names of a file say, the one that was given first."""
    found: Named = ((), ())
    for name in names:
        said = named_in(catalogue, name)
        if said[1]:
            # As much as one name says; what is left without its additions says it more clearly.
            found = said
    return found if found[1] or not names else named_in(catalogue, names[-1])
