"""`forewarn deliveries`: who was told what, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import columns, emit, format_option, knowledge_base

if TYPE_CHECKING:
    from forewarn.model.event import Delivery


@click.command()
@click.option("--failed", is_flag=True, help="Only what was given up.")
@format_option
@click.pass_context
def command(ctx: click.Context, failed: bool, as_format: str) -> None:
    """Show who was told of what, and how it went.

    A delivery is `pending` (to be sent, perhaps again), `sending`, `sent` or `failed` (given
    up; `forewarn deliver --retry` tries it again).

    \b
    Example:  forewarn deliveries --failed
    """
    from forewarn.services.deliver import deliveries

    found = deliveries(knowledge_base(ctx), only="failed" if failed else None)
    emit(as_format, as_data(found), as_text(found))


def as_data(deliveries: tuple[Delivery, ...]) -> list[dict[str, object]]:
    """Deliveries as JSON has them."""
    return [
        {
            "event": delivery.event.id,
            "kind": delivery.event.kind.value,
            "product": delivery.event.product,
            "version": delivery.event.version,
            "person": delivery.person,
            "channel": delivery.channel,
            "state": delivery.state,
            "attempts": delivery.attempts,
            "sent_at": _moment(delivery.sent_at),
            "next_attempt_at": _moment(delivery.next_attempt_at),
            "error": delivery.error,
        }
        for delivery in deliveries
    ]


def as_text(deliveries: tuple[Delivery, ...]) -> str:
    """Deliveries as a table, a line each."""
    return columns(
        [
            (
                delivery.state,
                delivery.person,
                delivery.channel,
                " ".join(filter(None, (delivery.event.product, delivery.event.version))),
                delivery.event.kind.value,
                _story(delivery),
            )
            for delivery in deliveries
        ]
    )


def _story(delivery: Delivery) -> str:
    if delivery.sent_at:
        return f"{delivery.sent_at:%Y-%m-%d %H:%M} UTC"
    attempts = f"{delivery.attempts} attempts" if delivery.attempts != 1 else "1 attempt"
    parts = [attempts if delivery.attempts else "not tried yet"]
    if delivery.next_attempt_at:
        parts.append(f"next at {delivery.next_attempt_at:%Y-%m-%d %H:%M} UTC")
    return f"{', '.join(parts)}: {delivery.error}" if delivery.error else ", ".join(parts)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
