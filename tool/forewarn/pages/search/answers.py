"""The answers that the search box puts above its hits, worked out when the site is built.

Each has a key that the browser makes of what was typed: `p` and a product; `t`, a product and a
line of its releases; `n` and two products; `c` and a code; `i`, a product and a version of which
something is known to be wrong. That of a release itself stands with its row of the lookup. The
browser judges nothing: it looks them up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from forewarn.expressions import expression
from forewarn.model.called import calls_of, numbered_otherwise
from forewarn.model.product import Product
from forewarn.model.record import Audience, Support
from forewarn.model.release import Release, Status, Verdict
from forewarn.model.tracks import OTHER
from forewarn.pages.html import words
from forewarn.pages.view import paths
from forewarn.pages.view.view import View
from forewarn.words import answers as said
from forewarn.words.days import day_words

_PARTS = expression(r"(?<=[.-])")
_OTHER = expression(r"[^\w.]+")
_V = expression(r"v(?=\d)")
INSIDE, LINE = "inside", "line"
MOST = 8  # lines and versions that one answer names
_ORDER = (Verdict.WORKS, Verdict.LIMITED, Verdict.BREAKS, Verdict.UNKNOWN)


class AnswerCard(NamedTuple):
    """What is said of something: `say` and `support` are what follows its title.

    `inside` is whether customers must not be told. `more` are lines with a title, an address and
    what is said of them.
    """

    title: str
    url: str
    state: str
    say: str
    support: str = ""
    newest: str = ""
    inside: bool = False
    more: Sequence[Sequence[str]] = ()

    @property
    def row(self) -> list[Any]:
        """As it stands in a file, without what is empty at its end."""
        row = [*self[:6], INSIDE if self.inside else "", *self.more]
        while row and not row[-1]:
            row.pop()
        return row


def answers_of(view: View, product: str) -> Iterator[tuple[str, AnswerCard]]:
    """A product's answers and those of the pairs that are named by it, with their keys."""
    record = view.catalogue.products[product]
    yield f"p{product}", product_answer(view, record)
    for key, answer in _lines(view, record):
        yield f"t{product} {key}", answer
    for one, other in view.pairs:
        if one == product != other:
            for a, b in ((one, other), (other, one)):
                found = _works_with(view, a, b)
                if found:
                    yield f"n{a} {b}", found
    yield from _issues(view, product)


def release_answer(
    view: View, release: Release, lines: Collection[str]
) -> tuple[str, str | None, str]:
    """What is said of a release, its support (None where that does not belong behind it), and
    whether it is for staff alone (INSIDE) or one of the `lines` of its product as well (LINE).
    """
    live = view.live_of(release)
    words_ = said.release_words(
        release,
        newest=view.newest_of_track(release.product, release.track),
        live=words.live_line(live) if live else "",
        advice=lambda: view.adviser.recommend(release),
        today=view.today,
        day=day_words,
    )
    out = release.status is Status.SHIPPED and not live
    support = _support(view, view.catalogue.support_of(release)) if out else None
    inside = INSIDE if is_inside(view, release) else ""
    line = LINE if line_key(release.version) in lines else ""
    return words_, support, f"{inside} {line}".strip()


def release_sentence(view: View, release: Release) -> str:
    """What is said of a release, its name and its support in one sentence."""
    return f"{view.title(release)} {_told(view, release)}."


def release_words(view: View, release: Release) -> str:
    """The same within a sentence about its product."""
    return f"{release.version} {_told(view, release)}"


def _told(view: View, release: Release) -> str:
    words_, support, _ = release_answer(view, release, ())
    return words_ if support is None else f"{words_}; {said.clause(support)}"


def keys_of_lines(product: Product) -> Collection[str]:
    """The keys of a product's tracks and of what several of them begin with."""
    keys = {line_key(track) for track in product.tracks}
    return keys.union(*map(_beginnings, keys))


def line_key(line: str) -> str:
    """A line as it is looked up: small letters, and one hyphen for all that stands between."""
    return _V.sub("", _OTHER.sub("-", line.casefold()).strip("-"), count=1)


def is_inside(view: View, release: Release) -> bool:
    """Whether customers must not be told of it; what they can download, they may be told."""
    product = view.catalogue.products[release.product]
    embargoed = release.inside and not view.live_of(release)
    return product.audience is Audience.STAFF or embargoed


