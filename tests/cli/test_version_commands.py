"""`forewarn version`: versions on standard input, answers on standard output, no records needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from command_line import Kb, Ran, run

FOREWARN = [sys.executable, "-c", "from forewarn.cli import main; main()"]


def version(*words: str, given: bytes, folder: Path) -> Ran:
    """Run `forewarn version` as a process, in an empty folder, with this standard input."""
    done = subprocess.run(
        [*FOREWARN, "version", *words], input=given, capture_output=True, cwd=folder, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_each_pair_gets_one_sign_on_a_line_of_its_own(tmp_path: Path) -> None:
    pairs = {
        b"2.7 2.7": "=",
        b"2.7 v2.7.0": "=",
        b"2.7-rc1 2.7": "<",
        b"2.10 2.9": ">",
        b"  2.4\t2.7  ": "<",
        b"2.4 2.7\r": "<",
        b"": "?",
        b"2.4": "?",
        b"2.4 < 2.7": "?",
        b"2.4,2.7": "?",
        b"2.4 ../2.7": "?",
        b"2.4 2.7\0": "?",
        b"2.4\x1c2.7": "?",
        b"2.4\xc2\xa02.7": "?",
        b"\xff\xfe 2.7": "?",
        "2.4 2.\u0667".encode(): "?",
        "2.4 2.7\u202e".encode(): "?",
        b"1 " + b"9" * 5_000: "?",
        b"1 " + b"1." * 500_000: "?",
        b"1 2 " + b" " * 200_000 + b"3": "?",
        b"2.4 2.7": "<",
    }
    ran = version("compare", "loose", given=b"\n".join(pairs), folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == list(pairs.values())


def test_a_scheme_may_have_a_layout(tmp_path: Path) -> None:
    given = b"2026.04 2026.10\n2026.4 2026.10\n"
    ran = version("compare", "calver:YYYY.0M", given=given, folder=tmp_path)
    assert (ran.code, ran.out) == (0, "<\n?\n")


def test_nothing_to_compare_is_no_answer_and_no_error(tmp_path: Path) -> None:
    assert version("compare", "semver", given=b"", folder=tmp_path) == Ran(0, "", "")


def test_an_answer_comes_before_the_next_question_is_asked(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*FOREWARN, "version", "compare", "semver"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        cwd=tmp_path,
    ) as process:
        assert process.stdin and process.stdout
        for question, answer in ((b"1.0.0 2.0.0\n", b"<\n"), (b"2.0.0 1.0.0\n", b">\n")):
            process.stdin.write(question)
            assert process.stdout.read(2) == answer


def test_a_reader_that_goes_away_is_no_error_to_tell(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*FOREWARN, "version", "compare", "semver"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(b"1.0.0 2.0.0\n" * 1_000)
        process.stdin.close()
        assert process.stderr.read() == b""


def test_versions_are_sorted_and_equal_ones_stay_in_their_order(tmp_path: Path) -> None:
    given = b"2.0.0\n1.0.0+b\n\n1.0.0+a\r\n2.0.0-rc.1\n10.0.0"
    ran = version("sort", "semver", given=given, folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.split() == ["1.0.0+b", "1.0.0+a", "2.0.0-rc.1", "2.0.0", "10.0.0"]
    ran = version("sort", "semver", "--reverse", given=given, folder=tmp_path)
    assert ran.out.split() == ["10.0.0", "2.0.0", "2.0.0-rc.1", "1.0.0+b", "1.0.0+a"]


def test_a_line_that_is_no_version_is_reported_and_never_sorted_among_them(
    tmp_path: Path,
) -> None:
    given = "2.0.0\nlatest\n\n1.0.0\n1.0.0\u202e\n".encode() + b"1" * 1_000_000 + b"\n\xff\n"
    ran = version("sort", "semver", given=given, folder=tmp_path)
    assert ran.code == 1
    assert ran.out.split() == ["1.0.0", "2.0.0"]
    lines = [line.partition(" is left out: ")[0] for line in ran.err.splitlines()]
    assert lines == ["line 2", "line 5", "line 6", "line 7"]
    assert ran.err.isascii() and len(ran.err) < 2_000


def test_a_range_is_written_as_vers() -> None:
    ran = run("version", "range", "debian", "<2.7, >=2.4, !=2.5")
    assert (ran.code, ran.out) == (0, "vers:deb/>=2.4|!=2.5|<2.7\n")
    ran = run("version", "range", "debian", "vers:deb/>=2.4|<2.7", "--format", "json")
    assert ran.json == {
        "range": "vers:deb/>=2.4|<2.7",
        "vers": "vers:deb/>=2.4|<2.7",
        "empty": False,
    }


def test_a_range_that_can_match_nothing_is_told() -> None:
    ran = run("version", "range", "debian", ">2.7,<2.4")
    assert (ran.code, ran.out) == (1, "vers:none/*\n")
    assert "can match nothing" in ran.err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2.4 2.7", "join several with a comma"),
        (">=rc1", "'rc1' is not a debian version"),
        ("vers:rpm/>=2.4", "vers:rpm/ is another scheme; debian versions have vers:deb/"),
        ("vers:deb/<2.7|>=2.4", ">=2.4 cannot follow <2.7"),
        ("vers:deb/>=rc1", "'rc1' is not a debian version"),
        ("9" * 1_000_000, "too long"),
    ],
)
def test_what_is_no_range_of_the_scheme_is_refused(text: str, reason: str) -> None:
    ran = run("version", "range", "debian", text)
    assert ran.code == 2 and ran.out == ""
    assert reason in ran.err and len(ran.err) < 1_000


def test_every_scheme_is_listed_with_an_example() -> None:
    rows = run("version", "schemes", "--format", "json").json
    assert {"name", "summary", "example", "vers"} == set(rows[0])
    listed = [line.split()[:2] for line in run("version", "schemes").out.splitlines()]
    assert listed == [[row["name"], row["example"]] for row in rows]
    assert ["debian", "1:2.7~rc1-3"] in listed


@pytest.mark.parametrize("words", [["compare"], ["sort"], ["range"]], ids=" ".join)
def test_an_unknown_scheme_is_answered_with_those_there_are(words: list[str]) -> None:
    ran = run("version", *words, "sember", *(["*"] if words == ["range"] else []))
    assert ran.code == 2
    assert "no scheme named 'sember'" in ran.err
    assert "calver, debian, gem, loose, maven, nuget, pep440, rpm, semver, windows" in ran.err


def test_a_layout_that_is_none_is_refused() -> None:
    ran = run("version", "compare", "calver:MM.YYYY")
    assert ran.code == 2 and "'MM.YYYY'" in ran.err


def test_a_uri_for_another_scheme_than_the_products_is_a_finding(acme: Kb) -> None:
    statement = "compatibility:\n  - {with: player, versions: 'vers:deb/<2.7', verdict: works}\n"
    path = acme.root / "releases/recorder/2.4.md"
    path.write_text(path.read_text().replace("\n---\n", f"\n{statement}---\n", 1))
    ran = acme.run("check", code=1)
    assert "releases/recorder/2.4.md" in ran.out
    assert "vers:deb/ is another scheme; loose versions have vers:generic/" in ran.out
    path.write_text(path.read_text().replace("vers:deb/<2.7", "vers:generic/<2.7"))
    acme.run("check")
    ran = acme.run("compat", "recorder@2.4", "player@2.4", "--format", "json")
    assert ran.json["verdict"] == "works"
