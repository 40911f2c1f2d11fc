"""An event in words: its title, and a line for each fact of it. The same wherever it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from forewarn.model.events.correction import CorrectedPart, Correction
from forewarn.model.events.event import Event
from forewarn.model.events.fact import (
    AsTold,
    CompatibilityChanged,
    Corrected,
    DateMoved,
    HasShipped,
    Issue,
    IssueGone,
    Known,
    NotShipped,
    Offered,
    Planned,
    ProductGone,
    Recorded,
    Removed,
    Renamed,
    Restated,
    Said,
    SupportMoved,
    Undelivered,
    VersionsOf,
    Withdrawn,
)
from forewarn.model.record import Audience
from forewarn.words.obstacles import why_not
from forewarn.words.seen import Line, harm_lines, line, seen_lines, seen_title
from forewarn.words.undelivered import trouble, trouble_lines

_CORRECTED = {
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
_STAGES = ("Active support until", "Security support until", "Extended support until")
_REASON = "Reason"
_FIXED, _KNOWN, _KNOWN_NO_MORE = "Fixed: ", "Known issue: ", "No known issue any more: "
# A line with more versions than these is not read, and more than so many places help nobody.
_VERSIONS = 20
_SHOWN = 5


def title(event: Event) -> str:
    """What happened, in a sentence of its own."""
    it = f"{event.name} {event.version}"
    match event.fact:
        case Planned(on=on):
            return f"{it} is planned{f' for {on}{_passed(event, on)}' if on else ''}"
        case DateMoved(after=after):
            return f"{it} is now planned for {after or 'no set date'}{_passed(event, after)}"
        case HasShipped(again=again):
            return f"{it} has shipped{' again' if again else ''}"
        case Withdrawn():
            return f"{it} is withdrawn"
        case Corrected():
            return f"What is recorded of {it} was corrected"
        case SupportMoved():
            return _support_title(event, event.fact)
        case CompatibilityChanged():
            return f"What {it} works with has changed"
        case Issue():
            return f"{_FIXED if event.fact.fixed else _KNOWN}{event.fact.title}"
        case IssueGone():
            return f"{_KNOWN_NO_MORE}{event.fact.title}"
        case NotShipped():
            return f"{it} was announced by mistake: it has not shipped"
        case Renamed():
            return _renamed_title(event.fact)
        case Removed(was=was) if was.happened:
            return f"{it} was announced by mistake: it is not recorded any more"
        case Removed():
            return f"{it} is not planned any more"
        case ProductGone():
            now = _other_product(event.fact)
            mistake = f"{event.name} (`{event.product}`) was recorded by mistake"
            return f"{mistake}: it is {now}" if now else f"{mistake}, with its releases"
        case Undelivered():
            return trouble(event.fact)
        case AsTold():
            return event.fact.title
        case _:
            return seen_title(event, event.fact)


def _passed(event: Event, day: date | None) -> str:
    """That a planned day was no promise any more when it was recorded."""
    return ", a day that has passed" if day and day < event.at.date() else ""


def issue_title(event: Event) -> str:
    """Of an event about a known issue the issue's own title, whatever became of it."""
    told = title(event)
    for happened in (_FIXED, _KNOWN, _KNOWN_NO_MORE):
        told = told.removeprefix(happened)
    return told


def lines(event: Event) -> tuple[Line, ...]:
    """Label and text of each thing to tell, in order."""
    told = [*_lines(event)]
    # What the record itself gives as its reason is told once.
    if event.reason and not any(label == _REASON for label, _ in told):
        told.append((_REASON, event.reason))
    told += line("Commit", event.commit)
    told += [
        (
            "But customers can download it",
            f"{s.product} {s.version} was seen on {s.first_seen:%Y-%m-%d} at {s.url}",
        )
        for s in event.shown[:_SHOWN]
    ]
    return tuple(told)


def _is_theirs(event: Event) -> bool:
    """Whether customers are told."""
    return event.told_to is Audience.PUBLIC


def _lines(event: Event) -> Iterator[Line]:
    match event.fact:
        case Planned(on=on, harms=harms):
            yield from line("Planned for", on)
            yield from harm_lines(harms, to_customers=_is_theirs(event))
        case DateMoved(before=before, after=after):
            yield "Before", str(before or "no date")
            yield "Now", str(after or "no date")
        case HasShipped():
            yield from _shipped(event, event.fact)
        case Withdrawn() as gone:
            yield _REASON, gone.reason
            yield "Use instead", gone.instead or "nothing can be recommended"
            yield from line("Not recommended", why_not(gone.not_recommended) or gone.because)
            yield "Withdrawn on", str(gone.on)
        case Corrected(changes=changes):
            yield from map(_corrected, changes)
        case SupportMoved():
            # Of a release its own record says the track.
            yield from line("Track", None if event.version else event.track)
            yield from _support(event.fact)
        case CompatibilityChanged(changes=rows):
            yield from ((f"With {row.of.name} {row.of.versions}", _restated(row)) for row in rows)
        case Issue():
            yield from _issue(event.fact)
        case IssueGone(now=now):
            yield "What holds", f"it is a {now} now" if now else "it is not recorded any more"
        case NotShipped(was=was, now=is_now):
            yield "Was told", _state(was)
            yield "What holds", _state(is_now)
        case Renamed():
            yield "Was told", _named(event.fact.was)
            yield "What holds", _named(event.fact.now)
            yield from map(_corrected, event.fact.changes)
        case Removed(was=was, near=near):
            yield "Was told", _state(was)
            yield "What holds", f"there is no release {event.version} in the records"
            yield from (("Recorded now", _named(other)) for other in near)
        case ProductGone():
            yield from _product_gone(event, event.fact)
        case Undelivered():
            yield from trouble_lines(event.fact)
        case AsTold(lines=told):
            yield from told
        case _:
            yield from seen_lines(event, event.fact)


