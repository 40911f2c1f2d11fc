"""Titles of entries and the versions that they announce, as tests/sources/titles.txt has them."""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).parent / "sources/titles.txt"


def titles(section: str) -> list[tuple[str, str]]:
    """The titles of a section, each with its version; "" where it announces none."""
    _, named, below = _FILE.read_text(encoding="utf-8").partition(f"[{section}]\n")
    assert named, section
    lines = below.partition("\n[")[0].splitlines()
    rows = [line.split(" | ", 1) for line in lines if line and not line.startswith("# ")]
    return [(title, "" if version == "-" else version) for version, title in rows]
