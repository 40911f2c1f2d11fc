"""What a publish, or the writing of pages, did: for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forewarn.model.visible import escaped

if TYPE_CHECKING:
    from forewarn.model.events.event import Event
    from forewarn.services.publish.run import PublishReport
    from forewarn.services.publish.written_pages import WrittenPages


def publish_text(report: PublishReport) -> str:
    """What a publish did: what is news, where the sites are, who was told."""
    lines = [f"published {report.commit[:10]}"]
    lines += _news(report.events) if report.events else ["  nothing new to tell"]
    for audience, folder in report.sites.items():
        if report.failure is None:
            lines.append(f"  {audience} site: {folder}{'' if report.rebuilt else ' (as it was)'}")
    if report.branch and report.failure is None:
        pushed = f", pushed to {report.branch.push}" if report.branch.push else ""
        lines.append(f"  branch: {report.branch.name}{pushed}")
    done = report.deliveries
    if done and (done.sent or done.unfinished):
        lines.append(
            f"  alerts: {done.sent} sent, {done.retried} to be tried again, {done.dead} given up"
        )
    if done and done.unfinished:
        lines.append(f"  next: forewarn deliveries{' --dead' if done.dead else ''}")
    lines += [f"  note: a hub was not told of {escaped(feed)}" for feed in report.untold_hubs]
    if report.homeless and report.failure is None:
        lines += [
            f"  note: forewarn.yml does not say where the {' and the '.join(report.homeless)} "
            f"{'sites are' if len(report.homeless) > 1 else 'site is'} served: feeds and calendars "
            "lead to no page",
            f"    sites: {{{', '.join(f'{name}: https://…' for name in report.homeless)}}}",
        ]
    return "\n".join([*lines, *_uncommitted(report.uncommitted, "published")])


def _news(events: tuple[Event, ...]) -> list[str]:
    from forewarn.words.events import title  # mostly there is nothing new

    return [f"  {event.severity.value}: {title(event)}" for event in events]


def pages_text(written: WrittenPages, audience: str) -> str:
    """What was written, and how to build it."""
    lines = [
        f"wrote {written.pages} {audience} pages of {written.commit[:10]} to {written.folder}",
        *_uncommitted(written.uncommitted, "written"),
        f"  next: mkdocs build -f {written.folder / 'mkdocs.yml'}",
    ]
    return "\n".join(lines)


def _uncommitted(paths: tuple[str, ...], what: str) -> list[str]:
    if not paths:
        return []
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return [f"  note: not committed, so not {what}: {', '.join(map(escaped, paths[:3]))}{more}"]
