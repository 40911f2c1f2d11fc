"""Blocks that several page types show: what is live and not recorded so, and known issues."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from forewarn.model.article import Article, Remediation
from forewarn.model.compatibility import Judgement
from forewarn.model.current import hurts
from forewarn.model.live import Live
from forewarn.model.release import Release, Status
from forewarn.model.unrecorded import release_or_stand_in
from forewarn.model.versions.version import InvalidVersion
from forewarn.pages.html import words
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    day_html,
    esc,
    fmt,
    join,
    moment_html,
    tag,
    url_link,
)
from forewarn.pages.view import paths
from forewarn.pages.view.find import Find
from forewarn.pages.view.view import View
from forewarn.words.days import day_words

# A longer list is on the product's page and in the checker.
_HARMS = 6

# What there is against an issue, the least first.
HARMFUL_FIRST = (
    Remediation.NONE_AVAILABLE,
    Remediation.NO_FIX_PLANNED,
    Remediation.MITIGATION,
    Remediation.WORKAROUND,
    Remediation.VENDOR_FIX,
)

_json = json.JSONEncoder(ensure_ascii=False).encode


def document(
    title: str,
    blocks: Iterable[str],
    *,
    hide: Sequence[str] = (),
    feed: str | None = None,
    find: Find | None = None,
    about: str = "",
    scripts: Sequence[str] = (),
) -> str:
    """A page: its head, and blocks of HTML or Markdown with an empty line between them.

    `about` says in a sentence or two what it is about, in plain text: search engines and chats
    show that, or else the title. `find` is how search finds it, None if it shall not; `scripts`
    are those of our own that this page needs beside those of every page (`checker.js`). The title
    is escaped here, because site generators put it into their pages as it is.
    """
    head = [f"title: {_json(esc(title))}"]
    # Of it a picture is drawn where the page may be shown elsewhere.
    head.append(f"description: {_json(esc(about or title))}")
    if hide:
        head.append(f"hide: {_json(hide)}")
    if feed:
        head.append(f"feed: {_json(feed)}")
    if find:
        head.append(f"find: {_json(vars(find))}")
    if scripts:
        head.append(f"scripts: {_json(scripts)}")
    body = "\n\n".join(block for block in blocks if block)
    return "\n".join(["---", *head, "---", "", body, ""])


def heading(title: Html, trail: Iterable[Html] = ()) -> Html:
    """The page's name, below the trail of pages that it belongs to."""
    steps = [tag("span", step) for step in trail if step]
    crumbs = tag("p", join(steps, " / "), class_="fw-trail", data_search_exclude="1")
    return fmt("{}\n\n{}", crumbs if steps else "", tag("h1", title, id="top"))


def section(title: str, anchor: str, content: str) -> str:
    """A section of a page; nothing where it has no content."""
    return f"## {title} {{#{anchor}}}\n\n{content}" if content else ""


def references(urls: Sequence[str]) -> str:
    """The section of a page that names where it all comes from."""
    items = (tag("li", url_link(url)) for url in urls)
    return section("References", "references", tag("ul", *items) if urls else NOTHING)


def alarms(view: View, src: str, found: Iterable[Live]) -> Html:
    """The alarm: customers can download it, and the records do not say so. Staff only."""
    boxes = [_alarm(view, src, live) for live in found]
    return tag("div", *boxes, id=paths.UNANNOUNCED) if boxes else NOTHING


def _alarm(view: View, src: str, live: Live) -> Html:
    name, record = f"{view.name(live.product)} {live.version}", live.record
    known = view.catalogue.latest(live.product)
    newest = words.release_link(view, src, known) if known else esc("none")
    harms = _harms(view, src, live)
    rest = "What it breaks is not recorded: do not promise that it works with anything."
    if harms or (record and record.compatibility):
        rest = "Beyond what is recorded, do not promise that it works with anything."
    said = "unannounced" if record is None or record.embargoed else "and not recorded as shipped"
    say = (
        f"Yes, {name} exists: it has been on the download site since at least "
        f"{live.since:%H:%M} UTC on {day_words(live.since.date())}. We are checking what it works "
        "with."
    )
    return tag(
        "section",
        tag(
            "p",
            tag("strong", fmt("{} {}", _sign("▲"), f"{name} is out, {said}")),
            class_="fw-box-title",
        ),
        tag("p", tag("strong", esc("Say:")), fmt(" {}", tag("q", esc(say))), class_="fw-say"),
        _facts_line(
            ("on the site since", moment_html(live.since)),
            ("platform", _platforms(live)),
            *_rollout(live),
            ("where", join(_links(live), ", ")),
            ("in the records", _recorded(view, src, record)),
            ("newest that we shipped", newest),
        ),
        harms,
        tag("p", fmt("{} {}", rest, _settle(live)), class_="fw-small"),
        class_="fw-box fw-alarm",
        aria_label=f"Unannounced: {name}",
    )


def _rollout(live: Live) -> tuple[tuple[str, Html], ...]:
    """How many are offered it, where its places say so."""
    if live.rollout is None:
        return ()
    return (("rollout", esc(f"{live.rollout} % of customers are offered it")),)


def _platforms(live: Live) -> Html:
    """Each platform, with its own moment where that is a later one."""
    named = [
        esc(platform or "no platform named")
        if at == live.since
        else fmt("{} since {}", platform or "no platform named", moment_html(at))
        for platform, at in sorted(live.platforms, key=lambda row: (row[1], row[0] or ""))
    ]
    return join(named, ", ")


