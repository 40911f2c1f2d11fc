"""`forewarn deliver`: send what is due."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import emit, format_option, knowledge_base, mention, say

if TYPE_CHECKING:
    from forewarn.services.alert.delivered import DeliverReport

_PROGRESS_EVERY = 100


@click.command()
@click.option(
    "--retry", is_flag=True, help="Also send what was given up or waits for its next attempt."
)
@format_option
@click.pass_context
def command(ctx: click.Context, retry: bool, as_format: str) -> None:
    """Send the alerts that are due, each to everybody who subscribed.

    What cannot be sent now is tried again by a later run: mail after 1 minute, then 2, 4 and so
    on up to 6 hours, for five days. Run it from cron or a timer as often as you like; the exit
    code is 3 if something did not go.

    \b
    Example:  forewarn deliver
    """
    import os
    from datetime import UTC, datetime

    from forewarn.services.alert.deliver import deliver

    report = deliver(
        knowledge_base(ctx),
        now=lambda: datetime.now(UTC),
        environ=os.environ,
        retry=retry,
        step=_progress(),
    )
    _show(report, as_format)
    ctx.exit(3 if report.unfinished or report.quarantined else 0)


def _progress() -> Callable[[str], None]:
    """A line for every hundred deliveries; a short run stays silent."""
    settled = 0

    def step(name: str) -> None:
        nonlocal settled
        settled += name == "settled"
        if name == "settled" and settled % _PROGRESS_EVERY == 0:
            mention(f"{settled} done")

    return step


def _show(report: DeliverReport, as_format: str) -> None:
    from forewarn.cli.say.deliveries import as_text, say_damaged, say_troubles
    from forewarn.facts.deliveries import deliveries_json, endpoint_json

    data = {
        "sent": report.sent,
        "retried": report.retried,
        "dead": report.dead,
        "waiting": report.waiting,
        "held": report.held,
        "quarantined": [endpoint_json(one) for one in report.quarantined],
        "deliveries": deliveries_json(report.deliveries),
        "left_out": report.left_out,
    }
    emit(as_format, data, as_text(tuple(d for d in report.deliveries if d.state != "sent")))
    if report.left_out:
        say(f"{report.left_out} more are not listed; `forewarn deliveries` has the newest")
    say_damaged(report.damaged)
    say_troubles(report)
    (say if report.unfinished else mention)(_summary(report))


def _summary(report: DeliverReport) -> str:
    parts = [f"{report.sent} sent"]
    if report.retried:
        parts.append(f"{report.retried} to be tried again")
    if report.dead:
        parts.append(f"{report.dead} given up")
    earlier = report.waiting - report.held - report.retried
    if earlier > 0:
        parts.append(f"{earlier} waiting for another attempt (`forewarn deliver --retry`: now)")
    if report.held:
        parts.append(f"{report.held} held until later")
    return ", ".join(parts)
