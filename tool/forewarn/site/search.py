"""The full-text index of a built site: Pagefind's, in bundles that are made anew one by one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forewarn.errors import DataError
from forewarn.pages.page_types import search_kinds
from forewarn.site.bundles import SHELVES, Bundle, Shelved, amount_of, bundles
from forewarn.site.pagefind import FACETS, FOLDER, BundleMaking, link
from forewarn.site.slim import SlimPages

_BUNDLES = "bundles.json"  # for readers: which bundles and kinds of pages there are
# Bundles made side by side, more than there are processors: each is read and packed here when
# Pagefind is done with it, and the last one should have no processor for itself. Where these are
# of more pages together, which takes half a gigabyte of memory, two.
_SIDE_BY_SIDE = 5
_PAGES_AT_ONCE = 4000
_TWICE = 2
_FEW = 4  # bundles that are begun before all pages are there


def index(
    site: Path,
    parts: Mapping[str, Shelved],
    *,
    before: Path | None,
    spare: Path | None = None,
    slim: SlimPages | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Write the index of the built pages at `site` into its folder `pagefind/`.

    `parts` are all pages. Bundles of the site `before` whose pages have not changed are taken
    over; the result is the same, byte for byte, as that of a fresh run. `spare` is the `pagefind/`
    of a site that nobody needs any more: what fits is moved from there, which is quicker. Pages
    that are `slim` already are not read again; their files are used up. What was begun `ahead` is
    taken where it holds just these pages.

    Raises:
        DataError: Pagefind cannot be run.
        OSError: a file cannot be read or written.
    """
    last = before / FOLDER if before else None
    slim = slim or SlimPages(site)
    wanted = list(bundles(parts))
    folder = site / FOLDER
    folder.mkdir(parents=True)
    with TemporaryDirectory(prefix="forewarn-") as scratch:
        kept = _OldIndex(spare), _OldIndex(last)
        made = [
            b
            for b in wanted
            if not (
                kept[0].move(folder, b)
                or kept[1].link(folder, b)
                or (ahead and ahead.give(folder, b))
            )
        ]
        pages = {bundle.name: bundle.pages(parts) for bundle in made}
        with ThreadPoolExecutor(_side_by_side(pages.values())) as pool:
            begun = [
                pool.submit(
                    _make, site.joinpath, Path(scratch) / b.name, folder, b, pages[b.name], slim
                )
                for b in made
            ]
            for each in begun:
                each.result()
        if wanted:
            places = [*Path(scratch).glob("*/made"), *(ahead.made() if ahead else ())]
            _add_program(folder, wanted[0], [*places, *_folders(last)])
    shelves: dict[str, list[list[str]]] = {shelf: [] for shelf in SHELVES}
    for bundle in wanted:
        shelves[bundle.shelf].append([bundle.name, bundle.print])
    told = {**shelves, "older_parts": amount_of(parts, "older")}
    _write_json(folder / _BUNDLES, {**told, "kinds": search_kinds()})


