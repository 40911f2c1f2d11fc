"""`forewarn events`."""

from __future__ import annotations

import click

from forewarn.cli.output import format_option, knowledge_base
from forewarn.cli.say.table import columns


@click.command("events")
@click.argument("change", metavar="[A..B]", required=False)
@format_option
@click.pass_context
def command(ctx: click.Context, change: str | None, as_format: str) -> None:
    """List the events that follow from the change between two commits, told or not.

    Without A..B: from the last published commit to the one checked out.

    \b
    Example:  forewarn events HEAD~1..HEAD
    """
    from forewarn.cli.reading import answer
    from forewarn.facts.events import event_json
    from forewarn.services.publish.events import events_between
    from forewarn.words.events import title

    answer(
        ctx,
        as_format,
        events_between(knowledge_base(ctx), change),
        lambda derived: [event_json(event) for event in derived.events],
        lambda derived: columns(
            [(e.severity.value, e.kind.value, e.subject, title(e)) for e in derived.events]
        ),
    )
