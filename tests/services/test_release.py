"""Recording, shipping and withdrawing: what is refused, and what is written."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from command_line import BREAKS, REMEDY, Kb, add_to_record

PATH = "releases/recorder/2.7.md"


def test_a_release_that_breaks_the_newest_player_without_a_remedy_is_not_shipped(
    recorder_27: Kb,
) -> None:
    before, head = recorder_27.read(PATH), recorder_27.head
    ran = recorder_27.run("release", "ship", "recorder", "2.7", code=1)
    assert "breaks player@2.4" in ran.err and "remedy" in ran.err
    assert f"{PATH}:10" in ran.err, "the place to mend is named"
    assert (recorder_27.read(PATH), recorder_27.head) == (before, head)


def test_with_the_remedy_it_ships(recorder_27: Kb) -> None:
    add_to_record(recorder_27, PATH, REMEDY)
    recorder_27.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    shown = recorder_27.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert (shown["status"], shown["released_at"]) == ("shipped", "2026-05-04")
    assert recorder_27.git("status", "--porcelain") == ""


def test_an_accepted_risk_is_on_record_for_good(recorder_27: Kb) -> None:
    recorder_27.run(
        "release", "ship", "recorder", "2.7", "--accept-risk", "player 2.7 is due today"
    )
    assert "Forewarn-Accepted-Risk: player 2.7 is due today" in recorder_27.git("log", "-1")


def test_a_risk_whose_reason_would_forge_a_trailer_is_refused(recorder_27: Kb) -> None:
    reason = "fine\nSigned-off-by: boss"
    recorder_27.run("release", "ship", "recorder", "2.7", "--accept-risk", reason, code=2)


def test_the_gate_looks_at_the_newest_player_and_not_at_an_old_one(recorder_27: Kb) -> None:
    url = "windows=https://downloads.example.com/player-2.7.exe"
    recorder_27.run("release", "add", "player", "2.7", "--download", url)
    recorder_27.run("release", "ship", "player", "2.7")
    ran = recorder_27.run("release", "ship", "recorder", "2.7")
    assert "nobody has said whether it works with player@2.7" in ran.err


def test_what_nobody_can_download_is_not_shipped(acme: Kb) -> None:
    acme.run("release", "add", "recorder", "2.5")
    ran = acme.run("release", "ship", "recorder", "2.5", "--accept-risk", "x", code=1)
    assert "no download" in ran.err


def test_a_release_ships_once(acme: Kb) -> None:
    assert "shipped already" in acme.run("release", "ship", "recorder", "2.4", code=1).err


def test_a_withdrawal_says_why_and_what_instead(recorder_27: Kb) -> None:
    add_to_record(recorder_27, PATH, REMEDY)
    recorder_27.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    words = ["--reason", "loses sound", "--replacement", "2.4", "--on", "2026-05-06"]
    recorder_27.run("release", "withdraw", "recorder", "2.7", *words)
    shown = recorder_27.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert shown["withdrawn"] == {
        "on": "2026-05-06",
        "reason": "loses sound",
        "replacement": "2.4",
    }
    again = recorder_27.run("release", "withdraw", "recorder", "2.7", "--reason", "x", code=1)
    assert "withdrawn" in again.err
    assert "Forewarn-Event: withdrawn recorder@2.7" in recorder_27.git("log", "-1")


def test_a_planned_day_is_moved_by_a_command_and_not_to_the_same_day(acme: Kb) -> None:
    acme.run("release", "add", "recorder", "2.7", "--planned", "2027-01-01")
    acme.run("release", "plan", "recorder", "2.7", "2027-02-01")
    told = acme.run("events", "HEAD~1..HEAD", "--format", "json").json
    assert [event["kind"] for event in told] == ["date_changed"]
    assert "already" in acme.run("release", "plan", "recorder", "2.7", "2027-02-01", code=1).err
    assert "shipped" in acme.run("release", "plan", "recorder", "2.4", "2027-02-01", code=1).err


def test_what_has_not_come_has_not_shipped_and_nothing_is_withdrawn_before_it_shipped(
    acme: Kb,
) -> None:
    acme.run("release", "add", "recorder", "2.7", "--download", "windows=https://x.example/r.exe")
    assert (
        "not come"
        in acme.run("release", "ship", "recorder", "2.7", "--on", "2099-01-01", code=2).err
    )
    acme.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    withdraw = ["release", "withdraw", "recorder", "2.7", "--reason", "x", "--on"]
    assert "2026-05-04" in acme.run(*withdraw, "2026-05-03", code=2).err
    assert "not come" in acme.run(*withdraw, "2099-01-01", code=2).err
    acme.run(*withdraw, "2026-05-04")


def test_only_what_shipped_can_be_withdrawn_and_only_for_what_is_recorded(recorder_27: Kb) -> None:
    recorder_27.run("release", "withdraw", "recorder", "2.7", "--reason", "x", code=1)
    ran = recorder_27.run(
        "release", "withdraw", "recorder", "2.4", "--reason", "x", "--replacement", "9", code=2
    )
    assert "no release 9" in ran.err


@pytest.mark.parametrize("version", ["2.4", "2.4.0", "v2.4"])
def test_a_version_is_recorded_once_however_it_is_written(acme: Kb, version: str) -> None:
    assert "already recorded" in acme.run("release", "add", "recorder", version, code=1).err


@pytest.mark.parametrize("version", ["../2.7", "2.7/8", "CON", "2.7\n", "", "\uff12.7"])
def test_a_version_that_is_not_safe_is_refused(acme: Kb, version: str) -> None:
    head = acme.head
    ran = acme.run("release", "add", "recorder", version, code=2)
    assert "version" in ran.err.lower()  # an empty word is none
    assert acme.head == head and acme.git("status", "--porcelain") == ""


def test_an_unknown_product_or_version_is_told_with_what_there_is(acme: Kb) -> None:
    assert "recorder" in acme.run("release", "show", "recoder", "2.4", code=2).err
    ran = acme.run("release", "show", "recorder", "2.7", code=2)
    assert "no release 2.7 of Recorder is recorded; the newest shipped one is 2.4" in ran.err
    assert (
        "`forewarn release add recorder 2.7`; if it is to come, with `--planned DATE`." in ran.err
    )


def test_what_is_planned_becomes_staged_when_it_gets_a_download(acme: Kb) -> None:
    acme.run("release", "add", "recorder", "2.7", "--planned", "2026-12-01")
    acme.run("release", "add", "recorder", "2.7", "--download", "windows=https://x.example/r.exe")
    shown = acme.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert (shown["status"], shown["planned_for"]) == ("staged", "2026-12-01")


def test_the_list_is_ordered_by_version_and_not_by_text(acme: Kb) -> None:
    for version in ("2.10", "2.9", "10.0"):
        acme.run("release", "add", "recorder", version, "--planned", "2026-12-01")
    listed = acme.run("release", "list", "recorder", "--format", "json").json
    assert [row["version"] for row in listed] == ["10.0", "2.10", "2.9", "2.4"]


@contextmanager
def downloads(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_verified_downloads_are_what_the_record_says(acme: Kb, tmp_path: Path) -> None:
    program = b"recorder 2.7" * 1000
    (tmp_path / "r.exe").write_bytes(program)
    ship = ["release", "ship", "recorder", "2.7", "--verify-downloads"]
    with downloads(tmp_path) as url:
        acme.run("release", "add", "recorder", "2.7", "--download", f"windows={url}/r.exe")
        refused = acme.run(*ship, code=1)
        assert "loopback" in refused.err, "a private address needs the user's word"

        original = acme.read(PATH)
        wrong = original.replace("r.exe\n", f"r.exe\n    sha256: {'0' * 64}\n")
        acme.write(PATH, wrong)
        refused = acme.run(*ship, "--allow-private", code=1)
        assert hashlib.sha256(program).hexdigest() in refused.err
        assert acme.read(PATH) == wrong

        acme.write(PATH, original.replace("r.exe", "gone.exe"))
        assert "404" in acme.run(*ship, "--allow-private", code=1).err

        acme.write(PATH, original)
        acme.run(*ship, "--allow-private")
    (download,) = acme.run("release", "show", "recorder", "2.7", "--format", "json").json[
        "downloads"
    ]
    assert download["size"] == len(program)
    assert download["sha256"] == hashlib.sha256(program).hexdigest()


def test_a_page_is_not_recorded_as_the_download(acme: Kb, tmp_path: Path) -> None:
    """Also where the address of the file leads to one, as it does for who is not logged in."""
    (tmp_path / "log-in.html").write_text("<!doctype html><title>Log in</title>")
    (tmp_path / "r.exe").write_text("<HTML><body>Please log in</body></HTML>")
    ship = ["release", "ship", "recorder", "2.7", "--verify-downloads", "--allow-private"]
    with downloads(tmp_path) as url:
        acme.run("release", "add", "recorder", "2.7", "--download", f"windows={url}/r.exe")
        before = acme.read(PATH)
        refused = acme.run(*ship, code=1)
        assert "a web page came" in refused.err and f"from {url}/r.exe" in refused.err
        assert "the address of the file itself" in refused.err
        assert acme.read(PATH) == before


def test_nothing_is_fetched_for_what_the_gate_refuses(recorder_27: Kb) -> None:
    ran = recorder_27.run("release", "ship", "recorder", "2.7", "--verify-downloads", code=1)
    assert "no remedy is written" in ran.err
    assert "fetching" not in ran.err


def test_a_download_that_cannot_be_fetched_is_told_with_what_to_do_about_a_download(
    acme: Kb,
) -> None:
    url = "http://127.0.0.1:9/r.exe"
    acme.run("release", "add", "recorder", "2.7", "--download", f"windows/arm64={url}")
    ship = ("release", "ship", "recorder", "2.7", "--verify-downloads")
    said = acme.run(*ship, code=1).err
    assert "windows arm64 download cannot be fetched" in said
    assert "--allow-private" in said and "source" not in said and "allow_private:" not in said
    said = acme.run(*ship, "--allow-private", code=1).err
    assert "Mend `url:`" in said and "--allow-private" not in said


def test_compat_gives_the_answer_to_read_out(recorder_27: Kb) -> None:
    add_to_record(recorder_27, PATH, REMEDY)
    ran = recorder_27.run("compat", "recorder@2.7", "player@2.4", "--format", "json")
    assert ran.json == {
        "a": "recorder@2.7",
        "b": "player@2.4",
        "verdict": "breaks",
        "headline": "they do not work together",
        "not_known": [],
        "statements": [
            {
                "file": PATH,
                "line": 10,
                "with": "player",
                "versions": "<2.7",
                "about": "playing recordings made by this version",
                "verdict": "breaks",
                "limits": None,
                "remedy": "Update the player to 2.7.",
                "verified": None,
                "holds_until": None,
                "references": [],
                "audience": "public",
                "by": "recorder@2.7",
                "decides": True,
                "counts_as": "breaks",
                "doubt": None,
                "through": [],
            }
        ],
        "remedies": ["Update the player to 2.7."],
    }
    text = recorder_27.run("compat", "player@2.4", "recorder@2.7").out
    assert text.startswith("BREAKS") and "Say:\n  Update the player to 2.7." in text
    unknown = recorder_27.run("compat", "recorder@2.4", "player@2.4", "--format", "json").json
    assert (unknown["verdict"], unknown["statements"]) == ("unknown", [])
    assert BREAKS.count("remedy") == 0


def test_a_release_goes_to_the_cycle_that_its_version_falls_under(kb: Kb) -> None:
    kb.run("product", "add", "python", "--name", "Python", "--scheme", "pep440")
    kb.write(
        "releases/python/product.yml",
        "name: Python\nscheme: pep440\ntracks: ['3.14', '3.12', '3.1']\n",
    )
    kb.commit()
    kb.run("release", "add", "python", "3.12.99")
    assert "track: '3.12'" in kb.read("releases/python/3.12.99.md")
    head = kb.head
    ran = kb.run("release", "add", "python", "3.10.1", code=2)
    assert "3.14, 3.12, 3.1" in ran.err and "--track" in ran.err
    assert kb.head == head, "nothing is guessed"
    kb.run("release", "add", "python", "3.10.1", "--track", "3.1")
    assert "track: '3.1'" in kb.read("releases/python/3.10.1.md")


def test_a_pre_release_is_not_put_on_stable_by_itself(kb: Kb) -> None:
    kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    kb.write(
        "releases/recorder/product.yml", "name: Recorder\nscheme: loose\ntracks: [stable, beta]\n"
    )
    kb.commit()
    kb.run("release", "add", "recorder", "2.8-beta2")
    assert "track: beta" in kb.read("releases/recorder/2.8-beta2.md")
    assert "stable, beta" in kb.run("release", "add", "recorder", "2.8-rc1", code=2).err
