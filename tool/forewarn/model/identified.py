"""What something is that was asked about, and what of it is live."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.called import begun_by, calls, namesakes
from forewarn.model.clue import Clue, ClueKind
from forewarn.model.identify import Evidence, Identification, Match
from forewarn.model.meant import meant
from forewarn.model.release import Release
from forewarn.model.seen import Seen
from forewarn.model.shelf import ReleaseKey
from forewarn.model.versions.version import InvalidVersion

_NUMBER = expression(r"(?:^|\s)(v?\d[\w.+~:-]*)(?=\s|$)")
# Words that make another release of a version.
_STAGE = expression(r"\b(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary)", re.IGNORECASE)
# A word in which somebody may have slipped, and not one that is merely short.
_SLIPPED = expression(r"[^\W\d_]{4,24}")
_OFFERED = 4  # names of which what was typed is the beginning
# So many products may have a version that somebody names without its product, to be told in full.
MOST_TOLD = 10


@dataclass(frozen=True, kw_only=True)
class Identified:
    """What was asked, how it was read, what it is, and what is live."""

    what: str
    clue: Clue
    answer: Identification
    seen: Seen

    @property
    def is_known(self) -> bool:
        """Whether it is a recorded release or a line of them, or was at least sighted."""
        return self.answer.is_known or bool(self.line[1])

    @property
    def is_of_many(self) -> bool:
        """Whether it is a version of so many products that only its own facts are told of each."""
        return is_bare(self.clue) and len(self.answer.matches) > MOST_TOLD

    @property
    def line(self) -> tuple[str, tuple[Release, ...]]:
        """The beginning of versions that was named with its product, and what it stands for.

        Nothing where it is one release that is written or equal to it.
        """
        for product, version in self.clue.named if self.clue.products else ():
            if self.clue.kind is not ClueKind.VERSION:
                break
            with suppress(InvalidVersion):
                found = meant(self.seen.catalogue, product, version)
                # Visual Studio 2022 is a name of its line 17, which is named as well.
                names = {name.casefold() for name, _ in self.seen.catalogue.lines_of(product)}
                if not found[0].recorded and version.casefold() in names:
                    continue
                is_line = len(found) > 1 or (found[0].recorded and not self.answer.matches)
                return version, found if is_line else ()
        return "", ()

    @property
    def near(self) -> tuple[Match, ...]:
        """What it may be, or only resembles, where it is none of the releases that were named.

        Of a version that its product does not have: the one with its dot (ubuntu2204), the one
        without the words behind it (Windows 11 Pro), or that of a product that is called so, too
        (PowerShell 5.1 is one of Windows PowerShell).
        """
        named = self.clue.kind is ClueKind.VERSION and bool(self.clue.products)
        if self.answer.near or self.is_known or not named:
            return self.answer.near
        catalogue, asked = self.seen.catalogue, self.clue.named
        dotted = ((product, text) for product, v in asked for text in _with_dot(v, self.what))
        alone = ((product, text) for product, v in asked if (text := _alone(v)))
        others = (
            (other, number[1])
            for product, v in asked
            if (number := _NUMBER.search(v))
            for other in namesakes(catalogue, product)
        )
        return (
            self._recorded(Evidence.DOTTED, dotted)
            or self._recorded(Evidence.ALONE, alone)
            or self._recorded(Evidence.NAMESAKE, others)
        )

    @property
    def slips(self) -> tuple[str, ...]:
        """What products are called that the words nearly name, where they name none: pyhton.

        Or of what they are only the beginning: Galaxy S21, of which each has more to its name.
        """
        if self.clue.kind is not ClueKind.VERSION or self.clue.products:
            return ()
        begun = begun_by(self.seen.catalogue, self.what)
        if begun:
            return begun[:_OFFERED]
        # Imported where it is needed: most that is asked for is known.
        from difflib import get_close_matches

        words = _SLIPPED.findall(self.what.casefold())
        names = {call.name for call in calls(self.seen.catalogue)} if words else ()
        near = (get_close_matches(word, names, n=1, cutoff=0.75) for word in words)
        return tuple(dict.fromkeys(name for found in near for name in found))

    def _recorded(self, why: Evidence, named: Iterable[ReleaseKey]) -> tuple[Match, ...]:
        """The recorded releases that are named: of a line the newest."""
        found: dict[ReleaseKey, Release] = {}
        for product, version in named:
            with suppress(InvalidVersion):
                release = meant(self.seen.catalogue, product, version)[0]
                if release.recorded:
                    found[release.product, release.version] = release
        return tuple(Match(release=release, download=None, why=why) for release in found.values())


def _with_dot(version: str, said: str) -> Iterator[str]:
    """The versions that one may mean that was typed without its dot: 2204 is 22.04.

    Of two digits only right behind a name: python39.
    """
    if not (version.isascii() and version.isdigit()):
        return
    glued = version not in said.split()
    for cut in {2: (1,) if glued else (), 3: (1,), 4: (2, 1)}.get(len(version), ()):
        if version[cut:].strip("0"):
            yield f"{version[:cut]}.{version[cut:]}"


def _alone(version: str) -> str | None:
    """A version without the words behind it, where none of these makes it another one."""
    number = _NUMBER.match(version)
    behind = version[number.end() :] if number else ""
    return number[1] if number and behind.strip() and not _STAGE.search(behind) else None


def is_bare(clue: Clue) -> bool:
    """Whether somebody named a version, and no product."""
    return clue.kind is ClueKind.VERSION and not clue.products
