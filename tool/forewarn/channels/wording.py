"""How an event is told, in words; the same in every channel."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import quote

from forewarn.channels.interface import Message
from forewarn.model.events.customers import THEIRS
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.settings import ServedAt
from forewarn.model.site_path import product_page
from forewarn.model.visible import one_line
from forewarn.words import events
from forewarn.words.days import moment_digits

_HAPPENED = {
    EventKind.PLANNED: "planned",
    EventKind.DATE_CHANGED: "date changed",
    EventKind.SHIPPED: "shipped",
    EventKind.WITHDRAWN: "withdrawn",
    EventKind.CORRECTED: "corrected",
    EventKind.SUPPORT_CHANGED: "support changed",
    EventKind.COMPATIBILITY_CHANGED: "compatibility changed",
    EventKind.KNOWN_ISSUE_OPENED: "known issue",
    EventKind.KNOWN_ISSUE_FIXED: "known issue fixed",
    EventKind.UNANNOUNCED_DOWNLOAD: "unannounced download",
    EventKind.BACKFILL: "old version appeared",
    EventKind.WITNESSED: "named by others",
    EventKind.NEW_PLATFORM: "another platform",
    EventKind.PLATFORMS_MISSING: "platforms missing",
    EventKind.PROMOTED: "now for everybody",
    EventKind.BYTES_CHANGED: "bytes changed",
    EventKind.ROLLOUT_CHANGED: "rollout changed",
    EventKind.DOWNLOAD_MISSING: "download missing",
    EventKind.ROLLED_BACK: "rolled back?",
    EventKind.PARTIAL_RELEASE: "partial release",
    EventKind.PUBLISHED_EMPTY: "published, empty",
    EventKind.SOURCE_FROZEN: "source out of date",
    EventKind.SOURCES_APART: "sources disagree",
    EventKind.ENTRY_UNREAD: "an entry cannot be read",
    EventKind.SOURCE_FAILING: "a watched place cannot be read",
    EventKind.SOURCE_HEALED: "a watched place can be read again",
    EventKind.CANCELLED: "not planned any more",
    EventKind.MISTAKEN: "announced by mistake",
    EventKind.UNDELIVERED: "alerts not delivered",
    EventKind.TEST: "test",
}
_ADVICE = {
    EventKind.PLANNED: "{what} is planned. Promise customers nothing that its page does not say.",
    EventKind.DATE_CHANGED: "{what} has another date. Stop giving customers the old one.",
    EventKind.SHIPPED: "Customers can have {what} now. Read this before your next call about it.",
    EventKind.WITHDRAWN: "Do not recommend {what} any more: it has been withdrawn.",
    EventKind.CORRECTED: "What was recorded of {what} was not right. Stop telling customers what "
    "it said before.",
    EventKind.SUPPORT_CHANGED: "The support of {what} has another end. Stop giving customers the "
    "old one.",
    EventKind.COMPATIBILITY_CHANGED: "What {what} works with has changed. Check it before you "
    "answer.",
    EventKind.KNOWN_ISSUE_OPENED: "{what} has a known issue. If a customer describes it, do not "
    "start a new search.",
    EventKind.KNOWN_ISSUE_FIXED: "A known issue of {what} is fixed. Tell the customers who wait "
    "for it.",
    EventKind.UNANNOUNCED_DOWNLOAD: "Customers can already download {what}, and nobody announced "
    "it. Do not tell them that it is unreleased.",
    EventKind.BACKFILL: "{what} is dated long ago and appeared only now. There is nothing to do "
    "before your next call.",
    EventKind.WITNESSED: "Somebody else names {what}, and no watched place has it. It may be "
    "out: look before you say that it is not.",
    EventKind.NEW_PLATFORM: "Customers can now download {what} for another platform. Do not tell "
    "them that it is not there.",
    EventKind.PLATFORMS_MISSING: "Not every customer can download {what}: ask for the platform "
    "before you advise it.",
    EventKind.PROMOTED: "Everybody can download {what} now, and nobody announced it. Do not tell "
    "customers that it is a pre-release.",
    EventKind.BYTES_CHANGED: "The file of {what} is another one than before, under the same "
    "version. Advise nobody to install it until somebody has said why.",
    EventKind.ROLLOUT_CHANGED: "Another part of the customers is offered {what} now. Do not insist "
    "that a customer has it, or cannot have it.",
    EventKind.DOWNLOAD_MISSING: "What is recorded as shipped of {what} is not at its place. Ask "
    "whether it was taken back before you send a customer there.",
    EventKind.ROLLED_BACK: "The vendor names an older version as the newest. Ask whether {what} "
    "was taken back before you advise it.",
    EventKind.PARTIAL_RELEASE: "{what} is out, and what it must work with has nothing new. Ask "
    "customers for both versions.",
    EventKind.PUBLISHED_EMPTY: "{what} has a page, and nothing can be downloaded there yet.",
    EventKind.SOURCE_FROZEN: "A place where {what} is watched is out of date: there may be news "
    "that nobody has seen.",
    EventKind.SOURCES_APART: "The places where {what} is watched do not say the same. Trust "
    "neither until somebody has looked.",
    EventKind.ENTRY_UNREAD: "Something appeared where {what} is watched, and what it is cannot be "
    "read. It may be a release: look before you say that there is none.",
    EventKind.SOURCE_FAILING: "A place where {what} is watched cannot be read. Do not take "
    "silence for news: look there yourself, and mend its row.",
    EventKind.SOURCE_HEALED: "A place where {what} is watched can be read again.",
    EventKind.CANCELLED: "{what} is not planned any more. Stop telling customers that it comes.",
    EventKind.MISTAKEN: "This was a mistake: what you were told of {what} does not hold. Stop "
    "telling customers so.",
    EventKind.UNDELIVERED: "This is about the alerts themselves: somebody may not have been "
    "warned.",
    EventKind.TEST: "This is a test: nothing has happened, and there is nothing to do.",
}
_FALSE_ALARM = (
    "This was a false alarm: what was seen is no release. Do not tell customers that they can "
    "download {what}."
)
# The same for customers, who do something with it instead of answering calls.
_TO_CUSTOMERS = {
    EventKind.PLANNED: "{what} is planned.",
    EventKind.DATE_CHANGED: "{what} is planned for another date.",
    EventKind.SHIPPED: "{what} is out. Read this before you install it.",
    EventKind.WITHDRAWN: "Do not install {what} any more: it has been withdrawn.",
    EventKind.CORRECTED: "What was said of {what} was not right. This is what holds.",
    EventKind.SUPPORT_CHANGED: "The support of {what} has another end.",
    EventKind.COMPATIBILITY_CHANGED: "What {what} works with has changed.",
    EventKind.KNOWN_ISSUE_OPENED: "{what} has a known issue.",
    EventKind.KNOWN_ISSUE_FIXED: "A known issue of {what} is fixed.",
    EventKind.CANCELLED: "{what} is not planned any more.",
    EventKind.MISTAKEN: "What you were told of {what} does not hold.",
}
_URGENCY = {
    Severity.LOW: "low (for your information)",
    Severity.NORMAL: "normal (know it by tomorrow)",
    Severity.HIGH: "high (know it before your next call)",
    Severity.CRITICAL: "critical (read it now)",
}
_LONGEST_TITLE = 120
# More lines than these that ask for a message help nobody.
_LINES = 3


def what(event: Event) -> str:
    """What it is about: `recorder 2.7`, or `recorder` for an article."""
    if event.version:
        return f"{event.product} {event.version}"
    return event.product or "a product"


def headline(event: Event) -> str:
    """Product, version and what happened; an article's title says the latter two itself."""
    if event.version:
        happened = "false alarm" if event.is_false_alarm else _HAPPENED[event.kind]
        return f"{what(event)}: {happened}"
    short = _short(events.title(event))
    return f"{event.product}: {short}" if event.product else short


