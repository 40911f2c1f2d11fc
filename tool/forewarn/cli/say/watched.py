"""How a look at the watched places reads on a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from forewarn.later import Later
from forewarn.model.sighting import SightingState

if TYPE_CHECKING:
    from forewarn.cli.say import sightings as say_sightings
    from forewarn.facts import events as event_facts
    from forewarn.facts import sightings as sighting_facts
    from forewarn.facts import times
    from forewarn.model.events.event import Event
    from forewarn.services.watch.places import WatchedRecords
    from forewarn.services.watch.report import Failure, Mute, Paused, WatchReport
    from forewarn.words import events as event_words
    from forewarn.words import watching as watching_words
else:  # nearly always, nothing of it is there to be said
    say_sightings = Later("forewarn.cli.say.sightings")
    event_facts = Later("forewarn.facts.events")
    sighting_facts = Later("forewarn.facts.sightings")
    times = Later("forewarn.facts.times")
    event_words = Later("forewarn.words.events")
    watching_words = Later("forewarn.words.watching")

# Old versions are named up to this many; `sightings` has all.
_MOST_LISTED = 10


def report_data(report: WatchReport) -> dict[str, object]:
    """The same for programs."""
    return {
        "polled": report.polled,
        "unchanged": report.unchanged,
        "failed": [
            {
                "product": f.product,
                "source": f.source,
                "kind": f.trouble.value if f.trouble else None,
                "error": f.error,
            }
            for f in report.failed
        ],
        "sightings": [sighting_facts.sighting_json(sighting) for sighting in report.sightings],
        "alerts": [event_facts.event_json(event) for event in report.alerts],
        "unread": [sighting_facts.unread_json(entry) for entry in report.unread],
        "mute": [
            {
                "product": m.product,
                "source": m.source,
                "entries": m.entries,
                "last_version": m.last,
            }
            for m in report.mute
        ],
        "paused": [
            {"host": p.host, "until": times.moment(p.until), "sources": p.sources}
            for p in report.paused
        ],
        "uncompared": list(report.uncompared),
    }


def report_text(report: WatchReport, records: WatchedRecords, waiting: int) -> str:
    """What to do first, then what went wrong, then the rest."""
    if not records.facts.places and not report.failed:
        return (
            "no product has a source to look at\n"
            "  next: add `watch:` to its releases/<product>/product.yml, for example\n"
            "        watch:\n"
            "          - {type: feed, url: https://downloads.example.com/feed.xml}"
        )
    states = Counter(sighting.state for sighting in report.sightings)
    opened = [s for s in report.sightings if s.state is SightingState.OPEN]
    lines = [say_sightings.open_text(s, records.catalogue, records.unreadable) for s in opened]
    told = [event for event in report.alerts if not _stands_with_sightings(event)]
    lines += [_told(event) for event in told]
    lines += [_failed(failure) for failure in report.failed]
    lines += [_paused(pause) for pause in report.paused]
    lines += [_mute(mute) for mute in report.mute]
    if report.unread:
        lines.append(say_sightings.unread_text(report.unread))
    if states[SightingState.BASELINE]:
        lines.append(f"taken as known at the first look: {states[SightingState.BASELINE]}")
    lines += [
        f"note: {product}: no release is recorded as shipped, so nothing was compared: what is "
        "there is taken as known\n  next: record what has shipped; `forewarn import feed` does"
        for product in report.uncompared
    ]
    if states[SightingState.PAST]:
        past = [s for s in report.sightings if s.state is SightingState.PAST]
        listed = ", ".join(f"{s.product} {s.version}" for s in past[:_MOST_LISTED])
        more = f" and {len(past) - _MOST_LISTED} more" if len(past) > _MOST_LISTED else ""
        lines.append(f"old versions that appeared: {listed}{more}")
    if states[SightingState.KNOWN]:
        lines.append(f"new, and recorded as shipped: {states[SightingState.KNOWN]}")
    earlier = waiting - len(opened)
    if earlier > 0:
        lines.append(f"still open from before: {earlier}; `forewarn sightings --open` lists them")
    if not report.polled and not report.failed and not report.paused:
        lines.append("no source is due now; `forewarn watch status` says when each is")
    lines.append(
        f"sources looked at: {report.polled}, unchanged: {report.unchanged}, "
        f"failed: {len(report.failed)}"
        + (f", without a version: {len(report.mute)}" if report.mute else "")
    )
    return "\n".join(lines)


def _stands_with_sightings(event: Event) -> bool:
    """Whether what is told, and what to do about it, stands with an open sighting."""
    from forewarn.model.events.event import EventKind

    return event.kind is EventKind.UNANNOUNCED_DOWNLOAD


def _told(event: Event) -> str:
    """What is told beside the open sightings, with its facts."""
    head = click.style(f"TOLD {event.severity}", bold=True)
    rows = [f"  {label}: {text}" for label, text in event_words.lines(event)[:_MOST_LISTED]]
    return "\n".join((f"{head}  {event_words.title(event)}", *rows))


def _failed(failure: Failure) -> str:
    kind = f"{watching_words.trouble_words(failure.trouble)}: " if failure.trouble else ""
    return f"FAILED {failure.product}: {failure.source}\n  {kind}{failure.error}"


def _paused(pause: Paused) -> str:
    return (
        f"PAUSED {pause.host}: it asked to be left alone until "
        f"{watching_words.minute(pause.until)}; sources not looked at: {pause.sources}"
    )


def _mute(mute: Mute) -> str:
    entries = f"none of the {mute.entries} entries" if mute.entries else "nothing"
    last = f"; the last version that did match is {mute.last}" if mute.last else ""
    return f"note: {mute.product}: {entries} of {mute.source} names a version{last}\n  next: " + (
        "see whether the place has changed its shape"
        if mute.last
        else "give the source a `version:` pattern that fits, in its product.yml"
    )
