"""Importing a table: each row is a release, or one of the downloads of a release."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from forewarn import schemes
from forewarn.errors import UsageError
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.addresses import check_url
from forewarn.model.checksums import read_checksums
from forewarn.model.days import NobodysDay
from forewarn.model.names import check_track, check_word
from forewarn.model.platforms import target_of
from forewarn.model.product import Product
from forewarn.model.release import ANY_PLATFORM, DECLARED, Download, Status
from forewarn.model.sha256 import check_sha256
from forewarn.services.imports.csv_products import TableProducts, UnknownProduct
from forewarn.services.imports.csv_table import (
    Row,
    day_reader,
    header_of,
    key_of,
    named_so,
    read_rows,
)
from forewarn.services.imports.here import product_here
from forewarn.services.imports.importing import Imported, Notes, Plan, Reason, Step, carry_out
from forewarn.services.imports.releases import ListedRelease, plan_releases
from forewarn.sources.clean import clean, clean_url
from forewarn.sources.versions.find import as_version

# What a cell may be; a table's column is named for each that it has.
KEYS = (
    *("version", "released_at", "product", "track", "status", "url"),
    *("platform", "arch", "edition", "size", "sha256", "reference"),
)
_NEEDED = ("version", "released_at")
_OF_A_DOWNLOAD = ("platform", "arch", "edition", "size", "sha256")
_LONGEST_NAME = 100
_LONGEST_SHOWN = 60

_MONTH = r"(?:jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]{0,6}\.?"
# 10-Mar, 03. Okt, Mar-24: what was 3.10 or 3.24 before a spreadsheet read it.
_MADE_A_DAY = expression(
    rf"[0-9]{{1,2}}[. -]{{1,2}}{_MONTH}|{_MONTH}[ -][0-9]{{2,4}}", re.IGNORECASE
)
# 2,10 of which a spreadsheet makes 2,1 where a comma stands before decimals.
_MADE_A_NUMBER = expression(r"[0-9]+,[0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvOptions:
    """How to read a table.

    `columns` maps each of `KEYS` that the table has to its column. The product is the same for
    all rows, or in a column. `date_format` is one of strptime, `excel` or `excel-1904`; without
    it days are ISO 8601. `add_products` is the scheme of products that are not recorded yet.
    """

    columns: Mapping[str, str]
    product: str | None = None
    date_format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    add_products: str | None = None


def completed(file: Path, options: CsvOptions) -> CsvOptions:
    """The options with the columns that are called what they hold, and that nobody has named.

    Raises:
        UsageError: there is no such encoding.
        DataError: the file cannot be read as text.
    """
    given = {*options.columns, *(["product"] if options.product is not None else ())}
    keys = [key for key in KEYS if key not in given]
    own = named_so(file, keys, delimiter=options.delimiter, encoding=options.encoding)
    taken = {column.casefold() for column in options.columns.values()}
    own = {key: column for key, column in own.items() if column.casefold() not in taken}
    return replace(options, columns={**own, **options.columns})


def import_csv(
    root: Path,
    file: Path,
    *,
    options: CsvOptions,
    today: date,
    dry_run: bool = False,
    step: Step,
) -> Imported:
    """Record what a table lists and is not recorded yet, in one commit.

    Rows of one version are one release with several downloads; the order of the rows does not
    matter. Records that are here are left alone, and what the table says otherwise is reported,
    as is each row that cannot be used.

    Raises:
        UsageError: an option cannot be used, or names what the table does not have.
        Refused: no branch is checked out, or a merge is under way.
        DataError: the file cannot be read, or something could not be written or committed;
            nothing is left behind.
    """
    _refuse_bad_options(root, file, options)
    read_day = day_reader(options.date_format)
    source = f"the table {clean(file.name, _LONGEST_SHOWN)}"

    def plan() -> Plan:
        made, products = Plan(today=today), TableProducts(root, options.add_products)
        step("reading the table", 0, 1)
        by_id = _by_product(_read(file, options, read_day, made), products, made)
        step("reading the table", 1, 1)
        for done, id in enumerate(sorted(by_id)):
            step("comparing with what is here", done, len(by_id))
            notes = Notes(id)
            _plan_product(made, products, by_id[id], notes)
            made.left_out += notes.rows
        step("comparing with what is here", len(by_id), len(by_id))
        return made

    return carry_out(root, plan, source, dry_run=dry_run, step=step)


def unused(file: Path, options: CsvOptions) -> tuple[str, ...]:
    """The columns of the table that nothing is read from, as they are called there.

    Raises:
        UsageError: there is no such encoding.
        DataError: the file cannot be read as text.
    """
    known = options.columns.values()
    there = header_of(file, known, delimiter=options.delimiter, encoding=options.encoding)
    used = {column.strip().casefold() for column in known}
    return tuple(column for column in there if column.casefold() not in used)


def _refuse_twins(file: Path, keys: Iterable[str], options: CsvOptions) -> None:
    """Refuse a table of which several columns are called like a key that has none."""
    there = unused(file, options)
    for key in keys:
        called = [column for column in there if key_of(column) == key]
        if key not in options.columns and len(called) > 1:
            raise UsageError(
                f"{len(called)} columns are called {key}: {', '.join(map(repr, called))}",
                where=str(file),
                help=f"Name the one that is meant, such as --map {key}={called[0]!r}."
                if len({*called}) == len(called)
                else "Give the others another name.",
            )


def _columns_of(file: Path, options: CsvOptions) -> str:
    """What the columns are called, for who has to name one; "" where the table has none."""
    known = options.columns.values()
    there = header_of(file, known, delimiter=options.delimiter, encoding=options.encoding)
    if len(there) == 1:
        return f" The only column is {there[0][:500]}; if another sign parts it: --delimiter CHAR."
    return f" The columns are {', '.join(there)[:500]}." if there else ""


def _refuse_bad_options(root: Path, file: Path, options: CsvOptions) -> None:
    missing = [key for key in _NEEDED if key not in options.columns]
    _refuse_twins(file, [*missing, *(["product"] if options.product is None else ())], options)
    if missing:
        listed = _columns_of(file, options)
        if not listed:
            raise UsageError(
                "the table is empty", where=str(file), help="Name a file with rows in it."
            )
        raise UsageError(
            f"no column is named for {' and '.join(missing)}",
            help=f"Add --map {missing[0]}=COLUMN, with the column's name in the first row.{listed}",
        )
    if ("product" in options.columns) == (options.product is not None):
        listed = "" if options.product else _columns_of(file, options)
        raise UsageError(
            "a table is about one product, or has a column that says which",
            help=f"Give either --product ID or --map product=COLUMN.{listed}",
        )
    if options.add_products is not None:
        schemes.get(options.add_products)
    elif options.product is not None:
        product_here(root, options.product)


def _read(
    file: Path, options: CsvOptions, read_day: Callable[[str], date], plan: Plan
) -> Mapping[str, list[ListedRelease]]:
    """The releases that the rows name, by the product as it is written there."""
    notes = Notes("")
    named: defaultdict[str, list[ListedRelease]] = defaultdict(list)
    homeless = []
    for row in read_rows(
        file, options.columns, delimiter=options.delimiter, encoding=options.encoding
    ):
        try:
            name = clean(options.product or row.cells.get("product", ""), _LONGEST_NAME)
            if row.problem or not name:
                raise _WrongRow(row.problem or "it names no product")
            named[name].append(_wanted(row, read_day, plan.today))
            if not row.cells.get("url") and any(map(row.cells.get, _OF_A_DOWNLOAD)):
                homeless.append(named[name][-1])
        except _WrongRow as error:
            notes.add(Reason.WRONG_ROW, f"line {row.line}", str(error))
    if homeless:
        why = "without the url of a download, nothing can be said of one"
        notes.add(Reason.NO_PLACE, _places(homeless), why, len(homeless))
    plan.left_out += notes.rows
    return named


def _by_product(
    named: Mapping[str, list[ListedRelease]], products: TableProducts, plan: Plan
) -> Mapping[str, list[ListedRelease]]:
    """The same by the product's id; what names no product is noted."""
    notes = Notes("")
    by_id: defaultdict[str, list[ListedRelease]] = defaultdict(list)
    ids = products.ids_of(named)
    for name, wanted in named.items():
        id = ids[name]
        if isinstance(id, UnknownProduct):
            where = f"{_short(name)} in {_places(wanted)}"
            notes.add(Reason.UNKNOWN_PRODUCT, where, str(id), len(wanted))
        else:
            by_id[id] += wanted
    plan.left_out += notes.rows
    return by_id