def _shipped(event: Event, fact: HasShipped) -> Iterator[Line]:
    yield from harm_lines(fact.harms, to_customers=_is_theirs(event))
    yield from line("Why it is back", fact.why_back)
    yield from line("Released", fact.on)
    yield from line("Platforms", ", ".join(event.platforms))
    yield from line("Rollout", _rollout(fact.rollout))
    yield from line("Track", event.track)


def _rollout(steps: Iterable[Offered]) -> str:
    """By platform, how many per cent of its customers are offered it from which day on."""
    by_platform: dict[str, list[str]] = {}
    for step in steps:
        by_platform.setdefault(step.platform, []).append(f"{step.share} % from {step.on}")
    return "; ".join(f"{platform} {', '.join(told)}" for platform, told in by_platform.items())


def _corrected(change: Correction) -> Line:
    was, now = ("nothing" if side is None else side for side in (change.before, change.after))
    return _CORRECTED[change.part].format(change.of), f"{was} → {now}"


def _support_title(event: Event, moved: SupportMoved) -> str:
    of, now = f"{event.name} {event.version or event.track}", moved.after
    if now.ends:
        return f"Support of {of} now ends on {now.ends}"
    return f"Support of {of} {'has ended' if now.ended else 'has no known end any more'}"


def _support(moved: SupportMoved) -> Iterator[Line]:
    was, now = moved.before, moved.after
    for label, then, until in zip(_STAGES, was.terms[:3], now.terms[:3], strict=True):
        if then != until:
            yield label, f"{then or 'no date'} → {until or 'no date'}"
    if was.ended != now.ended:
        yield "Ended", "no → yes" if now.ended else "yes → no"
    yield from line(_REASON, now.reason)
    yield from line("Decided on", now.on)


def _restated(row: Restated) -> str:
    was, now = row.before, row.after
    about = f"{row.about}: " if row.about else ""
    if now is None:
        return f"{about}no longer stated{f' (it was {was.verdict})' if was else ''}"
    before = f" (it was {was.verdict})" if was and was.verdict is not now.verdict else ""
    rest = "".join(f" {text}" for text in (now.limits, now.remedy, _how_far(was, now)) if text)
    return f"{about}{now.verdict}{before}.{rest}"


def _how_far(was: Said | None, now: Said) -> str:
    """How far a promise reaches, where that has changed."""
    if was is None or was.holds_until == now.holds_until:
        return ""
    until = now.holds_until
    if until is None:
        return "How far it holds is not said any more."
    return f"It holds up to {until.version}." if until.version else f"It has no end: {until.reason}"


def _issue(issue: Issue) -> Iterator[Line]:
    yield from line("Applies to", _ranges(issue.applies))
    yield from line("Fixed in", _ranges(issue.fixed_in))
    yield from line("Remediation", (issue.remediation or "").replace("_", " "))
    yield from line("Promised", issue.promised)
    yield from line("Until then", issue.contingency)


def _ranges(rows: Iterable[VersionsOf]) -> str:
    return ", ".join(f"{row.name} {row.versions}" for row in rows)


def _state(said: Recorded) -> str:
    if not said.happened:
        day = f", planned for {said.on}" if said.on else ""
        return f"{said.status}, not shipped{day}"
    gone = f", withdrawn on {said.withdrawn_on}" if said.withdrawn_on else ""
    return f"shipped{f' on {said.on}' if said.on else ''}{gone}"


def _named(known: Known) -> str:
    return f"{known.name} {known.version}, {_state(known.recorded)}"


def _renamed_title(fact: Renamed) -> str:
    was, now = f"{fact.was.name} {fact.was.version}", f"{fact.now.name} {fact.now.version}"
    if was == now:
        now = f"{now} of the product `{fact.now.product}`, not of `{fact.was.product}`"
    happened, is_out = fact.was.recorded.happened, fact.now.recorded.happened
    how = "was announced by mistake" if happened else "is not planned any more"
    return f"{was} {how}: {f'it is {now}' if is_out or not happened else f'{now} is to come'}"


def _other_product(fact: ProductGone) -> str | None:
    return f"{fact.now_name} (`{fact.now}`)" if fact.now else None


def _product_gone(event: Event, fact: ProductGone) -> Iterator[Line]:
    now, rest = _other_product(fact), len(fact.versions) - _VERSIONS
    named = ", ".join(fact.versions[:_VERSIONS])
    yield "Was told of", f"{event.name} {named}{f' and {rest} more' if rest > 0 else ''}"
    yield "What holds", f"the same releases, as {now}" if now else "none of them is recorded"
