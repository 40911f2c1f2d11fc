"""Facts as short pieces of HTML, said the same way on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from forewarn.model.article import Article, Kind, Remediation
from forewarn.model.compatibility import Judgement
from forewarn.model.record import Audience, Inspection
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.version import VersionRange
from forewarn.pages import paths
from forewarn.pages.html import (
    NOTHING,
    Html,
    chip,
    day_html,
    day_words,
    esc,
    esc_piece,
    join,
    link,
    one_line,
    tag,
)
from forewarn.pages.view import View

VERDICTS = {
    Verdict.WORKS: ("✓", "works"),
    Verdict.LIMITED: ("!", "limited"),
    Verdict.BREAKS: ("✕", "breaks"),
    Verdict.UNKNOWN: ("?", "not tested"),
}
# What a page can be found as, and how search names it.
FOUND_AS = {
    "release": "Release",
    "product": "Product",
    "known-issue": "Known issue",
    "compatibility": "Compatibility",
    "article": "Article",
    "list": "List",
}
KINDS = {
    Kind.HOW_TO: "How-to",
    Kind.TROUBLESHOOTING: "Troubleshooting",
    Kind.KNOWN_ISSUE: "Known issue",
    Kind.POLICY: "Policy",
    Kind.REFERENCE: "Reference",
}
REMEDIATIONS = {
    Remediation.WORKAROUND: "There is a workaround",
    Remediation.MITIGATION: "It can be mitigated",
    Remediation.VENDOR_FIX: "The vendor has a fix",
    Remediation.NONE_AVAILABLE: "Nothing helps yet",
    Remediation.NO_FIX_PLANNED: "It will not be fixed",
}
_PHRASES = {
    "=": "{}",
    "!=": "not {}",
    "<": "before {}",
    "<=": "up to {}",
    ">": "after {}",
    ">=": "{} and later",
}
_SPECIAL = re.compile(
    r"`(?P<code>[^`]+)`|(?P<article>\bkb/[a-z0-9._/-]{1,200}\.md\b)"
    r"|(?P<url>https?://[^\s<>\"'`\\]+)"
)


def verdict_chip(verdict: Verdict) -> Html:
    """A verdict: sign, word and colour."""
    sign, word = VERDICTS[verdict]
    return chip(verdict.value, sign, esc(word))


def judgement_chip(judgement: Judgement) -> Html:
    """The verdict on a pair; a promise past its inspection tag is told from silence."""
    if any(row.lapsed for row in judgement.worst):
        return _past()
    return verdict_chip(judgement.verdict)


def statement_chip(view: View, statement: Statement) -> Html:
    """The verdict of one statement, unless it is a promise that nobody stands by any more."""
    tag_ = statement.verified
    if statement.verdict is Verdict.WORKS and tag_ and tag_.expired(view.today):
        return _past()
    return verdict_chip(statement.verdict)


def _past() -> Html:
    return chip("unknown", "?", esc("past its tag"))


def status_chip(view: View, release: Release) -> Html:
    """A release's state, with what follows from the others and from the day."""
    match release.status:
        case Status.PLANNED:
            return chip("planned", "○", esc("planned"))
        case Status.STAGED:
            return chip("planned", "◐", esc("staged"))
        case Status.WITHDRAWN:
            return chip("breaks", "✕", esc("withdrawn"))
        case Status.SHIPPED:
            support = view.catalogue.support_of(release)
            if support and support.over(view.today):
                return chip("over", "■", esc("out of support"))
            newest = view.newest_of_track(release.product, release.track)
            if newest is release:
                return chip("works", "●", esc("shipped"))
            return chip("old", "●", esc("superseded"))


def staff_chip() -> Html:
    """The mark of what customers must not be told."""
    return chip("staff", "◆", esc("staff only"))


def audience_chip(view: View, audience: Audience) -> Html:
    """For staff, the mark on what is for staff alone."""
    return staff_chip() if view.staff and audience is Audience.STAFF else NOTHING


def range_words(versions: VersionRange) -> str:
    """A range as people say it: before 2.7."""
    if not versions.comparators:
        return "every version"
    return " or ".join(
        ", ".join(_PHRASES[c.operator].format(c.version) for c in alternative)
        for alternative in versions.alternatives
    )


