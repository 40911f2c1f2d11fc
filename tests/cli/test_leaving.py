"""A question's process ends at once when it has answered, and nothing that was to be done is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import termios
from array import array
from fcntl import ioctl
from pathlib import Path

import pytest
from click.testing import CliRunner

from command_line import run
from forewarn.cli import forewarn
from kb_builder import Kb, story
from waiting import wait_for

SEEN = """
try:
    start()
except SystemExit:
    print("it goes on", file=sys.stderr)
"""
FULL = Path("/dev/full")
PLAYER = ("release", "show", "player", "2.4")
LONG = "A line of the notes.\n" * 20_000
LOST = (
    "error: standard output: No space left on device\n"
    "  next: What the command did holds; only what it prints is lost. Print it elsewhere.\n"
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kb: Kb = story(tmp_path_factory.mktemp("kb"))
    kb.write(
        "releases/player/2.1.md", f"---\nstatus: shipped\nreleased_at: 2025-01-01\n---\n{LONG}"
    )
    kb.write("releases/exporter/0.9.md", "---\nstatus: shippd\n---\n")
    return kb.root


def begin(
    root: Path, *words: str, first: str = "", last: str = "start()", **more: object
) -> subprocess.Popen[str]:
    """The console script in a process of its own, in which something else is done first."""
    script = (
        f"import sys\nsys.argv[0] = 'forewarn'\n{first}\nfrom forewarn.cli import start\n{last}"
    )
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-c", script, "-C", str(root), *words],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **more},
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.parametrize(
    "words",
    [
        PLAYER,
        ("release", "show", "exporter", "1.0", "--format", "json"),  # a record cannot be read
        ("release", "latest", "player", "--track", "stable", "--platform", "windows"),
        ("identify", "7.7.7"),
        ("release", "show", "player", "7.7"),
        ("release", "shov"),
    ],
    ids=["an answer", "a part of one", "none", "unknown", "not there", "not understood"],
)
def test_it_says_and_ends_with_what_it_does_in_another_process(
    root: Path, words: tuple[str, ...]
) -> None:
    within = run("-C", str(root), *words)
    assert ended(begin(root, *words)) == (within.code, within.out, within.err)


def test_whoever_reads_slowly_gets_all_of_a_long_answer(root: Path) -> None:
    process = begin(root, "release", "show", "player", "2.1")
    assert process.stdout
    waiting, known = array("i", [0]), array("i", [-1])

    def is_full() -> bool:
        known[0] = waiting[0]
        ioctl(process.stdout.fileno(), termios.FIONREAD, waiting)  # type: ignore[union-attr]
        return waiting[0] >= 4096 and waiting[0] == known[0]

    wait_for(is_full)
    assert process.poll() is None, "it waits for its reader"
    code, out, err = ended(process)
    assert (code, err) == (0, "")
    assert out.endswith(LONG.strip() + "\n")


def test_whoever_reads_no_further_ends_it_without_a_traceback(root: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = begin(root, *PLAYER, stdout=writer)
    os.close(writer)
    assert (process.wait(), process.communicate()[1]) == (1, "")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_an_answer_that_the_disk_has_no_place_for_is_an_error(root: Path) -> None:
    with FULL.open("wb") as full:
        assert ended(begin(root, *PLAYER, stdout=full)) == (4, None, LOST)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_so_is_the_last_of_it_that_is_held_back_until_the_end(root: Path) -> None:
    first = (
        "import atexit, os\n"
        "atexit.register(print, 'the last of it')\n"
        f"atexit.register(lambda: os.dup2(os.open({str(FULL)!r}, os.O_WRONLY), 1))"
    )
    code, out, err = ended(begin(root, *PLAYER, first=first))
    assert (code, out, err) == (4, run("-C", str(root), *PLAYER).out, LOST)


def test_without_any_stream_it_ends_with_the_same_code(root: Path) -> None:
    first = "import os; os.close(1); os.close(2); sys.stdout = sys.stderr = None"
    assert ended(begin(root, *PLAYER, first=first))[0] == 0
    assert ended(begin(root, "release", "show", "exporter", "1.0", first=first))[0] == 3


def test_what_others_do_at_the_end_of_a_process_is_done(root: Path) -> None:
    """Plug-ins, and what measures or logs, put away their files there."""
    first = (
        "import atexit, logging.handlers, tempfile\n"
        "folder = tempfile.TemporaryDirectory()\n"
        "log = logging.handlers.MemoryHandler(9, target=logging.StreamHandler())\n"
        "log.emit(logging.makeLogRecord({'msg': 'kept back', 'levelno': 10}))\n"
        "print(folder.name, file=sys.__stdout__)\n"
        "atexit.register(print, 'done at the end')"
    )
    code, out, err = ended(begin(root, *PLAYER, first=first))
    lines = out.splitlines()
    assert (code, lines[-1], err) == (0, "done at the end", "kept back\n")
    assert not Path(lines[0]).exists()


THREAD = """import threading
def late():
    threading.main_thread().join()
    print("the thread is done")
threading.Thread(target=late).start()"""


def test_another_thread_ends_what_it_does(root: Path) -> None:
    code, out, _ = ended(begin(root, *PLAYER, first=THREAD))
    assert (code, out.splitlines()[-1]) == (0, "the thread is done")


@pytest.mark.parametrize("watch", ["settrace", "setprofile"])
def test_a_debugger_or_a_profiler_has_the_last_word(root: Path, watch: str) -> None:
    first = f"sys.{watch}(lambda *event: None)"
    assert ended(begin(root, *PLAYER, first=first, last=SEEN))[2] == "it goes on\n"
    assert ended(begin(root, *PLAYER, last=SEEN))[2] == "", "else it has left at once"


def test_a_question_that_is_asked_within_a_program_leaves_that_program_alone(root: Path) -> None:
    done = CliRunner().invoke(forewarn, ["-C", str(root), *PLAYER])
    assert (done.exit_code, done.output) == (0, run("-C", str(root), *PLAYER).out)
