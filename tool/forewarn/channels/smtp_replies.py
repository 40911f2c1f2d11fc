"""What a mail server's refusal is about: this address or message, or something that may pass."""

from __future__ import annotations

import re

# An enhanced status (RFC 3463), class, subject, detail: it stands first, or in brackets at the end.
_ENHANCED = re.compile(r"(?:\A[ #]*|\(#)([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
# What the address itself is refused for: bad mailbox, bad domain, bad syntax, ambiguous, moved,
# no mail for the domain; a mailbox that is closed.
_WRONG_ADDRESS = frozenset([(1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 10), (2, 1)])
# What the message itself is refused for: longer than the mailbox or the server takes, or content
# that cannot be carried.
_WRONG_MESSAGE = frozenset([(2, 3), (3, 4)])
_CONTENT = 6
# Who sends, how much, from where and by whose leave: another day, or another set-up, and it goes.
_PASSING = re.compile(
    r"quota|limit|exceed|too (?:many|much|fast|often|quickly)|\brate\b|rate.?limit|throttl"
    r"|try (?:again|later)|temporar|\blater\b|defer|suspend"
    r"|gr[ae]y.?list|policy|polici|spf\b|dkim|dmarc|reputation"
    r"|block(?:ed|ing|list)|black.?list|\bbl\b|rbl|dnsbl|spamhaus|banned|listed (?:at|by|in|on)"
    r"|relay|not permitted|not allowed|not authori[sz]ed|unauthori[sz]ed|unauthenticated"
    r"|authenticat|authori[sz]ation|log ?in|credential|starttls|\btls\b|encrypt"
    r"|helo|ehlo|fully.qualified|host ?name|reverse|\bptr\b|\brdns\b|client host"
    r"|sender|mail from|return.?path|envelope from|from address"
    r"|over.?quota|mailbox (?:is )?full|full mailbox|insufficient|storage|\bdisk\b"
    r"|service (?:is )?(?:currently )?(?:unavailable|not available)|unavailable at this time"
    r"|access denied|bad sequence|command|syntax error|protocol|internal|configuration",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"no such|unknown|does(?: not|n'?t) exist|not (?:exist|found)|non.?existent|invalid|no mailbox"
    r"|not a (?:valid|known)|no (?:user|account|recipient)|unrecogni[sz]ed|undeliverable address"
    r"|bad (?:address|recipient|destination)|(?:mailbox|account|address|user) (?:is |has been )?"
    r"(?:disabled|unavailable|closed|inactive|deactivated|rejected|gone)"
    r"|unrout(?:e)?able address|does(?: not|n'?t) have an? "
    r"|not local|not our (?:customer|user)|does not (?:accept|receive) (?:any )?mail|null ?mx",
    re.IGNORECASE,
)
# Statuses that say no more than "no".
_ANYTHING = frozenset([(0, 0), (1, 0), (5, 0)])


def address_is_wrong(code: int, text: str) -> bool:
    """Whether a reply to RCPT says that this address does not and will not take mail.

    Any doubt is a no: what waits is sent when the doubt is over, and what is given up is not.
    """
    if code < 500:
        return False
    subject = _subject(text)
    said = _ENHANCED.sub(" ", text)
    if _PASSING.search(said):
        return False  # whatever the status: some servers say 5.1.1 of everything
    if subject is None or subject in _ANYTHING:
        return bool(_UNKNOWN.search(said))
    return subject in _WRONG_ADDRESS


def message_is_refused(code: int, text: str) -> bool:
    """Whether a reply to DATA says that this message is not and will not be taken."""
    if code < 500:
        return False
    subject = _subject(text)
    if subject is not None and subject != (0, 0):
        wrong = subject in _WRONG_MESSAGE or subject[0] == _CONTENT
        return wrong or (subject in _WRONG_ADDRESS and address_is_wrong(code, text))
    return not _PASSING.search(_ENHANCED.sub(" ", text))


def name_is_refused(text: str) -> bool:
    """Whether it is how this machine named itself that a server does not like."""
    return bool(re.search(r"\b(?:helo|ehlo)\b|fully.qualified", text, re.IGNORECASE))


def _subject(text: str) -> tuple[int, int] | None:
    found = _ENHANCED.search(text)
    return (int(found[2]), int(found[3])) if found else None
