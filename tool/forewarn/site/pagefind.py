"""One bundle of the full-text index: made by Pagefind, and packed for readers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forewarn import child
from forewarn.errors import DataError
from forewarn.site.bundles import Bundle
from forewarn.site.packs import BLOCK, GZIP, packed
from forewarn.site.record import make_folder
from forewarn.site.slim import SlimPages, read_slim

FOLDER = "pagefind"
FACETS = "facets.pack"
# Bytes of a file of texts of what is current: each of the first hits needs another one.
_AT_ONCE = 1024
_SECONDS = 600  # for one bundle, which takes a second or two
_MAGIC = b"pagefind_dcd"
_HEADS = ("h2", "h3", "h4")
# Nobody looks for a part of a checksum, and the lookup knows each of them.
_NOT_SEARCHED = "[data-search-exclude], .headerlink, .fw-copy, .fw-hashes td > code"


class BundleMaking:
    """Lets Pagefind index the articles of a bundle's pages, in a folder of its own."""

    def __init__(self, scratch: Path, bundle: Bundle) -> None:
        self._scratch = scratch
        self.bundle = bundle
        self._facts: dict[str, dict[str, Any]] = {}
        self._process: subprocess.Popen[str] | None = None
        self.made = scratch / "made"

    def begin(self, at: Callable[[str], Path], pages: Iterable[str], slim: SlimPages) -> None:
        """Make the pages ready, and begin."""
        for page in pages:
            # One folder less for each page, for that takes time; the browser puts it right.
            name = f"{page.removesuffix('/index.html').removesuffix('.html')}.html"
            file = f"{self._scratch}/pages/{name}"
            find = slim.move(page, file)
            if find is None:
                data, find = read_slim(at(page).read_bytes())
                try:
                    Path(file).write_bytes(data)
                except FileNotFoundError:  # of many pages in a folder the first
                    make_folder(file)
                    Path(file).write_bytes(data)
            self._facts[f"/{name.removesuffix('index.html')}"] = find
        self._process = _begin_pagefind(self._scratch / "pages", self.made)

    def finish(self, folder: Path) -> None:
        """Wait for it, and write the bundle into a folder."""
        assert self._process  # noqa: S101 - it has begun
        _end_pagefind(self._process)
        made, bundle = self.made, self.bundle
        to = folder / bundle.name
        wanted = [*made.glob("*.pf_meta"), *made.glob("index/*")]
        for path in (made / "pagefind-entry.json", *wanted):
            place = to / path.relative_to(made)
            place.parent.mkdir(parents=True, exist_ok=True)
            link(path, place)
        facets, texts = _facets(made, self._facts)
        packs = packed(texts, BLOCK if bundle.name.startswith("older") else _AT_ONCE)
        for number, (_, data) in enumerate(packs):
            (to / f"{number}.pack").write_bytes(data)
        ((_, data),) = packed([{**facets, "packs": [count for count, _ in packs]}], BLOCK)
        (to / FACETS).write_bytes(data)
        # While Pagefind is at the next bundle: in the end it would be waited for.
        for used_up in (self._scratch / "pages", made / "fragment"):
            shutil.rmtree(used_up, ignore_errors=True)

    def end(self) -> None:
        """Nobody needs it."""
        if self._process:
            self._process.kill()
            self._process.communicate()


def _begin_pagefind(site: Path, to: Path) -> subprocess.Popen[str]:
    from pagefind_bin import get_executable

    command = [str(get_executable()), "--site", str(site), "--output-path", str(to), "--silent"]
    command += ["--exclude-selectors", _NOT_SEARCHED]
    line, before = child.dying_with_us(command)
    return subprocess.Popen(
        line,
        # It obeys the pagefind.toml of the folder it runs in: here there is none.
        cwd=to.parent,
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        preexec_fn=before,
    )


def _end_pagefind(process: subprocess.Popen[str]) -> None:
    with process:  # which waits for it
        try:
            _, said = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise DataError(
                f"Pagefind did not index the site within {_SECONDS} s",
                where=FOLDER,
                help="Publish again; if it happens again, report this as a bug.",
            ) from error
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
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


def link(source: Path | str, to: Path | str) -> None:
    """Let a file be in two places; where there are no links, as a copy."""
    try:
        os.link(source, to)
    except OSError:
        shutil.copyfile(source, to)
