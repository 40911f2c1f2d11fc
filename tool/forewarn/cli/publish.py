"""`forewarn publish`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

from forewarn.cli.output import FOLDER, emit, knowledge_base, mention
from forewarn.cli.parameters import InstalledName
from forewarn.cli.streams import AnswerCode

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from forewarn.services.publish.branch import Branch


@click.command("publish")
@click.argument("change", metavar="[A..B]", required=False)
@click.option("--plan", is_flag=True, help="Only say what would be told to whom; do nothing.")
@click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print the plan.",
)
@click.option("--expect", metavar="HASH", help="Publish only what the plan of this hash said.")
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
    change: str | None,
    plan: bool,
    as_format: str,
    expect: str | None,
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

    `--plan` says beforehand who would be told by which channel and when, what breaks, and what
    becomes public; with A..B, what would follow from the change between two commits.

    \b
    Example:  git pull && forewarn publish
              forewarn publish --plan origin/main..HEAD --format markdown
    """
    if plan:
        acts = (expect, to, audience, branch, branch_author, push, fresh, no_deliver)
        _plan(ctx, change, as_format, acts, accept_vanished=accept_vanished, again=again)
    if change or as_format != "text":
        raise click.UsageError("A..B and --format go with --plan; what is published is HEAD.")
    from forewarn.model.record import Audience
    from forewarn.services.publish.beginning import begun_early

    root, on_branch = knowledge_base(ctx), _branch(branch, audience, push, branch_author)
    audiences = (Audience(audience),) if audience else tuple(Audience)
    # What has to be loaded for all that follows is loaded meanwhile.
    with begun_early(root, to or root / "site", audiences, builder, fresh=fresh):
        from forewarn.cli.say.publish import publish_text
        from forewarn.cli.say.templates import say_templates
        from forewarn.services.publish.run import DELIVERING, publish

        report = publish(
            root,
            to=to,
            audiences=audiences,
            builder=builder,
            branch=on_branch,
            fresh=fresh,
            send=not no_deliver,
            now=lambda: datetime.now(UTC),
            environ=os.environ,
            step=lambda name: None if name.startswith(DELIVERING) else mention(name),
            accept_vanished=accept_vanished,
            again=again,
            expected=expect,
        )
    click.echo(publish_text(report))
    say_templates(report.deliveries.templates if report.deliveries else ())
    if report.failure:
        raise report.failure
    ctx.exit(AnswerCode(3 if report.deliveries and report.deliveries.unfinished else 0))


def _branch(
    name: str | None, audience: str | None, push: str | None, author: str | None
) -> Branch | None:
    """Where the site goes besides, if anywhere.

    Raises:
        click.UsageError: the options of it do not go together.
    """
    if name and audience is None:
        raise click.UsageError("--branch holds one site; say whose: --audience public.")
    if push and not name:
        raise click.UsageError("--push needs a branch to push: --branch gh-pages.")
    by = None
    if author:
        from email.utils import parseaddr

        by = parseaddr(author)
        if not all(by):
            raise click.UsageError("--branch-author is written 'Maria Keller <maria@example.com>'.")
    if not name:
        return None
    from forewarn.services.publish.branch import Branch
    from forewarn.store.git.branch import NOBODY

    return Branch(name=name, push=push, author=by or NOBODY)


def _plan(
    ctx: click.Context,
    change: str | None,
    as_format: str,
    acts: Collection[object],
    *,
    accept_vanished: bool,
    again: bool,
) -> NoReturn:
    """Print the plan, and end the command; of the options that do something none may be given."""
    if any(acts):
        raise click.UsageError(
            "--plan does nothing, so of the other options only --format, --again and "
            "--accept-vanished go with it."
        )
    from forewarn.cli.reading import PARTLY
    from forewarn.cli.say.plan import plan_data, plan_markdown, plan_text
    from forewarn.services.publish.plan import make_plan

    found = make_plan(
        knowledge_base(ctx),
        change,
        now=datetime.now(UTC),
        accept_vanished=accept_vanished,
        again=again,
    )
    if as_format == "json":
        emit(as_format, plan_data(found), "")
    else:
        emit("text", None, (plan_markdown if as_format == "markdown" else plan_text)(found))
    ctx.exit(1 if found.has_errors else PARTLY if found.unread else 0)
