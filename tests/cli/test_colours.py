"""Colour is for terminals, and never for whoever says that they want none."""

from __future__ import annotations

import os
import pty

import pytest

from command_line import Kb, own_git, run
from own_process import forewarn

pytestmark = pytest.mark.slow

COLOUR = "\x1b["


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = Kb(tmp_path_factory.mktemp("colours") / "kb")
    with own_git():
        assert run("init", str(kb.root)).code == 0
        for product in ("recorder", "player"):
            kb.run("product", "add", product, "--name", product, "--scheme", "loose")
            kb.run("release", "add", product, "1.0")
    return kb


def on_a_terminal(kb: Kb, *words: str, **environ: str) -> str:
    """What a command prints on a terminal, both streams."""
    plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    master, slave = pty.openpty()
    try:
        given = {**plain, "TERM": "xterm", **environ}
        forewarn("-C", str(kb.root), *words, environ=given, terminal=slave).wait()
        os.close(slave)
        said = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            said += part
    finally:
        os.close(master)
    return said.decode()


COMMANDS = [
    ("compat", "recorder@1.0", "player@1.0"),
    ("doctor",),
    ("check",),
    ("release", "show", "recorder", "9"),  # an error
    ("nonsense",),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_no_color_is_honoured_by_results_and_errors(kb: Kb, words: tuple[str, ...]) -> None:
    said = on_a_terminal(kb, *words, NO_COLOR="1")
    assert said
    assert COLOUR not in said
    assert COLOUR not in on_a_terminal(kb, *words, NO_COLOR="1", FORCE_COLOR="1")


@pytest.mark.parametrize("words", [COMMANDS[0], COMMANDS[1], COMMANDS[3]])
def test_a_terminal_gets_colour_and_a_dumb_one_none(kb: Kb, words: tuple[str, ...]) -> None:
    assert COLOUR in on_a_terminal(kb, *words)
    assert COLOUR in on_a_terminal(kb, *words, NO_COLOR="")
    assert COLOUR not in on_a_terminal(kb, *words, TERM="dumb")


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "0"}, False)],
)
def test_a_pipe_gets_colour_only_where_it_is_forced(
    kb: Kb, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert (COLOUR in run("-C", str(kb.root), "doctor").out) is coloured
    assert (COLOUR in run("-C", str(kb.root), "release", "show", "recorder", "9").err) is coloured
