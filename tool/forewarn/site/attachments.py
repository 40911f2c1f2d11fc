"""The files beside the articles that a page may show or link to."""

from __future__ import annotations

import re
from pathlib import Path

KB = "kb"
_KINDS = """
.avif .csv .gif .gz .jpeg .jpg .json .log .pdf .png .reg .svg .tar .txt .webp .zip
"""
# An SVG picture is a document of its own when it is opened, and could run what it holds.
_ACTIVE_SVG = re.compile(
    rb"<\s*(?:script|foreignobject|iframe|use|!doctype|!entity|\?xml-stylesheet)"
    rb"|\bon[a-z]+\s*=|javascript:|&#|href\s*=\s*[\"']?\s*[^#\"'\s]",
    re.IGNORECASE,
)


def find(root: Path) -> frozenset[str]:
    """The files below kb/ that may be published, as `kb/shots/one.png`.

    Left out are records, kinds of file that a browser would run, hidden files, and whatever a
    symbolic link points to.
    """
    found = set()
    pending = [root / KB]
    while pending:
        folder = pending.pop()
        if folder.is_symlink() or not folder.is_dir():
            continue
        for path in folder.iterdir():
            if path.name.startswith(".") or path.is_symlink():
                continue
            if path.is_dir():
                pending.append(path)
            elif path.suffix.lower() in _KINDS.split() and _is_passive(path):
                found.add(path.relative_to(root).as_posix())
    return frozenset(found)


def _is_passive(path: Path) -> bool:
    return path.suffix.lower() != ".svg" or not _ACTIVE_SVG.search(path.read_bytes())
