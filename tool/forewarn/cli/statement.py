"""`forewarn statement`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.naming import NamingGroup
from forewarn.cli.output import knowledge_base
from forewarn.cli.parameters import RELEASE

if TYPE_CHECKING:
    from forewarn.cli.parameters import Named


@click.group("statement", cls=NamingGroup)
def command() -> None:
    """Compatibility statements: what a release does to the versions of another product."""


@command.command()
@click.argument("release", type=RELEASE)
@click.argument("partner")
@click.argument("versions")
@click.argument("verdict", type=click.Choice(["works", "limited", "breaks", "unknown"]))
@click.option("--about", metavar="TEXT", help="Doing what, such as 'playing recordings'.")
@click.option("--remedy", metavar="TEXT", help="What to tell the customer.")
@click.option("--limits", metavar="TEXT", help="What does not work, where it is limited.")
@click.option("--tested", metavar="HOW", help="How it was verified, today.")
@click.option("--by", metavar="PERSON", help="Who verified it; you by default.")
@click.option(
    "--holds-until", metavar="VERSION", help="Up to which version it holds without a new test."
)
@click.option("--staff", is_flag=True, help="Customers are not to read it.")
@click.pass_context
def add(
    ctx: click.Context,
    release: Named,
    partner: str,
    versions: str,
    verdict: str,
    about: str | None,
    remedy: str | None,
    limits: str | None,
    tested: str | None,
    by: str | None,
    holds_until: str | None,
    staff: bool,
) -> None:
    """State what RELEASE does to VERSIONS of PARTNER.

    It is committed, if `check` finds no error.

    VERDICT is works, limited, breaks or unknown. What nobody states is unknown.

    \b
    Example:  forewarn statement add recorder@2.7 player "<2.7" breaks \\
                  --about "playing recordings" --remedy "Update it."
    """
    from forewarn.cli.editing import tell
    from forewarn.model.release import Verdict
    from forewarn.services.records.statements import ToState, add_statement

    asked = ToState(
        product=release.product,
        version=release.version,
        partner=partner,
        versions=versions,
        verdict=Verdict(verdict),
        about=about,
        remedy=remedy,
        limits=limits,
        tested=tested,
        by=by,
        holds_until=holds_until,
        staff_only=staff,
    )
    tell(add_statement(knowledge_base(ctx), asked, datetime.now().astimezone().date()))
