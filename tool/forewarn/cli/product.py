"""`forewarn product`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from forewarn.cli.editing import edit_options
from forewarn.cli.naming import NamingGroup
from forewarn.cli.output import format_option, knowledge_base, mention
from forewarn.cli.parameters import ALIAS, complete_schemes

if TYPE_CHECKING:
    from forewarn.model.product import Alias


_alias = click.option(
    "--alias",
    "aliases",
    type=ALIAS,
    multiple=True,
    help="What else people call it; bookworm=12 for a line of its releases. May be given again.",
)


@click.group("product", cls=NamingGroup)
def command() -> None:
    """Products: anything with versions of its own."""


@command.command()
@click.argument("product", metavar="ID")
@click.option("--name", required=True, help="What customers call it.")
@click.option(
    "--scheme",
    required=True,
    metavar="SCHEME",
    shell_complete=complete_schemes,
    help="How its versions are ordered, such as semver, pep440, windows or loose.",
)
@_alias
@click.pass_context
def add(
    ctx: click.Context, product: str, name: str, scheme: str, aliases: tuple[Alias, ...]
) -> None:
    """Record a product and commit it.

    \b
    Example:  forewarn product add recorder --name "Recorder" \\
                --scheme loose --alias rec
    """
    from forewarn.services.records.product import add_product

    record = add_product(
        knowledge_base(ctx), product=product, name=name, scheme=scheme, aliases=aliases
    )
    mention(f"committed {record.place.file}")
    mention(f"next: forewarn release add {record.id} VERSION --download PLATFORM=URL")


@command.command("edit")
@click.argument("product")
@_alias
@edit_options
@click.pass_context
def edit_(
    ctx: click.Context,
    product: str,
    aliases: tuple[Alias, ...],
    values: tuple[str, ...],
    unset: tuple[str, ...],
    source: Any,
) -> None:
    """Change a product's file and commit it.

    If `check` finds an error in it, nothing is changed.
    Without an option your editor opens.

    \b
    Example:  forewarn product edit recorder --set "lockstep=[player]"
    """
    from forewarn.cli.editing import edit
    from forewarn.services.ask.lookup import product_of
    from forewarn.services.records.product import with_aliases

    root = knowledge_base(ctx)
    record = product_of(root, product)
    if aliases:
        values = (*values, f"aliases={with_aliases(record, aliases)}")
    edit(root, record.place.file, values, unset, source)


@command.command()
@click.argument("product")
@format_option
@click.pass_context
def show(ctx: click.Context, product: str, as_format: str) -> None:
    """Show one product: newest releases, support, what is live.

    \b
    Example:  forewarn product show recorder
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.product import product_text
    from forewarn.facts.products import shown_product_json
    from forewarn.services.ask import products

    found = ask(ctx, products.product, products.ProductQuestion(product=product))
    answer(ctx, as_format, found, shown_product_json, product_text)


@command.command("list")
@format_option
@click.pass_context
def list_(ctx: click.Context, as_format: str) -> None:
    """List the products with their newest shipped version.

    \b
    Example:  forewarn product list --format json
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.release import products_text
    from forewarn.facts.products import products_json
    from forewarn.services.ask.products import ProductsQuestion, products

    answer(ctx, as_format, ask(ctx, products, ProductsQuestion()), products_json, products_text)
