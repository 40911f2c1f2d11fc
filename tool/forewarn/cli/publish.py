"""`forewarn publish`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import FOLDER, knowledge_base, mention
from forewarn.cli.parameters import InstalledName

if TYPE_CHECKING:
    from pathlib import Path


@click.command("publish")
@click.option(
    "--to",
    type=FOLDER,
    help="Where the sites go, as DIR/staff and DIR/public; `site` by default.",
)
@click.option(
    "--audience",
    type=click.Choice(["staff", "public"]),
    help="Publish this audience's site only; both by default.",
)
@click.option(
    "--builder",
    type=InstalledName("builders"),
    default="mkdocs",
    show_default=True,
    help="What makes pages of Markdown.",
)
@click.option(
    "--branch",
    help="Commit the site to this branch as well, gh-pages for example; needs --audience.",
)
@click.option(
    "--branch-author",
    metavar="'NAME <ADDRESS>'",
    help="Whose name the commits on that branch bear, instead of forewarn's.",
)
@click.option("--push", metavar="REMOTE", help="Push that branch to this remote.")
@click.option("--fresh", is_flag=True, help="Build every page again, whatever is there.")
@click.option("--no-deliver", is_flag=True, help="Leave the alerts in the outbox.")
@click.option(
    "--again",
    is_flag=True,
    help="Tell anew what was told before the state was lost, or put back from a copy.",
)
@click.option("--accept-vanished", is_flag=True, help="Publish although many records are gone.")
@click.pass_context
def command(
    ctx: click.Context,
    to: Path | None,
    audience: str | None,
    builder: str,
    branch: str | None,
    branch_author: str | None,
    push: str | None,
    fresh: bool,
    no_deliver: bool,
    again: bool,
    accept_vanished: bool,
) -> None:
    """Publish the checked-out commit: queue its events, build the sites, send the alerts.

    What follows from the records since the last publish is told, whoever changed them. Only
    pages that have changed are made again. Running it again does nothing twice, and finishes
    what a killed run left.

    \b
    Example:  git pull && forewarn publish
    """
    from email.utils import parseaddr

    from forewarn.cli.say.words import publish_text
    from forewarn.model.record import Audience
    from forewarn.services.publish.run import DELIVERING, Branch, publish
    from forewarn.store.git.branch import NOBODY

    if branch and audience is None:
        raise click.UsageError("--branch holds one site; say whose: --audience public.")
    if push and not branch:
        raise click.UsageError("--push needs a branch to push: --branch gh-pages.")
    author = parseaddr(branch_author) if branch_author else NOBODY
    if not all(author):
        raise click.UsageError("--branch-author is written 'Maria Keller <maria@example.com>'.")
    report = publish(
        knowledge_base(ctx),
        to=to,
        audiences=(Audience(audience),) if audience else tuple(Audience),
        builder=builder,
        branch=Branch(name=branch, push=push, author=author) if branch else None,
        fresh=fresh,
        send=not no_deliver,
        now=lambda: datetime.now(UTC),
        environ=os.environ,
        step=lambda name: None if name.startswith(DELIVERING) else mention(name),
        accept_vanished=accept_vanished,
        again=again,
    )
    click.echo(publish_text(report))
    if report.failure:
        raise report.failure
    ctx.exit(3 if report.deliveries and report.deliveries.unfinished else 0)