def _plan_product(
    plan: Plan, products: TableProducts, wanted: list[ListedRelease], notes: Notes
) -> None:
    found = products.get({one.track for one in wanted if one.track}, notes)
    if found is None:
        why = "its product.yml cannot be read"
        notes.add(Reason.UNKNOWN_PRODUCT, _places(wanted), why, len(wanted))
        return
    usable = []
    for one in wanted:
        try:
            usable.append(_of_product(one, found.product))
        except _WrongRow as error:
            notes.add(Reason.WRONG_ROW, one.where, str(error))
    if usable:
        products.add(found, plan)
        plan_releases(plan, found.here, found.product, usable, notes, undated=Reason.WRONG_ROW)


class _WrongRow(Exception):
    """A row that is skipped; the text says which of its cells is wrong, and how."""


def _of_product(one: ListedRelease, product: Product) -> ListedRelease:
    """The release as its product's scheme and tracks have it."""
    for made, like in ((_MADE_A_DAY, "day"), (_MADE_A_NUMBER, "number")):
        if made.fullmatch(one.version):
            raise _WrongRow(
                f"version: {one.version!a} is what spreadsheets make of a version that looks like "
                f"a {like}; format that column as text, and type it again"
            )
    version = as_version(one.version, schemes.get(product.scheme))
    if version is None:
        raise _WrongRow(f"version: {_short(one.version)!a} is none of the scheme {product.scheme}")
    if one.track and one.track not in product.tracks:
        tracks = ", ".join(product.tracks)
        raise _WrongRow(f"track: {one.track!a} is none of {product.id}; it has {tracks}")
    return replace(one, version=version)


