"""The promises about large sites, against stock MkDocs with Material and its search.

Two hundred products of fifty releases are made, with pages of the length of real release notes.
The same Markdown is built by stock MkDocs in the same run; that takes several minutes.
"""

from __future__ import annotations

import filecmp
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from catalogue import SCRIPT, Amount, quiet_git
from row import ENVIRONMENT
from search_speed import first_hits

NAME = "large sites"
_WORDS = [
    "recording",
    "player",
    "export",
    "import",
    "crash",
    "update",
    "license",
    "dialog",
    "stream",
    "codec",
    "frame",
    "audio",
    "video",
    "timeline",
    "marker",
    "thumbnail",
    "cache",
    "network",
    "proxy",
    "certificate",
    "login",
    "session",
    "database",
    "index",
    "backup",
    "restore",
    "template",
    "plugin",
    "device",
    "driver",
    "display",
    "monitor",
    "capture",
    "bitrate",
]


@dataclass(frozen=True)
class Base:
    """A knowledge base of `products`, each with fifty releases."""

    root: Path
    products: int

    @property
    def pages(self) -> int:
        """Its release pages."""
        return self.products * 50

    def publish(self, to: Path, *words: str) -> float:
        """Publish the public site; the seconds that it took."""
        return seconds(
            sys.executable, "-c", SCRIPT, "-C", str(self.root),
            "publish", "--audience", "public", "--no-deliver", "--to", str(to), *words,
        )  # fmt: skip

    def change(self, number: int) -> None:
        """Change one record, and commit it."""
        path = self.root / "releases" / "product007" / "3.4.0.md"
        path.write_text(path.read_text() + f"\nZyzzogeton{number} is mended.\n")
        _git(self.root, "commit", "--quiet", "--all", "--message", "change")


def report(only: str) -> int:
    """Measure all of it, if `only` is a part of NAME; how many promises are missed."""
    if only not in NAME:
        return 0
    quiet_git()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="speed-bench-") as folder:
        for amount in _amounts(Path(folder)):
            print(amount, flush=True)
            missed += amount.missed
    return missed


def _amounts(folder: Path) -> Iterator[Amount]:
    large, small = _make(folder / "large", 200), _make(folder / "small", 20)
    stock, ours = folder / "stock-site", folder / "ours"
    peer = _build_stock(large, folder / "stock", stock)
    yield Amount(f"stock MkDocs + Material, {large.pages}", peer, "s", None)
    full = large.publish(ours)
    site = (ours / "public").resolve()
    yield Amount(f"publish of {large.pages}", full, "s", None)
    yield Amount("publish: ours to stock", full / peer, "x", 0.15)
    yield Amount("disk: ours to stock", _disk(site) / _disk(stock), "x", 0.25)
    yield Amount("disk: ours", _disk(site) / 1e6, "MB", None)
    changed = _after_a_change(large, ours)
    yield Amount("publish, one changed", changed, "s", None)
    yield Amount("publish, one changed: ours to stock", changed / peer, "x", 1 / 250)
    large.publish(folder / "again", "--fresh")
    site, again = (ours / "public").resolve(), (folder / "again" / "public").resolve()
    yield Amount("files that differ from a full publish", float(_differ(site, again)), "", 0)
    few = small.publish(folder / "ours-small")
    peer = _build_stock(small, folder / "stock-small", folder / "stock-small-site")
    yield Amount(f"publish of {small.pages}: ours to stock", few / peer, "x", 0.25)
    peer = _build_zensical(small, folder / "zensical-small")
    yield Amount(f"publish of {small.pages}: ours to Zensical", few / peer, "x", 0.2)
    less = _after_a_change(small, folder / "ours-small")
    yield Amount("publish, one changed: 10,000 to 1,000 pages", changed / less, "x", 10)
    yield from first_hits(ours=site, stock=stock, changed="zyzzogeton4")


