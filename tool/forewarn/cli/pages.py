"""`forewarn pages`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, knowledge_base

if TYPE_CHECKING:
    from pathlib import Path


@click.command("pages")
@click.option(
    "--audience",
    type=click.Choice(["staff", "public"]),
    required=True,
    help="Whose pages; nothing else is written.",
)
@click.option("--to", type=FOLDER, required=True, help="The folder that they are written into.")
@click.pass_context
def command(ctx: click.Context, audience: str, to: Path) -> None:
    """Write one audience's pages as Markdown, for a site generator of your own.

    The folder gets mkdocs.yml, the theme's overrides, and the pages in docs/. MkDocs and Zensical
    build it as it is; `forewarn publish` does that, and builds only what has changed.

    \b
    Example:  forewarn pages --audience public --to pages
              mkdocs build -f pages/mkdocs.yml
    """
    from forewarn.cli.say.publish import pages_text
    from forewarn.model.record import Audience
    from forewarn.services.publish.written_pages import write_pages

    root = knowledge_base(ctx)
    written = write_pages(root, Audience(audience), to, now=datetime.now(UTC))
    click.echo(pages_text(written, audience))
