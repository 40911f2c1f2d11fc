"""`forewarn suite`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from forewarn.cli.output import columns, format_option, knowledge_base, mention
from forewarn.cli.parameters import DAY, DOWNLOAD, RELEASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forewarn.cli.parameters import Named
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.compatibility import Judgement
    from forewarn.model.release import Download, Release
    from forewarn.model.suite import Moved
    from forewarn.services.ask.live import Seen
    from forewarn.store.catalogue.load import Loaded


@click.group("suite")
def command() -> None:
    """Suites: products whose releases contain releases of others."""


@command.command()
@click.argument("suite")
@click.argument("version")
@click.argument("members", type=RELEASE, nargs=-1, required=True)
@click.option("--planned", type=DAY, metavar="DATE", help="It is to ship on that day.")
@click.option(
    "--download", "downloads", type=DOWNLOAD, multiple=True, help="A download; may be given again."
)
@click.pass_context
def add(
    ctx: click.Context,
    suite: str,
    version: str,
    members: tuple[Named, ...],
    planned: date | None,
    downloads: tuple[Download, ...],
) -> None:
    """Record a release of a suite with the releases that are in it, and commit it.

    \b
    Example:  forewarn suite add studio 2026.2 recorder@2.7 player@2.7
    """
    from forewarn.services.records.release import add_release

    contains = {member.product: member.version for member in members}
    if len(contains) < len(members):
        raise click.UsageError("a suite holds one release of each product; one is named twice")
    release = add_release(
        knowledge_base(ctx),
        product=suite,
        version=version,
        at=datetime.now(UTC),
        planned_for=planned,
        downloads=downloads,
        contains=contains,
    )
    mention(f"committed {release.place.file}")
    mention(f"next: forewarn release ship {suite} {release.version}")


@command.command()
@click.argument("suite")
@click.argument("version")
@format_option
@click.pass_context
def show(ctx: click.Context, suite: str, version: str, as_format: str) -> None:
    """Show which release of which product is in a suite's release, and its state.

    What of it breaks or limits something else of it is said below.

    \b
    Example:  forewarn suite show studio 2026.1
    """
    from forewarn.cli.reading import answer, everything, today
    from forewarn.cli.say.live import live_key
    from forewarn.facts.answers import pair_json
    from forewarn.model.compatibility import judge_inside
    from forewarn.services.ask.live import what_is_live
    from forewarn.services.ask.lookup import the_suite

    root = knowledge_base(ctx)
    loaded = everything(root)
    release = the_suite(loaded, suite, version)
    inside = judge_inside(loaded.catalogue, release, today=today())
    products = {suite, *(member.product for member in release.contains)}
    seen = what_is_live(root, loaded.catalogue, products)
    data = {
        "suite": suite,
        "version": release.version,
        "members": _rows(loaded.catalogue, release, seen),
        "inside": [pair_json(judgement) for judgement in inside],
    }
    text = "\n".join([_shown(loaded, release, today(), seen), *_inside(inside)])
    unread = (*loaded.unread(products), *seen.unread)
    answer(ctx, as_format, data | live_key(seen.of(release)), text, unread)


@command.command()
@click.argument("suite")
@click.argument("old", metavar="VERSION")
@click.argument("new", metavar="VERSION")
@format_option
@click.pass_context
def diff(ctx: click.Context, suite: str, old: str, new: str, as_format: str) -> None:
    """Show what changed from one release of a suite to another.

    \b
    Example:  forewarn suite diff studio 2026.1 2026.2
    """
    from forewarn.cli.reading import answer, everything
    from forewarn.model.suite import difference
    from forewarn.services.ask.lookup import the_suite

    loaded = everything(knowledge_base(ctx))
    before, after = the_suite(loaded, suite, old), the_suite(loaded, suite, new)
    moved = difference(loaded.catalogue, before, after)
    rows = [
        {"product": m.product, "change": m.move.value, "from": m.before, "to": m.after}
        for m in moved
    ]
    data = {"suite": suite, "from": before.version, "to": after.version, "changes": rows}
    members = {member.product for each in (before, after) for member in each.contains}
    text = _moved(loaded.catalogue, moved) or "nothing changed"
    answer(ctx, as_format, data, text, loaded.unread({suite, *members}))


def _rows(catalogue: Catalogue, suite: Release, seen: Seen) -> list[dict[str, Any]]:
    from forewarn.cli.reading import day
    from forewarn.cli.say.live import live_key

    rows = []
    for member in suite.contains:
        held = catalogue.find_release(member.product, member.version)
        rows.append(
            {
                "product": member.product,
                "version": member.version,
                "status": held.status.value if held else None,
                "since": day(held.since) if held else None,
                **live_key(seen.version(member.product, member.version)),
            }
        )
    return rows


def _shown(loaded: Loaded, suite: Release, today: date, seen: Seen) -> str:
    from forewarn.cli.say.live import live_words
    from forewarn.cli.say.release import headline, state
    from forewarn.model.release import release_path

    catalogue, rows = loaded.catalogue, []
    for member in suite.contains:
        held = catalogue.find_release(member.product, member.version)
        path = release_path(member.product, member.version)
        missing = "recorded, and cannot be read" if path in loaded.unreadable else "not recorded"
        live = seen.version(member.product, member.version)
        missing += f", but {live_words(live)}" if live else ""
        said = state(catalogue, held, today, live) if held else missing
        rows.append((f"  {catalogue.name_of(member.product)} {member.version}", said))
    return f"{headline(catalogue, suite, today, seen.of(suite))}\n{columns(rows)}"


def _inside(judgements: Iterable[Judgement]) -> Iterator[str]:
    from forewarn.cli.say.compat import harm
    from forewarn.cli.say.words import verdict_word

    for judgement in judgements:
        yield from ("", f"{verdict_word(judgement.verdict)}: {judgement.a} and {judgement.b}")
        yield from harm(judgement)


def _moved(catalogue: Catalogue, moved: tuple[Moved, ...]) -> str:
    return columns(
        [
            (
                catalogue.name_of(row.product),
                row.move.value,
                " → ".join(version for version in (row.before, row.after) if version),
            )
            for row in moved
        ]
    )
