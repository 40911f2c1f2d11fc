"""Long reading is seen; short reading is not worth a word."""

from __future__ import annotations

import pytest

from forewarn.cli.output import reading


def test_what_takes_long_is_told_in_plain_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0.0
    with reading(lambda: now) as progress:
        progress(50_000, 100_000)
        assert capsys.readouterr().err == ""
        now = 1.0
        for done in range(60_000, 101_000, 1000):
            progress(done, 100_000)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "reading the records: 60000 of 100000",
        "reading the records: 80000 of 100000",
        "reading the records: 100000 of 100000",
    ]