def _after_a_change(base: Base, to: Path) -> float:
    """The median of five; the first has no retired build to build over yet."""
    taken = []
    for number in range(5):
        base.change(number)
        time.sleep(11)  # two publishes are never seconds apart; then a retired build is built over
        taken.append(base.publish(to))
    return sorted(taken)[2]


def _make(root: Path, products: int) -> Base:
    subprocess.run(
        [sys.executable, "-c", SCRIPT, "init", str(root)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    made = random.Random(1)
    for number in range(products):
        folder = root / "releases" / f"product{number:03d}"
        folder.mkdir(parents=True)
        other = f"product{(number + 1) % products:03d}"
        (folder / "product.yml").write_text(
            f"name: Product {number:03d}\nscheme: semver\ntracks: [stable, beta]\n"
        )
        for release in range(50):
            version = f"{release // 10 + 1}.{release % 10}.0"
            (folder / f"{version}.md").write_text(_record(made, number, release, version, other))
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "records")
    return Base(root, products)


def _record(made: random.Random, product: int, release: int, version: str, other: str) -> str:
    stated = f"""compatibility:
  - {{with: {other}, versions: ">={version}", about: playing recordings, verdict: works}}
  - with: {other}
    versions: "<{version}"
    about: playing recordings
    verdict: breaks
    remedy: Update it to {version}.
"""
    notes, more = (" ".join(made.choices(_WORDS, k=60)) for _ in range(2))
    return f"""---
status: shipped
track: {"beta" if release % 5 == 0 else "stable"}
released_at: {2020 + release // 12}-{release % 12 + 1:02d}-{product % 28 + 1:02d}
downloads:
  - platform: windows
    url: https://downloads.example.com/product{product:03d}-{version}.exe
    size: {1_000_000 + release}
    sha256: {made.randbytes(32).hex()}
{stated if release >= 45 else ""}---
Mended in {version}: {notes}.

- {more}
"""


def _build_stock(base: Base, tree: Path, site: Path) -> float:
    """Build the same Markdown with stock MkDocs, which knows nothing of ours."""
    config = _write_stock(base, tree, ["search"])
    return seconds(
        sys.executable, "-m", "mkdocs", "build", "--quiet",
        "--config-file", str(config), "--site-dir", str(site),
    )  # fmt: skip


def _build_zensical(base: Base, tree: Path) -> float:
    """Build it with Zensical, which is spared the search."""
    config = _write_stock(base, tree, [])
    return seconds(sys.executable, "-m", "zensical", "build", "--config-file", str(config))


def _write_stock(base: Base, tree: Path, plugins: list[str]) -> Path:
    """Write the Markdown, and settings in which nothing is ours; the file that holds them.

    The navigation is pruned: whole, it would be three megabytes on each page.
    """
    subprocess.run(
        [sys.executable, "-c", SCRIPT, "-C", str(base.root), "pages", "--audience", "public", "--to", str(tree)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    config = yaml.safe_load((tree / "mkdocs.yml").read_text())
    kept = {key: config[key] for key in ("site_name", "use_directory_urls")}
    extensions = [row for row in config["markdown_extensions"] if "forewarn" not in str(row)]
    kept |= {
        "theme": {"name": "material", "features": ["navigation.prune"]},
        "plugins": plugins,
        "markdown_extensions": extensions,
    }
    (tree / "mkdocs.yml").write_text(yaml.safe_dump(kept))
    shutil.rmtree(tree / "theme")
    for path in (tree / "docs").rglob("*"):
        if path.is_file() and path.suffix != ".md":
            path.unlink()
    return tree / "mkdocs.yml"


def seconds(*command: str) -> float:
    """The wall time of a whole process."""
    begin = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**ENVIRONMENT, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    return time.perf_counter() - begin


def _disk(folder: Path) -> int:
    """Bytes on disk, in whole blocks."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))


def _differ(one: Path, other: Path) -> int:
    names = [
        {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
        for site in (one, other)
    ]
    _, different, unread = filecmp.cmpfiles(one, other, names[0] & names[1], shallow=False)
    return len(names[0] ^ names[1]) + len(different) + len(unread)


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True, env=os.environ)
