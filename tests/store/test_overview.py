"""The hints of all shards in one place are those of the shards that are there, or are not used."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forewarn.store.catalogue.cache import Cache, Hints
from forewarn.store.catalogue.overview import Overview

NAMES = [f"product-{number}" for number in range(20)]
LATER = 2**62  # nanoseconds; whatever was written lies long before


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A cache of twenty shards, whose hints were looked up once."""
    made = Cache(tmp_path)
    for number, name in enumerate(NAMES):
        made.write(name, {}, Hints.of(number, [f"version {number}"]))
    found(made, LATER)
    return made


def found(cache: Cache, now: int = 0) -> dict[str, Hints | None]:
    """The hints of each product, which are kept as of `now`."""
    overview = Overview(cache)
    hints = {name: overview.find(name) for name in NAMES}
    overview.keep(lambda: now)
    return hints


def of_the_shards(cache: Cache) -> dict[str, Hints | None]:
    return {name: cache.hints(name) for name in NAMES}


class _Closed(Cache):
    """Opens no shard of a product."""

    def hints(self, name: str) -> Hints | None:
        raise AssertionError(name)


def test_what_was_looked_up_is_kept_and_is_what_the_shards_say(
    cache: Cache, tmp_path: Path
) -> None:
    assert found(_Closed(tmp_path)) == of_the_shards(cache)


def _replace(cache: Cache, folder: Path) -> None:
    path = folder / "product-3.shard"
    before = path.stat()
    cache.write("product-3", {}, Hints.of(3, ["version 9"]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _swap(cache: Cache, folder: Path) -> None:
    (folder / "product-3.shard").rename(folder / "between")
    (folder / "product-4.shard").rename(folder / "product-3.shard")
    (folder / "between").rename(folder / "product-4.shard")


CHANGES: dict[str, Callable[[Cache, Path], None]] = {
    "written again": _replace,
    "gone": lambda cache, folder: (folder / "product-3.shard").unlink(),
    "swapped": _swap,
    "cut short": lambda cache, folder: os.truncate(folder / "product-3.shard", 50),
    "a link": lambda cache, folder: (
        (folder / "product-3.shard").rename(folder / "there"),
        (folder / "product-3.shard").symlink_to("there"),
    )[1],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_shard_that_is_another_now_is_asked_itself(
    cache: Cache, tmp_path: Path, change: Callable[[Cache, Path], None]
) -> None:
    before = of_the_shards(cache)
    change(cache, tmp_path / ".forewarn/cache")
    assert found(cache) == of_the_shards(cache) != before


def test_a_shard_that_was_written_just_now_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for name in NAMES:
        cache.write(name, {}, Hints.of(1, [name]))
    found(cache, (tmp_path / ".forewarn/cache/product-3.shard").stat().st_mtime_ns)
    assert cache.read("_hints") is None


def _rows(make: Callable[[tuple[int, ...] | None], Any]) -> Callable[[Cache], Any]:
    return lambda cache: {name: make(cache.mark(name)) for name in NAMES}


HOSTILE: dict[str, Callable[[Cache], Any]] = {
    "no rows": lambda cache: None,
    "a list": lambda cache: [1, 2],
    "numbers": _rows(lambda mark: 7),
    "too few": _rows(lambda mark: (mark, 1)),
    "text": _rows(lambda mark: (mark, 1, "words")),
    "no time": _rows(lambda mark: (mark, "1", b"")),
    "other marks": _rows(lambda mark: ((1, 2, 3, 4), 1, b"")),
}


@pytest.mark.parametrize("rows", HOSTILE.values(), ids=HOSTILE.keys())
def test_nonsense_in_their_place_changes_no_answer(
    cache: Cache, rows: Callable[[Cache], Any]
) -> None:
    cache.write("_hints", {"rows": rows(cache)}, Hints.of(0, ()))
    assert found(cache) == of_the_shards(cache)
    assert None not in found(cache).values()
