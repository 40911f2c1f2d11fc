"""Two products, version by version: the verdict on each pair, neighbours that agree as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.release import Release, Verdict

Kind = int


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
    """The verdicts between the releases of two products.

    Releases of which the same is stated are of one kind, and a pair of kinds is judged once, so
    that a thousand versions by a thousand are answered in the time of a few.
    """

    def __init__(self, catalogue: Catalogue, a: str, b: str, today: date | None) -> None:
        self._catalogue = catalogue
        self._today = today
        self._kinds_of_a = _kinds(catalogue, a, b)
        self._kinds_of_b = _kinds(catalogue, b, a)
        self._known: dict[tuple[Kind, Kind], Verdict] = {}

    def of(self, a: Release, b: Release) -> Verdict:
        """The verdict on a release of the first product with one of the second."""
        key = (self.kind_of_a(a), self.kind_of_b(b))
        verdict = self._known.get(key)
        if verdict is None:
            verdict = judge(self._catalogue, a, b, today=self._today).verdict
            self._known[key] = verdict
        return verdict

    def kind_of_a(self, release: Release) -> Kind:
        """What two releases of the first product have in common if their verdicts are the same."""
        return self._kinds_of_a[release.version]

    def kind_of_b(self, release: Release) -> Kind:
        """The same for the second product."""
        return self._kinds_of_b[release.version]


def make_matrix(catalogue: Catalogue, a: str, b: str, *, today: date | None = None) -> Matrix:
    """The verdicts between all recorded releases of two products.

    Neighbours are taken together where they have the same verdicts and the same status, so
    that a release that is not shipped, or not any more, stands apart.
    """
    verdicts = Verdicts(catalogue, a, b, today)
    rows, columns = catalogue.releases_of(a), catalogue.releases_of(b)
    one_of_each_row = {verdicts.kind_of_a(row): row for row in rows}.values()
    one_of_each_column = {verdicts.kind_of_b(column): column for column in columns}.values()
    down = runs(rows, lambda row: [verdicts.of(row, column) for column in one_of_each_column])
    across = runs(columns, lambda column: [verdicts.of(row, column) for row in one_of_each_row])
    return Matrix(
        a=a,
        b=b,
        rows=down,
        columns=across,
        verdicts=tuple(
            tuple(verdicts.of(row.newest, column.newest) for column in across) for row in down
        ),
    )


def runs(releases: Iterable[Release], agree: Callable[[Release], object]) -> tuple[Run, ...]:
    """Neighbours with an equal `agree` and the same status, together."""
    groups = groupby(releases, key=lambda release: (agree(release), release.status))
    return tuple(Run(releases=tuple(group)) for _, group in groups)


def _kinds(catalogue: Catalogue, product: str, other: str) -> Mapping[str, Kind]:
    """The kind of each version: what it states of `other`, and which of its statements hold it."""
    scheme = catalogue.schemes[product]
    ranges = {
        str(statement.versions): statement.versions
        for owner in catalogue.releases_of(other)
        for statement in owner.compatibility
        if statement.partner == product
    }
    numbers: dict[object, Kind] = {}
    kinds = {}
    for release in catalogue.releases_of(product):
        stated = tuple(
            (str(s.versions), s.verdict, s.about, s.verified.until if s.verified else None)
            for s in release.compatibility
            if s.partner == other
        )
        held = tuple(held.contains(release.version, scheme) for held in ranges.values())
        kinds[release.version] = numbers.setdefault((stated, held), len(numbers))
    return kinds
