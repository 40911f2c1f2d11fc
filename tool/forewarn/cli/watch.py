"""`forewarn watch`: look at every source, and alert where something new is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from forewarn.cli import trying
from forewarn.cli.output import emit, format_option, knowledge_base


@click.group("watch", invoke_without_command=True)
@click.option(
    "--once",
    is_flag=True,
    help="Look once at every source, due or not, and end; the exit code tells how it went.",
)
@click.option(
    "--due",
    is_flag=True,
    help="Look once at the sources that are due, and end: for cron, as often as you like.",
)
@click.option(
    "--interval",
    type=click.FloatRange(min=1),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="How often a source is looked at whose row has no `interval:` of its own.",
)
@click.option("--no-deliver", is_flag=True, help="Leave the alerts in the outbox.")
@format_option
@click.pass_context
def command(
    ctx: click.Context, once: bool, due: bool, interval: float, no_deliver: bool, as_format: str
) -> None:
    """Look at every product's sources for downloads that nobody announced.

    What a source shows when it is first read is taken as known, but for what is newer than the
    newest shipped release that is recorded. After that, a version that the records do not have
    as shipped is alerted at once, and stays open until somebody accepts or dismisses it. An
    entry that names no version that can be used is told as well. A source that cannot be read
    is told, and stops nothing (exit code 3). Without --once or --due it goes on until it is
    stopped, and only one does so here.

    \b
    Example:  forewarn watch --once
              forewarn watch status
    """
    if ctx.invoked_subcommand:
        return
    from forewarn.cli.looking import Looking

    looking = Looking(
        root=knowledge_base(ctx),
        as_format=as_format,
        send=not no_deliver,
        interval=timedelta(minutes=interval),
        only_due=not once,
    )
    if once or due:
        ctx.exit(looking.once())
    looking.refuse_if_shared()
    looking.again_and_again()


@command.command("status")
@format_option
@click.pass_context
def status(ctx: click.Context, as_format: str) -> None:
    """Show every source: its polls, reach and health.

    That is its last poll, last change and next poll, and whether it is well. A source is failing
    when it could not be read more than once in a row. Nothing is asked.

    \b
    Example:  forewarn watch status
              forewarn watch status --format json
    """
    from forewarn.cli.say.places import status_json, status_text
    from forewarn.services.ask.watching import watch_status

    found = watch_status(knowledge_base(ctx), datetime.now(UTC))
    emit(as_format, status_json(found), status_text(found))


command.add_command(trying.test)
command.add_command(trying.add)
