"""The lookup as a browser reads it: the one file that a key is in, and rows with all they stand for."""

from __future__ import annotations

import json
from typing import Any

from forewarn.model.digest import fnv1a
from forewarn.pages import Tree

_FOLDER = "api/v1/lookup"


def kept(tree: Tree, family: str, key: str) -> Any:
    """What the file that a browser would load for a key has under it; None where it has nothing."""
    index = json.loads(tree.files[f"{_FOLDER}/index.json"])
    file = tree.files[f"{_FOLDER}/{family}-{fnv1a(key) % index[family]}.json"]
    rows = json.loads(file).get(key)
    if family != "keys" or rows is None or key[0] != "v":
        return rows
    product, _, plain = key[1:].rpartition(" ")
    if plain.startswith("+"):
        product, plain = "", product
    return [_whole(row, product, plain, index) for row in rows]


def _whole(row: list[Any], product: str, plain: str, index: dict[str, Any]) -> list[str]:
    if not isinstance(row[1], int):
        return row
    where, state, given, *more = row
    version = given or plain
    page = f"products/{product or more[0]}/"
    url = {0: f"{page}#v{version}", 1: f"{page}{version}/"}.get(where, where)
    if not product:
        return [url, f"{more[1]} {version}", index["states"][state], version, more[0]]
    said, support, marks = [*more, "", ""][:3]
    ends = "" if support == 0 else f"; it is {support}" if support else f"; {index['unended']}"
    return [url, "", index["states"][state], version, said + ends, support or "", marks]
