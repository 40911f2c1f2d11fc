"""A message for one recipient as a mail: the same bytes whenever it is made.

The Message-ID is derived from events and recipient, so that a repeat can be dropped; all messages
about one release refer to one thread, and one that takes something back answers what it takes back.
"""

from __future__ import annotations

import functools
import hashlib
import re
import secrets
from datetime import UTC
from email import quoprimime
from email.errors import HeaderParseError
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from html import escape
from typing import Any

from forewarn.channels import wording
from forewarn.channels.interface import DeliveryError, Message, OwnWording
from forewarn.channels.sender import Sender
from forewarn.frozen import dataclass
from forewarn.model.events.collected import Collected
from forewarn.model.events.event import Event
from forewarn.model.events.severity import Severity
from forewarn.model.names import check_address, check_header
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Person, Recipient, Room
from forewarn.model.visible import one_line
from forewarn.words.events import title


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
# Where what is each recipient's own comes between what is the same for all.
_SLOT = "X-Slot"
# A name that needs no quotes, and a header that needs no second line.
_PLAIN_NAME = re.compile("[A-Za-z0-9]+( [A-Za-z0-9]+)*")
_PLAIN_ADDRESS = re.compile(r"\w+([.+-]\w+)*@\w+([.-]\w+)*", re.ASCII)
_SHORT = 70
_BEFORE = "What happened before that:"
_IMPORTANCE = {Severity.LOW: "low", Severity.CRITICAL: "high"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """A message as it is sent, what it is found by, and the thread that it is in, if in one."""

    data: bytes
    id: str
    thread: str | None

    def receipt(self, assurance: Assurance) -> Receipt:
        """What is kept of it."""
        return Receipt(message=self.id, thread=self.thread, assurance=assurance)


def compose(message: Message, recipient: Recipient, sender: Sender) -> Mail:
    """The mail, text and HTML.

    What is the same for all recipients is made once.

    Raises:
        DeliveryError: permanent; the recipient has no address, or a name or title would break
            the header.
    """
    to = _to(recipient.name, address_of(recipient))
    domain = sender.address.rpartition("@")[2]
    id = f"<{message.id}.{recipient.id}@{domain}>"
    thread: list[str] = []
    # Those of several releases are of several threads.
    if len({event.subject for event in message.events}) == 1:
        first = f"<{_thread(message.events[0].subject)}@{domain}>"
        thread = [first, *_answered(message, recipient.id, domain)]
    ids = _header("Message-ID", id)
    if thread:
        ids += _header("In-Reply-To", thread[-1]) + _header("References", " ".join(thread))
    leave = _leave(recipient, sender)
    footer = _footer(message, sender)
    own = (to, ids, leave, _quoted(footer), _quoted(_html_footer(footer)), b"")
    shared = _for_all(message.events, message.written, sender)
    data = b"".join(part for pair in zip(shared, own, strict=True) for part in pair)
    return Mail(data=data, id=id, thread=thread[0] if thread else None)


@functools.lru_cache(maxsize=16)
def _for_all(events: tuple[Event, ...], written: OwnWording, sender: Sender) -> list[bytes]:
    """What is the same for all recipients: around To, the ids, how to leave, and two footers."""
    message = Message(events=events, written=written)
    first, latest = events[0], max(events, key=lambda event: event.at)
    # No text of anybody's can hold it.
    slot = secrets.token_hex(12)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(sender.name, sender.address)
    mail[_SLOT] = slot
    mail["Subject"] = _fit(f"[forewarn] {_subject(message)}")
    mail["Date"] = latest.at.astimezone(UTC)
    mail[_SLOT] = slot
    # Mail programs answer neither an absence note nor a receipt to what is generated.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"<{_list(message)}forewarn.{sender.address.rpartition('@')[2]}>"
    mail[_SLOT] = slot
    mail["X-Forewarn-Event"] = message.id
    if len(events) == 1:
        mail["X-Forewarn-Kind"] = first.kind.value
        if first.product:
            mail["X-Forewarn-Product"] = _fit(first.product)
    severity = max((event.severity for event in events), key=lambda found: found.rank)
    mail["X-Forewarn-Severity"] = severity.value
    if severity in _IMPORTANCE:
        mail["Importance"] = _IMPORTANCE[severity]
    mail.set_content(_text(message, sender, slot), cte="quoted-printable")
    html = _html(message, sender, slot)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_forewarn_{message.id}")
    return re.split(f"{_SLOT}: {slot}\r\n|{slot}".encode(), mail.as_bytes())


@functools.lru_cache(maxsize=4096)
def _to(name: str, address: str) -> bytes:
    plain = _PLAIN_NAME.fullmatch(name) and _PLAIN_ADDRESS.fullmatch(address)
    if plain and len(name) + len(address) <= _SHORT:
        return f"To: {name} <{address}>\r\n".encode()
    return _folded("To", _address(name, address))


def _leave(recipient: Recipient, sender: Sender) -> bytes:
    """How a person leaves, where that is offered."""
    if sender.leaving is None or not isinstance(recipient, Person):
        return b""
    # A mail program leaves by itself when a button is pressed: never for all of a list.
    return _folded("List-Unsubscribe", f"<{sender.leaving.address_for(recipient.id)}>") + _header(
        "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    )


def _header(name: str, value: str) -> bytes:
    """A header, folded as the standard library does where it is long."""
    if len(value) <= _SHORT - len(name) and value.isascii() and " " not in value:
        return f"{name}: {value}\r\n".encode()
    return _folded(name, value)


def _folded(name: str, value: object) -> bytes:
    stored = _POLICY.header_store_parse(name, value)
    return _POLICY.fold_binary(*stored)


@functools.lru_cache(maxsize=4096)
def _quoted(line: str) -> bytes:
    """A line as it stands in a part: quoted-printable."""
    bytes_as_text = line.encode().decode("latin-1")
    encoded = quoprimime.body_encode(bytes_as_text, maxlinelen=_POLICY.max_line_length or 78)
    return encoded.replace("\n", "\r\n").encode("ascii")


def _subject(message: Message) -> str:
    """The same for all mails of a thread, or some mail programs tear it apart."""
    if len({event.subject for event in message.events}) == 1:
        return wording.thread_title(message.events[0])
    # Worded by no template: mail programs sort by it.
    return wording.heading(Message(events=message.events))


def _list(message: Message) -> str:
    """The product that a mail is about, for filters, where it is one."""
    products = {event.product for event in message.events}
    labels = products.pop().split(".") if len(products) == 1 else []
    return "".join(f"{label}." for label in labels if label)


def address_of(recipient: Recipient) -> str:
    """The mail address of a recipient.

    Raises:
        DeliveryError: permanent; it has none.
    """
    missing = no_address(recipient)
    if missing or isinstance(recipient, Room):
        raise DeliveryError(
            missing or "",
            permanent=True,
            help="Add it under people, then run `forewarn deliver --retry`.",
        )
    return recipient.email or ""


def no_address(recipient: Recipient) -> str | None:
    """Why a recipient has no mail address, or None where it has one."""
    if isinstance(recipient, Room):
        return f"{recipient.id!r} is a room, which mail does not reach"
    return None if recipient.email else f"{recipient.id!r} has no email in forewarn.yml"


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


@functools.lru_cache(maxsize=64)
def _thread(subject: str) -> str:
    return f"thread.{hashlib.sha256(subject.encode()).hexdigest()[:20]}"


def _answered(message: Message, recipient: str, domain: str) -> list[str]:
    """The messages that this one answers, the oldest first."""
    ids = [*dict.fromkeys(id for event in message.events for id in event.answers)]
    return [f"<{id}.{recipient}@{domain}>" for id in ids[-_ANSWERED:]]


def _text(message: Message, sender: Sender, footer: str) -> str:
    lines = zip(wording.first_lines(message), message.items, strict=True)
    told = message.written.text or "\n\n".join(_item_text(*each, sender) for each in lines)
    return "\n".join((told, "", "-- ", footer, ""))


def _item_text(first_line: str, item: Collected, sender: Sender) -> str:
    # Mail programs show the beginning beside the subject, which is that of the whole thread.
    told = [first_line, wording.advice(item.newest)]
    for event in item.last:
        facts = wording.lines(event, sender.sites)
        told += ["", one_line(title(event)), *(f"- {label}: {text}" for label, text in facts)]
    if item.before:
        told += ["", _BEFORE, *(f"- {wording.before(event)}" for event in item.before)]
    return "\n".join(told)


def _footer(message: Message, sender: Sender) -> str:
    what = "Event" if len(message.events) == 1 else "Events"
    ids = ", ".join(event.id for event in message.events)
    why = wording.because(message)
    return " ".join(filter(None, (f"{sender.name}, by forewarn.", why, f"{what} {ids}")))


def _html(message: Message, sender: Sender, footer: str) -> str:
    lines = zip(wording.first_lines(message), message.items, strict=True)
    told = message.written.html or "\n".join(_item_html(*each, sender) for each in lines)
    # No colour is set but the rule's: dark mode stays the reader's own, and every fact is a word.
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>{escape(wording.heading(message))}</title>
</head>
<body style="font:16px/1.5 sans-serif">
{told}
{footer}
</body>
</html>
"""


def _html_footer(footer: str) -> str:
    return f"<p><small>{escape(footer)}</small></p>"


def _item_html(first_line: str, item: Collected, sender: Sender) -> str:
    told = [
        f'<p style="font-size:18px"><strong>{escape(first_line)}</strong><br>'
        f"{escape(wording.advice(item.newest))}</p>",
        *(_event_html(event, sender) for event in item.last),
    ]
    if item.before:
        rows = "".join(f"<li>{escape(wording.before(event))}</li>" for event in item.before)
        told.append(f"<p>{_BEFORE}</p>\n<ul>{rows}</ul>")
    return "\n".join(told)


def _event_html(event: Event, sender: Sender) -> str:
    page = wording.link(event, sender.sites)
    rows = "\n".join(
        f'<tr><th align="left" valign="top" style="padding:2px 12px 2px 0">{escape(label)}</th>'
        f'<td style="padding:2px 0">{_linked(text) if text == page else escape(text)}</td></tr>'
        for label, text in wording.lines(event, sender.sites)
    )
    return f"""<p>{escape(one_line(title(event)))}</p>
<table role="presentation" style="border-left:4px solid #767676;padding-left:12px">
{rows}
</table>"""


def _linked(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>'
