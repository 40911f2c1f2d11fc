"""`forewarn state`: what is kept of what was sent, for how long, and where."""

from __future__ import annotations

import click

from forewarn.cli.output import emit, format_option, knowledge_base
from forewarn.expressions import expression

_SPAN = expression(r"([1-9]\d{0,4})d")


class _DaysType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A number of days, written `400d`."""

    name = "DAYS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        found = _SPAN.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!a} is no number of days such as 400d", param, ctx)
        return int(found[1])


@click.group("state")
def command() -> None:
    """Look after the state: what was seen, what was sent to whom, and where that is kept.

    \b
    Example:  forewarn state prune --older 400d
              forewarn state move --to database
    """


@command.command("prune")
@click.option(
    "--older",
    type=_DaysType(),
    required=True,
    help="What was settled longer ago than that, such as 400d.",
)
@format_option
@click.pass_context
def prune(ctx: click.Context, older: int, as_format: str) -> None:
    """Shorten what was settled long ago.

    The counts stay, and who was told of what. Each `forewarn deliver` does so by itself, a
    thousand at a time, after `state.keep_days` of forewarn.yml. What waits, and what is younger,
    stays whole.

    \b
    Example:  forewarn state prune --older 400d
    """
    from datetime import UTC, datetime, timedelta

    from forewarn.services.alert.accounts import prune as prune_deliveries

    before = datetime.now(UTC) - timedelta(days=older)
    shortened = prune_deliveries(knowledge_base(ctx), before)
    emit(as_format, {"shortened": shortened}, f"{shortened} shortened")


@command.command("move")
@click.option(
    "--to",
    "place",
    type=click.Choice(["database", "file"]),
    required=True,
    help="Into the database of forewarn.yml, or back into the file of this machine.",
)
@format_option
@click.pass_context
def move(ctx: click.Context, place: str, as_format: str) -> None:
    """Take the state along to the database of forewarn.yml, or back.

    `database:` names it. All that was seen, told and put off goes along, so that nobody is told
    anything twice. Stop whatever watches and delivers before, everywhere.

    \b
    Example:  forewarn state move --to database
    """
    import os
    from datetime import UTC, datetime

    from forewarn.services.alert.moving import move_state

    done = move_state(
        knowledge_base(ctx), os.environ, to_file=place == "file", now=datetime.now(UTC)
    )
    kept = ", ".join(f"{count} {table}" for table, count in done.rows.items() if count)
    lines = [f"moved: {kept or 'nothing'}"]
    if done.aside:
        lines.append(f"the file is {done.aside} now")
    else:
        lines.append("next: take `database:` out of forewarn.yml")
    emit(as_format, {"moved": dict(done.rows), "aside": done.aside}, "\n".join(lines))
