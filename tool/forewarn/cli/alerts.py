"""`forewarn alerts`: how an alert reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, emit, knowledge_base

if TYPE_CHECKING:
    from pathlib import Path


@click.group("alerts")
def command() -> None:
    """See how an alert reads before anybody gets it."""


@command.command("preview")
@click.argument("event", metavar="EVENT")
@click.option("--channel", required=True, metavar="NAME", help="By which channel.")
@click.option("--to", required=True, type=FOLDER, help="The folder for the files.")
@click.pass_context
def preview(ctx: click.Context, event: str, channel: str, to: Path) -> None:
    """Write what a channel would send of an event.

    Everybody's is written, and nothing is sent. EVENT is the id of one that was told or is to be
    published; a beginning of it will do. Of mail, the files are what the mail server would be
    given; of other channels, the text of the post.

    \b
    Example:  forewarn alerts preview 3f2a91 --channel mail --to preview
    """
    from datetime import UTC, datetime

    from forewarn.cli.say.templates import say_templates
    from forewarn.services.publish.preview import write_preview

    written, failed = write_preview(knowledge_base(ctx), event, channel, to, now=datetime.now(UTC))
    emit("text", None, "\n".join(map(str, written)))
    say_templates(failed)
