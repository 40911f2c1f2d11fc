"""`forewarn compat`."""

from __future__ import annotations

import click

from forewarn.cli.output import format_option, knowledge_base

_PAIRS = "pairs"

installed_option = click.option(
    "--installed",
    metavar="FILE",
    help="What the customer has: YAML with product: version lines or a list of "
    "product@version, or a CycloneDX BOM in JSON.",
)


class _PairsByDefault(click.Group):
    """A group whose command `pairs` need not be named: nobody on the telephone has the time."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [_PAIRS, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[OPTIONS] A@V B@V [C@V]...")
        formatter.write_usage(ctx.command_path, "matrix [OPTIONS] A B", prefix="       ")
        formatter.write_usage(ctx.command_path, "path [OPTIONS] A@V B@V", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pairs = self.commands[_PAIRS]
        pairs.format_options(click.Context(pairs, parent=ctx), formatter)
        self.format_commands(ctx, formatter)


@click.group("compat", cls=_PairsByDefault)
def command() -> None:
    """Say whether releases work together, and what to tell the customer.

    Give two releases, or all that a customer has: every pair is answered, the worst first.
    Nothing stated is `unknown`, never `works`; so is a `works` whose inspection tag is past, and
    one without an upper end for a version that came after its test. A suite is judged by what it
    contains.

    \b
    Examples: forewarn compat recorder@2.7 player@2.4
              forewarn compat --installed customer.yml
              forewarn compat matrix recorder player
              forewarn compat path recorder@2.7 player@2.4
    """


@command.command(_PAIRS)
@click.argument("releases", nargs=-1, metavar="A@V B@V [C@V]...")
@installed_option
@format_option
@click.pass_context
def pairs(
    ctx: click.Context, releases: tuple[str, ...], installed: str | None, as_format: str
) -> None:
    """Judge every pair; this word may be left out.

    \b
    Example:  forewarn compat recorder@2.7 player@2.4 codec@1.0
    """
    from forewarn.cli.reading import answer, today
    from forewarn.cli.say.compat import pair_text, set_text, spread_text
    from forewarn.facts.answers import answer_json, set_json, spread_json
    from forewarn.model.compatibility import judge, judge_all
    from forewarn.services.ask.installed import gather
    from forewarn.services.ask.live import what_is_live
    from forewarn.services.ask.spread import find_spread
    from forewarn.store.catalogue.load import load_with_members, load_worktree

    root = knowledge_base(ctx)
    if installed is None:
        loaded = load_with_members(root, {text.partition("@")[0] for text in releases})
    else:
        loaded = load_worktree(root)
    catalogue = loaded.catalogue
    asked = {text.partition("@")[0] for text in releases}
    seen = what_is_live(root, catalogue, asked if installed is None else catalogue.products)
    if len(releases) == 2 and installed is None:
        spread = find_spread(loaded, seen, releases, today())
        if spread:
            text = spread_text(catalogue, spread, today(), seen)
            answer(ctx, as_format, spread_json(spread, seen), text, seen.unread)
    found = gather(loaded, releases, installed, seen)
    if len(releases) == 2 and installed is None:
        one = judge(catalogue, *found.releases, today=today())
        text = pair_text(catalogue, one, today(), seen)
        answer(ctx, as_format, answer_json(one, seen), text, seen.unread)
    every = judge_all(catalogue, found.releases, today=today())
    text = set_text(catalogue, found, every, today(), seen)
    answer(ctx, as_format, set_json(every, found, seen), text, seen.unread)


@command.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@format_option
@click.pass_context
def matrix(ctx: click.Context, a: str, b: str, as_format: str) -> None:
    """Show the versions of two products as a table.

    Versions that agree with all of the other product are taken together.

    \b
    Example:  forewarn compat matrix recorder player
    """
    from forewarn.cli.reading import answer, everything, today
    from forewarn.cli.say.advice import matrix_text
    from forewarn.facts.answers import matrix_json
    from forewarn.model.matrix import make_matrix
    from forewarn.services.ask.lookup import the_product

    loaded = everything(knowledge_base(ctx))
    one, other = the_product(loaded, a).id, the_product(loaded, b).id
    table = make_matrix(loaded.catalogue, one, other, today=today())
    answer(ctx, as_format, matrix_json(table), matrix_text(table), loaded.unread({one, other}))


@command.command()
@click.argument("a", metavar="A@V")
@click.argument("b", metavar="B@V")
@format_option
@click.pass_context
def path(ctx: click.Context, a: str, b: str, as_format: str) -> None:
    """Say which version the customer should move to.

    The answer is the nearest releases that work together, and only what may be recommended: no
    release that was withdrawn, has not shipped, is out of support or has an open known issue.
    One product is moved rather than both, up rather than back, on its own track, and as few
    versions as can be; `works` is taken before `limited`.

    \b
    Example:  forewarn compat path recorder@2.7 player@2.4
    """
    from forewarn.cli.reading import answer, everything, today
    from forewarn.cli.say.advice import advice_reason, advice_text
    from forewarn.facts.answers import advice_json
    from forewarn.model.advice import advise
    from forewarn.services.ask.live import what_is_live
    from forewarn.services.ask.lookup import two_products

    root = knowledge_base(ctx)
    loaded = everything(root)
    advice = advise(loaded.catalogue, *two_products(loaded, a, b), today=today())
    reason = advice_reason(advice)
    products = {text.partition("@")[0] for text in (a, b)}
    seen = what_is_live(root, loaded.catalogue, products)
    text = advice_text(loaded.catalogue, advice, reason, today(), seen)
    unread = (*loaded.unread(products), *seen.unread)
    answer(ctx, as_format, advice_json(advice, reason, seen), text, unread)
