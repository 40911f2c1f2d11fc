"""What a person holds in the hand when asking what it is, read as far as text can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.called import Call, calls
from forewarn.model.catalogue import Catalogue
from forewarn.model.checksums import Checksum, read_checksums
from forewarn.model.file_names import as_file, as_url, file_name, names_of
from forewarn.model.meant import spellings
from forewarn.model.platforms import arch_of, platform_of

_FULL = 64
_SHORT = 32  # fewer digits than this may as well be a version
_BEFORE_VERSION = expression(r"[\s@._/=:-]*(?:version[\s_:-]*)?", re.IGNORECASE)
_V = expression(r"v(?=\d)", re.IGNORECASE)
# What may stand at the end: up to three words, such as `macos-14-arm64` and `64-bit`.
_LAST_WORDS = tuple(
    expression(rf"[\s_.-]+\(?((?:[^\s_.()-]+[\s_.-]+){{{more}}}[^\s_.()-]+)\)?$")
    for more in (2, 1, 0)
)
_BITS = expression(r"(?:32|64)[\s_-]?bit", re.IGNORECASE)
_WORD_END = expression(r"[\s_.-]+")
# Words behind a version in a file's name that are no part of it; platforms, architectures, and
# a release's own editions count as well.
_NO_VERSION = expression(r"for|setup|install(?:er)?|portable|bin|noarch", re.IGNORECASE)
_PACKAGES = expression(r"(?:\.pkg\.tar\.\w+|\.(?:rpm|deb|apk))$", re.IGNORECASE)
_PACKAGED = expression(r"-[^-\s]+\.(?:x86_64|aarch64|noarch|i[36]86|armv7hl|ppc64le|s390x|src)$")
_PACKAGE_RELEASE = expression(r"-[^-\s]*\d[^-\s]*$")


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
    if _is_numbers(text):
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


def _is_numbers(text: str) -> bool:
    """Whether it is numbers with dots between them, as most versions are that somebody types.

    That is no file's name, no address and no part of a sum, and it takes no expression to see it.
    """
    parts = text.split(".")
    return len(parts) > 1 and all(p.isascii() and p.isdigit() and len(p) < 8 for p in parts)


def _digest_in(url: str) -> str:
    """The checksum that an address brings along, as package managers write it."""
    match = re.search(r"[#?&](?:checksum=)?(sha\d+[-=:][^&]+|md5[-=:][^&]+)$", url, re.IGNORECASE)
    return match[1].replace("=", ":", 1) if match else ""


def _is_version(catalogue: Catalogue, text: str, short: Checksum) -> bool:
    """Whether a few digits are a recorded version, and not the beginning of a recorded sha256."""
    if short.told or short.name or short.problem or _has_hash(catalogue, short.digits):
        return False
    return any(catalogue.find_release(*pair) for pair in _names(catalogue, text)[0])


def _clue_of_sum(catalogue: Catalogue, one: Checksum, url: str | None = None) -> Clue:
    """A hash, with the name that stands beside it."""
    beside = one.name or ""
    url = url or as_url(beside)
    names = names_of((file_name(url) if url else beside) or "") if url or beside else ()
    named, products = _named_by(catalogue, names)
    if beside and not products:
        named, products = _names(catalogue, beside)
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
    names = (text,) if _is_numbers(text) else names_of(text)
    if any(as_file(name) or _has_file(catalogue, name) for name in names):
        named, products = _named_by(catalogue, names)
        return Clue(kind=ClueKind.FILE_NAME, names=names, named=named, products=products)
    named, products = _names(catalogue, text)
    return Clue(kind=ClueKind.VERSION, named=named, products=products)


def name_words(name: str) -> list[str]:
    """The words of a product's name, between which a text may put what it likes."""
    return [word for word in _WORD_END.split(name) if word]


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


Named = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]


def _named_by(catalogue: Catalogue, names: tuple[str, ...]) -> Named:
    """What the names of a file say, the one that was given first."""
    found: Named = ((), ())
    for name in names:
        said = _names(catalogue, name)
        if said[1]:
            # As much as one name says; what is left without its additions says it more clearly.
            found = said
    return found if found[1] or not names else _names(catalogue, names[-1])


