"""The command line: parse, call one service, hand the result to output."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import TYPE_CHECKING

import click

from forewarn import __version__
from forewarn.child import forget_git_place
from forewarn.cli.output import FOLDER, colour
from forewarn.cli.stopping import Stop, stopping
from forewarn.errors import ForewarnError

if TYPE_CHECKING:
    from pathlib import Path

# A command is imported when it is run or when its help is shown, and never for another one.
_COMMANDS = {
    "init": "init",
    "product": "product",
    "release": "release",
    "suite": "suite",
    "statement": "statement",
    "issue": "issue",
    "article": "article",
    "identify": "identify",
    "check": "check",
    "compat": "compat",
    "impact": "impact",
    "version": "version",
    "watch": "watch",
    "sightings": "sightings",
    "publish": "publish",
    "pages": "pages",
    "serve": "serve",
    "open": "open",
    "deliver": "deliver",
    "deliveries": "deliveries",
    "subscriptions": "subscriptions",
    "alerts": "alerts",
    "channels": "channels",
    "metrics": "metrics",
    "state": "state",
    "forget": "forget",
    "events": "events",
    "import": "import_",
    "demo": "demo",
    "doctor": "doctor",
    "completion": "completion",
}


class _Commands(click.Group):
    running: str | None = None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = importlib.import_module(f"forewarn.cli.{module}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a fact about our own modules
        if "_FOREWARN_COMPLETE" in os.environ:
            from forewarn.cli.completion import complete_names

            complete_names(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and name[:1].isalnum():
            from difflib import get_close_matches

            close = " or ".join(repr(near) for near in get_close_matches(name, _COMMANDS, n=3))
            ctx.fail(f"No such command {name!r}." + (f" Did you mean {close}?" if close else ""))
        found = super().resolve_command(ctx, args)
        self.running = found[0]
        return found


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, message="forewarn %(version)s")
@click.option(
    "-C",
    "directory",
    type=FOLDER,
    default=".",
    help="Work on the knowledge base in DIR instead of this folder.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but what is wrong.")
@click.pass_context
def forewarn(ctx: click.Context, directory: Path, quiet: bool) -> None:
    """Know of every release before the first customer calls about it.

    Releases, what works with what and what to tell the customer are files in Git; forewarn
    checks them, publishes them for staff and for customers, watches where downloads appear,
    and alerts support.

    \b
    Start:  forewarn demo                     the whole story in half a minute
            forewarn init my-kb               a knowledge base of your own
            forewarn -C my-kb doctor          what is still missing
    """
    ctx.obj = directory


def main() -> None:
    """The console script: run a command; say what went wrong in two lines, not in twenty."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a character gets its number, as stderr does, and no traceback.
        sys.stdout.reconfigure(errors="backslashreplace")
    forget_git_place()
    with stopping() as stop:
        code = _run(stop)
    sys.exit(code)


def _run(stop: Stop) -> int:
    try:
        code = forewarn.main(standalone_mode=False, color=colour(os.environ))
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(f"\n{stop.said(forewarn.running)}", err=True)
        code = stop.code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except ForewarnError as error:
        _show(error)
        code = error.exit_code
    except OSError as error:
        _show(
            ForewarnError(
                error.strerror or str(error),
                where=str(error.filename) if error.filename else None,
                help="Run `forewarn doctor` to see what is wrong with the set-up.",
            )
        )
        code = 4
    return code if isinstance(code, int) else 0


def _show(error: ForewarnError) -> None:
    from forewarn.model.visible import escaped, printable

    where = f"{escaped(error.where)}: " if error.where else ""
    said = f"{click.style('error', fg='red', bold=True)}: {where}{escaped(error.what)}"
    if error.help:
        said += f"\n  {click.style('next', bold=True)}: {error.help}"
    click.echo(printable(said), err=True, color=colour(os.environ))
