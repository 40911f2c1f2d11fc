"""Exact answers for the search box: small files in which a version, hash or error line is found.

The browser works out from what was typed in which file the answer must be, so that it asks for
one or two of them, however many there are.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from forewarn.expressions import expression
from forewarn.model.article import Article, Kind
from forewarn.model.digest import fnv1a
from forewarn.model.error_line import advisories, code_names, error_codes, line_keys
from forewarn.model.file_names import file_name
from forewarn.model.live import Live
from forewarn.model.prose import PieceKind, split
from forewarn.model.release import Release, Status
from forewarn.model.synonyms import is_synonyms, synonyms
from forewarn.model.tracks import is_cycle
from forewarn.pages.html import words
from forewarn.pages.search import short
from forewarn.pages.search.answers import answers_of, keys_of_lines, place, release_answer
from forewarn.pages.search.codes import advisories_named, advisories_of, of_advisories, of_codes
from forewarn.pages.search.names import names, vocabulary
from forewarn.pages.view import paths
from forewarn.pages.view.page_type import PageType
from forewarn.pages.view.view import Page, View
from forewarn.words.answers import NO_END, live_answer

_FOLDER = "api/v1/lookup"
_AIM = 5_000  # bytes of a file, about
_NAMES_AIM = 2_000  # the same of names and answers: a query asks for several of them
_WORDS_AIM = 1_500
_FEW = 256  # files
_LIMIT = 30_000  # bytes that no file exceeds
_MOST = 20  # answers to one key; who finds more names the product as well
_PART = 40  # the same of a version by itself, of which there is a next part
_COMMON = 5  # a line on more pages than these tells nothing
_BEGINNING = 8  # digits of a hash that people read out
_SPAN = expression(r"(`+)(?!`)(.{4,200}?)(?<!`)\1(?!`)")
_FENCE = expression(r"\s*(?:`{3,}|~{3,})\s*(\w*)")
_OUTPUT = ("", "text", "console", "output", "log", "pytb")
_TRAILING = expression(r"(?:\.0+)+$")
_V = expression(r"v(?=[0-9])")

# The address of a page, its title, its state, and what the key only begins to say. Behind it, of
# the name of a file, the hash of where the file is; of a version by itself, the product. Most
# versions have a shorter one, see `short`.
Row = short.Row


def pages(view: View) -> Iterator[Page]:
    """The files, and the list that says how many there are of each."""
    said = synonyms(view.catalogue.articles[path] for path in sorted(view.catalogue.articles))
    newest = {product: row["newest"] for product, row in view.each(brings).items()}
    keys = 0
    for page in _key_files(view):
        keys += 1
        yield page
    name_files = _shards(
        {key: _json(rows) for key, rows in names(view, said, newest).items()}, _NAMES_AIM
    )
    # Of each hit the names of its products are shown, and nothing else of what they are called.
    title_files = _shards(
        {f"t{id_}": _json([view.catalogue.name_of(id_)]) for id_ in view.catalogue.products},
        _NAMES_AIM,
    )
    answer_files = _shards(_answers(view), _NAMES_AIM)
    word_files = list(_packed(vocabulary(view, said)))
    texts = {
        "names": name_files,
        "titles": title_files,
        "answers": answer_files,
        "words": [_json(file) for file in word_files],
    }
    for family, files in texts.items():
        for number, text in enumerate(files):
            yield Page(src=f"{_FOLDER}/{family}-{number}.json", text=text)
    index = {
        "keys": keys,
        "names": len(name_files),
        "titles": len(title_files),
        "answers": len(answer_files),
        "words": [file[0] for file in word_files],
        "states": [*words.STATES],
        "unended": NO_END,
        "staff": view.staff,
        "examples": [*dict.fromkeys(_examples(view))],
    }
    yield Page(src=f"{_FOLDER}/index.json", text=_json(index))


def brings(view: View, product: str) -> dict[str, Any]:
    """What a product brings beside its rows: answers as JSON with their keys, and more."""
    newest = view.catalogue.latest(product)
    return {
        "answers": [(key, _json(answer.row)) for key, answer in answers_of(view, product)],
        "advisories": advisories_named(view, product),
        "newest": (place(view, newest), newest.version) if newest else ("", ""),
        "shipped": _last_shipped(view, product),
    }


def _rows(view: View, product: str) -> list[tuple[str, str, int]]:
    """The rows of a product: key, JSON, and the key's hash, which takes as long as all else.

    By themselves, as there are thousands, and none is read where all are as they were.
    """
    lines = keys_of_lines(view.catalogue.products[product])
    rows: list[tuple[str, Row]] = []
    for release in view.catalogue.releases_of(product):
        rows += _release(view, release, lines)
    rows += _tracks(view, product)
    return [(key, _json(row), fnv1a(key)) for key, row in rows]


def _last_shipped(view: View, product: str) -> list[str]:
    """The day and version of what shipped last, its title, and a file that bears its name."""
    shipped = [
        (release.released_at, release.version)
        for release in view.catalogue.releases_of(product)
        if release.status is Status.SHIPPED and release.released_at
    ]
    if not shipped:
        return []
    day, version = max(shipped)
    newest = view.catalogue.releases[product, version]
    files = [file_name(download.url) or "" for download in newest.downloads]
    named = [name for name in files if product in name][:1]
    return [day.isoformat(), version, view.title(newest), *named]


def _examples(view: View) -> Iterator[str]:
    """What can be asked of this site, as people ask it: each finds a page of it."""
    catalogue = view.catalogue
    shipped = [
        (row["shipped"][0], product, row["shipped"][1:])
        for product, row in view.each(brings).items()
        if row["shipped"]
    ]
    if shipped:
        *_, (_, *found) = max(shipped, key=lambda row: row[:2])
        yield from found
    articles = [a for path, a in sorted(catalogue.articles.items()) if not is_synonyms(path)]
    for kind in (Kind.KNOWN_ISSUE, Kind.HOW_TO):
        yield from [a.title for a in articles if a.kind is kind][:1]


def plain_version(version: str) -> str:
    """A version without what people leave out or put in front: 2.7 for v2.7.0."""
    return _TRAILING.sub("", _V.sub("", version.lower(), count=1))


def _key_files(view: View) -> Iterator[Page]:
    """Where the keys are: many files, made of all releases, unless they are there already."""
    of = _made_of(view)
    if of in view.there:
        yield from (Page(src=src, text="", of=of) for src in view.there[of])
        return
    for number, text in enumerate(_shards(_keys(view), _AIM, _hashes(view))):
        yield Page(src=f"{_FOLDER}/keys-{number}.json", text=text, of=of)


def _made_of(view: View) -> str:
    """All that decides what the keys are, but for code, in one word; none where much is seen."""
    if view.live:
        return ""
    articles = [view.catalogue.articles[path] for path in sorted(view.catalogue.articles)]
    said = [(each.path, each.kind, each.title, each.body, each.references) for each in articles]
    return hashlib.sha256(f"{view.word_of(_rows)} {said}".encode()).hexdigest()


def _keys(view: View) -> dict[str, str]:
    """The rows of each key, without a line that many pages have: hundreds of thousands."""
    found: dict[str, dict[str, None]] = {}
    for brought in view.each(_rows).values():
        for key, text, _ in brought:
            _keep(found, key, text)
    for live in view.live:
        for key, row in _live(view, live):
            _keep(found, key, _json(row))
    lines: dict[str, dict[Row, None]] = {}
    for path in sorted(view.catalogue.articles):
        for key, row in () if is_synonyms(path) else _errors(view.catalogue.articles[path]):
            if key[0] == "e":
                lines.setdefault(key, {})[row] = None
            else:
                _keep(found, key, _json(row))
    for key, rows in lines.items():
        if len({row[0] for row in rows}) <= _COMMON:
            found[key] = dict.fromkeys(map(_json, [*rows][:_MOST]))
    return dict(_in_parts(found))


def _hashes(view: View) -> dict[str, int]:
    """The hashes of keys that are known."""
    return {key: hash_ for rows in view.each(_rows).values() for key, _, hash_ in rows}


def _keep(found: dict[str, dict[str, None]], key: str, text: str) -> None:
    rows = found.setdefault(key, {})
    if _is_bare(key) or len(rows) < _MOST:
        rows[text] = None


def _is_bare(key: str) -> bool:
    """Whether a key is a version by itself."""
    return key[0] == "v" and " " not in key


def _in_parts(found: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    """A version that hundreds of products have is kept in several parts, of which no file is full.

    The first is under the key itself; one that is full has a next one.
    """
    for key, rows in found.items():
        if len(rows) <= _PART:
            yield key, f"[{','.join(rows)}]"
            continue
        listed = [*rows]
        for part, start in enumerate(range(0, len(listed), _PART)):
            shown = ",".join(listed[start : start + _PART])
            yield (f"{key} +{part}" if part else key), f"[{shown}]"


def _answers(view: View) -> dict[str, str]:
    """Every answer but those about one release, by its key."""
    brought = view.each(brings)
    found = {key: text for row in brought.values() for key, text in row["answers"]}
    named = {product: row["advisories"] for product, row in brought.items()}
    of_all = (*of_advisories(view, named), *of_codes(view, named))
    return found | {key: _json(answer.row) for key, answer in of_all}


def _live(view: View, live: Live) -> Iterator[tuple[str, Row]]:
    """What was seen of it, by each spelling of its version and each name of a file."""
    where = f"{paths.url(paths.product_src(live.product))}#{paths.UNANNOUNCED}"
    if live.record:
        where = place(view, live.record)
    title = _live_title(view, live)
    said = "" if live.record else live_answer(words.live_line(live))
    for version in dict.fromkeys((live.version, *(s.version for s in live.sightings))):
        plain, row = plain_version(version), (where, title, words.LIVE, version)
        yield f"v{live.product} {plain}", (*row, said, "", "") if said else row
        yield f"v{plain}", (*row, live.product)
    for url in live.addresses:
        name = file_name(url)
        if name:
            yield f"f{name}", (where, title, words.LIVE, name, _spot(url))


def _live_title(view: View, live: Live) -> str:
    return f"{view.name(live.product)} {live.version}: {words.live_line(live)}"


def _release(view: View, release: Release, lines: Collection[str]) -> Iterator[tuple[str, Row]]:
    where, state = place(view, release), words.state_word(view, release)
    live = view.live_of(release)
    title = _live_title(view, live) if live else view.title(release)
    said, support, marks = release_answer(view, release, lines)
    plain, row = plain_version(release.version), (where, title, state, release.version)
    alone = f"v{plain}"
    under = f"v{release.product} {plain}"
    if live:
        yield under, (*row, said, support or "", marks)
        yield alone, (*row, release.product)
    else:
        told = said, 0 if support is None else support, marks
        yield under, short.under_product(release, plain, where, state, *told)
        yield alone, short.by_itself(release, plain, where, state, view.name(release.product))
    for download in release.downloads:
        if download.sha256:
            yield f"h{download.sha256[:_BEGINNING]}", (where, title, state, download.sha256)
        name = file_name(download.url)
        if name:
            yield f"f{name}", (where, title, state, name, _spot(download.url))
    for code in advisories_of(release):
        yield f"c{code}", (where, title, state, code)


def _spot(url: str) -> str:
    """Where a file is, for a comparison; http and https are the same place."""
    parts = urlsplit(url)
    return str(fnv1a(f"{parts.netloc.casefold()}{parts.path}"))


def _tracks(view: View, product: str) -> Iterator[tuple[str, Row]]:
    """The lines that a version alone may mean, where no release is called so."""
    known = {plain_version(version) for version in view.catalogue.versions_of(product)}
    for track in view.catalogue.products[product].tracks:
        newest = view.newest_of_track(product, track) if is_cycle(track) else None
        if newest and plain_version(track) not in known:
            title = f"{view.name(product)} {track}: the newest is {newest.version}"
            state = words.state_word(view, newest)
            yield f"v{plain_version(track)}", (place(view, newest), title, state, track, product)


def _errors(article: Article) -> Iterator[tuple[str, Row]]:
    where = paths.url(article.path)
    lines = [article.title]
    if article.kind in (Kind.KNOWN_ISSUE, Kind.TROUBLESHOOTING):
        lines += _quoted(article.body)
    for line in lines:
        row = (where, article.title, "", " ".join(line.lower().split()))
        for key in dict.fromkeys(line_keys(line)):
            yield f"e{key}", row
        for code in dict.fromkeys((*error_codes(line), *code_names(line))):
            yield f"c{code}", (where, article.title, "", code)
    for code in dict.fromkeys(advisories("\n".join(article.references))):
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
            yield from advisories(piece)


def _shards(table: Mapping[str, str], aim: int, hashes: Mapping[str, int] = {}) -> list[str]:
    """The table in a power of two of files, of about `aim` bytes and never over the limit.

    Its values are JSON. Only what one key has cannot be divided. Some `hashes` of keys are known.
    """
    rows = [
        (hashes[key] if key in hashes else fnv1a(key), f"{_json(key)}:{table[key]}")
        for key in sorted(table)
    ]
    size = sum(len(text) for _, text in rows)
    count = 1
    # Few files are halved once more: a reader then loads less, and the disk has room for them.
    while count * (aim if count >= _FEW else aim // 2) < size:
        count *= 2
    while True:
        files: list[list[str]] = [[] for _ in range(count)]
        for number, text in rows:
            files[number % count].append(text)
        texts = [f"{{{','.join(file)}}}" for file in files]
        if max(len(text.encode()) for text in texts) <= _LIMIT or count > 8 * len(rows):
            return texts
        count *= 2


def _packed(vocabulary: list[str]) -> Iterator[list[str]]:
    """Words in their order, in files of about one size."""
    file: list[str] = []
    size = 0
    for word in vocabulary:
        size += len(word.encode()) + 3
        if file and size > _WORDS_AIM:
            yield file
            file, size = [], 0
        file.append(word)
    if file:
        yield file


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


PAGES = PageType(pages=pages, brings=(brings, _rows))
