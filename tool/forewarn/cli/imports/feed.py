"""`forewarn import feed`."""

from __future__ import annotations

import os
from functools import partial

import click

from forewarn.cli.imports.importer import dry_run_option, run_import
from forewarn.cli.naming import NamingCommand
from forewarn.cli.output import format_option, knowledge_base


@click.command("feed", cls=NamingCommand)
@click.argument("product")
@click.argument("place", metavar="URL|FILE")
@click.option(
    "--version", "pattern", metavar="REGEX", help="A pattern with the version in (parentheses)."
)
@click.option("--platform", metavar="NAME", help="The platform of all downloads.")
@click.option("--track", metavar="NAME", help="The track of all releases.")
@click.option("--allow-private", is_flag=True, help="The feed may be in the local network.")
@dry_run_option
@format_option
@click.pass_context
def command(
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
    """Import the releases that a feed lists.

    The feed is RSS, Atom, or Sparkle's appcast. A token in the address is written ${NAME} (in
    single quotes, for the shell) and read from the environment, as in `watch:`. It goes to that
    host alone, and no record or message has it.

    An entry that names a version becomes a release that shipped on the entry's day, with its
    enclosure as the download. An entry without a date is reported, and not guessed. The exit
    code is 3 if the feed is malformed, and 4 if it cannot be read.

    \b
    Example:  forewarn import feed recorder https://downloads.example.com/feed.xml
    """
    from forewarn.services.imports.feed import import_feed
    from forewarn.services.imports.feed_entries import FeedOptions

    options = FeedOptions(
        pattern=pattern, platform=platform, track=track, allow_private=allow_private
    )
    run = partial(
        import_feed, knowledge_base(ctx), product, place, options=options, environ=os.environ
    )
    run_import(ctx, run, dry_run, as_format)
