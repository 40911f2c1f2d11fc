"""The safe alphabets: what a name may be before it becomes a path, a URL or a header.

Every rule is a function that returns what is wrong, or None; who asks decides how to say it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from forewarn.expressions import expression

_PRODUCT = expression(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.ASCII)
_VERSION = expression(r"[A-Za-z0-9](?:[A-Za-z0-9._+~^:!-]*[A-Za-z0-9+~^])?", re.ASCII)
_WORD = expression(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?", re.ASCII)
_TRACK = expression(r"[A-Za-z0-9](?:[A-Za-z0-9 ._+~:()/-]{0,98}[A-Za-z0-9+)])?")
_ARTICLE_PART = expression(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.ASCII)
_CONTROL = expression(r"[\x00-\x1f\x7f-\x9f]")
# Windows opens a device for these names, with any extension, in any folder.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))]
)
# File stems that mean something else in a product's folder or on its pages.
_TAKEN = frozenset(["product", "index", "readme"])
LONGEST = 100  # characters


def check_product(text: str) -> str | None:
    """What keeps `text` from being a product's id, or None."""
    return _check(text, _PRODUCT, "small letters, digits, '.', '_' and '-'")


# A version that a source shows is asked for several times, by whoever reads it and keeps it.
@lru_cache(maxsize=1024)
def check_version(text: str) -> str | None:
    """What keeps `text` from being a version, or None."""
    problem = _check(text, _VERSION, "letters, digits and . _ + ~ ^ : ! -")
    if problem:
        return problem
    if text.casefold() in _TAKEN or text.casefold().endswith(".briefing"):
        return f"{text!r} is kept for another file"
    return None


def check_word(text: str) -> str | None:
    """What keeps `text` from naming a person, track, platform, edition or channel, or None."""
    return _check(text, _WORD, "small letters, digits, '_' and '-'")


def check_article_path(path: str) -> str | None:
    """What keeps `kb/<path>` from being an article's file name, or None."""
    parts = path.removesuffix(".md").split("/")
    for part in parts:
        problem = _check(part, _ARTICLE_PART, "small letters, digits, '.', '_' and '-'")
        if problem:
            return problem
    return None


def check_header(text: str) -> str | None:
    """What makes `text` unfit for a mail header or a log line, or None."""
    if _CONTROL.search(text):
        return "it holds a line break or another control character"
    if "=?" in text:
        return "it holds '=?', which mail programs read as an encoded word"
    return None


def check_address(text: str) -> str | None:
    """What keeps `text` from being one person's mail address, or None."""
    problem = check_header(text)
    if problem:
        return problem
    name, at, host = text.partition("@")
    bad = set(text) & set(' ,;:<>()[]"\\')
    if not (name and at and host) or "@" in host or bad or not text.isascii():
        return "it is not a mail address such as maria@example.com"
    return None


def check_track(text: str) -> str | None:
    """What keeps `text` from naming a track, or None."""
    return None if _TRACK.fullmatch(text) else "a track is a short name such as stable, lts or 3.14"


def check_alias(text: str) -> str | None:
    """What keeps `text` from being another name of a product, or None."""
    if not any(char.isalnum() for char in text):
        return "it has no letter or digit"
    if len(text) > LONGEST:
        return f"it is {len(text)} characters long; {LONGEST} is the most"
    if text.strip() != text:
        return "it begins or ends with a blank"
    if "@" in text:
        return "it holds '@', which stands between a product and its version"
    return check_header(text)


def _check(text: str, pattern: re.Pattern[str], allowed: str) -> str | None:
    if not text:
        return "it is empty"
    if len(text) > LONGEST:
        return f"it is {len(text)} characters long; {LONGEST} is the most"
    if not pattern.fullmatch(text):
        return (
            f"{text!a} has a character or an end that is not allowed; use {allowed}, "
            "and begin and end with a letter or digit"
        )
    if ".." in text:
        return f"{text!r} holds '..'"
    if text.split(".")[0].casefold() in _DEVICES:
        return f"{text!r} is a device name on Windows"
    return None


def version_stem(version: str) -> str:
    """The file stem that a version has on disk and in URLs: `:` is written `=`.

    A colon cannot stand in a file name on Windows, and an equals sign cannot stand in a
    version, so the two never meet.
    """
    return version.replace(":", "=")


def version_of_stem(stem: str) -> str:
    """The version that a file stem stands for; the inverse of `version_stem`."""
    return stem.replace("=", ":")
