"""What every registered importer must do, the built-in ones and others."""

from __future__ import annotations

import click
import pytest

from command_line import run
from forewarn import plugins

NAMES = plugins.names("importers")


@pytest.mark.parametrize("name", NAMES)
def test_an_importer_can_be_tried_without_writing_and_gives_its_result_to_programs(
    name: str,
) -> None:
    command = plugins.load_one("importers", name, click.Command)
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--dry-run", "--format"} <= options
    assert command.help and "Example:" in command.help


def test_the_command_has_every_importer_and_knows_no_other() -> None:
    told = run("import", "--help").out
    assert [name for name in NAMES if f"\n  {name} " not in told] == []
    assert run("import", "nobody").code == 2
