"""`forewarn sightings`: what the watched sources showed, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import emit, format_option, knowledge_base
from forewarn.cli.refreshing import refresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forewarn.model.catalogue import Catalogue
    from forewarn.model.sighting import Sighting, UnreadEntry
    from forewarn.store.catalogue.load import Loaded


@click.group("sightings", invoke_without_command=True)
@click.option("--open", "open_only", is_flag=True, help="Only those that nobody has answered.")
@format_option
@click.pass_context
def command(ctx: click.Context, open_only: bool, as_format: str) -> None:
    """List what was sighted, and say what is a release and what is not.

    A sighting is `open` until somebody accepts or dismisses it or its release is recorded as
    shipped (`known`). `baseline` is what was there when a source was first read, `past` an old
    version that appeared later. `unread` are entries that name no version that can be used.

    \b
    Example:  forewarn sightings --open
              forewarn sightings accept 1a2b3c4d
    """
    if ctx.invoked_subcommand:
        return
    from forewarn.cli.reading import answer, everything
    from forewarn.services.watch.answer import list_sightings, list_unread
    from forewarn.store.state.database import open_state

    root = knowledge_base(ctx)
    loaded = everything(root)
    with open_state(root) as state:
        found = list_sightings(state, loaded.catalogue, open_only=open_only)
        unread = () if open_only else list_unread(state)
    rows = [{**as_data(s), "reason": s.reason} for s in found]
    rows += [unread_data(entry) for entry in unread]
    listed = _listed(found, loaded, open_only) if found or not unread else ""
    text = "\n\n".join(filter(None, (listed, unread_text(unread))))
    answer(ctx, as_format, rows, text, loaded.unread())


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
    from forewarn.services.watch import answer
    from forewarn.store.state.database import open_state

    root = knowledge_base(ctx)
    with open_state(root) as state:
        accepted = answer.accept(
            root, state, id, at=datetime.now(UTC), track=track, download=download
        )
    sighting, file = accepted.sighting, accepted.release.place.file
    named = f"{sighting.product} {accepted.release.version}"
    none = (
        f"  no download: {sighting.url} is not known to be a file, so it is not recorded as one\n"
        f"  next: add it: `forewarn release add {named} --download PLATFORM=URL`\n"
    )
    text = (
        f"recorded {named} as staged in {file}\n{'' if accepted.release.downloads else none}"
        f"  next: write what it breaks there, then `forewarn release ship {named}`"
    )
    emit(as_format, {**as_data(sighting), "file": file}, text)
    ctx.exit(refresh(root))


@command.command("dismiss")
@click.argument("id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is no release; kept.")
@format_option
@click.pass_context
def dismiss(ctx: click.Context, id: str, reason: str, as_format: str) -> None:
    """Say that what was sighted is no release, and why.

    With the last sighting of a version, those who got the alert are told that it was false.

    \b
    Example:  forewarn sightings dismiss 1a2b3c4d --reason "a test build, taken down again"
    """
    from forewarn.services.watch import answer
    from forewarn.store.state.database import open_state

    root = knowledge_base(ctx)
    with open_state(root) as state:
        dismissed = answer.dismiss(root, state, id, reason, at=datetime.now(UTC))
    sighting = dismissed.sighting
    text = f"dismissed {sighting.product} {sighting.version} ({sighting.id})"
    if dismissed.standing:
        ids = ", ".join(s.id for s in dismissed.standing)
        text += f"\n  it is still live by other sightings: {ids}"
    if dismissed.told:
        text += (
            "\n  who got the alert is told that it was a false alarm: "
            f"deliveries waiting: {dismissed.told}; the next `watch` sends them, "
            "or `forewarn deliver` now"
        )
    data = {**as_data(sighting), "reason": sighting.reason, "told": dismissed.told}
    emit(as_format, data, text)
    ctx.exit(refresh(root))


def as_data(sighting: Sighting) -> dict[str, object]:
    """A sighting as JSON has it."""
    return {
        "id": sighting.id,
        "product": sighting.product,
        "version": sighting.version,
        "state": sighting.state.value,
        "source": sighting.source,
        "url": sighting.url,
        "first_seen": sighting.first_seen.isoformat(timespec="seconds"),
        "platform": sighting.platform,
        "arch": sighting.arch,
        "channel": sighting.channel,
        "track": sighting.track,
        "download": sighting.download,
        "size": sighting.size,
        "sha256": sighting.sha256,
        "declared": list(sighting.notes),
    }


def unread_data(entry: UnreadEntry) -> dict[str, object]:
    """An entry that cannot be read, as JSON has it among the sightings."""
    return {
        "id": None,
        "product": entry.product,
        "version": None,
        "state": "unread",
        "source": entry.source,
        "url": entry.url,
        "first_seen": entry.first_seen.isoformat(timespec="seconds"),
        "title": entry.title,
        "why": entry.why,
    }


def unread_text(entries: Sequence[UnreadEntry]) -> str:
    """Entry by entry what cannot be read, and in a line for each source what a pattern skips."""
    from forewarn.sources.versions.find import UNMATCHED

    lines = []
    skipped: dict[tuple[str, str], list[UnreadEntry]] = {}
    for entry in entries:
        if entry.why == UNMATCHED:
            skipped.setdefault((entry.product, entry.source), []).append(entry)
        else:
            lines.append(
                f"UNREAD {entry.product}: {entry.title or '(no title)'}\n"
                f"  why:   {entry.why}\n  where: {entry.url}"
            )
    for (product, source), rows in skipped.items():
        such = "; ".join(row.title or "(no title)" for row in rows[:3])
        more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
        lines.append(
            f"not found by the pattern of {product}, {source}: {such}{more} (--format json has all)"
        )
    return "\n".join(lines)


def open_text(sighting: Sighting, catalogue: Catalogue, unreadable: frozenset[str]) -> str:
    """An open sighting for whoever is awake: what, where, since when, and what to do."""
    from forewarn.services.alert.unannounced import records_say

    name = click.style(f"{sighting.product} {sighting.version}", bold=True)
    target = " ".join(filter(None, (sighting.platform, sighting.arch)))
    file = "" if sighting.file else " --download URL"
    platform = f" for {target}" if target else ""
    platform += f" on the channel {sighting.channel}" if sighting.channel else ""
    track = " --track TRACK" if sighting.unknown_channel else ""
    said = records_say(catalogue, sighting.product, sighting.version, unreadable)
    return (
        f"{click.style('OPEN', fg='red', bold=True)} {sighting.id}  {name}{platform}, first seen "
        f"{sighting.first_seen:%Y-%m-%d %H:%M} UTC; the records say: {said}\n"
        f"  where: {sighting.url}\n"
        f"  next:  forewarn sightings accept {sighting.id}{track}{file}\n"
        f'  or:    forewarn sightings dismiss {sighting.id} --reason "…"'
    )


def _listed(found: tuple[Sighting, ...], loaded: Loaded, open_only: bool) -> str:
    from forewarn.cli.output import columns
    from forewarn.model.sighting import SightingState

    if not found:
        return "no open sightings" if open_only else "nothing was sighted yet"
    blocks = [
        open_text(s, loaded.catalogue, loaded.unreadable)
        for s in found
        if s.state is SightingState.OPEN
    ]
    rest = [
        (
            s.id,
            s.state.value,
            f"{s.product} {s.version}",
            s.platform or "",
            f"{s.first_seen:%Y-%m-%d}",
            s.reason or "",
        )
        for s in found
        if s.state is not SightingState.OPEN
    ]
    return "\n\n".join(filter(None, [*blocks, columns(rest)]))
