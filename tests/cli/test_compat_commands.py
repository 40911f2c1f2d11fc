"""The questions asked with the customer on the telephone, and before a release ships."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Ran, run
from kb_builder import Kb

Ask = Callable[..., Ran]

PLAYING = "playing recordings made by this version"
BREAKS = f"""
    compatibility:
      - with: player
        versions: "<2.7"
        about: {PLAYING}
        verdict: breaks
        remedy: Update the player to 2.7.
        verified: {{by: maria, on: 2026-05-01, how: played three recordings}}
      - {{with: player, versions: ">=2.7", about: {PLAYING}, verdict: works}}
      - with: codec
        versions: "*"
        about: exporting
        verdict: limited
        limits: Stereo only.
        remedy: Export as mono.
    """
LAPSED = """
    compatibility:
      - with: player
        versions: "*"
        about: remote control
        verdict: works
        verified: {by: maria, on: 2019-05-01, until: 2020-01-01}
    """


@pytest.fixture
def story(tmp_path: Path) -> Kb:
    """Recorder 2.7 breaks playback in older players; viewer was withdrawn, next is a secret."""
    kb = Kb(tmp_path / "kb")
    kb.product("recorder", "Recorder", "lockstep: [player]\nowner: maria\n")
    kb.product("player", "Player").product("codec", "Codec").product("viewer", "Viewer")
    kb.release("recorder", "2.7", more=BREAKS).release("recorder", "2.6", more=LAPSED)
    for version in ("2.3", "2.4", "2.7", "2.8"):
        kb.release("player", version)
    kb.release("codec", "1.0")
    gone = "withdrawn: {on: 2026-03-09, reason: It loses sound., replacement: 1.1}\n"
    kb.release("viewer", "1.0", "", f"status: withdrawn\nreleased_at: 2026-03-01\n{gone}")
    kb.release("viewer", "2.0", "", "status: planned\nplanned_for: 2030-01-01\n")
    return kb


@pytest.fixture
def ask(story: Kb) -> Ask:
    def ask(*words: str, code: int = 0) -> Ran:
        ran = run("-C", str(story.root), *words)
        assert ran.code == code, f"exit {ran.code}\n{ran.out}\n{ran.err}"
        return ran

    return ask


def customer(story: Kb, text: str) -> str:
    story.write("../customer.yml", text)
    return str(story.root.parent / "customer.yml")


def test_the_first_word_is_the_verdict_and_then_comes_what_to_say(ask: Ask) -> None:
    assert ask("compat", "player@2.4", "recorder@2.7").out == (
        "BREAKS: player@2.4 and recorder@2.7: they do not work together.\n"
        "\n"
        "Say:\n"
        "  Update the player to 2.7.\n"
        "\n"
        "Because:\n"
        f"  BREAKS {PLAYING}\n"
        "    stated by recorder@2.7 of player <2.7 in releases/recorder/2.7.md:5\n"
        "      verified by maria on 2026-05-01: played three recordings\n"
        "\n"
        "Other versions: forewarn compat path player@2.4 recorder@2.7\n"
    )


def test_what_is_limited_is_said_before_everything_else(ask: Ask) -> None:
    text = ask("compat", "recorder@2.7", "codec@1.0").out
    assert text.startswith(
        "LIMITED: recorder@2.7 and codec@1.0: they work together, with limits.\n"
        "  limits: Stereo only.\n"
    )
    (statement,) = ask("compat", "recorder@2.7", "codec@1.0", "--format", "json").json["statements"]
    assert (statement["limits"], statement["remedy"]) == ("Stereo only.", "Export as mono.")


def test_silence_and_a_lapsed_promise_are_both_unknown_and_told_apart(ask: Ask) -> None:
    silence = ask("compat", "viewer@2.0", "player@2.4").out
    assert silence.startswith("UNKNOWN") and "nobody has tested this" in silence
    lapsed = ask("compat", "recorder@2.6", "player@2.4").out
    assert lapsed.startswith("UNKNOWN") and "the test that said so is past its date" in lapsed
    assert "WORKS remote control" in lapsed
    assert "[held until 2020-01-01, and counts as unknown; inspect it again]" in lapsed
    (statement,) = ask("compat", "recorder@2.6", "player@2.4", "--format", "json").json[
        "statements"
    ]
    assert statement["verdict"] == "works" and statement["verified"]["expired"] is True


def test_a_withdrawn_or_secret_release_is_said_to_be_one(ask: Ask) -> None:
    gone = ask("compat", "viewer@1.0", "player@2.4").out
    assert (
        "note: viewer@1.0 was withdrawn on 2026-03-09: It loses sound; nothing can be recommended instead: 1.1 is not recorded"
        in gone
    )
    secret = ask("compat", "viewer@2.0", "player@2.4").out
    assert "note: viewer@2.0 has not shipped and is under embargo" in secret


def test_where_no_remedy_is_written_the_owner_is_named(story: Kb, ask: Ask) -> None:
    story.release("recorder", "2.7", more=BREAKS.replace("remedy: Update", "limits: Update"))
    text = ask("compat", "recorder@2.7", "player@2.4").out
    assert "Say:\n  (no remedy is written; ask maria)\n" in text


def test_of_a_set_the_worst_stands_first_then_the_untested_then_what_works(ask: Ask) -> None:
    assert ask("compat", "viewer@1.0", "player@2.7", "codec@1.0", "recorder@2.7").out == (
        "LIMITED: of 6 pairs, 1 is limited, 4 were not tested, 1 works.\n"
        "  note: viewer@1.0 was withdrawn on 2026-03-09: It loses sound; nothing can be recommended instead: 1.1 is not recorded\n"
        "\n"
        "LIMITED: codec@1.0 and recorder@2.7\n"
        "  limited: exporting: Stereo only.\n"
        "  say: Export as mono.\n"
        "\n"
        "Not tested; do not promise that these work:\n"
        "  viewer@1.0 with player@2.7, codec@1.0, recorder@2.7\n"
        "  player@2.7 with codec@1.0\n"
        "\n"
        "These work together:\n"
        "  player@2.7 with recorder@2.7\n"
    )


def test_the_json_of_a_set_holds_every_pair_and_what_is_not_known(story: Kb, ask: Ask) -> None:
    file = customer(story, "recorder: 2.7\nplayer: 2.4\nvlc: 3.0\n")
    found = ask("compat", "--installed", file, "--format", "json").json
    pair = ask("compat", "recorder@2.7", "player@2.4", "--format", "json").json
    assert list(pair) == [
        "a",
        "b",
        "verdict",
        "headline",
        "not_known",
        "statements",
        "remedies",
    ]
    assert found == {"pairs": [pair], "verdict": "breaks", "unknown": ["vlc@3.0"]}
    text = ask("compat", "--installed", file).out
    assert "BREAKS: of 1 pair, 1 breaks; 1 of what is installed is not known here." in text
    assert "Not known here, and so not judged:\n  no such product is recorded: vlc@3.0\n" in text


def test_a_set_of_one_has_no_pair_and_promises_nothing(story: Kb, ask: Ask) -> None:
    found = ask("compat", "--installed", customer(story, "player: 2.4\n"), "--format", "json").json
    assert found == {"pairs": [], "verdict": "unknown", "unknown": []}


def test_two_versions_of_one_product_can_be_asked_for_by_name(ask: Ask) -> None:
    found = ask("compat", "recorder@2.7", "recorder@2.6", "--format", "json").json
    assert (found["a"], found["b"], found["verdict"]) == ("recorder@2.7", "recorder@2.6", "unknown")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compat", "recorder@2.7"], 2, "no two different releases"),
        (["compat", "recorder@2.7", "recorder@2.7"], 2, "no two different releases"),
        (["compat", "recorder", "player"], 2, "not written product@version"),
        (["compat", "recorder@2.7", "player@'9"], 2, "Player has no version"),
        (["compat", "--installed", "no-such-file"], 4, "cannot be read"),
        (["compat", "matrix", "recorder", "plyer"], 2, "Did you mean player"),
        (["compat", "path", "recorder@2.7", "recorder@2.6"], 2, "of the same product"),
        (["impact", "recorder@9..1"], 2, "Recorder has no version"),
        (["impact", "recorder@2.7", "--installed", "no-such-file"], 4, "cannot be read"),
        (["impact", "recorder@2.7", "--fail-on", "works"], 2, "works"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_question_that_cannot_be_meant_is_answered_with_what_to_do(
    ask: Ask, words: list[str], code: int, said: str
) -> None:
    assert said in ask(*words, code=code).err


def test_help_shows_every_form_with_an_example() -> None:
    text = run("compat", "--help").out
    for form in ("A@V B@V [C@V]...", "matrix [OPTIONS] A B", "path [OPTIONS] A@V B@V"):
        assert form in text
    for example in ("recorder@2.7 player@2.4", "--installed customer.yml", "matrix recorder"):
        assert f"forewarn compat {example}" in text
    assert "--installed FILE" in text and "--format" in text
    assert "Example:" in run("compat", "recorder@2.7", "--help").out


def test_the_matrix_says_the_verdict_in_words_and_takes_equals_together(ask: Ask) -> None:
    assert ask("compat", "matrix", "recorder", "player").out == (
        "recorder \\ player  2.7 to 2.8  2.3 to 2.4\n"
        "2.7                WORKS       BREAKS\n"
        "2.6                UNKNOWN     UNKNOWN\n"
        "\n"
        "UNKNOWN: nobody stands by a test of it; do not promise that it works.\n"
    )
    assert ask("compat", "matrix", "recorder", "player", "--format", "json").json == {
        "a": "recorder",
        "b": "player",
        "rows": [
            {"versions": ["2.7"], "status": "shipped"},
            {"versions": ["2.6"], "status": "shipped"},
        ],
        "columns": [
            {"versions": ["2.8", "2.7"], "status": "shipped"},
            {"versions": ["2.4", "2.3"], "status": "shipped"},
        ],
        "verdicts": [["works", "breaks"], ["unknown", "unknown"]],
        "unknown": [[False, False], [False, False]],
    }


def test_the_matrix_names_what_is_not_shipped(story: Kb, ask: Ask) -> None:
    head = ask("compat", "matrix", "codec", "viewer").out.splitlines()[0]
    assert head == "codec \\ viewer  2.0 (planned)  1.0 (withdrawn)"
    story.product("empty", "Empty")
    assert "No release of empty" in ask("compat", "matrix", "codec", "empty").out


def test_the_agent_is_told_which_version_to_move_to(ask: Ask) -> None:
    text = ask("compat", "path", "recorder@2.7", "player@2.4").out
    assert text == (
        "WORKS: update player from 2.4 to 2.7; recorder@2.7 stays.\n"
        "  or update player from 2.4 to 2.8\n"
        "\n"
        "Now: BREAKS: recorder@2.7 and player@2.4\n"
        f"  breaks: {PLAYING}\n"
        "  say: Update the player to 2.7.\n"
        "\n"
        "Why: forewarn compat recorder@2.7 player@2.7\n"
        "Before they move: forewarn impact player@2.7\n"
    )


def test_the_path_in_json_names_each_move(ask: Ask) -> None:
    found = ask("compat", "path", "player@2.4", "recorder@2.7", "--format", "json").json

    def way(version: str) -> dict[str, object]:
        return {
            "a": f"player@{version}",
            "b": "recorder@2.7",
            "verdict": "works",
            "moves": [{"product": "player", "from": "2.4", "to": version}],
        }

    assert found == {
        "a": "player@2.4",
        "b": "recorder@2.7",
        "verdict": "breaks",
        "path": way("2.7"),
        "alternatives": [way("2.8")],
        "reason": None,
    }


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("player@2.4", "codec@1.0", "nobody has tested any pair of their releases that can"),
        ("viewer@1.0", "player@2.4", "no release of viewer can be recommended"),
    ],
)
def test_where_there_is_no_way_the_reason_is_told(ask: Ask, a: str, b: str, reason: str) -> None:
    assert ask("compat", "path", a, b).out.startswith(f"There is no way: {reason}")
    found = ask("compat", "path", a, b, "--format", "json").json
    assert found["path"] is None and reason in found["reason"]


def test_who_may_stay_is_told_so(ask: Ask) -> None:
    text = ask("compat", "path", "recorder@2.7", "player@2.7").out
    assert text.startswith("WORKS: stay with recorder@2.7 and player@2.7.\n")
    limited = ask("compat", "path", "recorder@2.7", "codec@1.0").out
    assert limited.startswith(
        "LIMITED: stay with recorder@2.7 and codec@1.0; no version is without limits.\n"
    )


ISSUES = {
    "kb/lost.md": "remediation: none_available\npromised: 2030-02-01\n",
    "kb/slow.md": "remediation: workaround\n",
    "kb/noise.md": "remediation: vendor_fix\nfixed_in: {player: '>=2.7'}\n",
}


@pytest.fixture
def issues(story: Kb) -> None:
    for path, more in ISSUES.items():
        name = path[3:-3]
        head = f"kind: known-issue\napplies: {{recorder: '>=2.7'}}\n{more}"
        story.article(name, f"The {name}", head)


@pytest.mark.usefixtures("issues")
def test_before_shipping_the_release_manager_reads_the_worst_first(ask: Ask) -> None:
    assert ask("impact", "recorder@2.7").out == (
        "BREAKS: recorder@2.7 breaks 2 releases, limits 1 release.\n"
        "\n"
        "BREAKS: player 2.3 to 2.4\n"
        f"  breaks: {PLAYING}\n"
        "  say: Update the player to 2.7.\n"
        "\n"
        "LIMITED: codec 1.0\n"
        "  limited: exporting: Stereo only.\n"
        "  say: Export as mono.\n"
        "\n"
        "These work with it:\n"
        "  player 2.7 to 2.8\n"
        "\n"
        "Known issues of recorder@2.7:\n"
        "  ERROR: The lost\n"
        "    open, and nothing is known against it; a fix is promised for 2030-02-01 (kb/lost.md)\n"
        "  WARNING: The slow\n"
        "    open, with a workaround (kb/slow.md)\n"
        "  INFO: The noise\n"
        "    fixed in player >=2.7 (kb/noise.md)\n"
    )


@pytest.mark.usefixtures("issues")
def test_the_impact_in_json_is_what_is_not_plain_sailing(ask: Ask) -> None:
    found = ask("impact", "recorder@2.7", "--format", "json").json
    assert list(found) == ["target", "products", "inside", "issues"]
    assert found["target"] == "recorder@2.7"
    assert [
        (
            row["product"],
            [(r["version"], r["verdict"], r["about"], r["remedy"]) for r in row["releases"]],
        )
        for row in found["products"]
    ] == [
        (
            "player",
            [
                (version, "breaks", PLAYING, "Update the player to 2.7.")
                for version in ("2.4", "2.3")
            ],
        ),
        ("codec", [("1.0", "limited", "exporting", "Export as mono.")]),
    ]
    issues = found["issues"]
    assert list(issues) == ["errors", "warnings", "info"]
    assert [[row["file"] for row in group] for group in issues.values()] == [
        ["kb/lost.md"],
        ["kb/slow.md"],
        ["kb/noise.md"],
    ]
    assert issues["info"] == [
        {
            "file": "kb/noise.md",
            "id": "kb/noise.md",
            "title": "The noise",
            "state": "fixed",
            "applies": {"recorder": ">=2.7"},
            "fixed_in": {"player": ">=2.7"},
            "opened": None,
            "fixed_on": "2026-03-01",
            "remediation": "vendor_fix",
            "promised": None,
            "contingency": None,
            "verified": None,
            "references": [],
            "audience": "public",
        }
    ]


def test_for_one_customer_only_what_he_has_is_judged(story: Kb, ask: Ask) -> None:
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {"name": "Player", "version": "2.7"},
            {"name": "viewer", "version": "1.0"},
            {"name": "libav", "version": "7.1"},
        ],
    }
    file = customer(story, json.dumps(bom))
    found = ask("impact", "recorder@2.7", "--installed", file, "--format", "json").json
    versions = {p["product"]: [r["version"] for r in p["releases"]] for p in found["products"]}
    assert (versions, found["unknown"]) == ({"viewer": ["1.0"], "player": []}, ["libav@7.1"])
    text = ask("impact", "recorder@2.7", "--installed", file).out
    assert "recorder@2.7 leaves 1 release untested." in text
    assert "no such product is recorded: libav@7.1" in text


@pytest.mark.parametrize(
    ("target", "threshold", "code"),
    [
        ("recorder@2.7", "breaks", 1),
        ("recorder@2.7", "unknown", 1),
        ("codec@1.0", "breaks", 0),
        ("codec@1.0", "limited", 1),
        ("recorder@2.6", "limited", 0),
        ("recorder@2.6", "unknown", 1),
        ("viewer@1.0", "unknown", 0),
    ],
)
def test_a_pipeline_can_fail_on_what_it_chooses(
    ask: Ask, target: str, threshold: str, code: int
) -> None:
    ask("impact", target)
    ask("impact", target, "--fail-on", threshold, code=code)


def test_what_a_customer_has_and_nobody_knows_fails_where_the_untested_does(
    story: Kb, ask: Ask
) -> None:
    file = customer(story, "player: 2.7\nlibav: 7\n")
    ask("impact", "recorder@2.7", "--installed", file, "--fail-on", "limited")
    ask("impact", "recorder@2.7", "--installed", file, "--fail-on", "unknown", code=1)


def test_where_nothing_has_to_do_with_it_the_answer_says_so(ask: Ask) -> None:
    assert ask("impact", "viewer@1.0").out.startswith(
        "Nothing recorded has to do with viewer@1.0.\n"
    )


def test_records_that_cannot_be_read_are_told_of_and_not_hidden(story: Kb, ask: Ask) -> None:
    story.write("releases/player/2.9.md", "broken")
    for words in (
        ["impact", "recorder@2.7"],
        ["compat", "path", "recorder@2.7", "player@2.4"],
        ["compat", "matrix", "recorder", "player"],
    ):
        assert "not read: releases/player/2.9.md:1" in ask(*words, code=3).err
    text = ask("compat", "recorder@2.7", "--installed", customer(story, "player: 2.9\n")).out
    assert "its record cannot be read; `forewarn check` says why: player@2.9" in text


@pytest.fixture
def python(kb: Kb) -> Kb:
    """Python has cycles; tool 2.0 needs Python 3.10."""
    kb.write(
        "releases/python/product.yml",
        "name: Python\nscheme: pep440\ntracks: ['3.10', '3.9', '3.1']\n",
    )
    for version in ("3.9.1", "3.9.2", "3.10.0", "3.10.1", "3.1.0"):
        kb.write(
            f"releases/python/{version}.md", "---\nstatus: shipped\nreleased_at: 2026-01-01\n---\n"
        )
    kb.write("releases/tool/product.yml", "name: Tool\nscheme: semver\n")
    kb.write(
        "releases/tool/2.0.0.md",
        "---\nstatus: shipped\nreleased_at: 2026-02-01\ncompatibility:\n"
        "  - {with: python, versions: '<3.10', verdict: breaks, remedy: Update Python.}\n"
        "  - {with: python, versions: '>=3.10,<3.10.2', verdict: works}\n---\n",
    )
    return kb


def test_a_version_that_nobody_recorded_is_judged_by_the_range_that_covers_it(python: Kb) -> None:
    ran = python.run("compat", "python@3.9.18", "tool@2.0.0")
    assert ran.out.startswith("BREAKS: python@3.9.18 and tool@2.0.0: they do not work together.")
    assert "note: python@3.9.18 is not recorded; it is judged by the statements" in ran.out
    assert "Update Python." in ran.out
    found = python.run("impact", "python@3.9.18", "--fail-on", "breaks", code=1)
    assert "breaks 1 release" in found.out and "not recorded" in found.out
    told = python.run("compat", "python@3.12.1", "tool@2.0.0").out
    assert told.startswith("UNKNOWN") and "not recorded" in told


def test_a_line_of_releases_is_answered_by_those_that_begin_so(python: Kb) -> None:
    for text in ("python@3.9", "python@3.9.x", "python@3.9.*"):
        ran = python.run("compat", text, "tool@2")
        assert ran.out.startswith("BREAKS: python@3.9.2 and tool@2.0.0: ")
        assert f"note: {text} stands for 2 releases, 3.9.1 to 3.9.2" in ran.out
    assert "3.10" not in python.run("compat", "python@3.1", "tool@2").out.splitlines()[0]


def test_where_a_line_is_not_of_one_mind_the_worst_is_said_first(python: Kb) -> None:
    ran = python.run("compat", "python@3", "tool@2.0.0")
    first, *rest = [line for line in ran.out.splitlines() if line]
    assert first == "BREAKS: python@3 and tool@2.0.0: not the same for all; the worst first."
    verdicts = [line for line in rest if line.startswith(("BREAKS", "WORKS"))]
    assert verdicts == [
        "BREAKS: python 3.1.0 to 3.9.2 with tool 2.0.0",
        "WORKS: python 3.10.0 to 3.10.1 with tool 2.0.0",
    ]
    found = python.run("compat", "python@3", "tool@2.0.0", "--format", "json").json
    assert found["verdict"] == "breaks"
    assert [answer["verdict"] for answer in found["answers"]] == ["breaks", "works"]
    assert [len(answer["pairs"]) for answer in found["answers"]] == [3, 2]


def test_what_is_no_version_of_the_scheme_is_refused_with_the_nearest(python: Kb) -> None:
    ran = python.run("compat", "python@3.1", "tool@2.O.0", code=2)
    assert "Tool has no version '2.O.0'" in ran.err and "2.0.0" in ran.err


def test_a_customers_file_may_hold_what_nobody_recorded(python: Kb, tmp_path: Path) -> None:
    file = tmp_path / "customer.yml"
    file.write_text("python: 3.9.18\ntool: 2.0.0\n")
    found = python.run("compat", "--installed", str(file), "--format", "json").json
    assert (found["verdict"], found["unknown"]) == ("breaks", [])


def test_the_way_out_keeps_what_nobody_recorded_where_only_the_other_has_to_move(
    python: Kb,
) -> None:
    python.write(
        "releases/tool/1.0.0.md",
        "---\nstatus: shipped\nreleased_at: 2025-02-01\ncompatibility:\n"
        "  - {with: python, versions: '>=3.9,<3.10', verdict: works, holds_until: {open: x}}\n---\n",
    )
    ran = python.run("compat", "path", "python@3.9.18", "tool@2.0.0")
    assert "python" in ran.out and "3.9.18" in ran.out


def test_the_beginning_of_several_versions_is_shown_and_identified_as_such(python: Kb) -> None:
    shown = python.run("release", "show", "python", "3.9").out
    assert shown.startswith("Python 3.9 stands for 2 releases, 3.9.1 to 3.9.2: 3.9.2, 3.9.1.")
    assert "Python 3.9.2: shipped" in shown
    found = python.run("release", "show", "python", "3.9", "--format", "json").json
    assert (found["version"], found["line"]) == ("3.9.2", ["3.9.2", "3.9.1"])
    assert "stands for 2 releases" in python.run("identify", "python 3.10").out
    ran = python.run("release", "show", "python", "3.9.7", code=2)
    assert "forewarn impact python@3.9.7" in ran.err


def test_what_one_customer_has_and_nobody_recorded_is_judged_before_an_update(
    story: Kb, ask: Ask
) -> None:
    file = customer(story, "player: '2.2'\ncodec: '1.0'\n")
    ran = ask("impact", "recorder@2.7", "--installed", file, "--fail-on", "breaks", code=1)
    assert ran.out.startswith("BREAKS: recorder@2.7 breaks 1 release, limits 1 release.")
    assert "BREAKS: player 2.2\n" in ran.out


def test_a_version_said_with_blanks_is_read_and_a_word_is_no_version(story: Kb, ask: Ask) -> None:
    assert ask("compat", "recorder@2.7", "player@2.4 SP 1").out.startswith(
        "BREAKS: recorder@2.7 and player@2.4-SP1"
    )
    refused = ask("compat", "recorder@2.7", "player@latest", code=2)
    assert "'latest' names no version" in refused.err
    file = customer(story, "player: 2.4 SP 1\n")
    assert "BREAKS: player 2.4-SP1" in ask("impact", "recorder@2.7", "--installed", file).out
