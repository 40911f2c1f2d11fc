"""Compatibility statements as they bear on one release, those of the other side too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import urlencode

from forewarn.model.release import Release, Verdict
from forewarn.pages.html import words
from forewarn.pages.html.elements import NOTHING, Html, esc, fmt, join, link, row, table, tag
from forewarn.pages.view import paths
from forewarn.pages.view.sides import Side
from forewarn.pages.view.view import View
from forewarn.words.ranges import plain_range, range_words

# A table cell that names more than these is not read.
_NAMED = 4

# Who states it: a product, the number of the statement, and the versions.
_Group = tuple[object, ...]


def grouped(sides: Iterable[Side]) -> list[tuple[Side, ...]]:
    """Statements that several releases of the other side make alike, taken together."""
    groups: dict[object, list[Side]] = defaultdict(list)
    for side in sides:
        s = side.statement
        alike = (side.owner.product, s.verdict, s.about, s.limits, s.remedy, s.audience)
        groups[side.through and str(side.through), s.place if side.own else alike].append(side)
    return [tuple(group) for group in groups.values()]


def versions_words(view: View, releases: Sequence[Release]) -> str:
    """Releases of one product, neighbours as `2.0 to 2.4`."""
    versions = view.catalogue.versions_of(releases[0].product)
    places = view.places(releases[0].product)
    runs: list[list[str]] = []
    last = -2
    for place in sorted({places[release.version] for release in releases}):
        if place == last + 1:
            runs[-1].append(versions[place])
        else:
            runs.append([versions[place]])
        last = place
    return ", ".join(run[0] if len(run) == 1 else f"{run[-1]} to {run[0]}" for run in runs)


def _other(view: View, group: Sequence[Side]) -> str:
    """The other side: the range that is named, or the releases that say so."""
    first = group[0]
    if first.own:
        return plain_range(view.name(first.statement.partner), first.statement.versions)
    versions = versions_words(view, [side.owner for side in group])
    return f"{view.name(first.owner.product)} {versions}"


class Told:
    """What is stated about the releases of one product, as their pages tell it.

    These pages lie side by side, so that their links to others are alike: what others say of many
    releases is put into words once.
    """

    def __init__(self, view: View, product: str) -> None:
        self._view = view
        self._product = product
        self._newest: list[tuple[Release, Html]] | None = None
        self._breaks: dict[_Group, Html] = {}
        self._rows: dict[_Group, Html] = {}

    def breaks(self, src: str, sides: Sequence[Side]) -> Html:
        """What a release breaks, each with what to tell the customer; nothing stands above it."""
        if not sides:
            return NOTHING
        worst = max((side.statement.verdict for side in sides), key=lambda v: v.caution)
        kind = "fw-alarm" if worst is Verdict.BREAKS else "fw-caution"
        return tag(
            "section",
            *(self._once(self._breaks, _break, src, group) for group in grouped(sides)),
            class_=f"fw-box {kind}",
            id="breaks",
            aria_label="What it breaks",
        )

    def table(self, src: str, sides: Sequence[Side]) -> Html:
        """Every statement that bears on a release: its `sides`, the worst first."""
        rows = [self._once(self._rows, _statement, src, group) for group in grouped(sides)]
        heads = ["With", "Verdict", "What", "Remedy or limits", "Inspection tag"]
        return table(heads, rows) if rows else NOTHING

    def newest(self, src: str, release: Release) -> Html:
        """The verdict with the newest release of each partner; silence is said to be silence."""
        if self._newest is None:
            self._newest = [*_newest_partners(self._view, src, self._product)]
        found = [(self._view.judge(release, other), name) for other, name in self._newest]
        if not found:
            return NOTHING
        found.sort(key=lambda row: -row[0].verdict.caution)
        cells = (tag("li", fmt("{} {}", words.judgement_chip(j), name)) for j, name in found)
        ask = link(to_checker(src, release), esc("Check it with other versions"))
        said = tag("p", fmt("With the newest of each ({}):", ask))
        return fmt("{}{}", said, tag("ul", *cells, class_="fw-list"))

    def _once(
        self,
        made: dict[_Group, Html],
        make: Callable[[View, str, Sequence[Side]], Html],
        src: str,
        group: Sequence[Side],
    ) -> Html:
        first = group[0]
        if first.own or first.through:
            return make(self._view, src, group)
        key = (first.owner.product, first.number, *[side.owner.version for side in group])
        if key not in made:
            made[key] = make(self._view, src, group)
        return made[key]


def _break(view: View, src: str, group: Sequence[Side]) -> Html:
    statement = group[0].statement
    label = "Tell the customer:" if view.staff else "What to do:"
    say = esc("No remedy is known.")
    if statement.remedy:
        say = fmt("{} {}", tag("strong", esc(label)), words.text(view, src, statement.remedy))
    about = words.text(view, src, statement.about) if statement.about else NOTHING
    limits = words.text(view, src, statement.limits) if statement.limits else NOTHING
    title = (
        words.verdict_chip(statement.verdict),
        tag("strong", esc(_other(view, group))),
        words.audience_chip(view, statement.audience),
    )
    return tag(
        "div",
        tag("p", join(title, " "), class_="fw-box-title"),
        *(tag("p", line) for line in (about, limits) if line),
        tag("p", say, class_="fw-say"),
        tag("p", _stated(view, src, group[0]), class_="fw-small"),
        class_="fw-item",
    )


def _stated(view: View, src: str, side: Side) -> Html:
    by = NOTHING
    if not side.own or side.through:
        by = fmt("stated by {}", words.release_link(view, src, side.owner))
    if side.through:
        by = fmt("{}; by {}, which it contains", by, words.release_link(view, src, side.through))
    checked = words.inspection(view, side.statement.verified) or esc("nobody has verified this")
    reach = esc(words.reach_words(view, side.owner, side.statement))
    return join((by, checked, reach), "; ")


def short_breaks(view: View, release: Release) -> Html:
    """What a release breaks of what counts today, in the words of a table cell."""
    said = []
    breaking = view.breaking_now(release)
    for verdict in (Verdict.BREAKS, Verdict.LIMITED):
        names = _names(view, [side for side in breaking if side.statement.verdict is verdict])
        if names:
            more = len(names) - _NAMED
            shown = names[:_NAMED] + ([f"{more} more"] if more > 0 else [])
            named = fmt("{} {}", words.verdict_chip(verdict), ", ".join(shown))
            said.append(tag("div", named))
    return join(said)


def _names(view: View, sides: Sequence[Side]) -> list[str]:
    """The other sides by name, each product's releases together and each once."""
    own = [side for side in sides if side.own]
    owners: dict[str, list[Side]] = defaultdict(list)
    for side in sides:
        if not side.own and not any(_covers(view, one, side) for one in own):
            owners[side.owner.product].append(side)
    groups = [*([side] for side in own), *owners.values()]
    return [*dict.fromkeys(_other(view, group) for group in groups)]


