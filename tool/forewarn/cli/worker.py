"""`forewarn worker`: watch and deliver without end, on as many machines as wanted."""

from __future__ import annotations

from datetime import timedelta

import click

from forewarn.cli.output import knowledge_base


@click.command("worker")
@click.option(
    "--interval",
    type=click.FloatRange(min=1),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="How often a source is looked at whose row has no `interval:` of its own.",
)
@click.option(
    "--pull",
    is_flag=True,
    help="Follow the branch of the remote: fetch every minute, and take over what is new.",
)
@click.pass_context
def command(ctx: click.Context, interval: float, pull: bool) -> None:
    """Watch and deliver until stopped, together with the workers of other machines.

    With `database: ${NAME}` of a PostgreSQL database in forewarn.yml, start as many as you like,
    each in a clone of its own: they share the sending, and what is to be done once is done once.
    A worker whose clone is behind what is published sends nothing until it has caught up. With
    the embedded database it does the work of `forewarn watch`, and one does so here.

    \b
    Example:  forewarn worker
              forewarn worker --pull
    """
    from forewarn.cli.working import work

    work(knowledge_base(ctx), timedelta(minutes=interval), pull=pull)
