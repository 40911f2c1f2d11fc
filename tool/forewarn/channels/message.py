"""One event for one person as a mail message: the same bytes whenever it is made.

The Message-ID is derived from event and person, so that a repeat can be dropped; all messages
about one release refer to one thread, and one that takes something back answers what it takes back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from email.errors import HeaderParseError
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from html import escape
from typing import Any

from forewarn.channels import wording
from forewarn.channels.interface import DeliveryError
from forewarn.model.events.event import Event, Severity
from forewarn.model.names import check_header
from forewarn.model.settings import Person
from forewarn.model.visible import one_line
from forewarn.store.settings import check_address


class _Ids(UnstructuredHeader):
    """Message ids, one a line: what is longer than a line is not made an encoded word."""

    def fold(self, *, policy: Policy[Any]) -> str:
        return "References: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


# Without this, ids longer than a line are written as encoded words, and threads fall apart.
_HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "list-id"):
    _HEADERS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type] # it makes it one
_HEADERS.map_to_type("references", _Ids)  # type: ignore[arg-type] # it makes it one
_POLICY = EmailPolicy(linesep="\r\n", header_factory=_HEADERS, cte_type="7bit")
# A header with more ids than these helps nobody.
_ANSWERED = 10
_IMPORTANCE = {Severity.LOW: "low", Severity.CRITICAL: "high"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """From whom messages come: the knowledge base's name, a mail address, its staff site."""

    name: str
    address: str
    site_url: str | None = None


def compose(event: Event, person: Person, sender: Sender) -> EmailMessage:
    """The message, text and HTML.

    Raises:
        DeliveryError: permanent; the person has no address, or a name or title would break
            the header.
    """
    domain = sender.address.rpartition("@")[2]
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender.name, sender.address)
    message["To"] = _address(person.name, _address_of(person))
    message["Subject"] = _fit(f"[forewarn] {wording.headline(event)}")
    message["Date"] = event.at.astimezone(UTC)
    message["Message-ID"] = f"<{event.id}.{person.id}@{domain}>"
    thread = [f"<{_thread(event)}@{domain}>", *_answered(event, person, domain)]
    message["In-Reply-To"] = thread[-1]
    message["References"] = " ".join(thread)
    # Mail programs answer neither an absence note nor a receipt to what is generated.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<forewarn.{domain}>"
    message["X-Forewarn-Event"] = event.id
    message["X-Forewarn-Kind"] = event.kind.value
    if event.product:
        message["X-Forewarn-Product"] = _fit(event.product)
    message["X-Forewarn-Severity"] = event.severity.value
    if event.severity in _IMPORTANCE:
        message["Importance"] = _IMPORTANCE[event.severity]
    message.set_content(_text(event, sender), cte="quoted-printable")
    message.add_alternative(_html(event, sender), subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_forewarn_{event.id}")
    return message


def _address_of(person: Person) -> str:
    if person.email is None:
        raise DeliveryError(
            f"{person.id!r} has no email in forewarn.yml",
            permanent=True,
            help="Add it under people, then run `forewarn deliver --retry`.",
        )
    return person.email


def _address(name: str, address: str) -> Address:
    problem = check_address(address)
    if problem:
        raise DeliveryError(f"{address!a}: {problem}", permanent=True)
    try:
        return Address(_fit(name), addr_spec=address)
    # The parser of the standard library trips over some addresses instead of refusing them.
    except (HeaderParseError, ValueError, IndexError) as error:
        raise DeliveryError(f"{address!a} is not a mail address", permanent=True) from error


def _fit(text: str) -> str:
    problem = check_header(text)
    if problem:
        raise DeliveryError(f"{text!a} cannot stand in a mail header: {problem}", permanent=True)
    return text


def _thread(event: Event) -> str:
    return f"thread.{hashlib.sha256(event.subject.encode()).hexdigest()[:20]}"


def _answered(event: Event, person: Person, domain: str) -> list[str]:
    """The messages that this one answers, the oldest first."""
    return [f"<{id}.{person.id}@{domain}>" for id in event.answers[-_ANSWERED:]]


def _text(event: Event, sender: Sender) -> str:
    facts = wording.lines(event, sender.site_url)
    return "\n".join(
        (
            wording.advice(event),
            "",
            one_line(event.title),
            *(f"- {label}: {text}" for label, text in facts),
            "",
            "-- ",
            _footer(event, sender),
            "",
        )
    )


def _footer(event: Event, sender: Sender) -> str:
    return f"{sender.name}, by forewarn. You subscribed in forewarn.yml. Event {event.id}"


def _html(event: Event, sender: Sender) -> str:
    page = wording.link(event, sender.site_url)
    rows = "\n".join(
        f'<tr><th align="left" valign="top" style="padding:2px 12px 2px 0">{escape(label)}</th>'
        f'<td style="padding:2px 0">{_linked(text) if text == page else escape(text)}</td></tr>'
        for label, text in wording.lines(event, sender.site_url)
    )
    # No colour is set but the rule's: dark mode stays the reader's own, and every fact is a word.
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>{escape(wording.headline(event))}</title>
</head>
<body style="font:16px/1.5 sans-serif">
<p style="font-size:18px"><strong>{escape(wording.advice(event))}</strong></p>
<p>{escape(one_line(event.title))}</p>
<table role="presentation" style="border-left:4px solid #767676;padding-left:12px">
{rows}
</table>
<p><small>{escape(_footer(event, sender))}</small></p>
</body>
</html>
"""


def _linked(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>'
