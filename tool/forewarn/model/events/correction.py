"""What was corrected in a release that has shipped: facts that people may have acted upon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forewarn.model.events.event import Severity
from forewarn.model.file_names import address
from forewarn.model.release import Download, Release
from forewarn.model.versions.version import InvalidVersion, Scheme

NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One fact as it was and as it is; `product` is the member of a suite that it is about."""

    label: str
    before: str
    after: str
    severity: Severity
    product: str | None = None

    @property
    def takes_back(self) -> bool:
        """Whether something that people were told does not hold, and they may act upon it."""
        return self.before != NOTHING and self.severity is not Severity.LOW


def corrections(
    old: Release, new: Release, schemes: Mapping[str, Scheme]
) -> tuple[Correction, ...]:
    """What differs between two states of a release that is out, in the order to tell it.

    Another address or another hash of a download is urgent: somebody may have installed
    something else than what is recorded. A fact that was missing and is now there is not.
    Another spelling of the same address, platform, version or text is no difference.
    """
    return (
        *_changed("Released", old.released_at, new.released_at),
        *_downloads(old, new),
        *_withdrawal(old, new, schemes.get(new.product)),
        *_members(old, new, schemes),
    )


def _changed(
    label: str,
    before: object,
    after: object,
    severity: Severity = Severity.NORMAL,
    product: str | None = None,
) -> Iterator[Correction]:
    if before != after:
        yield Correction(
            label=label,
            before=_words(before),
            after=_words(after),
            severity=severity,
            product=product,
        )


def _words(value: object) -> str:
    return NOTHING if value is None else str(value)


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
                yield from _changed(f"Download {one.url}, for", one.target_words, same.target_words)
            else:
                yield from _changed(f"Download for {one.target_words}", one.url, None)
        elif other and not any(t not in now and _same_file(other, d) for t, d in was.items()):
            yield from _changed(f"Download for {other.target_words}", None, other.url)


def _target(download: Download) -> tuple[str, ...]:
    """What it is for, however it is capitalised."""
    return tuple(word.casefold() for word in download.target)


def _same_file(one: Download, other: Download) -> bool:
    """Whether two downloads, of two targets, are one file at one address."""
    return address(one.url) == address(other.url) and one.sha256 == other.sha256


def _download(old: Download, new: Download) -> Iterator[Correction]:
    what = f"Download for {old.target_words}"
    if address(old.url) != address(new.url):
        yield from _changed(what, old.url, new.url, Severity.HIGH)
    elif _protocol(old.url) != _protocol(new.url):
        yield from _changed(what, old.url, new.url, Severity.LOW)
    yield from _changed(
        f"{what}, sha256",
        old.sha256,
        new.sha256,
        _filled_in(old.sha256, Severity.HIGH),
    )
    yield from _changed(f"{what}, size", old.size, new.size, _filled_in(old.size, Severity.NORMAL))


def _filled_in(before: object, otherwise: Severity) -> Severity:
    return Severity.LOW if before is None else otherwise


def _protocol(url: str) -> str:
    return url.partition(":")[0].casefold()


def _withdrawal(old: Release, new: Release, scheme: Scheme | None) -> Iterator[Correction]:
    was, now = old.withdrawn, new.withdrawn
    if was and now:
        yield from _changed("Withdrawn on", was.on, now.on)
        if was.reason.split() != now.reason.split():
            yield from _changed("Reason", was.reason, now.reason)
        if not _same_version(was.replacement, now.replacement, scheme):
            yield from _changed("Use instead", was.replacement, now.replacement)


def _members(old: Release, new: Release, schemes: Mapping[str, Scheme]) -> Iterator[Correction]:
    was = {member.product: member.version for member in old.contains}
    now = {member.product: member.version for member in new.contains}
    for product in sorted(was.keys() | now.keys()):
        before, after = was.get(product), now.get(product)
        if not _same_version(before, after, schemes.get(product)):
            yield from _changed(f"Contains {product}", before, after, product=product)


def _same_version(one: str | None, other: str | None, scheme: Scheme | None) -> bool:
    if one is None or other is None or scheme is None:
        return one == other
    try:
        return bool(scheme.key(one) == scheme.key(other))
    except InvalidVersion:
        return one == other
