"""A release is named as people say it, and every command understands it in the same way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from command_line import Kb


@pytest.fixture
def named(acme: Kb) -> Kb:
    """The recorder is also called Tape Deck, and owl is what people call its 2.4."""
    acme.run("product", "edit", "recorder", "--alias", "Tape Deck", "--alias", "owl=2.4")
    return acme


SAME = [
    ("recorder", "2.4"),
    ("recorder@2.4",),
    ("recorder 2.4",),
    ("Recorder", "2.4"),
    ("RECORDER@2.4",),
    ("tape", "deck", "2.4"),
    ("Tape Deck", "2.4"),
    ("tape deck@2.4",),
    ("tape", "deck@2.4"),
]


@pytest.mark.parametrize("words", SAME, ids=" ".join)
def test_however_it_is_named_the_same_release_is_shown(named: Kb, words: tuple[str, ...]) -> None:
    found = named.run("release", "show", *words, "--format", "json").json
    assert (found["product"], found["version"]) == ("recorder", "2.4")


SPELLED = ["2,4", " 2.4 ", "2.4.", "version 2.4", "v2.4", "2", "2.", "2.x", "2.4.x"]


@pytest.mark.parametrize("version", SPELLED)
def test_however_its_version_is_written_every_question_is_about_the_same_release(
    acme: Kb, version: str
) -> None:
    shown = acme.run("release", "show", "recorder", version, "--format", "json").json
    assert shown["version"] == "2.4"
    told = acme.run("identify", f"recorder {version}").out
    assert "Recorder 2.4: shipped on" in told and "Nobody" not in told
    impact = acme.run("impact", "recorder@2.4").out
    assert acme.run("impact", "recorder", version).out == impact


@pytest.mark.parametrize("words", ["show", "edit", "withdraw"])
def test_a_release_without_its_version_is_answered_with_the_highest_that_are_recorded(
    acme: Kb, words: str
) -> None:
    for version in ("2.1", "2.2", "2.3"):
        acme.write(f"releases/recorder/{version}.md", "---\nstatus: staged\n---\n")
    told = acme.run("release", words, "Recorder", code=2).err
    assert told.startswith("error: which version of recorder?")
    assert "Recorded so far: 2.4, 2.3 (staged), 2.2 (staged) and 1 more" in told
    assert "there is no product 'nobody'" in acme.run("release", words, "nobody", code=2).err


def test_what_cannot_be_read_is_told_where_a_version_is_left_out(acme: Kb) -> None:
    acme.write("releases/recorder/2.9.md", "---\nstatus: [\n---\n")
    told = acme.run("release", "show", "recorder", code=2).err
    assert "Recorded so far: 2.4 and 1 that cannot be read (`forewarn check` says why)." in told
    acme.write("releases/deck/product.yml", "name: Deck\nscheme: loose\n")
    told = acme.run("release", "show", "deck", code=2).err
    assert "None is recorded yet: `forewarn release add deck VERSION` records one." in told


def test_only_the_first_version_that_is_left_out_is_asked_for(acme: Kb) -> None:
    assert "'NEW'" in acme.run("release", "rename", "recorder", "2.4", code=2).err
    assert "which version of recorder?" in acme.run("release", "rename", "recorder", code=2).err
    assert "which version of recorder?" in acme.run("suite", "diff", "recorder", code=2).err
    assert "'PRODUCT'" in acme.run("release", "rename", code=2).err


def test_what_names_no_version_is_answered_with_the_newest(acme: Kb) -> None:
    assert "no version is named; the newest" in acme.run("identify", "recorder latest", code=1).out
    told = acme.run("release", "show", "recorder", "latest", code=2).err
    assert "names no version" in told and "forewarn release latest recorder" in told


@pytest.mark.parametrize(
    "words",
    [
        ("recorder@2.4", "player@2.4"),
        ("recorder", "2.4", "player", "2.4"),
        ("recorder 2.4", "player 2.4"),
        ("tape", "deck", "2.4", "player@2.4"),
        ("recorder@2.4", "Player", "2.4", "--format", "text"),
    ],
    ids=" ".join,
)
def test_a_pair_may_be_named_without_signs(named: Kb, words: tuple[str, ...]) -> None:
    assert named.run("compat", *words).out == named.run("compat", "recorder@2.4", "player@2.4").out


def test_every_command_that_takes_a_release_takes_it_so(named: Kb) -> None:
    path = ["recorder", "2.4", "player", "2.4"]
    signs = named.run("compat", "path", "recorder@2.4", "player@2.4").out
    assert named.run("compat", "path", *path).out == signs
    matrix = named.run("compat", "matrix", "recorder", "player").out
    assert named.run("compat", "matrix", "Tape", "Deck", "PLAYER").out == matrix
    impact = named.run("impact", "recorder@2.4").out
    assert named.run("impact", "tape deck", "2.4").out == impact
    added = named.run("statement", "add", "tape", "deck", "2.4", "Player", "<2.3", "breaks")
    assert "releases/recorder/2.4.md" in added.err
    named.run("release", "add", "recorder@2.8", "--planned", "2027-01-01")
    named.run("release", "plan", "tape", "deck", "2.8", "2027-02-01")
    named.run("release", "rename", "recorder@2.8", "2.9", "--reason", "a slip")
    assert "planned_for: 2027-02-01" in named.read("releases/recorder/2.9.md")
    assert (
        named.run("release", "list", "tape deck").out
        == named.run("release", "list", "recorder").out
    )


@pytest.mark.parametrize(
    "words",
    [
        ("release", "add", "recorder", "3.1", "--planned"),
        ("release", "plan", "recorder", "2.4"),
        ("release", "ship", "recorder", "2.4", "--on"),
        ("release", "withdraw", "recorder", "2.4", "--reason", "no sound", "--on"),
        ("release", "correct", "recorder", "2.4", "--reason", "a slip", "--released-at"),
        ("issue", "new", "no-sound", "--promised"),
    ],
    ids=" ".join,
)
def test_no_option_takes_a_year_that_nobody_means(acme: Kb, words: tuple[str, ...]) -> None:
    head = acme.head
    said = acme.run(*words, "0026-01-01", code=2).err
    assert "'0026-01-01' is no date that anybody means: the year 26 is before 1950" in said
    assert acme.head == head


@pytest.mark.parametrize(
    "several", [">=2.4", "<= 2.4", "^2", "~2.4", "!=2.3", "2.2 - 2.4", "2.2..2.4", "2.2\u20132.4"]
)
def test_several_versions_are_not_answered_by_one_of_them(acme: Kb, several: str) -> None:
    for words in (
        ("release", "show", "recorder", several),
        ("compat", f"recorder@{several}", "player@2.4"),
        ("impact", f"recorder@{several}"),
    ):
        said = acme.run(*words, code=2)
        assert said.out == "" and "says several versions" in said.err, words
    asked = acme.run("identify", f"recorder {several}", code=1).out
    assert asked.startswith("Recorder: several versions are named, and this is asked of one; the")


def test_what_stands_before_a_version_is_not_made_a_part_of_it(acme: Kb) -> None:
    assert "recorder@player" not in acme.run("identify", "recorder player 9.9", code=1).out


def test_a_version_that_cannot_be_recorded_is_told_as_it_is_understood_elsewhere(acme: Kb) -> None:
    for typed in ("2,8", "version 2.8"):
        said = acme.run("release", "add", "recorder", typed, code=2).err
        assert "Did you mean 2.8?" in said


def test_whoever_plans_for_a_day_that_has_passed_is_told_before_customers_are(acme: Kb) -> None:
    said = acme.run("release", "add", "recorder", "3.1", "--planned", "2020-01-01").err
    assert "warning: 2020-01-01 has passed" in said
    said = acme.run("release", "plan", "recorder", "3.1", "2020-02-01").err
    assert "warning: 2020-02-01 has passed" in said
    assert "warning" not in acme.run("release", "plan", "recorder", "3.1", "2999-02-01").err


def test_of_two_products_of_similar_names_the_longer_one_is_meant_where_it_is_written(
    acme: Kb,
) -> None:
    acme.run("product", "add", "recorder-pro", "--name", "Recorder Pro", "--scheme", "loose")
    acme.run("release", "add", "recorder", "pro", "3.1")
    for words in (("recorder", "pro", "3.1"), ("Recorder", "Pro@3.1"), ("recorder pro", "3.1")):
        assert acme.run("release", "show", *words).out.startswith("Recorder Pro 3.1")
    assert acme.run("release", "show", "recorder", "2.4").out.startswith("Recorder 2.4")
    pair = acme.run("compat", "recorder-pro@3.1", "player@2.4").out
    assert acme.run("compat", "recorder", "pro", "3.1", "player", "2.4").out == pair
    matrix = acme.run("compat", "matrix", "recorder", "player").out
    assert acme.run("compat", "matrix", "Recorder", "Player").out == matrix


def test_a_release_without_its_version_is_answered_with_what_can_be_typed(acme: Kb) -> None:
    ran = acme.run("compat", "recorder", "2.4", "player", code=2)
    assert "'player' is not written product@version" in ran.err
    assert "Write it like player@2.4, its newest." in ran.err


def test_what_is_identified_may_be_several_words(acme: Kb) -> None:
    named = acme.run("identify", "recorder 2.4").out
    assert acme.run("identify", "Recorder", "2.4").out == named
    assert "one file at a time" in acme.run("identify", "/", "/usr", code=2).err


def test_quiet_is_said_anywhere_on_the_line(acme: Kb) -> None:
    assert acme.run("release", "add", "player", "9.8").err
    assert acme.run("release", "add", "player", "9.9", "--quiet").err == ""
    assert acme.run("release", "add", "-q", "player", "10").err == ""
    assert acme.run("import", "csv", "-q", "--dry-run", "none.csv", code=4).err
    # Behind an option that takes a text it is that text.
    assert (
        "no track '-q'" in acme.run("release", "add", "player", "11", "--track", "-q", code=2).err
    )


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_word_is_not_passed_over(acme: Kb, blank: str) -> None:
    assert "no version of recorder" in acme.run("release", "add", "recorder", blank, code=2).err
    assert acme.run("release", "show", blank, "recorder", code=2).err
    assert acme.run("compat", blank, "recorder", "2.4", code=2).err.startswith("error: ")


def test_a_line_that_runs_another_product_is_called_by_that_ones_name_only_beside_its_own(
    acme: Kb,
) -> None:
    acme.write(
        "releases/cloud/product.yml",
        "name: Cloud\nscheme: loose\ntracks: [p2, j17]\naliases: [{player 2: p2}, {java 17: j17}]\n",
    )
    acme.commit()
    assert acme.run("product", "show", "cloud").out
    assert "java 17" in acme.run("product", "show", "java 17", code=2).err


def test_a_code_name_stands_for_its_line(named: Kb) -> None:
    assert "2.4" in named.run("release", "show", "owl").out


def test_what_nobody_is_called_is_said_as_it_was_typed(named: Kb) -> None:
    ran = named.run("release", "show", "recoder", "2.4", code=2)
    assert "there is no product 'recoder'" in ran.err and "Did you mean recorder" in ran.err
    assert "not written product@version" in named.run("compat", "recorder", code=2).err


def test_a_product_is_shown_with_what_else_it_is_called(named: Kb) -> None:
    shown = named.run("product", "show", "tape", "deck")
    assert shown.out.startswith("Recorder is at 2.4, of ")
    assert "also called: Tape Deck, owl (2.4)" in shown.out
    found = named.run("product", "show", "recorder", "--format", "json").json
    assert found["lines"][0]["track"] == "stable" and found["lines"][0]["latest"] == "2.4"


def test_a_name_is_understood_behind_an_option_and_in_what_is_only_supposed(
    named: Kb, tmp_path: Path
) -> None:
    told = named.run("subscriptions", "test", "recorder", "2.4", "shipped").out
    for words in (["recorder@2.4"], ["Tape Deck", "2.4"], ["tape", "deck", "2.4"]):
        assert named.run("subscriptions", "test", *words, "shipped").out == told
    for word in ("plannd", "2.4"):
        assert "no kind" in named.run("subscriptions", "test", "recorder", "2.4", word, code=2).err
    table = tmp_path / "releases.csv"
    table.write_text("version,released_at\n2.5,2026-05-04\n")
    planned = named.run("import", "csv", str(table), "--product", "Tape Deck", "--dry-run").out
    assert "releases/recorder/2.5.md" in planned
    none = named.run("deliveries", "--product", "recorder")
    assert named.run("deliveries", "--product", "TAPE DECK") == none
    tried = named.run("watch", "test", "Tape", "Deck", code=2).err
    assert "recorder has no source" in tried


@pytest.mark.parametrize(
    "applies", ["Tape Deck=>=2", "recorder>=2", "tape deck>=2", "recorder=>=2"]
)
def test_what_an_issue_applies_to_is_written_as_people_say_it(named: Kb, applies: str) -> None:
    named.run("issue", "new", "No sound", "--applies", applies, "--body", os.devnull)
    assert "recorder: '>=2'" in named.read("kb/known-issues/no-sound.md")


def test_a_second_version_may_be_written_with_its_product_as_the_first(named: Kb) -> None:
    named.run("release", "add", "recorder", "2.8")
    named.run("release", "rename", "recorder@2.8", "recorder@2.9", "--reason", "a slip")
    assert named.read("releases/recorder/2.9.md")
    words = ("release", "withdraw", "recorder", "2.4", "--reason", "loses sound", "--replacement")
    named.run(*words, "Tape Deck 2.9")
    assert "replacement: '2.9'" in named.read("releases/recorder/2.4.md")
    # Another product's is not taken for it.
    ran = named.run("release", "rename", "recorder@2.9", "player@3", "--reason", "a slip", code=2)
    assert "'player@3'" in ran.err


@pytest.mark.parametrize(
    ("typed", "said", "next"),
    [
        ("recorder@2.4", "'recorder@2.4' is a release, and a product is wanted", "recorder."),
        ("recoder", "there is no product 'recoder'", "Did you mean recorder?"),
        ("Tape Dek", "there is no product 'Tape Dek'", "Did you mean recorder?"),
        ("No Such", "there is no product 'No Such'", "`forewarn product list`"),
    ],
)
def test_whoever_names_no_product_is_told_so_in_the_same_words_everywhere(
    named: Kb, typed: str, said: str, next: str
) -> None:
    for words in (
        ("product", "show", typed),
        ("product", "edit", typed, "--set", "lockstep=[player]"),
        ("release", "latest", typed),
        ("release", "list", typed),
        ("compat", "matrix", "player", typed),
        ("watch", "test", typed),
        ("watch", "add", typed, "https://downloads.example.com/"),
    ):
        ran = named.run(*words, code=2)
        assert said in ran.err and next in ran.err, words


def test_no_edit_takes_a_release_past_the_gate(acme: Kb) -> None:
    acme.run("release", "add", "recorder", "2.8", "--planned", "2027-01-01")
    before = acme.head
    ran = acme.run(
        *("release", "edit", "recorder", "2.8", "--set", "status=shipped"),
        *("--set", "released_at=2026-06-01"),
        code=1,
    )
    assert "forewarn release ship recorder 2.8" in ran.err and acme.head == before
    ran = acme.run("release", "edit", "recorder", "2.4", "--set", "status=planned", code=1)
    assert "forewarn release correct recorder 2.4 --status planned" in ran.err
    acme.run("release", "edit", "recorder", "2.8", "--set", "planned_for=2027-03-01")


def test_an_article_that_is_no_known_issue_is_not_edited_as_one(acme: Kb, tmp_path: object) -> None:
    acme.write("kb/how.md", "---\ntitle: How\nkind: how-to\n---\n")
    acme.commit()
    ran = acme.run("issue", "edit", "how", "--set", "title=Else", code=2)
    assert "this is no known issue: its kind is how-to" in ran.err
    assert "forewarn article edit how" in ran.err
    none = acme.run("issue", "edit", "xyz", "--set", "title=Else", code=2).err
    assert "there is no known issue 'xyz'" in none and "kb/known-issues/" in none
