"""What a customer has."""

from __future__ import annotations

from collections.abc import Iterable

from forewarn.frozen import dataclass
from forewarn.model.compatibility import worst_of
from forewarn.model.release import Release, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """Something a customer has that is no recorded release, and why not."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """A customer's releases, each once, and what else they have."""

    releases: tuple[Release, ...]
    unknown: tuple[Unknown, ...] = ()

    def verdict(self, verdicts: Iterable[Verdict]) -> Verdict:
        """The worst of them, where what is not known counts as not tested."""
        found = worst_of(verdicts, Verdict.UNKNOWN)
        return worst_of((found, Verdict.UNKNOWN), found) if self.unknown else found
