"""A title, and where the product is called by its name in it."""

from __future__ import annotations

import re

from forewarn.expressions import expression
from forewarn.sources.versions.headlines import plain
from forewarn.sources.versions.names import Names

VERSION_WORD = expression(r"(?<![a-z])(?:v|ver|version|rel|release|rev|r)[\s.:_/-]*$", re.I)
FOR_A_SYSTEM = expression(r"\s+(?:for|on)\s+[A-Za-z]+(?:\s+(?:and|&)\s+[A-Za-z]+)?\s*$")
# Words that say of a version, its product's name between, that it is not what came out.
_NOT_THIS = expression(
    r"(?<![a-z])(?:from|since|than|below|before|until|requires?|needs)\s*$", re.IGNORECASE
)
LISTED = expression(r"\s*(?:,|&|/|\+|,?\s*\b(?:and|und|et|y)\b)\s*v?", re.IGNORECASE)


class CalledTitle:
    """A title as plain text, with the spans of the product's name in it."""

    def __init__(self, title: str, names: Names) -> None:
        self.text = text = plain(title)
        self.names = names
        self.calls = [match.span() for match in names.pattern.finditer(text)]

    def named(self, start: int) -> bool:
        """Whether the product's name comes right before, perhaps with a system."""
        before = re.sub(r"[\s._@/:v-]+$", "", self.text[:start], flags=re.IGNORECASE)
        before = re.sub(r"(?<=\s)(?:ver|version|rel|release)$", "", before, flags=re.I).rstrip()
        direct = len(before)
        before = FOR_A_SYSTEM.sub("", f"{before} ").rstrip(" \t:-")
        # "Recorder 2 for Mac 3.0.5": a number that the name goes on with.
        bare = (r"\s+[0-9]{1,4}$", r"\s+(?:(?:GNU/)?Linux|OS)$")
        ends = {direct, len(before), *(len(re.sub(pattern, "", before)) for pattern in bare)}
        return any(b in ends for _, b in self.calls)

    def is_not_this(self, start: int) -> bool:
        """Whether a word before the product's name says that this is no new version of it."""
        before = re.sub(r"[\s._@/:v-]+$", "", self.text[:start], flags=re.IGNORECASE)
        call = next((a for a, b in self.calls if b == len(before)), None)
        return call is not None and bool(_NOT_THIS.search(self.text[:call]))

    def bare(self, start: int, end: int) -> str:
        """The text between two places, without the product's name."""
        return self.names.pattern.sub(" ", self.text[start:end])

    def listed(self, end: int, start: int) -> bool:
        """Whether what stands between two versions makes a list of them."""
        return bool(LISTED.fullmatch(self.bare(end, start)))

    def calls_it(self, start: int) -> bool:
        """Whether the product's name comes right before a version."""
        before = VERSION_WORD.sub("", self.text[:start]).rstrip(" -_@/:")
        return any(b == len(before) for _, b in self.calls)

    def without_name(self, before: str) -> str:
        """What stands before the product's name, where that stands right before a version."""
        cut = VERSION_WORD.sub("", before).rstrip(" \t._-/:@")
        start = next((a for a, b in self.calls if b == len(cut)), None)
        return before if start is None else before[:start]

    def another(self, before: str) -> str | None:
        """The name right before a version, in a text that nowhere calls the product."""
        if self.calls:
            return None
        return self.names.another_word(FOR_A_SYSTEM.sub("", VERSION_WORD.sub("", before)))