def _covers(view: View, own: Side, side: Side) -> bool:
    """Whether an own statement names the release that makes another."""
    named, owner = own.statement, side.owner
    return named.partner == owner.product and named.versions.contains(
        owner.version, view.catalogue.schemes[owner.product]
    )


def to_checker(src: str, *releases: Release) -> str:
    """The link to the checker with releases chosen in it."""
    chosen = urlencode([(release.product, release.version) for release in releases])
    there = paths.between(src, paths.CHECKER)
    return f"{there}?{chosen}" if chosen else there


def _newest_partners(view: View, src: str, product: str) -> Iterator[tuple[Release, Html]]:
    """The newest release of each partner, with the link to what it works with."""
    for partner in view.partners(product):
        other = view.catalogue.latest(partner)
        if other is None or partner == product:
            continue
        if view.has_matrix(product, partner):
            there = paths.between(src, paths.pair_src(product, partner))
            yield other, link(there, esc(view.title(other)))
        else:
            yield other, words.release_link(view, src, other)


def _statement(view: View, src: str, group: Sequence[Side]) -> Html:
    first = group[0]
    statement = first.statement
    what = words.text(view, src, statement.about) if statement.about else NOTHING
    tell = [words.text(view, src, line) for line in (statement.remedy, statement.limits) if line]
    marks = (
        words.statement_chip(view, statement),
        words.audience_chip(view, statement.audience),
    )
    anchor = None
    if first.through:
        member = words.release_link(view, src, first.through)
        what = fmt("{} {}", what, tag("i", fmt("(by {}, which it contains)", member)))
    if first.own:
        anchor = None if first.through else statement_anchor(first.owner, first.number)
        partner, versions = statement.partner, range_words(statement.versions)
    else:
        what = fmt("{} {}", what, tag("i", esc("(the other side says so)")))
        partner, versions = first.owner.product, versions_words(view, [s.owner for s in group])
    return row(
        fmt("{} {}", words.product_link(view, src, partner), versions),
        join(marks, " "),
        what,
        join(tell, " "),
        _checked(view, first),
        id=anchor,
    )


def _checked(view: View, side: Side) -> Html:
    said = words.inspection(view, side.statement.verified) or esc("not verified")
    sources = (
        link(url, esc(f"source {number}" if number > 1 else "source"))
        for number, url in enumerate(side.statement.references, 1)
    )
    reach = esc(words.reach_words(view, side.owner, side.statement))
    return join((said, reach, *sources), " · ")


def statement_anchor(release: Release, number: int) -> str:
    """Where a release's statement stands on its page; the first with a partner is bare."""
    partner = release.compatibility[number].partner
    return anchor_of(partner, sum(s.partner == partner for s in release.compatibility[:number]))


def anchor_of(partner: str, before: int) -> str:
    """The anchor of a statement that has `before` others about the same partner before it."""
    return f"with-{partner}" if before == 0 else f"with-{partner}-{before + 1}"
