"""Importing the files of endoflife.date: products, their tracks and support, every version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from forewarn import schemes
from forewarn.errors import UsageError
from forewarn.model.names import check_product
from forewarn.model.product import Alias, Product
from forewarn.model.release import product_path, release_path
from forewarn.services.imports.endoflife_format import ListedProduct, read_listed, read_versions
from forewarn.services.imports.endoflife_names import aliases_of_each
from forewarn.services.imports.endoflife_records import (
    Dated,
    is_imported,
    product_record,
    releases_of,
    wanted,
    with_new_cycles,
    without_comment,
)
from forewarn.services.imports.here import Present, VersionFiles, present
from forewarn.services.imports.importing import Imported, Notes, Plan, Reason, Step, carry_out
from forewarn.services.imports.releases import parts_of, read_back, record_of, same_record


def import_endoflife(
    root: Path, folder: Path, *, today: date, dry_run: bool = False, step: Step
) -> Imported:
    """Add what `folder` lists and the knowledge base does not have yet, in one commit.

    Files that are there are left alone, so that a person's edits stay, but for cycles that are
    listed since: a product.yml that was imported gets them. What files say otherwise is reported.
    `step` is told of the progress.

    Raises:
        UsageError: `folder` is not laid out as endoflife.date is.
        Refused: no branch is checked out, or a merge is under way.
        DataError: something could not be written or committed; nothing is left behind.
    """
    products = _listed_products(folder)
    return carry_out(
        root,
        lambda: _plan(root, folder, products, today, step),
        "endoflife.date",
        dry_run=dry_run,
        step=step,
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


def _plan(root: Path, folder: Path, products: tuple[str, ...], today: date, step: Step) -> Plan:
    plan = Plan(today=today)
    read: list[tuple[ListedProduct | None, Notes]] = []
    for done, product in enumerate(products):
        step("reading products", done, len(products))
        notes = Notes(product)
        read.append((_listed(folder, notes), notes))
    # Which names mean one product alone, only all of them can say.
    aliases = aliases_of_each(listed for listed, _ in read if listed)
    for listed, notes in read:
        if listed:
            _plan_product(plan, root, listed, aliases[listed.id], notes)
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


def _listed(folder: Path, notes: Notes) -> ListedProduct | None:
    if problem := check_product(notes.product):
        notes.add(Reason.UNSAFE_NAME, f"products/{notes.product}.md", problem)
        return None
    return read_listed(folder, notes.product, notes)


def _plan_product(
    plan: Plan, root: Path, listed: ListedProduct, aliases: tuple[Alias, ...], notes: Notes
) -> None:
    here = present(root, notes)
    if here is None:
        return
    releases = releases_of(listed, notes)
    path = product_path(notes.product)
    data = product_record(listed, releases, aliases, notes)
    record = here.product or read_back(path, data, notes)
    if not isinstance(record, Product):
        return
    plan.products += 1
    if here.product is None:
        plan.products_new += 1
        plan.files[path] = data
    else:
        record = _plan_cycles(plan, root / path, listed, aliases, record, data, notes)
    _plan_releases(plan, here, record, releases, notes)


def _plan_cycles(
    plan: Plan,
    file: Path,
    listed: ListedProduct,
    aliases: tuple[Alias, ...],
    record: Product,
    data: bytes,
    notes: Notes,
) -> Product:
    """Add what is listed since to a product.yml that was imported; the product as it is then."""
    path, there = record.place.file, file.read_bytes()
    if without_comment(there.replace(b"\r\n", b"\n")) == without_comment(data):
        plan.same.add(path)
        return record
    more = with_new_cycles(there, listed, record, aliases, notes) if is_imported(there) else None
    if more == there:
        more = None
    grown = read_back(path, more, notes) if more else None
    if more and isinstance(grown, Product):
        plan.changed[path] = more
        if without_comment(more) == without_comment(data):
            return grown
    notes.add(Reason.DIFFERS, path, "its tracks, support, aliases or another key")
    return grown if isinstance(grown, Product) else record


def _plan_releases(
    plan: Plan, here: Present, product: Product, releases: Iterable[Dated], notes: Notes
) -> None:
    shelf = VersionFiles(here, schemes.get(product.scheme))
    elsewhere: Counter[str] = Counter()
    for release in sorted(releases, key=lambda r: parts_of(r.version), reverse=True):
        plan.releases += 1
        path, file = release_path(product.id, release.version), shelf.file_of(release.version)
        one = wanted(release, plan.today)
        data = record_of(one, plan.today)
        if file and same_record(file, data):
            plan.same.add(path)
        elif file:
            notes.add(Reason.DIFFERS, path, f"the list has {release.day}, {release.track}")
        elif release.track not in product.tracks:
            elsewhere[release.track] += 1
        elif shelf.takes(release.version, notes):
            plan.add_release(product.id, one.version, one.status, one.day, data)
    for track, count in elsewhere.items():
        why = f"add it to `tracks:` in {product.place.file}, then import again"
        notes.add(Reason.UNKNOWN_TRACK, f"track {track}", why, count)
