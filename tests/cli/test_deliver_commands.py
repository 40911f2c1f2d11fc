"""`forewarn deliver` and `forewarn deliveries`, as a person or a script uses them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

import own_process
from command_line import Ran
from events_builder import an_event, queue
from forewarn.store.settings import load_settings

pytestmark = pytest.mark.slow
FULL = Path("/dev/full")

SETTINGS = """\
name: Example Support
people:
  maria: {name: Maria Lopez, email: maria@example.com}
  jonas: {name: Jonas Weber}
channels:
  files: {type: folder}
subscriptions:
  - {person: maria, channel: files}
  - {person: jonas, channel: files}
"""
WITHOUT_JONAS = "\n".join(line for line in SETTINGS.splitlines() if "jonas" not in line)


def forewarn(root: Path, *words: str) -> Ran:
    return own_process.forewarn("-C", str(root), *words).wait()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "forewarn.yml").write_text(SETTINGS)
    queue(tmp_path, load_settings(tmp_path), an_event())
    (tmp_path / "forewarn.yml").write_text(WITHOUT_JONAS)
    return tmp_path


def test_what_went_and_what_did_not_is_told_by_deliver_and_kept_for_deliveries(root: Path) -> None:
    waiting = json.loads(forewarn(root, "deliveries", "--format", "json").out)
    assert {(row["person"], row["state"]) for row in waiting} == {
        ("maria", "pending"),
        ("jonas", "pending"),
    }
    delivered = forewarn(root, "deliver")
    assert delivered.code == 3
    assert delivered.err.splitlines() == [
        "nobody was told by another channel: 1 alert by channel files given up",
        "  next: set `operators:` in forewarn.yml, and a second channel that reaches them",
        "1 sent, 1 given up",
    ]
    assert "jonas" in delivered.out and "forewarn.yml" in delivered.out
    rows = json.loads(forewarn(root, "deliveries", "--format", "json").out)
    sent_at = rows[0].pop("sent_at")
    assert [row.pop("tried_at")[:10] for row in rows] == [sent_at[:10]] * 2
    (mail,) = (root / ".forewarn" / "mail").iterdir()
    thread = message_from_bytes(mail.read_bytes(), policy=default)["References"]
    assert sent_at.endswith("+00:00")
    assert rows == [
        {
            "id": 1,
            "event": "3f2a91c07be44d1e8a55",
            "kind": "shipped",
            "product": "recorder",
            "version": "2.7",
            "person": "maria",
            "channel": "files",
            "because": "forewarn.yml:8",
            "state": "sent",
            "reason": None,
            "attempts": 1,
            "next_attempt_at": None,
            "error": None,
            "receipt": {
                "message": "<3f2a91c07be44d1e8a55.maria@localhost>",
                "thread": thread,
                "assurance": "delivered",
            },
            "duplicates": 0,
        },
        {
            "id": 2,
            "event": "3f2a91c07be44d1e8a55",
            "kind": "shipped",
            "product": "recorder",
            "version": "2.7",
            "person": "jonas",
            "channel": "files",
            "because": "forewarn.yml:9",
            "state": "dead",
            "reason": None,
            "attempts": 1,
            "sent_at": None,
            "next_attempt_at": None,
            "error": "there is no person, list or room 'jonas' in forewarn.yml any more",
            "receipt": None,
            "duplicates": 0,
        },
    ]
    dead = forewarn(root, "deliveries", "--dead")
    assert (dead.code, len(dead.out.splitlines())) == (0, 1)


def test_one_that_was_given_up_is_made_due_by_its_number(root: Path) -> None:
    forewarn(root, "deliver")
    sent = forewarn(root, "deliveries", "retry", "2", "1")
    assert (sent.code, sent.err.splitlines()[0]) == (
        1,
        "error: delivery 1 is sent, so there is nothing to try again",
    )
    assert "1 sent" not in forewarn(root, "deliver").err
    (root / "forewarn.yml").write_text(SETTINGS)
    due = forewarn(root, "deliveries", "retry", "2")
    assert (due.code, due.err) == (0, "1 due now; `forewarn deliver` sends them\n")
    assert forewarn(root, "deliver").err == "1 sent\n"
    assert forewarn(root, "deliveries", "retry").code == 2


def test_what_was_given_up_goes_once_the_cause_is_mended_and_retry_is_asked(root: Path) -> None:
    forewarn(root, "deliver")
    (root / "forewarn.yml").write_text(SETTINGS)
    assert forewarn(root, "deliver", "--format", "json").code == 0
    retried = forewarn(root, "deliver", "--retry", "--format", "json")
    assert retried.code == 0
    result = json.loads(retried.out)
    assert (result["sent"], result["retried"], result["dead"], result["waiting"]) == (1, 0, 0, 0)
    assert [row["person"] for row in result["deliveries"]] == ["jonas"]


def test_with_nothing_to_send_it_says_so_and_is_content(tmp_path: Path) -> None:
    (tmp_path / "forewarn.yml").write_text("name: Example Support\n")
    done = forewarn(tmp_path, "deliver")
    assert (done.code, done.out, done.err) == (0, "", "0 sent\n")
    assert forewarn(tmp_path, "deliveries", "--format", "json").out == "[]\n"


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_where_nothing_can_be_said_everybody_is_told_all_the_same(root: Path) -> None:
    with FULL.open("wb") as full:
        ran = own_process.forewarn("-C", str(root), "deliver", terminal=full.fileno()).wait()
    assert ran.code == 3, "jonas has no address"
    assert len([*(root / ".forewarn/mail").glob("*.eml")]) == 1


def test_where_nobody_reads_on_everybody_is_told_all_the_same(root: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = own_process.forewarn("-C", str(root), "deliver", terminal=writer).wait()
    os.close(writer)
    assert ran.code == 3, "jonas has no address"
    assert len([*(root / ".forewarn/mail").glob("*.eml")]) == 1


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_that_an_answer_cannot_be_written_is_an_error_that_says_so() -> None:
    """Whatever the buffers of Python hold back until its end."""
    words = (sys.executable, "-m", "forewarn", "--version")
    with FULL.open("wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4
    assert done.stderr == (
        "error: standard output: No space left on device\n"
        "  next: What the command did holds; only what it prints is lost. Print it elsewhere.\n"
    )
