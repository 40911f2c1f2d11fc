"""`forewarn suite`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.naming import NamingGroup
from forewarn.cli.output import format_option, knowledge_base, mention
from forewarn.cli.parameters import DAY, DOWNLOAD, RELEASE

if TYPE_CHECKING:
    from forewarn.cli.parameters import Named
    from forewarn.model.release import Download


@click.group("suite", cls=NamingGroup)
def command() -> None:
    """Suites: products whose releases contain releases of others."""


@command.command()
@click.argument("suite")
@click.argument("version")
@click.argument("members", type=RELEASE, nargs=-1, required=True)
@click.option("--planned", type=DAY, metavar="DATE", help="It is to ship on that day.")
@click.option(
    "--download", "downloads", type=DOWNLOAD, multiple=True, help="A download. May be given again."
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
    """Record a release of a suite, and what is in it.

    The releases that it holds are named, and all is committed.

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
    """Show which releases are in a suite's release.

    Each with its state. What of it breaks or limits something else of it is said below.

    \b
    Example:  forewarn suite show studio 2026.1
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.suite import suite_text
    from forewarn.facts.suites import suite_json
    from forewarn.services.ask import suites

    found = ask(ctx, suites.suite, suites.SuiteQuestion(suite=suite, version=version))
    answer(ctx, as_format, found, suite_json, suite_text)


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
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.suite import suite_diff_text
    from forewarn.facts.suites import suite_diff_json
    from forewarn.services.ask import suites

    question = suites.SuiteDiffQuestion(suite=suite, old=old, new=new)
    found = ask(ctx, suites.suite_diff, question)
    answer(ctx, as_format, found, suite_diff_json, suite_diff_text)
