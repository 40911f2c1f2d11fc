"""What a release does to the others: what breaks, is limited or is untested if one goes there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from forewarn.frozen import dataclass
from forewarn.model.article import Article, Remediation
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import Judgement, judge, judge_inside, worst_of
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.versions.version import InvalidVersion
from forewarn.model.whole import related, whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Affected:
    """Another product, and the verdict on each release of it that counts, the highest first.

    `stated` is for a product of which no release is recorded at all: what the target states of its
    versions, whichever of them customers have. It is None for all others.
    """

    product: str
    judgements: tuple[Judgement, ...]
    stated: tuple[Statement, ...] | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of them; where nothing could be judged, the worst that is stated."""
        if self.stated is not None and not self.judgements:
            return worst_of((statement.verdict for statement in self.stated), Verdict.UNKNOWN)
        return worst_of((judgement.verdict for judgement in self.judgements), Verdict.WORKS)

    @property
    def harmed(self) -> tuple[Judgement, ...]:
        """Those that do not simply work, the worst first."""
        harmed = (j for j in self.judgements if j.verdict is not Verdict.WORKS)
        return tuple(sorted(harmed, key=lambda j: -j.verdict.caution))


@dataclass(frozen=True, kw_only=True, slots=True)
class Issues:
    """The known issues that a release has, by what can be done about each.

    `errors` are open with nothing to be done, `warnings` are open with a workaround or a
    mitigation, and `info` are those that a shipped release has the fix for.
    """

    errors: tuple[Article, ...]
    warnings: tuple[Article, ...]
    info: tuple[Article, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Impact:
    """What going to `target` means for the other products, the worst first.

    `inside` is what does not work together in a suite, whatever else customers have.
    """

    target: Release
    products: tuple[Affected, ...]
    issues: Issues
    inside: tuple[Judgement, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        found = [one.verdict for one in self.products]
        return worst_of([*found, *(one.verdict for one in self.inside)], Verdict.WORKS)


def impact_of(
    catalogue: Catalogue,
    target: Release,
    *,
    today: date,
    installed: tuple[Release, ...] | None = None,
    live: tuple[Release, ...] = (),
) -> Impact:
    """Judge a release against what customers have.

    That is what `installed` holds, of every product; without it, every release in use of the
    products that have to do with this one, and those that are `live` although not shipped. Both
    may hold what stands for a version without a record.
    """
    affected = [
        Affected(
            product=product,
            judgements=tuple(judge(catalogue, target, r, today=today) for r in releases),
            stated=None if catalogue.versions_of(product) else _stated(catalogue, target, product),
        )
        for product, releases in _others(catalogue, target, installed, live, today)
    ]
    return Impact(
        target=target,
        products=tuple(sorted(affected, key=lambda a: (-a.verdict.caution, a.product))),
        issues=issues_at(catalogue, target),
        inside=judge_inside(catalogue, target, today=today),
    )


def issues_at(catalogue: Catalogue, release: Release) -> Issues:
    """The known issues of a release; not those that it has the fix for itself."""
    scheme = catalogue.schemes[release.product]
    errors, warnings, info = [], [], []
    for issue in catalogue.issues_of(release.product, release.version):
        fixed = issue.fixed_in.get(release.product)
        if fixed and fixed.contains(release.version, scheme):
            continue
        if catalogue.is_fixed(issue):
            info.append(issue)
        elif issue.remediation in (Remediation.WORKAROUND, Remediation.MITIGATION):
            warnings.append(issue)
        else:
            errors.append(issue)
    return Issues(errors=tuple(errors), warnings=tuple(warnings), info=tuple(info))


def in_use(catalogue: Catalogue, release: Release, today: date) -> bool:
    """Whether customers are to be expected on a release.

    It is shipped, and not both superseded and out of support: the last release of a line is in
    use long after its support has ended, because there is nothing to go to.
    """
    if release.status is not Status.SHIPPED:
        return False
    support = catalogue.support_of(release)
    over = support is not None and support.over(today)
    return not over or catalogue.superseded_by(release) is None


def concerned(catalogue: Catalogue, target: Release) -> frozenset[str]:
    """The products that have to do with a release, or with something that it contains.

    So has a suite one of whose releases contains something of such a product. What a suite
    contains counts, too: customers have other versions of it beside the suite.
    """
    found = related(catalogue, target.product)
    for part in whole(catalogue, target).parts[1:]:
        found |= related(catalogue, part.release.product)
    suites = {
        id
        for id in catalogue.shelf.suites()
        for release in catalogue.releases_of(id)
        for part in whole(catalogue, release).parts[1:]
        if part.release.product in found
    }
    return (found | suites) - {target.product}


def _stated(catalogue: Catalogue, target: Release, product: str) -> tuple[Statement, ...]:
    """What a release, or something that it contains, states of a product's versions."""
    parts = (part.release for part in whole(catalogue, target).parts)
    rows = (row for part in parts for row in part.compatibility if row.partner == product)
    return tuple(sorted(rows, key=lambda row: -row.verdict.caution))


def _others(
    catalogue: Catalogue,
    target: Release,
    installed: tuple[Release, ...] | None,
    live: tuple[Release, ...],
    today: date,
) -> Iterator[tuple[str, list[Release]]]:
    if installed is None:
        for product in sorted(concerned(catalogue, target)):
            used = [r for r in catalogue.releases_of(product) if in_use(catalogue, r, today)]
            seen = [r for r in live if r.product == product and r not in used]
            yield product, _highest_first(catalogue, [*used, *seen])
        return
    for product in sorted({release.product for release in installed} - {target.product}):
        yield product, _highest_first(catalogue, [r for r in installed if r.product == product])


def _highest_first(catalogue: Catalogue, releases: list[Release]) -> list[Release]:
    """Releases of one product, with a record or without; as they are where one has no order."""
    try:
        return sorted(
            releases, key=lambda r: catalogue.schemes[r.product].key(r.version), reverse=True
        )
    except InvalidVersion:
        return releases