def _wanted(row: Row, read_day: Callable[[str], date], today: date) -> ListedRelease:
    cells = row.cells
    version = cells["version"]
    if not version:
        raise _WrongRow("it names no version")
    day = _day(cells["released_at"], read_day)
    status = _status(cells.get("status", ""), day, today)
    reference = _address("reference", cells)
    return ListedRelease(
        version=version,
        status=status,
        track=_checked("track", cells.get("track", ""), check_track),
        day=day,
        downloads=tuple(_downloads(cells)),
        references=(reference,) if reference else (),
        where=f"line {row.line}",
    )


def _day(text: str, read_day: Callable[[str], date]) -> date | None:
    if not text:
        return None
    try:
        return read_day(text)
    except NobodysDay as error:
        raise _WrongRow(f"released_at: {_short(text)!a} is not meant: {error}") from error
    except (ValueError, OverflowError) as error:
        raise _WrongRow(
            f"released_at: {_short(text)!a} is no day as it was expected; see --date-format"
        ) from error


def _status(text: str, day: date | None, today: date) -> Status:
    """The status that a row says, else the one that follows from its day."""
    to_come = day is not None and day > today
    if not text:
        return Status.PLANNED if to_come else Status.SHIPPED
    known = {status.value: status for status in DECLARED if status is not Status.WITHDRAWN}
    status = known.get(text.casefold())
    if status is None:
        raise _WrongRow(f"status: {_short(text)!a} is none of {', '.join(known)}")
    if status is Status.SHIPPED and to_come:
        raise _WrongRow(f"released_at: {day} has not come, and the status is shipped")
    return status


def _downloads(cells: Mapping[str, str]) -> Iterator[Download]:
    url = _address("url", cells)
    if url is None:
        return
    size, platform = cells.get("size", ""), cells.get("platform", "")
    target = target_of(platform)
    if size and not (size.isascii() and size.isdigit() and len(size) <= 15):
        raise _WrongRow(f"size: {_short(size)!a} is no number of bytes, in digits alone")
    yield Download(
        platform=target.platform if target else _word("platform", cells) or ANY_PLATFORM,
        arch=_word("arch", cells) or (target.arch if target else None),
        edition=_word("edition", cells),
        url=url,
        size=int(size) if size else None,
        sha256=_sha256(cells.get("sha256", "")),
    )


def _sha256(text: str) -> str | None:
    """The sha256 in a cell, in whatever spelling."""
    if not text:
        return None
    sums = read_checksums(text)
    if len(sums) == 1 and sums[0].algorithm != "sha256":
        raise _WrongRow(f"sha256: this is as long as, or said to be, a {sums[0].algorithm}")
    digits = sums[0].sha256 if len(sums) == 1 else None
    return _checked("sha256", digits or text, check_sha256)


def _word(key: str, cells: Mapping[str, str]) -> str | None:
    return _checked(key, cells.get(key, "").lower(), check_word)


def _address(key: str, cells: Mapping[str, str]) -> str | None:
    text = cells.get(key, "")
    url = clean_url(text)
    if text and (url is None or check_url(url)):
        raise _WrongRow(f"{key}: {_short(text)!a} is no web address, or one with a password in it")
    return url


def _checked(key: str, text: str, check: Callable[[str], str | None]) -> str | None:
    """A cell's text, if there is one and nothing is wrong with it."""
    if text and (problem := check(text)):
        raise _WrongRow(f"{key}: {problem}")
    return text or None


def _places(wanted: list[ListedRelease]) -> str:
    """Where the first few of them stand, and how many more there are."""
    more = f" and {len(wanted) - 5} more" if len(wanted) > 5 else ""
    return ", ".join(one.where for one in wanted[:5]) + more


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
