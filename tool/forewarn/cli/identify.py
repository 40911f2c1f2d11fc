"""`forewarn identify`."""

from __future__ import annotations

import click

from forewarn.cli.output import format_option, knowledge_base


@click.command("identify")
@click.argument("what")
@format_option
@click.pass_context
def command(ctx: click.Context, what: str, as_format: str) -> None:
    """Say which release WHAT is, what its state is, and since when.

    WHAT is a file (it is hashed here and goes nowhere), a sha256 in any spelling or its first 8
    digits, a file name, a web address, or a version such as 2.7 or "Recorder 2.7". Where a hash
    stands beside a name, the hash decides. Of several checksums each is answered. Ends with 1
    where nobody knows it, or one of them.

    \b
    Example:  forewarn identify ~/Downloads/recorder-2.7.exe
    """
    from forewarn.cli.reading import answer, everything, today
    from forewarn.cli.say.identify import identified_json, identified_text
    from forewarn.services.ask.identify import identify_what

    found, loaded = identify_what(knowledge_base(ctx), what, everything)
    text = identified_text(loaded.catalogue, found, today())
    code = 0 if all(one.is_known for one in found) else 1
    unread = (*loaded.unread(), *found[0].seen.unread)
    answer(ctx, as_format, identified_json(what, found), text, unread, code)
