"""Where results and messages go: results to stdout as text or JSON, messages to stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from pathlib import Path

_RECORDS_A_LINE = 20_000
_QUIET_NAME = "quiet"
QUIET = ("-q", f"--{_QUIET_NAME}")
Function = TypeVar("Function", bound=Callable[..., Any])


class _FolderType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A folder's path. pathlib is imported only for a command that gets one: it is slow."""

    name = "DIR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        from pathlib import Path

        if "://" in str(value):
            self.fail(
                f"{value!r} is a web address, and a file or folder of this machine is wanted",
                param,
                ctx,
            )
        return Path(value)


FOLDER = _FolderType()

format_option = click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the result.",
)


def colour(environ: Mapping[str, str]) -> bool | None:
    """Whether to print in colour; None: on a terminal.

    NO_COLOR is the user's no, whatever else is set; FORCE_COLOR wants colour in a pipe, too. A
    terminal that calls itself dumb has none.
    """
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0").lower() not in ("", "0", "false"):
        return True
    return False if environ.get("TERM") == "dumb" else None


def has_bar() -> bool:
    """Whether to draw a progress bar: on a terminal that can go back in a line, unless quiet."""
    import os

    return not is_quiet() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def emit(as_format: str, data: object, text: str) -> None:
    """Print a result: `data` as JSON, or `text` (nothing where it is empty).

    An iterator is printed as a list, row by row: it need not fit into memory.
    """
    if as_format == "json":
        if isinstance(data, Iterator):
            begin = "["
            for row in data:
                shown = to_json(row).replace("\n", "\n  ")
                click.echo(f"{begin}\n  {shown}", nl=False)
                begin = ","
            click.echo("[]" if begin == "[" else "\n]")
            return
        click.echo(to_json(data))
    elif text:
        from forewarn.model.visible import printable

        click.echo(printable(text))


def to_json(data: object) -> str:
    """A result as JSON for a program, and for a terminal."""
    import json

    from forewarn.model.visible import seen_in_json

    return seen_in_json(json.dumps(data, indent=2, ensure_ascii=False))


def say(message: str) -> None:
    """Print a message for the person, not for the pipe."""
    from forewarn.model.visible import printable

    click.echo(printable(message), err=True)


def is_quiet() -> bool:
    """Whether the person wants to hear of nothing but what is wrong (`--quiet`)."""
    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.find_root().params.get(_QUIET_NAME))


def hear_quiet(command: click.Command) -> None:
    """Let a command, and those below it, take `--quiet` where any option of theirs may stand."""
    if not any(param.name == _QUIET_NAME for param in command.params):
        command.params.append(
            click.Option(QUIET, is_flag=True, hidden=True, expose_value=False, callback=_be_quiet)
        )
    if isinstance(command, click.Group):
        for below in command.commands.values():
            hear_quiet(below)


def _be_quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().params[_QUIET_NAME] = True


def fail_unknown(ctx: click.Context, name: str, known: Iterable[str]) -> NoReturn:
    """Refuse a command that there is not, with those that may be meant."""
    from difflib import get_close_matches

    close = " or ".join(repr(near) for near in get_close_matches(name, list(known), n=3))
    ctx.fail(f"No such command {name!r}." + (f" Did you mean {close}?" if close else ""))


def mention(message: str) -> None:
    """Print a message that can be done without: how far it is, what was done, what comes next."""
    if not is_quiet():
        say(message)


@contextmanager
def reading(clock: Callable[[], float] = monotonic) -> Iterator[Callable[[int, int], None]]:
    """Show how far the reading of many records is: a bar on a terminal, plain lines elsewhere.

    What takes no longer than a second is not worth a word.
    """
    begin, said = clock(), 0
    label = "reading the records"
    with ExitStack() as stack:
        bar: Any = None

        def show(done: int, total: int) -> None:
            nonlocal bar, said
            if clock() - begin < 1:
                return
            if not has_bar():
                if done - said >= _RECORDS_A_LINE:
                    said = done
                    mention(f"{label}: {done} of {total}")
                return
            if bar is None:
                bar = stack.enter_context(
                    click.progressbar(length=total, label=label, file=sys.stderr)
                )
            bar.update(done - bar.pos)

        yield show
        if bar is not None:
            bar.update(bar.length - bar.pos)


def knowledge_base(ctx: click.Context) -> Path:
    """The root of the knowledge base that the command works on (`-C`, else this folder).

    Raises:
        UsageError: there is none here or above.
    """
    from forewarn.store.root import find_root

    start = ctx.find_root().obj
    root = find_root(start)
    # What is put away may be all of a knowledge base whose making died.
    return find_root(start) if _put_away_what_died(root) else root


def _put_away_what_died(root: Path) -> bool:
    """Finish or undo what a command was at when it was killed, and say so; whether one was."""
    from forewarn.store.git.scratch import git_dir_of, is_beginning, is_unfinished

    git_dir = git_dir_of(root)
    if git_dir is None or not (is_unfinished(git_dir) or is_beginning(git_dir)):
        return False
    from forewarn.services.setup.init import finish_beginning
    from forewarn.store.git.writer import recovered

    found = recovered(root)
    if found:
        say(f"note: a command died while it was writing: {found.what!r}")
        if found.committed:
            say("  its commit was made, and everything is in place now")
        else:
            say("  it had not been committed, so the files are as they were; run it again")
        for path in found.left:
            say(f"  {path} has been changed since, and was left alone")
    if finish_beginning(root) and not found:
        say("note: the making of this knowledge base died at its last step, which is done now")
    return True
