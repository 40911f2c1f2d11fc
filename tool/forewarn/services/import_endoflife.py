"""Importing the files of endoflife.date: products, their tracks and support, every version."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from forewarn import schemes
from forewarn.errors import UsageError
from forewarn.model.names import check_product, version_of_stem
from forewarn.model.product import Product
from forewarn.model.release import product_path, release_path
from forewarn.model.version import InvalidVersion, Scheme
from forewarn.services.endoflife_format import read_listed, read_versions
from forewarn.services.endoflife_records import (
    Dated,
    product_record,
    release_record,
    releases_of,
)
from forewarn.services.importing import (
    LeftOut,
    Notes,
    Present,
    Reason,
    Step,
    add_new,
    differs,
    present,
)
from forewarn.services.writing import trailer
from forewarn.store.git import Repository
from forewarn.store.records import read_record
from forewarn.store.yaml_reader import Problems

_PART = re.compile("[0-9A-Za-z]+")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import found and what is new; without a `commit` nothing was written."""

    products: int
    products_new: int
    releases: int
    releases_new: int
    planned: int
    left_out: tuple[LeftOut, ...]
    commit: str | None

    @property
    def unreadable(self) -> bool:
        """Whether a whole file could not be read."""
        return any(row.reason is Reason.UNREADABLE for row in self.left_out)


@dataclass(kw_only=True)
class _Plan:
    """What an import will write, as it grows; `same` is what is there in just these bytes."""

    today: date
    files: dict[str, bytes] = field(default_factory=dict)
    same: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def import_endoflife(
    root: Path, folder: Path, *, today: date, dry_run: bool = False, step: Step
) -> Imported:
    """Add what `folder` lists and the knowledge base does not have yet, in one commit.

    Files that are there are left alone, so that a person's edits stay; what they say otherwise
    is reported. `step` is told of the progress.

    Raises:
        UsageError: `folder` is not laid out as endoflife.date is.
        Refused: no branch is checked out, or a merge is under way.
        DataError: something could not be written or committed; nothing is left behind.
    """
    products = _listed_products(folder)
    if dry_run:
        return _result(_plan(root, folder, products, today, step), None)
    with Repository(root) as repository:
        repository.refuse_unless_on_a_branch()
        plan = _plan(root, folder, products, today, step)
        unfinished = plan.same.intersection(repository.uncommitted(("releases",)))
        commit = None
        if plan.files or unfinished:
            message = _message(plan, unfinished)
            commit = add_new(root, repository, plan.files, unfinished, message, step)
    return _result(plan, commit)


def _message(plan: _Plan, unfinished: set[str]) -> str:
    paths = [*plan.files, *unfinished]
    products = len({path.rpartition("/")[0] for path in paths})
    releases = sum(path.endswith(".md") for path in paths)
    return f"Import {releases} releases of {products} products from endoflife.date\n\n" + trailer(
        "Forewarn-Event", "imported"
    )


def _result(plan: _Plan, commit: str | None) -> Imported:
    return Imported(
        products=plan.counts["products"],
        products_new=plan.counts["products_new"],
        releases=plan.counts["releases"],
        releases_new=plan.counts["releases_new"],
        planned=plan.counts["planned"],
        left_out=tuple(plan.left_out),
        commit=commit,
    )


def _listed_products(folder: Path) -> tuple[str, ...]:
    products = sorted(path.stem for path in (folder / "products").glob("*.md"))
    if not products or not (folder / "releases").is_dir():
        raise UsageError(
            "this is not a folder with products/*.md and releases/*.json",
            where=str(folder),
            help="Put `products` of https://github.com/endoflife-date/endoflife.date and "
            "`releases` of https://github.com/endoflife-date/release-data into one folder, "
            "and name that.",
        )
    return tuple(products)


def _plan(root: Path, folder: Path, products: tuple[str, ...], today: date, step: Step) -> _Plan:
    plan = _Plan(today=today)
    for done, product in enumerate(products):
        step("reading products", done, len(products))
        notes = Notes(product)
        _plan_product(plan, root, folder, notes)
        plan.left_out += notes.rows
    counted = {path.stem for path in (folder / "releases").glob("*.json")}
    for product in sorted(counted.difference(products)):
        notes = Notes(product)
        count = len(read_versions(folder, product, notes) or {})
        why = f"there is no products/{product}.md"
        notes.add(Reason.NO_PRODUCT, f"releases/{product}.json", why, count)
        plan.left_out += notes.rows
    step("reading products", len(products), len(products))
    return plan


