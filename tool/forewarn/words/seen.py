"""What places showed, in words: the title of such an event, and a line for each fact of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forewarn.model.events.event import Event
from forewarn.model.events.fact import (
    Backfilled,
    BytesChanged,
    ChangedBytes,
    DownloadsMissing,
    Draft,
    EntriesUnread,
    FalseAlarm,
    FoundDownload,
    GoneDownload,
    Harm,
    Newest,
    NewPlatform,
    PartialRelease,
    PlatformsMissing,
    Promoted,
    PublishedEmpty,
    Recorded,
    RolledBack,
    RolloutChanged,
    SeenDownload,
    SeenFact,
    SourceFailing,
    SourceFrozen,
    SourceHealed,
    SourcesApart,
    Unannounced,
    UnannouncedMany,
    Witnessed,
)
from forewarn.model.release import ANY_PLATFORM, Status, Verdict
from forewarn.words.days import moment_digits
from forewarn.words.watching import trouble_words

Line = tuple[str, str]
_HARM = {Verdict.BREAKS: "Breaks", Verdict.LIMITED: "Limits"}
_SAY = "The records say"


def seen_title(event: Event, fact: SeenFact) -> str:
    """What was seen, in a sentence of its own."""
    it = f"{event.name} {event.version}"
    match fact:
        case Unannounced(seen=seen):
            channel = f" (channel {seen.channel})" if seen.channel else ""
            return f"{it}{channel} can be downloaded, and nobody announced it"
        case UnannouncedMany(found=found):
            versions = f"{len(found)} versions of {event.name}"
            return f"{versions} can be downloaded, and nobody announced them"
        case Backfilled(found=found) if len(found) > 1:
            return f"{len(found)} old versions of {event.name} appeared, all dated long ago"
        case Backfilled():
            return f"An old version appeared: {it}, dated long ago"
        case Witnessed(found=found) if len(found) > 1:
            return f"Others name {len(found)} versions of {event.name} that no watched place has"
        case Witnessed():
            return f"Others name {it}, which no watched place has"
        case NewPlatform(found=found):
            return f"{it} can now be downloaded for {_platforms(row.seen for row in found)}, too"
        case PlatformsMissing(missing=missing):
            return f"{it} is still not there for {_and(missing)}"
        case Promoted(was=was):
            return f"{it} has left the channel {was}: everybody can download it"
        case BytesChanged(found=found) if len({row.seen.version for row in found}) > 1:
            return f"{len(found)} downloads of {event.name} have other bytes than before"
        case BytesChanged():
            return f"{it} has other bytes than before, under the same version"
        case RolloutChanged(after=after):
            if after is None:
                return f"{it} is offered without a share now: most likely to everybody"
            return f"{it} is now offered to {_percent(after)}"
        case DownloadsMissing(found=found) if len(found) > 1:
            return f"{len(found)} downloads of {event.name} are not there any more: taken back?"
        case DownloadsMissing(found=found):
            platform = f" for {found[0].platform}" if found[0].platform else ""
            return f"{it}{platform} is not there any more: was it taken back?"
        case RolledBack():
            return (
                f"{event.name} {fact.before} was perhaps taken back: {fact.now} is the newest again"
            )
        case PartialRelease(waiting=waiting):
            return f"{it} is out, and there is nothing new of {_and(row.name for row in waiting)}"
        case PublishedEmpty():
            return f"{it} has a page, and no file to download"
        case SourceFrozen():
            return f"What a source of {event.name} shows is out of date"
        case SourcesApart():
            return (
                f"The sources of {event.name} disagree: one has {event.version}, one has {fact.now}"
            )
        case EntriesUnread(count=count) if count > 1:
            return f"{count} entries at a source of {event.name} cannot be read: new releases?"
        case EntriesUnread():
            return f"An entry at a source of {event.name} cannot be read: a new release?"
        case SourceFailing():
            return f"A source of {event.name} cannot be read: what it shows now is not known"
        case SourceHealed():
            return f"A source of {event.name} can be read again"
        case FalseAlarm():
            return f"False alarm: {it} is no release"


def seen_lines(event: Event, fact: SeenFact) -> Iterator[Line]:
    """Label and text of each thing to tell of what was seen, in order."""
    match fact:
        case Unannounced():
            yield from _unannounced(fact)
        case UnannouncedMany():
            yield from _unannounced_many(fact)
        case Backfilled():
            yield from _each(fact.found)
        case Witnessed():
            yield from _each(fact.found)
            yield "What it proves", "not that customers can download it: look at the vendor's place"
        case NewPlatform():
            yield from _new_platform(fact)
        case PlatformsMissing():
            yield from _missing(fact)
        case Promoted():
            yield from _promoted(fact)
        case BytesChanged():
            yield from _bytes(fact)
        case RolloutChanged():
            yield "Before", _percent(fact.before)
            yield "Now", _percent(fact.after)
            yield from _where(fact.seen)
        case DownloadsMissing():
            yield from _downloads_missing(fact)
        case RolledBack():
            yield from _rolled_back(fact)
        case PartialRelease():
            yield from _partial(fact)
        case PublishedEmpty():
            yield "Where", fact.url
            yield from line("Titled there", fact.title)
            yield "Without a file since", moment_digits(fact.since)
        case SourceFrozen():
            yield from _frozen(fact)
        case SourcesApart():
            yield from _apart(fact)
        case EntriesUnread():
            yield from _not_read(fact)
        case SourceFailing():
            yield from _failing(fact)
        case SourceHealed():
            yield "Place", fact.place
            yield "Could not be read since", moment_digits(fact.since)
        case FalseAlarm():
            yield from _false_alarm(event, fact)


def recorded(said: Recorded) -> str:
    """What the records say of a version."""
    match said.status:
        case None if said.unreadable:
            return f"{said.unreadable} is there and cannot be read; `forewarn check` says why"
        case None | Status.UNRECORDED:
            return "nothing: this version is not recorded"
        case Status.PLANNED if said.on:
            return f"recorded as planned for {said.on}"
        case Status.PLANNED:
            return "recorded as planned, without a date"
        case Status.STAGED:
            return "recorded as staged, not shipped yet"
        case Status.SHIPPED:
            return f"recorded as shipped on {said.on}"
        case Status.WITHDRAWN:
            return "recorded as withdrawn"


def line(label: str, value: object) -> Iterator[Line]:
    """A line to tell, or none where there is no value."""
    if value:
        yield label, str(value)


def harm_lines(harms: Iterable[Harm], *, to_customers: bool = False) -> Iterator[Line]:
    """What breaks or is limited, and what to say about it."""
    for harm in harms:
        of, said = harm.of, harm.said
        yield (
            _HARM[said.verdict],
            f"{of.name} {of.versions}"
            + (f", {harm.about}" if harm.about else "")
            + (f" ({said.limits})" if said.limits else "")
            + _remedy(said.remedy, to_customers),
        )


def _remedy(remedy: str | None, to_customers: bool) -> str:
    """What to say, or to do; that nobody wrote it down is told to whoever can."""
    if remedy:
        return f". What to {'do' if to_customers else 'say'}: {remedy}"
    return "" if to_customers else ". No remedy is written."


def _unannounced(fact: Unannounced) -> Iterator[Line]:
    yield from _where(fact.seen)
    if fact.platforms:
        yield "Also there for", _and(name for name in fact.platforms if name != fact.seen.platform)
    yield from line("Not there for", _and(fact.missing))
    yield "The records say", recorded(fact.recorded)
    yield "Newest shipped", _newest(fact.newest)
    yield from harm_lines(fact.harms)
    yield from _next(fact.seen, fact.draft)


def _promoted(fact: Promoted) -> Iterator[Line]:
    yield "Was on the channel", fact.was
    yield from _where(fact.seen)
    yield _SAY, recorded(fact.recorded)
    yield "Newest shipped", _newest(fact.newest)
    yield from harm_lines(fact.harms)
    yield from _next(fact.seen, fact.draft)


def _where(seen: SeenDownload) -> Iterator[Line]:
    yield "Where", seen.url
    if seen.download and seen.download != seen.url:
        yield "Download", seen.download
    yield "Platform", " ".join(filter(None, (seen.platform, seen.arch))) or "not known"
    if seen.rollout is not None:
        yield "Rollout", f"{seen.rollout} % of customers can have it"
    if seen.channel:
        none = "" if seen.on_track else "; the product has no track of that name"
        yield "Channel", f"{seen.channel}{none}"
    yield "First seen", moment_digits(seen.first_seen)
    if seen.published:
        yield "Dated there", moment_digits(seen.published)
    yield "Titled there", seen.title or "(no title)"
    yield from line("Declared there", "; ".join(seen.notes))


def _newest(rows: Iterable[Newest]) -> str:
    return ", ".join(f"{row.version} ({row.track})" for row in rows) or "none is recorded"


def _next(seen: SeenDownload, draft: Draft) -> Iterator[Line]:
    target = " ".join(filter(None, (draft.platform or ANY_PLATFORM, draft.arch)))
    download = f"download {target} {draft.download}" if draft.download else "no download yet"
    track = draft.track or f"({' or '.join(draft.tracks)})"
    needed = "" if draft.track else " --track TRACK"
    needed += "" if draft.download else " --download URL"
    yield "Draft", f"{draft.file}: status staged, track {track}, {download}"
    yield "To record it", f"forewarn sightings accept {seen.sighting}{needed}"
    yield "If it is no release", f'forewarn sightings dismiss {seen.sighting} --reason "…"'


def _unannounced_many(fact: UnannouncedMany) -> Iterator[Line]:
    yield "Versions", ", ".join(dict.fromkeys(row.seen.version for row in fact.found))
    yield from _each(fact.found)
    yield "Newest shipped", _newest(fact.newest)
    yield from harm_lines(fact.harms)
    yield (
        "To record one",
        "forewarn sightings accept ID; `forewarn sightings --open` has them",
    )
    yield "If it is no release", 'forewarn sightings dismiss ID --reason "…"'


def _each(found: Iterable[FoundDownload]) -> Iterator[Line]:
    yield from ((row.seen.version, _found(row)) for row in found)


def _found(row: FoundDownload) -> str:
    seen = row.seen
    parts = (
        seen.platform,
        seen.arch,
        f"channel {seen.channel}" if seen.channel else None,
        None if seen.rollout is None else f"offered to {seen.rollout} % of customers",
        seen.url,
        f"dated there {seen.published:%Y-%m-%d}" if seen.published else None,
        f"the records say: {recorded(row.recorded)}",
        f"sighting {seen.sighting}",
    )
    return "; ".join(filter(None, parts))


def _new_platform(fact: NewPlatform) -> Iterator[Line]:
    first = fact.found[0]
    if len(fact.found) == 1:
        yield from _where(first.seen)
        yield _SAY, recorded(first.recorded)
    else:
        yield from _each(fact.found)
    yield "Was there for", _and(fact.others)
    yield from line("Not there for", _and(fact.missing))


def _missing(fact: PlatformsMissing) -> Iterator[Line]:
    yield "There since", f"{moment_digits(fact.seen.first_seen)}, for {_and(fact.there)}"
    yield "Still missing", _and(fact.missing)
    yield "Where", fact.seen.url
    yield _SAY, recorded(fact.recorded)


def _bytes(fact: BytesChanged) -> Iterator[Line]:
    many = len({row.seen.version for row in fact.found}) > 1
    for row in fact.found:
        target = " ".join(filter(None, (row.seen.platform, row.seen.arch)))
        of = " ".join(filter(None, (row.seen.version if many else "", target)))
        behind = f", {of}" if of else ""
        yield f"{row.algorithm} before{behind}", f"{row.before} ({_since(row)})"
        yield f"{row.algorithm} now{behind}", f"{row.after} (since {moment_digits(row.at)})"
        yield f"Where{behind}", row.seen.download or row.seen.url
    if all(row.as_recorded for row in fact.found):
        what = "it is the file of the record again; ask the vendor what the one in between was"
    else:
        what = (
            "ask the vendor whether they changed the file; until then advise nobody to install it"
        )
    yield "What to do", what


def _downloads_missing(fact: DownloadsMissing) -> Iterator[Line]:
    yield "Place", fact.place
    yield from ((row.version, _gone(row)) for row in fact.found)
    yield "What to do", "ask whether it was taken back; if it was, withdraw the release"


def _rolled_back(fact: RolledBack) -> Iterator[Line]:
    yield "Place", fact.place
    yield "Named before", fact.before
    yield "Named now", fact.now
    yield "What to do", f"ask whether {fact.before} was taken back"


def _apart(fact: SourcesApart) -> Iterator[Line]:
    yield "Has it", fact.ahead
    yield "Since", moment_digits(fact.since)
    yield "Still names", f"{fact.now}: {fact.behind}"


def _false_alarm(event: Event, fact: FalseAlarm) -> Iterator[Line]:
    yield "Was told", f"{event.name} {event.version} can be downloaded, and nobody announced it"
    yield "What holds", f"what was seen there is no release: {fact.url}"
    yield "Reason", fact.reason
    yield _SAY, recorded(fact.recorded)


def _failing(fact: SourceFailing) -> Iterator[Line]:
    yield "Place", fact.place
    yield "Not read since", moment_digits(fact.since)
    yield "Why", f"{trouble_words(fact.trouble)}: {fact.error}"
    yield "Last read", moment_digits(fact.read_at) if fact.read_at else "never"
    yield from line("Last version there", fact.matched)
    yield "What to do", "open the place; mend its row in product.yml, or ask whoever runs it"


def _not_read(fact: EntriesUnread) -> Iterator[Line]:
    yield "Place", fact.place
    # What a place calls it is never a label: those are ours.
    for row in fact.found:
        yield "Entry", f"{row.title or '(no title)'}; {row.why}; {row.url}"
    if fact.count > len(fact.found):
        yield "And more", f"{fact.count - len(fact.found)} others; `forewarn sightings` has them"
    yield (
        "What to do",
        "look there: if it is a release, record it, or say it by `forewarn sightings report`; "
        "`forewarn watch test` shows how the place is read",
    )


def _since(row: ChangedBytes) -> str:
    return f"seen since {moment_digits(row.since)}" if row.since else "as recorded"


def _gone(row: GoneDownload) -> str:
    target = f"for {row.platform}; " if row.platform else ""
    return f"{target}not there since {moment_digits(row.since)}; it was at {row.url}"


def _partial(fact: PartialRelease) -> Iterator[Line]:
    yield "Out since", moment_digits(fact.first_seen)
    yield "Where", fact.url
    yield _SAY, recorded(fact.recorded)
    for row in fact.waiting:
        yield f"Newest {row.name}", row.newest or "none is recorded"
    yield from harm_lines(fact.harms)
    yield "What to do", "find out whether they work together, and record it"


def _frozen(fact: SourceFrozen) -> Iterator[Line]:
    yield "Place", fact.place
    if fact.valid_until:
        yield "Holds until", moment_digits(fact.valid_until)
    if fact.before and fact.now:
        yield "Was of", moment_digits(fact.before)
        yield "Is of", moment_digits(fact.now)
    yield "What it means", "what is newer may be kept from you: look at the place itself"


def _platforms(seen: Iterable[SeenDownload]) -> str:
    return _and(dict.fromkeys(row.platform or "another platform" for row in seen))


def _percent(share: int | None) -> str:
    return "no share is named" if share is None else f"{share} % of customers"


def _and(names: Iterable[str]) -> str:
    found = [*names]
    return " and ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))
