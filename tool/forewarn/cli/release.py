"""`forewarn release`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from forewarn.cli.editing import edit_options
from forewarn.cli.naming import NamingGroup
from forewarn.cli.output import format_option, knowledge_base, mention, say
from forewarn.cli.parameters import DAY, DOWNLOAD

if TYPE_CHECKING:
    from forewarn.model.release import Download
    from forewarn.services.records.mistakes import Mended


def _today() -> date:
    return datetime.now().astimezone().date()


def _now() -> datetime:
    return datetime.now(UTC)


@click.group("release", cls=NamingGroup)
def command() -> None:
    """Releases: one version of one product each."""


@command.command()
@click.argument("product")
@click.argument("version")
@click.option(
    "--track", help="The line of releases it is on; by default that of its version, or the first."
)
@click.option("--download", "downloads", type=DOWNLOAD, multiple=True, help="May be given again.")
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
    mention(
        f"next: write there what it breaks, then: forewarn release ship {product} {release.version}"
    )


@command.command()
@click.argument("product")
@click.argument("version")
@click.option("--download", "downloads", type=DOWNLOAD, multiple=True, help="May be given again.")
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


@command.command("list")
@click.argument("product", required=False)
@format_option
@click.pass_context
def list_(ctx: click.Context, product: str | None, as_format: str) -> None:
    """List releases, the highest version of each product first.

    \b
    Example:  forewarn release list recorder
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.release import releases_text
    from forewarn.facts.releases import releases_json
    from forewarn.services.ask.releases import ReleasesQuestion, releases

    found = ask(ctx, releases, ReleasesQuestion(product=product))
    answer(ctx, as_format, found, releases_json, releases_text)


@command.command()
@click.argument("product")
@click.argument("version")
@format_option
@click.pass_context
def show(ctx: click.Context, product: str, version: str, as_format: str) -> None:
    """Show one release: state, what it breaks, downloads.

    Of a track, or of the beginning of several versions, the newest is shown and all are named.

    \b
    Example:  forewarn release show recorder 2.7
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.release import shown_text
    from forewarn.facts.releases import shown_json
    from forewarn.services.ask.releases import ReleaseQuestion, release

    found = ask(ctx, release, ReleaseQuestion(product=product, version=version))
    answer(ctx, as_format, found, shown_json, shown_text)


@command.command()
@click.argument("product")
@click.option("--track", help="Only this line of releases.")
@click.option("--platform", help="What can be had for it.")
@format_option
@click.pass_context
def latest(
    ctx: click.Context, product: str, track: str | None, platform: str | None, as_format: str
) -> None:
    """Show the highest shipped version of each track.

    The newest date does not count. Ends with 1 where there is none.

    \b
    Example:  forewarn release latest recorder --track stable --platform macos
    """
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.live import not_shipped
    from forewarn.cli.say.release import latest_text
    from forewarn.facts.releases import latest_releases_json
    from forewarn.services.ask import releases

    question = releases.LatestQuestion(product=product, track=track, platform=platform)
    found = ask(ctx, releases.latest, question)
    for line in not_shipped(found.seen):
        say(line)
    code = 0 if found.releases else 1
    answer(ctx, as_format, found, latest_releases_json, latest_text, code)


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
    from forewarn.services.ask.lookup import the_release
    from forewarn.store.catalogue.load import load_products

    root = knowledge_base(ctx)
    release = the_release(load_products(root, {product}), product, version)
    edit(root, release.place.file, values, unset, source)


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
    from forewarn.services.records.shipping import ToShip, ship_and_share

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
    from forewarn.services.records.release import withdraw_release

    release = withdraw_release(
        knowledge_base(ctx),
        product=product,
        version=version,
        on=on or _today(),
        at=_now(),
        reason=reason,
        replacement=replacement,
    )
    mention(f"committed {release.place.file}: {release} is withdrawn")
    mention("next: forewarn publish")


@command.command()
@click.argument("product")
@click.argument("version")
@click.argument("new", metavar="NEW")
@click.option("--reason", required=True, help="Why; told to everybody who was told of VERSION.")
@click.pass_context
def rename(ctx: click.Context, product: str, version: str, new: str, reason: str) -> None:
    """Record a release under its real version, NEW, and commit it.

    Its briefing, replacements, suites and links follow. Whoever was told of VERSION is told that it
    was a mistake, in the same thread.

    \b
    Example:  forewarn release rename recorder 2.7 2.7.1 --reason "a slip"
    """
    from forewarn.services.records.mistakes import rename_release

    mended = rename_release(
        knowledge_base(ctx), product=product, version=version, to=new, reason=reason
    )
    _say_mended(mended, f"{product}@{version} is {mended.release.version} now")


@command.command()
@click.argument("product")
@click.argument("version")
@click.option("--reason", required=True, help="Why; told to everybody who was told otherwise.")
@click.option(
    "--status",
    type=click.Choice(["planned", "staged", "shipped"]),
    help="Put it back: it has not shipped, or (shipped) it was not withdrawn.",
)
@click.option("--released-at", type=DAY, metavar="DATE", help="The vendor's date.")
@click.option("--planned", type=DAY, metavar="DATE", help="With --status: when it is to ship.")
@click.pass_context
def correct(
    ctx: click.Context,
    product: str,
    version: str,
    reason: str,
    status: str | None,
    released_at: date | None,
    planned: date | None,
) -> None:
    """Correct a release that is out, with the reason why.

    What is recorded is changed and committed. Edits of its file that are not committed yet go
    along: that is how a statement or a download is corrected.

    \b
    Example:  forewarn release correct recorder 2.7 \\
                --status staged --reason "still in test"
    """
    from forewarn.model.release import Status
    from forewarn.services.records.mistakes import correct_release

    mended = correct_release(
        knowledge_base(ctx),
        product=product,
        version=version,
        reason=reason,
        at=_now(),
        status=Status(status) if status else None,
        released_at=released_at,
        planned_for=planned,
    )
    _say_mended(mended, f"{mended.release} is corrected; it is {mended.release.status}")


@command.command()
@click.argument("product")
@click.argument("version")
@click.option("--reason", required=True, help="Why; told to everybody who was told of it.")
@click.pass_context
def remove(ctx: click.Context, product: str, version: str, reason: str) -> None:
    """Take away the record of a release that there never was.

    Its removal is committed. A release that did ship and must not be used is withdrawn instead:
    `forewarn release withdraw`.

    \b
    Example:  forewarn release remove recorder 2.7 --reason "the player's"
    """
    from forewarn.services.records.mistakes import remove_release

    mended = remove_release(knowledge_base(ctx), product=product, version=version, reason=reason)
    _say_mended(mended, f"{mended.release} is not recorded any more")


def _say_mended(mended: Mended, what: str) -> None:
    mention(f"committed {', '.join(mended.files)}: {what}")
    for place in mended.left:
        say(f"look at {place}")
    mention("next: forewarn publish, which tells whoever was told of it")
