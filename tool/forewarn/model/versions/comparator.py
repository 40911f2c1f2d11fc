"""What ranges are made of: comparators, and the scheme that orders versions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.names import check_version

if TYPE_CHECKING:
    from forewarn.model.versions.plain import Plain

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
# Longest first, so that "<=" is not read as "<" followed by "=".
_SIGN = expression("!=|<=|>=|==|[<>=]?")
MEANINGS: dict[str, Operator] = {
    "": "=",
    "=": "=",
    "==": "=",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_LONGEST_QUOTED = 100
# What schemes put behind a version to name the place below all its pre-releases.
_FLOOR = expression(r"(?<=[0-9])(?:~dev|~|-0|\.dev0)$")
_HOLDS: dict[Operator, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class InvalidVersion(ValueError):
    """Text that is not a version under the scheme; the message says why."""


class Scheme(Protocol):
    """The order of a product's versions."""

    @property
    def name(self) -> str:
        """The word used in product.yml."""

    @property
    def summary(self) -> str:
        """One line that says what it is for."""

    @property
    def example(self) -> str:
        """A version of this scheme."""

    @property
    def vers_names(self) -> tuple[str, ...]:
        """What VERS URIs call this order; the first is written, all of them are read."""

    @property
    def signs(self) -> frozenset[str]:
        """Those of ^ ~ ~> ~= that the scheme's own tools have."""

    @property
    def plain(self) -> Plain | None:
        """How versions of numbers alone are ordered; None where that cannot be said so simply."""

    def series(self, numbers: str) -> tuple[str, str]:
        """From where, and before what, the versions go that begin with `numbers`, such as 2.4.

        Both are versions: 2.4.0 and 2.5.0-0. No pre-release of the next series is lower than the
        second, and those of the first one are lower than the first unless the scheme's own tools
        count them in.

        Raises:
            InvalidVersion: no versions of the scheme begin so.
        """

    def key(self, version: str) -> Any:
        """A hashable, totally ordered value; equal keys mean equal versions.

        Raises:
            InvalidVersion: the text is not a version of this scheme.
        """

    def final(self, version: str) -> str | None:
        """The release that a pre-release leads to: 2.7 for 2.7-rc1; None for what is none.

        It is a version of the scheme, no pre-release itself, and not equal to `version`. It is
        higher, but where the scheme's order does not know the word: by Maven 1.0 < 1.0-ea.

        Raises:
            InvalidVersion: the text is not a version of this scheme.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparator:
    """One end or exclusion of a range, such as `<2.7`."""

    operator: Operator
    version: str

    @classmethod
    def checked(cls, sign: Operator, version: str, written: str) -> Comparator:
        """A comparator of a version that is safe text.

        Raises:
            InvalidVersion: it is not; the message quotes `written`, the comparator as it was read.
        """
        problem = check_version(version)
        if problem:
            raise InvalidVersion(f"{quoted(written)} is not a comparator: {problem}")
        return cls(operator=sign, version=version)

    def admits(self, key: Any, scheme: Scheme) -> bool:
        """Whether the version with this key satisfies the comparator.

        Raises:
            InvalidVersion: the comparator's version is none under the scheme.
        """
        return bool(_HOLDS[self.operator](key, scheme.key(self.version)))

    @property
    def spoken(self) -> str:
        """The version as people say it.

        Where a series ends or begins is written so that its pre-releases are on the right side
        (`<2.5~dev`); nobody would read that out, and 2.5 is what is meant.
        """
        if self.operator in ("<", ">="):
            return _FLOOR.sub("", self.version)
        return self.version

    def __str__(self) -> str:
        return self.version if self.operator == "=" else f"{self.operator}{self.version}"


def split_sign(text: str) -> tuple[str, Operator, str]:
    """Text as the sign that is written (perhaps none), what it means, and what follows it."""
    match = _SIGN.match(text)
    sign = match[0] if match else ""
    return sign, MEANINGS[sign], text.removeprefix(sign)


def is_version(text: str, scheme: Scheme) -> bool:
    """Whether a text is a version under the scheme."""
    try:
        scheme.key(text)
    except InvalidVersion:
        return False
    return True


def quoted(text: str) -> str:
    """Text for a message; never as it is, for it may hold line breaks or pages of digits."""
    return ascii(text) if len(text) <= _LONGEST_QUOTED else f"{text[:_LONGEST_QUOTED]!a}..."
