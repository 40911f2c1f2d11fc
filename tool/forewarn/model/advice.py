"""Which version should he move to: the nearest releases that work together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, judge
from forewarn.model.matrix import Kind, Verdicts
from forewarn.model.release import Release, Status, Verdict

# From what to prefer to what to put up with; the nearest comes last, among equals in the rest.
Cost = tuple[int, ...]
Shape = tuple[bool, bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A release that the customer has or could move to, and what the move costs him.

    `place` counts from the highest version of the product down; `back` is to a lower version.
    """

    release: Release
    place: int
    moved: bool
    back: bool
    cost: Cost


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Two releases that work together, `verdict` being `works` or `limited`."""

    a: Step
    b: Step
    verdict: Verdict

    @property
    def steps(self) -> tuple[Step, ...]:
        """What has to be moved; nothing where he may stay as he is."""
        return tuple(step for step in (self.a, self.b) if step.moved)

    @property
    def cost(self) -> tuple[int, Cost]:
        """What ways are compared by: `works` before `limited`, then the costs of both moves."""
        both = zip(self.a.cost, self.b.cost, strict=True)
        return self.verdict.caution, tuple(one + other for one, other in both)

    @property
    def shape(self) -> Shape:
        """Which of the two is moved."""
        return self.a.moved, self.b.moved


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """The best way from a pair, other good ones, and how many pairs there were to choose from.

    `best` is None where nobody has stated of any pair that it works; `found` then says what was
    found instead.
    """

    now: Judgement
    best: Way | None
    others: tuple[Way, ...]
    choices: tuple[tuple[Release, ...], tuple[Release, ...]]
    found: frozenset[Verdict]


def advise(catalogue: Catalogue, a: Release, b: Release, *, today: date) -> Advice:
    """The nearest shipped and supported releases of both products that work together.

    A way that works is taken before one that is limited. Then, in this order: one product
    moved before both, no step back to a lower version, the customer's own track, a release that
    is not superseded where the track is changed, and the fewest versions in between.
    """
    verdicts = Verdicts.between(catalogue, a.product, b.product, today)
    first, second = _steps(catalogue, a, today), _steps(catalogue, b, today)
    choices = (tuple(s.release for s in first), tuple(s.release for s in second))
    found: set[Verdict] = set()
    ways = []
    for one in _worth_trying(first, verdicts.kind_of_a):
        for other in _worth_trying(second, verdicts.kind_of_b):
            verdict = verdicts.of(one.release, other.release)
            found.add(verdict)
            if verdict in (Verdict.WORKS, Verdict.LIMITED):
                ways.append(Way(a=one, b=other, verdict=verdict))
    best = min(ways, key=lambda way: way.cost, default=None)
    return Advice(
        now=judge(catalogue, a, b, today=today),
        best=best,
        others=tuple(_others(best, ways)) if best else (),
        choices=choices,
        found=frozenset(found),
    )


def may_be_advised(catalogue: Catalogue, release: Release, today: date) -> bool:
    """Whether a customer may be sent to a release: it is shipped and still supported."""
    support = catalogue.support_of(release)
    return release.status is Status.SHIPPED and not (support and support.over(today))


def _steps(catalogue: Catalogue, now: Release, today: date) -> list[Step]:
    """Every release of a product that the answer may name, the highest first."""
    known = [
        release
        for release in catalogue.releases_of(now.product)
        if release.status is Status.SHIPPED or release is now
    ]
    here = known.index(now)
    return [
        Step(
            release=release,
            place=place,
            moved=release is not now,
            back=place > here,
            cost=_cost(catalogue, now, release, place - here),
        )
        for place, release in enumerate(known)
        if may_be_advised(catalogue, release, today)
    ]


def _worth_trying(steps: Iterable[Step], kind: Callable[[Release], Kind]) -> list[Step]:
    """Of the releases of one kind, the nearest and the newest on each track; no other can win."""
    nearest: dict[object, Step] = {}
    newest: dict[object, Step] = {}
    for step in steps:
        group = (kind(step.release), step.moved, step.release.track)
        nearest[group] = min(nearest.get(group, step), step, key=lambda s: s.cost)
        newest.setdefault(group, step)
    found = {step.place: step for step in (*nearest.values(), *newest.values())}
    return [found[place] for place in sorted(found)]


def _cost(catalogue: Catalogue, now: Release, to: Release, distance: int) -> Cost:
    """`distance` is in versions, and positive where the way goes back to lower ones."""
    off_track = to.track != now.track
    return (
        int(to is not now),
        int(distance > 0),
        int(off_track),
        int(off_track and catalogue.superseded_by(to) is not None),
        abs(distance),
    )


def _others(best: Way, ways: Iterable[Way]) -> Iterator[Way]:
    """The newest way that moves the same as the best one, and the best that moves only the other.

    None of a worse verdict; nothing where he may stay as he is.
    """
    good = [way for way in ways if way.verdict is best.verdict]
    alike = (way for way in good if way.shape == best.shape and _tracks(way) == _tracks(best))
    newest = min(alike, key=lambda way: (way.a.place, way.b.place))
    if newest is not best:
        yield newest
    turned = (best.b.moved, best.a.moved)
    if turned != best.shape:
        other = min((w for w in good if w.shape == turned), key=lambda w: w.cost, default=None)
        if other:
            yield other


def _tracks(way: Way) -> tuple[str, str]:
    return way.a.release.track, way.b.release.track
