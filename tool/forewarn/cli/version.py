"""`forewarn version`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import click

from forewarn.cli.output import emit, format_option, say
from forewarn.cli.parameters import complete_schemes
from forewarn.cli.say.table import columns
from forewarn.errors import UsageError

if TYPE_CHECKING:
    from io import BufferedReader

_CHUNK = 65_536  # bytes; a line that is longer is no pair of versions, and is not kept
_TOO_LONG = b"a line too long"


@click.group("version")
def command() -> None:
    """Versions: which of two is higher, under which scheme.

    These commands need no knowledge base. SCHEME is a name that `forewarn version schemes`
    lists, or calver with a layout, such as calver:YYYY.0M.MICRO.
    """


@command.command()
@click.argument("scheme", metavar="SCHEME", shell_complete=complete_schemes)
def compare(scheme: str) -> None:
    """Compare pairs of versions, one pair a line.

    Standard input has `A B` on each line. For each one is printed: < (A is lower), = or >; or ?
    where A or B is no version of the scheme, or the line is not two words. Answers come as soon
    as their lines do.

    \b
    Example:  echo 2.7-rc1 2.7 | forewarn version compare loose
    """
    from forewarn import schemes
    from forewarn.services.ask.version import comparer

    compared = comparer(schemes.get(scheme))
    for lines in _lines_as_they_come(_standard_input("pairs A B")):
        click.echo("".join(f"{compared(line)}\n" for line in lines), nl=False)


@command.command()
@click.argument("scheme", metavar="SCHEME", shell_complete=complete_schemes)
@click.option("--reverse", is_flag=True, help="The highest first.")
@click.pass_context
def sort(ctx: click.Context, scheme: str, reverse: bool) -> None:
    """Sort versions, one a line, the lowest first.

    They are read from standard input. Equal versions stay in their order. Only versions are
    printed, so that the last line is the highest; a line that is none is reported with its
    number on standard error, and the command then ends with 1. Blank lines do not count.

    \b
    Example:  git tag | forewarn version sort loose --reverse
    """
    from forewarn import schemes
    from forewarn.services.ask import version as service

    order = schemes.get(scheme)
    result = service.sort(_standard_input("versions"), order, reverse=reverse)
    emit("text", None, "\n".join(result.versions))
    for row in result.refused:
        say(f"line {row.line} is left out: {row.reason}")
    ctx.exit(1 if result.refused else 0)


@command.command("range")
@click.argument("scheme", metavar="SCHEME", shell_complete=complete_schemes)
@click.argument("text", metavar="RANGE")
@format_option
@click.pass_context
def range_(ctx: click.Context, scheme: str, text: str, as_format: str) -> None:
    """Write a range of versions as a VERS URI.

    It is sorted, with each version once and without what is redundant. A range that can match
    nothing is vers:none/*, and the command then ends with 1.

    \b
    Example:  forewarn version range debian '>=2.4,!=2.5,<2.7'
    """
    from forewarn import schemes
    from forewarn.services.ask import version as service

    result = service.translate(text, schemes.get(scheme))
    data = {"range": result.range, "vers": result.vers, "empty": result.empty}
    emit(as_format, data, result.vers)
    if result.empty:
        say(f"{result.range} can match nothing")
    ctx.exit(1 if result.empty else 0)


@command.command("schemes")
@format_option
def schemes_(as_format: str) -> None:
    """List the schemes with an example of each.

    \b
    Example:  forewarn version schemes
    """
    from forewarn.services.ask.version import every_scheme

    found = every_scheme()
    data = [
        {"name": s.name, "summary": s.summary, "example": s.example, "vers": list(s.vers_names)}
        for s in found
    ]
    rows = [(s.name, s.example, s.summary) for s in found]
    emit(as_format, data, columns(rows))


def _standard_input(what: str) -> BufferedReader:
    if sys.stdin is None:
        raise UsageError("standard input is closed", help=f"Pipe {what} into it, one a line.")
    if sys.stdin.isatty():
        say(f"reading {what} from the keyboard, one a line, until Ctrl-D (on Windows Ctrl-Z)")
    return cast("BufferedReader", sys.stdin.buffer)


def _lines_as_they_come(stream: BufferedReader) -> Iterator[list[bytes]]:
    """The lines that are there, each time that some are; never waits for more of them.

    A line that is too long to mean anything comes as some other one that means nothing.
    """
    rest = b""
    while chunk := stream.read1(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _CHUNK:
            rest = _TOO_LONG
        if lines:
            yield lines
    if rest:
        yield [rest]
