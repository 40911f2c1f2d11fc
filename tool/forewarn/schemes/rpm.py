"""RPM package versions (rpm-version(7), the order of rpm's own rpmvercmp)."""

from __future__ import annotations

from typing import Any

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text
from forewarn.schemes._runs import before_stage_of_package

# A version and a release hold no hyphen: the one hyphen stands between them.
_RPM = expression(r"(?:([0-9]+):)?([A-Za-z0-9._+~^]+)(?:-([A-Za-z0-9._+~^]+))?")
_SEGMENT = expression(r"[0-9]+|[A-Za-z]+|[~^]")
# What may stand at one place, from low to high; the end is one of them.
_TILDE, _END, _CARET, _LETTERS, _NUMBER = range(5)
_STOP: tuple[tuple[int, int | str], ...] = ((_END, 0),)
_PLAIN = Plain(filled=False)


@dataclass(frozen=True, slots=True)
class Rpm:
    """epoch:version-release, in the order in which rpm sorts packages.

    No release comes before every release. (In a dependency rpm lets a version without a release
    stand for all of its releases; that is no order, and is not meant here.) A second hyphen,
    which rpm would compare but which no package may have, is refused.
    """

    name: str = "rpm"
    summary: str = "RPM packages (Fedora, Red Hat, SUSE): epoch:version-release"
    example: str = "1:2.7~rc1-3.fc42"
    vers_names: tuple[str, ...] = ("rpm",)
    signs: frozenset[str] = frozenset()
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> tuple[Any, ...]:
        """rpm's order as a tuple.

        Raises:
            InvalidVersion: the text is not [epoch:]version[-release].
        """
        epoch, upstream, release = self._read(version)
        return (int(epoch or 0), _part(upstream), () if release is None else _part(release))

    def series(self, numbers: str) -> tuple[str, str]:
        """2.4, and before 2.5~.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor="~")

    def final(self, version: str) -> str | None:
        """The version before a tilde or a stage, without its release.

        Raises:
            InvalidVersion: the text is not [epoch:]version[-release].
        """
        _, upstream, release = self._read(version)
        return before_stage_of_package(version, upstream, release)

    def _read(self, version: str) -> tuple[str | None, str, str | None]:
        _text.check(version, self)
        match = _RPM.fullmatch(version)
        if match is None:
            raise _text.refusal(
                version,
                self,
                "it needs letters, digits and . _ + ~ ^ with at most one hyphen, before the "
                "release, and one colon, after an epoch in digits",
            )
        epoch, upstream, release = match.groups()
        return epoch, upstream, release


def _part(text: str) -> tuple[tuple[int, int | str], ...]:
    return tuple(map(_segment, _SEGMENT.findall(text))) + _STOP


def _segment(text: str) -> tuple[int, int | str]:
    if text.isdigit():
        return (_NUMBER, int(text))
    if text == "~":
        return (_TILDE, 0)
    return (_CARET, 0) if text == "^" else (_LETTERS, text)


SCHEME = Rpm()
