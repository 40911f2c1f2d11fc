"""`forewarn import`: take over what others keep lists of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from forewarn.cli.output import FOLDER, emit, format_option, knowledge_base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forewarn.services.imports.importing import Imported

_dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would be written, and write nothing."
)


class _Column(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """What a cell is, and the name of its column."""

    name = "KEY=COLUMN"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        from forewarn.services.imports.csv import KEYS

        key, _, column = str(value).partition("=")
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


@click.group(name="import")
def command() -> None:
    """Take over products and releases that others keep lists of.

    Only what is new is added, in one commit: records that are here already are left alone. What
    shipped long ago is recorded as history, which alerts nobody.

    \b
    Example:  forewarn import endoflife ../endoflife --dry-run
    """


@command.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@_dry_run_option
@format_option
@click.pass_context
def endoflife(ctx: click.Context, folder: Path, dry_run: bool, as_format: str) -> None:
    """Import products, support dates and versions from the files of endoflife.date.

    DIR holds `products/*.md` of https://github.com/endoflife-date/endoflife.date and
    `releases/*.json` of https://github.com/endoflife-date/release-data. A cycle becomes a track
    with its support ends, a version becomes a release. Only what is new is added, in one
    commit: records that are here already are left alone (one that was deleted comes back), and
    what could not be carried over is listed. The exit code is 3 if a file could not be read.

    \b
    Example:  forewarn import endoflife ../endoflife
    """
    from forewarn.services.imports.endoflife import import_endoflife

    _run(ctx, partial(import_endoflife, knowledge_base(ctx), folder), dry_run, as_format)


@command.command()
@click.argument("product")
@click.argument("place", metavar="URL|FILE")
@click.option(
    "--version", "pattern", metavar="REGEX", help="Where the version is: (in parentheses)."
)
@click.option("--platform", metavar="NAME", help="The platform of all downloads.")
@click.option("--track", metavar="NAME", help="The track of all releases.")
@click.option("--allow-private", is_flag=True, help="The feed may be in the local network.")
@_dry_run_option
@format_option
@click.pass_context
def feed(
    ctx: click.Context,
    product: str,
    place: str,
    pattern: str | None,
    platform: str | None,
    track: str | None,
    allow_private: bool,
    dry_run: bool,
    as_format: str,
) -> None:
    """Import the releases that a feed lists: RSS, Atom, or Sparkle's appcast.

    An entry that names a version becomes a release that shipped on the entry's day, with its
    enclosure as the download. An entry without a date is reported, and not guessed. The exit
    code is 3 if the feed is malformed, and 4 if it cannot be read.

    \b
    Example:  forewarn import feed recorder https://downloads.example.com/feed.xml
    """
    from forewarn.services.imports.feed import FeedOptions, import_feed

    options = FeedOptions(
        pattern=pattern, platform=platform, track=track, allow_private=allow_private
    )
    run = partial(import_feed, knowledge_base(ctx), product, place, options=options)
    _run(ctx, run, dry_run, as_format)


@command.command()
@click.argument("file", metavar="FILE", type=FOLDER)
@click.option(
    "--map",
    "columns",
    type=_Column(),
    multiple=True,
    help="What a column holds: version, released_at, product, track, status, url, platform, "
    "arch, edition, size, sha256 or reference. May be repeated.",
)
@click.option("--product", metavar="ID", help="The product of all rows.")
@click.option("--add-products", metavar="SCHEME", help="Add new products, with this scheme.")
@click.option("--date-format", metavar="FORMAT", help="Such as %d.%m.%Y; or excel, or excel-1904.")
@click.option("--delimiter", type=_Delimiter(), help="What stands between cells.")
@click.option("--encoding", metavar="NAME", help="Such as cp1252; else UTF-8 or UTF-16.")
@_dry_run_option
@format_option
@click.pass_context
def csv(
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

    A row names the columns, and --map says what they hold; the columns for version and
    released_at are needed. Rows of one version are one release with several downloads. A row
    that cannot be used is reported by its line, and the rest goes in (exit code 3).

    \b
    Example:  forewarn import csv releases.csv --product recorder \\
                --map version=Version --map released_at=Date --map url=Link
    """
    from forewarn.services.imports.csv import CsvOptions, import_csv

    options = CsvOptions(
        columns=_mapping(columns),
        product=product,
        date_format=date_format,
        delimiter=delimiter,
        encoding=encoding,
        add_products=add_products,
    )
    run = partial(import_csv, knowledge_base(ctx), file, options=options)
    _run(ctx, run, dry_run, as_format)


def _mapping(columns: tuple[tuple[str, str], ...]) -> dict[str, str]:
    keys = [key for key, _ in columns]
    for key in keys:
        if keys.count(key) > 1:
            raise click.UsageError(f"--map {key}=… is given {keys.count(key)} times.")
    return dict(columns)


def _run(ctx: click.Context, run: Callable[..., Imported], dry_run: bool, as_format: str) -> None:
    from datetime import datetime

    from forewarn.cli.importing import progress
    from forewarn.cli.say.imported import as_data, as_text

    today = datetime.now().astimezone().date()
    with progress() as step:
        result = run(today=today, dry_run=dry_run, step=step)
    data = as_data(result, dry_run) if as_format == "json" else None
    emit(as_format, data, "" if data else as_text(result, dry_run))
    ctx.exit(3 if result.partly else 0)
