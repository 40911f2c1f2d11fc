"""What was corrected in a release that has shipped: facts that people may have acted upon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forewarn.model.event import Severity
from forewarn.model.release import Download, Release

NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One fact as it was and as it is; `product` is the member of a suite that it is about."""

    label: str
    before: str
    after: str
    severity: Severity
    product: str | None = None


def corrections(old: Release, new: Release) -> tuple[Correction, ...]:
    """What differs between two states of a release that is out, in the order to tell it.

    Another address or another hash of a download is urgent: somebody may have installed
    something else than what is recorded. A fact that was missing and is now there is not.
    """
    return (
        *_changed("Released", old.released_at, new.released_at),
        *_downloads(old, new),
        *_withdrawal(old, new),
        *_members(old, new),
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
    was = {download.target: download for download in old.downloads}
    now = {download.target: download for download in new.downloads}
    for target in dict.fromkeys((*was, *now)):
        one, other = was.get(target), now.get(target)
        if one and other:
            yield from _download(one, other)
        else:
            there = one or other
            assert there is not None  # noqa: S101 - the target is from one of the two
            yield from _changed(
                f"Download for {there.target_words}",
                one.url if one else None,
                other.url if other else None,
            )


def _download(old: Download, new: Download) -> Iterator[Correction]:
    what = f"Download for {old.target_words}"
    yield from _changed(what, old.url, new.url, Severity.HIGH)
    yield from _changed(
        f"{what}, sha256",
        old.sha256,
        new.sha256,
        _filled_in(old.sha256, Severity.HIGH),
    )
    yield from _changed(f"{what}, size", old.size, new.size, _filled_in(old.size, Severity.NORMAL))


def _filled_in(before: object, otherwise: Severity) -> Severity:
    return Severity.LOW if before is None else otherwise


def _withdrawal(old: Release, new: Release) -> Iterator[Correction]:
    was, now = old.withdrawn, new.withdrawn
    if was and now:
        yield from _changed("Withdrawn on", was.on, now.on)
        yield from _changed("Reason", was.reason, now.reason)
        yield from _changed("Use instead", was.replacement, now.replacement)


def _members(old: Release, new: Release) -> Iterator[Correction]:
    was = {member.product: member.version for member in old.contains}
    now = {member.product: member.version for member in new.contains}
    for product in sorted(was.keys() | now.keys()):
        before, after = was.get(product), now.get(product)
        yield from _changed(f"Contains {product}", before, after, product=product)
