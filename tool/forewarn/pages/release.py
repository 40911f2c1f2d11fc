"""A release's page: what an agent reads out comes first."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.model.release import Download, Release, Status
from forewarn.pages import paths, words
from forewarn.pages.body import Body
from forewarn.pages.html import (
    NOTHING,
    Html,
    chip,
    day_html,
    esc,
    facts,
    link,
    moment_html,
    row,
    table,
    tag,
)
from forewarn.pages.parts import document, heading, issue_table, since, unannounced
from forewarn.pages.statements import breaks_box, statement_table, with_newest
from forewarn.pages.view import Page, View

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A page for each release of a product of which more is recorded than its date."""
    for release in view.catalogue.releases_of(product):
        if paths.has_page(view.catalogue, release):
            yield _page(view, release)


def _page(view: View, release: Release) -> Page:
    src = paths.release_src(release.product, release.version)
    breaking = view.breaking(release)
    body = Body(view=view, file=release.place.file, src=src)
    blocks = [
        _top(view, src, release),
        unannounced(view, src, (u for u in view.unannounced if u.record is release)),
        _withdrawal(view, src, release),
        breaks_box(view, src, breaking),
        _facts(view, src, release, breaks=bool(breaking)),
        _briefing(view, release, body),
        _works_with(view, src, release),
        _issues(view, src, release),
        _downloads(release),
        f"## What is new {{#new}}\n\n{body.fit(release.notes, 3)}" if release.notes.strip() else "",
        _references(release),
    ]
    text = document(
        view.title(release),
        blocks,
        hide=["navigation"],
        feed=paths.product_feed(release.product),
    )
    return Page(src=src, text=text, uses=frozenset(body.uses), broken=tuple(body.broken))


def _top(view: View, src: str, release: Release) -> Html:
    trail = [
        link(paths.between(src, paths.PRODUCTS), esc("Products")),
        words.product_link(view, src, release.product),
    ]
    return Html(f"{heading(esc(view.title(release)), trail)}\n\n{_state(view, src, release)}")


def _state(view: View, src: str, release: Release) -> Html:
    """One line: what it is now, since when, and what has replaced it."""
    newer = view.newest_of_track(release.product, release.track)
    superseded = view.catalogue.superseded_by(release)
    parts = [words.status_chip(view, release), since(view, release)]
    if release.embargoed:
        parts.append(chip("staff", "◆", esc("embargoed: do not tell customers")))
    elif release.announced_at and release.status in (Status.PLANNED, Status.STAGED):
        parts.append(Html(f"announced {day_html(release.announced_at)}"))
    else:
        parts.append(words.audience_chip(view, release.audience))
    if superseded:
        parts.append(Html(f"replaced by {words.release_link(view, src, superseded)}"))
    elif newer is release:
        parts.append(esc(f"the newest of {release.track}"))
    items = (tag("span", part) for part in parts if part)
    return tag("p", *items, class_="fw-state")


def _withdrawal(view: View, src: str, release: Release) -> Html:
    taken_back = release.withdrawn
    if taken_back is None:
        return NOTHING
    use = words.replacement(view, src, release)
    return tag(
        "section",
        tag("p", tag("strong", Html(f"✕ Withdrawn on {day_html(taken_back.on)}"))),
        tag("p", words.text(view, src, taken_back.reason)),
        tag("p", tag("strong", esc("Use instead:")), Html(f" {use}"), class_="fw-say")
        if use
        else NOTHING,
        class_="fw-box fw-alarm",
        aria_label="Withdrawn",
    )


def _facts(view: View, src: str, release: Release, *, breaks: bool) -> Html:
    platforms = dict.fromkeys(d.platform for d in release.downloads)
    return facts(
        [
            ("Breaks", NOTHING if breaks else esc("nothing that is recorded")),
            ("Track", esc(release.track)),
            ("Released", day_html(release.released_at) if release.released_at else NOTHING),
            ("Planned for", day_html(release.planned_for) if release.planned_for else NOTHING),
            ("Support", words.support_words(view, release) or esc("no date recorded")),
            ("Platforms", esc(", ".join(platforms))),
            ("First seen by us", _first_seen(view, release)),
        ]
    )


def _first_seen(view: View, release: Release) -> Html:
    """The vendor's date and ours are two facts; ours is for staff."""
    mine = [
        s.first_seen
        for s in view.sightings or ()
        if (s.product, s.version) == (release.product, release.version)
    ]
    return moment_html(min(mine)) if mine else NOTHING


def _briefing(view: View, release: Release, body: Body) -> str:
    briefing = view.catalogue.briefings.get((release.product, release.version))
    if briefing is None or not briefing.text.strip():
        return ""
    at_its_place = Body(view=view, file=briefing.place.file, src=body.src)
    text = at_its_place.fit(briefing.text, 3)
    body.uses |= at_its_place.uses
    body.broken += at_its_place.broken
    return f"## Briefing, for staff only {{#briefing}}\n\n{text}"


def _works_with(view: View, src: str, release: Release) -> str:
    shown = [with_newest(view, src, release), statement_table(view, src, release)]
    if not any(shown):
        return ""
    return "\n\n".join(["## Works with {#works-with}", *(block for block in shown if block)])


def _issues(view: View, src: str, release: Release) -> str:
    touching = view.issues_touching(release)
    fixed = [issue for issue in view.issues_fixed_in(release) if issue not in touching]
    blocks = []
    if touching:
        blocks += ["## Known issues {#known-issues}", issue_table(view, src, touching)]
    if fixed:
        items = (tag("li", words.article_link(view, src, issue)) for issue in fixed)
        blocks += ["## Fixes {#fixes}", tag("ul", *items)]
    return "\n\n".join(blocks)


def _downloads(release: Release) -> str:
    if not release.downloads:
        return ""
    rows = [
        row(
            esc(download.target_words),
            link(download.url, esc(download.url.rstrip("/").rsplit("/", 1)[-1])),
            esc(_size(download)),
            tag("code", esc(download.sha256)) if download.sha256 else esc("not recorded"),
        )
        for download in release.downloads
    ]
    heads = ["Platform", "File", "Size", "SHA-256"]
    return f"## Downloads {{#downloads}}\n\n{table(heads, rows, kind='fw-hashes')}"


def _size(download: Download) -> str:
    if download.size is None:
        return "—"
    power = min((len(str(download.size)) - 1) // 3, len(_UNITS) - 1)
    return f"{download.size / 1000**power:.3g} {_UNITS[power]}"


def _references(release: Release) -> str:
    if not release.references:
        return ""
    items = (tag("li", link(url, esc(url))) for url in release.references)
    return f"## References {{#references}}\n\n{tag('ul', *items)}"
