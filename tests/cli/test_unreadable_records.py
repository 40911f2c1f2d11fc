"""What is answered from a part of the records says so: no part is taken for the whole."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from command_line import Kb
from state_builder import open_tables

pytestmark = pytest.mark.slow

BROKEN = "releases/recorder/2.7.md"


@pytest.fixture
def part(acme: Kb) -> Kb:
    """Recorder 2.7 has shipped, and its record cannot be read."""
    url = "windows=https://downloads.example.com/recorder-2.7.exe"
    acme.run("release", "add", "recorder", "2.7", "--download", url)
    acme.run("release", "ship", "recorder", "2.7")
    acme.run("product", "add", "studio", "--name", "Studio", "--scheme", "loose")
    head = "---\nstatus: shipped\nreleased_at: 2026-05-04\ncontains: {recorder: '2.7'}\n---\n"
    acme.write("releases/studio/1.0.md", head)
    acme.write("releases/studio/1.1.md", head.replace("2.7", "2.4"))
    acme.commit()
    acme.write(BROKEN, acme.read(BROKEN).replace("status: shipped", "status: shiped"))
    with open_tables(acme.root):
        pass  # made
    with closing(sqlite3.connect(acme.root / ".forewarn" / "state.db")) as state, state:
        state.execute(
            "INSERT INTO sightings (id, product, version, source, url, title, state, first_seen, "
            "last_shown) VALUES ('s1', 'recorder', '2.4', 'https://x.example/', "
            "'https://x.example/2.4', '2.4', 'known', '2026-05-04T00:00:00+00:00', '2026-05-04')"
        )
    return acme


@pytest.mark.parametrize(
    "words",
    [
        ("release", "list"),
        ("release", "list", "recorder"),
        ("release", "latest", "recorder"),
        ("release", "show", "recorder", "2.4"),
        ("product", "list"),
        ("suite", "show", "studio", "1.0"),
        ("suite", "diff", "studio", "1.0", "1.1"),
        ("compat", "matrix", "recorder", "player"),
        ("compat", "path", "recorder@2.4", "player@2.4"),
        ("impact", "recorder@2.4"),
        ("identify", "nobody-knows-this-9.9.exe"),
        ("sightings",),
    ],
    ids=" ".join,
)
def test_what_could_not_be_read_is_said_and_is_in_the_json(
    part: Kb, words: tuple[str, ...]
) -> None:
    ran = part.run(*words, code=3)
    assert f"not read: {BROKEN}:" in ran.err
    assert "shiped" in ran.err
    told = part.run(*words, "--format", "json", code=3).json
    assert [row["file"] for row in told["unreadable"]] == [BROKEN]
    part.git("checkout", "-q", BROKEN)
    whole = part.run(*words, "--format", "json", code=1 if words[0] == "identify" else 0)
    assert "unreadable" not in whole.out
    assert "not read" not in whole.err


def test_the_events_of_a_commit_that_cannot_be_read_are_not_all(part: Kb) -> None:
    part.commit("Broken")
    ran = part.run("events", "HEAD~1..HEAD", code=3)
    assert (ran.out, f"not read: {BROKEN}" in ran.err) == ("", True)


def test_a_product_that_has_nothing_to_do_with_it_is_answered_as_ever(part: Kb) -> None:
    assert part.run("release", "list", "player").err == ""
    assert part.run("release", "latest", "player").err == ""
    assert part.run("compat", "recorder@2.4", "player@2.4").err == ""
    with closing(sqlite3.connect(part.root / ".forewarn" / "state.db")) as state, state:
        state.execute("UPDATE sightings SET product = 'player'")
    assert part.run("sightings").err == ""


def test_a_member_that_cannot_be_read_is_not_said_to_be_missing(part: Kb) -> None:
    assert "recorded, and cannot be read" in part.run("suite", "show", "studio", "1.0", code=3).out


def test_nothing_is_denied_for_want_of_a_record(part: Kb) -> None:
    part.write("releases/recorder/2.4.md", "no record\n")
    ran = part.run("release", "latest", "recorder", code=3)
    assert "by the records that can be read" in ran.out


@pytest.mark.parametrize("version", ["2.7", "2.7.0", "v2.7"])
def test_a_release_whose_record_cannot_be_read_is_not_denied(part: Kb, version: str) -> None:
    ran = part.run("release", "show", "recorder", version, code=4)
    assert BROKEN in ran.err


def test_the_newest_that_is_named_is_said_to_be_one_of_those_that_can_be_read(part: Kb) -> None:
    ran = part.run("release", "show", "recorder", "9.9", code=2)
    assert "the newest shipped one that can be read is 2.4" in ran.err


@pytest.mark.parametrize("what", ["a file", "a pipe", "a link to itself"])
def test_what_lies_in_the_place_of_a_folder_of_records_is_no_folder_without_any(
    acme: Kb, what: str
) -> None:
    for folder in ("releases", "kb"):
        place = acme.root / folder
        place.rename(acme.root / "aside")
        if what == "a file":
            place.write_text("")
        elif what == "a pipe":
            os.mkfifo(place)
        else:
            place.symlink_to(folder)
        reading = (
            (("check",), ("release", "list", "recorder"), ("compat", "recorder@2.4", "player@2.4"))
            if folder == "releases"
            else (("check",),)
        )
        for words in reading:
            said = acme.run(*words, code=4).err
            assert "this is no folder, so its records are not here" in said
        place.unlink()
        (acme.root / "aside").rename(place)
