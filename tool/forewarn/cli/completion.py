"""`forewarn completion`, and the names of products and versions for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from forewarn.cli.naming import PRODUCT, kind_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Bash parts words at signs such as @ and : as well, and replaces only what stands behind the last
# of them. It asks as fish does, by the line and the word on it that is not complete.
_BASH = r"""_forewarn_completion() {
    local IFS=$'\n' response completion type value
    local line="${COMP_LINE:0:COMP_POINT}"
    local word="${line##*[[:space:]]}"
    local stays="${word%"${word##*["$COMP_WORDBREAKS"]}"}"
    response=$(env COMP_WORDS="$line" COMP_CWORD="$word" _FOREWARN_COMPLETE=fish_complete "$1")
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        value="${value%%$'\t'*}"
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames ;;
            file) COMPREPLY=(); compopt -o default ;;
            plain) COMPREPLY+=("${value#"$stays"}") ;;
        esac
    done
}

complete -o nosort -F _forewarn_completion forewarn"""
# Where nobody has started zsh's own completion, nothing can be told to it.
_ZSH = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }"
_SHELLS = ["bash", "zsh", "fish"]


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> None:
    """Print what makes the tab key complete commands, products and versions in a shell.

    \b
    Example:  forewarn completion bash >> ~/.bashrc
              forewarn completion zsh >> ~/.zshrc
              mkdir -p ~/.config/fish/completions
              forewarn completion fish > ~/.config/fish/completions/forewarn.fish
    """
    from click.shell_completion import get_completion_class

    from forewarn.cli import forewarn

    if shell == "bash":
        click.echo(_BASH)
        return
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - click has these
    script = made(forewarn, {}, "forewarn", "_FOREWARN_COMPLETE").source().strip()
    register = "    compdef _forewarn_completion"
    click.echo(script.replace(register, f"    {_ZSH}\n{register}"))


def complete_names(command: click.Command) -> None:
    """Let what a command is given be completed with what the knowledge base has.

    Only file names are read: whoever presses the tab key waits for it.
    """
    for parameter in command.params:
        if isinstance(parameter, click.Argument) and (kind := kind_of(parameter)):
            parameter.type = _CompletedNames(kind)
        elif parameter.type is PRODUCT:
            parameter.type = _CompletedNames("product")
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
        given = _given(ctx, param)
        if self._kind == "version":
            named = [words for kind, words in given if kind == "product" and words]
            return _versions(releases, named[0][0]) if named else []
        product, at, _ = incomplete.partition("@")
        if at:
            return [f"{product}@{version}" for version in _versions(releases, product)]
        products = _products(releases)
        # "compat recorder 2.7" is written without a sign as well.
        kind, words = given[-1] if given else ("", [])
        last = words[-1] if kind == "release" and words else None
        if last not in products:
            return products
        versions = _versions(releases, last)
        return versions if self._kind == "release" else [*versions, *products]


def _given(ctx: click.Context, param: click.Parameter) -> list[tuple[str | None, list[str]]]:
    """What stands on the line of each argument up to one, with its kind; only what is there."""
    found = []
    for other in ctx.command.params:
        if isinstance(other, click.Argument):
            value = ctx.params.get(other.name or "")
            words = [*value] if isinstance(value, tuple) else [value] if value else []
            if words:
                found.append((kind_of(other), words))
            if other is param:
                break
    return found


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
