"""The checker: choose products and versions, and read out the answer; its page and its data.

The data say of every version what `judge` says of it, worked out when the site is built: a
statement comes with the versions of both sides for which it decides. The script in the page only
looks them up, so that it cannot judge otherwise. A version without a record it looks up by the
stretch between two ends that it falls into.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from forewarn.model.compatibility import Applied, stated
from forewarn.model.live import Live
from forewarn.model.matter import verified_on
from forewarn.model.recommend import instead_words
from forewarn.model.record import Audience
from forewarn.model.release import Member, Release, Status, Verdict
from forewarn.model.unrecorded import stand_in
from forewarn.model.versions.plain import Plain
from forewarn.model.versions.version import InvalidVersion
from forewarn.model.whole import have_to_do, whole
from forewarn.pages.compatibility.between import Between, same_numbers
from forewarn.pages.compatibility.overview import KIND
from forewarn.pages.compatibility.statements import anchor_of
from forewarn.pages.html import words
from forewarn.pages.html.elements import Html, day_words, esc, fmt, link, plain, tag
from forewarn.pages.html.line import Piece, pieces
from forewarn.pages.html.parts import document, heading
from forewarn.pages.view import paths
from forewarn.pages.view.find import Find
from forewarn.pages.view.page_type import NavPlace, PageType
from forewarn.pages.view.view import Page, View
from forewarn.words.ranges import plain_range, stretch

SCRIPTS = ("tables.js", "checker.js")
# A longer list of tables is on the overview alone.
_LONGEST_LIST = 60


def pages(view: View) -> Iterator[Page]:
    """The checker's page, and the products it offers."""
    yield Page(src=paths.CHECKER, text=_page(view))
    yield Page(src=paths.CHECKER_INDEX, text=_json(_index(view)))


def product_pages(view: View, product: str) -> Iterator[Page]:
    """What the checker knows of a product, and of each pair that is named by it first."""
    if not view.catalogue.releases_of(product):
        return
    yield Page(src=paths.checker_product(product), text=_json(_product(view, product)))
    for one, other in view.pairs:
        if one == product and one != other:
            yield Page(src=paths.checker_pair(one, other), text=_json(_pair(view, one, other)))


def _page(view: View) -> str:
    src = paths.CHECKER
    trail = [link(paths.between(src, paths.COMPATIBILITY), esc("Compatibility"))]
    intro = "Choose products and versions to see whether they work together, and what to say."
    without = "The checker needs JavaScript. Without it, open the table of two products below."
    copy = tag(
        "button", esc("Copy link"), type="button", class_="fw-button", data_copy="", hidden=""
    )
    blocks = [
        heading(esc("Check versions"), trail),
        tag("p", esc(intro)),
        tag("p", esc(without), class_="fw-small", id="fw-checker-off"),
        tag("div", id="fw-checker", data_search_exclude="1"),
        tag("p", copy, class_="fw-copy-answer", data_search_exclude="1"),
        "## Tables of all versions {#tables}",
        _tables(view, src),
    ]
    find = Find(kind=KIND, boost=1.2, also=("checker", "compatible", "versions"))
    return document(
        "Check versions", blocks, hide=["navigation", "toc"], find=find, scripts=SCRIPTS
    )


def _tables(view: View, src: str) -> Html:
    all_of_them = link(paths.between(src, paths.COMPATIBILITY), esc("The overview"))
    said = tag("p", fmt("{} has the newest releases of every pair.", all_of_them))
    if not view.pairs or len(view.pairs) > _LONGEST_LIST:
        return said
    items = (
        tag(
            "li",
            link(
                paths.between(src, paths.pair_src(one, other)),
                esc(f"{view.name(one)} and {view.name(other)}"),
            ),
        )
        for one, other in view.pairs
    )
    return fmt("{}\n\n{}", said, tag("ul", *items, class_="fw-list fw-columns"))


def _index(view: View) -> dict[str, Any]:
    catalogue = view.catalogue
    named = {id: view.name(id) for id in catalogue.products if catalogue.versions_of(id)}
    return {
        "staff": view.staff,
        "verdicts": [
            [verdict, *words.VERDICTS[verdict]]
            for verdict in sorted(Verdict, key=lambda v: v.caution)
        ],
        "products": [
            {"id": id, "name": name, "file": paths.checker_product(id)}
            for id, name in sorted(named.items(), key=lambda row: (row[1].casefold(), row[0]))
        ],
    }


