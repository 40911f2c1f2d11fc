"""Mending what was recorded by mistake: by command, in one commit, with a reason."""

from __future__ import annotations

import pytest

from command_line import REMEDY, Kb, add_to_record

pytestmark = pytest.mark.slow

PATH = "releases/recorder/2.7.md"
NEW = "releases/recorder/2.7.1.md"
WHY = "a slip of the pen"


@pytest.fixture
def shipped(recorder_27: Kb) -> Kb:
    """Recorder 2.7 has shipped, with a briefing, and a suite, an article and others name it."""
    add_to_record(recorder_27, PATH, REMEDY)
    recorder_27.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    recorder_27.write(
        "releases/recorder/2.7.briefing.md", "See [the notes](2.7.md#what) and [2.4](2.4.md).\n"
    )
    recorder_27.run(
        *("release", "withdraw", "recorder", "2.4", "--reason", "old", "--replacement", "2.7")
    )
    recorder_27.run("product", "add", "studio", "--name", "Studio", "--scheme", "loose")
    recorder_27.write(
        "kb/read-me.md",
        "---\ntitle: Read me\nkind: how-to\naudience: public\napplies: {recorder: '>=2.7'}\n---\n"
        "See [2.7](../releases/recorder/2.7.md#notes), not 12.7.md.\n",
    )
    recorder_27.commit("Around it")
    return recorder_27


def with_suite(kb: Kb) -> None:
    kb.write(
        "releases/studio/1.0.md",
        "---\nstatus: shipped\nreleased_at: 2026-05-04\ncontains:\n  recorder: '2.7' # the newest\n"
        "---\n",
    )
    kb.commit("A suite")


def told(kb: Kb) -> list[tuple[str, str, str]]:
    rows = kb.run("events", "HEAD~1..HEAD", "--format", "json").json
    return [(row["kind"], str(row["version"]), row["title"]) for row in rows]


def test_a_rename_takes_all_that_points_to_it_along_in_one_commit(shipped: Kb) -> None:
    with_suite(shipped)
    before = shipped.head
    ran = shipped.run("release", "rename", "recorder", "2.7", "2.7.1", "--reason", WHY)
    assert shipped.git("rev-parse", "HEAD~1").strip() == before
    assert shipped.git("status", "--porcelain") == ""
    assert not (shipped.root / PATH).exists()
    assert shipped.run("release", "show", "recorder", "2.7.1", "--format", "json").json["suites"]
    assert "[the notes](2.7.1.md#what)" in shipped.read("releases/recorder/2.7.1.briefing.md")
    article = shipped.read("kb/read-me.md")
    assert "(../releases/recorder/2.7.1.md#notes), not 12.7.md" in article
    assert "recorder: 2.7.1 # the newest" in shipped.read("releases/studio/1.0.md").replace("'", "")
    shown = shipped.run("release", "show", "recorder", "2.4", "--format", "json").json
    assert shown["withdrawn"]["replacement"] == "2.7.1"
    assert "look at kb/read-me.md:1: it speaks of recorder >=2.7" in ran.err
    assert f"Forewarn-Reason: {WHY}" in shipped.git("log", "-1")
    assert [row for row in told(shipped) if row[1] == "2.7"] == [
        ("mistaken", "2.7", "Recorder 2.7 was announced by mistake: it is Recorder 2.7.1")
    ]
    assert not [row for row in told(shipped) if row[0] == "shipped"]


def test_a_rename_to_what_is_recorded_or_is_no_version_is_refused(shipped: Kb) -> None:
    before = shipped.head
    rename = ("release", "rename", "recorder", "2.7")
    assert "already recorded" in shipped.run(*rename, "2.4", "--reason", WHY, code=1).err
    assert "already" in shipped.run(*rename, "2.7", "--reason", WHY, code=1).err
    assert "version" in shipped.run(*rename, "../2.7", "--reason", WHY, code=2).err
    assert "empty" in shipped.run(*rename, "2.7.1", "--reason", " ", code=2).err
    assert shipped.head == before
    assert shipped.git("status", "--porcelain") == ""


def test_another_spelling_is_a_rename_that_alerts_nobody(shipped: Kb) -> None:
    shipped.run("release", "rename", "recorder", "2.7", "V2.7.0", "--reason", WHY)
    assert [row for row in told(shipped) if row[0] != "corrected"] == []


