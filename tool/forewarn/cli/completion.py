"""`forewarn completion`, and the names of products and versions for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_SHELLS = ["bash", "zsh", "fish"]
# What the arguments of all commands are called: the name of a product, or the version of one.
_PRODUCTS = ("product", "suite", "partner")
_VERSIONS = ("version", "old", "new")
_RELEASES = ("release", "releases", "members")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> None:
    """Print what makes the tab key complete commands, products and versions in a shell.

    \b
    Example:  forewarn completion bash >> ~/.bashrc
              forewarn completion zsh >> ~/.zshrc
              forewarn completion fish > ~/.config/fish/completions/forewarn.fish
    """
    from click.shell_completion import get_completion_class

    from forewarn.cli import forewarn

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - click has these three
    click.echo(made(forewarn, {}, "forewarn", "_FOREWARN_COMPLETE").source().strip())


def complete_names(command: click.Command) -> None:
    """Let the arguments of a command be completed with what the knowledge base has.

    Only file names are read: whoever presses the tab key waits for it.
    """
    for parameter in command.params:
        if isinstance(parameter, click.Argument) and parameter.name in (
            *_PRODUCTS,
            *_VERSIONS,
            *_RELEASES,
        ):
            parameter.type = _CompletedNames(parameter.name)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below:
                complete_names(below)


class _CompletedNames(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    name = "NAME"

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(name)
            for name in self._names(ctx, param, incomplete)
            if name.startswith(incomplete)
        ]

    def _names(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from forewarn.errors import ForewarnError
        from forewarn.store.root import find_root

        try:
            releases = find_root(Path(ctx.find_root().params.get("directory") or ".")) / "releases"
        except (ForewarnError, OSError):
            return []
        if self._kind in _VERSIONS:
            product = next((ctx.params[n] for n in _PRODUCTS if ctx.params.get(n)), "")
            return _versions(releases, str(product))
        product, at, _ = incomplete.partition("@")
        if at:
            return [f"{product}@{version}" for version in _versions(releases, product)]
        products = _products(releases)
        if self._kind in _PRODUCTS:
            return products
        given = ctx.params.get(param.name or "")
        last = given[-1] if isinstance(given, tuple) and given else None
        # "compat recorder 2.7" is written without a sign as well.
        return _versions(releases, last) if last in products else products


def _products(releases: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in releases.iterdir() if entry.is_dir())
    except OSError:
        return []


def _versions(releases: Path, product: str) -> list[str]:
    from forewarn.model.names import check_product, version_of_stem

    if check_product(product):
        return []
    try:
        stems = [entry.stem for entry in (releases / product).iterdir() if entry.suffix == ".md"]
    except OSError:
        return []
    return sorted(version_of_stem(s) for s in stems if not s.endswith(".briefing"))
