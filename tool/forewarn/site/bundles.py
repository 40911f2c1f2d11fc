"""Which pages of a site are indexed together: bundles, that are made anew one by one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from forewarn.frozen import dataclass
from forewarn.installed import version
from forewarn.model.digest import fnv1a
from forewarn.site.record import Groups
from forewarn.site.slim import shelf_of

_FORMAT = "5"  # of what the index holds; another one makes every bundle anew
# Pages of a bundle, about: a page costs a millisecond when it is made, and each bundle of what is
# current costs every reader a few files. Of the older ones few are loaded, and after a change of
# one of its pages a whole bundle is made anew.
_FULL = {"now": 1200, "older": 250}
_MOST = 64  # bundles of a shelf
SHELVES = ("now", "older")


class Shelved(NamedTuple):
    """Pages that are made together: each group by shelf, as number and word, and each page's place.

    A page (`products/recorder/2.7/index.html`) is on a shelf of the index, or on none (""). Those
    of a group are in one bundle of their shelf.
    """

    groups: Groups
    shelves: Callable[[], Mapping[str, str]]


def shelved(words: Mapping[str, str], shelves: Mapping[str, str]) -> Shelved:
    """Pages with a word each that changes with its content."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for page in sorted(words):
        if shelves[page]:
            found[group_of(page)][shelves[page]].append(f"{page} {words[page]}")
    groups = {
        group: {shelf: (len(rows), _word("\n".join(rows))) for shelf, rows in by_shelf.items()}
        for group, by_shelf in found.items()
    }
    return Shelved(groups, lambda: shelves)


def look(site: Path, words: Mapping[str, str]) -> dict[str, Shelved]:
    """All pages of a site as one part, each read to see where it is kept."""
    return {"": shelved(words, {page: shelf_of((site / page).read_bytes()) for page in words})}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """Groups of one shelf, each with the part of the site that it is of; `print` is their word."""

    name: str
    shelf: str
    groups: tuple[tuple[str, str], ...]
    print: str

    def pages(self, parts: Mapping[str, Shelved]) -> list[str]:
        """The pages of a bundle, in order."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for group, part in self.groups:
            wanted[part].add(group)
        return sorted(
            page
            for part, groups in wanted.items()
            for page, shelf in parts[part].shelves().items()
            if shelf == self.shelf and group_of(page) in groups
        )


def amount_of(parts: Mapping[str, Shelved], shelf: str) -> int:
    """In how many bundles the pages of a shelf are kept."""
    groups = (found for part in parts.values() for found in part.groups.values())
    pages, amount = sum(found[shelf][0] for found in groups if shelf in found), 1
    while amount < _MOST and pages > amount * _FULL[shelf]:
        amount *= 2
    return amount


def bundles(parts: Mapping[str, Shelved]) -> Iterator[Bundle]:
    """The pages in bundles; those of one product are together."""
    for shelf in SHELVES:
        amount = amount_of(parts, shelf)
        by_number: dict[int, list[tuple[str, str, int, str]]] = defaultdict(list)
        for part, pages in parts.items():
            for group, found in pages.groups.items():
                if shelf in found:
                    by_number[_hash(group) % amount].append((group, part, *found[shelf]))
        for number, members in sorted(by_number.items()):
            content = "\n".join(" ".join(map(str, row)) for row in sorted(members))
            head = f"{_FORMAT} {_made_by()}\n"
            yield Bundle(
                name=f"{shelf}-{number}",
                shelf=shelf,
                groups=tuple((group, part) for group, part, *_ in members),
                print=_word(head + content),
            )


def group_of(page: str) -> str:
    """What is kept together: the pages of a product; any other page is by itself."""
    parts = page.split("/")
    return parts[1] if parts[0] == "products" and len(parts) > 2 else page


_hash = lru_cache(maxsize=10_000)(fnv1a)
_made_by = cache(partial(version, "pagefind_bin"))


def _word(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
