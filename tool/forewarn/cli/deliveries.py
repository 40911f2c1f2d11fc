"""`forewarn deliveries`: who was told what, and how it went."""

from __future__ import annotations

import click

from forewarn.cli.naming import PRODUCT
from forewarn.cli.output import emit, format_option, knowledge_base, mention, say
from forewarn.cli.reading import PARTLY

_STATES = ("pending", "leased", "sent", "failed", "dead", "suppressed", "held")
# No larger number fits into the state database.
_LARGEST = 2**63 - 1
_NUMBER = click.IntRange(1, _LARGEST)


@click.group("deliveries", invoke_without_command=True)
@click.option("--dead", is_flag=True, help="Only what was given up: `--state dead`.")
@click.option("--state", type=click.Choice(_STATES), help="Only those that stand so.")
@click.option(
    "--newest",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="List no more than the newest N.",
)
@click.option("--person", metavar="NAME", help="Only what goes to this recipient.")
@click.option("--product", type=PRODUCT, help="Only what is about this product.")
@click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to print the result.",
)
@click.pass_context
def command(
    ctx: click.Context,
    dead: bool,
    state: str | None,
    newest: int,
    person: str | None,
    product: str | None,
    as_format: str,
) -> None:
    """Show who was told of what, and how it went.

    A delivery is `pending` (to be sent), `leased` (a process is sending it), `sent`, `failed`
    (tried again at the time shown), `dead` (given up), `suppressed` (not to be sent: it says why)
    or `held` (until the time shown).

    \b
    Example:  forewarn deliveries --dead
              forewarn deliveries why 4711
              forewarn deliveries --product recorder --format csv > told.csv
              forewarn deliveries retry 4711
    """
    if ctx.invoked_subcommand:
        return
    if dead and state not in (None, "dead"):
        raise click.UsageError(f"--dead is --state dead, and --state {state} asks for others.")
    from forewarn.cli.say.deliveries import as_csv, as_text, say_damaged
    from forewarn.facts.deliveries import deliveries_json
    from forewarn.model.accounts import Chosen
    from forewarn.model.delivery import DeliveryState
    from forewarn.services.alert.deliveries import deliveries

    only = DeliveryState.DEAD if dead else DeliveryState(state) if state else None
    chosen = Chosen(state=only, person=person, product=product)
    found = deliveries(knowledge_base(ctx), chosen, newest=min(newest, _LARGEST))
    if as_format == "csv":
        click.echo(as_csv(found.deliveries), nl=False)
    else:
        emit(as_format, deliveries_json(found.deliveries), as_text(found.deliveries))
    if found.older:
        say(f"{found.older} older ones are not listed; `--newest` lists more")
    say_damaged(found.damaged)
    ctx.exit(PARTLY if found.damaged else 0)


@command.command("why")
@click.argument("id", metavar="ID", type=_NUMBER)
@format_option
@click.pass_context
def why(ctx: click.Context, id: int, as_format: str) -> None:
    """Say why somebody was told, or was not.

    It names the line of the file that caused it. It also says what would follow from the same
    event today, as the files are now.

    \b
    Example:  forewarn deliveries why 4711
    """
    from datetime import UTC, datetime

    from forewarn.cli.say.routing import why_data, why_text
    from forewarn.services.publish.routing import why_told

    found = why_told(knowledge_base(ctx), id, now=datetime.now(UTC))
    emit(as_format, why_data(found), why_text(found))


@command.command("retry")
@click.argument("ids", metavar="[ID]...", nargs=-1, type=_NUMBER)
@click.option("--all-dead", is_flag=True, help="All that was given up.")
@click.pass_context
def retry(ctx: click.Context, ids: tuple[int, ...], all_dead: bool) -> None:
    """Try again what was given up, or waits.

    Deliveries that failed for good, or wait for their next attempt, become due at once. The next
    `forewarn deliver` sends them; their attempts are counted anew.

    \b
    Example:  forewarn deliveries retry 4711
    """
    from forewarn.services.alert.deliveries import revive

    revived = revive(knowledge_base(ctx), ids, all_dead=all_dead)
    mention(f"{revived} due now; `forewarn deliver` sends them")
