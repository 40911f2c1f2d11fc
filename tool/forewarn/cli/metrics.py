"""`forewarn metrics`: how the alerts fare, for a monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, knowledge_base

if TYPE_CHECKING:
    from pathlib import Path


@click.command("metrics")
@click.option(
    "--file",
    "file",
    type=FOLDER,
    metavar="FILE",
    help="Write them into FILE, for a node exporter: all of it or nothing.",
)
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Print how the alerts fare, as Prometheus reads it.

    What was sent, waits or was given up by each channel, since when the oldest waits, and what is
    in quarantine. Nothing in it names a person.

    \b
    Example:  forewarn metrics --file /var/lib/node_exporter/forewarn.prom
    """
    from datetime import UTC, datetime

    from forewarn.cli.say.metrics import metrics_text
    from forewarn.services.alert.accounts import measure

    text = metrics_text(measure(knowledge_base(ctx), datetime.now(UTC)))
    if file is None:
        click.echo(text, nl=False)
        return
    from forewarn.store.files import write_atomic

    write_atomic(file, text.encode())
