"""Debian package versions (Debian Policy, section 5.6.12)."""

from __future__ import annotations

from typing import Any

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text
from forewarn.schemes._runs import before_stage_of_package

# The revision is what follows the last hyphen, so without one the upstream version holds none.
_DEBIAN = expression(
    r"(?:([0-9]+):)?(?:([0-9][A-Za-z0-9.+~:-]*)-([A-Za-z0-9.+~]+)|([0-9][A-Za-z0-9.+~:]*))"
)
_RUN = expression(r"([^0-9]*)([0-9]*)")
# The end of a run of other characters: after a tilde, before a letter. Letters come before
# all that is left, which moves up past them.
_STOP = "\x02"
_ORDER = {ord("~"): "\x01"} | {ord(char): chr(ord(char) + 0x80) for char in ".+-:"}
_HIGHEST_EPOCH = 2**31 - 1
_PLAIN = Plain(filled=False)


@dataclass(frozen=True, slots=True)
class Debian:
    """epoch:upstream-revision; a tilde comes before everything, even before the end."""

    name: str = "debian"
    summary: str = "Debian and Ubuntu packages: epoch:upstream-revision"
    example: str = "1:2.7~rc1-3"
    vers_names: tuple[str, ...] = ("deb",)
    signs: frozenset[str] = frozenset()
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> tuple[Any, ...]:
        """dpkg's order as a tuple.

        Raises:
            InvalidVersion: the text is not [epoch:]upstream[-revision].
        """
        epoch, upstream, revision = self._read(version)
        # No revision counts as revision 0.
        return (epoch, _part(upstream), _part(revision or "0"))

    def series(self, numbers: str) -> tuple[str, str]:
        """2.4, and before 2.5~.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor="~")

    def final(self, version: str) -> str | None:
        """The upstream version before a tilde or a stage; a backport's tilde is none.

        Raises:
            InvalidVersion: the text is not [epoch:]upstream[-revision].
        """
        _, upstream, revision = self._read(version)
        return before_stage_of_package(version, upstream, revision)

    def _read(self, version: str) -> tuple[int, str, str | None]:
        _text.check(version, self)
        match = _DEBIAN.fullmatch(version)
        epoch, before, revision, alone = match.groups() if match else ("", "", None, "")
        upstream = before or alone
        # Only after an epoch may a further colon be part of the upstream version.
        if not upstream or (":" in upstream and not epoch) or int(epoch or 0) > _HIGHEST_EPOCH:
            raise _text.refusal(
                version,
                self,
                "it needs a version that begins with a digit, after an epoch and a colon if it "
                "has one, and before -revision if it has one",
            )
        return int(epoch or 0), upstream, revision


def _part(text: str) -> tuple[str | int, ...]:
    key: list[str | int] = []
    for other, digits in _RUN.findall(text)[:-1]:
        key.append(other.translate(_ORDER) + _STOP)
        key.append(int(digits or 0))
    key.append(_STOP)
    return tuple(key)


SCHEME = Debian()
