"""What a person holds in the hand when asking what it is, read as far as text can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from forewarn.model.catalogue import Catalogue

_URL = re.compile(r"https?://", re.IGNORECASE)
_HASH = re.compile(r"(?:sha256:)?([0-9a-f]{8,64})", re.IGNORECASE)
_FULL = 64
_FILE = re.compile(
    r"(?P<stem>.+?)(?:\.tar)?\.(?:7z|apk|appimage|bz2|deb|dmg|exe|gem|gz|iso|jar|msi|msix|nupkg|pkg"
    r"|rpm|tar|tgz|whl|xz|zip|zst)",
    re.IGNORECASE,
)
# A browser that saves a file twice puts a number behind its name.
_SAVED_AGAIN = re.compile(r" ?\(\d+\)(?=\.[^.]+$|$)")
_BEFORE_VERSION = re.compile(r"[\s@_/-]*(?:version[\s_-]*)?", re.IGNORECASE)
_V = re.compile(r"v(?=\d)", re.IGNORECASE)
_LAST_WORD = re.compile(r"[\s_.-]+(x86_64|[^\s_.-]+)$", re.IGNORECASE)
_WORD_END = re.compile(r"[\s_.-]+")
# Words behind a version in a file's name that are no part of it; a release's own platforms,
# architectures and editions count as well.
_NO_VERSION = re.compile(
    r"for|windows|win(?:32|64)?|x64|x86(?:_64)?|amd64|arm64|aarch64|i[36]86|mac(?:os)?|osx|darwin"
    r"|linux|universal|all|any|setup|install(?:er)?|portable|bin|src",
    re.IGNORECASE,
)


class ClueKind(StrEnum):
    """What somebody asks about."""

    FILE = "file"
    SHA256 = "sha256"
    FILE_NAME = "file_name"
    URL = "url"
    VERSION = "version"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clue:
    """All that can be told from what was given.

    `sha256` may be its first digits only. `name` is a file name in small letters. `named` are
    the products and versions that the text may mean, `products` those that it names outright.
    """

    kind: ClueKind
    sha256: str | None = None
    size: int | None = None
    url: str | None = None
    name: str | None = None
    named: tuple[tuple[str, str], ...] = ()
    products: tuple[str, ...] = ()


def clue_of_file(catalogue: Catalogue, name: str, sha256: str, size: int) -> Clue:
    """The clue that a file's content and name are."""
    text = _clean_name(name)
    named, products = _names(catalogue, text)
    return Clue(
        kind=ClueKind.FILE, sha256=sha256, size=size, name=text, named=named, products=products
    )


def clue_of_text(catalogue: Catalogue, text: str) -> Clue:
    """What a text is: an address, a hash, a file's name or a version, in this order."""
    text = text.strip()
    if _URL.match(text):
        name = file_name(text)
        named, products = _names(catalogue, name or "")
        return Clue(kind=ClueKind.URL, url=text, name=name, named=named, products=products)
    digits = _HASH.fullmatch(text)
    sha256 = digits.group(1).lower() if digits else None
    if sha256 and (len(sha256) == _FULL or _has_hash(catalogue, sha256)):
        return Clue(kind=ClueKind.SHA256, sha256=sha256)
    name = _clean_name(re.split(r"[/\\]", text)[-1])
    named, products = _names(catalogue, name)
    if _FILE.fullmatch(name) or _has_file(catalogue, name):
        return Clue(kind=ClueKind.FILE_NAME, name=name, named=named, products=products)
    named, products = _names(catalogue, text)
    if sha256 and not any(catalogue.find_release(*pair) for pair in named):
        return Clue(kind=ClueKind.SHA256, sha256=sha256)
    return Clue(kind=ClueKind.VERSION, named=named, products=products)


def file_name(url: str) -> str | None:
    """The name under which a download is saved, in small letters; None where it has none."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    return unquote(path.rsplit("/", 1)[-1]).casefold() or None


def address(url: str) -> tuple[str, str, str] | str:
    """What two spellings of one address have in common; http and https are the same place."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts.netloc.casefold(), unquote(parts.path), parts.query


def name_words(name: str) -> list[str]:
    """The words of a product's name, between which a text may put what it likes."""
    return [word for word in _WORD_END.split(name) if word]


def _clean_name(name: str) -> str:
    return _SAVED_AGAIN.sub("", name.strip()).casefold()


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


def _names(catalogue: Catalogue, text: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The products and versions that a text may mean, and the products that it names."""
    match = _FILE.fullmatch(text)
    text = match.group("stem") if match else text
    found: list[tuple[str, str]] = []
    products: list[tuple[str, str]] = []
    # The longest name first: "Recorder Pro 2.7" is no version of Recorder.
    for name, product in sorted(_called(catalogue), key=lambda row: (-len(row[0]), row)):
        rest = _behind(name, text)
        if rest is None or any(len(name) < len(other) for other, _ in products):
            continue
        products.append((name, product))
        found += ((product, version) for version in _versions(catalogue, product, rest))
    if not products:
        rest = _version_part(text)
        found = [
            (product, version)
            for product in sorted(catalogue.products)
            for version in _spellings(rest)
        ]
    named = tuple(dict.fromkeys(found))
    return named, tuple(dict.fromkeys(product for _, product in products))


def _called(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """What each product is called: its id and its name."""
    for product in catalogue.products:
        for name in {product, catalogue.name_of(product).casefold()}:
            yield name, product


def _behind(name: str, text: str) -> str | None:
    """What stands behind a product's name in a text; None where the text does not name it."""
    words = name_words(name)
    if not words or words[0] not in text.casefold():
        return None
    spelled = r"[\s_.-]*".join(map(re.escape, words))
    pattern = rf"(?<![^\W_]){spelled}(?![^\W\d_])|(?<![^\W_]){spelled}(?=v\d|version)"
    match = re.search(pattern, text, re.IGNORECASE)
    return _version_part(text[match.end() :]) if match else None


def _version_part(text: str) -> str:
    return _BEFORE_VERSION.sub("", text, count=1)


def _spellings(version: str) -> Iterator[str]:
    """A version as it stands there, and without the `v` in front of it."""
    if version:
        yield version
        if _V.match(version):
            yield version[1:]


def _versions(catalogue: Catalogue, product: str, text: str) -> Iterator[str]:
    """The text itself, then without the words at its end that are surely no part of a version."""
    words = {
        word
        for release in catalogue.with_downloads(product)
        for download in release.downloads
        for word in download.target
    }
    while text:
        yield from _spellings(text)
        last = _LAST_WORD.search(text)
        if last is None:
            return
        word = last.group(1).casefold()
        if word not in words and not _NO_VERSION.fullmatch(word):
            return
        text = text[: last.start()]
