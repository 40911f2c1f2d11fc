"""The full-text index of a built site: Pagefind's, in bundles that are made anew one by one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forewarn import child
from forewarn.errors import DataError
from forewarn.pages.page_types import search_kinds
from forewarn.site.bundles import SHELVES, Bundle, Shelved, amount_of, bundles
from forewarn.site.packs import BLOCK, GZIP, packed
from forewarn.site.record import make_folder
from forewarn.site.slim import SlimPages, read_slim

FOLDER = "pagefind"
_BUNDLES = "bundles.json"  # for readers: which bundles and kinds of pages there are
_FACETS = "facets.pack"
# Bytes of a file of texts of what is current: each of the first hits needs another one.
_AT_ONCE = 1024
# Bundles made side by side, more than there are processors: each is read and packed here when
# Pagefind is done with it, and the last one should have no processor for itself. Where these are
# of more pages together, which takes half a gigabyte of memory, two.
_SIDE_BY_SIDE = 5
_PAGES_AT_ONCE = 4000
_TWICE = 2
_FEW = 4  # bundles that are begun before all pages are there
_SECONDS = 600  # for one bundle, which takes a second or two
_MAGIC = b"pagefind_dcd"
_HEADS = ("h2", "h3", "h4")
# Nobody looks for a part of a checksum, and the lookup knows each of them.
_NOT_SEARCHED = "[data-search-exclude], .headerlink, .fw-copy, .fw-hashes td > code"


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
        self._pool = ThreadPoolExecutor(_TWICE)
        self._begun: dict[str, tuple[Path, Future[None]]] = {}

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

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
            begun_as = bundle.name + bundle.print
            if begun_as not in self._begun and not awaited & {*bundle.groups}:
                scratch = self._scratch / begun_as
                begun = self._pool.submit(
                    _make, place, scratch, scratch / "bundle", bundle, bundle.pages(parts), slim
                )
                self._begun[begun_as] = scratch, begun

    def drop(self) -> None:
        """Give nothing of what was begun: the pages were not what they seemed."""
        self._begun.clear()

    def give(self, folder: Path, bundle: Bundle) -> bool:
        """Move a bundle to where it is needed, if it was begun with the same pages."""
        scratch, begun = self._begun.get(bundle.name + bundle.print, (None, None))
        if scratch is None or begun is None:
            return False
        begun.result()
        shutil.move(scratch / "bundle" / bundle.name, folder / bundle.name)
        return True

    def made(self) -> Iterable[Path]:
        """The folders in which Pagefind's own files lie."""
        done = (scratch for scratch, begun in self._begun.values() if begun.done())
        return [path / "made" for path in done if (path / "made" / "pagefind.js").is_file()]


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
        return place if (place / _FACETS).is_file() else None

    def move(self, folder: Path, bundle: Bundle) -> bool:
        """Move a bundle from where it is not needed, if it holds the same pages."""
        place = self._has(bundle)
        if place is None:
            return False
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
                    _link(f"{place}/{name}", f"{to}/{name}")
        return True


def _make(
    at: Callable[[str], Path],
    scratch: Path,
    folder: Path,
    bundle: Bundle,
    pages: Iterable[str],
    slim: SlimPages,
) -> None:
    """Let Pagefind index the articles of a bundle's pages."""
    facts = {}
    for page in pages:
        # One folder less for each page, for that takes time; the browser puts it right.
        name = f"{page.removesuffix('/index.html').removesuffix('.html')}.html"
        file = f"{scratch}/pages/{name}"
        find = slim.move(page, file)
        if find is None:
            data, find = read_slim(at(page).read_bytes())
            make_folder(file)
            Path(file).write_bytes(data)
        facts[f"/{name.removesuffix('index.html')}"] = find
    made = scratch / "made"
    _run_pagefind(scratch / "pages", made)
    to = folder / bundle.name
    wanted = [*made.glob("*.pf_meta"), *made.glob("index/*")]
    for path in (made / "pagefind-entry.json", *wanted):
        place = to / path.relative_to(made)
        place.parent.mkdir(parents=True, exist_ok=True)
        _link(path, place)
    facets, texts = _facets(made, facts)
    packs = packed(texts, BLOCK if bundle.name.startswith("older") else _AT_ONCE)
    for number, (_, data) in enumerate(packs):
        (to / f"{number}.pack").write_bytes(data)
    ((_, data),) = packed([{**facets, "packs": [count for count, _ in packs]}], BLOCK)
    (to / _FACETS).write_bytes(data)
    # While Pagefind is at the next bundle: in the end it would be waited for.
    for used_up in (scratch / "pages", made / "fragment"):
        shutil.rmtree(used_up, ignore_errors=True)


