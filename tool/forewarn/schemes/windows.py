"""The version of a Windows file: four 16-bit numbers (VS_FIXEDFILEINFO)."""

from __future__ import annotations

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text

_WINDOWS = expression(r"[0-9]+(?:\.[0-9]+){0,3}")
_HIGHEST = 0xFFFF
_PLAIN = Plain(longest=4, highest=_HIGHEST)


@dataclass(frozen=True, slots=True)
class Windows:
    """One to four numbers from 0 to 65535 joined by dots; missing ones are 0."""

    name: str = "windows"
    summary: str = "Windows files: one to four numbers up to 65535"
    example: str = "10.0.19045.3803"
    vers_names: tuple[str, ...] = ("intdot", "generic")
    signs: frozenset[str] = frozenset()
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> tuple[int, ...]:
        """The four numbers.

        Raises:
            InvalidVersion: the text is not one to four numbers from 0 to 65535.
        """
        _text.check(version, self)
        numbers = [int(n) for n in version.split(".")] if _WINDOWS.fullmatch(version) else []
        if not numbers or max(numbers) > _HIGHEST:
            raise _text.refusal(
                version,
                self,
                f"it needs one to four numbers from 0 to {_HIGHEST} joined by dots, and no more",
            )
        return (*numbers, *[0] * (4 - len(numbers)))

    def series(self, numbers: str) -> tuple[str, str]:
        """2.4, and before 2.5.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor="")

    def final(self, version: str) -> None:
        """None: numbers say of no version that it is a pre-release.

        Raises:
            InvalidVersion: the text is not one to four numbers from 0 to 65535.
        """
        self.key(version)


SCHEME = Windows()
