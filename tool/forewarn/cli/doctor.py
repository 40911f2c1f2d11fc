"""`forewarn doctor`."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from forewarn.cli.output import emit, format_option, knowledge_base


@click.command("doctor")
@click.option(
    "--repair",
    is_flag=True,
    help="Set a damaged state database aside and build it anew; nobody is told anything twice.",
)
@format_option
@click.pass_context
def command(ctx: click.Context, repair: bool, as_format: str) -> None:
    """Examine the set-up and say how to mend what is wrong; exit 1 if something is.

    It looks at Git, forewarn.yml, the records, mail servers and their secrets (nothing is
    sent), the state database, SQLite and the disk.

    \b
    Example:  forewarn -C my-kb doctor
              forewarn -C my-kb doctor --repair
    """
    from forewarn.services.setup.doctor import Health, examine, mended

    root = knowledge_base(ctx)
    results = list(mended(root, now=datetime.now(UTC))) if repair else []
    results += examine(root, os.environ)
    data = [
        {"part": r.part, "health": r.health.value, "message": r.message, "mend": r.mend}
        for r in results
    ]
    colours = {Health.OK: "green", Health.WARNING: "yellow", Health.ERROR: "red"}
    lines = []
    for r in results:
        lines.append(
            f"{click.style(r.health.value.ljust(7), fg=colours[r.health])} {r.part}: {r.message}"
        )
        if r.mend:
            lines.append(f"        mend: {r.mend}")
    emit(as_format, data, "\n".join(lines))
    ctx.exit(1 if any(r.health is Health.ERROR for r in results) else 0)
