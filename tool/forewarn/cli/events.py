"""`forewarn events`."""

from __future__ import annotations

import click

from forewarn.cli.output import columns, format_option, knowledge_base


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
    from forewarn.services.publish.events import events_between

    derived = events_between(knowledge_base(ctx), change)
    data = [
        {
            "id": event.id,
            "kind": event.kind.value,
            "product": event.product,
            "version": event.version,
            "severity": event.severity.value,
            "at": event.at.isoformat(),
            "title": event.title,
        }
        for event in derived.events
    ]
    rows = [(e.severity.value, e.kind.value, e.subject, e.title) for e in derived.events]
    answer(ctx, as_format, data, columns(rows), derived.unread)
