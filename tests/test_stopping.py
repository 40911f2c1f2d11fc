"""Stopped, killed or bereft of a child: a clean end within seconds, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import stopped_at
from command_line import Kb, own_git, run
from feed_server import FeedServer
from forewarn.errors import DataError
from forewarn.store.own import state_folder
from own_process import OwnProcess, forewarn
from waiting import SECONDS, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base whose publish takes several processes, on any machine with two cores."""
    root = tmp_path_factory.mktemp("large") / "kb"
    with own_git():
        run("init", str(root), "--name", "Acme support")
        kb = Kb(root)
        for number in range(130):
            kb.write(
                f"kb/steps-{number}.md",
                f"---\ntitle: Steps {number}\nkind: how-to\naudience: public\n---\nOne step.\n",
            )
        kb.commit()
    return root


@pytest.fixture
def kb(large: Path, tmp_path: Path) -> Kb:
    shutil.copytree(large, tmp_path / "kb", symlinks=True)
    return Kb(tmp_path / "kb")


def children(process: int) -> set[int]:
    """All that descend from a process."""
    found: set[int] = set()
    pending = [process]
    while pending:
        try:
            rows = Path(f"/proc/{pending.pop()}/task").glob("*/children")
            for row in rows:
                new = set(map(int, row.read_text().split())) - found
                found |= new
                pending += new
        except OSError:
            continue
    return found


def lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.fixture
def publishing(kb: Kb) -> Iterator[OwnProcess]:
    """A publish that has begun to render, in a group of its own as from a shell."""
    process = forewarn("-C", str(kb.root), "publish", leads=True)
    wait_for(lambda: workers(process.pid) or process.poll() is not None)
    yield process
    process.kill()


def workers(process: int) -> list[int]:
    found = []
    for child in children(process):
        try:
            command = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if b"render_worker" in command:
            found.append(child)
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, *SIGNALS])
def test_a_publish_that_is_ended_leaves_no_process_behind(
    publishing: OwnProcess, number: signal.Signals
) -> None:
    begun = workers(publishing.pid)
    assert begun
    publishing.send_signal(number)
    publishing.wait()
    wait_for(lambda: not any(map(lives, begun)))


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("number", SIGNALS)
def test_a_publish_that_is_stopped_says_what_holds(
    publishing: OwnProcess, number: signal.Signals, times: int
) -> None:
    for _ in range(times):
        publishing.send_signal(number)
    ran = publishing.wait()
    assert ran.code == 128 + number
    assert f"stopped by {number.name}. The sites in place are whole." in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("number", SIGNALS)
def test_a_look_that_is_stopped_says_what_holds(tmp_path: Path, number: signal.Signals) -> None:
    run("init", str(tmp_path / "kb"), "--name", "Acme support")
    kb = Kb(tmp_path / "kb")
    kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        feed = f"http://127.0.0.1:{silent.getsockname()[1]}/feed"
        rows = f"watch: [{{type: feed, url: {feed}, allow_private: true}}]\n"
        kb.write("releases/recorder/product.yml", f"name: Recorder\nscheme: loose\n{rows}")
        process = forewarn("-C", str(kb.root), "watch", "--once")
        with silent.accept()[0]:
            process.send_signal(number)
            ran = process.wait()
    assert ran.code == 128 + number
    assert f"stopped by {number.name}. What was stored is kept with its alerts" in ran.err
    assert "Traceback" not in ran.err


def test_where_the_system_ends_a_renderer_the_alerts_go_out_and_the_old_site_stays(
    publishing: OwnProcess, kb: Kb
) -> None:
    os.kill(workers(publishing.pid)[0], signal.SIGKILL)
    ran = publishing.wait()
    assert ran.code == 4
    assert "was ended by SIGKILL" in ran.err
    assert "Traceback" not in ran.err
    assert not (kb.root / "site/staff").exists()
    kb.run("publish")
    assert "Steps 129" in (kb.root / "site/public/kb/steps-129/index.html").read_text()


