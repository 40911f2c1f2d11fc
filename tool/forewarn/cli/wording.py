"""How results read on a terminal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from forewarn.model.release import Status, Verdict

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.compatibility import Judgement
    from forewarn.model.release import Release, Statement
    from forewarn.services.publish import PublishReport

_COLOURS = {
    Verdict.WORKS: "green",
    Verdict.LIMITED: "yellow",
    Verdict.BREAKS: "red",
    Verdict.UNKNOWN: None,
}
_SENTENCES = {
    Verdict.WORKS: "they work together",
    Verdict.LIMITED: "they work together, with limits",
    Verdict.BREAKS: "they do not work together",
    Verdict.UNKNOWN: "nobody has tested this; do not promise that it works",
}


def verdict_word(verdict: Verdict) -> str:
    """A verdict in capitals and colour; the word alone says it, too."""
    return click.style(verdict.value.upper(), fg=_COLOURS[verdict], bold=True)


def compat_text(judgement: Judgement, today: date) -> str:
    """What to say on the telephone, then why."""
    lines = [
        f"{verdict_word(judgement.verdict)}: {judgement.a} and {judgement.b}: "
        f"{_SENTENCES[judgement.verdict]}."
    ]
    if judgement.remedies:
        lines += ["", "Say:"]
        lines += [f"  {remedy}" for remedy in judgement.remedies]
    if judgement.applied:
        lines += ["", "Because:"]
    for row in judgement.applied:
        overruled = "" if row.decides else " (a narrower statement decides instead)"
        lines += _statement_lines(row.owner, row.statement, today, overruled)
    return "\n".join(lines)


def release_text(catalogue: Catalogue, release: Release, today: date) -> str:
    """A release for a person in a hurry: state, what it breaks, downloads, the rest."""
    product = catalogue.products[release.product]
    lines = [f"{product.name} {release.version}: {_state(catalogue, release, today)}"]
    worst_first = sorted(release.compatibility, key=lambda s: -s.verdict.caution)
    for statement in worst_first:
        lines += _statement_lines(release, statement, today, "")
    for download in release.downloads:
        edition = f" {download.edition}" if download.edition else ""
        lines.append(f"  download {download.platform}{edition}: {download.url}")
        if download.sha256:
            lines.append(f"    sha256 {download.sha256}")
    for issue in catalogue.issues_of(release.product, release.version):
        fixed = "fixed" if catalogue.is_fixed(issue) else "open"
        lines.append(f"  known issue ({fixed}): {issue.title} ({issue.path})")
    briefing = catalogue.briefings.get((release.product, release.version))
    if briefing:
        lines += ["", "Briefing (staff only):", briefing.text.strip()]
    if release.notes.strip():
        lines += ["", release.notes.strip()]
    return "\n".join(lines)


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
        lines.append("  next: forewarn deliveries --failed")
    if report.uncommitted:
        names = ", ".join(report.uncommitted[:3])
        more = f" and {len(report.uncommitted) - 3} more" if len(report.uncommitted) > 3 else ""
        lines.append(f"  note: not committed, so not published: {names}{more}")
    return "\n".join(lines)


def _state(catalogue: Catalogue, release: Release, today: date) -> str:
    match release.status:
        case Status.PLANNED:
            text = f"planned for {release.planned_for or 'no set date'}"
            return text if release.announced_at else f"{text}, under embargo"
        case Status.STAGED:
            return "staged, not shipped yet"
        case Status.WITHDRAWN:
            gone = release.withdrawn
            assert gone is not None  # noqa: S101 - the reader refuses the one without the other
            instead = f"; use {gone.replacement} instead" if gone.replacement else ""
            return f"withdrawn on {gone.on}: {gone.reason}{instead}"
        case Status.SHIPPED:
            text = f"shipped on {release.released_at}"
            newer = catalogue.superseded_by(release)
            support = catalogue.support_of(release)
            if newer:
                text += f", superseded by {newer.version}"
            if support and support.over(today):
                text += ", out of support"
            return text


def _statement_lines(owner: Release, statement: Statement, today: date, remark: str) -> list[str]:
    about = f", {statement.about}" if statement.about else ""
    lines = [
        f"  {verdict_word(statement.verdict)} with {statement.partner} {statement.versions}"
        f"{about}{remark}"
    ]
    if statement.limits:
        lines.append(f"    limits: {statement.limits}")
    if statement.remedy:
        lines.append(f"    remedy: {statement.remedy}")
    tag = statement.verified
    if tag:
        how = f": {tag.how}" if tag.how else ""
        late = f"; held until {tag.until}, inspect it again" if tag.expired(today) else ""
        lines.append(f"    verified by {tag.by} on {tag.on}{how}{late}")
    lines.append(f"    stated by {owner} in {statement.place}")
    return lines
