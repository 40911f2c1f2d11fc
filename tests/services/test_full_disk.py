"""A disk that is really full, or mounted for reading only: all of a command is done or nothing, and alerts go all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Kb, run

URL = "windows=https://downloads.example.com/recorder-2.8.exe"
KB = 1024

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk"
    ),
]


class Disk:
    """A disk of a few megabytes, with a knowledge base on it."""

    def __init__(self, place: Path) -> None:
        self.kb = Kb(place / "kb")
        self._fill = place / "fill"

    def leave(self, room: int) -> None:
        """Fill it up to so many bytes."""
        self._fill.unlink(missing_ok=True)
        free = shutil.disk_usage(self._fill.parent).free
        self._fill.write_bytes(b"x" * max(0, free - room))

    def empty(self) -> None:
        self._fill.unlink()

    def lock(self) -> None:
        """Mount it for reading only."""
        place = str(self._fill.parent)
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)]
    subprocess.run(mounted, check=True)
    try:
        disk = Disk(place)
        assert run("init", str(disk.kb.root)).code == 0
        disk.kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
        disk.kb.run("release", "add", "recorder", "2.8", "--download", URL)
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_writing_command_on_a_full_disk_has_done_all_or_nothing(disk: Disk) -> None:
    kb = disk.kb
    record = kb.read("releases/recorder/2.8.md")
    words = ("-C", str(kb.root), "release", "ship", "recorder", "2.8")
    head, refused = kb.head, 0
    for room in range(0, 100 * KB, 4 * KB):
        disk.leave(room)
        ran = run(*words)
        disk.empty()
        assert "Traceback" not in ran.err
        assert kb.git("status", "--porcelain") == ""
        assert not list((kb.root / ".git").rglob("*.lock"))
        if ran.code == 0:
            assert kb.git("rev-list", "--count", f"{head}..HEAD") == "1\n"
            break
        assert ran.code == 4
        assert "Free some space" in ran.err or "Make room on the disk" in ran.err, ran.err
        assert kb.head == head and kb.read("releases/recorder/2.8.md") == record
        refused += 1
    assert ran.code == 0 and refused > 3


def test_where_a_site_has_no_room_the_old_one_stays_and_the_alert_goes(disk: Disk) -> None:
    kb = disk.kb
    kb.run("publish", "--audience", "public")
    before = kb.read("site/public/index.html")
    kb.run("release", "ship", "recorder", "2.8")
    disk.leave(300 * KB)
    ran = kb.run("publish", "--audience", "public", code=4)
    assert "1 sent" in ran.out and "No space left" in ran.err and "Traceback" not in ran.err
    assert len(kb.mails()) == 1
    assert kb.read("site/public/index.html") == before
    assert not list((kb.root / "site/.builds").glob("*.part"))
    disk.empty()
    assert "nothing new to tell" in kb.run("publish", "--audience", "public").out
    assert (kb.root / "site/public/products/recorder/2.8/index.html").exists()
    assert len(kb.mails()) == 1, "and nobody is told twice"


def test_builds_from_before_give_way_to_a_new_one(disk: Disk) -> None:
    kb = disk.kb
    kb.run("publish", "--audience", "public", "--no-deliver")
    first = (kb.root / "site/public").resolve()
    size = sum(p.stat().st_size for p in first.rglob("*") if p.is_file())
    kb.run("release", "ship", "recorder", "2.8")
    # Every page again, so that the two share no file, and the first one's room is worth something.
    kb.run("publish", "--audience", "public", "--no-deliver", "--fresh")
    assert first.exists()
    kb.run("release", "withdraw", "recorder", "2.8", "--reason", "It loses sound.")
    disk.leave(size * 2 // 3)
    ran = kb.run("publish", "--audience", "public", "--no-deliver", "--fresh")
    assert "the disk is full: removed the public site's builds from before" in ran.err
    assert not first.exists()
    assert "It loses sound." in kb.read("site/public/products/recorder/2.8/index.html")


def test_a_disk_that_is_mounted_for_reading_only_is_named_and_no_permissions_are(
    disk: Disk,
) -> None:
    kb = disk.kb
    kb.run("publish", "--audience", "public")
    disk.lock()
    assert "Recorder 2.8" in kb.run("identify", "recorder 2.8").out
    for words in (
        ("forget", "seed"),
        ("deliver",),
        ("publish",),
        ("watch",),
        ("release", "ship", "recorder", "2.8"),
        ("release", "edit", "recorder", "2.8"),
        ("issue", "new", "no-sound"),
        ("init", str(kb.root.parent / "other")),
    ):
        ran = run("-C", str(kb.root), *words)
        assert ran.code == 4, (words, ran)
        assert "Mount that disk for writing" in ran.err, (words, ran.err)
        assert "permission" not in ran.err and "user" not in ran.err
    tried = run("-C", str(kb.root), "channels", "test", "inbox").err
    assert "cannot write: Read-only file system" in tried and "fault of its own" not in tried
    looked = kb.run("doctor", code=1).out
    assert "mounted for reading only: questions are answered, and nothing is kept" in looked