def thread_title(event: Event) -> str:
    """What all messages of one thread are about: a release, a product, an article by its title."""
    # That it is a thread of customers is for machines.
    subject = event.subject
    if event.told_to is Audience.PUBLIC:
        subject = subject.removeprefix(THEIRS)
    product, at, version = subject.partition("@")
    if at and "/" not in product:
        return f"{product} {version}"
    if subject == product_page(event.product):
        return event.product
    thread = event.thread if subject != event.page else None
    of = _short(thread or events.issue_title(event))
    return f"{event.product}: {of}" if event.product else of


def heading(message: Message) -> str:
    """The first line of a message; of several releases and articles, how many more there are."""
    first, *rest = first_lines(message)
    more = len(rest)
    return f"{first}, and {more} more" if more else first


def first_lines(message: Message) -> tuple[str, ...]:
    """What stands above each release or article of a message."""
    return message.written.first_lines or tuple(headline(item.newest) for item in message.items)


def before(event: Event) -> str:
    """One line on what happened before what is told in full."""
    return f"{moment_digits(event.at.astimezone(UTC))}: {one_line(events.title(event))}"


def because(message: Message) -> str | None:
    """Why somebody gets a message, and how to change that; None where nobody knows."""
    if message.is_for_customers:
        return "You get this because you are subscribed; whoever sends it can change that."
    if not message.because:
        answers = any(event.answers for event in message.events)
        return "You get this because you were told what it answers." if answers else None
    lines = message.because[:_LINES]
    rest = len(message.because) - len(lines)
    more = f" and {rest} more" if rest else ""
    them = "this line" if len(message.because) == 1 else "these lines"
    return (
        f"You get this because of {', '.join(lines)}{more}: change {them} in the knowledge base "
        "to get something else, or none."
    )


def advice(event: Event) -> str:
    """One line on what it means for the person who takes the next call, or for a customer."""
    if event.told_to is Audience.PUBLIC:
        return _TO_CUSTOMERS.get(event.kind, "There is news of {what}.").format(what=what(event))
    told = _FALSE_ALARM if event.is_false_alarm else _ADVICE[event.kind]
    return told.format(what=what(event))


def lines(event: Event, sites: ServedAt) -> tuple[tuple[str, str], ...]:
    """Label and text of everything else to tell, in order: facts, page, time, severity."""
    page = link(event, sites)
    return (
        *((one_line(label), one_line(text)) for label, text in events.lines(event)),
        *((("Whom to ask", one_line(event.owner)),) if event.owner else ()),
        *((("Page", page),) if page else ()),
        ("When", moment_digits(event.at.astimezone(UTC))),
        ("Severity", _urgency(event)),
    )


def _urgency(event: Event) -> str:
    return event.severity.value if event.told_to is Audience.PUBLIC else _URGENCY[event.severity]


def _short(title: str) -> str:
    said = one_line(title)
    return said if len(said) <= _LONGEST_TITLE else f"{said[:_LONGEST_TITLE]}…"


def link(event: Event, sites: ServedAt) -> str | None:
    """The address of the page to open, on the site of whom it is told to, if that is served."""
    site = sites.of(event.told_to)
    if site is None:
        return None
    return f"{site.rstrip('/')}/{quote(event.page.lstrip('/'), safe='/%#?=+~!:@&,;$')}"
