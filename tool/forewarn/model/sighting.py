"""Sightings: what a watched source showed, and when we first saw it."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from forewarn.errors import Trouble
from forewarn.frozen import dataclass
from forewarn.model.file_names import FILE, file_name
from forewarn.model.unaware import Unaware


class SightingState(StrEnum):
    """What became of a sighting.

    `baseline`: it was there when the source was first polled. `past`: it appeared later, and is
    an old version all the same. `known`: the records already said that it has shipped.
    `witnessed`: a third party names it, or there is a tag, and no download was seen. `open`:
    nobody has answered it. `accepted` and `dismissed`: a person has.
    """

    BASELINE = "baseline"
    PAST = "past"
    KNOWN = "known"
    WITNESSED = "witnessed"
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Reach(StrEnum):
    """How much of what there is a source shows.

    `all`: what it does not show is not there. `window`: the newest few, from which a version
    falls in time. `latest`: one version, or one for each platform.
    """

    ALL = "all"
    WINDOW = "window"
    LATEST = "latest"


@dataclass(frozen=True, kw_only=True, slots=True)
class FailingPlace:
    """A watched place that could not be read several times in a row, since a moment (UTC)."""

    product: str
    source: str
    since: datetime
    trouble: Trouble | None
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How the last look at the watched places went.

    `at` is when one of them was last read (UTC), None where that never happened. `unread` are
    those that could not be read when they were last looked at, as (product, address), and
    `failing` those that could not be read before that either. `unaware` are the latest releases
    that were sighted before anybody announced them, the newest first.
    """

    at: datetime | None = None
    unread: tuple[tuple[str, str], ...] = ()
    failing: tuple[FailingPlace, ...] = ()
    unaware: tuple[Unaware, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One download as a source shows it now; what a source returns. It decides nothing.

    `url` is where it appeared, `download` the file itself, with its `size` in bytes and its
    `sha256`, where the place declares them. `channel` is what the vendor calls the line of
    releases that it is on. `digests` are what the place declares, the sha256 among them: pairs of
    an algorithm and small hexadecimal digits, such as ("sha512", "9f2c…"). `rollout` is how many
    percent of customers are offered it. `empty` is a release whose page is there, and none of its
    files. `others` are further files of the version for the same system, each as its address, ""
    where nobody knows it, and its digests; none where no file has any. `notes` are other things
    that were declared of it, as words.
    """

    version: str
    url: str
    title: str
    platform: str | None = None
    published: datetime | None = None
    arch: str | None = None
    channel: str | None = None
    download: str | None = None
    size: int | None = None
    sha256: str | None = None
    digests: tuple[tuple[str, str], ...] = ()
    rollout: int | None = None
    empty: bool = False
    notes: tuple[str, ...] = ()
    others: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    def __repr__(self) -> str:
        # As it always was: a word for what a place shows is made of it, and of thousands.
        others = f", others={self.others!r}" if self.others else ""
        return (
            f"Shown(version={self.version!r}, url={self.url!r}, title={self.title!r}, "
            f"platform={self.platform!r}, published={self.published!r}, arch={self.arch!r}, "
            f"channel={self.channel!r}, download={self.download!r}, size={self.size!r}, "
            f"sha256={self.sha256!r}, digests={self.digests!r}, rollout={self.rollout!r}, "
            f"empty={self.empty!r}, notes={self.notes!r}{others})"
        )


class Chance(StrEnum):
    """How much speaks for it that an entry which cannot be read is a release.

    `none`: it is of another recorded product, and that is known. `little`: it names no version, or
    speaks of something else. `some`: it is a file, or what it
    names as its version cannot be used. `much`: it looks higher than all that can be read there.
    """

    NONE = "none"
    LITTLE = "little"
    SOME = "some"
    MUCH = "much"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """An entry that names no version that can be used, and why; `key` tells it from others."""

    key: str
    title: str
    url: str
    why: str
    # No part of what a place shows, which is compared as it is written.
    chance: Chance = field(default=Chance.SOME, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadEntry:
    """An entry that is in a source now and cannot be read, since `first_seen` (UTC)."""

    product: str
    source: str
    title: str
    url: str
    why: str
    first_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherDigest:
    """That a download has other bytes than it had, by the digests of one algorithm.

    It had `before` since `since` (None: so it is recorded), and has `after` since `at` (UTC).
    """

    algorithm: str
    before: str
    since: datetime | None
    after: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """A download that a source showed, kept since `first_seen` (UTC).

    `source` is the address that was polled, `url` where the download appeared. `channel` is the
    vendor's word, and `track` the product's track of that name; both are None where no channel
    was named, and only the track where the product has none such. `digests` are those that the
    place declares now, since `digests_since`, and `others` the further files that it is known to
    have had for the same system. `other` is the last change of its bytes that people were told of,
    where whoever asked for sightings asked for that too; no sighting is kept with it. The rest is
    as in `Shown`.
    """

    id: str
    product: str
    version: str
    source: str
    url: str
    title: str
    state: SightingState
    first_seen: datetime
    platform: str | None = None
    published: datetime | None = None
    reason: str | None = None
    arch: str | None = None
    channel: str | None = None
    track: str | None = None
    download: str | None = None
    size: int | None = None
    sha256: str | None = None
    digests: tuple[tuple[str, str], ...] = ()
    digests_since: datetime | None = None
    rollout: int | None = None
    notes: tuple[str, ...] = ()
    others: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    other: OtherDigest | None = None

    @property
    def file(self) -> str | None:
        """The address of the download itself: what the place declared, else a link to a file.

        None where only a page is known. A page that is recorded as the download would be hashed.
        """
        name = file_name(self.url) or ""
        its_own = self.url != self.source and FILE.fullmatch(name)
        return self.download or (self.url if its_own else None)

    @property
    def unknown_channel(self) -> bool:
        """Whether it is on a channel of the vendor's that the product has no track for."""
        return self.channel is not None and self.track is None


# Whoever looks whether an id is taken asks for it again when it is given.
@lru_cache(maxsize=4096)
def sighting_id(
    product: str,
    version: str,
    source: str,
    platform: str | None,
    arch: str | None = None,
    channel: str | None = None,
    *,
    other: int = 0,
) -> str:
    """Short enough to type, the same each time the same thing is seen.

    What moves from a channel to another, a beta that becomes the release, is another thing. Of
    tens of thousands two may have one id by chance: the later one gets the next `other` one.
    """
    # To read sightings takes no new id, and this is slow to import.
    import hashlib

    text = "\n".join((product, version, source, platform or ""))
    if arch or channel:
        text += f"\n{arch or ''}\n{channel or ''}"
    text += "\nother" * other
    return hashlib.sha256(text.encode()).hexdigest()[:8]
