"""`forewarn channels`: whether alerts get through, and what to do where they do not."""

from __future__ import annotations

import click

from forewarn.cli.output import emit, format_option, knowledge_base, mention


@click.group("channels", invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, as_format: str) -> None:
    """Show whether alerts get through by each channel.

    A channel, or a recipient at one, that failed ten times within an hour is in quarantine: but
    for a probe now and then, nothing is sent there until it works or is resumed. Nothing is lost.

    \b
    Example:  forewarn channels
              forewarn channels test mail --to maria
              forewarn channels resume mail
    """
    if ctx.invoked_subcommand:
        return
    from forewarn.cli.say.deliveries import channel_json, channels_text
    from forewarn.services.alert.endpoints import channel_states

    found = channel_states(knowledge_base(ctx))
    emit(as_format, [channel_json(one) for one in found], channels_text(found))


@command.command("resume")
@click.argument("name", metavar="NAME")
@click.pass_context
def resume(ctx: click.Context, name: str) -> None:
    """End the quarantine of a channel and of all its recipients.

    What waits for them is due at once; the next `forewarn deliver` sends it.

    \b
    Example:  forewarn channels resume mail
    """
    from datetime import UTC, datetime

    from forewarn.services.alert.endpoints import resume_channel

    ended = resume_channel(knowledge_base(ctx), name, datetime.now(UTC))
    mention(
        f"{name}: {ended} in quarantine no more; `forewarn deliver` sends what waits"
        if ended
        else f"{name}: was not in quarantine; what waited is due now"
    )


@command.command("test")
@click.argument("name", metavar="NAME")
@click.option("--to", metavar="WHO", help="The person, list or room that gets it.")
@format_option
@click.pass_context
def test(ctx: click.Context, name: str, to: str | None, as_format: str) -> None:
    """Send a test message by a channel.

    It says that it is a test; its receipt is shown. It goes at once and past all subscriptions,
    quiet hours and quarantines, and is not kept. Without --to it goes to the only recipient who is
    subscribed to the channel. The exit code is 3 if it did not go.

    \b
    Example:  forewarn channels test mail --to maria
    """
    import os
    from datetime import UTC, datetime

    from forewarn.cli.say.deliveries import test_text
    from forewarn.facts.deliveries import receipt_json
    from forewarn.services.alert.trial import send_test

    whom, receipt = send_test(
        knowledge_base(ctx), name, to=to, now=datetime.now(UTC), environ=os.environ
    )
    data = {"channel": name, "to": whom, "receipt": receipt_json(receipt)}
    emit(as_format, data, test_text(name, whom, receipt))
