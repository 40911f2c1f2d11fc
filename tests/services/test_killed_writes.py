"""A writing command that dies, is stopped, or finds the disk full: all of it is done, or nothing.

The next command finishes or undoes what the dead one was at, and repeating it does the rest.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

import write_and_die
from command_line import Kb, Ran, run
from forewarn.store.state.interface import PUBLISHED
from forewarn.store.state.opening import open_state
from own_process import OwnProcess, forewarn
from waiting import wait_for

pytestmark = pytest.mark.slow

URL = "windows=https://downloads.example.com/recorder-2.8.exe"
RECORD = "releases/recorder/2.8.md"
SHIP = ("release", "ship", "recorder", "2.8")
# Step of the command: the audit event, and what it is about.
STEPS = {
    "before its journal": ("os.link", "before/0"),
    "with its journal": ("os.rename", "journal"),
    "before the record": ("os.rename", RECORD),
    "before the index is locked": ("os.link", "index.lock"),
    "with the index locked": ("shutil.copyfile", "forewarn/index"),
    "before Git commits": ("subprocess.Popen", "--pathspec-file-nul"),
    "before the index is brought along": ("os.rename", "git/index"),
    "before the index is unlocked": ("os.remove", "git/index.lock"),
    "before its journal goes": ("os.remove", "journal"),
}


@pytest.fixture
def staged(acme: Kb) -> Kb:
    """Recorder 2.8 waits to be shipped."""
    acme.run("release", "add", "recorder", "2.8", "--download", URL)
    return acme


def die(kb: Kb, event: str, part: str, number: int, *words: str, full: bool = False) -> Ran:
    command = ["-C", str(kb.root), *words]
    return OwnProcess(write_and_die.run, event, part, number, command, full).wait()


def left_behind(kb: Kb) -> list[str]:
    """Locks, half-written files and notes of a command that has ended."""
    files = [path.relative_to(kb.root).as_posix() for path in kb.root.rglob("*") if path.is_file()]
    ours = [path for path in files if path.startswith(".git/forewarn/") and path[-5:] != "/lock"]
    locks = [path for path in files if ".git/" in path and path.endswith((".lock", ".forewarn"))]
    return [*ours, *locks, *(p for p in files if p.startswith("releases/") and "/." in p)]


def shipped_once(kb: Kb) -> None:
    assert kb.git("log", "--format=%s").count("Ship Recorder 2.8\n") == 1
    assert "status: shipped" in kb.git("show", f"HEAD:{RECORD}")
    assert kb.git("status", "--porcelain") == ""
    assert left_behind(kb) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_ship_that_died_is_finished_or_undone_and_can_be_repeated(staged: Kb, step: str) -> None:
    assert die(staged, *STEPS[step], 1, *SHIP).code == -signal.SIGKILL
    staged.run("release", "list")
    assert staged.git("status", "--porcelain") == ""
    again = run("-C", str(staged.root), *SHIP)
    assert again.code == 0 or "has shipped already" in again.err
    shipped_once(staged)


def test_the_next_command_says_what_became_of_the_one_that_died(staged: Kb) -> None:
    die(staged, "os.link", "index.lock", 1, *SHIP)
    said = staged.run("release", "list").err
    assert "a command died while it was writing: 'Ship Recorder 2.8'" in said
    assert "run it again" in said
    die(staged, "os.rename", "git/index", 1, *SHIP)
    assert "its commit was made" in staged.run("release", "list").err
    assert staged.run("release", "list").err == staged.run("release", "list").err
    shipped_once(staged)


@pytest.mark.parametrize("kind", ["pre-commit", "post-commit", "reference-transaction"])
def test_where_git_dies_with_the_command_its_locks_go_with_the_next(staged: Kb, kind: str) -> None:
    hook = staged.write(f".git/hooks/{kind}", "#!/bin/sh\nkill -9 0\n")
    hook.chmod(0o755)
    process = forewarn("-C", str(staged.root), *SHIP, leads=True)
    assert process.wait().code == -signal.SIGKILL
    hook.unlink()
    again = run("-C", str(staged.root), *SHIP)
    assert again.code == 0 or "has shipped already" in again.err
    shipped_once(staged)


def test_where_git_alone_dies_all_is_as_it_was(staged: Kb) -> None:
    hook = staged.write(".git/hooks/pre-commit", "#!/bin/sh\nkill -9 $PPID\n")
    hook.chmod(0o755)
    before = staged.read(RECORD)
    staged.run(*SHIP, code=4)
    assert staged.read(RECORD) == before
    assert staged.git("status", "--porcelain") == ""
    assert left_behind(staged) == []


def test_what_a_living_git_has_locked_stays_locked(staged: Kb) -> None:
    theirs = staged.root / f".git/next-index-{os.getpid()}.lock"
    hook = staged.write(".git/hooks/pre-commit", f"#!/bin/sh\n: > {theirs}\nexit 1\n")
    hook.chmod(0o755)
    staged.run(*SHIP, code=4)
    assert left_behind(staged) == [theirs.relative_to(staged.root).as_posix()]


def test_a_git_that_outlives_the_command_is_waited_for(staged: Kb) -> None:
    begun = staged.root.parent / "begun"
    hook = staged.write(".git/hooks/pre-commit", f"#!/bin/sh\n: > {begun}\nsleep 1\n")
    hook.chmod(0o755)
    process = forewarn("-C", str(staged.root), *SHIP)
    wait_for(begun.exists)
    process.kill()
    again = run("-C", str(staged.root), *SHIP)
    assert "has shipped already" in again.err
    shipped_once(staged)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_stopped_while_git_is_at_it_leaves_all_as_it_was(
    staged: Kb, number: signal.Signals
) -> None:
    begun = staged.root.parent / "begun"
    hook = staged.write(".git/hooks/pre-commit", f"#!/bin/sh\n: > {begun}\nexec sleep 30\n")
    hook.chmod(0o755)
    before = staged.read(RECORD)
    process = forewarn("-C", str(staged.root), *SHIP)
    wait_for(begun.exists)
    process.send_signal(number)
    assert process.wait().code == 128 + number
    assert staged.read(RECORD) == before
    assert staged.git("status", "--porcelain") == ""
    assert left_behind(staged) == []


def test_what_a_file_says_and_no_commit_does_is_committed_by_ship(staged: Kb) -> None:
    staged.run(*SHIP)
    staged.git("reset", "-q", "HEAD~1")
    staged.run(*SHIP)
    shipped_once(staged)
    staged.run("release", "withdraw", "recorder", "2.8", "--reason", "no sound")
    staged.git("reset", "-q", "HEAD~1")
    ran = run("-C", str(staged.root), "release", "withdraw", "recorder", "2.8", "--reason", "x")
    assert ran.code == 1
    assert f"No commit has it yet, so nobody hears of it: `git commit -- {RECORD}`." in ran.err


def test_what_somebody_has_written_since_is_not_touched(staged: Kb) -> None:
    die(staged, "os.link", "index.lock", 1, *SHIP)
    staged.write(RECORD, staged.read(RECORD) + "Mine.\n")
    assert f"{RECORD} has been changed since" in staged.run("release", "list").err
    assert staged.read(RECORD).endswith("Mine.\n")


def test_an_edit_that_was_not_committed_outlives_the_command(staged: Kb) -> None:
    edited = staged.read(RECORD) + "Notes.\n"
    staged.write(RECORD, edited)
    die(staged, "subprocess.Popen", "--pathspec-file-nul", 2, *SHIP)
    staged.run("release", "list")
    assert staged.read(RECORD) == edited


def test_four_at_once_ship_it_once(staged: Kb) -> None:
    four = [forewarn("-C", str(staged.root), *SHIP) for _ in range(4)]
    ran = [process.wait() for process in four]
    assert sorted(one.code for one in ran) == [0, 1, 1, 1]
    assert sum("has shipped already" in one.err for one in ran) == 3
    shipped_once(staged)


def test_a_lock_of_somebody_elses_git_is_respected(staged: Kb) -> None:
    staged.write(".git/index.lock", "")
    ran = run("-C", str(staged.root), *SHIP)
    assert ran.code == 4
    assert "another process of Git keeps the index locked" in ran.err
    assert (staged.root / ".git/index.lock").exists()
    (staged.root / ".git/index.lock").unlink()
    staged.run(*SHIP)
    shipped_once(staged)


def test_a_hook_sees_just_what_is_committed_and_may_change_it(staged: Kb) -> None:
    staged.write("kb/draft.md", "a draft\n")
    staged.git("add", "kb/draft.md")
    hook = staged.write(
        ".git/hooks/pre-commit",
        f"#!/bin/sh\ngit diff --cached --name-only > ../seen\ngrep -q shipped {RECORD}\n",
    )
    hook.chmod(0o755)
    staged.run(*SHIP)
    assert (staged.root.parent / "seen").read_text() == f"{RECORD}\n"
    assert staged.git("status", "--porcelain") == "A  kb/draft.md\n"


@pytest.mark.parametrize(
    "words",
    [
        SHIP,
        ("release", "rename", "recorder", "2.8", "2.8.1", "--reason", "a slip"),
        ("release", "remove", "recorder", "2.8", "--reason", "a slip"),
        ("product", "add", "exporter", "--name", "Exporter", "--scheme", "loose"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_where_the_disk_is_full_from_any_write_on_nothing_has_changed_or_all(
    staged: Kb, words: tuple[str, ...]
) -> None:
    head, before = staged.head, {p: p.read_bytes() for p in (staged.root / "releases").rglob("*.*")}
    for part in (".forewarn", "before", "lock-of-the-index", "forewarn/index"):
        ran = die(staged, "any", part, 1, *words, full=True)
        assert "Traceback" not in ran.err
        if staged.head != head:
            assert ran.code == 0, ran.err
            break
        assert ran.code == 4 and "No space left" in ran.err, (part, ran.err)
        assert {p: p.read_bytes() for p in (staged.root / "releases").rglob("*.*")} == before
        assert staged.git("status", "--porcelain") == ""
        assert left_behind(staged) == []


def test_an_import_that_is_killed_while_it_writes_is_the_same_when_it_is_repeated(acme: Kb) -> None:
    rows = "".join(f"1.{number},2025-01-02\n" for number in range(30))
    (acme.root.parent / "table.csv").write_text(f"Version,Date\n{rows}")
    words = (
        *("import", "csv", str(acme.root.parent / "table.csv"), "--product", "recorder"),
        *("--map", "version=Version", "--map", "released_at=Date"),
    )
    for event, part, number in (
        ("open", "x", 12),
        ("os.link", "1.17.md", 1),
        ("subprocess.Popen", "--pathspec-file-nul", 2),
    ):
        assert die(acme, event, part, number, *words).code == -signal.SIGKILL
    draft = acme.write("releases/recorder/1.3.md", "a draft of mine\n")
    assert acme.git("diff", "--cached", "--name-only") == ""
    acme.run(*words, code=0)
    assert draft.read_text() == "a draft of mine\n"
    assert acme.git("status", "--porcelain", "-uall") == "?? releases/recorder/1.3.md\n"
    assert len(acme.git("ls-files", "releases/recorder/1.*").split()) == 29
    assert left_behind(acme) == []


# Step of `init`: the audit event, what it is about, and whether its commit is made by then.
INIT_STEPS = {
    "before Git's folder": ("subprocess.Popen", "new", 1, False),
    "before its journal": ("os.rename", "journal", 1, False),
    "with its settings": ("os.link", "mkdocs.yml", 1, False),
    "before Git commits": ("subprocess.Popen", "--pathspec-file-nul", 2, False),
    "before its journal goes": ("os.remove", "journal", 1, True),
    "before the state": ("os.mkdir", ".forewarn", 1, True),
    "before its note goes": ("os.remove", "beginning", 1, True),
}


@pytest.mark.parametrize("step", INIT_STEPS)
def test_what_an_init_that_was_killed_had_begun_is_done_by_the_next_command(
    tmp_path: Path, step: str
) -> None:
    kb = Kb(tmp_path / "new")
    *where, made = INIT_STEPS[step]
    died = OwnProcess(write_and_die.run, *where, ["init", str(kb.root)], False).wait()
    assert died.code == -signal.SIGKILL
    # Whoever goes on with another command is told what there is, and nothing false.
    ran = run("-C", str(kb.root), "check")
    assert ran.code == (0 if made else 2), ran.err
    assert "no knowledge base here" in ran.err or made
    again = run("init", str(kb.root))
    assert again.code == (1 if made else 0), again.err
    assert "there is a knowledge base here already" in again.err or not made
    assert kb.git("log", "--format=%s") == "Begin the knowledge base new\n"
    assert kb.git("status", "--porcelain") == ""
    assert left_behind(kb) == []
    # From its commit on, all is news: also what is dated before it.
    with open_state(kb.root) as state:
        assert state.mark(PUBLISHED) == kb.head


def test_an_init_whose_last_step_has_no_room_is_finished_by_the_next_command(
    tmp_path: Path,
) -> None:
    kb = Kb(tmp_path / "new")
    command = ["init", str(kb.root)]
    ran = OwnProcess(write_and_die.run, "os.mkdir", ".forewarn", 1, command, True).wait()
    assert ran.code == 4 and "No space left" in ran.err
    said = kb.run("check").err
    assert "died at its last step, which is done now" in said
    with open_state(kb.root) as state:
        assert state.mark(PUBLISHED) == kb.head


def test_a_knowledge_base_in_a_repository_that_had_commits_begins_at_its_own(
    tmp_path: Path,
) -> None:
    kb = Kb(tmp_path / "old")
    subprocess.run(["git", "init", "-q", str(kb.root)], check=True)
    kb.git("commit", "-q", "--allow-empty", "-m", "Something else")
    command = ["init", str(kb.root)]
    died = OwnProcess(write_and_die.run, "os.mkdir", ".forewarn", 1, command, False).wait()
    assert died.code == -signal.SIGKILL
    kb.run("check")
    with open_state(kb.root) as state:
        assert state.mark(PUBLISHED) == kb.head


def test_what_git_was_killed_at_while_it_made_a_repository_is_made_by_init(tmp_path: Path) -> None:
    (tmp_path / "new/.git/refs").mkdir(parents=True)
    assert run("init", str(tmp_path / "new")).code == 0


def test_line_ends_stay_as_they_are(staged: Kb) -> None:
    path = staged.root / RECORD
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    staged.commit()
    staged.run(*SHIP)
    data = path.read_bytes()
    assert b"status: shipped\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


def test_line_ends_that_are_mixed_stay_so(staged: Kb) -> None:
    path = staged.root / RECORD
    text = path.read_bytes().replace(b"track: stable\n", b"track: stable\r\n")
    path.write_bytes(text)
    staged.commit()
    staged.run(*SHIP)
    data = path.read_bytes()
    assert b"track: stable\r\n" in data and data.count(b"\r\n") == 1


def test_a_new_record_has_the_permissions_that_the_umask_leaves_and_an_old_one_its_own(
    acme: Kb,
) -> None:
    before = os.umask(0o027)
    try:
        acme.run("release", "add", "recorder", "2.8", "--download", URL)
        assert stat.S_IMODE((acme.root / RECORD).stat().st_mode) == 0o640
        (acme.root / RECORD).chmod(0o664)
        acme.run(*SHIP)
    finally:
        os.umask(before)
    assert stat.S_IMODE((acme.root / RECORD).stat().st_mode) == 0o664


@pytest.mark.parametrize("doing", ["revert", "cherry-pick", "merge"])
def test_while_git_is_in_the_middle_of_something_nothing_is_written(staged: Kb, doing: str) -> None:
    name = {"revert": "REVERT_HEAD", "cherry-pick": "CHERRY_PICK_HEAD", "merge": "MERGE_HEAD"}
    staged.write(f".git/{name[doing]}", f"{staged.head}\n")
    ran = run("-C", str(staged.root), *SHIP)
    assert ran.code == 1
    assert f"a {doing} is under way" in ran.err
    (staged.root / ".git" / name[doing]).unlink()
    assert staged.git("status", "--porcelain") == ""