def _plan_product(plan: _Plan, root: Path, folder: Path, notes: Notes) -> None:
    if problem := check_product(notes.product):
        notes.add(Reason.UNSAFE_NAME, f"products/{notes.product}.md", problem)
        return
    listed, here = read_listed(folder, notes.product, notes), present(root, notes)
    if listed is None or here is None:
        return
    releases = releases_of(listed, notes)
    path = product_path(notes.product)
    data = product_record(listed, releases, notes)
    record = here.product or _read_back(path, data, notes)
    if record is None:
        return
    plan.counts["products"] += 1
    if here.product is None:
        plan.counts["products_new"] += 1
        plan.files[path] = data
    elif differs(root / path, data):
        notes.add(Reason.DIFFERS, path, "its tracks, support or another key")
    else:
        plan.same.add(path)
    _plan_releases(plan, here, record, releases, notes)


def _read_back(path: str, data: bytes, notes: Notes) -> Product | None:
    """The product that the bytes make: what `check` would not read is not written either."""
    problems = Problems(path)
    record = read_record(path, data, problems)
    for finding in problems.findings:
        notes.add(Reason.WRONG_SHAPE, str(finding.place), finding.message)
    return record if isinstance(record, Product) and not problems.findings else None


def _plan_releases(
    plan: _Plan, here: Present, product: Product, releases: Iterable[Dated], notes: Notes
) -> None:
    scheme = schemes.get(product.scheme)
    files, recorded = dict(here.files), _recorded(here, scheme)
    elsewhere: Counter[str] = Counter()
    for release in sorted(releases, key=_parts, reverse=True):
        plan.counts["releases"] += 1
        path = release_path(product.id, release.version)
        name = path.rpartition("/")[2]
        data = release_record(release, plan.today)
        same = files.setdefault(name.casefold(), name)
        if here.files.get(name.casefold()) == name:
            if not differs(here.folder / name, data):
                plan.same.add(path)
            elif release.day <= plan.today:
                # One that is still planned has the day on which it was imported, too.
                notes.add(Reason.DIFFERS, path, f"the list has {release.day}, {release.track}")
        elif same != name:
            notes.add(Reason.SAME_FILE, release.version, f"{same} is there")
        elif release.track not in product.tracks:
            elsewhere[release.track] += 1
        elif _is_new(release.version, scheme, recorded, notes):
            plan.files[path] = data
            plan.counts["releases_new"] += 1
            plan.counts["planned"] += release.day > plan.today
    for track, count in elsewhere.items():
        why = f"add it to `tracks:` in {product.place.file}, then import again"
        notes.add(Reason.UNKNOWN_TRACK, f"track {track}", why, count)


def _parts(release: Dated) -> int:
    """How many parts a version has. Of 2.7 and 2.7.0 the longer is the release, where both are
    listed; the shorter is often the mark at which the line was begun.
    """
    return len(_PART.findall(release.version))


def _recorded(here: Present, scheme: Scheme) -> dict[Hashable, str]:
    """The versions that have a file here, by their key."""
    versions = {}
    for name in here.files.values():
        version = version_of_stem(name.removesuffix(".md"))
        if not name.endswith(".md") or version.endswith(".briefing"):
            continue
        try:
            versions[scheme.key(version)] = version
        except InvalidVersion:
            # It is no release; `check` says what is wrong with it, if anything is.
            continue
    return versions


def _is_new(version: str, scheme: Scheme, recorded: dict[Hashable, str], notes: Notes) -> bool:
    """Whether no equal version is recorded; it is recorded then."""
    try:
        same = recorded.setdefault(scheme.key(version), version)
    except InvalidVersion as error:
        notes.add(Reason.NOT_A_VERSION, version, str(error))
        return False
    if same != version:
        notes.add(Reason.EQUAL, version, f"it equals {same} under the scheme {scheme.name}")
    return same == version
