"""Secrets in web addresses: cut wherever an address is shown, told or kept.

A watched address may hold a token, and so may one that a feed or a redirect gives. Whoever may
read a page or an alert is not whoever may use that token.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from forewarn.expressions import expression

CUT = "***"
# Names of values that open something, wherever in the name the word stands.
_WORD = expression(
    r"token|secret|passw|passphrase|pwd|signature|credential|api[-_.]?key|access[-_.]?key"
    r"|private[-_.]?key|secret[-_.]?key|auth(?!or)|authori[sz]ation|session|jwt|bearer|hmac|licen[cs]e|hdne[at]"
    r"|x-amz-(?!date|expires|algorithm)|x-goog-(?!date|expires|algorithm)|access[-_]?id|key-pair-id",
    re.IGNORECASE,
)
_NAME = expression(r"key|sig|sign|pass|pw|sas|sid|code|policy|otp|ticket", re.IGNORECASE)
# Values that say by themselves what they are: tokens of forges, chats and clouds, and JWT.
_TELLING = (
    r"gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|gl(?:pat|rt|dt|ft)-[\w-]{16,}"
    r"|xox[a-z]-[\w-]{10,}|AKIA[A-Z0-9]{12,}|sk[-_](?:live_|test_)?[A-Za-z0-9]{16,}"
    r"|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}|eyJ[\w-]{8,500}\.[\w-]{8,}\.[\w-]*"
)
_TELLING_VALUE = expression(rf"(?<![A-Za-z0-9])(?:{_TELLING})")
# A pair in the query, in the fragment, or behind a semicolon in the path.
_PAIR = expression(r"(?<=[?&;#])([^=&;#?/]*)=([^&;#]*)")
# A query or a fragment that is nothing but one long word with letters and digits.
_BARE = expression(r"(?<=[?#])(?=[\w.~-]*\d)(?=[\w.~-]*[A-Za-z])[\w.~-]{24,}$")
# With an end to each part of which there may be many: what came from the web is looked through.
_START = expression(r"([A-Za-z][A-Za-z0-9+.-]{0,30}:)?//[^/?#\s]*@")
_ADDRESS = expression(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:)?//[^\s<>\"'`]+")
_REFERENCE = expression(r"(?:[A-Za-z]+(?:%20|\+| ))?\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_DEEPEST = 3


def without_secrets(url: str, *, depth: int = 0) -> str:
    """The address without user name and password, and with `***` for what opens something.

    A value that is written `${NAME}` holds no secret and stays. Any text is taken.
    """
    if not ("@" in url or "?" in url or "#" in url or "=" in url):
        return _without_telling(url)  # as most are: there is nothing to take apart
    url = _START.sub(lambda found: f"{found[1] or ''}//", url, count=1)
    url = _PAIR.sub(lambda found: f"{found[1]}={_value(found[1], found[2], depth)}", url)
    return _without_telling(_BARE.sub(CUT, url))


def told(text: str) -> str:
    """A text that somebody may read, with every address in it as `without_secrets` has it."""
    if "//" in text:
        text = _ADDRESS.sub(lambda found: without_secrets(found[0]), text)
    return _without_telling(text)


def _without_telling(text: str) -> str:
    """The text without values that say by themselves what they are."""
    # One of these is in each of them, and to look for that is quicker.
    may_be = (
        "_" in text
        or ("-" in text and ("gl" in text or "xox" in text or "sk-" in text or "pypi-" in text))
        or "eyJ" in text
        or "AKIA" in text
    )
    return _TELLING_VALUE.sub(CUT, text) if may_be else text


def names_secret(name: str) -> bool:
    """Whether a value of that name, a header's or a parameter's, opens something."""
    plain = unquote(name)
    return bool(_WORD.search(plain) or _NAME.fullmatch(plain) or plain.casefold() == "cookie")


def holds_secret(url: str) -> bool:
    """Whether an address has in it what `without_secrets` cuts."""
    return without_secrets(url) != url


def _value(name: str, value: str, depth: int) -> str:
    if not value or _REFERENCE.fullmatch(unquote(value)):
        return value
    if names_secret(name):
        return CUT
    inner = unquote(value)
    if depth < _DEEPEST and ("://" in inner or "=" in inner):
        # An address within the address.
        cut = without_secrets(inner if "://" in inner else f"?{inner}", depth=depth + 1)
        cut = cut if "://" in inner else cut[1:]
        if cut != inner:
            return quote(cut, safe="*")
    return value
