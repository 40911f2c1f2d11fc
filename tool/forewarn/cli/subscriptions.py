"""`forewarn subscriptions`: who is told of what, and who would be."""

from __future__ import annotations

import click

from forewarn.cli.naming import release_named
from forewarn.cli.output import emit, format_option, knowledge_base


@click.group("subscriptions", invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, as_format: str) -> None:
    """List who subscribes to what, with the line of the file that says so.

    Subscriptions stand in forewarn.yml and in the files under subscriptions/.

    \b
    Example:  forewarn subscriptions
              forewarn subscriptions test recorder 2.7 shipped
    """
    if ctx.invoked_subcommand:
        return
    from forewarn.cli.say.routing import subscriptions_text
    from forewarn.facts.routing import subscription_json
    from forewarn.store.settings import load_settings

    settings = load_settings(knowledge_base(ctx))
    rows = [subscription_json(row, settings) for row in settings.subscriptions]
    emit(as_format, rows, subscriptions_text(settings))


@command.command("test")
@click.argument("words", metavar="EVENT | PRODUCT VERSION KIND", nargs=-1, required=True)
@click.option(
    "--severity",
    type=click.Choice(["low", "normal", "high", "critical"]),
    help="Suppose that it is so severe, instead of as such events mostly are.",
)
@format_option
@click.pass_context
def test(ctx: click.Context, words: tuple[str, ...], severity: str | None, as_format: str) -> None:
    """Say who would get an event, and why or why not.

    Each by which channel and when. EVENT is the id of one that was told or is to be published; a
    beginning of it will do. With a product, a version and a kind, it is supposed that such an
    event happens now. Nothing is sent.

    \b
    Example:  forewarn subscriptions test recorder 2.7 shipped
              forewarn subscriptions test 3f2a91
    """
    from datetime import UTC, datetime

    from forewarn.cli.say.routing import routed_data, routed_text
    from forewarn.model.events.event import EventKind
    from forewarn.model.events.severity import Severity
    from forewarn.model.subscription import KINDS
    from forewarn.services.publish.routing import route_event, route_release

    root, now = knowledge_base(ctx), datetime.now(UTC)
    if words[1:] and words[-1] in KINDS:
        words = (*release_named(ctx, words[:-1]), words[-1])
    match words:
        case (id,) if severity is None:
            routed = route_event(root, id, now=now)
        case (product, version, kind) if kind in KINDS:
            routed = route_release(
                root,
                product,
                version,
                EventKind(kind),
                now=now,
                severity=Severity(severity) if severity else None,
            )
        case (_,):
            raise click.UsageError("--severity goes with a product, a version and a kind.")
        case (_, _, kind) if kind not in KINDS:
            raise click.UsageError(f"There is no kind {kind!r}; use one of {', '.join(KINDS)}.")
        case _:
            raise click.UsageError(
                "Name an event, or a product, a version and a kind: recorder 2.7 shipped."
            )
    emit(as_format, routed_data(routed), routed_text(routed))
