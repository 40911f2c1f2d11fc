"""`forewarn watch test` and `watch add`: what a source would give, and which would be one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from forewarn.cli.naming import NamingCommand
from forewarn.cli.output import emit, format_option, knowledge_base


@click.command("test", cls=NamingCommand)
@click.argument("product")
@click.option(
    "--source",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Only the source of this number.",
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="RESPONSE",
    help="Take what is in this file for the answer, and ask nobody; `curl -i` writes such a one.",
)
@format_option
@click.pass_context
def test(
    ctx: click.Context, product: str, number: int | None, file: Path | None, as_format: str
) -> None:
    """Show what a product's sources would give.

    Entry by entry, with why others are left out. Nothing is kept, and nobody is told.

    \b
    Example:  forewarn watch test recorder --source 1
    """
    from forewarn.cli.say.tried import tried_data, tried_text
    from forewarn.services.watch.trying import try_sources

    found = try_sources(
        knowledge_base(ctx),
        product,
        number=number,
        file=file,
        at=datetime.now(UTC),
        environ=os.environ,
    )
    emit(as_format, tried_data(found), tried_text(found))
    ctx.exit(3 if any(one.failed for one in found) else 0)


@click.command("add", cls=NamingCommand)
@click.argument("product")
@click.argument("url")
@click.option(
    "--allow-private", is_flag=True, help="The address may be on this machine or network."
)
@format_option
@click.pass_context
def add(ctx: click.Context, product: str, url: str, allow_private: bool, as_format: str) -> None:
    """Propose the row of `watch:` that watches an address.

    The address is looked at. The row is printed, with what it shows now; nothing is written. Where
    no row reads the address, it is said what was tried (exit code 1).

    \b
    Example:  forewarn watch add recorder https://downloads.example.com/
    """
    from forewarn.cli.say.tried import proposal_data, proposal_text
    from forewarn.services.watch.proposing import propose

    found = propose(
        knowledge_base(ctx),
        product,
        url,
        at=datetime.now(UTC),
        environ=os.environ,
        allow_private=allow_private,
    )
    emit(as_format, proposal_data(found), proposal_text(found))
    ctx.exit(0 if found.row else 1)
