"""What every importer promises: it can be tried without writing, and programs get its result."""

from __future__ import annotations

import click
import pytest

from forewarn import plugins


@pytest.mark.parametrize("name", plugins.names("importers"))
def test_an_importer_can_be_tried_without_writing_and_gives_its_result_to_programs(
    name: str,
) -> None:
    command = plugins.load_one("importers", name, click.Command)
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--dry-run", "--format"} <= options
    assert command.name == name
    assert command.help and "Example:" in command.help
