"""A large product: where some records decide an answer, no other is looked at, and each of them is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.folders import KB, PRODUCTS, Worktree
from forewarn.store.catalogue.reader import Reader
from forewarn.store.catalogue.some import load_deciding, load_products
from kb_builder import Kb

NOTES = "A line of the notes.\n" * 8_000
VERSIONS = ("1.0", "2.0", "3.0", "3.1")


class _Later(Cache):
    """A cache in which whatever was written lies long before."""

    def now(self) -> int:
        return 2**62


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a product of much text, which was read when it had been as it is for long."""
    kb = Kb(tmp_path).product("recorder", "Recorder")
    for version in VERSIONS:
        text = f"---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n{NOTES}"
        kb.write(f"releases/recorder/{version}.md", text)
    kb.write("releases/recorder/3.0.briefing.md", "Say this.\n")
    worktree = Worktree(tmp_path)
    reader, folders = Reader(worktree, _Later(tmp_path)), worktree.folders()
    reader.products(folders[PRODUCTS])
    reader.part("recorder", folders["recorder"])
    reader.articles(folders[KB])
    return tmp_path / "releases" / "recorder"


def edit(path: Path, old: bytes = b"shipped", new: bytes = b"staged ") -> None:
    """Write other text of the same size in place, and put the time back."""
    times = path.stat()
    with path.open("r+b") as file:
        text = file.read().replace(old, new)
        file.seek(0)
        file.write(text)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def known(folder: Path, decides: tuple[str, ...] | None) -> dict[str, str]:
    """What is known of each release if these decide."""
    loaded = load_deciding(
        folder.parents[1],
        "recorder",
        lambda kept: decides and [v for v in decides if ("recorder", v) in kept.releases],
    )
    catalogue = loaded.catalogue
    said = {version: one.status.value for (_, version), one in catalogue.releases.items()}
    return said | {f"{v} briefing": one.text.strip() for (_, v), one in catalogue.briefings.items()}


def truth(folder: Path) -> dict[str, str]:
    """The same by all files."""
    catalogue = load_products(folder.parents[1], {"recorder"}).catalogue
    said = {version: one.status.value for (_, version), one in catalogue.releases.items()}
    return said | {f"{v} briefing": one.text.strip() for (_, v), one in catalogue.briefings.items()}


def test_of_what_does_not_decide_an_edit_in_place_is_seen_by_whoever_asks_for_it(
    folder: Path,
) -> None:
    before = known(folder, ("3.1", "3.0"))
    edit(folder / "1.0.md")
    assert known(folder, ("3.1", "3.0")) == before, "nobody has looked there"
    assert known(folder, ("3.1", "1.0")) == {**before, "1.0": "staged"}


def test_where_any_may_decide_all_are_looked_at(folder: Path) -> None:
    edit(folder / "1.0.md")
    assert known(folder, None)["1.0"] == "staged"


def _a_link(folder: Path) -> None:
    (folder / "3.0.md").rename(folder.parent / "there")
    (folder / "3.0.md").symlink_to("../there")


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda folder: edit(folder / "3.0.md"),
    "its briefing": lambda folder: edit(folder / "3.0.briefing.md", b"this", b"that"),
    "gone": lambda folder: (folder / "3.0.md").unlink(),
    "a link": _a_link,
    "another came": lambda folder: (folder / "4.0.md").write_bytes(
        (folder / "3.0.md").read_bytes()
    ),
    "another went": lambda folder: (folder / "1.0.md").unlink(),
    "another name": lambda folder: (folder / "1.0.md").rename(folder / "4.0.md"),
    "a folder": lambda folder: (
        (folder / "old").mkdir(),
        (folder / "1.0.md").rename(folder / "old" / "1.0.md"),
    ),
    "the product": lambda folder: edit(folder / "product.yml", b"loose", b"louse"),
    "broken": lambda folder: edit(folder / "3.0.md", b"shipped", b"shippd "),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_that_may_matter_is_seen(folder: Path, change: Callable[[Path], object]) -> None:
    before = known(folder, ("3.1", "3.0"))
    change(folder)
    now = known(folder, ("3.1", "3.0"))
    assert now == truth(folder)
    assert now != before
    assert known(folder, ("3.1", "3.0")) == now


def test_a_damaged_cache_changes_nothing(folder: Path) -> None:
    before, shard = truth(folder), folder.parents[1] / ".forewarn" / "cache" / "recorder.shard"
    data = shard.read_bytes()
    for at in (*range(0, 400, 97), *range(400, len(data), len(data) // 6)):
        shard.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert known(folder, ("3.1", "3.0")) == before
