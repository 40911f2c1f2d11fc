"""Python's version specifiers (PEP 440), as the `packaging` library orders them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text

if TYPE_CHECKING:
    from packaging.version import Version
_PLAIN = Plain(prefix=True)


@dataclass(frozen=True, slots=True)
class Pep440:
    """PEP 440, by the library that pip itself uses."""

    name: str = "pep440"
    summary: str = "Python packages (PEP 440)"
    example: str = "2.7.0rc1"
    vers_names: tuple[str, ...] = ("pypi",)
    signs: frozenset[str] = frozenset({"~="})
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> Version:
        """The library's own version object, which is ordered and hashable.

        Raises:
            InvalidVersion: the text is not a PEP 440 version.
        """
        # Imported at the first use: most commands order no Python package.
        from packaging import version as library

        _text.check(version, self)
        try:
            return library.Version(version)
        except library.InvalidVersion:
            raise _text.refusal(
                version,
                self,
                "it needs numbers joined by dots, then perhaps a, b or rc with a number, .postN, "
                ".devN and +local",
            ) from None

    def series(self, numbers: str) -> tuple[str, str]:
        """As pip has it for ==2.4.*: pre-releases of 2.4 are in, of 2.5 not.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor=".dev0", lowest=".dev0")

    def final(self, version: str) -> str | None:
        """What stands before a, b, rc or .dev; 1.0.post1 for 1.0.post1.dev2.

        Raises:
            InvalidVersion: the text is not a PEP 440 version.
        """
        read = self.key(version)
        if not read.is_prerelease:
            return None
        after = "" if read.pre or read.post is None else f".post{read.post}"
        return read.base_version + after


SCHEME = Pep440()
