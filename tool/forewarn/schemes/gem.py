"""RubyGems versions (the order of Gem::Version)."""

from __future__ import annotations

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text

Key = tuple[tuple[int, int | str], ...]

_GEM = expression(
    r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
)
_NUMBERS = expression(r"[0-9]+(?:\.[0-9]+)*")
_SEGMENT = expression(r"[0-9]+|[A-Za-z]+")
# Missing segments count as zeros, so a zero stands below or above the end, by what follows it.
_LETTERS, _ZERO_BELOW, _END, _ZERO_ABOVE, _NUMBER = range(5)
_PLAIN = Plain()


@dataclass(frozen=True, slots=True)
class Gem:
    """Numbers and letters; any letters make a pre-release, and a hyphen is read as `.pre.`."""

    name: str = "gem"
    summary: str = "Ruby gems; any letters make a pre-release"
    example: str = "2.7.0.rc1"
    vers_names: tuple[str, ...] = ("gem",)
    signs: frozenset[str] = frozenset({"~>"})
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> Key:
        """Gem::Version's order as a tuple.

        Raises:
            InvalidVersion: the text is not a gem's version.
        """
        self._check(version)
        segments = _SEGMENT.findall(version.replace("-", ".pre."))
        letters = next((i for i, s in enumerate(segments) if not s.isdigit()), len(segments))
        key: list[tuple[int, int | str]] = [(_END, 0)]
        for index in range(len(segments) - 1, -1, -1):
            segment = segments[index]
            if not segment.isdigit():
                key.append((_LETTERS, segment))
            elif number := int(segment):
                key.append((_NUMBER, number))
            elif key[-1][0] in (_NUMBER, _ZERO_ABOVE):
                key.append((_ZERO_ABOVE, 0))
            elif index > letters and key[-1][0] != _END:
                # Between letters a zero counts; before the first of them it does not.
                key.append((_ZERO_BELOW, 0))
        key.reverse()
        return tuple(key)

    def series(self, numbers: str) -> tuple[str, str]:
        """2.4, and before 2.5.a.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor=".a")

    def final(self, version: str) -> str | None:
        """The numbers before the first letter or hyphen.

        Raises:
            InvalidVersion: the text is not a gem's version.
        """
        self._check(version)
        numbers = _NUMBERS.match(version)
        return numbers[0] if numbers and numbers[0] != version else None

    def _check(self, version: str) -> None:
        _text.check(version, self)
        if not _GEM.fullmatch(version):
            raise _text.refusal(
                version,
                self,
                "it needs a number, then numbers and letters joined by dots, then perhaps a "
                "hyphen and more of them",
            )


SCHEME = Gem()
