"""The `pagerduty` channel: alerts for downloads that nobody announced, change events for the rest.

Options: `key` (required), as `${NAME}` only: the integration key of a service (Events API v2);
`url`: where the API is (default `https://events.pagerduty.com`, in Europe
`https://events.eu.pagerduty.com`); `allow_private`: `true` where that is on an own network.

Only an unannounced download wakes somebody: one alert for each version. It is resolved when it is
answered: the version is recorded as shipped, or what was seen was dismissed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, Self

from forewarn.channels import wording
from forewarn.channels.addresses import service
from forewarn.channels.calls import CallingChannel, Calls
from forewarn.channels.example import ChannelExample
from forewarn.channels.interface import Message, Surroundings
from forewarn.channels.recipients import recipient_json, sent_id
from forewarn.facts.untrusted import told_apart
from forewarn.model.delivery import Fault
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import UnannouncedMany
from forewarn.model.events.severity import Severity
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.visible import one_line
from forewarn.options import Options

_SEVERITY = {
    Severity.LOW: "info",
    Severity.NORMAL: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "critical",
}
# PagerDuty takes so many characters of a summary, and so many events of a service a minute.
_SUMMARY, _ALERTS = 1024, 50
_KEY_LONGEST = 255
_ALERT, _CHANGE = "/v2/enqueue", "/v2/change/enqueue"


class PagerDutyChannel(CallingChannel):
    """A repeat of an alert goes into the same alert: its key is the version's."""

    def __init__(self, url: str, key: str, calls: Calls, around: Surroundings) -> None:
        self._url, self._key, self._calls, self._around = url, key, calls, around

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        private = read.flag("allow_private")
        url = service(read, private, "https://events.pagerduty.com")
        key = read.needed_secret("key")
        return cls(url, key, Calls("PagerDuty", allow_private=private), around)

    @classmethod
    def example(cls) -> ChannelExample:
        from forewarn.channels.pagerduty_example import EXAMPLE

        return EXAMPLE

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        for event in message.events:
            for path, content in self._of(event, recipient):
                await self._enqueue(path, content)
        thread = _dedup_key(message.events[0].product, message.events[0].version)
        id = sent_id(message, recipient)
        return Receipt(message=id, thread=thread, assurance=Assurance.ACCEPTED)

    def _of(self, event: Event, recipient: Recipient) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if event.kind is EventKind.UNANNOUNCED_DOWNLOAD:
            yield from ((_ALERT, alert) for alert in self._alerts(event, recipient))
            return
        if event.kind is EventKind.SHIPPED or event.is_false_alarm:
            key = _dedup_key(event.product, event.version)
            yield _ALERT, {"event_action": "resolve", "dedup_key": key}
        yield _CHANGE, {"payload": self._payload(event, recipient), "links": self._links(event)}

    def _alerts(self, event: Event, recipient: Recipient) -> Iterator[Mapping[str, Any]]:
        """An alert for each version, for each is answered by itself."""
        versions = [event.version]
        if isinstance(event.fact, UnannouncedMany):
            versions = list(dict.fromkeys(found.seen.version for found in event.fact.found))
        for number, version in enumerate(versions[:_ALERTS], start=1):
            summary = f"{event.name} {version} can be downloaded, and nobody announced it"
            if number == _ALERTS < len(versions):
                summary += f"; so can {len(versions) - _ALERTS} more versions"
            yield {
                "event_action": "trigger",
                "dedup_key": _dedup_key(event.product, version),
                "client": "forewarn",
                "links": self._links(event),
                "payload": {
                    **self._payload(_of_version(event, version), recipient),
                    "summary": one_line(summary)[:_SUMMARY],
                    "severity": _SEVERITY[event.severity],
                    "component": event.product,
                    "class": event.kind.value,
                },
            }

    def _payload(self, event: Event, recipient: Recipient) -> dict[str, Any]:
        return {
            "summary": one_line(wording.headline(event))[:_SUMMARY],
            "timestamp": event.at.astimezone(UTC).isoformat(),
            "source": self._around.name or "forewarn",
            "custom_details": {
                "what_to_do": wording.advice(event),
                "told_to": recipient_json(recipient),
                "event": told_apart(event),
            },
        }

    def _links(self, event: Event) -> list[dict[str, str]]:
        page = wording.link(event, self._around.sites)
        return [{"href": page, "text": "Read on"}] if page else []

    async def _enqueue(self, path: str, content: Mapping[str, Any]) -> None:
        keyed = {"routing_key": self._key, **content}
        answer = await self._calls.send(f"{self._url}{path}", keyed)
        if not answer.went:
            raise self._calls.refused(
                answer,
                why="it takes neither the key nor what is sent with it",
                fault=Fault.OURS,
                help="See that the key is that of a service's Events API v2 integration.",
            )


def _of_version(event: Event, version: str | None) -> Event:
    """Of an event that lists many versions, what is about one of them."""
    if not isinstance(event.fact, UnannouncedMany):
        return event
    found = tuple(row for row in event.fact.found if row.seen.version == version)
    return replace(event, version=version, fact=replace(event.fact, found=found))


def _dedup_key(product: str, version: str | None) -> str:
    return f"forewarn:{product}@{version}"[:_KEY_LONGEST]
