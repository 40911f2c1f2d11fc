"""Answers in one sentence, to be read out: what is out, since when, and until when it is supported.

Each is what follows a name, without a stop. What is not recorded is said to be so, and nothing here
says that something is not out: nobody records what they have not heard of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from forewarn.model.article import Article
from forewarn.model.recommend import Recommendation
from forewarn.model.record import Support, SupportStage
from forewarn.model.release import Release, Status, Verdict
from forewarn.words.caveats import caveat

Day = Callable[[date], str]
_FEW_ISSUES = 3
_ANYWHERE = ("any", "source")
NO_END = "until when it is supported is not recorded"


def release_words(
    release: Release,
    *,
    newest: Release | None,
    live: str,
    advice: Callable[[], Recommendation],
    today: date,
    day: Day,
) -> str:
    """What is to be said of a release, without its support.

    `newest` is the latest of its track; `live` says that customers have what is still to come.
    """
    if live:
        return live_answer(live, release.status.value)
    if release.status is Status.WITHDRAWN:
        return caveat(release, live="", is_over=False, advice=advice, day=day)
    if release.status is not Status.SHIPPED:
        said = caveat(release, live="", is_over=False, advice=advice, day=day)
        if release.planned_for is None:
            return said
        when = day(release.planned_for)
        if release.overdue(today):
            return f"was planned for {when}, and no other day is known; it {said}"
        return f"is planned for {when}; it {said}"
    # What runs anywhere, or is source, is for nobody in particular.
    on = [*dict.fromkeys(d.platform for d in release.downloads if d.platform not in _ANYWHERE)]
    since = since_words(release, day) + (f", for {joined(on)}" if on else "")
    return f"{since}; {newest.version} is newer" if newest and newest is not release else since


def live_answer(live: str, recorded: str = "") -> str:
    """That customers have what is `recorded` otherwise, or not at all."""
    return f"is live: {live}; it is {f'recorded as {recorded}' if recorded else 'not recorded'}"


def since_words(release: Release, day: Day) -> str:
    """That a release is out, and since when."""
    return f"has been out since {day(release.released_at)}" if release.released_at else "is out"


def line_words(newest: Release | None, support: Support | None, today: date, day: Day) -> str:
    """What is to be said of a line of releases."""
    said = support_words(support, today, day)
    if newest is None:
        parts = [f"is {said}" if said else "", "has no release that is recorded as shipped"]
    elif said:
        parts = [f"is {said}", f"its newest release is {_dated(newest, day)}"]
    else:
        parts = [f"is at {_dated(newest, day)}", NO_END]
    return "; ".join(filter(None, parts))


def short_line_words(newest: Release | None, support: Support | None, today: date, day: Day) -> str:
    """The same in short, for a list of lines."""
    said = support_words(support, today, day)
    return ", ".join(filter(None, (f"newest {newest.version}" if newest else "", said)))


def product_words(newest: Release | None, support: Support | None, today: date, day: Day) -> str:
    """What is to be said of a product: its newest release, and how long that is supported."""
    if newest is None:
        return "has no release that is recorded as shipped"
    return f"is at {_dated(newest, day)}; {clause(support_words(support, today, day))}"


def _dated(release: Release, day: Day) -> str:
    on = f", of {day(release.released_at)}" if release.released_at else ""
    return f"{release.version}{on}"


def clause(said: str) -> str:
    """Until when something is supported (`support_words`), as a half sentence of its own."""
    return f"it is {said}" if said else NO_END


def support_words(support: Support | None, today: date, day: Day) -> str:
    """How far support has come, behind "is"; empty where no end is recorded."""
    if support is None:
        return ""
    ends = support.ends
    match support.stage(today):
        case None:
            return ""
        case SupportStage.END if ends and ends < today:
            return f"out of support: it ended on {day(ends)}"
        case SupportStage.END:
            return "out of support; on which day it ended is not recorded"
        case SupportStage.ACTIVE:
            assert ends  # noqa: S101 - a stage goes on until a day
            first = support.active_until
            fully = f" (fully until {day(first)})" if first and first != ends else ""
            return f"supported until {day(ends)}{fully}"
        case SupportStage.SECURITY:
            assert ends and support.security_until  # noqa: S101 - as above
            more = f", extended support until {day(ends)}" if ends != support.security_until else ""
            # Without a day on which full support has ended, it may go on as well.
            only = " with security fixes" if support.active_until else ""
            return f"supported{only} until {day(support.security_until)}{more}"
        case SupportStage.EXTENDED:
            assert ends  # noqa: S101 - as above
            return f"in extended support until {day(ends)}"


def pairing_words(groups: Sequence[tuple[Verdict, Sequence[str]]]) -> str:
    """With which releases something works and with which not, the best first."""
    return "; ".join(f"{_DOES[verdict]} {joined(names)}" for verdict, names in groups)


_DOES = {
    Verdict.WORKS: "works with",
    Verdict.LIMITED: "works with limits with",
    Verdict.UNKNOWN: "was not tested with",
    Verdict.BREAKS: "does not work with",
}


def issue_words(issue: Article, *, applies: str, fixed: str, is_fixed: bool, helps: str) -> str:
    """What is to be said of a known issue; `applies` and `fixed` are versions in words."""
    has = f"concerns {applies}" if applies else "is a known issue"
    fix = f"fixed in {fixed}" if is_fixed else f"a fix is to come in {fixed}" if fixed else ""
    until_then = (issue.contingency or "").rstrip(" .")
    return "; ".join(filter(None, (has, fix, "" if is_fixed else helps, until_then)))


def advisory_words(releases: Sequence[str]) -> str:
    """What is to be said of an advisory that only releases speak of."""
    return f"no known issue here is about it; {named_words(releases)}"


def named_words(releases: Sequence[str]) -> str:
    """What is to be said of releases whose records name an advisory; empty without any."""
    return f"what is recorded of {joined(releases)} names it" if releases else ""


def issues_words(titles: Sequence[str]) -> str:
    """What is to be said of a release of which something is known to be wrong."""
    more = len(titles) - _FEW_ISSUES
    told = [*titles[:_FEW_ISSUES], *([f"{more} more"] if more > 0 else ())]
    count = "a known issue" if len(titles) == 1 else f"{len(titles)} known issues"
    return f"has {count}: {'; '.join(told)}"


def joined(words: Sequence[str]) -> str:
    """A list in a sentence: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