def _run_pagefind(site: Path, to: Path) -> None:
    from pagefind_bin import get_executable

    command = [str(get_executable()), "--site", str(site), "--output-path", str(to), "--silent"]
    command += ["--exclude-selectors", _NOT_SEARCHED]
    line, before = child.dying_with_us(command)
    try:
        done = subprocess.run(
            line,
            # It obeys the pagefind.toml of the folder it runs in: here there is none.
            cwd=to.parent,
            env=child.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            preexec_fn=before,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError(
            f"Pagefind did not index the site within {_SECONDS} s",
            where=FOLDER,
            help="Publish again; if it happens again, report this as a bug.",
        ) from error
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise DataError(
            "Pagefind could not index the site: " + " / ".join(lines[:3] or ["it gave no reason"]),
            where=FOLDER,
            help="Install it anew: `pip install --force-reinstall 'pagefind[bin]'`.",
        )


def _facets(
    made: Path, facts: Mapping[str, dict[str, Any]]
) -> tuple[dict[str, Any], Iterator[object]]:
    """What each page of a bundle is, by Pagefind's names for them: always loaded, hence short.

    And in the same order what is shown of each: address, title, text, headings.
    """
    values: list[str] = []
    place: dict[str, int] = {}

    def number(value: str) -> int:
        if value not in place:
            place[value] = len(values)
            values.append(value)
        return place[value]

    alike: dict[tuple[int, ...], list[str]] = defaultdict(list)
    shown = {}
    for path in sorted(made.glob("fragment/*")):
        data = zlib.decompress(path.read_bytes(), GZIP)
        fragment = json.loads(data.removeprefix(_MAGIC))
        found = facts[fragment["url"]]
        boost = round(found.get("boost", 1) * 100)
        what = (found.get("kind", ""), found.get("state", ""), *found.get("products", ()))
        name = path.stem.split("_")[1]
        alike[(boost, *map(number, what))].append(name)
        shown[name] = _shown(fragment)
    in_order = sorted(alike.items())
    rows = [[" ".join(names), *what] for what, names in in_order]
    texts = (shown[name] for _, names in in_order for name in names)
    return {"values": values, "pages": rows}, texts


def _shown(fragment: Mapping[str, Any]) -> list[Any]:
    heads = [
        [anchor["id"], anchor["text"], anchor["location"]]
        for anchor in fragment["anchors"]
        if anchor["element"] in _HEADS and anchor["id"]
    ]
    url = fragment["url"]
    return [url, fragment["meta"].get("title", url), fragment["content"], heads]


def _add_program(folder: Path, first: Bundle, sources: Iterable[Path]) -> None:
    """Pagefind's own script, and once, in the first bundle, its machine for the language."""
    entry = json.loads((folder / first.name / "pagefind-entry.json").read_bytes())
    machines = {f"wasm.{row['wasm'] or 'unknown'}.pagefind" for row in entry["languages"].values()}
    wanted = {"pagefind.js": folder, **dict.fromkeys(sorted(machines), folder / first.name)}
    places = list(sources)
    for name, to in wanted.items():
        source = next(path / name for path in places if (path / name).is_file())
        _link(source, to / name)


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


def _link(source: Path | str, to: Path | str) -> None:
    try:
        os.link(source, to)
    except OSError:
        shutil.copyfile(source, to)
