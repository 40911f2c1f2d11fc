"""`forewarn article`."""

from __future__ import annotations

from typing import Any

import click

from forewarn.cli.editing import edit_options, new_options
from forewarn.cli.output import knowledge_base

_KINDS = ["how-to", "troubleshooting", "policy", "reference"]


@click.group("article")
def command() -> None:
    """Articles: what support does, and why."""


@command.command()
@click.argument("title")
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    default="how-to",
    show_default=True,
    help="What kind of article it is.",
)
@new_options
@click.pass_context
def new(
    ctx: click.Context,
    title: str,
    kind: str,
    public: bool,
    owner: str | None,
    name: str | None,
    body: Any,
) -> None:
    """Write an article and commit it, if `check` finds no error in it.

    Your editor opens with the headings in place; `--body` takes the text from a file.

    \b
    Example:  forewarn article new "Convert a recording" --public
    """
    from forewarn.cli.editing import text_of, write
    from forewarn.model.article import Kind
    from forewarn.model.record import Audience
    from forewarn.services.records.articles import article_path, new_article

    root = knowledge_base(ctx)
    path = article_path(root, Kind(kind), title, name)
    start = new_article(
        root,
        title=title,
        kind=Kind(kind),
        audience=Audience.PUBLIC if public else Audience.STAFF,
        owner=owner,
        body=text_of(body),
    )
    write(root, path, start, finished=body is not None, message=f"Write {path}\n")


@command.command("edit")
@click.argument("article")
@edit_options
@click.pass_context
def edit_(
    ctx: click.Context,
    article: str,
    values: tuple[str, ...],
    unset: tuple[str, ...],
    source: Any,
) -> None:
    """Change an article and commit it, if `check` finds no error in it.

    Without an option your editor opens.

    \b
    Example:  forewarn article edit convert-recordings --set audience=public
    """
    from forewarn.cli.editing import edit
    from forewarn.services.records.articles import the_article

    root = knowledge_base(ctx)
    edit(root, the_article(root, article), values, unset, source)
