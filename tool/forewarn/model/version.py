"""Versions and ranges of versions, under a product's declared scheme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from forewarn.model import spans, vers
from forewarn.model.comparator import Comparator, InvalidVersion, Scheme, split_sign

__all__ = ["Comparator", "InvalidVersion", "Scheme", "VersionRange"]

_LONGEST = 4_000  # characters; hundreds of versions, and still read in a few milliseconds


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionRange:
    """The versions that satisfy every comparator of at least one alternative.

    The comma notation has one alternative, and `*` is one without comparators. A VERS URI, whose
    versioning scheme is `vers_scheme`, has one for each listed version and each interval. The
    notation does not count when two ranges are compared.

    Pre-releases have no special rule: the scheme's order alone decides, so `<2.7` holds
    2.7-rc1 and `>=2.7` does not.
    """

    alternatives: tuple[vers.Alternative, ...] = ((),)
    vers_scheme: str | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Read `*`, `2.7`, `=2.7`, comma-separated comparators such as `>=2.4,<2.7`, or VERS.

        Raises:
            InvalidVersion: the text is not a range.
        """
        if len(text) > _LONGEST:
            raise InvalidVersion(
                f"a range of {len(text)} characters is too long; {_LONGEST} is the most"
            )
        text = text.strip(" ")
        if not text:
            raise InvalidVersion("a range cannot be empty; write * for every version")
        if text == "*":
            return cls()
        if vers.is_uri(text):
            scheme, alternatives = vers.read(text)
            return cls(alternatives=alternatives, vers_scheme=scheme)
        return cls(alternatives=(tuple(_comparator(part) for part in text.split(",")),))

    @property
    def comparators(self) -> tuple[Comparator, ...]:
        """Every comparator, in the order in which they are written."""
        return tuple(c for alternative in self.alternatives for c in alternative)

    def contains(self, version: str, scheme: Scheme) -> bool:
        """Whether `version` is in the range.

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        key = scheme.key(version)
        return any(
            all(comparator.admits(key, scheme) for comparator in alternative)
            for alternative in self.alternatives
        )

    @property
    def width(self) -> int:
        """How much a range leaves open: 0 listed versions only, 1 no end, 2 one end, 3 both.

        A narrower statement is taken before a wider one. This is what narrower means first; of
        two equally wide ranges the one inside the other is the narrower (`spans.inside`).
        """
        operators = [{comparator.operator for comparator in a} for a in self.alternatives]
        if all("=" in found for found in operators):
            return 0
        below = any(not found & {"=", ">", ">="} for found in operators)
        above = any(not found & {"=", "<", "<="} for found in operators)
        return 1 + below + above

    def spans_by(self, key: Callable[[str], Any]) -> list[spans.Span]:
        """What the range holds of an order, from low to high; `key` is a scheme's.

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        return spans.joined(
            span
            for alternative in self.alternatives
            for span in spans.of_all((c.operator, key(c.version)) for c in alternative)
        )

    def empty_under(self, scheme: Scheme) -> bool:
        """Whether no version could be in the range: `>2.7,<2.4`, `>=2.7,<2.7`, `2.4,!=2.4`.

        Where it says so it is right. It never counts how many versions a scheme has between two
        ends (see `forewarn.model.spans`).

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        return not self.spans_by(scheme.key)

    def vers_problem(self, scheme: Scheme) -> str | None:
        """What keeps a VERS URI from being a range of a product with this scheme, or None.

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        if self.vers_scheme in (None, vers.ALL):
            return None
        if self.vers_scheme not in scheme.vers_names:
            ours = " or ".join(f"vers:{name}/" for name in scheme.vers_names)
            return f"vers:{self.vers_scheme}/ is another scheme; {scheme.name} versions have {ours}"
        ends = [(comparator, scheme.key(comparator.version)) for comparator in self.comparators]
        for (low, low_key), (high, high_key) in pairwise(ends):
            if not low_key < high_key:
                return (
                    f"{high} cannot follow {low}: in a VERS URI the versions go up, and none is "
                    "there twice"
                )
        return None

    def to_vers(self, scheme: Scheme) -> str:
        """The range as a VERS URI in its canonical form: sorted, and with nothing redundant.

        One that can match nothing is `vers:none/*`.

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        found = self.spans_by(scheme.key)
        if not found:
            return vers.write(vers.NONE, ())
        name = self.vers_scheme if self.vers_scheme in scheme.vers_names else scheme.vers_names[0]
        written: dict[Any, str] = {}
        for comparator in self.comparators:
            written.setdefault(scheme.key(comparator.version), comparator.version)
        return vers.write(name, vers.constraints_of(found, written))

    def __str__(self) -> str:
        if self.vers_scheme:
            return vers.write(self.vers_scheme, self.comparators)
        return ",".join(map(str, self.comparators)) or "*"


def _comparator(part: str) -> Comparator:
    part = part.strip(" ")
    _, meaning, version = split_sign(part)
    return Comparator.checked(meaning, version.strip(" "), part)
