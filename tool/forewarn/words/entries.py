"""What an entry of a feed says: its title, and label and value of each line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from forewarn.model.article import Article, Remediation
from forewarn.model.live import Live
from forewarn.model.recommend import Recommendation
from forewarn.model.record import Inspection, Support
from forewarn.model.release import Release, Statement, Verdict, Withdrawal
from forewarn.model.versions.version import VersionRange
from forewarn.words.days import day_or_none, moment_digits
from forewarn.words.obstacles import why_not
from forewarn.words.ranges import plain_range, range_words

Lines = Iterator[tuple[str, str]]
# What a product is called, by its id.
Name = Callable[[str], str]

VERDICTS = {
    Verdict.WORKS: "works",
    Verdict.LIMITED: "limited",
    Verdict.BREAKS: "breaks",
    Verdict.UNKNOWN: "not tested",
}
LATE = "the planned day has passed"
PAST_ITS_TAG = "past its tag"
REMEDIATIONS = {
    Remediation.WORKAROUND: "There is a workaround",
    Remediation.MITIGATION: "It can be mitigated",
    Remediation.VENDOR_FIX: "The vendor has a fix",
    Remediation.NONE_AVAILABLE: "Nothing helps yet",
    Remediation.NO_FIX_PLANNED: "It will not be fixed",
}
# A title with more ranges than these is not read.
_NAMED = 3


def planned_title(what: str, live: Live | None) -> str:
    """Of a release that is to come; `what` is its name and version, as in all of these."""
    return f"{what} is planned{', and can be downloaded already' if live else ''}"


def shipped_title(what: str) -> str:
    """Of a release that shipped, whatever became of it."""
    return f"{what} shipped"


def withdrawn_title(what: str) -> str:
    """Of a withdrawal."""
    return f"{what} was withdrawn"


def support_title(what: str, decided: Support) -> str:
    """Of a decision on support."""
    if decided.ends is None:
        return f"Support of {what} {'has ended' if decided.ended else 'has no known end'}"
    return f"Support of {what} ends on {day_or_none(decided.ends)}"


def issue_title(known: Article, *, fixed: bool) -> str:
    """Of a known issue that was opened, or fixed."""
    return f"{'Fixed' if fixed else 'Known issue'}: {known.title}"


def download_title(what: str) -> str:
    """Of a download that nobody announced."""
    return f"Unannounced: {what} is on a download site"


def pair_title(
    what: str, partner: str, about: str | None, said: Sequence[tuple[str, VersionRange]]
) -> str:
    """Of what a release says of a partner: each verdict, with the versions that it is of."""
    named = [f"{verdict} ({range_words(versions)})" for verdict, versions in said[:_NAMED]]
    more = [f"{len(said) - _NAMED} more"] if len(said) > _NAMED else []
    return f"{what} with {partner}{f', {about}' if about else ''}: {'; '.join([*named, *more])}"


def planned(release: Release, live: str, today: date) -> Lines:
    """Of a release that is to come, by its record; `live` is that customers have it already."""
    late = f"; {LATE}" if release.overdue(today) else ""
    yield "Planned for", f"{day_or_none(release.planned_for)}{late}"
    if live:
        yield "Live", live
    elif release.embargoed:
        yield "Embargo", "for staff only until it ships or is announced"


def shipped(name: Name, release: Release, harms: Iterable[Statement]) -> Lines:
    """Of a release that shipped, whatever became of it; `harms` are what it breaks or limits."""
    platforms = ", ".join(dict.fromkeys(download.platform for download in release.downloads))
    back, taken = release.reinstated, release.withdrawn
    if platforms:
        yield "Platforms", platforms
    if taken:
        yield "Withdrawn", f"on {day_or_none(taken.on)}: {taken.reason}"
    if back:
        why = f": {back.reason}" if back.reason else ""
        yield "Shipped again", f"on {day_or_none(back.on)}{why}"
    for made in harms:
        yield from statement(name, made, VERDICTS[made.verdict])


def statement(name: Name, made: Statement, verdict: str) -> Lines:
    """Of a compatibility statement, with the verdict as it counts today."""
    about = f": {made.about}" if made.about else ""
    yield verdict.capitalize(), f"{plain_range(name(made.partner), made.versions)}{about}"
    if made.limits:
        yield "What is limited", made.limits
    if made.remedy:
        yield "What to do", made.remedy


def inspection(tag: Inspection | None, who: str) -> Lines:
    """Of who verified a statement; `who` is what they are called, empty where that is not told."""
    if tag is None:
        yield "Inspection tag", "not verified"
        return
    by = f" by {who}" if who else ""
    until = f", holds until {day_or_none(tag.until)}" if tag.until else ""
    yield "Inspection tag", f"verified {day_or_none(tag.on)}{by}{until}"


def withdrawn(taken: Withdrawal, found: Recommendation) -> Lines:
    """Of a withdrawal, and of what to use instead."""
    yield "Reason", taken.reason
    yield "Use instead", found.move.version if found.move else "nothing can be recommended"
    if found.passed_over:
        yield "Not recommended", why_not(found.passed_over)


def support(decided: Support) -> Lines:
    """Of a decision on support."""
    stages = zip(("Active", "Security", "Extended"), decided.terms[:3], strict=True)
    for stage, day in stages:
        if day:
            yield f"{stage} support until", day_or_none(day)
    if decided.reason:
        yield "Reason", decided.reason


def issue(name: Name, known: Article) -> Lines:
    """Of a known issue."""
    of: tuple[tuple[str, Mapping[str, VersionRange]], ...] = (
        ("Applies to", known.applies),
        ("Fixed in", known.fixed_in),
    )
    for label, ranges in of:
        if ranges:
            yield label, "; ".join(plain_range(name(p), v) for p, v in ranges.items())
    if known.remediation:
        yield "What helps", REMEDIATIONS[known.remediation]
    if known.promised:
        yield "Fix promised for", day_or_none(known.promised)
    if known.contingency:
        yield "Until then", known.contingency


def download(found: Live) -> Lines:
    """Of a download that nobody announced."""
    platforms = sorted(platform for platform, _ in found.platforms if platform)
    yield "First seen", moment_digits(found.since)
    yield "Platforms", ", ".join(platforms) or "none named"
    if found.record:
        yield "In the records", f"{found.record.status}, not shipped"
    for url in found.addresses:
        yield "Where", url