class Ahead:
    """Bundles begun while pages are still being made, as they will be if the others do not change.

    Whatever was guessed wrongly is made again: a bundle is known by the content of its pages.
    """

    def __init__(self, site: Path, before: Path, scratch: Path) -> None:
        self._site = site
        self._before = before
        self._scratch = scratch
        self._begun: dict[str, BundleMaking] = {}
        self._given: list[BundleMaking] = []

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *error: object) -> None:
        self.drop()

    def begin(
        self,
        parts: Mapping[str, Shelved],
        *,
        made: AbstractSet[str],
        awaited: AbstractSet[tuple[str, str]],
    ) -> None:
        """Begin what follows from the pages of all parts, as far as that is known.

        Only those that are `made` are there yet; the others are as in the site before. Of the
        groups that are `awaited`, each with its part, it is not known yet what they will be.
        Where very much has changed it is not worth it.
        """
        slim = SlimPages(self._site)

        def place(page: str) -> Path:
            return (self._site if page in made else self._before) / page

        prints = _prints(self._before / FOLDER)
        changed = [b for b in bundles(parts) if prints.get(b.name) != b.print]
        if len(changed) > _FEW:
            return
        for bundle in changed:
            known = self._begun.get(bundle.name)
            if awaited & {*bundle.groups} or (known and known.bundle.print == bundle.print):
                continue
            if known:
                self._begun.pop(bundle.name).end()
            # Here and now: a thread would wait for its turn at every page.
            making = BundleMaking(self._scratch / f"{bundle.name}-{bundle.print}", bundle)
            # Somebody may have damaged a page: that is seen when it is looked at.
            with suppress(OSError, ValueError, DataError):
                making.begin(place, bundle.pages(parts), slim)
                self._begun[bundle.name] = making

    def drop(self) -> None:
        """Give nothing of what was begun: the pages were not what they seemed."""
        while self._begun:
            _, making = self._begun.popitem()
            making.end()

    def give(self, folder: Path, bundle: Bundle) -> bool:
        """Put a bundle to where it is needed, if it was begun with the same pages."""
        making = self._begun.get(bundle.name)
        if making is None or making.bundle.print != bundle.print:
            return False
        self._given.append(self._begun.pop(bundle.name))
        making.finish(folder)
        return True

    def made(self) -> Iterable[Path]:
        """The folders in which Pagefind's own files lie."""
        return [making.made for making in self._given]


def _side_by_side(bundles: Iterable[Sequence[str]]) -> int:
    largest = sorted(map(len, bundles))[-_SIDE_BY_SIDE:]
    return _SIDE_BY_SIDE if sum(largest) <= _PAGES_AT_ONCE else _TWICE


class _OldIndex:
    """The bundles of an index that was made before, if there is one."""

    def __init__(self, index: Path | None) -> None:
        self._index = index
        self._prints = _prints(index) if index else {}

    def _has(self, bundle: Bundle) -> Path | None:
        """Where a bundle is, if it holds the same pages."""
        if self._index is None or self._prints.get(bundle.name) != bundle.print:
            return None
        place = self._index / bundle.name
        return place if (place / FACETS).is_file() else None

    def move(self, folder: Path, bundle: Bundle) -> bool:
        """Move a bundle from where it is not needed, if it holds the same pages."""
        place = self._has(bundle)
        if place is None:
            return False
        if bundle.name == next(iter(self._prints)):  # see `_add_program`
            for machine in place.glob("wasm.*"):
                machine.unlink()
        place.rename(folder / bundle.name)
        return True

    def link(self, folder: Path, bundle: Bundle) -> bool:
        """Link a bundle, if it holds the same pages."""
        source = self._has(bundle)
        if source is None:
            return False
        for place, _, names in os.walk(source):
            to = f"{folder / bundle.name}{place.removeprefix(str(source))}"
            Path(to).mkdir(parents=True)
            for name in names:
                if not name.startswith("wasm."):
                    link(f"{place}/{name}", f"{to}/{name}")
        return True


def _make(
    at: Callable[[str], Path],
    scratch: Path,
    folder: Path,
    bundle: Bundle,
    pages: Iterable[str],
    slim: SlimPages,
) -> None:
    making = BundleMaking(scratch, bundle)
    making.begin(at, pages, slim)
    making.finish(folder)


def _add_program(folder: Path, first: Bundle, sources: Iterable[Path]) -> None:
    """Pagefind's own script, and once, in the first bundle, its machine for the language."""
    entry = json.loads((folder / first.name / "pagefind-entry.json").read_bytes())
    machines = {f"wasm.{row['wasm'] or 'unknown'}.pagefind" for row in entry["languages"].values()}
    wanted = {"pagefind.js": folder, **dict.fromkeys(sorted(machines), folder / first.name)}
    places = list(sources)
    for name, to in wanted.items():
        source = next(path / name for path in places if (path / name).is_file())
        link(source, to / name)


def _folders(last: Path | None) -> list[Path]:
    if last is None or not last.is_dir():
        return []
    return [last, *sorted(path for path in last.iterdir() if path.is_dir())]


def _prints(last: Path) -> dict[str, str]:
    found = _read_json(last / _BUNDLES)
    return {row[0]: row[1] for shelf in SHELVES for row in found.get(shelf, ())}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