def _support(view: View, support: Support | None) -> str:
    return said.support_words(support, view.today, day_words)


def place(view: View, release: Release) -> str:
    """The address of a release: its page, or its row on its product's."""
    src, anchor = paths.release_place(view.catalogue, release)
    return paths.with_anchor(paths.url(src), anchor)


def product_answer(view: View, product: Product) -> AnswerCard:
    """What is said of a product."""
    newest = view.catalogue.latest(product.id)
    support = view.catalogue.support_of(newest) if newest else None
    parts = [said.product_words(newest, support, view.today, day_words)]
    live = [live for live in view.live if live.product == product.id]
    coming = None if newest else _to_come(view, view.catalogue.releases_of(product.id))
    if coming:
        parts.append(release_words(view, coming))
    parts += [
        f"{one.version} is live, and not recorded as shipped: {words.live_line(one)}"
        for one in live[:2]
    ]
    tracks = (track for track in product.tracks if track != OTHER)
    lines = [track for track in tracks if _is_lively(view, product, track)]
    return AnswerCard(
        title=product.name,
        url=paths.url(paths.product_src(product.id)),
        state=words.LIVE if live else "",
        say="; ".join(parts),
        support=_support(view, support),
        newest=newest.version if newest else "",
        inside=product.audience is Audience.STAFF or bool(coming and is_inside(view, coming)),
        more=[_line(view, product, track) for track in lines[:MOST]] if len(lines) > 1 else (),
    )


def _is_lively(view: View, product: Product, track: str) -> bool:
    """Whether a track has a release that is not known to be out of support."""
    support = product.support.get(track)
    newest = view.newest_of_track(product.id, track)
    return newest is not None and not (support and support.over(view.today))


def _line(view: View, product: Product, track: str) -> list[str]:
    """A line of a list: its name, its address, and in short what is to be said of it."""
    newest = view.newest_of_track(product.id, track)
    told = said.short_line_words(newest, product.support.get(track), view.today, day_words)
    return [f"{product.name} {track}", _line_place(view, product, newest), told]


def _line_place(view: View, product: Product, newest: Release | None) -> str:
    return place(view, newest) if newest else paths.url(paths.product_src(product.id))


def _lines(view: View, product: Product) -> Iterator[tuple[str, AnswerCard]]:
    """Each track, what code names mean, and what several tracks begin with."""
    called: dict[str, str] = {}
    for call in calls_of(view.catalogue, product.id):
        # A number is what customers know a line by, where it has one beside its code name.
        if call.line and not any(map(str.isdigit, called.get(call.line, ""))):
            called[call.line] = call.name
    of_several = {line_key(line): name for line, name in called.items()}
    groups: dict[str, list[str]] = {}
    exact: dict[str, str] = {}
    for track in product.tracks:
        key = line_key(track)
        exact.setdefault(key, track)
        for end in _beginnings(key):
            groups.setdefault(end, []).append(track)
    for key, track in exact.items():
        yield key, _of_line(view, product, track, called.get(track, ""), groups.get(key, ()))
        other = numbered_otherwise(product.id, track)
        if other and other not in exact:
            yield other, _of_line(view, product, track, other, ())
    for key, tracks in groups.items():
        if key in exact:
            continue
        if len(tracks) == 1:
            yield key, _of_line(view, product, tracks[0], called.get(tracks[0], ""), ())
        else:
            yield key, _of_group(view, product, key, of_several.get(key, ""), tracks)


def _to_come(view: View, releases: Sequence[Release], track: str | None = None) -> Release | None:
    """The next of the releases that is to come, of a track or of any."""
    waiting = (
        release
        for release in releases
        if release.status in (Status.PLANNED, Status.STAGED)
        and not view.live_of(release)
        and track in (None, release.track)
    )
    return min(waiting, key=lambda r: (r.planned_for or date.max, r.version), default=None)


def _beginnings(key: str) -> Iterator[str]:
    """What a line begins with, part by part: 11 and 11-23h2 of 11-23h2-e."""
    text = ""
    for part in _PARTS.split(key)[:-1]:
        text += part
        yield text.rstrip(".-")


