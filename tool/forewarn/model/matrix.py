"""Two products, version by version: the verdict on each pair, neighbours that agree as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import or_

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, conclude, judge, worst_of
from forewarn.model.release import Release, Verdict
from forewarn.model.stated import Stated, bit_of
from forewarn.model.stated_suites import Suites

Kind = int

# A verdict, and whether something is not known beside what is known to be harmful.
Cell = tuple[Verdict, bool]


def _cell(heard: int) -> Cell:
    found = [verdict for verdict in Verdict if heard & bit_of(verdict)]
    worst = worst_of(found, Verdict.UNKNOWN)
    return worst, Verdict.UNKNOWN in found and worst is not Verdict.UNKNOWN


_CELLS = tuple(_cell(heard) for heard in range(1 << len(Verdict)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Neighbouring releases of a product that agree, the highest version first."""

    releases: tuple[Release, ...]

    @property
    def newest(self) -> Release:
        """The one that stands for them."""
        return self.releases[0]

    @property
    def versions(self) -> tuple[str, ...]:
        """Their versions, the highest first."""
        return tuple(release.version for release in self.releases)

    def __str__(self) -> str:
        if len(self.releases) == 1:
            return self.newest.version
        return f"{self.releases[-1].version} to {self.newest.version}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Matrix:
    """`verdicts[i][j]` is the verdict on every pair of `rows[i]` and `columns[j]`.

    `unknown[i][j]` says that they break or are limited, and that something else is not known.
    """

    a: str
    b: str
    rows: tuple[Run, ...]
    columns: tuple[Run, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]
    unknown: tuple[tuple[bool, ...], ...] = ()


class Verdicts:
    """The verdicts between the releases of two products, and why.

    They are those of `judge`, worked out for all versions at once.
    """

    def __init__(self, forth: Stated, back: Stated, stated: Callable[[str, str], Stated]) -> None:
        """Take what the first product states of the second, and the second of the first.

        `stated` gives the same for the products that suites among them contain.
        """
        self._forth, self._back = forth, back
        self._suites = Suites(stated, forth.catalogue, forth.today)
        self._a, self._b = forth.releases, back.releases
        self._places_of_a = {release.version: place for place, release in enumerate(self._a)}
        self._places_of_b = {release.version: place for place, release in enumerate(self._b)}
        self._rows = [*self._row_of_each()]
        self._columns = [*zip(*self._rows, strict=True)] or [()] * len(self._b)
        self._kinds_of_a, self._kinds_of_b = _kinds(self._rows), _kinds(self._columns)

    @classmethod
    def between(cls, catalogue: Catalogue, a: str, b: str, today: date | None) -> Verdicts:
        """Those between two products of a catalogue."""

        @cache
        def stated(product: str, partner: str) -> Stated:
            return Stated(catalogue, product, partner, today)

        return cls(stated(a, b), stated(b, a), stated)

    def _row_of_each(self) -> Iterator[tuple[Cell, ...]]:
        """The verdicts on each release of the first product with all of the second."""
        back = [*zip(*(self._back.heard(release) for release in self._b), strict=True)]
        suites = [place for place, release in enumerate(self._b) if release.contains]
        for place, release in enumerate(self._a):
            said = self._forth.heard(release)
            heard = [*map(or_, said, back[place])] if back else [*said]
            for other in range(len(heard)) if release.contains else suites:
                heard[other] = self._suites.heard(release, self._b[other])
            yield tuple(map(_CELLS.__getitem__, heard))

    def of(self, a: Release, b: Release) -> Verdict:
        """The verdict on a release of the first product with one of the second."""
        return self.cell(a, b)[0]

    def cell(self, a: Release, b: Release) -> Cell:
        """The same, and whether something is not known beside what is harmful."""
        return self._rows[self._places_of_a[a.version]][self._places_of_b[b.version]]

    def judge(self, a: Release, b: Release) -> Judgement:
        """The same with the statements."""
        if a.contains or b.contains:
            return judge(self._forth.catalogue, a, b, today=self._forth.today)
        said_by_a = self._forth.at(a, self._places_of_b[b.version])
        said_by_b = self._back.at(b, self._places_of_a[a.version])
        return conclude(a, b, (*said_by_a, *said_by_b))

    def kind_of_a(self, release: Release) -> Kind:
        """What two releases of the first product have in common if their verdicts are the same."""
        return self._kinds_of_a[self._places_of_a[release.version]]

    def kind_of_b(self, release: Release) -> Kind:
        """The same for the second product."""
        return self._kinds_of_b[self._places_of_b[release.version]]

    def matrix(self) -> Matrix:
        """All releases of both, neighbours that agree as one.

        Neighbours are taken together where they have the same verdicts and the same status, so
        that a release that is not shipped, or not any more, stands apart.
        """
        down, across = runs(self._a, self.kind_of_a), runs(self._b, self.kind_of_b)
        return Matrix(
            a=self._forth.product,
            b=self._back.product,
            rows=down,
            columns=across,
            verdicts=tuple(tuple(self.of(r.newest, c.newest) for c in across) for r in down),
            unknown=tuple(tuple(self.cell(r.newest, c.newest)[1] for c in across) for r in down),
        )


def make_matrix(catalogue: Catalogue, a: str, b: str, *, today: date | None = None) -> Matrix:
    """The verdicts between all recorded releases of two products."""
    return Verdicts.between(catalogue, a, b, today).matrix()


def runs(releases: Iterable[Release], agree: Callable[[Release], object]) -> tuple[Run, ...]:
    """Neighbours with an equal `agree` and the same status, together."""
    groups = groupby(releases, key=lambda release: (agree(release), release.status))
    return tuple(Run(releases=tuple(group)) for _, group in groups)


def _kinds(lines: Sequence[tuple[Cell, ...]]) -> list[Kind]:
    """The kind of each line of verdicts: the number of the first that is the same."""
    numbers: dict[tuple[Cell, ...], Kind] = {}
    return [numbers.setdefault(line, len(numbers)) for line in lines]
