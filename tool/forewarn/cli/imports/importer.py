"""What the subcommands of `forewarn import` share; entry points in `forewarn.importers` name them.

Each is a Click command with `dry_run_option` and `format_option`, and hands `run_import` what does
the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import click

from forewarn.cli.output import emit

if TYPE_CHECKING:
    from datetime import date

    from forewarn.services.imports.importing import Imported, Step

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would be written, and write nothing."
)


class Importer(Protocol):
    """What imports, once it knows from where.

    With `dry_run` it writes nothing. It calls `step` with what it is doing, how much of that is
    done, and how much there is.
    """

    def __call__(self, *, today: date, dry_run: bool, step: Step) -> Imported:
        """Import."""
        ...


def run_import(ctx: click.Context, run: Importer, dry_run: bool, as_format: str) -> None:
    """Import, print what was imported and what was left out, and end with the exit code."""
    from datetime import datetime

    from forewarn.cli.importing import progress
    from forewarn.cli.say.imported import as_data, as_text

    today = datetime.now().astimezone().date()
    with progress() as step:
        result = run(today=today, dry_run=dry_run, step=step)
    data = as_data(result, dry_run) if as_format == "json" else None
    emit(as_format, data, "" if data else as_text(result, dry_run))
    ctx.exit(3 if result.partly else 0)
