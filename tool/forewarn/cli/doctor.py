"""`forewarn doctor`."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import click

from forewarn.cli.output import emit, format_option, knowledge_base


def _time(ctx: click.Context, option: click.Parameter, text: str | None) -> timedelta | None:
    from forewarn.model.durations import EXAMPLES, duration

    try:
        return duration(text) if text is not None else None
    except ValueError as error:
        raise click.BadParameter(f"{text!a} is not {EXAMPLES}") from error


@click.command("doctor")
@click.option(
    "--repair",
    is_flag=True,
    help="Set a damaged state database aside and build it anew; nobody is told anything twice.",
)
@click.option(
    "--max-age",
    metavar="TIME",
    callback=_time,
    help="Look at nothing but this: exit 1 if the last finished look of `watch`, or the last "
    "finished delivery, is older than TIME, such as 15m.",
)
@format_option
@click.pass_context
def command(ctx: click.Context, repair: bool, max_age: timedelta | None, as_format: str) -> None:
    """Examine the set-up and say how to mend what is wrong; exit 1 if something is.

    It looks at Git, forewarn.yml, the records, mail servers and their secrets (nothing is
    sent), the state database, SQLite and the disk.

    \b
    Example:  forewarn -C my-kb doctor
              forewarn -C my-kb doctor --repair
              forewarn -C my-kb doctor --max-age 30m
    """
    from forewarn.cli.say.examined import examined_data, examined_text
    from forewarn.services.setup.doctor import examine, mended
    from forewarn.services.setup.examined import Health
    from forewarn.services.setup.watched import ages

    root, now = knowledge_base(ctx), datetime.now(UTC)
    results = list(mended(root, now=now)) if repair else []
    results += examine(root, os.environ, now) if max_age is None else ages(root, max_age, now)
    emit(as_format, examined_data(results), examined_text(results))
    ctx.exit(1 if any(r.health is Health.ERROR for r in results) else 0)
