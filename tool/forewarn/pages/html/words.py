"""Facts as short pieces of HTML, said the same way on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forewarn.model.article import Article, Kind
from forewarn.model.compatibility import Doubt, Judgement
from forewarn.model.live import Live
from forewarn.model.matter import is_open, last_tested
from forewarn.model.record import Audience, Inspection, Support, SupportStage
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.versions.version import VersionRange
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    chip,
    day_html,
    esc,
    esc_piece,
    fmt,
    join,
    link,
    moment_html,
    tag,
    url_link,
)
from forewarn.pages.html.line import Piece, is_plain, pieces
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words import judgement as told
from forewarn.words.days import moment_words
from forewarn.words.entries import PAST_ITS_TAG, REMEDIATIONS
from forewarn.words.entries import VERDICTS as VERDICT_WORDS
from forewarn.words.live import live_words
from forewarn.words.obstacles import why_not
from forewarn.words.ranges import range_words

# Sign and word.
VERDICTS = {
    verdict: (sign, VERDICT_WORDS[verdict])
    for verdict, sign in (
        (Verdict.WORKS, "✓"),
        (Verdict.LIMITED, "!"),
        (Verdict.BREAKS, "✕"),
        (Verdict.UNKNOWN, "?"),
    )
}
KINDS = {
    Kind.HOW_TO: "How-to",
    Kind.TROUBLESHOOTING: "Troubleshooting",
    Kind.KNOWN_ISSUE: "Known issue",
    Kind.POLICY: "Policy",
    Kind.REFERENCE: "Reference",
}


def verdict_chip(verdict: Verdict) -> Html:
    """A verdict: sign, word and colour."""
    sign, word = VERDICTS[verdict]
    return chip(verdict.value, sign, esc(word))


def judgement_chip(judgement: Judgement) -> Html:
    """The verdict on a pair; a promise past its inspection tag is told from silence."""
    doubts = {row.doubt for row in judgement.worst if row.doubt}
    if len(doubts) == 1 and all(row.doubt for row in judgement.worst):
        return doubt_chip(*doubts)
    return verdict_chip(judgement.verdict)


def statement_chip(view: View, statement: Statement) -> Html:
    """The verdict of one statement, unless it is a promise that nobody stands by any more."""
    tag_ = statement.verified
    if statement.verdict is Verdict.WORKS and tag_ and tag_.expired(view.today):
        return doubt_chip(Doubt.EXPIRED)
    return verdict_chip(statement.verdict)


def open_matters(judgement: Judgement) -> Html:
    """What is not known beside what is harmful, by name."""
    if judgement.verdict is Verdict.UNKNOWN:
        return NOTHING
    named = told.open_matters(judgement)
    return tag("small", esc(f"not known: {named}")) if named else NOTHING


DOUBTS = {
    Doubt.EXPIRED: PAST_ITS_TAG,
    Doubt.BEYOND: "not tested since",
    Doubt.HALVED: "not tested",
}


def doubt_chip(doubt: Doubt) -> Html:
    """Why a promise says nothing of a version."""
    return chip("unknown", "?", esc(DOUBTS[doubt]))


SUPERSEDED = "superseded"
OUT_OF_SUPPORT = "out of support"
LIVE = "live"
# How each state of a release is marked: colour and sign.
STATES = {
    LIVE: ("breaks", "▲"),
    "shipped": ("works", "●"),
    SUPERSEDED: ("old", "●"),
    OUT_OF_SUPPORT: ("over", "■"),
    "planned": ("planned", "○"),
    "staged": ("planned", "◐"),
    "withdrawn": ("breaks", "✕"),
}


# How each stage of support is marked, and called.
_STAGES = {
    SupportStage.ACTIVE: ("works", "●", "supported"),
    SupportStage.SECURITY: ("limited", "◐", "security only"),
    SupportStage.EXTENDED: ("limited", "◔", "extended only"),
    SupportStage.END: ("ended", "■", "ended"),
}


def support_mark(support: Support | None, today: date) -> tuple[str, str, str] | None:
    """How far support has come: colour, sign and word; None where no end is known.

    Without a day on which full support ends, it may go on for as long as there is any.
    """
    stage = support.stage(today) if support else None
    if support and stage is SupportStage.SECURITY and support.active_until is None:
        stage = SupportStage.ACTIVE
    return _STAGES[stage] if stage else None


def state_word(view: View, release: Release) -> str:
    """A release's state, with what follows from the others, from the day and from what was seen."""
    if view.live_of(release):
        return LIVE
    if release.status is not Status.SHIPPED:
        return release.status.value
    support = view.catalogue.support_of(release)
    if support and support.over(view.today):
        return OUT_OF_SUPPORT
    newest = view.newest_of_track(release.product, release.track)
    return "shipped" if newest is release else SUPERSEDED


def status_chip(view: View, release: Release) -> Html:
    """The same as a sign, a word and a colour."""
    word = state_word(view, release)
    kind, sign = STATES[word]
    return chip(kind, sign, esc(word))


