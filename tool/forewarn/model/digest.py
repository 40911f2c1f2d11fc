"""A short hash that a browser works out as well, to tell in which file something is kept."""

from __future__ import annotations


def fnv1a(text: str) -> int:
    """FNV-1a in 32 bits of the text as UTF-8; for finding things, not for secrecy."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