def test_no_python_of_a_clone_runs_and_no_settings_of_pagefind_are_obeyed(
    kb: Kb, tmp_path: Path
) -> None:
    ran, victim = tmp_path / "ran", tmp_path / "victim"
    victim.write_text("mine")
    for place in ("", "kb/"):
        for name in ("click", "forewarn", "json", "mkdocs", "multiprocessing", "sitecustomize"):
            kb.write(f"{place}{name}.py", f"open({str(ran)!r}, 'w').write('ran')\n")
        kb.write(f"{place}pagefind.toml", f'logfile = "{victim}"\nserve = true\n')
        kb.write(f"{place}pagefind.yml", f"logfile: {victim}\nserve: true\n")
        kb.write(f"{place}pagefind.json", f'{{"logfile": "{victim}", "serve": true}}')
    done = subprocess.run(
        [Path(sys.executable).with_name("forewarn"), "publish"],
        cwd=kb.root,
        env={**os.environ, "PAGEFIND_LOGFILE": str(victim), "PAGEFIND_SERVE": "true"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert not ran.exists()
    assert victim.read_text() == "mine"


@pytest.mark.parametrize("link", ["site", "site/.builds", ".forewarn", ".forewarn/cache"])
def test_nothing_is_written_through_a_link_that_came_with_the_clone(
    kb: Kb, tmp_path: Path, link: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(kb.root / link.split("/")[0], ignore_errors=True)
    (kb.root / link).parent.mkdir(exist_ok=True)
    (kb.root / link).symlink_to(elsewhere, target_is_directory=True)
    kb.git("add", "-f", "--", link)
    kb.git("commit", "-qm", "A link")
    ran = kb.run("publish", code=1)
    assert "came with the clone" in ran.err
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("words", [["publish"], ["deliver"], ["watch", "--once"]], ids=" ".join)
def test_a_state_that_came_with_the_clone_says_nothing_of_what_was_told(
    kb: Kb, words: list[str]
) -> None:
    kb.run("deliver")
    kb.git("add", "-f", "--", ".forewarn/state.db")
    kb.git("commit", "-qm", "All is told")
    ran = kb.run(*words, code=1)
    assert "the state came with the clone" in ran.err and "git rm --cached" in ran.err
    kb.git("rm", "-q", "--cached", "--", ".forewarn/state.db")
    kb.run(*words)


def test_a_link_that_git_cannot_be_asked_about_is_not_written_through(
    kb: Kb, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(kb.root / ".forewarn", ignore_errors=True)
    (kb.root / ".forewarn").symlink_to(elsewhere, target_is_directory=True)
    kb.git("add", "-f", "--", ".forewarn")
    kb.write(".git/index", "spoilt")
    with pytest.raises(DataError):
        state_folder(kb.root)
    assert not list(elsewhere.iterdir())


def test_a_link_of_the_operators_own_is_followed(acme: Kb, tmp_path: Path) -> None:
    elsewhere = tmp_path / "large-disk"
    elsewhere.mkdir()
    shutil.rmtree(acme.root / ".forewarn", ignore_errors=True)
    (acme.root / ".forewarn").symlink_to(elsewhere, target_is_directory=True)
    acme.run("publish")
    assert (elsewhere / "state.db").is_file()


@pytest.mark.parametrize(
    "name", ["GIT_WORK_TREE", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"]
)
def test_gits_variables_for_another_repository_change_nothing(
    kb: Kb, tmp_path: Path, name: str
) -> None:
    (tmp_path / "other").mkdir()
    words = ("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    environ = {**os.environ, name: str(tmp_path / "other")}
    ran = forewarn("-C", str(kb.root), *words, environ=environ).wait()
    assert ran.code == 0, ran.err
    assert "releases/recorder/product.yml" in kb.git("show", "--stat", "--format=", "HEAD")
    assert kb.git("status", "--porcelain") == ""


def test_a_signal_that_comes_while_a_module_is_just_being_imported_stops_all_the_same() -> None:
    code = (
        "import signal, sys, types\n"
        "from forewarn.cli.stopping import Stop, Stopped\n"
        "sys.modules['logging'] = types.ModuleType('logging')\n"
        "stop = Stop()\n"
        "try:\n"
        "    stop.hear(signal.SIGTERM, None)\n"
        "except Stopped:\n"
        "    sys.exit(stop.code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "")


_WITHIN_A_CALLBACK = """
import signal, sys, time
from forewarn.cli.stopping import Stop, Stopped, stopping
from forewarn.net.connections import called_back

@called_back
def back():
    signal.raise_signal(signal.SIGTERM)
    print("whole", flush=True)

stop = Stop()
with stopping(stop):
    try:
        back()
        while True:
            time.sleep(60)
    except Stopped:
        print(stop.code, flush=True)
"""


def test_a_signal_is_heard_right_behind_what_a_library_has_called() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHIN_A_CALLBACK], capture_output=True, text=True, timeout=SECONDS
    )
    assert (done.stdout.split(), done.stderr) == (["whole", "143"], "")


_WHILE_A_LOCK_IS_TAKEN = """
import signal, sys, threading
from forewarn.cli.stopping import Stop, Stopped, stopping

class Lock:
    def __init__(self):
        self.lock = threading.Lock()
        self.acquire, self.release = self.lock.acquire, self.lock.release

    def __enter__(self):
        self.lock.__enter__()
        if sys.argv[1] == "taken":
            signal.raise_signal(signal.SIGTERM)

    def __exit__(self, *error):
        if sys.argv[1] == "given back":
            signal.raise_signal(signal.SIGTERM)
        return self.lock.__exit__(*error)

changed = threading.Condition(Lock())
stop = Stop()
with stopping(stop):
    try:
        with changed:
            pass
        while True:
            threading.Event().wait(60)
    except Stopped:
        print(stop.code, changed._lock.lock.locked(), flush=True)
"""


@pytest.mark.parametrize("when", ["taken", "given back"])
def test_a_signal_leaves_no_lock_taken_for_which_others_would_wait(when: str) -> None:
    command = [sys.executable, "-c", _WHILE_A_LOCK_IS_TAKEN, when]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert (done.stdout.split(), done.stderr) == (["143", "False"], "")


_NEVER_PUT_AWAY = """
import signal, threading
from forewarn.cli.stopping import Stop, stopping

with stopping(Stop(lambda: "check", patience=0.05)):
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        threading.Event().wait()
"""


def test_what_cannot_put_things_away_says_that_it_was_stopped_and_ends() -> None:
    command = [sys.executable, "-c", _NEVER_PUT_AWAY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stderr.split("\n") == ["", "stopped by SIGTERM. Nothing was changed.", ""]


_LIBRARY = [
    ("tempfile", "mkdtemp", "folder_made", ""),
    ("tempfile", "cleanup", "folder_removed", ""),
    ("shutil", "_rmtree_safe_fd", "folder_removed", ""),
    ("subprocess", "_get_handles", "process_begun", "left:"),
    ("subprocess", "_execute_child", "process_begun", "left:"),
    ("subprocess", "__enter__", "process_begun", "left:"),
    ("contextlib", "enter_context", "put_on_a_stack", "taken given back"),
    ("contextlib", "_push_cm_exit", "put_on_a_stack", "taken given back"),
    ("contextlib", "_exit_wrapper", "taken_from_a_stack", "taken given back"),
    ("threading", "start", "thread_begun", "ran"),
    ("stopped_at", "__del__", "given_up", "given up"),
    ("asyncio.runners", "_lazy_init", "tasks", "left:"),
    ("asyncio.base_events", "create_task", "tasks", "left:"),
    ("asyncio.base_events", "_run_once", "tasks", "left:"),
    ("asyncio.taskgroups", "create_task", "tasks", "left:"),
    ("selectors", "select", "tasks", "left:"),
]


@pytest.mark.parametrize(
    ("module", "function", "at", "said"), _LIBRARY, ids=[f"{m}.{f}" for m, f, *_ in _LIBRARY]
)
def test_a_signal_amid_a_step_of_a_library_leaves_nothing_behind(
    tmp_path: Path, module: str, function: str, at: str, said: str
) -> None:
    ran = OwnProcess(stopped_at.work, module, function, at, tmp_path).wait()
    assert (ran.out.split(), ran.err, ran.code) == ([*said.split(), "143"], "", 0)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def watching(acme: Kb, tmp_path: Path) -> Iterator[Kb]:
    """A knowledge base that watches a feed, in which there is something new."""
    with FeedServer() as server:
        server.show("Recorder 3.0")
        path = acme.root / "releases/recorder/product.yml"
        rows = f"watch: [{{type: feed, url: {server.url()}, allow_private: true}}]\n"
        path.write_text(path.read_text() + rows)
        yield acme


_LOOK_STOPPED = (
    "stopped by SIGTERM. What was stored is kept with its alerts; the next look begins where this "
    "one ended."
)
_STEPS = [
    ("forewarn.cli", "resolve_command"),
    ("forewarn.store.files", "only_one"),
    ("forewarn.store.catalogue.cache", "_for_us_alone"),
    ("forewarn.store.state.sqlite_file", "transaction"),
    ("forewarn.services.watch.run", "poll_all"),
    ("asyncio.base_events", "subprocess_exec"),
    ("asyncio.unix_events", "_make_subprocess_transport"),
]


@pytest.mark.parametrize(("module", "function"), _STEPS, ids=[f"{m}.{f}" for m, f in _STEPS])
def test_a_look_that_is_stopped_at_any_step_says_so_and_leaves_nothing_half_done(
    watching: Kb, module: str, function: str
) -> None:
    words = ("-C", str(watching.root), "watch", "--once")
    process = OwnProcess(stopped_at.command, module, function, *words, leads=True)
    ran = process.wait()
    assert ran.code == 143, ran.err
    assert ran.err.strip() == _LOOK_STOPPED
    assert not list(watching.root.rglob(".new-*"))


def test_a_stop_that_comes_when_a_look_is_nearly_done_ends_it_or_finds_it_done(
    watching: Kb,
) -> None:
    words = ("-C", str(watching.root), "watch", "--once")
    process = OwnProcess(stopped_at.command, "asyncio.runners", "close", *words, leads=True)
    ran = process.wait()
    # What is to be told of it is quickly told: the stop may come behind that.
    assert (ran.code, ran.err.strip()) in [(143, _LOOK_STOPPED), (0, "alerts sent: 1")]
