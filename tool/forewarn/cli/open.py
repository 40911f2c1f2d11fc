"""`forewarn open`."""

from __future__ import annotations

import click

from forewarn.cli.naming import NamingCommand
from forewarn.cli.output import emit, knowledge_base, mention, say


@click.command("open", cls=NamingCommand)
@click.argument("product", required=False)
@click.argument("version", required=False)
@click.option(
    "--audience",
    type=click.Choice(["staff", "public"]),
    default="staff",
    show_default=True,
    help="Which of the two sites.",
)
@click.option("--print", "only_print", is_flag=True, help="Print the address, and open nothing.")
@click.pass_context
def command(
    ctx: click.Context, product: str | None, version: str | None, audience: str, only_print: bool
) -> None:
    """Open a page of the site in the browser: of a release, of a product, or the first one.

    It is the address under `sites:` in forewarn.yml; without one, the site that `publish` has
    built here.

    \b
    Example:  forewarn open recorder 2.7
    """
    from forewarn.model.record import Audience
    from forewarn.services.ask.page import page_address

    address = page_address(knowledge_base(ctx), product, version, Audience(audience))
    if only_print:
        emit("text", address, address)
        return
    import webbrowser

    if webbrowser.open(address):
        mention(f"opening {address}")
    else:
        say(f"note: there is no browser here that could be started; the page is {address}")