@pytest.mark.parametrize(("status", "words"), [("staged", ()), ("planned", ("--planned",))])
def test_a_status_is_put_back_with_all_that_hangs_on_it(
    shipped: Kb, status: str, words: tuple[str, ...]
) -> None:
    day = (*words, "2027-01-01") if words else ()
    shipped.run("release", "correct", "recorder", "2.7", "--status", status, *day, "--reason", WHY)
    shown = shipped.run("release", "show", "recorder", "2.7", "--format", "json").json
    assert (shown["status"], shown["released_at"]) == (status, None)
    assert [row["to"] for row in shown["history"]] == ([status] if status == "staged" else [])
    assert [kind for kind, _, _ in told(shipped)] == ["mistaken"]
    shipped.run("release", "ship", "recorder", "2.7", "--on", "2026-05-05")


def test_a_day_is_corrected_and_the_reason_is_told(shipped: Kb) -> None:
    correct = ("release", "correct", "recorder", "2.7", "--reason", WHY)
    shipped.run(*correct, "--released-at", "2026-05-03")
    assert [kind for kind, _, _ in told(shipped)] == ["corrected"]
    assert "not come" in shipped.run(*correct, "--released-at", "2099-01-01", code=2).err
    assert "nothing of" in shipped.run(*correct, "--released-at", "2026-05-03", code=1).err


def test_an_edit_by_hand_is_committed_with_its_reason(shipped: Kb) -> None:
    shipped.write(PATH, shipped.read(PATH).replace("verdict: breaks", "verdict: works"))
    shipped.run("release", "correct", "recorder", "2.7", "--reason", WHY)
    assert [kind for kind, _, _ in told(shipped)] == ["compatibility_changed"]
    assert shipped.git("status", "--porcelain") == ""


def test_a_withdrawal_that_was_a_mistake_is_taken_back(shipped: Kb) -> None:
    correct = ("release", "correct", "recorder", "2.4", "--reason", WHY, "--status", "shipped")
    shipped.run(*correct)
    shown = shipped.run("release", "show", "recorder", "2.4", "--format", "json").json
    assert (shown["status"], shown["withdrawn"]) == ("shipped", None)
    assert [row["to"] for row in shown["history"]] == ["staged", "shipped"]


def test_only_what_is_out_is_corrected_by_status(acme: Kb) -> None:
    acme.run("release", "add", "recorder", "2.7")
    words = ("release", "correct", "recorder", "2.7", "--status", "planned", "--reason", WHY)
    assert "only what is out" in acme.run(*words, code=1).err


def test_a_removal_takes_the_briefing_and_the_replacement_along_and_names_what_dangles(
    shipped: Kb,
) -> None:
    ran = shipped.run("release", "remove", "recorder", "2.7", "--reason", WHY)
    assert not (shipped.root / PATH).exists()
    assert not (shipped.root / "releases/recorder/2.7.briefing.md").exists()
    shown = shipped.run("release", "show", "recorder", "2.4", "--format", "json").json
    assert shown["withdrawn"]["replacement"] is None
    assert "look at kb/read-me.md:7: a link leads to it" in ran.err
    assert "dangling-link" in shipped.run("check", code=1).out
    assert shipped.git("status", "--porcelain") == ""
    assert ("mistaken", "2.7") in [row[:2] for row in told(shipped)]


def test_what_a_suite_contains_is_not_removed(shipped: Kb) -> None:
    with_suite(shipped)
    ran = shipped.run("release", "remove", "recorder", "2.7", "--reason", WHY, code=1)
    assert "studio@1.0 contains recorder@2.7" in ran.err
    assert (shipped.root / PATH).exists()


def test_where_git_refuses_everything_is_as_it_was(shipped: Kb) -> None:
    hook = shipped.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    before = shipped.read(PATH)
    for words in (("rename", "recorder", "2.7", "2.7.1"), ("remove", "recorder", "2.7")):
        shipped.run("release", *words, "--reason", WHY, code=4)
        assert shipped.read(PATH) == before
        assert not (shipped.root / NEW).exists()
        assert shipped.git("status", "--porcelain") == ""
