"""The command line: parse, call one service, hand the result to output."""

from __future__ import annotations

import gc

# What a command imports and reads stays, from the first import on: looking at it again and again
# for what goes in circles would take a question a fifth of its time.
if gc.isenabled():
    gc.set_threshold(50_000)

import importlib
import keyword
import os
import sys
from typing import TYPE_CHECKING

import click

from forewarn import __version__
from forewarn.child import forget_git_place
from forewarn.cli.output import FOLDER, QUIET, colour, fail_unknown, hear_quiet
from forewarn.cli.stopping import Stop, stopping
from forewarn.cli.streams import AT_WORK, OUTPUT, AnswerCode, Streams
from forewarn.errors import ForewarnError

if TYPE_CHECKING:
    from pathlib import Path

# A command is imported when it is run or when its own help is shown, and never for another one.
# Each is a module of its name, and has a sentence that fits a line of the help.
_COMMANDS = {
    "init": "Make a new knowledge base in a folder.",
    "product": "Record, show, change and list products.",
    "release": "Record, ship, show and correct releases.",
    "suite": "Record and compare suites, which contain other releases.",
    "statement": "State what a release does to another product.",
    "issue": "Write down what goes wrong, and what helps.",
    "article": "Write down what support does, and why.",
    "identify": "Say which release a file, a hash or a version is.",
    "check": "Check every record, every article and forewarn.yml.",
    "compat": "Say whether releases work together, and what to say.",
    "impact": "Say what breaks or is untested if a release comes.",
    "version": "Compare versions under a scheme.",
    "watch": "Look for downloads that nobody has announced.",
    "worker": "Watch and deliver, with the workers of other machines.",
    "sightings": "List what was sighted, and say what it is.",
    "publish": "Build the sites, queue the events and send the alerts.",
    "pages": "Write the pages as Markdown, for any site generator.",
    "serve": "Show the published sites on this machine.",
    "open": "Open a page of the site in the browser.",
    "deliver": "Send the alerts that are due.",
    "deliveries": "Show who was told of what, and how it went.",
    "subscriptions": "List who subscribes to what.",
    "alerts": "See how an alert reads before anybody gets it.",
    "channels": "Show whether alerts get through by each channel.",
    "metrics": "Print how the alerts fare, as Prometheus reads it.",
    "state": "Look after the state of this machine.",
    "forget": "Erase a person, a list or a room from the state.",
    "events": "List the events between two commits.",
    "import": "Take over products and releases from lists.",
    "demo": "Tell the story that forewarn exists for.",
    "doctor": "Examine the set-up, and say how to mend it.",
    "completion": "Print what makes the tab key complete commands.",
}


_streams = Streams()


class _Commands(click.Group):
    running: str | None = None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"forewarn.cli.{module}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a fact about our own modules
        hear_quiet(command)
        if "_FOREWARN_COMPLETE" in os.environ:
            from forewarn.cli.completion import complete_names

            complete_names(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and name[:1].isalnum():
            fail_unknown(ctx, name, _COMMANDS)
        found = super().resolve_command(ctx, args)
        self.running = found[0]
        _streams.goes_on = found[0] in AT_WORK
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
@click.option(*QUIET, is_flag=True, help="Say nothing on stderr but what is wrong.")
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


def start() -> None:
    """The console script: `main` in a process of its own, which ends with it."""
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, AnswerCode):
            try:
                _streams.leave(end.code)
            except OSError as error:
                sys.exit(_said(error))
        raise


def main() -> None:
    """Run a command and end with its code; say what went wrong in two lines, not in twenty."""
    stop = Stop(lambda: forewarn.running)
    try:
        with stopping(stop):
            _streams.guard()
            forget_git_place()
            code = _run(stop)
    except KeyboardInterrupt:
        click.echo(f"\n{stop.said()}", err=True)
        code = stop.code
    gc.freeze()  # nor is it looked at when it goes
    sys.exit(code)


def _run(stop: Stop) -> int:
    """Run the command; its exit code.

    Raises:
        KeyboardInterrupt: it was stopped, perhaps while it said what is wrong.
    """
    try:
        code = forewarn.main(prog_name="forewarn", standalone_mode=False, color=colour(os.environ))
    except Exception as error:
        # What putting things away has met comes of that.
        if stop.is_raised or isinstance(error, click.exceptions.Abort):
            raise KeyboardInterrupt from error
        code = _failed(error)
    if _streams.lost and not code:
        code = _said(_streams.lost)
    return code if isinstance(code, int) else 0


def _failed(error: Exception) -> int:
    """Show what went wrong; the exit code. A defect of ours is raised again."""
    match error:
        case click.ClickException():
            error.show()
            return error.exit_code
        case ForewarnError():
            _show(error)
            return error.exit_code
        case OSError():
            return _said(error)
    raise error


def _said(error: OSError) -> int:
    """Show what the system refused; the exit code."""
    where = str(error.filename) if error.filename else None
    _show(ForewarnError(error.strerror or str(error), where=where, help=_mend(error)))
    return 4


def _mend(error: OSError) -> str:
    if error.filename == OUTPUT:
        return "What the command did holds; only what it prints is lost. Print it elsewhere."
    if isinstance(error, PermissionError):
        return "Mend its permissions, or run the command as the user that owns it."
    from forewarn.store.files import how_to_mend

    mend = how_to_mend(error)
    if mend:
        return f"{mend}, then run the command again."
    try:
        os.getcwd()  # noqa: PTH109 - it is asked for whether there is one
    except OSError:
        return "The folder that you are in was removed: go into another one, then run this again."
    return "Run `forewarn doctor` to see what is wrong with the set-up."


def _show(error: ForewarnError) -> None:
    from forewarn.model.visible import escaped, printable

    where = f"{escaped(error.where)}: " if error.where else ""
    said = f"{click.style('error', fg='red', bold=True)}: {where}{escaped(error.what)}"
    if error.help:
        said += f"\n  {click.style('next', bold=True)}: {error.help}"
    click.echo(printable(said), err=True, color=colour(os.environ))