def _names(catalogue: Catalogue, text: str) -> Named:
    """The products and versions that a text may mean, and the products that it names."""
    plain = _is_numbers(text)
    match = as_file(text)
    stem = match["stem"] if match else text
    if match and match["kinds"].casefold() == ".whl":
        stem = "-".join(stem.split("-")[:2])  # what follows says for which Python it is
    packaged = not plain and bool(_PACKAGES.search(text) or _PACKAGED.search(text))
    found: list[tuple[str, str]] = []
    products: list[tuple[str, str]] = []
    lines: list[Call] = []
    # The longest name first: "Recorder Pro 2.7" is no version of Recorder.
    folded = stem.casefold()
    likely = (call for call in calls(catalogue) if _may_name(call.name, folded))
    for call in sorted(likely, key=lambda c: (-len(c.name), c[:2])):
        name, product, line = call
        rest = _behind(name, stem)
        if rest is not None and line is not None:
            lines.append(call)
            continue
        if rest is None or any(len(name) < len(other) for other, _ in products):
            continue
        products.append((name, product))
        found += ((product, v) for v in _versions(catalogue, product, rest, packaged=packaged))
    # A code name is often a word of every day: beside a product's name it is only that one's, and
    # what it means counts behind a version that is said, as in "debian 12.5 bookworm".
    said = {product for _, product in products}
    for name, product, line in lines:
        if product in said or not (said or name[0].isdigit()):
            found.append((product, line or ""))
            products.append((name, product))
    if not products:
        spelled = tuple(_spellings(_version_part(stem)))
        found = [(product, v) for product in sorted(catalogue.products) for v in spelled]
    named = tuple(dict.fromkeys(found))
    return named, tuple(dict.fromkeys(product for _, product in products))


def _may_name(name: str, folded: str) -> bool:
    """Whether all words of a name, which is in small letters, are in a text in small letters.

    Of a thousand names nearly none is, and their first letters tell it.
    """
    first = name[:3]
    if first not in folded and first.isalnum():
        return False
    return all(word in folded for word in _words(name))


@lru_cache(maxsize=10_000)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters, as they are in every text that names it."""
    return tuple(word.casefold() for word in name_words(name))


def _behind(name: str, text: str) -> str | None:
    """What stands behind a product's name in a text; None where the text does not name it."""
    words = name_words(name)
    if not words:
        return None
    spelled = r"[\s_.-]*".join(map(re.escape, words))
    if name[-1:].isdigit():
        spelled += r"(?!\d)"
    pattern = rf"(?<![^\W_]){spelled}(?:(?![^\W\d_])|(?=v\d|version))"
    match = re.search(pattern, text, re.IGNORECASE)
    return _version_part(text[match.end() :]) if match else None


def _version_part(text: str) -> str:
    return _BEFORE_VERSION.sub("", text, count=1)


def _spellings(version: str) -> Iterator[str]:
    """A version as it stands there, without its blanks and without the `v` in front of it."""
    for spelled in spellings(version) if version else ():
        yield spelled
        if _V.match(spelled):
            yield spelled[1:]


def _versions(catalogue: Catalogue, product: str, text: str, *, packaged: bool) -> Iterator[str]:
    """The text itself, then without the words at its end that are surely no part of a version.

    What `packaged` it has counted on behind the version: `-1` in `recorder-2.7-1.x86_64.rpm`.
    """
    words = {
        word
        for release in catalogue.with_downloads(product)
        for download in release.downloads
        for word in download.target
    }
    words |= {alias.name.casefold() for alias in catalogue.aliases_of(product)}
    while text:
        yield from _spellings(text)
        ends = (match for pattern in _LAST_WORDS if (match := pattern.search(text)))
        end = next((m for m in ends if m[1].casefold() in words or _is_no_version(m[1])), None)
        if end is None:
            break
        text = text[: end.start()]
    counted = _PACKAGE_RELEASE.search(text) if packaged else None
    if counted:
        yield from _spellings(text[: counted.start()])


def _is_no_version(word: str) -> bool:
    """Whether words at the end say for what a file is, or how it was made."""
    if word[:1].isdigit() and not _BITS.fullmatch(word):
        return False
    return bool(_NO_VERSION.fullmatch(word) or arch_of(word) or platform_of(word))
