"""What is this, and where did they get it? Looked up in the records and in what was sighted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.errors import DataError, UsageError
from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.checksums import is_list
from forewarn.model.clue import Clue, clue_of_file, clues_of_text
from forewarn.model.file_names import file_path, without_query
from forewarn.model.finding import Finding
from forewarn.model.identified import MOST_TOLD, Identified, is_bare
from forewarn.model.identify import Identification, identify
from forewarn.model.live import as_of_today, find_live
from forewarn.model.replies import IdentifiedReply
from forewarn.model.seen import Seen
from forewarn.model.sighting import Sighting
from forewarn.rows import NamedTuple
from forewarn.services.ask.live import read_standing
from forewarn.services.ask.sightings import to_come
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.matching import Sought, load_matching
from forewarn.store.catalogue.reader import Progress
from forewarn.store.catalogue.words import word_of_file, word_of_sha256, words_of_url

_LONGEST_LIST = 1_000_000  # bytes of a file that may be a list of checksums

# What is kept between runs is slow to import, and not there before the first watch or publish.
if TYPE_CHECKING:
    from forewarn.store.state.interface import State


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentifyQuestion:
    """A file's path, a hash, a file name, a web address or a version; or several checksums."""

    what: str


def identify_what(
    root: Path, question: IdentifyQuestion, *, today: date, progress: Progress | None = None
) -> IdentifiedReply:
    """Say which releases something may be.

    Several where it holds several checksums, or is a file that nobody knows and that is a list of
    them. A file is hashed here and goes nowhere. Looked at first are the products that
    the cache remembers; only all of them can say that nobody knows it.

    Raises:
        UsageError: there is nothing to identify.
        DataError: the file cannot be read.
    """
    what = question.what
    if not what.strip():
        raise UsageError(
            "there is nothing to identify",
            help="Give a file, a sha256, a file name, a web address or a version.",
        )
    path = _path(what)
    file = _hashed(path) if path else None
    found, loaded, unread = _looked_up(root, what, file, progress)
    if path and not any(one.is_known for one in found):
        text = _list_in(path)
        if text:
            found, loaded, unread = _looked_up(root, text, None, progress)
    return IdentifiedReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=(*loaded.unread(), *unread),
        what=what,
        found=found,
    )


def _looked_up(
    root: Path, what: str, file: _HashedFile | None, progress: Progress | None
) -> tuple[tuple[Identified, ...], Loaded, tuple[Finding, ...]]:
    clues: tuple[Clue, ...] = ()

    def likely(products: Catalogue) -> Sought:
        nonlocal clues
        clues = _clues(products, what, file)
        return _likely(root, products, what, clues)

    def told(loaded: Loaded) -> tuple[tuple[Identified, ...], tuple[Finding, ...]]:
        # What a version is read as depends on the names of files, of which none is called so.
        read = clues if loaded.borne else _clues(loaded.catalogue, what, file)
        return _identified(root, loaded.catalogue, what, read)

    loaded = load_matching(root, likely)
    found, unread = told(loaded)
    if loaded.borne and not all(one.is_of_many for one in found):
        loaded = load_matching(root, lambda products: likely(products)._replace(borne=None))
        found, unread = told(loaded)
    if not all(one.answer.matches for one in found):
        from forewarn.store.catalogue.whole import load_worktree

        loaded = load_worktree(root, progress)
        found, unread = told(loaded)
    return found, loaded, unread


def _identified(
    root: Path, catalogue: Catalogue, what: str, clues: Sequence[Clue]
) -> tuple[tuple[Identified, ...], tuple[Finding, ...]]:
    recorded = [identify(catalogue, clue) for clue in clues]
    sighted, unread = _sighted(root, catalogue, clues, recorded)
    sightings = as_of_today(catalogue, sighted)
    seen = Seen(catalogue=catalogue, found=find_live(catalogue, sighted))
    found = tuple(
        Identified(
            what=what if len(clues) == 1 else _said(clue),
            clue=clue,
            answer=identify(catalogue, clue, sightings) if sightings else answer,
            seen=seen,
        )
        for clue, answer in zip(clues, recorded, strict=True)
    )
    return found, unread


def _sighted(
    root: Path, catalogue: Catalogue, clues: Sequence[Clue], recorded: Sequence[Identification]
) -> tuple[tuple[Sighting, ...], tuple[Finding, ...]]:
    """What of all that was sighted these may be about; `recorded` is what the records say."""

    def read(state: State) -> tuple[Sighting, ...]:
        versions = {pair for clue in clues for pair in clue.named}
        for answer in recorded:
            versions |= {
                (m.release.product, m.release.version) for m in (*answer.matches, *answer.near)
            }
        return state.standing(
            (*versions, *to_come(state, catalogue)),
            urls=[clue.url for clue in clues if clue.url],
            files=[name for clue in clues for name in clue.names],
        )

    return read_standing(root, read)


def _said(clue: Clue) -> str:
    """One of several checksums, as it stood there."""
    checksum = clue.checksum
    return " ".join(filter(None, (checksum.digits, checksum.name))) if checksum else ""


def _likely(root: Path, products: Catalogue, what: str, clues: Sequence[Clue]) -> Sought:
    """All that `what` may be found by, before any release is read."""
    text = what.strip().casefold()
    words = {word_of_file(text), word_of_sha256(text.removeprefix("sha256:"))}
    versions: dict[str, list[str]] = {}
    wanted: set[str] = set()
    sighted, _ = _sighted(root, products, clues, ())
    for clue in clues:
        if clue.sha256:
            words.add(word_of_sha256(clue.sha256))
        if clue.url:
            words.update((*words_of_url(clue.url), *words_of_url(without_query(clue.url))))
        words.update(map(word_of_file, clue.names))
        for product, version in clue.named:
            versions.setdefault(product, []).append(version)
        wanted.update(clue.products)
        # Whether a sighting still counts is for the releases of its product to say.
        if sighted:
            wanted.update(seen.product for seen in identify(products, clue, sighted).sightings)
    borne = MOST_TOLD if len(clues) == 1 and is_bare(clues[0]) else None
    return Sought(words, versions, wanted, borne)


def _clues(catalogue: Catalogue, what: str, file: _HashedFile | None) -> tuple[Clue, ...]:
    if file:
        return (clue_of_file(catalogue, file.name, file.sha256, file.size),)
    return clues_of_text(catalogue, what)


def _path(what: str) -> Path | None:
    """The file that is meant, if one is there: as it is written, or without its quotes."""
    for text in dict.fromkeys((what, file_path(what))):
        with suppress(OSError, ValueError):  # too long for a path, or no path at all
            if Path(text).is_file():
                return Path(text)
    return None


def _list_in(path: Path) -> str | None:
    """The text of a file that is a list of checksums and nothing else."""
    from forewarn.store.encodings import decoded

    try:
        if path.stat().st_size > _LONGEST_LIST:
            return None
        text = decoded(path.read_bytes())
    except (OSError, ValueError):
        return None
    return text if is_list(text) else None


class _HashedFile(NamedTuple):
    name: str
    sha256: str
    size: int


def _hashed(path: Path) -> _HashedFile:
    try:
        with path.open("rb") as file:
            import hashlib

            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}",
            where=str(path),
            help="Mend its permissions, or give its sha256 instead.",
        ) from error
    return _HashedFile(path.name, digest, size)