def _of_line(
    view: View, product: Product, track: str, code: str, within: Sequence[str]
) -> AnswerCard:
    """A track; `within` are those that begin as it does, and may be meant as well."""
    newest = view.newest_of_track(product.id, track)
    support = product.support.get(track)
    coming = None if newest else _to_come(view, view.catalogue.releases_of(product.id), track)
    return AnswerCard(
        title=_titled(product, track, code),
        url=_line_place(view, product, newest),
        state=_state(view, support),
        say=said.line_words(newest, support, view.today, day_words)
        + (f"; {release_words(view, coming)}" if coming else "")
        + (f"; {_listed(within)} may be meant as well" if within else ""),
        support=_support(view, support),
        newest=newest.version if newest else "",
        inside=product.audience is Audience.STAFF or bool(coming and is_inside(view, coming)),
        more=[_line(view, product, other) for other in within[:MOST]],
    )


def _state(view: View, support: Support | None) -> str:
    """How a track is supported, as its product's page says it."""
    if support and support.over(view.today):
        return words.OUT_OF_SUPPORT
    mark = words.support_mark(support, view.today)
    return mark[2] if mark else ""


def _titled(product: Product, line: str, code: str) -> str:
    """A line's title, with what else it is called: who asks for 2014 does not know of 12."""
    title = f"{product.name} {line}"
    return title if line_key(code) in line_key(title) else f"{title} ({code})"


def _of_group(view: View, product: Product, key: str, code: str, tracks: list[str]) -> AnswerCard:
    shown = [_line(view, product, track) for track in tracks[:MOST]]
    return AnswerCard(
        title=_titled(product, key, code),
        url=paths.url(paths.product_src(product.id)),
        state="",
        say=f"stands for {_listed(tracks)}",
        inside=product.audience is Audience.STAFF,
        more=shown,
    )


def _listed(tracks: Sequence[str]) -> str:
    more = len(tracks) - MOST
    return said.joined([*tracks[:MOST], f"{more} more"] if more > 0 else tracks)


def _works_with(view: View, product: str, partner: str) -> AnswerCard | None:
    """With which releases of a partner the newest of a product works, the highest first.

    Where none has shipped, it is asked of the one that is to come.
    """
    to_come = (r for r in view.catalogue.releases_of(product) if r.status is not Status.WITHDRAWN)
    newest = view.catalogue.latest(product) or next(to_come, None)
    others = [r for r in view.catalogue.releases_of(partner) if r.status is Status.SHIPPED]
    if newest is None or not others:
        return None
    one, other = sorted((product, partner))
    verdicts = view.verdicts(one, other)

    def verdict(release: Release) -> Verdict:
        return verdicts.of(newest, release) if product == one else verdicts.of(release, newest)

    spans: dict[Verdict, list[str]] = {}
    for found, run in groupby(others, key=verdict):
        releases = [*run]
        names = [releases[-1].version, releases[0].version]
        spans.setdefault(found, []).append(" to ".join(dict.fromkeys(names)))
    name = view.name(partner)
    groups = [
        (found, [f"{name} {span}" for span in spans[found][:MOST]])
        for found in _ORDER
        if found in spans
    ]
    return AnswerCard(
        title=view.title(newest),
        url=paths.url(paths.pair_src(one, other)),
        state="" if newest.status is Status.SHIPPED else words.state_word(view, newest),
        say=said.pairing_words(groups),
        inside=is_inside(view, newest) or _is_for_staff(view, product, partner),
    )


def _is_for_staff(view: View, product: str, partner: str) -> bool:
    """Whether something of what two products state of each other is not for customers."""
    return any(
        statement.audience is Audience.STAFF or owner.inside
        for about, by in ((product, partner), (partner, product))
        for owner, statement in view.statements_about(about, by)
    )


def _issues(view: View, product: str) -> Iterator[tuple[str, AnswerCard]]:
    """What is known to be wrong with each release of which something is."""
    if not view.catalogue.issues_of(product):
        return
    for release in view.catalogue.releases_of(product):
        issues = view.issues_touching(release)
        if issues:
            yield (
                f"i{product} {release.version}",
                AnswerCard(
                    title=view.title(release),
                    url=place(view, release),
                    state="",
                    say=said.issues_words([issue.title for issue in issues]),
                    inside=any(issue.audience is Audience.STAFF for issue in issues),
                    more=[
                        [issue.title, paths.url(issue.path), words.issue_word(view, issue)]
                        for issue in issues[:MOST]
                    ],
                ),
            )
