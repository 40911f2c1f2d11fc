"""`forewarn init`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, mention

if TYPE_CHECKING:
    from pathlib import Path


@click.command("init")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", help="What the sites are called; the folder's name by default.")
@click.pass_obj
def command(base: Path, folder: Path, name: str | None) -> None:
    """Make a new knowledge base in DIR: a Git repository with a first commit.

    \b
    Example:  forewarn init support-kb --name "Acme support"
    """
    from forewarn.services.setup.init import init

    made = init(base / folder, name)
    mention(f"made a knowledge base in {made}")
    mention(f"next: cd {shlex.quote(str(base / folder))}")
    mention('      forewarn product add recorder --name "Recorder" --scheme loose')
