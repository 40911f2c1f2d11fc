"""What is this, and where did he get it? Looked up in the records and in what was sighted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from forewarn.errors import DataError, UsageError
from forewarn.model.catalogue import Catalogue
from forewarn.model.clue import Clue, clue_of_file, clue_of_text
from forewarn.model.identify import Answer, identify
from forewarn.services.sightings import list_sightings
from forewarn.store.catalogue import Loaded, Wanted, load_matching
from forewarn.store.sightings import all_sightings
from forewarn.store.state import State, open_state, state_is_there
from forewarn.store.words import word_of_file, word_of_sha256, words_of_url


@dataclass(frozen=True, kw_only=True)
class Identified:
    """What was asked, how it was read, and what it is."""

    what: str
    clue: Clue
    answer: Answer

    @property
    def is_known(self) -> bool:
        """Whether it is a recorded release, or was at least sighted."""
        return bool(self.answer.matches or self.answer.sightings)


def identify_what(
    root: Path, what: str, load: Callable[[Path], Loaded]
) -> tuple[Identified, Loaded]:
    """Say which releases `what` may be: a file's path, a hash, a file name, a URL or a version.

    A file is hashed here and goes nowhere. Looked at first are the products that the cache
    remembers; only all of them, by `load`, can say that nobody knows it.

    Raises:
        UsageError: there is nothing to identify.
        DataError: the file, or the state database, cannot be read.
    """
    if not what.strip():
        raise UsageError(
            "there is nothing to identify",
            help="Give a file, a sha256, a file name, a web address or a version.",
        )
    file = _hashed(Path(what))
    with _state(root) as state:
        loaded = load_matching(root, lambda products: _likely(products, what, file, state))
        found = _identified(loaded.catalogue, what, file, state)
        if not found.answer.matches:
            loaded = load(root)
            found = _identified(loaded.catalogue, what, file, state)
    return found, loaded


def _identified(
    catalogue: Catalogue, what: str, file: _File | None, state: State | None
) -> Identified:
    clue = _clue(catalogue, what, file)
    sightings = list_sightings(state, catalogue) if state else ()
    return Identified(what=what, clue=clue, answer=identify(catalogue, clue, sightings))


def _likely(products: Catalogue, what: str, file: _File | None, state: State | None) -> Wanted:
    """All that `what` may be found by, before any release is read."""
    clue = _clue(products, what, file)
    text = what.strip().casefold()
    words = {word_of_file(text), word_of_sha256(text.removeprefix("sha256:"))}
    if clue.sha256:
        words.add(word_of_sha256(clue.sha256))
    if clue.url:
        words.update(words_of_url(clue.url))
    if clue.name:
        words.add(word_of_file(clue.name))
    versions: dict[str, list[str]] = {}
    for product, version in clue.named:
        versions.setdefault(product, []).append(version)
    # Whether a sighting still counts is for the releases of its product to say.
    seen = identify(products, clue, all_sightings(state) if state else ()).sightings
    return Wanted(words, versions, {*clue.products, *(sighting.product for sighting in seen)})


def _clue(catalogue: Catalogue, what: str, file: _File | None) -> Clue:
    if file:
        return clue_of_file(catalogue, file.name, file.sha256, file.size)
    return clue_of_text(catalogue, what)


class _File(NamedTuple):
    name: str
    sha256: str
    size: int


def _hashed(path: Path) -> _File | None:
    try:
        if not path.is_file():
            return None
    except (OSError, ValueError):
        return None  # too long for a path, or no path at all
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
    return _File(path.name, digest, size)


@contextmanager
def _state(root: Path) -> Iterator[State | None]:
    """The state database; None where there is none, for to ask is no reason to make one."""
    if state_is_there(root):
        with open_state(root) as state:
            yield state
    else:
        yield None
