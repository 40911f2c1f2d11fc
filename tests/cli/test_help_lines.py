"""The list of commands can be read: one whole sentence for each, on one line of 80 columns."""

from __future__ import annotations

import click
import pytest

from command_line import run
from forewarn.cli import forewarn


def test_each_command_is_told_in_a_sentence_that_fits() -> None:
    _, _, listed = run("--help").out.partition("Commands:\n")
    lines = [line for line in listed.splitlines() if line.strip()]
    assert len(lines) > 25
    for line in lines:
        said = line.split(maxsplit=1)[1]
        assert len(line) <= 80 and said.endswith(".") and not said.endswith(".."), line
        assert said[0].isupper(), line


def _options(command: click.Command, words: str) -> list[tuple[str, click.Option]]:
    """Every option that is shown, of a command and of those below it."""
    found = [
        (f"{words} {option.opts[0]}", option)
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
    ]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            found += _options(below, f"{words} {name}")
    return found


OPTIONS = _options(forewarn, "forewarn")


@pytest.mark.parametrize("option", [o for _, o in OPTIONS], ids=[name for name, _ in OPTIONS])
def test_each_option_says_what_it_is_before_anything_else(option: click.Option) -> None:
    said = option.help or ""
    assert said.endswith(".") and said[0].isupper()
    assert not said.startswith(("May be given", "Such as"))
    # Of a type that has no word for a person, click shows its own: INTEGER RANGE.
    assert "RANGE" not in option.make_metavar(ctx=click.Context(forewarn)).split()
