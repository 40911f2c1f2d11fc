"""What another process reads is found in the cache, and is what the files say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forewarn.store.catalogue.beside import reading_beside
from forewarn.store.catalogue.cache import Cache
from forewarn.store.catalogue.whole import load_from_the_end, load_worktree
from kb_builder import story
from waiting import wait_for


def _products(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "releases").iterdir() if path.is_dir())


def test_what_is_read_from_the_end_is_what_would_have_been_read(tmp_path: Path) -> None:
    read, fresh = story(tmp_path / "read").root, story(tmp_path / "fresh").root
    last = _products(read)[-1]
    from_the_end = load_from_the_end(read)
    assert Cache(read).hints(last) is not None
    wanted = load_worktree(fresh)
    for loaded in (from_the_end, load_worktree(read)):
        assert list(loaded.catalogue.releases.items()) == list(wanted.catalogue.releases.items())
        assert loaded.findings == wanted.findings


def test_what_is_in_the_cache_is_left_alone(tmp_path: Path) -> None:
    root = story(tmp_path / "kb").root
    load_worktree(root)
    shards = [root / f".forewarn/cache/{name}.shard" for name in _products(root)]
    before = [shard.stat().st_ino for shard in shards]
    load_from_the_end(root)
    assert [shard.stat().st_ino for shard in shards] == before


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is no processor for it")
def test_another_process_reads_while_a_block_runs(tmp_path: Path) -> None:
    root = story(tmp_path / "kb").root
    with reading_beside(root):
        wait_for(lambda: all(Cache(root).hints(name) for name in _products(root)) or None)
    assert all(Cache(root).hints(name) for name in _products(root))
