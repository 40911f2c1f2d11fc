"""`forewarn impact`."""

from __future__ import annotations

import click

from forewarn.cli.compat import installed_option
from forewarn.cli.naming import NamingCommand
from forewarn.cli.output import format_option


@click.command("impact", cls=NamingCommand)
@click.argument("release", metavar="A@V")
@installed_option
@click.option(
    "--fail-on",
    type=click.Choice(["breaks", "limited", "unknown"]),
    help="End with 1 where a verdict is this or worse; unknown is the least bad.",
)
@format_option
@click.pass_context
def command(
    ctx: click.Context, release: str, installed: str | None, fail_on: str | None, as_format: str
) -> None:
    """Say what breaks, is limited or is untested if A goes to V.

    Judged are the shipped releases of every product that has to do with A (a statement of
    either, or `lockstep:`), without those superseded and out of support; with --installed, what
    that customer has. Releases that work are not in the JSON.

    Known issues of A at V are errors (open, and nothing to be done), warnings (open, with a
    workaround or mitigation) or info (a shipped release has the fix).

    \b
    Example:  forewarn impact recorder@2.7
              forewarn impact recorder@2.7 --installed customer.yml
              forewarn impact recorder@2.7 --fail-on breaks   # in CI
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.impact import impact_text
    from forewarn.facts.compat import impact_json
    from forewarn.model.release import Verdict
    from forewarn.services.ask.impact import ImpactQuestion, impact

    found = ask(ctx, impact, ImpactQuestion(release=release, installed=installed))
    fails = fail_on is not None and found.verdict.caution >= Verdict(fail_on).caution
    answer(ctx, as_format, found, impact_json, impact_text, 1 if fails else 0)
