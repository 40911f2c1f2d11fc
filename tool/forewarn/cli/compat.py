"""`forewarn compat`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from forewarn.cli.naming import NamingGroup, is_product
from forewarn.cli.output import fail_unknown, format_option
from forewarn.later import Later

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from forewarn.facts import compat as facts
else:
    facts = Later("forewarn.facts.compat")  # most answers are read by a person

_PAIRS = "pairs"

installed_option = click.option(
    "--installed",
    metavar="FILE",
    help="What the customer has: YAML with product: version lines or a list of "
    "product@version, or a CycloneDX BOM in JSON.",
)


def _is_like_one_of(names: Iterable[str], word: str) -> bool:
    from difflib import get_close_matches

    return word.isalpha() and bool(get_close_matches(word, list(names), cutoff=0.75))


class _PairsByDefault(NamingGroup):
    """A group whose command `pairs` need not be named: nobody on the telephone has the time."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            if _is_like_one_of(self.commands, args[0]) and not is_product(ctx, args[0]):
                fail_unknown(ctx, args[0], self.commands)
            args = [_PAIRS, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Its commands, and what its command that need not be named takes."""
        pairs = self.commands[_PAIRS]
        below = click.Context(pairs, parent=ctx, info_name=_PAIRS, resilient_parsing=True)
        names = pairs.params[0].shell_complete(below, incomplete)
        return [*names, *super().shell_complete(ctx, incomplete)]

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
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.compat import compat_text
    from forewarn.services.ask.compat import CompatQuestion, compat

    found = ask(ctx, compat, CompatQuestion(releases=releases, installed=installed))
    answer(ctx, as_format, found, lambda told: facts.compat_json(told), compat_text)


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
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.advice import matrix_text
    from forewarn.services.ask import compat

    found = ask(ctx, compat.matrix, compat.MatrixQuestion(a=a, b=b))
    answer(ctx, as_format, found, lambda told: facts.matrix_json(told), matrix_text)


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
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.advice import path_text
    from forewarn.services.ask import compat

    found = ask(ctx, compat.path, compat.PathQuestion(a=a, b=b))
    answer(ctx, as_format, found, lambda told: facts.path_json(told), path_text)
