"""`forewarn impact`."""

from __future__ import annotations

import click

from forewarn.cli.compat import installed_option
from forewarn.cli.output import format_option, knowledge_base


@click.command("impact")
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
              forewarn impact recorder@2.7 --fail-on breaks     in CI, before shipping
    """
    from forewarn.cli.reading import answer, everything, today
    from forewarn.cli.say.impact import impact_text
    from forewarn.facts.answers import impact_json
    from forewarn.model.release import Verdict
    from forewarn.services.ask.impact import find_impact

    root = knowledge_base(ctx)
    loaded = everything(root)
    report = find_impact(root, loaded, release, installed, today())
    fails = fail_on is not None and report.fails(Verdict(fail_on))
    text = impact_text(loaded.catalogue, report, today())
    unread = (*loaded.unread(articles=True), *report.seen.unread)
    answer(ctx, as_format, impact_json(report), text, unread, 1 if fails else 0)