def _product(view: View, product: str) -> dict[str, Any]:
    newest = view.catalogue.latest(product)
    partners = [b if a == product else a for a, b in view.pairs if product in (a, b) and a != b]
    return {
        "id": product,
        "name": view.name(product),
        "newest": newest.version if newest else "",
        "pairs": {
            partner: [
                paths.checker_pair(product, partner),
                paths.url(paths.pair_src(product, partner)),
            ]
            for partner in partners
        },
        "unrecorded": _unrecorded(view, product),
        "live": {
            live.version: words.live_line(live)
            for live in view.live
            if live.product == product and live.record is None
        },
        "plain": _plain(view.catalogue.schemes[product].plain),
        "speaks": [
            other
            for other in view.catalogue.neighbours(product)
            if other in view.catalogue.products and have_to_do(view.catalogue, product, other)
        ],
        "page": paths.url(paths.product_src(product)),
        "track": next(iter(view.catalogue.products[product].tracks), ""),
        "versions": [_version(view, release) for release in view.catalogue.releases_of(product)],
    }


def _plain(plain: Plain | None) -> dict[str, Any] | None:
    """How the versions of numbers alone are ordered; null where the script must not order them."""
    if plain is None:
        return None
    said = asdict(plain)
    return {key: value for key, value in said.items() if value is not False}


def _version(view: View, release: Release) -> str | dict[str, Any]:
    """A version; what is as with most of them is left out, and then it stands alone."""
    own, anchor = paths.release_place(view.catalogue, release)
    tracks = view.catalogue.products[release.product].tracks
    address = paths.with_anchor(paths.url(own), anchor)
    usual = f"{paths.url(paths.product_src(release.product))}{release.version}/"
    more = {
        "page": "" if address == usual else address,
        "track": "" if release.track == tracks[0] else release.track,
        "state": "" if release.status is Status.SHIPPED else _state(view, release),
        "avoid": view.adviser.always(release) is not None,
        "stay": view.adviser.always(release) is not None and view.adviser.may_stay(release),
        "issues": [issue.path for issue in view.adviser.open_issues(release)],
        "instead": instead.version if (instead := view.adviser.named(release)) else "",
        "note": _caveat(view, release),
        "contains": [_member(view, member) for member in release.contains],
        "more": release.holds_more,
        "same": same_numbers(view, release),
    }
    said = {key: value for key, value in more.items() if value}
    return {"version": release.version, **said} if said else release.version


def _member(view: View, member: Member) -> list[Any]:
    """A member's product and version, as it is recorded; null for what has no record."""
    held = view.catalogue.find_release(member.product, member.version)
    return [member.product, held.version if held else None, member.version]


def _state(view: View, release: Release) -> str:
    return words.LIVE if view.live_of(release) else release.status.value


def _caveat(view: View, release: Release) -> str:
    """What has to be said with every answer about a release that is not simply shipped."""
    match release.status:
        case Status.WITHDRAWN:
            gone = release.withdrawn
            if gone is None:
                return "was withdrawn"
            reason = gone.reason.strip().removesuffix(".")
            instead = instead_words(view.adviser.recommend(release))
            return f"was withdrawn on {day_words(gone.on)}: {reason}; {instead}"
        case Status.PLANNED | Status.STAGED if live := view.live_of(release):
            return f"is recorded as {release.status}, but {words.live_line(live)}"
        case Status.PLANNED | Status.STAGED:
            embargo = "; it is under embargo: do not tell customers of it"
            return f"has not shipped yet{embargo if release.embargoed else ''}"
        case Status.SHIPPED:
            support = view.catalogue.support_of(release)
            return "is out of support" if support and support.over(view.today) else ""
        case Status.UNRECORDED:
            return "is not recorded"


def _pair(view: View, one: str, other: str) -> dict[str, Any]:
    # In this order statements that count the same are told; see `Judgement.applied`.
    first, second = sorted((one, other), key=lambda product: f"releases/{product}/")
    texts: dict[str, int] = {}
    sides = [_side(view, first, second, texts), _side(view, second, first, texts)]
    return {"sides": sides, "statements": [json.loads(text) for text in texts]}


def _side(view: View, product: str, partner: str, texts: dict[str, int]) -> dict[str, Any]:
    """What the releases of a product state of its partner; `texts` numbers the statements.

    The places of the partner's versions are followed by those of the stretches between `ends`.
    """
    known, between = view.stated(product, partner), Between(view, product, partner)
    rows: dict[tuple[Any, ...], list[int]] = {}
    releases = view.catalogue.releases_of(product)
    for place, release in enumerate(releases):
        found: dict[tuple[int, int], tuple[list[range], list[range]]] = {}
        numbers: dict[int, int] = {}
        for reach in known.of(release):
            number = numbers.setdefault(reach.number, len(numbers))
            said = found.setdefault((number, _numbered(view, reach.applied, texts)), ([], []))
            said[0].extend(reach.decides)
            said[1].extend(reach.overruled)
        for number, row, there in _of_unrecorded(view, release, partner, between):
            said = found.setdefault((number, _numbered(view, row, texts)), ([], []))
            said[0 if row.decides else 1].append(there)
        for (number, text), (decides, overruled) in found.items():
            key = number, text, tuple(_joined(decides)), tuple(_joined(overruled))
            rows.setdefault(key, []).append(place)
    count = max((number for number, *_ in rows), default=-1) + 1
    return {
        "product": product,
        "versions": [*(release.version for release in releases), *_unrecorded(view, product)],
        "ends": between.ends,
        "anchors": [anchor_of(partner, number) for number in range(count)],
        "rows": [
            [number, said, _flat(_runs(owners)), _flat(decides), _flat(overruled)]
            for (number, said, decides, overruled), owners in sorted(
                rows.items(), key=lambda row: (row[0][0], row[1])
            )
            if decides or overruled
        ],
    }