def text(view: View, src: str, line: str) -> Html:
    """One line of a record: code, web addresses and mentions of articles come out as such."""
    parts: list[Html] = []
    at = 0
    line = one_line(line)
    for match in _SPECIAL.finditer(line):
        parts += [esc_piece(line[at : match.start()]), _special(view, src, match)]
        at = match.end()
    parts.append(esc_piece(line[at:]))
    return Html("".join(parts))


def _special(view: View, src: str, match: re.Match[str]) -> Html:
    if match["code"]:
        return tag("code", esc(match["code"]))
    if match["article"]:
        article = view.catalogue.articles.get(match["article"])
        if article is None:
            return esc(match["article"])
        return article_link(view, src, article)
    url = match["url"].rstrip(".,;:!?)")
    return Html(link(url, esc(url)) + esc_piece(match["url"][len(url) :]))


def article_link(view: View, src: str, article: Article) -> Html:
    """An article by its title."""
    return link(paths.between(src, article.path), esc(article.title))


def product_link(view: View, src: str, product: str) -> Html:
    """A product by its name."""
    if product not in view.catalogue.products:
        return esc(product)
    return link(paths.between(src, paths.product_src(product)), esc(view.name(product)))


def release_link(view: View, src: str, release: Release, words: str | None = None) -> Html:
    """A release by name and version, or by `words`."""
    return link(view.to_release(src, release), esc(words or view.title(release)))


def replacement(view: View, src: str, release: Release) -> Html:
    """What to use instead of a withdrawn release; empty where nothing is named."""
    instead = release.withdrawn.replacement if release.withdrawn else None
    if instead is None:
        return NOTHING
    other = view.catalogue.find_release(release.product, instead)
    return release_link(view, src, other) if other else esc(instead)


def ranges_html(view: View, src: str, ranges: Mapping[str, VersionRange]) -> Html:
    """What an article applies to, or is fixed in."""
    return join(
        (
            Html(f"{product_link(view, src, product)} {esc(range_words(versions))}")
            for product, versions in ranges.items()
        ),
        "; ",
    )


def inspection(view: View, tag_: Inspection | None) -> Html:
    """Who verified something, when and how; customers learn when. An old tag is called old."""
    if tag_ is None:
        return NOTHING
    said = Html(f"verified {day_html(tag_.on)}")
    if tag_.by:
        person = view.settings.people.get(tag_.by)
        said = Html(f"{said} by {esc(person.name if person else tag_.by)}")
    if tag_.how:
        said = Html(f"{said} ({esc(tag_.how)})")
    if tag_.until and tag_.expired(view.today):
        then = "verify again" if view.staff else "not verified since"
        old = Html(f"held until {day_html(tag_.until)}: {then}")
        return Html(f"{said} {chip('limited', '!', old)}")
    if tag_.until:
        said = Html(f"{said}, holds until {day_html(tag_.until)}")
    return said


def support_words(view: View, release: Release) -> Html:
    """Until when a release is supported, stage by stage; empty where nobody recorded it."""
    support = view.catalogue.support_of(release)
    if support is None:
        return NOTHING
    stages = (
        ("active", support.active_until),
        ("security", support.security_until),
        ("extended", support.extended_until),
    )
    said = [
        Html(f"{esc(stage)} {esc('ended' if day < view.today else 'until')} {day_html(day)}")
        for stage, day in stages
        if day
    ]
    if support.ended and not said:
        return esc("ended")
    return join(said, ", ")


def issue_state(view: View, issue: Article) -> Html:
    """Open or fixed; a fix that is only promised is not a fix."""
    if view.catalogue.is_fixed(issue):
        return chip("works", "✓", esc("fixed"))
    return chip("breaks", "○", esc("open"))


def promise(view: View, issue: Article) -> Html:
    """The day for which a fix was promised; one that has gone by says so."""
    if issue.promised is None:
        return NOTHING
    said = day_html(issue.promised)
    if issue.promised < view.today and not view.catalogue.is_fixed(issue):
        return Html(f"{said} {chip('limited', '!', esc('overdue'))}")
    return said


def shown_day(day: date | None) -> Html:
    """A day, or a dash."""
    return day_html(day) if day else esc("—")


def shown_text(day: date | None) -> str:
    """A day as plain text."""
    return day_words(day) if day else "no date"


def plain_range(name: str, versions: VersionRange) -> str:
    """A product and its versions, as plain text."""
    return f"{name} {range_words(versions)}" if versions.comparators else f"every {name}"
