"""What an entry says, fact by fact: label and value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forewarn.model.article import Article
from forewarn.model.live import Live
from forewarn.model.record import Support
from forewarn.model.release import Release, Statement, Withdrawal
from forewarn.pages.html import words
from forewarn.pages.view.view import View
from forewarn.words.obstacles import why_not
from forewarn.words.ranges import plain_range

Lines = Iterator[tuple[str, str]]


def planned(release: Release, live: Live | None) -> Lines:
    """Of a release that is to come, by its record."""
    yield "Planned for", words.shown_text(release.planned_for)
    if live:
        yield "Live", words.live_line(live)
    elif release.embargoed:
        yield "Embargo", "for staff only until it ships or is announced"


def shipped(view: View, release: Release, harms: Iterable[Statement]) -> Lines:
    """Of a release that shipped, whatever became of it; `harms` are what it breaks or limits."""
    platforms = ", ".join(dict.fromkeys(download.platform for download in release.downloads))
    back, taken = release.reinstated, release.withdrawn
    if platforms:
        yield "Platforms", platforms
    if taken:
        yield "Withdrawn", f"on {words.shown_text(taken.on)}: {taken.reason}"
    if back:
        why = f": {back.reason}" if back.reason else ""
        yield "Shipped again", f"on {words.shown_text(back.on)}{why}"
    for made in harms:
        yield from statement(view, made, words.VERDICTS[made.verdict][1])


def statement(view: View, made: Statement, verdict: str) -> Lines:
    """Of a compatibility statement, with the verdict as it counts today."""
    about = f": {made.about}" if made.about else ""
    yield (
        verdict.capitalize(),
        f"{plain_range(view.name(made.partner), made.versions)}{about}",
    )
    if made.limits:
        yield "What is limited", made.limits
    if made.remedy:
        yield "What to do", made.remedy


def withdrawn(view: View, release: Release, taken: Withdrawal) -> Lines:
    """Of a withdrawal."""
    found = view.adviser.recommend(release)
    yield "Reason", taken.reason
    yield "Use instead", found.move.version if found.move else "nothing can be recommended"
    if found.passed_over:
        yield "Not recommended", why_not(found.passed_over)


def support(decided: Support) -> Lines:
    """Of a decision on support."""
    stages = zip(("Active", "Security", "Extended"), decided.terms[:3], strict=True)
    for stage, day in stages:
        if day:
            yield f"{stage} support until", words.shown_text(day)
    if decided.reason:
        yield "Reason", decided.reason


def issue(view: View, known: Article) -> Lines:
    """Of a known issue."""
    for label, ranges in (("Applies to", known.applies), ("Fixed in", known.fixed_in)):
        if ranges:
            yield label, "; ".join(plain_range(view.name(p), v) for p, v in ranges.items())
    if known.remediation:
        yield "What helps", words.REMEDIATIONS[known.remediation]
    if known.promised:
        yield "Fix promised for", words.shown_text(known.promised)
    if known.contingency:
        yield "Until then", known.contingency


def download(found: Live) -> Lines:
    """Of a download that nobody announced."""
    platforms = sorted(platform for platform, _ in found.platforms if platform)
    yield "First seen", f"{found.since:%Y-%m-%d %H:%M} UTC"
    yield "Platforms", ", ".join(platforms) or "none named"
    if found.record:
        yield "In the records", f"{found.record.status}, not shipped"
    for url in found.addresses:
        yield "Where", url
