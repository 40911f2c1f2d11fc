"""What a chat is told: lines of spans, which each service writes in its own way.

Whatever comes of a record or of a watched place is a span of plain text or an address, and never
markup: a service escapes the one and encloses the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto
from urllib.parse import quote

from forewarn.channels import wording
from forewarn.channels.interface import Message
from forewarn.frozen import dataclass
from forewarn.model.events.collected import Collected
from forewarn.model.events.event import Event, EventKind
from forewarn.model.settings import ServedAt
from forewarn.model.visible import one_line
from forewarn.words.events import title

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}()\[\]*]+[^\s<>\"'`|\\^{}()\[\]*.,;:!?]")
# What may stand in an address as it is; all else, such as an @ that would call, is encoded.
_AS_IT_IS = ":/?#!$&+,;=%~-._"
_LONGEST_FACT = 700
_LONGEST_ADDRESS = 1000
# How many facts of an event are told where all of them are too many.
_FEWER = (12, 6, 3, 0)
# Of more events than these no post tells more than the headlines.
_MANY = 50


class Style(Enum):
    """How a span of text is meant."""

    PLAIN = auto()
    STRONG = auto()
    ADDRESS = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """Some text of a line."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]
Fits = Callable[[Sequence[Line]], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """How a service that reads markup writes each style; `strong` is given what is escaped."""

    plain: Callable[[str], str]
    strong: Callable[[str], str]
    address: Callable[[str], str]


def written(lines: Iterable[Line], marks: Marks) -> str:
    """Lines as text of a service."""
    return "\n".join("".join(_written(span, marks) for span in line) for line in lines)


def lines(message: Message, sites: ServedAt, fits: Fits) -> tuple[Line, ...]:
    """All there is to tell, or as much of it as fits, and then how much is left out.

    What the message answers is named, for services where what is posted stays as it was.
    """
    first, why = _answers(message), _why(message)
    own = _as_written(message, first)
    if own and fits(own):
        return own
    for most in (None, *_FEWER) if len(message.items) <= _MANY else ():
        told = [first] if first else []
        for head, item in zip(wording.first_lines(message), message.items, strict=True):
            told += [*([()] if told else []), *_item(head, item, sites, most)]
        told += why
        if fits(told):
            return tuple(told)
    return _heads(message, first, fits)


def superseded(event: Event, sites: ServedAt) -> tuple[Line, ...]:
    """What is put in the place of a post that does not hold any more, as this event answers it."""
    return (
        (Span(f"{_what_it_is(event)}: what stood here does not hold any more.", Style.STRONG),),
        *_event(wording.headline(event), event, sites, 0),
    )


def plain(lines: Iterable[Line]) -> str:
    """Lines as they are read where there is no markup at all."""
    return "\n".join("".join(span.text for span in line) for line in lines)


def safe_address(url: str) -> str:
    """An address in which no character means anything to a chat."""
    return quote(url, safe=_AS_IT_IS)


def spans(text: str) -> Iterator[Span]:
    """Text of an event, on one line, with the web addresses in it apart."""
    text = one_line(text)
    if len(text) > _LONGEST_FACT:
        text = f"{text[:_LONGEST_FACT]}…"
    at = 0
    for found in _ADDRESS.finditer(text):
        if len(found[0]) <= _LONGEST_ADDRESS:
            if found.start() > at:
                yield Span(text[at : found.start()])
            yield Span(safe_address(found[0]), Style.ADDRESS)
            at = found.end()
    if text[at:]:
        yield Span(text[at:])


def _written(span: Span, marks: Marks) -> str:
    match span.style:
        case Style.PLAIN:
            return marks.plain(span.text)
        case Style.STRONG:
            return marks.strong(marks.plain(span.text))
        case Style.ADDRESS:
            return marks.address(span.text)


def _as_written(message: Message, first: Line | None) -> tuple[Line, ...]:
    """The post as a template has it, and what it cannot leave out."""
    if message.written.post is None:
        return ()
    told = (tuple(spans(line)) for line in message.written.post.splitlines())
    ids = ((Span(f"Event {event.id}"),) for event in message.events)
    return (*([first] if first else []), *told, *ids, *_why(message))


def _item(head: str, item: Collected, sites: ServedAt, most: int | None) -> Iterator[Line]:
    """One release or article: how it stands now, and what happened before."""
    for event in item.last:
        said = head if event is item.newest else wording.headline(event)
        yield from _event(said, event, sites, most)
    if item.before:
        yield (Span("What happened before that:"),)
        yield from ((Span(wording.before(event)),) for event in item.before)


def _event(head: str, event: Event, sites: ServedAt, most: int | None) -> Iterator[Line]:
    """One event: what happened, what it means, its facts up to `most`, and where to read on."""
    yield (Span(one_line(head), Style.STRONG),)
    yield (Span(one_line(wording.advice(event))),)
    told = one_line(title(event))
    if told not in head:
        yield tuple(spans(told))
    facts = wording.lines(event, sites)
    kept = facts if most is None else _first(facts, most)
    for label, text in kept:
        yield (Span(f"{label}: ", Style.STRONG), *spans(text))
    if len(kept) < len(facts):
        count = len(facts) - len(kept)
        yield (Span(f"{count} more {'fact is' if count == 1 else 'facts are'} left out here."),)
    yield (Span(f"Event {event.id}"),)


def _first(facts: Sequence[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """The first facts, and always the last three: the page, the time and the severity."""
    last = [fact for fact in facts[-3:] if fact[0] in ("Page", "When", "Severity")]
    return [*facts[: min(most, len(facts) - len(last))], *last]


def _heads(message: Message, first: Line | None, fits: Fits) -> tuple[Line, ...]:
    """As many headlines as fit, and how many there are besides."""
    heads = [(Span(_short(line), Style.STRONG),) for line in wording.first_lines(message)]

    def told(kept: int) -> tuple[Line, ...]:
        rest = len(heads) - kept
        more = [(Span(f"and {rest} more, {len(heads)} in all"),)] if rest else []
        return (*([first] if first else []), *heads[:kept], *more, *_why(message))

    # The first number that does not fit; one headline is told whatever its length.
    most = bisect_left(range(1, len(heads) + 1), True, key=lambda kept: not fits(told(kept)))
    return told(max(most, 1))


def _why(message: Message) -> list[Line]:
    """Why somebody gets it, which is said last."""
    because = wording.because(message)
    return [(), (Span(because),)] if because else []


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= 100 else f"{text[:100]}…"


def _answers(message: Message) -> Line | None:
    """What an answer says of itself, where it was posted what does not hold any more."""
    if not message.earlier and not message.beside:
        return None
    ids = dict.fromkeys(id for event in message.events for id in event.answers)
    among = len(message.items) > 1
    what = "Among this are corrections" if among else _what_it_is(message.answers[-1])
    replaces = "They replace" if among else "It replaces"
    named = f" {replaces} what was told in event {', '.join([*ids][-10:])}." if ids else ""
    return (Span(f"{what}.", Style.STRONG), *([Span(named)] if named else []))


def _what_it_is(event: Event) -> str:
    match event.kind:
        case EventKind.WITHDRAWN:
            return "Withdrawn"
        case EventKind.MISTAKEN | EventKind.CANCELLED:
            return "Taken back"
        case _:
            return "Corrected"
