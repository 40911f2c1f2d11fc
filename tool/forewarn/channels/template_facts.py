"""What a template is given of a message: texts, and lists of them, as our own wording has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from forewarn.channels import wording
from forewarn.channels.interface import Message
from forewarn.model.events.collected import Collected
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import AsTold
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.settings import ServedAt
from forewarn.model.visible import one_line
from forewarn.words.days import moment_digits
from forewarn.words.events import title

_AN_ID = "3f2a91c07be44d1e8a55"


def facts_of_items(message: Message, name: str, sites: ServedAt) -> list[dict[str, Any]]:
    """The facts of each release or article of a message, for the template of its first line."""
    return [{"name": name, **_item(item, sites)} for item in message.items]


def facts_of(
    name: str, items: list[dict[str, Any]], first_lines: tuple[str, ...] | None
) -> dict[str, Any]:
    """The facts of a whole message, for all other templates."""
    lines = first_lines or [item["headline"] for item in items]
    told = [{**item, "headline": line} for item, line in zip(items, lines, strict=True)]
    return {"name": name, "items": told}


def examples(audience: Audience) -> Iterator[Message]:
    """A message of every kind of event: of a release, of an article, and a digest of both."""
    for kind in EventKind:
        told = [_example(kind, audience, version) for version in ("2.7", None)]
        yield from (Message(events=(event,)) for event in told)
        yield Message(events=tuple(told))


def _item(item: Collected, sites: ServedAt) -> dict[str, Any]:
    return {
        "headline": one_line(wording.headline(item.newest)),
        "advice": one_line(wording.advice(item.newest)),
        "events": [_event(event, sites) for event in item.last],
        "before": [wording.before(event) for event in item.before],
    }


def _event(event: Event, sites: ServedAt) -> dict[str, Any]:
    return {
        "id": event.id,
        "kind": event.kind.value,
        "product": event.product,
        "version": event.version or "",
        "severity": event.severity.value,
        "title": one_line(title(event)),
        "when": moment_digits(event.at.astimezone(UTC)),
        "page": wording.link(event, sites) or "",
        "lines": [{"label": label, "text": text} for label, text in wording.lines(event, sites)],
    }


def _example(kind: EventKind, audience: Audience, version: str | None) -> Event:
    return Event(
        id=_AN_ID if version else _AN_ID[::-1],
        kind=kind,
        product="recorder",
        version=version,
        name="Recorder",
        severity=Severity.CRITICAL if version else Severity.LOW,
        audience=audience,
        told_to=audience,
        at=datetime(2026, 5, 4, 12, tzinfo=UTC),
        fact=AsTold(
            title="recorder-2.7.exe appeared at downloads.example.com",
            lines=(("Platform", "windows"), ("What it says", "<b>& fast")),
        ),
        products=("recorder",),
        page="releases/recorder/2.7/" if version else "no-sound/",
    )
