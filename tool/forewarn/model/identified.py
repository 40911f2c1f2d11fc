"""What something is that was asked about, and what of it is live."""

from __future__ import annotations

from contextlib import suppress

from forewarn.frozen import dataclass
from forewarn.model.clue import Clue, ClueKind
from forewarn.model.identify import Identification
from forewarn.model.meant import meant
from forewarn.model.release import Release
from forewarn.model.seen import Seen
from forewarn.model.versions.version import InvalidVersion

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


def is_bare(clue: Clue) -> bool:
    """Whether somebody named a version, and no product."""
    return clue.kind is ClueKind.VERSION and not clue.products
