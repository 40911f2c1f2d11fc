"""`forewarn import endoflife`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from forewarn.cli.imports.importer import dry_run_option, run_import
from forewarn.cli.output import FOLDER, format_option, knowledge_base

if TYPE_CHECKING:
    from pathlib import Path


@click.command("endoflife")
@click.argument("folder", metavar="DIR", type=FOLDER)
@dry_run_option
@format_option
@click.pass_context
def command(ctx: click.Context, folder: Path, dry_run: bool, as_format: str) -> None:
    """Import the files of endoflife.date.

    They bring products, support dates and versions. DIR holds `products/*.md` of
    https://github.com/endoflife-date/endoflife.date and `releases/*.json` of
    https://github.com/endoflife-date/release-data. A cycle becomes a track with its support ends,
    a version becomes a release. Only what is new is added, in one commit: records that are here
    already are left alone (one that was deleted comes back), and what could not be carried over is
    listed. The exit code is 3 if a file could not be read.

    \b
    Example:  forewarn import endoflife ../endoflife
    """
    from forewarn.services.imports.endoflife import import_endoflife

    run_import(ctx, partial(import_endoflife, knowledge_base(ctx), folder), dry_run, as_format)
