"""Leaving by a button of the mail program (RFC 8058), where a service of ours takes that.

Mail programs show the button only for mails that are signed (DKIM), and press it by a POST. The
address says who leaves, and a signature keeps anybody from making one for somebody else.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import field
from urllib.parse import urlencode

from forewarn.channels.addresses import check_service
from forewarn.frozen import dataclass
from forewarn.options import Options


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """The service that takes it, and the key that it verifies with."""

    service: str
    key: str = field(repr=False)

    def address_for(self, person: str) -> str:
        """Where somebody leaves: `person=` and `sig=`, an HMAC with SHA-256 in hexadecimal."""
        sig = hmac.new(self.key.encode(), person.encode(), hashlib.sha256).hexdigest()
        joint = "&" if "?" in self.service else "?"
        return f"{self.service}{joint}{urlencode({'person': person, 'sig': sig})}"


def leaving(read: Options) -> Leaving | None:
    """The options `dkim`, `leave` and `leave_key`; None where nothing is offered."""
    signed = read.flag("dkim")
    service = read.text("leave", None, check_service(False))
    key = read.secret("leave_key")
    if read.has("leave") and not signed:
        read.refuse(
            "'leave' needs 'dkim: true': mail programs offer it for signed mails alone", "leave"
        )
    if read.has("leave") != read.has("leave_key"):
        read.refuse("'leave' and 'leave_key' go together", "leave")
    return Leaving(service=service, key=key) if service and key and signed else None
