"""Two processes that list the folders of records see what one would have seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forewarn.store.catalogue import folders, listing_process
from forewarn.store.catalogue.folders import Worktree
from forewarn.store.catalogue.listing import messages
from kb_builder import Kb
from waiting import wait_for

pytestmark = pytest.mark.skipif(
    (os.cpu_count() or 1) < 2 or os.name != "posix", reason="there is no other process here"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Folders with other folders, a link and other files in them, an empty one, and a file."""
    kb = Kb(tmp_path)
    for product in ("adapter", "archive", "player", "recorder"):
        kb.product(product, product).release(product, "1.0").release(product, "1.0-é")
    kb.write("releases/archive/old/deep/0.9.md", "old").write("releases/player/notes.txt", "text")
    (tmp_path / "releases/player/1.1.md").symlink_to("1.0.md")
    (tmp_path / "releases/recorder/2.0.md").mkdir()
    (tmp_path / "releases/zero").mkdir()
    (tmp_path / "releases/zz").write_text("a file")
    return tmp_path


def listed(root: Path) -> dict[str, list[tuple[str, object]]]:
    """Every folder with its files in their order."""
    return {name: [*files.items()] for name, files in Worktree(root).folders().items()}


def test_two_processes_see_what_one_sees(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = listed(root)
    assert "releases/archive/old/deep/0.9.md" in dict(alone["archive"])
    monkeypatch.setattr(folders, "_MANY", 0)
    assert listed(root) == alone
    assert list(listed(root)) == list(alone)


def test_what_the_other_has_seen_is_not_looked_at_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sees the last folder as it was before a release came, which only its word can tell."""
    before = listed(root)["recorder"]
    take, asked = listing_process.Listings.take, []

    def late(listings: listing_process.Listings, name: str) -> object:
        if name != "recorder":
            return None
        found = wait_for(lambda: take(listings, name))
        Kb(root).release("recorder", "3.0")
        asked.append(name)
        return found

    monkeypatch.setattr(folders, "_MANY", 0)
    monkeypatch.setattr(listing_process.Listings, "take", late)
    assert listed(root)["recorder"] == before
    assert asked == ["recorder"]


def test_the_last_folder_is_the_first_and_what_is_none_is_left_out(root: Path) -> None:
    data = b"".join(messages(str(root / "releases")))
    places = [data.index(name) for name in (b"zero", b"recorder", b"player", b"archive")]
    assert places == sorted(places)
    assert b"zz" not in data


@pytest.mark.parametrize(
    "script",
    [
        "",
        "import sys; sys.stdout.buffer.write(b'no listing at all' * 99)",
        "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\1N\\0\\0\\1\\0half')",
    ],
    ids=["ends at once", "tells nonsense", "ends amid a folder"],
)
def test_a_process_that_comes_to_grief_hides_no_file(
    root: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    alone = listed(root)
    begin, begun = listing_process._begin, []

    def begin_and_let_it_end(top: str) -> subprocess.Popen[bytes] | None:
        process = begin(top)
        assert process
        process.wait()
        begun.append(process)
        return process

    monkeypatch.setattr(folders, "_MANY", 0)
    monkeypatch.setattr(
        listing_process.child, "python_file", lambda _: [sys.executable, "-c", script]
    )
    monkeypatch.setattr(listing_process, "_begin", begin_and_let_it_end)
    assert listed(root) == alone
    assert begun


def test_where_no_process_can_be_had_one_lists_all(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError("no more processes")

    alone = listed(root)
    monkeypatch.setattr(folders, "_MANY", 0)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert listed(root) == alone


def test_where_names_are_not_read_as_utf_8_nobody_else_reads_them(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = listed(root)
    monkeypatch.setattr(folders, "_MANY", 0)
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "iso8859-1")
    monkeypatch.setattr(listing_process, "_begin", lambda top: pytest.fail("it was begun"))
    assert listed(root) == alone
