"""How results read on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forewarn.model.release import Verdict

if TYPE_CHECKING:
    from forewarn.services.publish import PublishReport

_COLOURS = {
    Verdict.WORKS: "green",
    Verdict.LIMITED: "yellow",
    Verdict.BREAKS: "red",
    Verdict.UNKNOWN: None,
}


def verdict_word(verdict: Verdict, width: int = 0) -> str:
    """A verdict in capitals and colour; the word alone says it, too."""
    return click.style(verdict.value.upper().ljust(width), fg=_COLOURS[verdict], bold=True)


def publish_text(report: PublishReport) -> str:
    """What a publish did: what is news, where the sites are, who was told."""
    lines = [f"published {report.commit[:10]}"]
    lines += [f"  {event.severity.value}: {event.title}" for event in report.events] or [
        "  nothing new to tell"
    ]
    for audience, folder in report.sites.items():
        if report.failure is None:
            lines.append(f"  {audience} site: {folder}{'' if report.rebuilt else ' (as it was)'}")
    done = report.deliveries
    if done and (done.sent or done.unfinished):
        lines.append(
            f"  alerts: {done.sent} sent, {done.retried} to be tried again, {done.failed} failed"
        )
    if done and done.unfinished:
        lines.append(f"  next: forewarn deliveries{' --failed' if done.failed else ''}")
    if report.uncommitted:
        names = ", ".join(report.uncommitted[:3])
        more = f" and {len(report.uncommitted) - 3} more" if len(report.uncommitted) > 3 else ""
        lines.append(f"  note: not committed, so not published: {names}{more}")
    return "\n".join(lines)
