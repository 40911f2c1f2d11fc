"""Where records lie in a knowledge base: its folders, and which of their files are records."""

from __future__ import annotations

RECORD_FOLDERS = ("releases", "kb")
RELEASES, ARTICLES = RECORD_FOLDERS


def is_record(path: str) -> bool:
    """Whether the file at `path` (relative to the root, with `/`) is read as a record."""
    if path.startswith("kb/"):
        return path.endswith(".md")
    return path.startswith("releases/") and path.endswith((".md", "/product.yml"))
