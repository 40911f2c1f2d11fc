"""`forewarn serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, knowledge_base, say

if TYPE_CHECKING:
    from pathlib import Path


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(0, 65534),
    default=8000,
    show_default=True,
    metavar="PORT",
    help="The staff site's port; the public site has the next. 0: any that is free.",
)
@click.option(
    "--from",
    "sites",
    type=FOLDER,
    help="Where `publish --to` put the sites; `site` by default.",
)
@click.pass_context
def command(ctx: click.Context, port: int, sites: Path | None) -> None:
    """Show both published sites on this machine, until Ctrl-C.

    It listens on loopback only. For everybody else, let a web server serve the two folders.

    \b
    Example:  forewarn serve --port 8100
    """
    import threading

    from forewarn.services.setup.serve import serving

    with serving(sites or knowledge_base(ctx) / "site", port) as addresses:
        for audience, address in addresses.items():
            say(f"{audience:<8}{address}")
        say("Ctrl-C ends it.")
        threading.Event().wait()