def live_line(live: Live) -> str:
    """That customers have what the records do not, and since when; for a sentence's second half."""
    return live_words(live, moment_words)


def seen_again(view: View, release: Release) -> Html:
    """That customers can still have what was withdrawn, for staff; nothing where nobody saw it."""
    seen = view.seen_again(release)
    if seen is None:
        return NOTHING
    where = url_link(seen.url)
    return fmt(
        "▲ Customers can still download it: seen {}, after it was withdrawn, at {}",
        moment_html(seen.first_seen),
        where,
    )


def staff_chip() -> Html:
    """The mark of what customers must not be told."""
    return chip("staff", "◆", esc("staff only"))


def audience_chip(view: View, audience: Audience) -> Html:
    """For staff, the mark on what is for staff alone."""
    return staff_chip() if view.staff and audience is Audience.STAFF else NOTHING


def reach_words(view: View, owner: Release, statement: Statement) -> str:
    """How far a promise without an upper end goes; empty for every other statement."""
    if not is_open(statement):
        return ""
    holds = statement.holds_until
    if holds:
        return f"counts up to {holds.version}" if holds.version else f"counts on: {holds.reason}"
    if statement.partner not in view.catalogue.products:
        return ""
    last = last_tested(view.catalogue, owner, statement)
    return f"counts up to {last.version}" if last else "tested with no release that is recorded"


def text(view: View, src: str, line: str) -> Html:
    """One line of a record: code, web addresses and mentions of articles come out as such."""
    if is_plain(line):
        return esc(line)
    return join(_shown(src, piece) for piece in pieces(view, line))


def _shown(src: str, piece: Piece) -> Html:
    words = esc_piece(piece.text)
    if piece.code:
        return tag("code", words)
    if piece.src or piece.url:
        return link(piece.url or paths.between(src, piece.src), words)
    return words


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


def instead(view: View, src: str, release: Release) -> Html:
    """What to use instead of a release, and why not what comes before it."""
    found = view.adviser.recommend(release)
    why = why_not(found.passed_over)
    if found.move is None:
        return esc(f"nothing can be recommended{f': {why}' if why else ''}")
    to = release_link(view, src, found.move)
    back = ", a step back" if found.is_back else ""
    return fmt("{}{}", to, back + (f" ({why})" if why else ""))


def ranges_html(view: View, src: str, ranges: Mapping[str, VersionRange]) -> Html:
    """What an article applies to, or is fixed in."""
    return join(
        (
            fmt("{} {}", product_link(view, src, product), range_words(versions))
            for product, versions in ranges.items()
        ),
        "; ",
    )


def inspection(view: View, tag_: Inspection | None) -> Html:
    """Who verified something, when and how; customers learn when. An old tag is called old."""
    if tag_ is None:
        return NOTHING
    said = join((verified(view, tag_), held_until(view, tag_)), ", ")
    if tag_.expired(view.today):
        return fmt("{}: {}", said, chip("limited", "!", esc(past_its_day(view))))
    return said


def verified(view: View, tag_: Inspection) -> Html:
    """An inspection tag without the day until which it holds."""
    said = fmt("verified {}", day_html(tag_.on))
    if tag_.by:
        person = view.settings.people.get(tag_.by)
        said = fmt("{} by {}", said, person.name if person else tag_.by)
    if tag_.how:
        said = fmt("{} ({})", said, tag_.how)
    return said


def held_until(view: View, tag_: Inspection) -> Html:
    """Until when an inspection tag holds or held; empty where nobody set a day."""
    if tag_.until is None:
        return NOTHING
    word = "held until" if tag_.expired(view.today) else "holds until"
    return fmt("{} {}", word, day_html(tag_.until))


def past_its_day(view: View) -> str:
    """What an inspection tag past its day means to the reader."""
    return "verify again" if view.staff else "not verified since"


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
        fmt("{} {} {}", stage, "ended" if day < view.today else "until", day_html(day))
        for stage, day in stages
        if day
    ]
    if support.ended and not said:
        return esc("ended")
    return join(said, ", ")


def issue_word(view: View, issue: Article) -> str:
    """Open or fixed; a fix that is only promised is not a fix."""
    return "fixed" if view.catalogue.is_fixed(issue) else "open"


def issue_state(view: View, issue: Article) -> Html:
    """The same as a sign, a word and a colour."""
    word = issue_word(view, issue)
    return chip("works", "✓", esc(word)) if word == "fixed" else chip("breaks", "○", esc(word))


def remediation(issue: Article) -> Html:
    """What there is against a known issue."""
    return esc(REMEDIATIONS[issue.remediation]) if issue.remediation else NOTHING


def promise(view: View, issue: Article) -> Html:
    """The day for which a fix was promised; one that has gone by says so."""
    if issue.promised is None:
        return NOTHING
    said = day_html(issue.promised)
    if issue.promised < view.today and not view.catalogue.is_fixed(issue):
        return fmt("{} {}", said, chip("limited", "!", esc("overdue")))
    return said


def shown_day(day: date | None) -> Html:
    """A day, or a dash."""
    return day_html(day) if day else esc("—")
