"""A long list is printed as it is made, and reads as any other."""

from __future__ import annotations

import json

import pytest

from command_line import Kb
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


@pytest.mark.parametrize("unseen", ["\u202e", "\x9b31m", "\x85", "\u2028", "\U000e0041", "\udc80"])
def test_json_holds_what_nobody_sees_by_its_number(
    unseen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"title": f"ö {unseen}x"}
    emit("json", row, "")
    shown = capsys.readouterr().out
    assert json.loads(shown) == row
    assert "ö" in shown
    assert unseen[0] not in shown


def test_quiet_says_nothing_but_what_is_wrong_and_answers_all_the_same(acme: Kb) -> None:
    assert (
        acme.run("--quiet", "release", "add", "recorder", "2.9", "--planned", "2099-01-01").err
        == ""
    )
    assert acme.run("-q", "release", "latest", "recorder").out.strip()
    assert "shipped already" in acme.run("-q", "release", "ship", "recorder", "2.4", code=1).err
    acme.write("releases/recorder/2.5.md", "---\nstatus: shiped\n---\n")
    assert "not read" in acme.run("-q", "release", "list", "recorder", code=3).err, (
        "silence would lie"
    )
