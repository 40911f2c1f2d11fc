"""A spreadsheet's export: its bytes as rows of the columns that were asked for, and its days."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from forewarn.errors import DataError, UsageError
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.days import meant_day, read_day
from forewarn.model.visible import one_line
from forewarn.store.encodings import encoding_of

_LARGEST = 200_000_000  # bytes
_DELIMITERS = (",", ";", "\t", "|")
# What tells spreadsheets the delimiter; one that is saved again has cells behind it.
_SEP = expression(r"\s*\"?sep=(?P<sign>[^\r\n])\"?(?P=sign)*[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
# What the parser says of a quote that nothing closes: of what stands below it, nothing is read.
_WRONG_QUOTES = {
    "unexpected end of data": "a quote is never closed, so that nothing below it was read",
    f"field larger than field limit ({csv.field_size_limit()})": "a cell is longer than "
    f"{csv.field_size_limit():,} characters; is a quote not closed? What it takes in was not read",
}
_AS_TEXT = expression(r'="(.*)"', re.DOTALL)
_BETWEEN = expression(r"[\s-]+")
_TITLES = 20  # rows above the header
_ISO = expression(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d.*)?", re.ASCII)
_NUMBER = expression(r"(\d{1,6})(?:[.,]\d+)?", re.ASCII)
# The day before the first, as spreadsheets count. The one that everybody has copied takes 1900
# for a leap year, so that it is right from March 1900 on.
_SERIAL = {"excel": date(1899, 12, 30), "excel-1904": date(1904, 1, 1)}
_SAMPLE = date(2024, 11, 23)

# What is called .csv or .xls and is something else.
_OTHERS = (
    (expression(rb"PK\x03\x04|\xd0\xcf\x11\xe0"), "the workbook of a spreadsheet"),
    (
        expression(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)\b", re.IGNORECASE),
        "a web page",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row that begins in a line of the file: its cells by what they are, or its `problem`."""

    line: int
    cells: Mapping[str, str]
    problem: str | None = None


