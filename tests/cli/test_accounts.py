"""The alerts accounted for: in a spreadsheet, for a monitor, after years, and without somebody."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_line import Kb
from events_builder import an_event, queue
from forewarn.cli.say.deliveries import as_text
from forewarn.cli.say.table import csv_text
from forewarn.model.delivery import Delivery, DeliveryState, Fault, NotSent
from forewarn.store.settings import load_settings
from forewarn.store.state.opening import open_state

SETTINGS = """\
name: Example Support
people:
  maria: {name: Maria Lopez, email: maria@example.com}
  jonas: {name: Jonas Weber, email: jonas.weber@example.net}
channels:
  files: {type: folder}
  more: {type: folder, path: .forewarn/more}
operators: [maria]
subscriptions:
  - {person: maria, channel: files}
  - {person: jonas, channel: files}
"""
REFUSED = "the mail server answered 550 5.1.1 <jonas.weber@example.net> unknown"


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Kb]:
    """Two alerts went to Maria; one to Jonas, the other was refused."""
    (tmp_path / "forewarn.yml").write_text(SETTINGS)
    queue(tmp_path, load_settings(tmp_path), an_event(1))
    kb = Kb(tmp_path)
    kb.run("deliver")
    queue(tmp_path, load_settings(tmp_path), an_event(2, product="player", version="=1+1"))
    # Not long ago, as `deliver` shortens what is old; but no lease of then holds.
    now = datetime.now(UTC) - timedelta(days=1)
    with open_state(tmp_path) as state:
        row = next(r for r in state.claim(channel="files", now=now) if r.person == "jonas")
        how = NotSent(error=REFUSED, permanent=True, fault=Fault.RECIPIENT)
        state.settle([(row, how)], now=now)
    kb.run("deliver")
    yield kb


def values(kb: Kb) -> dict[str, float]:
    """What a monitor reads."""
    lines = [line for line in kb.run("metrics").out.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\ufeff=1", "|x", "%x", "\uff1d1"],
)
def test_no_cell_is_one_that_a_spreadsheet_would_run(cell: str) -> None:
    (_, (written,)) = csv.reader(io.StringIO(csv_text(["a"], [[cell]])))
    assert written == f"'{cell}"


@pytest.mark.parametrize("cell", ["a=1", 'say "no"', "a,b\nc", "2.7", "", "é"])
def test_every_other_cell_is_as_it_was(cell: str) -> None:
    (_, (written,)) = csv.reader(io.StringIO(csv_text(["a"], [[cell]])))
    assert written == cell


def test_deliveries_are_listed_for_a_spreadsheet_by_recipient_and_by_product(kb: Kb) -> None:
    text = kb.run("deliveries", "--format", "csv", "--product", "player").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["person"], row["state"], row["version"]) for row in rows] == [
        ("maria", "sent", "'=1+1"),
        ("jonas", "dead", "'=1+1"),
    ]
    assert [row["assurance"] for row in rows] == ["delivered", ""]
    mine = kb.run("deliveries", "--format", "json", "--person", "jonas").json
    assert [row["state"] for row in mine] == ["sent", "dead"]
    none = kb.run("deliveries", "--person", "jonas", "--product", "player", "--state", "held")
    assert (none.out, none.err) == ("", "")


def test_what_failed_says_why_also_where_somebody_stands_in() -> None:
    row = Delivery(
        id=1,
        event=an_event(),
        person="tom",
        channel="mail",
        state=DeliveryState.DEAD,
        reason="they stand in for maria",
        error="there is no such mailbox",
        attempts=1,
    )
    assert as_text((row,)).endswith("1 attempt: there is no such mailbox")
    assert as_text((replace(row, state=DeliveryState.PENDING),)).endswith("stand in for maria")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--person", "jonsa"), "there is no person, list or room 'jonsa', and no delivery of one"),
        (("--product", "plyer"), "there is no product 'plyer', and no delivery of one"),
        (("--dead", "--state", "sent"), "--dead is --state dead, and --state sent asks for others"),
        (("why", str(10**20)), "is not in the range"),
        (("retry", str(10**20)), "is not in the range"),
    ],
)
def test_nothing_is_listed_of_what_was_mistyped(kb: Kb, asked: tuple[str, ...], said: str) -> None:
    assert said in kb.run("deliveries", *asked, code=2).err


def test_any_number_of_deliveries_can_be_asked_for(kb: Kb) -> None:
    assert kb.run("deliveries", "--newest", str(10**20)).out.count("\n") > 3


def test_a_monitor_reads_what_was_sent_and_given_up_and_never_a_name(
    kb: Kb, tmp_path: Path
) -> None:
    found = values(kb)
    assert found['forewarn_deliveries{channel="files",state="sent"}'] == 3
    assert found['forewarn_deliveries{channel="files",state="dead"}'] == 1
    assert found['forewarn_delivery_oldest_waiting_seconds{channel="files"}'] == 0
    assert found['forewarn_recipients_failing{channel="files"}'] == 1
    assert found['forewarn_channel_quarantined{channel="files"}'] == 0
    text = kb.run("metrics").out
    assert not re.search("maria|jonas|example", text)
    names = re.findall(r"^# TYPE (\S+) (?:gauge|counter)$", text, re.MULTILINE)
    assert len(names) == len(set(names)) == text.count("# HELP")
    file = tmp_path / "forewarn.prom"
    assert kb.run("metrics", "--file", str(file)).out == ""
    assert file.read_text().splitlines()[:3] == text.splitlines()[:3]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_device_or_a_pipe_is_not_replaced_by_a_file(kb: Kb, tmp_path: Path) -> None:
    """Who is root and names /dev/null would leave the machine without it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    refused = kb.run("metrics", "--file", str(pipe), code=4)
    assert f"{pipe}: cannot write: it is a device or a pipe, and no file" in refused.err
    assert "by `> PATH`" in refused.err
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_what_was_shortened_is_still_counted(kb: Kb) -> None:
    before = values(kb)
    with open_state(kb.root) as state:
        assert state.shorten(before=datetime.now(UTC) + timedelta(days=1), limit=3) == 3
    assert values(kb) == before
    assert kb.run("state", "prune", "--older", "400d").out == "0 shortened\n", "it is young"
    assert kb.run("state", "prune", "--older", "400", code=2).out == ""
    queue(kb.root, load_settings(kb.root), an_event(1))
    assert len(kb.run("deliveries", "--format", "json").json) == 2, "it is told to nobody again"


