"""Addresses in data files, which are read far from where they lie."""

from __future__ import annotations

import uuid
from functools import lru_cache

from forewarn.pages.view import paths
from forewarn.pages.view.view import View


def base(view: View) -> str:
    """Where the site is served, with a slash at its end; empty where nobody has said so."""
    return view.settings.site_urls.get(view.audience.value, "")


def start(view: View, src: str) -> str:
    """What stands before an address as seen from the data file `src`."""
    return base(view) or "../" * src.count("/")


def address(view: View, src: str, target: str, anchor: str = "") -> str:
    """Absolute where it is known where the site is served, else relative to the file `src`."""
    return paths.with_anchor(start(view, src) + paths.url(target), anchor)


def identity(view: View, key: str) -> uuid.UUID:
    """An id for good: it follows from what it stands for, not from where the site is served."""
    return _identity(view.settings.name, key)


# An entry is written in several forms one after the other.
@lru_cache(maxsize=1024)
def _identity(name: str, key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"forewarn:{name}:{key}")
