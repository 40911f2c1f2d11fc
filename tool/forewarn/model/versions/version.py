"""Versions and ranges of versions, under a product's declared scheme."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field, replace
from itertools import pairwise
from typing import Any

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.names import check_version
from forewarn.model.versions import meaning, notation, spans, vers
from forewarn.model.versions.comparator import MEANINGS, Comparator, InvalidVersion, Scheme, quoted

__all__ = ["Comparator", "InvalidVersion", "Scheme", "VersionRange", "Written"]

_LONGEST = 4_000  # characters; hundreds of versions, and still read in a few milliseconds
_COMPARATOR = expression(r"(==|!=|<=|>=|[=<>]?) *((?=[^0-9]*[0-9])[A-Za-z0-9].*)")
# What may stand for several versions, and takes a scheme to tell: open ends, wildcards, and
# without a sign what looks like the two ends of a span.
_SEVERAL = expression(r".*(?:\+\Z|\.[xX](?![A-Za-z0-9]))")
_SPAN = expression(r"[vV]?[0-9]+(?:[0-9.]*[a-z]?-[vV]?[0-9]+\.[0-9.]*|-[vV]?[0-9]+)[a-z]?")
_NUMBERS = expression(r"[0-9]+(?:\.[0-9]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Where in its file a range is written: the first line is 1, and the first column 0."""

    line: int
    column: int
    quoted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionRange:
    """The versions that satisfy every comparator of at least one alternative.

    The comma notation has one alternative, and `*` is one without comparators. A VERS URI, whose
    versioning scheme is `vers_scheme`, has one for each listed version and each interval. The
    notation does not count when two ranges are compared.

    What only a scheme can read (`2.4.x`, `<4` of semver) is kept as `unread` until `under` reads
    it, and holds nothing and answers nothing before. `text` is how people wrote it, where that is
    not how forewarn does; `under` keeps it only where it is more than a blank or `=` too many.

    Pre-releases have no special rule: the scheme's order alone decides, so `<2.7` holds
    2.7-rc1 and `>=2.7` does not.
    """

    alternatives: tuple[vers.Alternative, ...] = ((),)
    vers_scheme: str | None = field(default=None, compare=False)
    unread: str | None = None
    text: str | None = field(default=None, compare=False)
    written: Written | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Read a range as far as that takes no scheme; see `under`.

        Raises:
            InvalidVersion: the text is no range under any scheme.
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
        plain = [_COMPARATOR.fullmatch(part.strip(" ")) for part in text.split(",")]
        found = [_comparator(match) for match in plain if match]
        if len(found) == len(plain) and all(map(_is_settled, found)):
            read = cls(alternatives=(tuple(found),))
            return read if str(read) == text else replace(read, text=text)
        notation.alternatives(text)
        return cls(alternatives=(), unread=text)

    def under(self, scheme: Scheme) -> VersionRange:
        """The range as a product with this scheme has it, every end a version of it.

        Raises:
            InvalidVersion: it is none, or may mean several things; the message has the spelling
                to use.
        """
        if self.vers_scheme:
            problem = self.vers_problem(scheme)
            if problem:
                raise InvalidVersion(problem)
            return self
        if self.unread is None and self._is_plain(scheme):
            return replace(self, text=None) if self.text else self
        text = self.unread or self.text or str(self)
        held = meaning.held(notation.alternatives(text), scheme)
        found = replace(self, alternatives=held, unread=None)
        if len(held) > 1:
            found = replace(VersionRange.parse(found.to_vers(scheme)), written=self.written)
        if not _is_canonical(text, found):
            return replace(found, text=text)
        return self if found == self and self.text is None else replace(found, text=None)

    def _is_plain(self, scheme: Scheme) -> bool:
        """Whether every end is of numbers alone, and a version."""
        try:
            for comparator in self.comparators:
                if not _NUMBERS.fullmatch(comparator.version):
                    return False
                scheme.key(comparator.version)
        except InvalidVersion:
            return False
        return True

    @property
    def comparators(self) -> tuple[Comparator, ...]:
        """Every comparator, in the order in which they are written."""
        return tuple(c for alternative in self.alternatives for c in alternative)

    def contains(self, version: str, scheme: Scheme) -> bool:
        """Whether `version` is in the range.

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        self._must_be_read()
        key = scheme.key(version)
        return any(
            all(comparator.admits(key, scheme) for comparator in alternative)
            for alternative in self.alternatives
        )

    @property
    def width(self) -> int:
        """How much a range leaves open: 0 listed versions only, 1 no end, 2 one end, 3 both.

        It tells ranges that look alike from those that do not; which of two statements gives way
        follows from `spans.inside` alone.
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
        self._must_be_read()
        return spans.joined(
            span
            for alternative in self.alternatives
            for span in spans.of_all((c.operator, key(c.version)) for c in alternative)
        )

    def empty_under(self, scheme: Scheme) -> bool:
        """Whether no version could be in the range: `>2.7,<2.4`, `>=2.7,<2.7`, `2.4,!=2.4`.

        Where it says so it is right. It never counts how many versions a scheme has between two
        ends (see `forewarn.model.versions.spans`).

        Raises:
            InvalidVersion: a version is none under the scheme.
        """
        return not self.spans_by(scheme.key)

    def _must_be_read(self) -> None:
        if self.unread is not None:
            raise InvalidVersion(f"{quoted(self.unread)} takes the product's scheme to be read")

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
        if self.unread is not None:
            return self.unread
        if self.vers_scheme:
            return vers.write(self.vers_scheme, self.comparators)
        return ",".join(map(str, self.comparators)) or "*"


def _comparator(match: re.Match[str]) -> Comparator:
    return Comparator(operator=MEANINGS[match[1]], version=match[2])


def _is_settled(comparator: Comparator) -> bool:
    """Whether it takes no scheme to see that it is about one version."""
    version = comparator.version
    if comparator.operator == "=" and _SPAN.fullmatch(version):
        return False
    return not _SEVERAL.match(version) and check_version(version) is None


def _is_canonical(text: str, found: VersionRange) -> bool:
    """Whether a range is written as forewarn writes it; blanks after a comma do not count."""
    parts = (part.strip(" ").removeprefix("==").removeprefix("=") for part in text.split(","))
    return ",".join(parts) == str(found)
