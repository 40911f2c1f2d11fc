"""What was corrected in a release that has shipped: facts that people may have acted upon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from forewarn.frozen import dataclass
from forewarn.model.events.severity import Severity
from forewarn.model.file_names import address
from forewarn.model.release import Download, Release
from forewarn.model.versions.version import InvalidVersion, Scheme


class CorrectedPart(StrEnum):
    """Which of the recorded facts it is."""

    RELEASED = "released_at"
    TARGET = "target"
    URL = "url"
    SHA256 = "sha256"
    SIZE = "size"
    WITHDRAWN_ON = "withdrawn_on"
    REASON = "reason"
    REPLACEMENT = "replacement"
    MEMBER = "member"


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One fact as it was and as it is, as it is written; None: it was not, or is not, recorded.

    `of` says of what: for a download what it serves, or its address where it serves something
    else now; for a member of a suite its product. `platforms` are those of the download.
    """

    part: CorrectedPart
    before: str | None
    after: str | None
    severity: Severity
    of: str = ""
    platforms: tuple[str, ...] = ()

    @property
    def takes_back(self) -> bool:
        """Whether something that people were told does not hold, and they may act upon it."""
        return self.before is not None and self.severity is not Severity.LOW


def corrections(
    old: Release, new: Release, schemes: Mapping[str, Scheme]
) -> tuple[Correction, ...]:
    """What differs between two states of a release that is out, in the order to tell it.

    Another address or another hash of a download is urgent: somebody may have installed
    something else than what is recorded. A fact that was missing and is now there is not.
    Another spelling of the same address, platform, version or text is no difference.
    """
    return (
        *_changed(CorrectedPart.RELEASED, old.released_at, new.released_at),
        *_downloads(old, new),
        *_withdrawal(old, new, schemes.get(new.product)),
        *_members(old, new, schemes),
    )


def _changed(
    part: CorrectedPart,
    before: object,
    after: object,
    severity: Severity = Severity.NORMAL,
    of: str = "",
    platforms: tuple[str, ...] = (),
) -> Iterator[Correction]:
    if before != after:
        yield Correction(
            part=part,
            before=_written(before),
            after=_written(after),
            severity=severity,
            of=of,
            platforms=platforms,
        )


def _written(value: object) -> str | None:
    return None if value is None else str(value)


def _downloads(old: Release, new: Release) -> Iterator[Correction]:
    was = {_target(download): download for download in old.downloads}
    now = {_target(download): download for download in new.downloads}
    for target in dict.fromkeys((*was, *now)):
        one, other = was.get(target), now.get(target)
        if one and other:
            yield from _download(one, other)
        elif one:
            same = next((d for t, d in now.items() if t not in was and _same_file(one, d)), None)
            if same:
                yield from _retargeted(one, same)
            else:
                yield from _changed_of(one, CorrectedPart.URL, one.url, None)
        elif other and not any(t not in now and _same_file(other, d) for t, d in was.items()):
            yield from _changed_of(other, CorrectedPart.URL, None, other.url)


def _retargeted(one: Download, same: Download) -> Iterator[Correction]:
    platforms = tuple(dict.fromkeys((one.platform, same.platform)))
    was, now = one.target_words, same.target_words
    return _changed(CorrectedPart.TARGET, was, now, of=one.url, platforms=platforms)


def _changed_of(
    download: Download,
    part: CorrectedPart,
    before: object,
    after: object,
    severity: Severity = Severity.NORMAL,
) -> Iterator[Correction]:
    of, platforms = download.target_words, (download.platform,)
    return _changed(part, before, after, severity, of=of, platforms=platforms)


def _target(download: Download) -> tuple[str, ...]:
    """What it is for, however it is capitalised."""
    return tuple(word.casefold() for word in download.target)


def _same_file(one: Download, other: Download) -> bool:
    """Whether two downloads, of two targets, are one file at one address."""
    return address(one.url) == address(other.url) and one.sha256 == other.sha256


def _download(old: Download, new: Download) -> Iterator[Correction]:
    if address(old.url) != address(new.url):
        yield from _changed_of(old, CorrectedPart.URL, old.url, new.url, Severity.HIGH)
    elif _protocol(old.url) != _protocol(new.url):
        yield from _changed_of(old, CorrectedPart.URL, old.url, new.url, Severity.LOW)
    for part, was, now, severity in (
        (CorrectedPart.SHA256, old.sha256, new.sha256, Severity.HIGH),
        (CorrectedPart.SIZE, old.size, new.size, Severity.NORMAL),
    ):
        yield from _changed_of(old, part, was, now, _filled_in(was, severity))


def _filled_in(before: object, otherwise: Severity) -> Severity:
    return Severity.LOW if before is None else otherwise


def _protocol(url: str) -> str:
    return url.partition(":")[0].casefold()


def _withdrawal(old: Release, new: Release, scheme: Scheme | None) -> Iterator[Correction]:
    was, now = old.withdrawn, new.withdrawn
    if was and now:
        yield from _changed(CorrectedPart.WITHDRAWN_ON, was.on, now.on)
        if was.reason.split() != now.reason.split():
            yield from _changed(CorrectedPart.REASON, was.reason, now.reason)
        if not _same_version(was.replacement, now.replacement, scheme):
            yield from _changed(CorrectedPart.REPLACEMENT, was.replacement, now.replacement)


def _members(old: Release, new: Release, schemes: Mapping[str, Scheme]) -> Iterator[Correction]:
    was = {member.product: member.version for member in old.contains}
    now = {member.product: member.version for member in new.contains}
    for product in sorted(was.keys() | now.keys()):
        before, after = was.get(product), now.get(product)
        if not _same_version(before, after, schemes.get(product)):
            yield from _changed(CorrectedPart.MEMBER, before, after, of=product)


def _same_version(one: str | None, other: str | None, scheme: Scheme | None) -> bool:
    if one is None or other is None or scheme is None:
        return one == other
    try:
        return bool(scheme.key(one) == scheme.key(other))
    except InvalidVersion:
        return one == other
