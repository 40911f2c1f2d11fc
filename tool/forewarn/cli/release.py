"""`forewarn release`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from forewarn.cli.editing import edit_options
from forewarn.cli.naming import NamingGroup, version_named
from forewarn.cli.output import knowledge_base, mention, say
from forewarn.cli.parameters import DAY, DOWNLOAD
from forewarn.cli.release_mistakes import correct, remove, rename
from forewarn.cli.release_questions import latest, list_, show

if TYPE_CHECKING:
    from forewarn.model.release import Download, Release


def _today() -> date:
    return datetime.now().astimezone().date()


def _now() -> datetime:
    return datetime.now(UTC)


def _say_if_late(release: Release) -> None:
    """A day of the past is a slip more often than not, and would be told to all who follow it."""
    if release.overdue(_today()):
        say(
            f"warning: {release.planned_for} has passed: `forewarn release plan {release.product} "
            f"{release.version} DATE` sets another day before you publish"
        )


@click.group("release", cls=NamingGroup)
def command() -> None:
    """Releases: one version of one product each."""


for _of_a_release in (list_, show, latest, rename, correct, remove):
    command.add_command(_of_a_release)


@command.command()
@click.argument("product")
@click.argument("version")
@click.option(
    "--track", help="The line of releases it is on; by default that of its version, or the first."
)
@click.option(
    "--download", "downloads", type=DOWNLOAD, multiple=True, help="A download. May be given again."
)
@click.option("--planned", type=DAY, metavar="DATE", help="It is to ship on that day.")
@click.pass_context
def add(
    ctx: click.Context,
    product: str,
    version: str,
    track: str | None,
    downloads: tuple[Download, ...],
    planned: date | None,
) -> None:
    """Record a release and commit it.

    With a date it is planned, without one it is staged.

    \b
    Example:  forewarn release add recorder 2.7 \\
                --download windows=https://downloads.example.com/recorder-2.7.exe
    """
    from forewarn.services.ask.platforms import known_downloads
    from forewarn.services.records.release import add_release

    root = knowledge_base(ctx)
    release = add_release(
        root,
        product=product,
        version=version,
        track=track,
        planned_for=planned,
        downloads=known_downloads(root, product, downloads),
        at=_now(),
    )
    mention(f"committed {release.place.file} as {release.status.value}")
    _say_if_late(release)
    mention(
        f"next: write there what it breaks, then: forewarn release ship {product} {release.version}"
    )


@command.command()
@click.argument("product")
@click.argument("version")
@click.option(
    "--download", "downloads", type=DOWNLOAD, multiple=True, help="A download. May be given again."
)
@click.pass_context
def stage(ctx: click.Context, product: str, version: str, downloads: tuple[Download, ...]) -> None:
    """Declare a planned release staged: built, and not out.

    \b
    Example:  forewarn release stage recorder 2.7
    """
    from forewarn.services.ask.platforms import known_downloads
    from forewarn.services.records.release import stage_release

    root = knowledge_base(ctx)
    release = stage_release(
        root,
        product=product,
        version=version,
        downloads=known_downloads(root, product, downloads),
        at=_now(),
    )
    mention(f"committed {release.place.file} as {release.status.value}")
    mention(f"next: forewarn release ship {product} {release.version}")


@command.command()
@click.argument("product")
@click.argument("version")
@click.argument("day", type=DAY, metavar="DATE")
@click.pass_context
def plan(ctx: click.Context, product: str, version: str, day: date) -> None:
    """Move the day for which a release is planned, and commit it.

    Whoever follows the product is told of the old day and the new one.

    \b
    Example:  forewarn release plan recorder 2.8 2027-02-01
    """
    from forewarn.services.records.release import plan_release

    release = plan_release(knowledge_base(ctx), product=product, version=version, planned_for=day)
    mention(f"committed {release.place.file}: {release} is planned for {release.planned_for}")
    _say_if_late(release)
    mention("next: forewarn publish")


@command.command("edit")
@click.argument("product")
@click.argument("version")
@edit_options
@click.pass_context
def edit_(
    ctx: click.Context,
    product: str,
    version: str,
    values: tuple[str, ...],
    unset: tuple[str, ...],
    source: Any,
) -> None:
    """Change a release's record and commit it.

    If `check` finds an error in it, nothing is changed. Without an option your editor opens. Its
    state is changed by `ship`, `plan` and the like.

    \b
    Example:  forewarn release edit recorder 2.7 --set track=beta
    """
    from forewarn.cli.editing import edit
    from forewarn.services.ask.lookup import release_of

    root = knowledge_base(ctx)
    edit(root, release_of(root, product, version).place.file, values, unset, source)


@command.command()
@click.argument("product")
@click.argument("version")
@click.option("--on", type=DAY, metavar="DATE", help="The vendor's date; today by default.")
@click.option(
    "--accept-risk",
    metavar="REASON",
    help="Ship although it breaks something without a remedy; the reason is kept in the commit.",
)
@click.option(
    "--reinstate",
    metavar="REASON",
    help="Ship a withdrawn release again, with the day of its release; the reason is told.",
)
@click.option(
    "--verify-downloads",
    is_flag=True,
    help="Fetch each download, if the gate is open, and compare its size and sha256.",
)
@click.option("--allow-private", is_flag=True, help="Also fetch from private addresses.")
@click.option("--tag", metavar="NAME", help="Also tag the commit in Git, such as v2.7.")
@click.option(
    "--push",
    is_flag=False,
    flag_value="",
    metavar="[REMOTE]",
    help="Push it too: fetch, make the commit again on top, ask the gate again, never force.",
)
@click.pass_context
def ship(
    ctx: click.Context,
    product: str,
    version: str,
    on: date | None,
    accept_risk: str | None,
    reinstate: str | None,
    verify_downloads: bool,
    allow_private: bool,
    tag: str | None,
    push: str | None,
) -> None:
    """Declare a release shipped and commit it.

    Refused while it has no download, or while it breaks the newest version of a product that
    must keep working with it (`lockstep:`) and no remedy is written.

    \b
    Example:  forewarn release ship recorder 2.7 --verify-downloads
    """
    from forewarn.services.records.share import ToShip, ship_and_share

    if reinstate is not None and on is not None:
        raise click.UsageError("a reinstated release keeps its date; leave --on out")
    asked = ToShip(
        product=product,
        version=version,
        on=on or _today(),
        accept_risk=accept_risk,
        reinstate=reinstate,
        verify=verify_downloads,
        allow_private=allow_private,
        tag=tag,
        push=push,
    )
    shipped = ship_and_share(knowledge_base(ctx), asked, at=_now(), done=mention, fetching=say)
    if shipped.already:
        say(f"{shipped.release} had shipped already; its commit is tagged {tag} now")
        return
    for newest in shipped.untested:
        say(f"note: nobody has said whether it works with {newest}")
    mention("next: forewarn publish")


@command.command()
@click.argument("product")
@click.argument("version")
@click.option("--reason", required=True, help="What customers and staff are told.")
@click.option("--replacement", metavar="VERSION", help="What to use instead.")
@click.option("--on", type=DAY, metavar="DATE", help="The day; today by default.")
@click.pass_context
def withdraw(
    ctx: click.Context,
    product: str,
    version: str,
    reason: str,
    replacement: str | None,
    on: date | None,
) -> None:
    """Take a shipped release back and commit it.

    \b
    Example:  forewarn release withdraw recorder 2.7 \\
                --reason "loses sound" --replacement 2.7.1
    """
    from forewarn.services.records.withdraw import withdraw_release

    release = withdraw_release(
        knowledge_base(ctx),
        product=product,
        version=version,
        on=on or _today(),
        at=_now(),
        reason=reason,
        replacement=version_named(ctx, product, replacement) if replacement else None,
    )
    mention(f"committed {release.place.file}: {release} is withdrawn")
    mention("next: forewarn publish")
