"""A release's page: what an agent reads out comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forewarn.model.release import Download, Release, Status
from forewarn.model.sighting import Sighting
from forewarn.model.site_path import has_page
from forewarn.pages.compatibility.statements import Told, short_breaks
from forewarn.pages.html import filters, words
from forewarn.pages.html.body import Body
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    chip,
    day_html,
    esc,
    facts,
    fmt,
    join,
    link,
    moment_html,
    plain,
    row,
    table,
    tag,
    url_link,
)
from forewarn.pages.html.parts import alarms, document, heading, issue_list, references, section
from forewarn.pages.html.prose import beginning
from forewarn.pages.products.past import history, rollout
from forewarn.pages.products.releases import platforms
from forewarn.pages.products.suites import contains, part_of
from forewarn.pages.search.customer import copy_release
from forewarn.pages.view import paths
from forewarn.pages.view.find import Find
from forewarn.pages.view.page_type import PageType
from forewarn.pages.view.sides import Side
from forewarn.pages.view.view import Page, View
from forewarn.words.days import moment_words
from forewarn.words.entries import LATE
from forewarn.words.live import ADVISE_NOBODY, after_words, before_words
from forewarn.words.obstacles import why_not

# How search ranks each state.
_BOOSTS = {
    words.LIVE: 1.8,
    "shipped": 1.6,
    "staged": 1.3,
    "planned": 1.2,
    words.SUPERSEDED: 0.8,
    "withdrawn": 0.8,
    words.OUT_OF_SUPPORT: 0.5,
}
_KIND = "release"
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def product_pages(view: View, product: str) -> Iterator[Page]:
    """A page for each release of a product of which more is recorded than its date."""
    told = Told(view, product)
    for release in view.catalogue.releases_of(product):
        if has_page(view.catalogue, release):
            yield _page(view, release, told)


def _page(view: View, release: Release, told: Told) -> Page:
    src = paths.release_src(release.product, release.version)
    sides = view.sides(release)
    breaking = [side for side in sides if side.harms]
    body = Body(view=view, file=release.place.file, src=src)
    works = [told.newest(src, release), told.table(src, sides)]
    blocks = [
        _top(view, src, release),
        alarms(view, src, filter(None, [view.live_of(release)])),
        _withdrawal(view, src, release),
        _other_bytes(view, release),
        told.breaks(src, breaking),
        copy_release(view, release),
        _facts(view, src, release, breaks=bool(breaking)),
        _briefing(view, release, body),
        section("Works with", "works-with", "\n\n".join(filter(None, works))),
        *_issues(view, src, release),
        section("Downloads", "downloads", _downloads(release)),
        section("Rollout", "rollout", rollout(view, release)),
        section("Contains", "contains", contains(view, src, release)),
        section("What is new", "new", body.fit(release.notes, 3)),
        section("History", "history", history(view, src, release)),
        references(release.references),
    ]
    text = document(
        view.title(release),
        blocks,
        hide=["navigation"],
        feed=paths.product_feed(release.product),
        find=_find(view, release),
        about=_about(view, release, breaking),
        scripts=[filters.SCRIPT] if view.staff or any(d.sha256 for d in release.downloads) else (),
    )
    return Page(src=src, text=text, uses=frozenset(body.uses), broken=tuple(body.broken))


def _about(view: View, release: Release, breaking: Sequence[Side]) -> str:
    """What it is now, what it breaks, and how its notes begin."""
    state, since = words.state_word(view, release), plain(_when(view, release))
    said = f"{view.title(release)}: {state}{f' {since}' if since else ''}."
    if breaking and (now := short_breaks(view, release)):
        said += f" {plain(now)}."
    notes = beginning(release.notes)
    return f"{said} {notes}" if notes else said


def _find(view: View, release: Release) -> Find:
    """One that has been replaced ranks lower, unless it is still supported."""
    state = words.state_word(view, release)
    boost = _BOOSTS[state]
    if state == words.SUPERSEDED and view.catalogue.support_of(release):
        boost = 1.0
    return Find(kind=_KIND, products=(release.product,), state=state, boost=boost)


def _top(view: View, src: str, release: Release) -> Html:
    trail = [
        link(paths.between(src, paths.PRODUCTS), esc("Products")),
        words.product_link(view, src, release.product),
    ]
    return fmt("{}\n\n{}", heading(esc(view.title(release)), trail), _state(view, src, release))


def _state(view: View, src: str, release: Release) -> Html:
    """One line: what it is now, since when, and what has replaced it."""
    newest = view.newest_of_track(release.product, release.track)
    places = view.places(release.product)
    live = view.live_of(release)
    parts = [words.status_chip(view, release), NOTHING if live else _when(view, release)]
    if live:
        parts.append(esc(f"recorded as {release.status}, but {words.live_line(live)}"))
    elif release.embargoed:
        parts.append(chip("staff", "◆", esc("embargoed: do not tell customers")))
    elif release.announced_at and release.status in (Status.PLANNED, Status.STAGED):
        parts.append(fmt("announced {}", day_html(release.announced_at)))
    else:
        parts.append(words.audience_chip(view, release.audience))
    if newest and places[newest.version] < places[release.version]:
        parts.append(_replaced(view, src, release, newest))
    elif newest is release:
        parts.append(esc(f"the newest of {release.track}"))
    items = (tag("span", part) for part in parts if part)
    return tag("p", *items, class_="fw-state")


def _replaced(view: View, src: str, release: Release, newest: Release) -> Html:
    """What has replaced it and may be recommended, or why it is better not to move."""
    found = view.adviser.recommend(release)
    if found.move:
        return fmt("replaced by {}", words.instead(view, src, release))
    link = words.release_link(view, src, newest)
    stay = "; whoever has this one may stay" if found.to else "; nothing can be recommended"
    return fmt("{} is newer{}", link, f"{stay}: {why_not(found.passed_over)}")


def _when(view: View, release: Release) -> Html:
    """The day that matters in its state, and whether it has gone by."""
    if release.status in (Status.PLANNED, Status.STAGED):
        planned = release.planned_for
        if planned is None:
            return esc("no date")
        late = f" — {LATE}" if release.overdue(view.today) else ""
        return fmt("for {}{}", day_html(planned), late)
    return fmt("since {}", day_html(release.since)) if release.since else NOTHING


def _withdrawal(view: View, src: str, release: Release) -> Html:
    taken_back = release.withdrawn
    if taken_back is None:
        return NOTHING
    use = words.instead(view, src, release)
    return tag(
        "section",
        tag("p", tag("strong", fmt("✕ Withdrawn on {}", day_html(taken_back.on)))),
        tag("p", words.text(view, src, taken_back.reason)),
        tag("p", tag("strong", again)) if (again := words.seen_again(view, release)) else NOTHING,
        tag("p", tag("strong", esc("Use instead:")), fmt(" {}", use), class_="fw-say"),
        class_="fw-box fw-alarm",
        aria_label="Withdrawn",
    )


def _other_bytes(view: View, release: Release) -> Html:
    """That a file is another one under the same version, for staff: both digests, both times."""
    rows = [(one, one.other) for one in view.other_bytes(release) if one.other]
    if not rows:
        return NOTHING
    items = (
        tag(
            "li",
            join((esc(_of(one)), url_link(one.download or one.url)), " "),
            tag("p", esc(before_words(other, moment_words)), class_="fw-small"),
            tag("p", esc(after_words(other, moment_words)), class_="fw-small"),
        )
        for one, other in rows
    )
    return tag(
        "section",
        tag("p", tag("strong", esc("✕ Other bytes than before, under the same version"))),
        tag("ul", *items, class_="fw-list"),
        tag(
            "p", tag("strong", esc("What to do:")), fmt(" {}", esc(ADVISE_NOBODY)), class_="fw-say"
        ),
        class_="fw-box fw-alarm",
        aria_label="Other bytes than before",
    )


def _of(one: Sighting) -> str:
    """For which system a file is, before its address."""
    of = " ".join(filter(None, (one.platform, one.arch)))
    return f"{of}:" if of else ""


def _facts(view: View, src: str, release: Release, *, breaks: bool) -> Html:
    seen = view.first_seen(release)
    return facts(
        [
            ("Breaks", NOTHING if breaks else esc("nothing that is recorded")),
            ("Track", esc(release.track)),
            ("Released", day_html(release.released_at) if release.released_at else NOTHING),
            ("Planned for", day_html(release.planned_for) if release.planned_for else NOTHING),
            ("Support", words.support_words(view, release) or esc("no date recorded")),
            ("Platforms", esc(", ".join(platforms(release)))),
            ("Part of", part_of(view, src, release)),
            # The vendor's date and ours are two facts; ours is for staff.
            ("First seen by us", moment_html(seen) if seen else NOTHING),
        ]
    )


def _briefing(view: View, release: Release, body: Body) -> str:
    briefing = view.catalogue.briefings.get((release.product, release.version))
    if briefing is None:
        return ""
    at_its_place = Body(view=view, file=briefing.place.file, src=body.src)
    text = at_its_place.fit(briefing.text, 3)
    body.uses |= at_its_place.uses
    body.broken += at_its_place.broken
    return section("Briefing, for staff only", "briefing", text)


def _issues(view: View, src: str, release: Release) -> Iterator[str]:
    touching = view.issues_touching(release)
    fixed = [issue for issue in view.issues_fixed_in(release) if issue not in touching]
    items = (tag("li", words.article_link(view, src, issue)) for issue in fixed)
    yield section("Known issues", "known-issues", issue_list(view, src, touching))
    yield section("Fixes", "fixes", tag("ul", *items) if fixed else NOTHING)


def _downloads(release: Release) -> Html:
    rows = [
        row(
            esc(download.target_words),
            link(download.url, esc(_file_name(download))),
            esc(_size(download)),
            _hash(download) or esc("not recorded"),
        )
        for download in release.downloads
    ]
    return (
        table(["Platform", "File", "Size", "SHA-256"], rows, kind="fw-hashes") if rows else NOTHING
    )


def _file_name(download: Download) -> str:
    return download.url.rstrip("/").rsplit("/", 1)[-1]


def _hash(download: Download) -> Html:
    """The hash and a button that copies it, which is there once the script is."""
    if download.sha256 is None:
        return NOTHING
    button = tag(
        "button",
        esc("Copy"),
        type="button",
        class_="fw-button",
        hidden="",
        data_copy=download.sha256,
        aria_label=f"Copy the SHA-256 of {_file_name(download)}",
    )
    return join((tag("code", esc(download.sha256)), button), " ")


def _size(download: Download) -> str:
    if download.size is None:
        return ""
    power = min((len(str(download.size)) - 1) // 3, len(_UNITS) - 1)
    return f"{download.size / 1000**power:.3g} {_UNITS[power]}"


PAGES = PageType(product_pages=product_pages, kinds={_KIND: "Release"})
