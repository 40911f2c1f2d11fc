"""`forewarn demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, say

if TYPE_CHECKING:
    from pathlib import Path


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    type=FOLDER,
    help="Play it in this new folder; a temporary one by default.",
)
@click.option("--serve/--no-serve", default=True, show_default=True, help="Show the sites after.")
@click.option(
    "--port",
    type=click.IntRange(0, 65534),
    default=0,
    metavar="PORT",
    help="The staff site's port; a free one by default.",
)
def command(folder: Path | None, serve: bool, port: int) -> None:
    """Tell the story forewarn exists for, with the real commands, on a scratch copy.

    A vendor puts a release on its site and tells nobody; the alert arrives before the first
    customer calls. Takes half a minute, needs no network and no mail server.

    \b
    Example:  forewarn demo --no-serve
    """
    import tempfile
    import threading
    from pathlib import Path

    from forewarn.services.setup.demo import Story
    from forewarn.services.setup.serve import serving

    story = Story(folder or Path(tempfile.mkdtemp(prefix="forewarn-demo-")), _tell)
    story.play()
    say("")
    say(f"the knowledge base: {story.kb}")
    say(f"the support inbox:  {story.mailbox}")
    if serve:
        with serving(story.kb / "site", port) as addresses:
            for audience, address in addresses.items():
                say(f"the {audience + ' site:':<16}{address}")
            say("Ctrl-C ends it.")
            threading.Event().wait()


def _tell(line: str) -> None:
    """A line of the story; headings and commands stand out."""
    if line.startswith("=="):
        click.secho(line, bold=True)
    elif line.startswith("$"):
        click.secho(line, fg="cyan")
    else:
        click.echo(line)
