"""Making text and addresses from a watched place fit to be kept and shown."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlsplit

from forewarn.expressions import expression
from forewarn.model.secrets import told, without_secrets
from forewarn.model.visible import one_line

_LONGEST_URL = 2000
# Nothing of these has to be mended.
_PLAIN_URL = expression(r"https?://[a-z0-9][a-z0-9.-]{0,200}(?:/[A-Za-z0-9_.,~/+-]{0,1000})?")
# An entry's texts are asked for several times, one after the other.
_REMEMBERED = 64


@lru_cache(maxsize=_REMEMBERED)
def clean(text: str, most: int) -> str:
    """One line of at most `most` characters, without any that hide or turn what it says.

    An address in it is as `without_secrets` has it.
    """
    return told(one_line(text))[:most].rstrip()


def hides_something(text: str) -> bool:
    """Whether there are characters within a text that nobody sees, or that turn it round.

    What is read without them may be another thing than what people see.
    """
    trimmed = text
    while trimmed and not (trimmed[0].isprintable() and trimmed[-1].isprintable()):
        trimmed = trimmed[1:] if not trimmed[0].isprintable() else trimmed[:-1]
    return one_line(trimmed).split() != trimmed.split()


@lru_cache(maxsize=_REMEMBERED)
def clean_url(text: str) -> str | None:
    """An http or https address in safe ASCII, with `***` for a token in it.

    None for anything else, and for a password in it.
    """
    if _PLAIN_URL.fullmatch(text):
        return without_secrets(text)
    try:
        parts = urlsplit(text.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            return None
        host = parts.netloc
        parts = parts._replace(netloc=host if host.isascii() else host.encode("idna").decode())
    except ValueError:
        return None
    url = quote(parts.geturl(), safe="%/:?#[]@!$&()*+,;=~", errors="replace")
    url = without_secrets(url)
    return url if len(url) <= _LONGEST_URL else None
