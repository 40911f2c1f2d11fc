"""`forewarn deliveries`: who was told what, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import emit, format_option, knowledge_base, say
from forewarn.cli.reading import PARTLY
from forewarn.cli.say.table import columns

if TYPE_CHECKING:
    from forewarn.model.events.event import Delivery
    from forewarn.model.receipt import Receipt
    from forewarn.store.state.interface import DamagedRow

_NAMED = 5


@click.command()
@click.option("--failed", is_flag=True, help="Only what was given up.")
@click.option(
    "--newest",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="List no more than the newest N.",
)
@format_option
@click.pass_context
def command(ctx: click.Context, failed: bool, newest: int, as_format: str) -> None:
    """Show who was told of what, and how it went.

    A delivery is `pending` (to be sent, perhaps again), `sending`, `sent` or `failed` (given
    up; `forewarn deliver --retry` tries it again).

    \b
    Example:  forewarn deliveries --failed
    """
    from forewarn.services.alert.deliver import deliveries

    found = deliveries(knowledge_base(ctx), only="failed" if failed else None, newest=newest)
    emit(as_format, as_data(found.deliveries), as_text(found.deliveries))
    if found.older:
        say(f"{found.older} older ones are not listed; `--newest` lists more")
    say_damaged(found.damaged)
    ctx.exit(PARTLY if found.damaged else 0)


def say_damaged(rows: tuple[DamagedRow, ...]) -> None:
    """Say what of the state database cannot be read, and how to mend it."""
    for row in rows[:_NAMED]:
        say(f"not read: {row.where}: {row.what}")
    if len(rows) > _NAMED:
        say(f"  and {len(rows) - _NAMED} more")
    if rows:
        say(f"  next: {rows[0].help}")


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
            "receipt": _receipt(delivery.receipt),
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


def _receipt(receipt: Receipt | None) -> dict[str, str | None] | None:
    if receipt is None:
        return None
    return {
        "message": receipt.message,
        "thread": receipt.thread,
        "assurance": receipt.assurance.value,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
