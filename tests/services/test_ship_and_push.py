"""Release managers who ship at the same time from their own clones all land, and nobody forces."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from command_line import Kb, own_git, run
from own_process import forewarn

pytestmark = pytest.mark.slow

MANAGERS = 8
RECORD = "releases/recorder/2.{}.md"


@dataclass(frozen=True)
class Shared:
    """A bare repository, and clones of it."""

    bare: Path

    def clone(self, to: Path) -> Kb:
        subprocess.run(["git", "clone", "-q", str(self.bare), str(to)], check=True)
        return Kb(to)

    def git(self, *words: str) -> str:
        command = ["git", "-C", str(self.bare), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Eight staged releases of the recorder, and a player that must keep in lockstep."""
    root = tmp_path_factory.mktemp("shared")
    with own_git():
        assert run("init", str(root / "kb")).code == 0
        kb = Kb(root / "kb")
        for product in ("recorder", "player"):
            kb.run("product", "add", product, "--name", product.title(), "--scheme", "loose")
        for n in range(MANAGERS):
            url = f"windows=https://downloads.example.com/recorder-2.{n}.exe"
            kb.run("release", "add", "recorder", f"2.{n}", "--download", url)
        subprocess.run(
            ["git", "clone", "-q", "--bare", str(kb.root), str(root / "bare.git")], check=True
        )
    return Shared(root / "bare.git")


@pytest.fixture
def shared(made: Shared, tmp_path: Path) -> Iterator[Shared]:
    shutil.copytree(made.bare, tmp_path / "bare.git", symlinks=True)
    with own_git():
        yield Shared(tmp_path / "bare.git")


def test_eight_who_ship_at_once_all_land_without_force(shared: Shared, tmp_path: Path) -> None:
    before = shared.git("rev-parse", "main").strip()
    shared.git("config", "receive.denyNonFastForwards", "true")
    clones = [shared.clone(tmp_path / f"clone{n}") for n in range(MANAGERS)]
    (clones[0].root / "notes.txt").write_text("an edit of one's own\n")
    running = [
        forewarn("-C", str(clone.root), "release", "ship", "recorder", f"2.{n}", "--push")
        for n, clone in enumerate(clones)
    ]
    ran = [process.wait() for process in running]
    assert [one.code for one in ran] == [0] * MANAGERS, "\n".join(one.err for one in ran)
    log = shared.git("log", "--format=%s", f"{before}..main").splitlines()
    assert sorted(log) == [f"Ship Recorder 2.{n}" for n in range(MANAGERS)]
    assert shared.git("rev-list", "--merges", "main") == ""
    for n in range(MANAGERS):
        assert "status: shipped" in shared.git("show", f"main:{RECORD.format(n)}")
    assert (clones[0].root / "notes.txt").read_text() == "an edit of one's own\n"
    assert clones[0].git("status", "--porcelain") == "?? notes.txt\n"


def test_the_gate_is_asked_again_with_what_others_have_pushed(
    shared: Shared, tmp_path: Path
) -> None:
    ours, theirs = shared.clone(tmp_path / "ours"), shared.clone(tmp_path / "theirs")
    record = theirs.root / RECORD.format(1)
    theirs.run("release", "add", "player", "2.4", "--download", "windows=https://example.com/p.exe")
    theirs.run("release", "ship", "player", "2.4")
    product = theirs.root / "releases/recorder/product.yml"
    product.write_text(product.read_text() + "lockstep: [player]\n")
    broken = theirs.read(RECORD.format(2)).replace(
        "\n---\n", '\ncompatibility:\n  - {with: player, versions: "<9", verdict: breaks}\n---\n', 1
    )
    theirs.write(RECORD.format(2), broken)
    theirs.commit("It breaks the player")
    theirs.git("push", "-q", "origin", "main")
    assert record.exists()
    refused = ours.run("release", "ship", "recorder", "2.2", "--push", code=1)
    assert "was changed on origin meanwhile" in refused.err
    assert "git pull --rebase origin main" in refused.err
    ours.git("reset", "-q", "--hard", "HEAD~1")
    shipped = ours.run("release", "ship", "recorder", "2.1", "--push", "origin")
    assert "made the commit again on top of what origin has" in shipped.err
    assert ours.head == shared.git("rev-parse", "main").strip()


def test_a_gate_that_others_have_closed_meanwhile_ships_nothing(
    shared: Shared, tmp_path: Path
) -> None:
    ours, theirs = shared.clone(tmp_path / "ours"), shared.clone(tmp_path / "theirs")
    breaking = ours.read(RECORD.format(3)).replace(
        "\n---\n", '\ncompatibility:\n  - {with: player, versions: "<9", verdict: breaks}\n---\n', 1
    )
    ours.write(RECORD.format(3), breaking)
    ours.commit("What it breaks")
    ours.git("push", "-q", "origin", "main")
    theirs.git("pull", "-q")
    theirs.run("release", "add", "player", "2.4", "--download", "windows=https://example.com/p.exe")
    theirs.run("release", "ship", "player", "2.4")
    product = theirs.root / "releases/recorder/product.yml"
    product.write_text(product.read_text() + "lockstep: [player]\n")
    theirs.commit("The player must keep working")
    theirs.git("push", "-q", "origin", "main")
    refused = ours.run("release", "ship", "recorder", "2.3", "--push", code=1)
    assert "with what origin has by now, recorder@2.3 breaks player@2.4" in refused.err
    assert "nothing was shipped or pushed" in refused.err
    assert ours.head == theirs.head == shared.git("rev-parse", "main").strip()
    assert "status: staged" in ours.read(RECORD.format(3))


def test_what_was_committed_of_the_same_release_goes_along_and_is_named(
    shared: Shared, tmp_path: Path
) -> None:
    ours = shared.clone(tmp_path / "ours")
    ours.run("release", "add", "recorder", "3.0", "--download", "windows=https://example.com/r.exe")
    shipped = ours.run("release", "ship", "recorder", "3.0", "--push")
    assert "pushed to origin, with 'Record Recorder 3.0 as staged'" in shipped.err
    assert ours.head == shared.git("rev-parse", "main").strip()


def test_other_commits_that_are_only_here_are_not_pushed_along(
    shared: Shared, tmp_path: Path
) -> None:
    ours, theirs = shared.clone(tmp_path / "ours"), shared.clone(tmp_path / "theirs")
    theirs.run("release", "ship", "recorder", "2.0", "--push")
    ours.write("kb/draft.txt", "x")
    ours.commit("A draft")
    refused = ours.run("release", "ship", "recorder", "2.1", "--push", code=1)
    assert "there are 2 commits here that origin does not have" in refused.err
    assert shared.git("rev-parse", "main").strip() == theirs.head
    ours.git("pull", "-q", "--rebase")
    refused = ours.run("release", "ship", "recorder", "2.5", "--push", code=1)
    assert "there are 3 commits here that origin does not have" in refused.err
    assert shared.git("rev-parse", "main").strip() == theirs.head
    nowhere = ours.run("release", "ship", "recorder", "2.4", "--push", "nowhere", code=4)
    assert "could not be pushed to nowhere" in nowhere.err
    assert "recorder@2.4 is committed here, and not pushed" in nowhere.err
    assert "`git push nowhere main`" in nowhere.err
    assert "If it was not pushed" in ours.run("release", "ship", "recorder", "2.4", code=1).err
