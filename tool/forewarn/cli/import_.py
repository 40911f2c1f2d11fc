"""`forewarn import`: take over what others keep lists of."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import emit, format_option, knowledge_base, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click._termui_impl import ProgressBar

    from forewarn.services.import_endoflife import Imported
    from forewarn.services.importing import LeftOut, Step


@click.group(name="import")
def command() -> None:
    """Take over products and releases that others keep lists of.

    \b
    Example:  forewarn import endoflife ../endoflife --dry-run
    """


@command.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and write nothing.")
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
    from datetime import datetime

    from forewarn.services.import_endoflife import import_endoflife

    root, today = knowledge_base(ctx), datetime.now().astimezone().date()
    with _progress() as step:
        result = import_endoflife(root, folder, today=today, dry_run=dry_run, step=step)
    emit(as_format, _as_data(result, dry_run), _as_text(result, dry_run))
    ctx.exit(3 if result.unreadable else 0)


def _progress() -> AbstractContextManager[Step]:
    return _bars() if sys.stderr.isatty() else _lines()


@contextmanager
def _bars() -> Iterator[Step]:
    """One bar after the other, for each thing that is done."""
    bars: dict[str, ProgressBar[int]] = {}
    with ExitStack() as shown:

        def step(doing: str, done: int, total: int) -> None:
            if doing not in bars:
                shown.close()
                bar = click.progressbar(length=total, label=doing, file=sys.stderr)
                bars[doing] = shown.enter_context(bar)
            bars[doing].update(done - bars[doing].pos)

        yield step


@contextmanager
def _lines() -> Iterator[Step]:
    """A line when something begins."""

    def step(doing: str, done: int, total: int) -> None:
        if done == 0:
            say(f"{doing}: {total}" if total > 1 else doing)

    yield step


def _as_data(result: Imported, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "commit": result.commit,
        "products": {"listed": result.products, "new": result.products_new},
        "releases": {
            "listed": result.releases,
            "new": result.releases_new,
            "planned": result.planned,
        },
        "left_out": [
            {
                "reason": rows[0].reason.value,
                "meaning": rows[0].reason.meaning,
                "count": sum(row.count for row in rows),
                "items": [
                    {"product": r.product, "item": r.item, "why": r.why, "count": r.count}
                    for r in rows
                ],
            }
            for rows in _grouped(result.left_out)
        ],
    }


def _as_text(result: Imported, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    lines = [
        f"{_many(result.products, 'product')}: {result.products_new} {would}added",
        f"{_many(result.releases, 'release')}: {result.releases_new} {would}added"
        + (f", {result.planned} of them planned" if result.planned else ""),
    ]
    if result.commit:
        lines.append(f"commit {result.commit[:12]}")
    if result.left_out:
        lines += ["", "Not carried over, or not as it was (--format json lists all of it):"]
    for rows in _grouped(result.left_out):
        first = rows[0]
        lines.append(f"{sum(row.count for row in rows):>7}  {first.reason.meaning}")
        lines.append(f"{'':>9}e.g. {first.product}: {first.item}: {first.why}")
    return "\n".join(lines)


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _grouped(rows: tuple[LeftOut, ...]) -> list[list[LeftOut]]:
    """The rows by their reason, in the order in which the reasons are declared."""
    groups: dict[str, list[LeftOut]] = {}
    for row in rows:
        groups.setdefault(row.reason, []).append(row)
    return [groups[reason] for reason in type(rows[0].reason) if reason in groups] if rows else []
