"""Which version the customer should move to: the nearest releases that work together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, judge
from forewarn.model.matrix import Kind, Verdicts
from forewarn.model.recommend import Adviser, Skipped
from forewarn.model.release import Release, Status, Verdict
from forewarn.model.unrecorded import with_stand_ins

# From what to prefer to what to put up with; the nearest comes last, among equals in the rest.
Cost = tuple[int, ...]
# The cost of going to what a person named for a withdrawn release.
_NAMED: Cost = (1, 0, 0, 0, 0)
Shape = tuple[bool, bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A release that the customer has or could move to, and what the move costs.

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
        """What has to be moved; nothing where nothing needs to move."""
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
    found instead. `skipped` are releases on the way, or above where there is none, that must not
    be recommended.
    """

    now: Judgement
    best: Way | None
    others: tuple[Way, ...]
    choices: tuple[tuple[Release, ...], tuple[Release, ...]]
    found: frozenset[Verdict]
    skipped: tuple[Skipped, ...]


def advise(catalogue: Catalogue, a: Release, b: Release, *, today: date) -> Advice:
    """The nearest releases of both products that may be recommended and work together.

    What may be is for `forewarn.model.recommend` to say, and what a person named for a withdrawn
    release is as near as can be. Whoever has a release that is shipped and supported may stay.

    A way that works is taken before one that is limited. Then, in this order: one product
    moved before both, no step back to a lower version, the customer's own track, a release that
    is not superseded where the track is changed, and the fewest versions in between.
    """
    catalogue = with_stand_ins(catalogue, a, b)
    verdicts = Verdicts.between(catalogue, a.product, b.product, today)
    adviser = Adviser(catalogue, today)
    first, second = _steps(adviser, catalogue, a), _steps(adviser, catalogue, b)
    choices = (tuple(s.release for s in first), tuple(s.release for s in second))
    found: set[Verdict] = set()
    ways = []
    for one in _worth_trying(first, verdicts.kind_of_a):
        for other in _worth_trying(second, verdicts.kind_of_b):
            verdict = verdicts.of(one.release, other.release)
            found.add(verdict)
            if verdict.promises:
                ways.append(Way(a=one, b=other, verdict=verdict))
    best = min(ways, key=lambda way: way.cost, default=None)
    return Advice(
        now=judge(catalogue, a, b, today=today),
        best=best,
        others=tuple(_others(best, ways)) if best else (),
        choices=choices,
        found=frozenset(found),
        skipped=(
            *_skipped(adviser, catalogue, a, best.a if best else None),
            *_skipped(adviser, catalogue, b, best.b if best else None),
        ),
    )


def _steps(adviser: Adviser, catalogue: Catalogue, now: Release) -> list[Step]:
    """Every release of a product that the answer may name, the highest first."""
    known = [
        release
        for release in catalogue.releases_of(now.product)
        if release.status is Status.SHIPPED or release == now
    ]
    here = known.index(now)
    named = adviser.named(now)
    return [
        Step(
            release=release,
            place=place,
            moved=release != now,
            back=place > here,
            cost=_NAMED if release == named else _cost(catalogue, now, release, place - here),
        )
        for place, release in enumerate(known)
        if (adviser.may_stay(now) if release == now else adviser.obstacle(release, now) is None)
    ]


def _skipped(
    adviser: Adviser, catalogue: Catalogue, now: Release, to: Step | None
) -> list[Skipped]:
    """What lies between a release and where the way leads, or above it, and is not recommended."""
    releases = catalogue.releases_of(now.product)
    here = releases.index(now)
    there = releases.index(to.release) if to else 0
    between = releases[min(here, there) : max(here, there) + 1]
    out = (one for one in between if one.status in (Status.SHIPPED, Status.WITHDRAWN))
    found = (adviser.obstacle(one, now) for one in out if one != now)
    return [row for row in found if row]


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

    None of a worse verdict; nothing where nothing needs to move.
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
