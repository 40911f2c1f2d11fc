"""How the answer of `identify` reads: first the sentence to read out, then how we know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from forewarn.cli.reading import day
from forewarn.cli.release_wording import moment, state
from forewarn.model.clue import ClueKind
from forewarn.model.identify import Why
from forewarn.model.sighting import SightingState

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.clue import Clue
    from forewarn.model.identify import Match
    from forewarn.model.sighting import Sighting
    from forewarn.services.identify import Identified

_SUBJECTS = {
    ClueKind.FILE: "this file",
    ClueKind.SHA256: "this hash",
    ClueKind.FILE_NAME: "a file of this name",
    ClueKind.URL: "this address",
    ClueKind.VERSION: "this version",
}


def identified_json(found: Identified) -> dict[str, Any]:
    """The answer for a program."""
    return {
        "what": found.what,
        "kind": found.clue.kind.value,
        "sha256": found.clue.sha256,
        "matches": [_match_json(match) for match in found.answer.matches],
        "near": [_match_json(match) for match in found.answer.near],
        "sightings": [
            {
                "id": s.id,
                "product": s.product,
                "version": s.version,
                "state": s.state.value,
                "platform": s.platform,
                "url": s.url,
                "first_seen": s.first_seen.isoformat(timespec="seconds"),
                "reason": s.reason,
            }
            for s in found.answer.sightings
        ],
    }


def _match_json(match: Match) -> dict[str, Any]:
    release, download = match.release, match.download
    return {
        "product": release.product,
        "version": release.version,
        "status": release.status.value,
        "since": day(release.since),
        "platform": download.platform if download else None,
        "why": match.why.value,
        "url": download.url if download else None,
    }


def identified_text(catalogue: Catalogue, found: Identified, today: date) -> str:
    """What it is, since when and how we know; or that nobody knows it, and what it resembles."""
    answer = found.answer
    lines = []
    for match in answer.matches:
        lines.append(_match_line(catalogue, match, today))
        lines += _evidence(found.clue, match)
    if not found.is_known:
        lines.append(_unknown(catalogue, found))
    for sighting in answer.sightings:
        lines += _sighting_lines(catalogue, sighting, recorded=bool(answer.matches))
    for match in answer.near:
        lines.append(f"  it resembles {_match_line(catalogue, match, today)}")
        lines += (f"  {line}" for line in _difference(found.clue, match))
    return "\n".join(lines)


def _match_line(catalogue: Catalogue, match: Match, today: date) -> str:
    release, download = match.release, match.download
    name = f"{catalogue.name_of(release.product)} {release.version}"
    target = f" for {download.target_words}" if download else ""
    return f"{name}{target}: {state(catalogue, release, today)}"


def _evidence(clue: Clue, match: Match) -> Iterator[str]:
    unsure = clue.kind is ClueKind.FILE and match.why is Why.FILE_NAME
    remark = "; no sha256 is recorded to compare" if unsure else ""
    yield f"  known by its {match.why}{remark}"
    downloads = (match.download,) if match.download else match.release.downloads
    for download in downloads:
        yield f"  download {download.target_words}: {download.url}"
    yield f"  more: forewarn release show {match.release.product} {match.release.version}"


def _difference(clue: Clue, match: Match) -> Iterator[str]:
    download = match.download
    yield f"  by its {match.why}"
    if download is None:
        return
    if clue.kind is ClueKind.FILE and download.sha256:
        yield f"  recorded sha256 {download.sha256}"
        yield f"  of this file    {clue.sha256}"
        yield "  nobody should install it before that is explained"
    elif clue.kind is ClueKind.FILE and download.size is not None:
        yield f"  recorded size {download.size} bytes, of this file {clue.size}"
    else:
        yield f"  recorded address {download.url}"


def _unknown(catalogue: Catalogue, found: Identified) -> str:
    clue = found.clue
    if clue.kind is ClueKind.VERSION and not clue.named and clue.products:
        text = f"{' and '.join(map(catalogue.name_of, clue.products))}: no version is named"
    else:
        text = f"Nobody knows {_SUBJECTS[clue.kind]}: no record has it"
    newest = (release for product in clue.products if (release := catalogue.latest(product)))
    said = ", ".join(f"{catalogue.name_of(r.product)} {r.version}" for r in newest)
    return text + (f"; the newest shipped is {said}" if said else "")


def _sighting_lines(catalogue: Catalogue, sighting: Sighting, *, recorded: bool) -> Iterator[str]:
    name = f"{catalogue.name_of(sighting.product)} {sighting.version}"
    name += f" for {sighting.platform}" if sighting.platform else ""
    if sighting.state is SightingState.DISMISSED:
        said = f"dismissed: {sighting.reason}"
    else:
        said = "nobody has announced it" if recorded else "it is in no record"
    yield f"{name}: can be downloaded since {moment(sighting.first_seen)}, and {said}"
    yield f"  download: {sighting.url}"
    if sighting.state is not SightingState.DISMISSED:
        yield f"  next: forewarn sightings accept {sighting.id}"
