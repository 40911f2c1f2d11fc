"""What another process finds is what would have been found here, and is believed only as such."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from forewarn.services.check.beside import LookingBeside, look_from_the_end
from forewarn.services.check.looks import around_of, looks
from forewarn.services.check.memory import Memory
from forewarn.services.check.run import check, check_catalogue
from forewarn.store.catalogue import beside, whole
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb
from waiting import wait_for

two_processors = pytest.mark.skipif(
    (os.cpu_count() or 1) < 2, reason="there is no processor for it"
)


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """A finding in the first product, one in the last, and one in an article."""
    kb = Kb(tmp_path).product("adapter", "Adapter").product("player", "Player")
    kb.release("adapter", "1.0", "2031-03-01").release("player", "2.4", "2031-03-01")
    return kb.article("how", "How", more="opened: 2031-03-01\n")


def rows_found_here(kb: Kb) -> dict[str, Any]:
    """Every row of `check`, with what it follows from."""
    loaded = load_worktree(kb.root)
    around = around_of(loaded, load_settings(kb.root), TODAY)
    memory = Memory(kb.root, loaded, around)
    found = {}
    for name, look in looks(around, loaded).items():
        memory.findings(name, look)
        found[name] = memory.row(name)
    return found


def basis(kb: Kb, today: date = TODAY) -> Any:
    loaded = load_worktree(kb.root)
    return Memory(kb.root, loaded, around_of(loaded, load_settings(kb.root), today)).basis


@pytest.fixture
def all_rows(kb: Kb) -> Iterator[Callable[[], Mapping[str, Any]]]:
    """What another process has come to once it has looked at everything."""
    with closing(LookingBeside(kb.root, TODAY)) as looking:
        looking.begin()
        count = len(rows_found_here(kb))
        yield lambda: wait_for(
            lambda: rows if len(rows := looking.rows(basis(kb))) == count else None
        )


@two_processors
def test_another_process_comes_to_the_same(
    kb: Kb, all_rows: Callable[[], Mapping[str, Any]]
) -> None:
    found = all_rows()
    assert found == rows_found_here(kb)
    assert all(found[name][3] for name in ("adapter", "player"))


@two_processors
def test_what_was_found_for_another_day_is_not_believed(kb: Kb) -> None:
    with closing(LookingBeside(kb.root, TODAY)) as looking:
        looking.begin()
        wait_for(lambda: looking.rows(basis(kb)))
        assert not looking.rows(basis(kb, TODAY.replace(year=2031)))


def test_the_last_product_is_looked_at_first(kb: Kb) -> None:
    told = BytesIO()
    look_from_the_end(kb.root, TODAY, told)
    data = told.getvalue()
    assert 0 < data.index(b"releases/player") < data.index(b"releases/adapter")


def test_what_others_found_is_taken_over_where_it_follows_from_the_same(kb: Kb) -> None:
    """By a row that says of the player what is said of the adapter: only belief can show it."""
    rows = rows_found_here(kb)
    rows["player"] = (*rows["player"][:3], rows.pop("adapter")[3])
    settings = load_settings(kb.root)

    def found() -> list[str]:
        for shard in (kb.root / ".forewarn/cache").glob("_findings*"):
            shard.unlink()
        loaded = load_worktree(kb.root)
        more = check_catalogue(
            loaded, settings, TODAY, remembered=kb.root, others=lambda basis: rows
        )
        return [finding.place.file for finding in more]

    assert found() == ["releases/adapter/1.0.md", "releases/adapter/1.0.md", "kb/how.md"]
    kb.release("player", "2.4", "2031-04-01")
    assert found() == ["releases/adapter/1.0.md", "releases/player/2.4.md", "kb/how.md"]


@two_processors
@pytest.mark.parametrize(
    "script",
    [
        "",
        "print('no row' * 9)",
        "import sys; sys.stdout.buffer.write(b'NN')",
    ],
    ids=["ends at once", "tells nonsense", "tells nothing"],
)
def test_a_process_that_comes_to_grief_changes_no_finding(
    kb: Kb, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    alone = check(kb.root, today=TODAY)
    assert len(alone.findings) == 3
    begun: list[subprocess.Popen[bytes]] = []

    def begin(module: str, *arguments: str, told: int) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-c", script]
        begun.append(subprocess.Popen(line, stdin=subprocess.PIPE, stdout=told))
        begun[-1].wait()  # what it tells is in the pipe
        return begun[-1]

    monkeypatch.setattr(whole, "_MANY_UNREAD", 0)
    monkeypatch.setattr(beside, "begin", begin)
    for shard in (kb.root / ".forewarn/cache").glob("*"):
        shard.unlink()
    assert check(kb.root, today=TODAY) == alone
    assert begun
    assert begun[0].returncode is not None


@two_processors
def test_many_unread_records_are_looked_at_by_two_with_the_same_findings(
    kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = check(kb.root, today=TODAY)
    monkeypatch.setattr(whole, "_MANY_UNREAD", 0)
    for shard in (kb.root / ".forewarn/cache").glob("*"):
        shard.unlink()
    assert check(kb.root, today=TODAY) == alone