def _numbered(view: View, row: Applied, texts: dict[str, int]) -> int:
    """The number of a statement among those of the pair."""
    text = json.dumps(_statement(view, row), ensure_ascii=False)
    return texts.setdefault(text, len(texts))


def _of_unrecorded(
    view: View, release: Release, partner: str, between: Between
) -> Iterator[tuple[int, Applied, range]]:
    """What a release states of versions without a record: those that are known, and all others.

    Their places are those after all recorded releases.
    """
    made = [s for s in release.compatibility if s.partner == partner]
    place = len(view.catalogue.releases_of(partner))
    for version in _unrecorded(view, partner):
        for row in stated(view.catalogue, release, stand_in(partner, version), view.today):
            yield made.index(row.statement), row, range(place, place + 1)
        place += 1
    for number, row, there in between.of(release):
        yield number, row, range(place + there.start, place + there.stop)


def _unrecorded(view: View, product: str) -> tuple[str, ...]:
    """The versions of a product without a record that suites contain, or that can be downloaded."""
    return view.once(_all_unrecorded).get(product, ())


def _all_unrecorded(view: View) -> dict[str, tuple[str, ...]]:
    catalogue = view.catalogue
    found: dict[str, dict[str, None]] = {}
    for suite in sorted(catalogue.shelf.suites()):
        for release in catalogue.releases_of(suite):
            for part in whole(catalogue, release).parts:
                if not part.release.recorded:
                    found.setdefault(part.release.product, {})[part.release.version] = None
    for live in view.live:
        if live.record is None and _is_version(view, live):
            found.setdefault(live.product, {})[live.version] = None
    return {product: tuple(sorted(versions)) for product, versions in found.items()}


def _is_version(view: View, live: Live) -> bool:
    try:
        view.catalogue.schemes[live.product].key(live.version)
    except (InvalidVersion, KeyError):
        return False
    return True


def _statement(view: View, row: Applied) -> dict[str, Any]:
    made = row.statement
    said = {
        "verdict": made.verdict.caution,
        "counts": row.verdict.caution,
        "doubt": row.doubt.value if row.doubt else "",
        "beyond": row.beyond and row.harms,
        "range": stretch(made.versions) if row.doubt or row.beyond else "",
        "last": made.holds_until.version if row.beyond and made.holds_until else "",
        "undated": row.beyond and verified_on(row.owner, made) is None,
        "holds": words.reach_words(view, row.owner, made),
        "of": plain_range(view.name(made.partner), made.versions),
        "about": _line(view, made.about),
        "limits": _line(view, made.limits),
        "remedy": _line(view, made.remedy),
        "verified": plain(words.verified(view, made.verified)) if made.verified else "",
        "until": plain(words.held_until(view, made.verified)) if made.verified else "",
        "expired": row.expired,
        "staff": view.staff and made.audience is Audience.STAFF,
        "sources": list(made.references),
    }
    return {
        key: value for key, value in said.items() if value not in ("", []) and value is not False
    }


def _line(view: View, line: str | None) -> list[Any]:
    return [_piece(piece) for piece in pieces(view, line)] if line else []


def _piece(piece: Piece) -> Any:
    if piece.code:
        return {"code": piece.text}
    to = piece.url or (piece.src and paths.url(piece.src))
    return {"text": piece.text, "to": to} if to else piece.text


def _joined(found: Iterable[range]) -> Iterator[range]:
    """Ranges in order, neighbours that touch as one."""
    return _runs(place for places in sorted(found, key=lambda r: r.start) for place in places)


def _runs(places: Iterable[int]) -> Iterator[range]:
    """Places that follow each other as ranges."""
    start = stop = -1
    for place in places:
        if place != stop:
            if stop >= 0:
                yield range(start, stop)
            start = place
        stop = place + 1
    if stop >= 0:
        yield range(start, stop)


def _flat(found: Iterable[range]) -> list[int]:
    return [edge for places in found for edge in (places.start, places.stop)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


PAGES = PageType(
    pages=pages,
    product_pages=product_pages,
    nav=NavPlace(order=10, title="Checker", src=paths.CHECKER, under=paths.COMPATIBILITY),
)
