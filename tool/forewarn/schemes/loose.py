"""For products that follow no specification: runs of digits and letters, read as people do."""

from __future__ import annotations

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.versions.plain import Plain
from forewarn.schemes import _text
from forewarn.schemes._runs import Key, before_stage, runs

_PREFIX = expression(r"[vV][._-]*(?=[0-9])")
_PLAIN = Plain(prefix=True)


@dataclass(frozen=True, slots=True)
class Loose:
    """Runs of digits as numbers, runs of letters as words; no specification, never a refusal.

    - A leading `v` and trailing `.0` do not count: v1 = 1.0 = 1.0.0.
    - dev < alpha < beta < milestone < preview < rc < snapshot < the release. `a1`, `b1`, `m1` and
      `c1` are short for alpha, beta, milestone and rc. `~` comes before all of them.
    - The release < `-1` and `+1` < every other word (patch, post, sp, r1, and also words that it
      does not know) < a further number. A letter that no number follows is such a word, so that
      1.0.2 < 1.0.2a < 1.0.2b.
    - final, ga, release and stable do not count.

    Known limits: an epoch is not understood (1:2.0 reads as 1.2.0), dates with `-` and with `.`
    should not be mixed (2026-05 < 2026.05), and 1.0a is read as a patch letter, not as an alpha.
    """

    name: str = "loose"
    summary: str = "Products without a specification: numbers and words, as people read them"
    example: str = "2.7-rc1"
    vers_names: tuple[str, ...] = ("generic",)
    signs: frozenset[str] = frozenset()
    plain: Plain | None = _PLAIN

    def key(self, version: str) -> Key:
        """The order described above.

        Raises:
            InvalidVersion: the text is too long or leaves the safe alphabet.
        """
        _text.check(version, self)
        return runs(_PREFIX.sub("", version, count=1) if version[0] in "vV" else version)

    def series(self, numbers: str) -> tuple[str, str]:
        """2.4, and before 2.5~dev.

        Raises:
            InvalidVersion: no version begins with these numbers.
        """
        return _text.series(numbers, self, floor="~dev")

    def final(self, version: str) -> str | None:
        """What stands before the first word that is a stage, or is not known to be none.

        Raises:
            InvalidVersion: the text is too long or leaves the safe alphabet.
        """
        _text.check(version, self)
        return before_stage(version, strict=True)


SCHEME = Loose()
