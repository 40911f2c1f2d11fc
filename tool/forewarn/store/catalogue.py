"""Loading the catalogue, from the working tree or from a commit."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from forewarn import schemes
from forewarn.errors import DataError
from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.model.record import Place
from forewarn.model.release import Briefing, Release, product_path
from forewarn.model.version import InvalidVersion, Scheme, VersionRange
from forewarn.store.git import Repository
from forewarn.store.records import Record, is_record, read_record
from forewarn.store.yaml_reader import Problems

RECORD_FOLDERS = ("releases", "kb")
_LARGEST = 1_000_000  # bytes; a record is a page, not a dump


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """One file, read: the record, or None, and what is wrong with it."""

    blob: str
    record: Record | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A catalogue and what is wrong with its files.

    A record with a problem in it is left out whole, because half of one could mislead;
    `unreadable` holds the paths of those files. `read` holds every file that was read.
    """

    catalogue: Catalogue
    findings: tuple[Finding, ...]
    unreadable: frozenset[str]
    read: Mapping[str, _Read]


def load_worktree(root: Path) -> Loaded:
    """Load the files as they lie in the working tree, committed or not.

    Raises:
        DataError: a file cannot be opened.
    """
    return _load({path: _read(path, "", data) for path, data in _files_below(root)})


def load_commit(repository: Repository, commit: str, known: Loaded | None = None) -> Loaded:
    """Load the files of a commit; those that are the same in `known` are not read again."""
    before = known.read if known else {}
    read = {}
    for blob in repository.blobs(commit, RECORD_FOLDERS):
        if not is_record(blob.path):
            continue
        same = before.get(blob.path)
        if same is None or same.blob != blob.id:
            same = _read(blob.path, blob.id, repository.read(blob.id))
        read[blob.path] = same
    return _load(read)


def _files_below(root: Path) -> Iterator[tuple[str, bytes]]:
    for relative in sorted(_records_below(root), key=lambda path: path.split("/")):
        try:
            yield relative, (root / relative).read_bytes()
        except OSError as error:
            raise DataError(
                f"cannot be read: {error.strerror}",
                where=relative,
                help="Mend the file's permissions.",
            ) from error


def _records_below(root: Path) -> Iterator[str]:
    # Text and directory entries: a `Path` for each of a hundred thousand files takes seconds.
    for folder in RECORD_FOLDERS:
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            with (
                suppress(FileNotFoundError, NotADirectoryError),
                os.scandir(root / here) as entries,
            ):
                for entry in entries:
                    relative = f"{here}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(relative)
                    elif is_record(relative) and entry.is_file(follow_symlinks=False):
                        yield relative


def _read(path: str, blob: str, data: bytes) -> _Read:
    problems = Problems(path)
    record = None
    if len(data) > _LARGEST:
        problems.add(
            None,
            "unreadable",
            f"the file has {len(data)} bytes; {_LARGEST} is the most for a record",
            "Move long material into a file of its own, and link to it.",
        )
    else:
        record = read_record(path, data, problems)
    return _Read(blob=blob, record=record, findings=tuple(problems.findings))


def _load(read: Mapping[str, _Read]) -> Loaded:
    findings = [finding for row in read.values() for finding in row.findings]
    records = [row.record for row in read.values() if row.record and not row.findings]
    catalogue, more = _assemble(records)
    unusable = {path for path, row in read.items() if row.record is None or row.findings}
    return Loaded(
        catalogue=catalogue,
        findings=tuple(findings + more),
        unreadable=frozenset(unusable | {finding.place.file for finding in more}),
        read=read,
    )


def _assemble(records: list[Record]) -> tuple[Catalogue, list[Finding]]:
    products = {record.id: record for record in records if isinstance(record, Product)}
    orders = {key: schemes.get(product.scheme) for key, product in products.items()}
    releases: dict[tuple[str, str], Release] = {}
    briefings: dict[tuple[str, str], Briefing] = {}
    articles: dict[str, Article] = {}
    findings: list[Finding] = []
    for record in records:
        problems = Problems(record.place.file)
        match record:
            case Product():
                continue
            case Article():
                _check_ranges(record.applies, orders, problems)
                _check_ranges(record.fixed_in, orders, problems)
                articles[record.path] = record
            case Briefing():
                if _belongs(record, products, orders, problems):
                    briefings[record.product, record.version] = record
            case Release():
                for statement in record.compatibility:
                    ranges = {statement.partner: statement.versions}
                    _check_ranges(ranges, orders, problems, statement.place)
                belongs = _belongs(record, products, orders, problems)
                if belongs and not problems.findings:
                    key = (record.product, record.version)
                    releases[key] = _on_its_track(record, products[record.product])
        if problems.findings:
            findings += problems.findings
            articles.pop(record.place.file, None)
    catalogue = Catalogue(
        products=products,
        releases=releases,
        briefings=briefings,
        articles=articles,
        schemes=orders,
    )
    return catalogue, findings


def _belongs(
    record: Release | Briefing,
    products: Mapping[str, Product],
    orders: Mapping[str, Scheme],
    problems: Problems,
) -> bool:
    """Whether a record's product is there and its version is one; else a finding says so."""
    product = products.get(record.product)
    if product is None:
        problems.add(
            None,
            "unknown-product",
            f"there is no readable {product_path(record.product)}",
            f"Make one: `forewarn product add {record.product} --name … --scheme …`.",
        )
        return False
    try:
        orders[record.product].key(record.version)
    except InvalidVersion as error:
        problems.add(
            None,
            "not-a-version",
            f"{record.version!r} is no version under the scheme {product.scheme}: {error}",
            "Rename the file, or declare another scheme in product.yml.",
        )
        return False
    return True


def _check_ranges(
    ranges: Mapping[str, VersionRange],
    orders: Mapping[str, Scheme],
    problems: Problems,
    place: Place | None = None,
) -> None:
    """Report ranges over a product that is not there, or with ends that are no versions of it."""
    place = place or problems.place(None)
    for product, versions in ranges.items():
        if product not in orders:
            problems.add_at(
                place,
                "unknown-product",
                f"there is no readable {product_path(product)}",
                f"Mend the name, or make it: `forewarn product add {product} --name … --scheme …`.",
            )
            continue
        for comparator in versions.comparators:
            try:
                orders[product].key(comparator.version)
            except InvalidVersion as error:
                problems.add_at(
                    place,
                    "not-a-version",
                    f"{str(versions)!r} is no range of {product}: {error}",
                    f"Write versions of the scheme {orders[product].name}.",
                )


def _on_its_track(release: Release, product: Product) -> Release:
    """A release that names no track is on its product's default one."""
    return release if release.track else replace(release, track=product.tracks[0])
