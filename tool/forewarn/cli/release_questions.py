"""What `forewarn release` answers: which releases there are, and what is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forewarn.cli.naming import NamingCommand
from forewarn.cli.output import format_option, say
from forewarn.later import Later

if TYPE_CHECKING:
    from forewarn.facts import releases as facts
else:
    facts = Later("forewarn.facts.releases")  # most answers are read by a person


@click.command("list", cls=NamingCommand)
@click.argument("product", required=False)
@format_option
@click.pass_context
def list_(ctx: click.Context, product: str | None, as_format: str) -> None:
    """List releases, the highest version of each product first.

    \b
    Example:  forewarn release list recorder
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.release import releases_text
    from forewarn.services.ask.releases import ReleasesQuestion, releases

    found = ask(ctx, releases, ReleasesQuestion(product=product))
    answer(ctx, as_format, found, lambda told: facts.releases_json(told), releases_text)


@click.command(cls=NamingCommand)
@click.argument("product")
@click.argument("version")
@format_option
@click.pass_context
def show(ctx: click.Context, product: str, version: str, as_format: str) -> None:
    """Show one release: state, what it breaks, downloads.

    Of a track, or of the beginning of several versions, the newest is shown and all are named.

    \b
    Example:  forewarn release show recorder 2.7
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.release import shown_text
    from forewarn.services.ask.releases import ReleaseQuestion, release

    found = ask(ctx, release, ReleaseQuestion(product=product, version=version))
    answer(ctx, as_format, found, lambda told: facts.shown_json(told), shown_text)


@click.command(cls=NamingCommand)
@click.argument("product")
@click.option("--track", help="Only what is on this line of releases.")
@click.option("--platform", help="Only what can be had for this platform.")
@format_option
@click.pass_context
def latest(
    ctx: click.Context, product: str, track: str | None, platform: str | None, as_format: str
) -> None:
    """Show the highest shipped version of each track.

    The newest date does not count. Ends with 1 where there is none.

    \b
    Example:  forewarn release latest recorder --track stable --platform macos
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.live import not_shipped
    from forewarn.cli.say.release import latest_text
    from forewarn.services.ask import releases

    question = releases.LatestQuestion(product=product, track=track, platform=platform)
    found = ask(ctx, releases.latest, question)
    for line in not_shipped(found.seen):
        say(line)
    code = 0 if found.releases else 1
    answer(ctx, as_format, found, lambda told: facts.latest_releases_json(told), latest_text, code)
