"""The list of commands can be read: one whole sentence for each, on one line of 80 columns."""

from __future__ import annotations

from command_line import run


def test_each_command_is_told_in_a_sentence_that_fits() -> None:
    _, _, listed = run("--help").out.partition("Commands:\n")
    lines = [line for line in listed.splitlines() if line.strip()]
    assert len(lines) > 25
    for line in lines:
        said = line.split(maxsplit=1)[1]
        assert len(line) <= 80 and said.endswith(".") and not said.endswith(".."), line
        assert said[0].isupper(), line
