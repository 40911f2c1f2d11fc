"""`forewarn forget`: erase somebody from this machine's state."""

from __future__ import annotations

import click

from forewarn.cli.output import emit, format_option, knowledge_base, say


@click.command("forget")
@click.argument("person", metavar="PERSON")
@click.option("--address", help="Their mail address, where forewarn.yml does not name it any more.")
@format_option
@click.pass_context
def command(ctx: click.Context, person: str, address: str | None, as_format: str) -> None:
    """Erase a person, a list or a room from the state: what they were told, and their address.

    The counts stay, and so do all records in Git: take them out of forewarn.yml first. A
    correction of what they were told does not find them any more.

    \b
    Example:  forewarn forget jonas
    """
    from forewarn.services.alert.accounts import forget

    done = forget(knowledge_base(ctx), person, address)
    data = {
        "deliveries": done.deliveries,
        "files": done.files,
        "still_named": done.still_named,
        "copies": list(done.copies),
    }
    emit(as_format, data, f"{done.deliveries} deliveries and {done.files} files erased")
    if done.still_named:
        say(f"{person} is still in forewarn.yml, and is told of what comes")
    for copy in done.copies:
        say(f"{copy} is a copy of an earlier state; remove it, too")
