"""`forewarn sightings`: what the watched sources showed, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from forewarn.cli.naming import NamingGroup
from forewarn.cli.output import emit, format_option, knowledge_base
from forewarn.cli.refreshing import refresh


@click.group("sightings", cls=NamingGroup, invoke_without_command=True)
@click.option("--open", "open_only", is_flag=True, help="Only those that nobody has answered.")
@format_option
@click.pass_context
def command(ctx: click.Context, open_only: bool, as_format: str) -> None:
    """List what was sighted, and say what is a release and what is not.

    A sighting is `open` until somebody accepts or dismisses it or its release is recorded as
    shipped (`known`). `baseline` is what was there when a source was first read, `past` an old
    version that appeared later, `witnessed` what a third party alone names. `unread` are entries
    that name no version that can be used.

    \b
    Example:  forewarn sightings --open
              forewarn sightings accept 1a2b3c4d
    """
    if ctx.invoked_subcommand:
        return
    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.sightings import sightings_text
    from forewarn.facts.sightings import sightings_json
    from forewarn.services.ask.sightings import SightingsQuestion, all_sightings

    found = ask(ctx, all_sightings, SightingsQuestion(open_only=open_only))
    answer(ctx, as_format, found, sightings_json, sightings_text)


@command.command("accept")
@click.argument("id", metavar="ID")
@click.option("--track", help="The line of releases it is on; by default that of its version.")
@click.option(
    "--download",
    metavar="URL",
    help="The file's address; by default the one that the place declared.",
)
@format_option
@click.pass_context
def accept(
    ctx: click.Context, id: str, track: str | None, download: str | None, as_format: str
) -> None:
    """Record what was sighted as a staged release, in one Git commit.

    The start of the ID is enough. Track, platform, download, size and hash are those that the
    place declared; a page that it links to is no download. What it breaks and what to tell the
    customer is then for you to write into the record.

    \b
    Example:  forewarn sightings accept 1a2b3c4d
    """
    from forewarn.cli.say.sightings import accepted_text
    from forewarn.facts.sightings import sighting_json
    from forewarn.services.watch import answer

    root = knowledge_base(ctx)
    done = answer.accept(root, id, at=datetime.now(UTC), track=track, download=download)
    data = {**sighting_json(done.sighting), "file": done.release.place.file}
    emit(as_format, data, accepted_text(done))
    ctx.exit(refresh(root))


@command.command("report")
@click.argument("product", metavar="PRODUCT")
@click.argument("version", metavar="VERSION")
@click.option("--url", required=True, metavar="URL", help="The address of the file.")
@click.option("--sha256", metavar="DIGITS", help="The file's sha256.")
@click.option("--platform", metavar="NAME", help="What it is for, such as windows or macos-arm64.")
@click.option("--channel", metavar="NAME", help="The vendor's line of releases, such as beta.")
@format_option
@click.pass_context
def report(
    ctx: click.Context,
    product: str,
    version: str,
    url: str,
    sha256: str | None,
    platform: str | None,
    channel: str | None,
    as_format: str,
) -> None:
    """Say that a download is there, before a watch sees it.

    It is for the pipeline that uploads. It becomes a sighting like any other, with the same
    alerts. Nothing is fetched and nothing is sent: the next `watch` or `deliver` sends what waits.
    The same report twice changes nothing; with another sha256 it is told that the bytes are
    others.

    \b
    Example:  forewarn sightings report recorder 2.7 \\
                --url https://downloads.example.com/recorder-2.7.exe
    """
    from forewarn.cli.say.sightings import reported_text
    from forewarn.facts.sightings import sighting_json
    from forewarn.services.watch.reported import Report
    from forewarn.services.watch.reported import report as keep

    root = knowledge_base(ctx)
    given = Report(
        product=product,
        version=version,
        url=url,
        sha256=sha256,
        platform=platform,
        channel=channel,
    )
    done = keep(root, given, at=datetime.now(UTC))
    told = [event.id for event in done.alerts]
    data = {**sighting_json(done.sighting), "new": done.is_new, "alerts": told}
    emit(as_format, data, reported_text(done))
    ctx.exit(refresh(root))


@command.command("show")
@click.argument("id", metavar="ID")
@click.option("--body", is_flag=True, help="Print what came, too.")
@format_option
@click.pass_context
def show(ctx: click.Context, id: str, body: bool, as_format: str) -> None:
    """Show a sighting and the answer it was made of.

    For each sighting that is no baseline the answer is kept: headers, redirects, the address that
    answered and up to 256 kB of what came, without secrets. It is there after the page changed
    back.

    \b
    Example:  forewarn sightings show 1a2b3c4d
    """
    from functools import partial

    from forewarn.cli.reading import answer, ask
    from forewarn.cli.say.sightings import proven_text
    from forewarn.facts.sightings import proven_json
    from forewarn.services.ask.sightings import ProofQuestion, one_sighting

    found = ask(ctx, one_sighting, ProofQuestion(id=id))
    answer(ctx, as_format, found, proven_json, partial(proven_text, body=body))


@command.command("dismiss")
@click.argument("id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is no release; kept.")
@format_option
@click.pass_context
def dismiss(ctx: click.Context, id: str, reason: str, as_format: str) -> None:
    """Say that what was sighted is no release, and why.

    With the last sighting of a version, those who got the alert are told that it was false.

    \b
    Example:  forewarn sightings dismiss 1a2b3c4d --reason "a test build"
    """
    from forewarn.cli.say.sightings import dismissed_text
    from forewarn.facts.sightings import sighting_json
    from forewarn.services.watch import answer

    root = knowledge_base(ctx)
    done = answer.dismiss(root, id, reason, at=datetime.now(UTC))
    emit(as_format, {**sighting_json(done.sighting), "told": done.told}, dismissed_text(done))
    ctx.exit(refresh(root))
