"""How the answer of `identify` reads: first the sentence to read out, then how we know."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from forewarn.cli.say.live import live_words
from forewarn.cli.say.release import own_state, state
from forewarn.model.clue import ClueKind
from forewarn.model.file_names import file_name, is_unfinished
from forewarn.model.identify import Evidence
from forewarn.model.meant import is_range, spelled
from forewarn.model.sighting import SightingState
from forewarn.words.checksums import FULL, problem_words
from forewarn.words.days import moment_digits
from forewarn.words.releases import span_words

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.clue import Clue
    from forewarn.model.identified import Identified
    from forewarn.model.identify import Match
    from forewarn.model.replies import IdentifiedReply
    from forewarn.model.sighting import Sighting

_SUBJECTS = {
    ClueKind.FILE: "this file",
    ClueKind.SHA256: "this hash",
    ClueKind.HASH: "this hash",
    ClueKind.FILE_NAME: "a file of this name",
    ClueKind.URL: "this address",
    ClueKind.VERSION: "this version",
}

# What the words need not mean, and may well: nobody is told that there is no such thing.
_MEANT = (Evidence.DOTTED, Evidence.ALONE, Evidence.NAMESAKE)


def identified_text(reply: IdentifiedReply) -> str:
    """What it is, since when and how we know; or that nobody knows it, and what it resembles."""
    catalogue, found, today = reply.catalogue, reply.found, reply.today
    if len(found) == 1:
        return "\n".join(_one_text(catalogue, found[0], today))
    blocks = (("", one.what, *_one_text(catalogue, one, today)) for one in found)
    return "\n".join(line for block in blocks for line in block).strip()


def _one_text(catalogue: Catalogue, found: Identified, today: date) -> Iterator[str]:
    answer, clue = found.answer, found.clue
    if found.is_of_many:
        yield from _of_many(catalogue, found, today)
        return
    yield from _line(catalogue, found, today)
    for match in answer.matches:
        yield _match_line(catalogue, match, today, found)
        yield from _evidence(catalogue, clue, match)
    if not found.is_known:
        yield from _unknown(catalogue, found)
    for sighting in answer.sightings:
        yield from _sighting_lines(catalogue, sighting)
        if answer.only_name:
            yield "  by its name alone: what it holds cannot be compared, or is another"
    for match in found.near:
        yield f"  {_resemblance(clue, match)} {_match_line(catalogue, match, today, found)}"
        yield from (f"  {line}" for line in _difference(clue, match))
        if match.why in _MEANT:
            yield f"    more: forewarn release show {match.release.product} {match.release.version}"


def _of_many(catalogue: Catalogue, found: Identified, today: date) -> Iterator[str]:
    """Which products have a version, a line each; what is newer is asked of one of them."""
    products = dict.fromkeys(match.release.product for match in found.answer.matches)
    first = found.answer.matches[0].release
    example = shlex.quote(f"{first.product} {first.version}")
    yield f"{len(products)} products have {found.what.strip()}: which one is meant?"
    yield f"  what is newer and what to use instead is told of one: forewarn identify {example}"
    for match in found.answer.matches:
        release = match.release
        own = own_state(catalogue, release, today, found.seen.of(release))
        yield f"{catalogue.name_of(release.product)} {release.version}: {own} ({release.product})"
    for sighting in found.answer.sightings:
        yield from _sighting_lines(catalogue, sighting)


def _resemblance(clue: Clue, match: Match) -> str:
    """How a release that it is not, or need not be, is named."""
    if match.why in _MEANT:
        return "it may be"
    if match.download and match.download.sha256 and _is_whole(clue):
        return "it is not the recorded file, though it has its name:"
    return "it resembles"


def _is_whole(clue: Clue) -> bool:
    return clue.sha256 is not None and len(clue.sha256) == FULL


def _match_line(catalogue: Catalogue, match: Match, today: date, found: Identified) -> str:
    release, download = match.release, match.download
    name = f"{catalogue.name_of(release.product)} {release.version}"
    target = f" for {download.target_words}" if download else ""
    return f"{name}{target}: {state(catalogue, release, today, found.seen.of(release))}"


def _evidence(catalogue: Catalogue, clue: Clue, match: Match) -> Iterator[str]:
    unsure = clue.kind is ClueKind.FILE and match.why is Evidence.FILE_NAME
    remark = "; no sha256 is recorded to compare" if unsure else ""
    if match.why is Evidence.PREFIX and clue.sha256:
        remark = f": {len(clue.sha256)} of {FULL} digits"
    yield f"  known by its {match.why}{remark}"
    yield from _unfinished(clue)
    beside = clue.checksum.name if clue.checksum else None
    if beside and match.download and file_name(match.download.url) not in clue.names:
        yield f"  the name beside it is another one: {beside}"
    held = [f"{catalogue.name_of(m.product)} {m.version}" for m in match.release.contains]
    if held:
        yield f"  contains {', '.join(held)}"
    downloads = (match.download,) if match.download else match.release.downloads
    for download in downloads:
        yield f"  download {download.target_words}: {download.url}"
    yield f"  more: forewarn release show {match.release.product} {match.release.version}"


def _difference(clue: Clue, match: Match) -> Iterator[str]:
    download = match.download
    yield f"  by its {match.why}"
    if download is None:
        if _is_whole(clue):
            yield "  none of its recorded downloads has this content"
        elif match.why is Evidence.VERSION and clue.kind is ClueKind.VERSION:
            yield "  what stands behind the + is another"
    elif _is_whole(clue) and download.sha256:
        yield f"  recorded sha256 {download.sha256}"
        yield f"  of this file    {clue.sha256}"
        yield "  nobody should install it before that is explained"
    elif _is_whole(clue) and clue.kind is ClueKind.SHA256:
        yield "  no sha256 is recorded to compare"
    elif clue.kind is ClueKind.FILE and download.size is not None:
        yield f"  recorded size {download.size} bytes, of this file {clue.size}"
    elif download.sha256 and clue.kind is ClueKind.HASH:
        yield f"  recorded sha256 {download.sha256}"
    else:
        yield f"  recorded address {download.url}"


def _line(catalogue: Catalogue, found: Identified, today: date) -> Iterator[str]:
    """What the beginning of several versions stands for, where the product was named, too."""
    version, line = found.line
    if not line:
        return
    newest = line[0]
    yield f"{catalogue.name_of(newest.product)} {version} stands for {span_words(line)}"
    if not found.answer.matches:
        name = f"{catalogue.name_of(newest.product)} {newest.version}"
        yield f"  newest: {name}: {state(catalogue, newest, today, found.seen.of(newest))}"
    yield f"  more: forewarn release show {newest.product} {shlex.quote(version)}"


def _unknown(catalogue: Catalogue, found: Identified) -> Iterator[str]:
    clue = found.clue
    newest = (release for product in clue.products if (release := catalogue.latest(product)))
    said = ", ".join(f"{catalogue.name_of(r.product)} {r.version}" for r in newest)
    last = f"; the newest shipped is {said}" if said else ""
    if clue.kind is ClueKind.HASH:
        yield f"It cannot be told by this hash: {problem_words(clue)}{last}"
        yield (
            "  ask for the sha256: `sha256sum FILE`, `shasum -a 256 FILE`, or on Windows "
            "`certutil -hashfile FILE SHA256`"
        )
    elif clue.kind is ClueKind.VERSION and clue.products and _is_range(clue):
        said = " and ".join(map(catalogue.name_of, clue.products))
        yield f"{said}: several versions are named, and this is asked of one{last}"
    elif clue.kind is ClueKind.VERSION and clue.products and not _has_number(clue):
        yield f"{' and '.join(map(catalogue.name_of, clue.products))}: no version is named{last}"
    elif slips := found.slips:
        *others, one = slips
        offered = f"{', '.join(others)} or {one}" if others else one
        yield f"Nobody here knows it: no product is called so; did you mean {offered}?"
    else:
        part = problem_words(clue)
        if any(match.why in _MEANT for match in found.near):
            product, version = clue.named[0]
            yield f"{catalogue.name_of(product)} {version} is in no record: is another meant?"
            return
        text = f"no record has it{f' ({part})' if part else ''}"
        yield f"Nobody knows {_SUBJECTS[clue.kind]}: {text}{last}"
        # What begins with a word is none: of "recorder player 2.7" it would be "player 2.7".
        numbered = (pair for pair in clue.named if any(map(str.isdigit, pair[1].split(" ")[0])))
        if clue.kind is ClueKind.VERSION and clue.products and (first := next(numbered, None)):
            product, version = first
            asked = shlex.quote(f"{product}@{spelled(catalogue, product, version)}")
            yield f"  what the statements that cover it say: forewarn impact {asked}"
    for live in found.seen.found:
        if live.product in clue.products:
            name = f"{catalogue.name_of(live.product)} {live.version}"
            yield f"  {name} is another version: {live_words(live)}"
    yield from _unfinished(clue)


def _is_range(clue: Clue) -> bool:
    return any(is_range(version) for _, version in clue.named)


def _has_number(clue: Clue) -> bool:
    """Whether what stands beside a product may be a version: "latest" is none."""
    return any(char.isdigit() for _, version in clue.named for char in version)


def _unfinished(clue: Clue) -> Iterator[str]:
    if clue.names and is_unfinished(clue.names[0]):
        yield "  its name is that of a download which is not finished"


def _sighting_lines(catalogue: Catalogue, sighting: Sighting) -> Iterator[str]:
    name = f"{catalogue.name_of(sighting.product)} {sighting.version}"
    name += f" for {sighting.platform}" if sighting.platform else ""
    if sighting.state is SightingState.DISMISSED:
        said = f"dismissed: {sighting.reason}"
    else:
        record = catalogue.find_release(sighting.product, sighting.version)
        said = f"it is recorded as {record.status}" if record else "it is in no record"
    yield f"{name}: can be downloaded since {moment_digits(sighting.first_seen)}, and {said}"
    yield f"  download: {sighting.url}"
    if sighting.state not in (SightingState.ACCEPTED, SightingState.DISMISSED):
        yield f"  next: forewarn sightings accept {sighting.id}"
