"""An article: one page of `kb/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.record import Audience, Inspection, Place
from forewarn.model.release import Release, Status
from forewarn.model.versions.version import VersionRange


class Kind(StrEnum):
    """What an article is for."""

    HOW_TO = "how-to"
    TROUBLESHOOTING = "troubleshooting"
    KNOWN_ISSUE = "known-issue"
    POLICY = "policy"
    REFERENCE = "reference"


class Remediation(StrEnum):
    """What there is against a known issue."""

    WORKAROUND = "workaround"
    MITIGATION = "mitigation"
    VENDOR_FIX = "vendor_fix"
    NONE_AVAILABLE = "none_available"
    NO_FIX_PLANNED = "no_fix_planned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """`path` is its file, relative to the repository (`kb/convert-recordings.md`).

    `applies` and `fixed_in` map a product's id to a range of its versions. `audience` is staff
    unless the file says otherwise: what was not cleared for customers is not shown to them.
    """

    path: str
    title: str
    kind: Kind
    audience: Audience = Audience.STAFF
    owner: str | None = None
    applies: Mapping[str, VersionRange] = field(default_factory=dict)
    fixed_in: Mapping[str, VersionRange] = field(default_factory=dict)
    opened: date | None = None
    remediation: Remediation | None = None
    promised: date | None = None
    contingency: str | None = None
    verified: Inspection | None = None
    references: tuple[str, ...] = ()
    body: str = ""
    place: Place

    @property
    def slug(self) -> str:
        """The path inside `kb/` without `.md`."""
        return self.path.removeprefix("kb/").removesuffix(".md")

    def fixes(
        self, in_range: Callable[[str, VersionRange], Iterable[Release]]
    ) -> Iterator[Release]:
        """The shipped releases that have the fix; one that is planned is a promise.

        `in_range` tells the releases of a product that lie in a range.
        """
        for product, versions in self.fixed_in.items():
            for release in in_range(product, versions):
                if release.status is Status.SHIPPED:
                    yield release

    @property
    def helpless(self) -> bool:
        """Whether it is a known issue against which nothing is known, or nothing will be done."""
        return self.remediation in (Remediation.NONE_AVAILABLE, Remediation.NO_FIX_PLANNED)
