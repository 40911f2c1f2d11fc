"""`forewarn publish`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, knowledge_base, say

if TYPE_CHECKING:
    from pathlib import Path


@click.command("publish")
@click.option(
    "--to",
    type=FOLDER,
    help="Where the sites go, as DIR/staff and DIR/public; `site` by default.",
)
@click.option("--no-deliver", is_flag=True, help="Leave the alerts in the outbox.")
@click.option("--accept-vanished", is_flag=True, help="Publish although many records are gone.")
@click.pass_context
def command(ctx: click.Context, to: Path | None, no_deliver: bool, accept_vanished: bool) -> None:
    """Publish the checked-out commit: queue its events, build both sites, send the alerts.

    What follows from the records since the last publish is told, whoever changed them. Running
    it again does nothing twice, and finishes what a killed run left.

    \b
    Example:  git pull && forewarn publish
    """
    from forewarn.cli.wording import publish_text
    from forewarn.services.publish import DELIVERING, publish

    report = publish(
        knowledge_base(ctx),
        to=to,
        send=not no_deliver,
        now=lambda: datetime.now(UTC),
        environ=os.environ,
        step=lambda name: None if name.startswith(DELIVERING) else say(name),
        accept_vanished=accept_vanished,
    )
    click.echo(publish_text(report))
    if report.failure:
        raise report.failure
    ctx.exit(3 if report.deliveries and report.deliveries.unfinished else 0)
