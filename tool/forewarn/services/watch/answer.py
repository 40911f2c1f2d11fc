"""What was sighted, and a person's answer to it: a release to record, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import DataError, Refused, UsageError
from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import ANY_PLATFORM, Download, Release, Status
from forewarn.model.sighting import Sighting, SightingState
from forewarn.services.ask.sightings import the_sighting
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.state.interface import State
from forewarn.store.state.opening import open_state
from forewarn.words.days import moment_digits

if TYPE_CHECKING:
    from forewarn.store.state.change import Change

_WAITING = (
    SightingState.OPEN,
    SightingState.WITNESSED,
    SightingState.BASELINE,
    SightingState.PAST,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A sighting that a person took for a release, and the record that now says so.

    `downloads` is what the record got; nothing where the place shows only a page.
    """

    sighting: Sighting
    release: Release
    downloads: tuple[Download, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dismissed:
    """A sighting that a person took for no release.

    `told` is how many deliveries wait that tell so those who got the alert; `standing` are the
    other sightings of the version, by which it is live all the same.
    """

    sighting: Sighting
    told: int
    standing: tuple[Sighting, ...]


def accept(
    root: Path, id: str, *, at: datetime, track: str | None = None, download: str | None = None
) -> Accepted:
    """Record what was sighted as a staged release with its download, in one commit.

    The record gets what the place declared: track, platform, architecture, address, size and
    hash. A release that is recorded as planned becomes staged; one that is staged gets the
    download. `track` is that of a new record, where neither channel nor version tells it.
    `download` is the file's address, where the place shows only a page: without it the record
    gets no download. `at` is now, and goes into its history.

    Raises:
        UsageError: no sighting, or more than one, has this id; or a track must be given.
        Refused: somebody has answered it, or its release has shipped.
        DataError: the record could not be written or committed, or the database.
    """
    with open_state(root) as state:
        return _accept(root, state, id, at, track, download)


def _accept(
    root: Path, state: State, id: str, at: datetime, track: str | None, download: str | None
) -> Accepted:
    # Whoever only lists sightings, as `identify` does, need not wait for what writes records.
    from forewarn.store.git.writer import one_writer

    with one_writer(root):
        catalogue = load_worktree(root).catalogue
        sighting = the_sighting(state, id)
        _refuse_answered(catalogue, sighting, decision=SightingState.ACCEPTED)
        downloads = _downloads(sighting, download)
        recorded = catalogue.find_release(sighting.product, sighting.version)
        track = _track(catalogue, sighting, recorded, track)
        release = _record(root, sighting, recorded, downloads, track, at)
    try:
        with state.transaction() as change:
            decided = _decide(state, change, sighting, SightingState.ACCEPTED, None)
    except DataError as error:
        raise DataError(
            f"{release} is recorded and committed; that its sighting is answered could not be "
            f"kept: {error.what}",
            where=error.where,
            help=f"{error.help} Then run this again: it records nothing twice.",
        ) from error
    return Accepted(sighting=decided, release=release, downloads=downloads)


def _downloads(sighting: Sighting, given: str | None) -> tuple[Download, ...]:
    """What is to be recorded of a sighting's file; nothing where its address is not known."""
    url = given or sighting.file
    if url is None:
        return ()
    declared = given in (None, sighting.file)
    return (
        Download(
            platform=sighting.platform or ANY_PLATFORM,
            arch=sighting.arch,
            url=url,
            size=sighting.size if declared else None,
            sha256=sighting.sha256 if declared else None,
        ),
    )


def _record(
    root: Path,
    sighting: Sighting,
    recorded: Release | None,
    downloads: tuple[Download, ...],
    track: str | None,
    at: datetime,
) -> Release:
    # Whoever only lists sightings, as `identify` does, need not wait for what writes records.
    from forewarn.services.records.release import add_release, stage_release

    if recorded and recorded.status is Status.STAGED and set(downloads) <= {*recorded.downloads}:
        # Nothing is new, or an earlier run was stopped between its commit and its note of it.
        return recorded
    note = (
        f"First seen at {moment_digits(sighting.first_seen)} on {sighting.source} "
        f"(sighting {sighting.id})."
    )
    product, version = sighting.product, sighting.version
    if recorded and recorded.status is Status.PLANNED:
        return stage_release(
            root, product=product, version=version, at=at, downloads=downloads, note=note
        )
    return add_release(
        root,
        product=product,
        version=version,
        track=track,
        downloads=downloads,
        at=at,
        note=note,
    )


def _track(
    catalogue: Catalogue, sighting: Sighting, recorded: Release | None, asked: str | None
) -> str | None:
    """The track for what was sighted; None where its version is to tell."""
    declared = asked or sighting.track
    if sighting.unknown_channel and asked is None:
        tracks = ", ".join(catalogue.products[sighting.product].tracks)
        raise UsageError(
            f"{sighting.product} {sighting.version} is on the channel {sighting.channel!a}, and "
            "the product has no track of that name",
            help=f"Say where it belongs: --track with one of {tracks}; or add it to `tracks:`.",
        )
    if recorded and declared and recorded.track != declared:
        raise Refused(
            f"{recorded} is recorded on the track {recorded.track}, and was sighted on {declared}",
            where=recorded.place.file,
            help=f"Mend the record, or say that it is right: --track {recorded.track}.",
        )
    return declared


def dismiss(root: Path, id: str, reason: str, *, at: datetime) -> Dismissed:
    """Keep that what was sighted is no release, and why; also where somebody took it for one.

    With the last sighting of a version, all who got the alert are told that it was false, in the
    same thread. `at` is now.

    Raises:
        UsageError: no sighting, or more than one, has this id, or the reason is empty.
        Refused: somebody has dismissed it, or its release has shipped.
        DataError: the reason holds control characters, or the database cannot be used.
    """
    with open_state(root) as state:
        return _dismiss(root, state, id, reason, at)


def _dismiss(root: Path, state: State, id: str, reason: str, at: datetime) -> Dismissed:
    from forewarn.model.live import as_of_today, same_version
    from forewarn.services.alert.unannounced import false_alarm
    from forewarn.services.records.writing import refuse_unsafe
    from forewarn.store.settings import load_settings

    refuse_unsafe("reason", reason)
    if not reason.strip():
        raise UsageError("the reason is empty", help='Say why: --reason "…".')
    sighting = the_sighting(state, id)
    loaded = load_worktree(root)
    _refuse_answered(loaded.catalogue, sighting, decision=SightingState.DISMISSED)
    settings, reason = load_settings(root), " ".join(reason.split())
    with state.transaction() as change:
        decided = _decide(state, change, sighting, SightingState.DISMISSED, reason)
        alike = same_version(loaded.catalogue, change.sightings_of(sighting.product), sighting)
        standing = tuple(
            s
            for s in as_of_today(loaded.catalogue, alike)
            if s.state in (SightingState.OPEN, SightingState.ACCEPTED)
        )
        alerts = change.told_in([s.id for s in alike]) if not standing else ()
        events = (false_alarm(loaded.catalogue, decided, alerts, at),) if alerts else ()
        queued = change.put(events, settings, happened_again=True)
    return Dismissed(sighting=decided, told=queued.deliveries, standing=standing)


def _refuse_answered(catalogue: Catalogue, sighting: Sighting, decision: SightingState) -> None:
    """Refuse a decision that was taken, or that the records took; one taken by mistake can turn."""
    from forewarn.model.live import as_of_today, has_shipped

    (now,) = as_of_today(catalogue, [sighting])
    if now.state is SightingState.ACCEPTED:
        if has_shipped(catalogue, now.product, now.version):
            raise _answered(replace(now, state=SightingState.KNOWN))
        recorded = catalogue.find_release(now.product, now.version)
        staged = recorded is not None and recorded.status is Status.STAGED
        if decision is SightingState.DISMISSED or not staged:
            return
    if now.state not in _WAITING:
        raise _answered(now)


def _decide(
    state: State,
    change: Change,
    sighting: Sighting,
    decision: SightingState,
    reason: str | None,
) -> Sighting:
    if not change.decide(sighting, decision, reason):
        raise _answered(state.find_sightings(sighting.id)[0])
    return replace(sighting, state=decision, reason=reason)


def _answered(sighting: Sighting) -> Refused:
    what = f"{sighting.product} {sighting.version} ({sighting.id})"
    match sighting.state:
        case SightingState.DISMISSED:
            said = f"{what} was already dismissed: {sighting.reason}"
        case SightingState.KNOWN:
            said = f"{what} needs no answer: the records say that it has shipped"
        case _:
            said = f"{what} was already {sighting.state}"
    return Refused(
        said,
        help=f"`forewarn release show {sighting.product} {sighting.version}` shows what is "
        "recorded; `forewarn release add` records a release without a sighting. Other bytes are "
        "answered by writing the sha256 of now into the record.",
    )
