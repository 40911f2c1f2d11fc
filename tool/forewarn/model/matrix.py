"""Two products, version by version: the verdict on each pair, neighbours that agree as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, conclude
from forewarn.model.release import Release, Verdict
from forewarn.model.stated import Stated

Kind = int

# By their caution; the last is for SILENT.
_VERDICTS = (*sorted(Verdict, key=lambda verdict: verdict.caution), Verdict.UNKNOWN)


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
    """`verdicts[i][j]` is the verdict on every pair of `rows[i]` and `columns[j]`."""

    a: str
    b: str
    rows: tuple[Run, ...]
    columns: tuple[Run, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]


class Verdicts:
    """The verdicts between the releases of two products, and why.

    They are those of `judge`, worked out for all versions at once.
    """

    def __init__(self, forth: Stated, back: Stated) -> None:
        """Take what the first product states of the second, and the second of the first."""
        self._forth, self._back = forth, back
        self._a, self._b = forth.releases, back.releases
        self._places_of_a = {release.version: place for place, release in enumerate(self._a)}
        self._places_of_b = {release.version: place for place, release in enumerate(self._b)}
        self._rows = [*self._row_of_each()]
        self._columns = [*zip(*self._rows, strict=True)] or [()] * len(self._b)
        self._kinds_of_a, self._kinds_of_b = _kinds(self._rows), _kinds(self._columns)

    @classmethod
    def between(cls, catalogue: Catalogue, a: str, b: str, today: date | None) -> Verdicts:
        """Those between two products of a catalogue."""
        return cls(Stated(catalogue, a, b, today), Stated(catalogue, b, a, today))

    def _row_of_each(self) -> Iterator[tuple[Verdict, ...]]:
        """The verdicts on each release of the first product with all of the second."""
        heard = [*zip(*(self._back.cautions(release) for release in self._b), strict=True)]
        for place, release in enumerate(self._a):
            said = self._forth.cautions(release)
            worst = map(max, said, heard[place]) if heard else said
            yield tuple(map(_VERDICTS.__getitem__, worst))

    def of(self, a: Release, b: Release) -> Verdict:
        """The verdict on a release of the first product with one of the second."""
        return self._rows[self._places_of_a[a.version]][self._places_of_b[b.version]]

    def judge(self, a: Release, b: Release) -> Judgement:
        """The same with the statements."""
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
            verdicts=tuple(
                tuple(self.of(row.newest, column.newest) for column in across) for row in down
            ),
        )


def make_matrix(catalogue: Catalogue, a: str, b: str, *, today: date | None = None) -> Matrix:
    """The verdicts between all recorded releases of two products."""
    return Verdicts.between(catalogue, a, b, today).matrix()


def runs(releases: Iterable[Release], agree: Callable[[Release], object]) -> tuple[Run, ...]:
    """Neighbours with an equal `agree` and the same status, together."""
    groups = groupby(releases, key=lambda release: (agree(release), release.status))
    return tuple(Run(releases=tuple(group)) for _, group in groups)


def _kinds(lines: Sequence[tuple[Verdict, ...]]) -> list[Kind]:
    """The kind of each line of verdicts: the number of the first that is the same."""
    numbers: dict[tuple[Verdict, ...], Kind] = {}
    return [numbers.setdefault(line, len(numbers)) for line in lines]
