"""`forewarn state`: what this machine keeps of what was sent, and for how long."""

from __future__ import annotations

import re

import click

from forewarn.cli.output import emit, format_option, knowledge_base

_SPAN = re.compile(r"([1-9]\d{0,4})d")


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
    """Look after the state of this machine: what was sent, to whom, and when.

    \b
    Example:  forewarn state prune --older 400d
    """


@command.command("prune")
@click.option("--older", type=_DaysType(), required=True, help="Those settled before, as 400d.")
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