def _recorded(view: View, src: str, record: Release | None) -> Html:
    if record is None:
        return esc("nothing")
    planned = f", for {record.planned_for.isoformat()}" if record.planned_for else ""
    return fmt("{}: {}", words.release_link(view, src, record), f"{record.status}{planned}")


def _harms(view: View, src: str, live: Live) -> Html:
    """What it breaks of what others have newest, by every statement that covers it."""
    if live.product not in view.catalogue.products:
        return NOTHING
    try:
        release = live.record or release_or_stand_in(view.catalogue, live.product, live.version)
        harmed = [
            judgement
            for partner in view.partners(live.product)
            for newest in view.catalogue.latest_of_tracks(partner)
            for judgement in (view.judge(release, newest),)
            if judgement.verdict.harms
        ]
    except InvalidVersion:
        return NOTHING  # the product's scheme was changed since it was seen
    harmed.sort(key=lambda judgement: -judgement.verdict.caution)
    items = (tag("li", _harm(view, src, judgement)) for judgement in harmed[:_HARMS])
    return tag("ul", *items, class_="fw-list") if harmed else NOTHING


def _harm(view: View, src: str, judgement: Judgement) -> Html:
    other = words.release_link(view, src, judgement.b)
    remedies = join((words.text(view, src, remedy) for remedy in judgement.remedies), " ")
    return join((words.judgement_chip(judgement), other, remedies), " ")


def _settle(live: Live) -> Html:
    """What to run, so that the records say what is so."""
    ways = [tag("code", esc(f"forewarn sightings accept {s.id}")) for s in live.unanswered]
    if not ways and live.record:
        ways = [tag("code", esc(f"forewarn release ship {live.product} {live.version}"))]
    elif not ways:
        ways = [tag("code", esc(f"forewarn sightings accept {live.sightings[0].id}"))]
    no = tag("code", esc(f'forewarn sightings dismiss {live.sightings[0].id} --reason "…"'))
    return fmt("Settle it with {}; if it is no release, {}.", join(ways, " and "), no)


def _links(live: Live) -> list[Html]:
    return [url_link(url) for url in live.addresses if url.startswith(("http://", "https://"))]


def _sign(mark: str) -> Html:
    return tag("span", esc(mark), class_="fw-sign", aria_hidden="true")


def _facts_line(*pairs: tuple[str, Html]) -> Html:
    """Facts in one running line, for boxes."""
    items = [
        tag("span", tag("b", esc(label)), fmt(" {}", value)) for label, value in pairs if value
    ]
    return tag("p", *items, class_="fw-line") if items else NOTHING


def in_order(view: View, issues: Iterable[Article]) -> list[Article]:
    """Known issues by harm: the open first, those against which nothing helps, what most have."""
    remedies = [*HARMFUL_FIRST, None]
    return sorted(
        issues,
        key=lambda issue: (
            view.catalogue.is_fixed(issue),
            not hurts(view.catalogue, issue, view.currents),
            remedies.index(issue.remediation),
            -hurts(view.catalogue, issue, view.currents),
            issue.title.casefold(),
            issue.path,
        ),
    )


def issue_list(
    view: View,
    src: str,
    issues: Iterable[Article],
    mark: Callable[[Article], dict[str, str]] = lambda _: {},
) -> Html:
    """Known issues, each with what helps, in the order in which they are given.

    `mark` gives the further attributes of each.
    """
    items = [_issue(view, src, issue, mark(issue)) for issue in issues]
    return tag("ul", *items, class_="fw-issues fw-rows") if items else NOTHING


def _issue(view: View, src: str, issue: Article, marks: dict[str, str]) -> Html:
    title = (
        words.issue_state(view, issue),
        tag("strong", words.article_link(view, src, issue)),
        words.audience_chip(view, issue.audience),
    )
    return tag(
        "li",
        tag("p", join(title, " ")),
        issue_help(
            view,
            src,
            issue,
            ("what helps", words.remediation(issue)),
            ("applies to", words.ranges_html(view, src, issue.applies)),
        ),
        **marks,
    )


def issue_help(view: View, src: str, issue: Article, *facts: tuple[str, Html]) -> Html:
    """What to do about a known issue until it is fixed, and when that is."""
    label = "Until it is fixed:"
    if view.catalogue.is_fixed(issue):
        label = "Without the fix:"
    elif issue.remediation is Remediation.NO_FIX_PLANNED:
        label = "Instead:"
    until = words.text(view, src, issue.contingency) if issue.contingency else NOTHING
    say = tag("p", tag("strong", esc(label)), fmt(" {}", until), class_="fw-say")
    line = _facts_line(
        ("fix promised for", words.promise(view, issue)),
        ("fixed in", words.ranges_html(view, src, issue.fixed_in)),
        *facts,
    )
    return join((say if until else NOTHING, line))


def since(view: View, release: Release) -> Html:
    """The day that matters in a release's state; when it was first seen, where it is live.

    Not how long ago that is: the page may be read long after it was built.
    """
    live = view.live_of(release)
    if live:
        return day_html(live.since.date())
    day = release.planned_for if release.status in (Status.PLANNED, Status.STAGED) else None
    day = day or release.released_at
    return day_html(day) if day else NOTHING
