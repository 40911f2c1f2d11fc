"""A long list is printed as it is made, and reads as any other."""

from __future__ import annotations

import json

import pytest

from forewarn.cli.output import emit


@pytest.mark.parametrize(
    "rows", [[], [{}], [{"a": "x\ny\u2028", "b": [1, {"c": None}]}, {"a": "ö"}]]
)
def test_rows_one_by_one_are_the_same_text_as_the_list(
    rows: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    emit("json", iter(rows), "")
    one_by_one = capsys.readouterr().out
    emit("json", rows, "")
    whole = capsys.readouterr().out
    assert json.loads(one_by_one) == rows
    assert one_by_one == whole
