"""`forewarn identify`."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import format_option
from forewarn.later import Later

if TYPE_CHECKING:
    from forewarn.facts import identified as facts
else:
    facts = Later("forewarn.facts.identified")  # most answers are read by a person


@click.command("identify")
@click.argument("what", nargs=-1, required=True, metavar="WHAT")
@format_option
@click.pass_context
def command(ctx: click.Context, what: tuple[str, ...], as_format: str) -> None:
    """Say which release WHAT is, what its state is, and since when.

    WHAT is a file (it is hashed here and goes nowhere), a sha256 in any spelling or its first 8
    digits, a file name, a web address, or a version such as 2.7 or "Recorder 2.7". Where a hash
    stands beside a name, the hash decides. Of several checksums each is answered. Ends with 1
    where nobody knows it, or one of them.

    \b
    Example:  forewarn identify ~/Downloads/recorder-2.7.exe
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.identify import identified_text
    from forewarn.services.ask.identify import IdentifyQuestion, identify_what

    if len(what) > 1 and any(map(os.path.lexists, what)):
        raise click.UsageError(f"one file at a time; these are {len(what)} words")
    found = ask(ctx, identify_what, IdentifyQuestion(what=" ".join(what)))
    answer(
        ctx,
        as_format,
        found,
        lambda told: facts.identified_json(told),
        identified_text,
        0 if found.is_known else 1,
    )
