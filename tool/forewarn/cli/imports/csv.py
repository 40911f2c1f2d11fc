"""`forewarn import csv`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from forewarn.cli.imports.importer import dry_run_option, run_import
from forewarn.cli.naming import PRODUCT
from forewarn.cli.output import FOLDER, format_option, knowledge_base, mention

if TYPE_CHECKING:
    from pathlib import Path


class _Column(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """What a cell is, and the name of its column."""

    name = "KEY=COLUMN"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        from forewarn.services.imports.csv import KEYS
        from forewarn.services.imports.csv_table import key_of

        named, _, column = str(value).partition("=")
        key = key_of(named)
        if key not in KEYS or not column.strip():
            self.fail(f"{value!r} is not KEY=COLUMN, with a KEY of {', '.join(KEYS)}", param, ctx)
        return key, column.strip()


class _Delimiter(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """One character; a tab may be written as a word."""

    name = "CHAR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = {"tab": "\t", r"\t": "\t"}.get(value, str(value))
        if len(text) != 1 or text in '"\r\n':
            self.fail(f"{value!r} is not one character, and not `tab`", param, ctx)
        return text


@click.command("csv")
@click.argument("file", metavar="FILE", type=FOLDER)
@click.option(
    "--map",
    "columns",
    type=_Column(),
    multiple=True,
    help="What a column holds: version, released_at, product, track, status, url, platform, "
    "arch, edition, size, sha256 or reference. May be given again.",
)
@click.option("--product", type=PRODUCT, help="The product of all rows.")
@click.option("--add-products", metavar="SCHEME", help="Add new products, with this scheme.")
@click.option(
    "--date-format",
    metavar="FORMAT",
    help="How days are written, such as %d.%m.%Y; excel or excel-1904 for their numbers.",
)
@click.option("--delimiter", type=_Delimiter(), help="What stands between cells; tab for a tab.")
@click.option(
    "--encoding",
    metavar="NAME",
    help="What the file is written in, such as cp1252; else UTF-8 or UTF-16.",
)
@dry_run_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    columns: tuple[tuple[str, str], ...],
    product: str | None,
    add_products: str | None,
    date_format: str | None,
    delimiter: str | None,
    encoding: str | None,
    dry_run: bool,
    as_format: str,
) -> None:
    """Import the releases that a spreadsheet lists, exported as CSV.

    A row names the columns. --map says what they hold, but for those that are called so
    (`Released at`); the columns for version and released_at are needed. Rows of one version are
    one release with several downloads. A row that cannot be used is reported by its line, and
    the rest goes in (exit code 3).

    \b
    Example:  forewarn import csv releases.csv --product recorder \\
                --map version=Version --map released_at=Date --map url=Link
    """
    from forewarn.services.imports.csv import CsvOptions, completed, import_csv, unused

    options = CsvOptions(
        columns=_mapping(columns),
        product=product,
        date_format=date_format,
        delimiter=delimiter,
        encoding=encoding,
        add_products=add_products,
    )
    root = knowledge_base(ctx)
    options = completed(file, options)
    found = ", ".join(f"{key} in {column!r}" for key, column in options.columns.items())
    others = ", ".join(map(repr, unused(file, options) if found else ()))
    mention(f"columns: {found or 'none'}{f'; not used: {others}' if others else ''}")
    run = partial(import_csv, root, file, options=options)
    run_import(ctx, run, dry_run, as_format)


def _mapping(columns: tuple[tuple[str, str], ...]) -> dict[str, str]:
    keys = [key for key, _ in columns]
    for key in keys:
        if keys.count(key) > 1:
            raise click.UsageError(f"--map {key}=… is given {keys.count(key)} times.")
    return dict(columns)
