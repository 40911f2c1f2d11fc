"""`forewarn issue`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from forewarn.cli.editing import edit_options, new_options
from forewarn.cli.output import knowledge_base
from forewarn.cli.parameters import DAY, RANGE_OF

_REMEDIATIONS = ["workaround", "mitigation", "vendor_fix", "none_available", "no_fix_planned"]


@click.group("issue")
def command() -> None:
    """Known issues: what goes wrong, in which versions, and what helps."""


@command.command()
@click.argument("title")
@click.option(
    "--applies",
    type=RANGE_OF,
    multiple=True,
    help="Which versions have it, such as recorder='>=2.5,<2.8'. May be given again; without it, "
    "you write it in the editor.",
)
@click.option(
    "--remediation",
    type=click.Choice(_REMEDIATIONS),
    default="none_available",
    show_default=True,
    help="What there is against it.",
)
@click.option("--fixed-in", type=RANGE_OF, multiple=True, help="Which versions have the fix.")
@click.option("--opened", type=DAY, metavar="DATE", help="Since when; today by default.")
@click.option("--promised", type=DAY, metavar="DATE", help="For which day a fix was promised.")
@click.option("--contingency", metavar="TEXT", help="What to do until then, in one line.")
@new_options
@click.pass_context
def new(
    ctx: click.Context,
    title: str,
    applies: tuple[tuple[str, str], ...],
    remediation: str,
    fixed_in: tuple[tuple[str, str], ...],
    opened: date | None,
    promised: date | None,
    contingency: str | None,
    public: bool,
    owner: str | None,
    name: str | None,
    body: Any,
) -> None:
    """Write down a known issue and commit it.

    If `check` finds an error in it, nothing is changed. Whoever follows one of the products is
    alerted by the next publish. Your editor opens with the headings in place; `--body` takes the
    text from a file.

    \b
    Example:  forewarn issue new "No sound after the computer slept" --public \\
                  --applies recorder=">=2.5,<2.8" --remediation workaround
    """
    from forewarn.cli.editing import ranges, text_of, write
    from forewarn.model.article import Kind, Remediation
    from forewarn.model.record import Audience
    from forewarn.services.records.articles import article_path, new_article

    if not applies and body is not None:
        raise click.UsageError("Missing option '--applies': which versions have it")
    root = knowledge_base(ctx)
    path = article_path(root, Kind.KNOWN_ISSUE, title, name)
    start = new_article(
        root,
        title=title,
        kind=Kind.KNOWN_ISSUE,
        audience=Audience.PUBLIC if public else Audience.STAFF,
        owner=owner,
        applies=ranges(applies, "--applies"),
        fixed_in=ranges(fixed_in, "--fixed-in"),
        remediation=Remediation(remediation),
        opened=opened or datetime.now().astimezone().date(),
        promised=promised,
        contingency=contingency,
        body=text_of(body),
    )
    write(root, path, start, finished=body is not None, message=f"Open the known issue {title}\n")


@command.command("edit")
@click.argument("issue")
@click.option(
    "--fixed-in",
    type=RANGE_OF,
    multiple=True,
    help="Which versions have the fix, such as recorder='>=2.8'. May be given again.",
)
@edit_options
@click.pass_context
def edit_(
    ctx: click.Context,
    issue: str,
    fixed_in: tuple[tuple[str, str], ...],
    values: tuple[str, ...],
    unset: tuple[str, ...],
    source: Any,
) -> None:
    """Change a known issue and commit it, if `check` finds no error in it.

    Without an option your editor opens. Once a release in `--fixed-in` has shipped, whoever was
    told of the issue is told that it is fixed.

    \b
    Example:  forewarn issue edit no-sound-after-sleep --fixed-in recorder=">=2.8"
    """
    import json

    from forewarn.cli.editing import edit, ranges
    from forewarn.services.records.articles import the_issue

    root = knowledge_base(ctx)
    if found := ranges(fixed_in, "--fixed-in"):
        rows = ", ".join(f"{product}: {json.dumps(range_)}" for product, range_ in found.items())
        values = (*values, f"fixed_in={{{rows}}}")
    edit(root, the_issue(root, issue), values, unset, source)
