"""Texts in few small files, none of which is larger than it may be."""

from __future__ import annotations

import gzip
import json
import random

import pytest

from forewarn.site.packs import packed


@pytest.mark.parametrize("most", [600, 4096])
def test_every_text_is_kept_in_its_order_and_no_file_is_too_large(most: int) -> None:
    made = random.Random(1)
    rows = [[f"/{n}.html", " ".join(made.choices("abcdefgh", k=200))] for n in range(100)]
    files = packed(rows, most)
    assert max(len(data) for _, data in files) <= most
    assert len(files) < len(rows) // 2
    lines = [gzip.decompress(data).decode().splitlines() for _, data in files]
    assert [len(each) for each in lines] == [count for count, _ in files]
    assert [json.loads(line) for each in lines for line in each] == rows


def test_what_does_not_fit_is_a_file_by_itself() -> None:
    large = "".join(random.Random(2).choices("abcdefghijklmnop", k=3000))
    files = packed(["a", large, "b"], 500)
    assert [count for count, _ in files] == [1, 1, 1]
    assert packed([], 500) == []
