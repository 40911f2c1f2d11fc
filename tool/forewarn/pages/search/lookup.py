"""Exact answers for the search box: small files in which a version, hash or error line is found.

The browser works out from what was typed in which file the answer must be, so that it asks for
one or two of them, however many there are.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from forewarn.model.article import Article, Kind
from forewarn.model.clue import name_words
from forewarn.model.digest import fnv1a
from forewarn.model.error_line import error_codes, line_keys
from forewarn.model.file_names import file_name
from forewarn.model.live import Live
from forewarn.model.prose import PieceKind, split
from forewarn.model.release import Release, Status
from forewarn.model.synonyms import is_synonyms, synonyms
from forewarn.pages.html import words
from forewarn.pages.view import paths
from forewarn.pages.view.page_type import PageType
from forewarn.pages.view.view import Page, View

_FOLDER = "api/v1/lookup"
_AIM = 12_000  # bytes of a file, about
_NAMES_AIM = 3_000  # the same of names: each word of a query asks for two of them
_LIMIT = 30_000  # bytes that no file exceeds
_MOST = 20  # answers to one key; who finds more names the product as well
_COMMON = 5  # a line on more pages than these tells nothing
_BEGINNING = 8  # digits of a hash that people read out
_SPAN = re.compile(r"(`+)(?!`)(.{4,200}?)(?<!`)\1(?!`)")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*(\w*)")
_OUTPUT = ("", "text", "console", "output", "log", "pytb")
_TRAILING = re.compile(r"(?:\.0+)+$")
_V = re.compile(r"v(?=[0-9])")
_WORD = re.compile(r"[^\W\d_]{4,24}")

# The address of a page, its title, its state, and what the key only begins to say; of a file's name
# also the hash of where the file is.
Row = tuple[str, ...]


def pages(view: View) -> Iterator[Page]:
    """The files, and the list that says how many there are of each."""
    keys = _keys(view)
    said = synonyms(view.catalogue.articles[path] for path in sorted(view.catalogue.articles))
    key_files, name_files = _shards(keys, _AIM), _shards(_names(view, said), _NAMES_AIM)
    word_files = list(_packed(_vocabulary(view, said)))
    texts = {"keys": key_files, "names": name_files, "words": [_json(file) for file in word_files]}
    for family, files in texts.items():
        for number, text in enumerate(files):
            yield Page(src=f"{_FOLDER}/{family}-{number}.json", text=text)
    index = {
        "keys": len(key_files),
        "names": len(name_files),
        "words": [file[0] for file in word_files],
        "examples": [*dict.fromkeys(_examples(view))],
    }
    yield Page(src=f"{_FOLDER}/index.json", text=_json(index))


def _examples(view: View) -> Iterator[str]:
    """What can be asked of this site, as people ask it: each finds a page of it."""
    catalogue = view.catalogue
    shipped = [
        (release.released_at, product, version)
        for (product, version), release in catalogue.releases.items()
        if release.status is Status.SHIPPED and release.released_at
    ]
    if shipped:
        _, *key = max(shipped)
        newest = catalogue.releases[key[0], key[1]]
        yield view.title(newest)
        names = [file_name(download.url) or "" for download in newest.downloads]
        yield from [name for name in names if newest.product in name][:1]
    articles = [a for path, a in sorted(catalogue.articles.items()) if not is_synonyms(path)]
    for kind in (Kind.KNOWN_ISSUE, Kind.HOW_TO):
        yield from [a.title for a in articles if a.kind is kind][:1]


def plain_version(version: str) -> str:
    """A version without what people leave out or put in front: 2.7 for v2.7.0."""
    return _TRAILING.sub("", _V.sub("", version.lower(), count=1))


def _keys(view: View) -> dict[str, list[Row]]:
    """The rows of each key, without a line that many pages have: hundreds of thousands."""
    found: dict[str, list[Row]] = {}
    for key, row in _rows(view):
        rows = found.setdefault(key, [])
        if (key[0] == "e" or len(rows) < _MOST) and row not in rows:
            rows.append(row)
    for key in [key for key in found if key[0] == "e"]:
        if len({row[0] for row in found[key]}) > _COMMON:
            del found[key]
        else:
            del found[key][_MOST:]
    return found


def _rows(view: View) -> Iterator[tuple[str, Row]]:
    for product in sorted(view.catalogue.products):
        for release in view.catalogue.releases_of(product):
            yield from _release(view, release)
    for live in view.live:
        yield from _live(view, live)
    for path in sorted(view.catalogue.articles):
        if not is_synonyms(path):
            yield from _errors(view.catalogue.articles[path])


def _live(view: View, live: Live) -> Iterator[tuple[str, Row]]:
    """What was seen of it, by each spelling of its version and each name of a file."""
    where = f"{paths.url(paths.product_src(live.product))}#{paths.UNANNOUNCED}"
    if live.record:
        where = _place(view, live.record)
    title = _live_title(view, live)
    for version in dict.fromkeys((live.version, *(s.version for s in live.sightings))):
        yield from _version(live.product, version, (where, title, words.LIVE, version))
    for url in live.addresses:
        name = file_name(url)
        if name:
            yield f"f{name}", (where, title, words.LIVE, name, _spot(url))


def _live_title(view: View, live: Live) -> str:
    return f"{view.name(live.product)} {live.version}: {words.live_line(live)}"


def _release(view: View, release: Release) -> Iterator[tuple[str, Row]]:
    where, state = _place(view, release), words.state_word(view, release)
    live = view.live_of(release)
    title = _live_title(view, live) if live else view.title(release)
    yield from _version(release.product, release.version, (where, title, state, release.version))
    for download in release.downloads:
        if download.sha256:
            yield f"h{download.sha256[:_BEGINNING]}", (where, title, state, download.sha256)
        name = file_name(download.url)
        if name:
            yield f"f{name}", (where, title, state, name, _spot(download.url))


def _spot(url: str) -> str:
    """Where a file is, for a comparison; http and https are the same place."""
    parts = urlsplit(url)
    return str(fnv1a(f"{parts.netloc.casefold()}{parts.path}"))


def _version(product: str, version: str, row: Row) -> Iterator[tuple[str, Row]]:
    """Under the product, and by itself for who does not say which product."""
    plain = plain_version(version)
    yield f"v{product} {plain}", row
    yield f"v{plain}", row


def _errors(article: Article) -> Iterator[tuple[str, Row]]:
    where = paths.url(article.path)
    lines = [article.title]
    if article.kind in (Kind.KNOWN_ISSUE, Kind.TROUBLESHOOTING):
        lines += _quoted(article.body)
    for line in lines:
        row = (where, article.title, "", " ".join(line.lower().split()))
        for key in dict.fromkeys(line_keys(line)):
            yield f"e{key}", row
        for code in dict.fromkeys(error_codes(line)):
            yield f"c{code}", (where, article.title, "", code)


def _quoted(body: str) -> Iterator[str]:
    """What an article quotes: the lines of output it shows, and its code spans and headings."""
    for part, piece in split(body):
        if part is PieceKind.CODE:
            head, *lines = piece.strip().split("\n")
            fence = _FENCE.match(head)
            if fence and fence[1].lower() in _OUTPUT:
                yield from (line for line in lines[:-1] if line.strip())
        elif part is PieceKind.PROSE:
            yield from (match[2] for match in _SPAN.finditer(piece))
            yield from re.findall(r"^#+ +(.*?)(?: *\{#[^}]*\})?$", piece, re.MULTILINE)
            yield from re.findall(r"\b(?:code|error|status) [0-9]{3,5}\b", piece)
            yield from re.findall(r"\bCVE-[0-9]{4}-[0-9]{4,7}\b", piece)


def _names(view: View, said: Mapping[str, tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    """What products are called, with the newest release, and synonyms, by one of their words.

    A product's name is kept under the word that the fewest others have: customers may know a
    hundred products by the name of one maker.
    """
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    called = [
        (name, product)
        for product in sorted(view.catalogue.products)
        for name in sorted({product, view.name(product).casefold()})
    ]
    common = Counter(word for name, _ in called for word in set(name_words(name)))
    for name, product in called:
        newest = view.catalogue.latest(product)
        row = (name, product, view.name(product), paths.url(paths.product_src(product)))
        place = (_place(view, newest), newest.version) if newest else ("", "")
        parts = name_words(name)
        if parts:
            found[f"p{min(parts, key=lambda word: (common[word], word))}"].append((*row, *place))
    for phrase, meant in said.items():
        found[f"s{phrase.split()[0]}"].append((phrase, *meant))
    return found


def _place(view: View, release: Release) -> str:
    src, anchor = paths.release_place(view.catalogue, release)
    return paths.with_anchor(paths.url(src), anchor)


def _vocabulary(view: View, said: Iterable[str]) -> list[str]:
    """The words for which a word that nothing has may have been meant."""
    catalogue = view.catalogue
    texts = [*catalogue.products, *(view.name(product) for product in catalogue.products), *said]
    texts += [a.title for a in catalogue.articles.values() if not is_synonyms(a.path)]
    return sorted({word for text in texts for word in _WORD.findall(text.lower())})


def _shards(table: Mapping[str, list[Any]], aim: int) -> list[str]:
    """The table in a power of two of files, of about `aim` bytes and never over the limit."""
    size = sum(len(key) + sum(len("".join(r)) + 16 for r in rows) for key, rows in table.items())
    count = 1
    while count * aim < size:
        count *= 2
    hashes = [(fnv1a(key), key) for key in sorted(table)]
    while True:
        files: list[list[str]] = [[] for _ in range(count)]
        for number, key in hashes:
            files[number % count].append(key)
        texts = [_json({key: table[key] for key in file}) for file in files]
        if max(len(text.encode()) for text in texts) <= _LIMIT:
            return texts
        count *= 2


def _packed(vocabulary: list[str]) -> Iterator[list[str]]:
    """Words in their order, in files of about one size."""
    file: list[str] = []
    size = 0
    for word in vocabulary:
        size += len(word.encode()) + 3
        if file and size > _AIM:
            yield file
            file, size = [], 0
        file.append(word)
    if file:
        yield file


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


PAGES = PageType(pages=pages)
