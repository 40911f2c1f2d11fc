"""Which products and versions a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from forewarn.expressions import expression
from forewarn.model.called import Call, calls, hosts, named_lines, short_names
from forewarn.model.catalogue import Catalogue
from forewarn.model.file_names import as_file
from forewarn.model.meant import spellings
from forewarn.model.platforms import arch_of, platform_of

_BEFORE_VERSION = expression(r"[\s@._/=:-]*(?:version[\s_:-]*)?", re.IGNORECASE)
_TWO_WORDS = expression(r"(?<![^\W_])(?=([^\W\d_]{2,}) ([^\W\d_]{2,})(?![^\W\d_]))")
# Where what is short for a product stands by itself, and a version behind it.
_BY_ITSELF = expression(r"""(?:^|[^\d\s]\s+|[(,:"']\s*)$""")
_IS_VERSION = expression(r"""\s*v?\d+(?:\.\w+)*[a-z]?(?=$|\s|[.?!,;:)"'](?:\s|$))""", re.IGNORECASE)
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
_NO_VERSION = expression(r"for|setup|install(?:er)?|portable|bin|noarch|lts|eol", re.IGNORECASE)
_PACKAGES = expression(r"(?:\.pkg\.tar\.\w+|\.(?:rpm|deb|apk))$", re.IGNORECASE)
_PACKAGED = expression(r"-[^-\s]+\.(?:x86_64|aarch64|noarch|i[36]86|armv7hl|ppc64le|s390x|src)$")
_PACKAGE_RELEASE = expression(r"-[^-\s]*\d[^-\s]*$")

Named = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]


def is_numbers(text: str) -> bool:
    """Whether it is numbers with dots between them, as most versions are that somebody types.

    That is no file's name, no address and no part of a sum, and it takes no expression to see it.
    """
    parts = text.split(".")
    return len(parts) > 1 and all(p.isascii() and p.isdigit() and len(p) < 8 for p in parts)


def name_words(name: str) -> list[str]:
    """The words of a product's name, between which a text may put what it likes."""
    return [word for word in _WORD_END.split(name) if word]


def named_in(catalogue: Catalogue, text: str) -> Named:
    """The products and versions that a text may mean, and the products that it names."""
    plain = is_numbers(text)
    match = as_file(text)
    stem = match["stem"] if match else _joined(catalogue, text)
    if match and match["kinds"].casefold() == ".whl":
        stem = "-".join(stem.split("-")[:2])  # what follows says for which Python it is
    packaged = not plain and bool(_PACKAGES.search(text) or _PACKAGED.search(text))
    folded = stem.casefold()
    likely = [call for call in calls(catalogue) if _may_name(call.name, folded)]
    outright = [*_outright(likely, stem)]
    lines = [*_lines(catalogue, likely, outright, stem)]
    if not (outright or lines or plain or match):
        outright = [*_short(catalogue, stem)]
        lines = [*_lines(catalogue, likely, outright, stem)] or [*_by_line(catalogue, stem)]
    found = [
        (product, version)
        for _, product, rest in outright
        for version in _versions(catalogue, product, rest, packaged=packaged)
    ]
    found += [(product, line or "") for _, product, line in lines]
    products = [product for _, product, _ in (*outright, *lines)]
    if not products:
        spelled = tuple(_spellings(_version_part(stem)))
        found = [(product, v) for product in sorted(catalogue.products) for v in spelled]
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(products))


def _joined(catalogue: Catalogue, text: str) -> str:
    """A text with names that are one word and were typed as two: "libre office"."""
    pairs = [match.groups() for match in _TWO_WORDS.finditer(text)]
    names = {call.name for call in calls(catalogue)} if pairs else ()
    for one, other in pairs:
        if f"{one}{other}".casefold() in names:
            text = text.replace(f"{one} {other}", f"{one}{other}")
    return text


# A name, its product, and what stands behind it in the text.
_Place = tuple[str, str, str]


def _outright(likely: Iterable[Call], text: str) -> Iterator[_Place]:
    """The products that a text names: the longest name, for Recorder Pro 2.7 is no Recorder."""
    longest = 0
    for name, product, line in sorted(likely, key=lambda c: (-len(c.name), c[:2])):
        rest = _behind(name, text) if line is None and len(name) >= longest else None
        if rest is not None:
            longest = len(name)
            yield name, product, rest


def _lines(
    catalogue: Catalogue, likely: Iterable[Call], outright: Iterable[_Place], text: str
) -> Iterator[Call]:
    """The lines that a text names, the longest name first.

    A code name is often a word of every day: beside a product's name it is only that one's, and
    what it means counts behind a version that is said, as in "debian 12.5 bookworm". A number may
    stand right behind the name: sqlserver2019.
    """
    rests = {product: rest for _, product, rest in outright}
    called = [
        call
        for call in sorted(likely, key=lambda c: (-len(c.name), c[:2]))
        if call.line is not None
        and (_place(call.name, text) or _place(call.name, rests.get(call.product, "")))
    ]
    apart = hosts(catalogue) if called and not rests else ()
    for call in called:
        alone = not (rests or call.name[0].isdigit() or call.product in apart)
        if alone or call.product in rests:
            yield call


def _by_line(catalogue: Catalogue, text: str) -> Iterator[Call]:
    """The line that is a name by itself and stands there, by its longest name."""
    folded = text.casefold()
    likely = (call for call in named_lines(catalogue) if _may_name(call.name, folded))
    found = [call for call in likely if _place(call.name, text)]
    longest = max((len(call.name) for call in found), default=0)
    yield from (call for call in found if len(call.name) == longest)


def _short(catalogue: Catalogue, text: str) -> Iterator[_Place]:
    """What is short for a product and stands before a version, with what stands behind it."""
    folded = text.casefold()
    for name, product, _ in short_names(catalogue):
        place = _place(name, text) if _may_name(name, folded) else None
        rest = _version_part(text[place.end() :]) if place else ""
        if place and _BY_ITSELF.search(text[: place.start()]) and _IS_VERSION.match(rest):
            yield name, product, rest


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


def _place(name: str, text: str) -> re.Match[str] | None:
    """Where a text names a product first."""
    words = name_words(name)
    if not words:
        return None
    spelled = r"[\s_.-]*".join(map(re.escape, words))
    if name[-1:].isdigit():
        spelled += r"(?!\d)"
    pattern = rf"(?<![^\W_]){spelled}(?:(?![^\W\d_])|(?=v\d|version))"
    return re.search(pattern, text, re.IGNORECASE)


def _behind(name: str, text: str) -> str | None:
    """What stands behind a product's name in a text; None where the text does not name it."""
    place = _place(name, text)
    return _version_part(text[place.end() :]) if place else None


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
