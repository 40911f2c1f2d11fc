"""Records: from the bytes of a file to one object of the model, and what is wrong with them.

A module for each kind of record, and one for what they share.
"""

from __future__ import annotations

from forewarn.model import rule_ids
from forewarn.model.article import Article
from forewarn.model.names import check_product, check_version, version_of_stem
from forewarn.model.product import Product
from forewarn.model.release import Briefing, Release
from forewarn.store.layout import is_record
from forewarn.store.records.article import read_article
from forewarn.store.records.problems import Problems
from forewarn.store.records.product import read_product
from forewarn.store.records.release import read_release
from forewarn.store.records.text import decode

__all__ = [
    "Record",
    "decode",
    "is_record",
    "read_record",
]

Record = Product | Release | Briefing | Article


def read_record(path: str, data: bytes, problems: Problems) -> Record | None:
    """Read the file at `path` (relative, below `releases/` or `kb/`).

    Returns None where the file cannot be read as a record; `problems` then says why. A record
    may come with problems, too: what could be read is there.
    """
    text = decode(data, problems)
    if text is None:
        return None
    parts = path.split("/")
    if parts[0] == "kb":
        return read_article(path, text, problems)
    if len(parts) != 3:
        problems.add(
            None,
            rule_ids.MISPLACED,
            "no record belongs here",
            "Put it at releases/<product>/<version>.md, or remove it.",
        )
        return None
    _, product, file = parts
    problem = check_product(product)
    if problem:
        problems.add(
            None,
            rule_ids.UNSAFE_NAME,
            f"the folder's name is no product id: {problem}",
            "Rename it.",
        )
        return None
    if file == "product.yml":
        return read_product(product, text, problems)
    stem = file.removesuffix(".md")
    version = version_of_stem(stem.removesuffix(".briefing"))
    problem = check_version(version)
    if problem:
        problems.add(
            None, rule_ids.UNSAFE_NAME, f"the file's name is no version: {problem}", "Rename it."
        )
        return None
    if stem.endswith(".briefing"):
        return Briefing(product=product, version=version, text=text, place=problems.place(None))
    return read_release(product, version, text, problems)
