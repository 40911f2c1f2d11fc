"""What the ids of some events are made of: texts that must never change.

They look like what people read and are not: with one letter changed, everything of the kind would
be told anew. What people read is put into words elsewhere.
"""

from __future__ import annotations

from forewarn.model.events.correction import CorrectedPart, Correction
from forewarn.model.events.fact import FoundDownload, Recorded
from forewarn.model.release import Status

_LABELS = {
    CorrectedPart.RELEASED: "Released",
    CorrectedPart.TARGET: "Download {}, for",
    CorrectedPart.URL: "Download for {}",
    CorrectedPart.SHA256: "Download for {}, sha256",
    CorrectedPart.SIZE: "Download for {}, size",
    CorrectedPart.WITHDRAWN_ON: "Withdrawn on",
    CorrectedPart.REASON: "Reason",
    CorrectedPart.REPLACEMENT: "Use instead",
    CorrectedPart.MEMBER: "Contains {}",
}


def of_correction(change: Correction) -> list[str]:
    """What was corrected, in an id."""
    sides = (change.before, change.after)
    return [
        _LABELS[change.part].format(change.of),
        *("nothing" if side is None else side for side in sides),
    ]


def of_state(recorded: Recorded) -> str:
    """What was recorded of a release that is taken back, in an id."""
    if not recorded.happened:
        day = f", planned for {recorded.on}" if recorded.on else ""
        return f"{recorded.status}, not shipped{day}"
    gone = f", withdrawn on {recorded.withdrawn_on}" if recorded.withdrawn_on else ""
    return f"shipped on {recorded.on}{gone}"


def of_found(found: FoundDownload) -> str:
    """One of several downloads, in an id."""
    seen = found.seen
    parts = (
        seen.platform,
        seen.arch,
        f"channel {seen.channel}" if seen.channel else None,
        seen.url,
        f"dated there {seen.published:%Y-%m-%d}" if seen.published else None,
        f"the records say: {_said(found.recorded)}",
        f"sighting {seen.sighting}",
    )
    return f"{seen.version}: {'; '.join(filter(None, parts))}"


# As the first events said it; what is told today may be worded otherwise.
_SAID = {
    None: "nothing: this version is not recorded",
    Status.UNRECORDED: "nothing: this version is not recorded",
    Status.STAGED: "recorded as staged, not shipped yet",
    Status.WITHDRAWN: "recorded as withdrawn",
}


def _said(recorded: Recorded) -> str:
    if recorded.status is None and recorded.unreadable:
        return f"{recorded.unreadable} is there and cannot be read; `forewarn check` says why"
    if recorded.status is Status.SHIPPED:
        return f"recorded as shipped on {recorded.on}"
    if recorded.status is Status.PLANNED:
        return f"recorded as planned{f' for {recorded.on}' if recorded.on else ', without a date'}"
    return _SAID[recorded.status]