def test_whoever_is_forgotten_stands_nowhere_in_the_state_and_is_still_counted(kb: Kb) -> None:
    before = values(kb)
    folder = kb.root / ".forewarn"
    others = folder / "mail" / f"2026-05-04-{an_event(1).id}-anna-jonas.eml"
    others.write_text("to somebody else")
    assert any(b"jonas" in file.read_bytes() for file in folder.rglob("*") if file.is_file())
    done = kb.run("forget", "jonas", "--format", "json")
    assert done.json == {"deliveries": 2, "files": 1, "still_named": True, "copies": []}
    assert "jonas is still in forewarn.yml" in done.err
    others.unlink()
    for file in [*folder.glob("state.db*"), *(folder / "mail").iterdir()]:
        assert b"jonas" not in file.read_bytes(), file
    after = values(kb)
    assert after.pop('forewarn_recipients_failing{channel="files"}') == 0
    before.pop('forewarn_recipients_failing{channel="files"}')
    assert after == before
    (told,) = [r for r in kb.run("deliveries", "--format", "json").json if r["channel"] == "more"]
    assert (told["kind"], told["person"]) == ("undelivered", "maria")


def test_nobody_of_that_name_is_said_and_an_address_that_is_gone_can_be_given(kb: Kb) -> None:
    refused = kb.run("forget", "nobody", code=2)
    assert "nobody is called 'nobody'" in refused.err
    without = "\n".join(line for line in SETTINGS.splitlines() if "jonas" not in line)
    (kb.root / "forewarn.yml").write_text(without)
    kb.run("forget", "jonas", "--address", "jonas.weber@example.net")
    for file in (kb.root / ".forewarn").glob("state.db*"):
        assert b"weber" not in file.read_bytes(), file
