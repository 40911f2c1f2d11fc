"""How chats that read markup write plain text, so that no title calls, links or formats."""

from __future__ import annotations

import re
from html import escape

from forewarn.channels.chat import Marks

# What Markdown, as chats read it, makes something of: anywhere, and at a beginning.
_ANYWHERE = re.compile(r"([\\`*_~|<>\[\]()&#])")
_AT_FIRST = re.compile(r"^(\d*)([+.)-])")
# A sign that nobody sees, between an @ and the name that it would call.
_APART = "\u200b"


def markdown_text(text: str) -> str:
    """Text in which Markdown finds nothing, and no sign calls a person or a whole room."""
    text = _AT_FIRST.sub(r"\1\\\2", _ANYWHERE.sub(r"\\\1", text))
    return text.replace("@", f"@{_APART}")


def apart(text: str) -> str:
    """Text for a service of which nobody knows what it reads: no tag in it, and no call."""
    return text.replace("@", f"@{_APART}").replace("<", f"<{_APART}")


def slack_text(text: str) -> str:
    """Text as Slack wants it in a message: the three signs that mean something to it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


MARKDOWN = Marks(
    plain=markdown_text, strong=lambda text: f"**{text}**", address=lambda url: f"<{url}>"
)
HTML = Marks(
    plain=escape,
    strong=lambda text: f"<strong>{text}</strong>",
    address=lambda url: f'<a href="{escape(url)}">{escape(url)}</a>',
)
