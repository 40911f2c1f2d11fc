"""What `forewarn release` takes back: a record that says what never was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.naming import NamingCommand
from forewarn.cli.output import knowledge_base, mention, say
from forewarn.cli.parameters import DAY

if TYPE_CHECKING:
    from forewarn.services.records.mistakes import Mended


@click.command(cls=NamingCommand)
@click.argument("product")
@click.argument("version")
@click.argument("new", metavar="NEW")
@click.option("--reason", required=True, help="Why; told to everybody who was told of VERSION.")
@click.pass_context
def rename(ctx: click.Context, product: str, version: str, new: str, reason: str) -> None:
    """Record a release under its real version, NEW, and commit it.

    Its briefing, replacements, suites and links follow. Whoever was told of VERSION is told that it
    was a mistake, in the same thread.

    \b
    Example:  forewarn release rename recorder 2.7 2.7.1 --reason "a slip"
    """
    from forewarn.services.records.mistakes import rename_release

    mended = rename_release(
        knowledge_base(ctx), product=product, version=version, to=new, reason=reason
    )
    _say_mended(mended, f"{product}@{version} is {mended.release.version} now")


@click.command(cls=NamingCommand)
@click.argument("product")
@click.argument("version")
@click.option("--reason", required=True, help="Why; told to everybody who was told otherwise.")
@click.option(
    "--status",
    type=click.Choice(["planned", "staged", "shipped"]),
    help="Put it back: it has not shipped, or (shipped) it was not withdrawn.",
)
@click.option("--released-at", type=DAY, metavar="DATE", help="The vendor's date.")
@click.option("--planned", type=DAY, metavar="DATE", help="With --status: when it is to ship.")
@click.pass_context
def correct(
    ctx: click.Context,
    product: str,
    version: str,
    reason: str,
    status: str | None,
    released_at: date | None,
    planned: date | None,
) -> None:
    """Correct a release that is out, with the reason why.

    What is recorded is changed and committed. Edits of its file that are not committed yet go
    along: that is how a statement or a download is corrected.

    \b
    Example:  forewarn release correct recorder 2.7 \\
                --status staged --reason "still in test"
    """
    from forewarn.model.release import Status
    from forewarn.services.records.mistakes import correct_release

    mended = correct_release(
        knowledge_base(ctx),
        product=product,
        version=version,
        reason=reason,
        at=datetime.now(UTC),
        status=Status(status) if status else None,
        released_at=released_at,
        planned_for=planned,
    )
    _say_mended(mended, f"{mended.release} is corrected; it is {mended.release.status}")


@click.command(cls=NamingCommand)
@click.argument("product")
@click.argument("version")
@click.option("--reason", required=True, help="Why; told to everybody who was told of it.")
@click.pass_context
def remove(ctx: click.Context, product: str, version: str, reason: str) -> None:
    """Take away the record of a release that there never was.

    Its removal is committed. A release that did ship and must not be used is withdrawn instead:
    `forewarn release withdraw`.

    \b
    Example:  forewarn release remove recorder 2.7 --reason "it is the player's"
    """
    from forewarn.services.records.mistakes import remove_release

    mended = remove_release(knowledge_base(ctx), product=product, version=version, reason=reason)
    _say_mended(mended, f"{mended.release} is not recorded any more")


def _say_mended(mended: Mended, what: str) -> None:
    mention(f"committed {', '.join(mended.files)}: {what}")
    for place in mended.left:
        say(f"look at {place}")
    mention("next: forewarn publish, which tells whoever was told of it")
