"""Git waits for what never comes: it is ended, and whoever asked hears what to look at."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Kb
from forewarn.errors import DataError
from forewarn.store.git.own_index import own_index, run_git
from forewarn.store.git.process import Patience
from forewarn.store.git.repository import Repository, initialise
from waiting import SECONDS, wait_for

pytestmark = pytest.mark.slow

SHORT = Patience(idle=1.0)


def _config_includes_a_pipe(kb: Kb) -> None:
    os.mkfifo(kb.root / ".git/pipe")
    with (kb.root / ".git/config").open("a") as file:
        file.write("[include]\n\tpath = pipe\n")


def _excludes_are_a_pipe(kb: Kb) -> None:
    (kb.root / ".git/info/exclude").unlink()
    os.mkfifo(kb.root / ".git/info/exclude")


def _ignored_by_a_pipe(kb: Kb) -> None:
    os.mkfifo(kb.root / "excludes")
    kb.git("config", "core.excludesFile", str(kb.root / "excludes"))


def _ref_is_a_pipe(kb: Kb) -> None:
    (kb.root / ".git/refs/heads/main").unlink()
    os.mkfifo(kb.root / ".git/refs/heads/main")


def _index_is_a_pipe(kb: Kb) -> None:
    (kb.root / ".git/index").unlink()
    os.mkfifo(kb.root / ".git/index")


def ask(root: Path) -> None:
    with Repository(root, patience=SHORT) as repository:
        repository.head()
        repository.uncommitted(["releases", "kb"])


@pytest.mark.parametrize(
    "spoil",
    [
        _config_includes_a_pipe,
        _excludes_are_a_pipe,
        _ignored_by_a_pipe,
        _ref_is_a_pipe,
        _index_is_a_pipe,
    ],
)
def test_a_git_that_waits_for_a_pipe_is_ended_with_a_sentence(
    acme: Kb, spoil: Callable[[Kb], None]
) -> None:
    spoil(acme)
    begun = time.monotonic()
    with pytest.raises(DataError) as told:
        ask(acme.root)
    assert time.monotonic() - begun < 20
    assert "Git did nothing for 1 s at" in told.value.what
    assert "a pipe that" in told.value.help


def _script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def _running(marker: str) -> bool:
    found = False
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found = found or marker.encode() in path.read_bytes()
    return found


def test_a_users_filter_that_hangs_is_ended_with_all_that_it_started(
    acme: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the user's own, so Git runs it."""
    marker = f"98765{os.getpid()}"
    hung = _script(tmp_path / "hung", f"sleep {marker} & wait")
    users = tmp_path / "users"
    users.write_text(f'[filter "mine"]\n\tclean = {hung}\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(users))
    acme.write(".git/info/attributes", "*.md filter=mine\n")
    for path in (acme.root / "releases").rglob("*.md"):
        os.utime(path, (1, 1))
    with pytest.raises(DataError, match="Git did nothing for 1 s at status"):
        ask(acme.root)
    # A process that was killed is still seen until the system has come to end it.
    wait_for(lambda: not _running(marker))


def test_a_git_that_is_at_work_is_not_cut_however_long_it_says_nothing(
    acme: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = "import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass"
    slow = _script(tmp_path / "slow", f"{sys.executable} -c '{busy}'\ncat")
    users = tmp_path / "users"
    users.write_text(f'[filter "mine"]\n\tclean = {slow}\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(users))
    acme.write(".git/info/attributes", "2.4.md filter=mine\n")
    os.utime(acme.root / "releases/recorder/2.4.md", (1, 1))
    ask(acme.root)
    busy_too_long = Patience(idle=1.0, most=1.5)
    os.utime(acme.root / "releases/recorder/2.4.md", (2, 2))
    with (
        Repository(acme.root, patience=busy_too_long) as repository,
        pytest.raises(DataError, match="did not come to an end"),
    ):
        repository.uncommitted(["releases"])


def test_a_hook_that_never_ends_gives_the_commit_up_and_is_gone(acme: Kb) -> None:
    seconds = str(87_654_000 + os.getpid())  # nobody else sleeps as long
    _script(acme.root / ".git/hooks/pre-commit", f"sleep {seconds} & wait")
    git_dir = acme.root / ".git"
    before = acme.head
    acme.write("releases/recorder/2.4.md", "x")
    with own_index(git_dir) as index, pytest.raises(DataError, match="at commit, so it was ended"):
        run_git(
            ("commit", "--quiet", "-a", "-m", "x"),
            folder=acme.root,
            index=index,
            given=b"",
            holding=None,
            patience=SHORT,
        )
    assert acme.head == before
    wait_for(lambda: not _running(seconds))


def test_a_new_repository_does_not_wait_for_the_users_config_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "users")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "users"))
    with pytest.raises(DataError, match="so it was ended"):
        initialise(tmp_path / "new", patience=SHORT)


_NEW = """
import subprocess
import sys
from pathlib import Path
from forewarn.errors import DataError
from forewarn.store.git.process import Patience
from forewarn.store.git.repository import initialise

try:
    initialise(Path(sys.argv[1]), patience=Patience(idle=0.3))
except DataError as error:
    print(error.what)
"""


def test_nor_does_the_library_that_makes_it_when_it_is_loaded(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "users")
    done = subprocess.run(
        [sys.executable, "-c", _NEW, tmp_path / "new"],
        env={**os.environ, "GIT_CONFIG_GLOBAL": str(tmp_path / "users")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (done.stdout, done.stderr) == (
        "Git did nothing for 0.3 s at version, so it was ended\n",
        "",
    )


@pytest.mark.skipif(not Path("/dev/zero").is_char_device(), reason="there is no endless file")
@pytest.mark.parametrize(
    "name",
    ["info/attributes", "index", "HEAD", "refs/heads/main", "shallow", "objects/info/alternates"],
)
def test_what_never_ends_among_gits_own_files_is_read_by_nobody(acme: Kb, name: str) -> None:
    place = acme.root / ".git" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to("/dev/zero")
    said = acme.run("publish", "--no-deliver", code=4).err
    assert f".git/{name}: this is a device, and Git would read it without end" in said


def test_what_never_ends_is_not_read_where_the_config_names_it(acme: Kb) -> None:
    for key in ("core.attributesFile", "core.excludesFile"):
        acme.git("config", key, "/dev/zero")
        said = acme.run("publish", "--no-deliver", code=4).err
        assert "/dev/zero: this is a device, and Git would read it without end" in said
        acme.git("config", key, os.devnull)
    acme.run("events", "HEAD~1..HEAD")
