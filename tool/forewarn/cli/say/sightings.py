"""How sightings read on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from forewarn.cli.say.table import columns
from forewarn.model.sighting import SightingState
from forewarn.model.visible import one_line
from forewarn.services.alert.unannounced import records_say
from forewarn.sources.versions.find import UNMATCHED
from forewarn.words.days import moment_digits
from forewarn.words.events import title
from forewarn.words.seen import recorded

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.replies import SightingReply, SightingsReply
    from forewarn.model.sighting import Sighting, UnreadEntry
    from forewarn.model.watching.proof import Proof
    from forewarn.services.watch.answer import Accepted, Dismissed
    from forewarn.services.watch.reported import Reported


def accepted_text(done: Accepted) -> str:
    """Where it is recorded now, and what is left to do."""
    sighting, release = done.sighting, done.release
    named = f"{sighting.product} {release.version}"
    none = (
        f"  no download: {sighting.url} is not known to be a file, so it is not recorded as one\n"
        f"  next: add it: `forewarn release add {named} --download PLATFORM=URL`\n"
    )
    return (
        f"recorded {named} as staged in {release.place.file}\n{'' if release.downloads else none}"
        f"  next: write what it breaks there, then `forewarn release ship {named}`"
    )


def reported_text(done: Reported) -> str:
    """What it is taken for, and who is told."""
    one = done.sighting
    named = f"{one.product} {one.version} ({one.id}), {one.state}"
    lines = [f"{'reported' if done.is_new else 'was reported before:'} {named}"]
    lines += [f"  to be told: {title(event)}" for event in done.alerts]
    if done.alerts:
        lines.append("  the next `watch` sends it, or `forewarn deliver` now")
    else:
        lines.append("  nothing new, so nobody is told")
    return "\n".join(lines)


def dismissed_text(done: Dismissed) -> str:
    """What it is live by all the same, and who is told that it was a false alarm."""
    sighting = done.sighting
    text = f"dismissed {sighting.product} {sighting.version} ({sighting.id})"
    if done.standing:
        ids = ", ".join(s.id for s in done.standing)
        text += f"\n  it is still live by other sightings: {ids}"
    if done.told:
        text += (
            "\n  who got the alert is told that it was a false alarm: "
            f"deliveries waiting: {done.told}; the next `watch` sends them, "
            "or `forewarn deliver` now"
        )
    return text


def unread_text(entries: Sequence[UnreadEntry]) -> str:
    """Entry by entry what cannot be read, and in a line for each source what a pattern skips."""
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
    name = click.style(f"{sighting.product} {sighting.version}", bold=True)
    target = " ".join(filter(None, (sighting.platform, sighting.arch)))
    file = "" if sighting.file else " --download URL"
    platform = f" for {target}" if target else ""
    platform += f" on the channel {sighting.channel}" if sighting.channel else ""
    track = " --track TRACK" if sighting.unknown_channel else ""
    said = recorded(records_say(catalogue, sighting.product, sighting.version, unreadable))
    return (
        f"{click.style('OPEN', fg='red', bold=True)} {sighting.id}  {name}{platform}, first seen "
        f"{moment_digits(sighting.first_seen)}; the records say: {said}\n"
        f"  where: {sighting.url}\n"
        f"  next:  forewarn sightings accept {sighting.id}{track}{file}\n"
        f'  or:    forewarn sightings dismiss {sighting.id} --reason "…"'
    )


def proven_text(found: SightingReply, *, body: bool) -> str:
    """What was sighted and what came from there, as lines that are safe for a terminal."""
    one = found.sighting
    target = " ".join(filter(None, (one.platform, one.arch)))
    said = recorded(records_say(found.catalogue, one.product, one.version, found.unreadable))
    rows = [
        ("state", one.state.value + (f": {one.reason}" if one.reason else "")),
        ("first seen", moment_digits(one.first_seen)),
        ("dated there", moment_digits(one.published) if one.published else ""),
        ("titled there", one.title),
        ("where", one.url),
        ("download", one.download or ""),
        ("source", one.source),
        ("for", f"{target}{f' on the channel {one.channel}' if one.channel else ''}".strip()),
        ("rollout", f"{one.rollout} % of customers" if one.rollout is not None else ""),
        *((name, digest) for name, digest in one.digests),
        ("records say", said),
    ]
    head = click.style(f"{one.product} {one.version}", bold=True) + f"  {one.id}"
    blocks = [f"{head}\n{columns([(f'  {label}', text) for label, text in rows if text])}"]
    blocks += [_proof_text(proof, body=body) for proof in found.proofs]
    if not found.proofs:
        blocks.append("no answer of the place is kept for it")
    return "\n\n".join(blocks)


def _proof_text(proof: Proof, *, body: bool) -> str:
    lines = [f"what came at {proof.at:%Y-%m-%d %H:%M:%S} UTC:"]
    for part in proof.parts:
        lines += [f"  redirect {status}: {url}\n    to {to}" for url, status, to in part.hops]
        peer = f" from {part.peer}" if part.peer else ""
        lines.append(f"  {part.status} {part.url}{peer}")
        lines += [f"    {name}: {value}" for name, value in part.headers]
        kept = len(part.body)
        cut = f", the first {kept} kept" if kept < part.length else ""
        lines.append(f"    body: {part.length} bytes{cut}")
        if body:
            text = part.body.decode("utf-8", "replace")
            lines += [f"    | {one_line(line)}" for line in text.splitlines()]
    return "\n".join(lines)


def sightings_text(found: SightingsReply) -> str:
    """What was sighted, the open ones at length, and what cannot be read."""
    listed = _listed(found) if found.sightings or not found.entries else ""
    return "\n\n".join(filter(None, (listed, unread_text(found.entries))))


def _listed(found: SightingsReply) -> str:
    if not found.sightings:
        return "no open sightings" if found.open_only else "nothing was sighted yet"
    blocks = [
        open_text(s, found.catalogue, found.unreadable)
        for s in found.sightings
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
        for s in found.sightings
        if s.state is not SightingState.OPEN
    ]
    return "\n\n".join(filter(None, [*blocks, columns(rest)]))