def read_rows(
    path: Path,
    columns: Mapping[str, str],
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Iterator[Row]:
    """The rows of a table; `columns` maps what a cell is to the name of its column.

    Raises:
        UsageError: a column is not there, or stands there twice.
        DataError: the file cannot be read as text.
    """
    text, signs, skipped = _text_and_signs(path, delimiter, encoding)
    columns = {key: _plain(column) for key, column in columns.items()}
    found, head, header = _header(path, text, columns, signs)
    places = {key: _place(path, header, column) for key, column in columns.items()}
    for number, cells in _lines(text, found):
        line = number + skipped
        if number <= head:
            continue  # the header, and titles above it
        if isinstance(cells, str):
            yield Row(line=line, cells={}, problem=cells)
        elif not any(cells):
            continue
        elif any(cells[len(header) :]):
            more = f"it has {len(cells)} cells, and the header has {len(header)}"
            yield Row(line=line, cells={}, problem=more)
        else:
            cells += [""] * (len(header) - len(cells))
            yield Row(line=line, cells={key: cells[place] for key, place in places.items()})


def key_of(name: str) -> str:
    """What a column that is called so holds: `Released at` is released_at."""
    return _BETWEEN.sub("_", name.strip().casefold())


def named_so(
    path: Path, keys: Iterable[str], *, delimiter: str | None, encoding: str | None
) -> dict[str, str]:
    """The columns that are called what they hold, such as `Released at` for released_at.

    Raises:
        UsageError: there is no such encoding.
        DataError: the file cannot be read as text.
    """
    text, signs, _ = _text_and_signs(path, delimiter, encoding)
    best: dict[str, str] = {}
    for sign in signs:
        for _, cells in islice(_lines(text, sign), _TITLES):
            names = [_plain(cell) for cell in cells] if isinstance(cells, list) else []
            folded = [key_of(name) for name in names]
            found = {key: names[folded.index(key)] for key in keys if folded.count(key) == 1}
            best = found if len(found) > len(best) else best
    return best


def header_of(
    path: Path, known: Iterable[str], *, delimiter: str | None, encoding: str | None
) -> list[str]:
    """What is likely the header: of the first rows the one with the most columns that are `known`.

    Among equals it is the one with the most cells that have something.

    Raises:
        UsageError: there is no such encoding.
        DataError: the file cannot be read as text.
    """
    text, signs, _ = _text_and_signs(path, delimiter, encoding)
    rows = [
        [_plain(cell) for cell in cells if cell]
        for sign in signs
        for _, cells in islice(_lines(text, sign), _TITLES)
        if isinstance(cells, list)
    ]
    names = {_plain(name).casefold() for name in known}

    def likely(row: list[str]) -> tuple[int, int]:
        return len(names.intersection(map(str.casefold, row))), len(row)

    return max(rows, key=likely, default=[])


def day_reader(format: str | None) -> Callable[[str], date]:
    """What reads a day as it is written: ISO 8601, a format of strptime, or a serial number.

    Raises:
        UsageError: the format does not say day, month and year.
    """
    if format is None:
        return _iso_day
    if format in _SERIAL:
        start = _SERIAL[format]
        return lambda text: _serial_day(text, start)
    try:
        fits = datetime.strptime(_SAMPLE.strftime(format), format).date() == _SAMPLE  # noqa: DTZ007
    except (ValueError, re.error):
        fits = False
    if not fits:
        raise UsageError(
            f"--date-format {format!a} does not say day, month and year",
            help="Write it like %d.%m.%Y or %m/%d/%Y, or use excel or excel-1904 for the numbers "
            "that spreadsheets keep days as.",
        )
    # A day has no zone.
    return lambda text: meant_day(datetime.strptime(text, format).date())  # noqa: DTZ007


def _iso_day(text: str) -> date:
    match = _ISO.fullmatch(text)
    if not match:
        raise ValueError
    return read_day(match[1])


def _serial_day(text: str, start: date) -> date:
    match = _NUMBER.fullmatch(text)
    if not match or not int(match[1]):
        raise ValueError
    return meant_day(start + timedelta(days=int(match[1])))


def _text_and_signs(
    path: Path, delimiter: str | None, encoding: str | None
) -> tuple[str, tuple[str, ...], int]:
    """A file's text, what may part its cells, and how many lines above that text say so.

    What the first line says is tried first, and is not true of every file.
    """
    text = _text(path, encoding)
    said = _SEP.match(text)
    first = (said["sign"],) if said else ()
    signs = (delimiter,) if delimiter else tuple(dict.fromkeys((*first, *_DELIMITERS)))
    return (text[said.end() :], signs, said[0].count("\n") or 1) if said else (text, signs, 0)


def _text(path: Path, encoding: str | None) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}", where=str(path), help="Name a CSV file."
        ) from error
    if len(data) > _LARGEST:
        raise DataError(
            f"the file is larger than {_LARGEST:,} bytes",
            where=str(path),
            help="Split it, and import one part after the other.",
        )
    if other := next((words for start, words in _OTHERS if start.match(data)), None):
        raise DataError(
            f"this is {other}, and no CSV",
            where=str(path),
            help="Open it in a spreadsheet, and save it as “CSV UTF-8”.",
        )
    name = encoding or encoding_of(data)
    try:
        text = data.decode(name)
    except LookupError as error:
        raise UsageError(
            f"there is no encoding {name!a}", help="Use one such as utf-8, utf-16 or cp1252."
        ) from error
    except ValueError as error:
        raise DataError(
            f"the file is not {name.removesuffix('-sig').upper()}: {error}",
            where=str(path),
            help="Save it as “CSV UTF-8”, or say what it is: --encoding cp1252 is what Excel "
            "writes on Windows.",
        ) from error
    if "\0" in text:
        raise DataError(
            "the file holds NUL characters, so it is no text, or text in UTF-16 without its mark",
            where=str(path),
            help="Save it as “CSV UTF-8”, or say what it is: --encoding utf-16-le.",
        )
    return text.removeprefix("\ufeff")


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with its first line: its cells without the space around, or what is wrong."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = rows.line_num + 1
        try:
            yield line, [_AS_TEXT.sub(r"\1", cell.strip()) for cell in next(rows)]
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _WRONG_QUOTES.get(str(error), f"the quotes are wrong: {error}")


def _header(
    path: Path, text: str, columns: Mapping[str, str], delimiters: tuple[str, ...]
) -> tuple[str, int, list[str]]:
    """The delimiter under which the columns are there, and the header with its line.

    There may be titles above it.
    """
    headers: list[list[str]] = []
    for delimiter in delimiters:
        rows = islice(
            ((n, c) for n, c in _lines(text, delimiter) if isinstance(c, str) or any(c)), _TITLES
        )
        for line, cells in rows:
            if isinstance(cells, str):
                break
            header = [_plain(cell) for cell in cells]
            if all(_places(header, column) for column in columns.values()):
                return delimiter, line, header
            headers.append(header)
    wanted = columns.values()
    best = max(
        headers,
        key=lambda row: (sum(bool(_places(row, c)) for c in wanted), len(row)),
        default=[],
    )
    missing = [column for column in wanted if not _places(best, column)]
    raise UsageError(
        f"there is no column {missing[0]!r}" if missing else "there is no header",
        where=str(path),
        help=f"The columns are {', '.join(filter(None, best))[:500]}."
        + (" If another sign stands between them: --delimiter." if len(best) == 1 else "")
        if any(best)
        else "The first row must name the columns.",
    )


def _plain(cell: str) -> str:
    """The name of a column on one line."""
    return one_line(cell)


def _places(header: list[str], column: str) -> list[int]:
    """Where a column is: as it is written, else in any letter case."""
    exact = [place for place, name in enumerate(header) if name == column]
    small = column.casefold()
    return exact or [place for place, name in enumerate(header) if name.casefold() == small]


def _place(path: Path, header: list[str], column: str) -> int:
    places = _places(header, column)
    if len(places) > 1:
        raise UsageError(
            f"there are {len(places)} columns {column!r}",
            where=str(path),
            help="Give one of them another name.",
        )
    return places[0]
