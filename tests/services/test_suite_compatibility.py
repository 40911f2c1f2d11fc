"""A suite is judged by what it contains: in compat, impact, the matrix, suite and check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from command_line import Ran, run
from forewarn.model.audience import visible
from forewarn.model.compatibility import judge
from forewarn.model.matrix import Verdicts
from forewarn.model.record import Audience
from forewarn.model.release import Verdict
from kb_builder import Kb

Ask = Callable[..., Ran]
BREAKS = """
    compatibility:
      - with: player
        versions: "<2.7"
        about: playing
        verdict: breaks
        remedy: Update the player to 2.7.
        verified: {by: maria, on: 2026-05-01}
      - {with: player, versions: ">=2.7", about: playing, verdict: works, holds_until: "2.8"}
    """


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """Studio 2026.2 contains recorder 2.7, which breaks player 2.4; bundle contains player."""
    kb = Kb(tmp_path / "kb")
    for id in ("recorder", "player", "codec", "studio", "bundle", "kit"):
        kb.product(id, id.capitalize())
    kb.release("recorder", "2.6").release("recorder", "2.7", more=BREAKS)
    for version in ("2.4", "2.7"):
        kb.release("player", version)
    works = 'compatibility:\n  - {with: player, versions: "2.4", verdict: works}\n'
    kb.release("codec", "1.0", more=works)
    kb.release("studio", "2026.1", more="contains: {recorder: 2.6, codec: 1.0}\n")
    kb.release("studio", "2026.2", more="contains: {recorder: 2.7, codec: 1.0}\n")
    kb.release("studio", "2026.3", more="contains: {recorder: 2.9, codec: 1.1}\n")
    kb.release("bundle", "1", more="contains: {player: 2.4}\n")
    kb.release("bundle", "2", more="contains: {player: 2.7, recorder: 2.6}\n")
    kb.release("kit", "1", more="contains: {studio: 2026.2}\n")
    return kb


@pytest.fixture
def ask(kb: Kb) -> Ask:
    def ask(*words: str, code: int = 0) -> Ran:
        ran = run("-C", str(kb.root), *words)
        assert ran.code == code, f"exit {ran.code}\n{ran.out}\n{ran.err}"
        return ran

    return ask


def test_what_a_member_breaks_the_suite_breaks(ask: Ask) -> None:
    text = ask("compat", "studio@2026.2", "player@2.4").out
    assert text.startswith(
        "BREAKS: studio@2026.2 and player@2.4: they do not work together.\n"
        "\n"
        "Say:\n"
        "  Update the player to 2.7.\n"
    )
    assert "(by recorder@2.7, which studio@2026.2 contains)" in text
    answer = ask("compat", "player@2.4", "studio@2026.2", "--format", "json").json
    breaks = next(row for row in answer["statements"] if row["verdict"] == "breaks")
    assert breaks["through"] == [{"suite": "studio@2026.2", "member": "recorder@2.7"}]
    assert answer["remedies"] == ["Update the player to 2.7."]


def test_impact_of_a_suite_and_on_one_says_so_and_ends_with_1(ask: Ask) -> None:
    text = ask("impact", "studio@2026.2", "--fail-on", "breaks", code=1).out
    assert "BREAKS: player 2.4" in text and "by recorder@2.7" in text
    text = ask("impact", "player@2.4", "--fail-on", "breaks", code=1).out
    assert "BREAKS: studio 2026.2" in text
    assert "BREAKS: kit 1" in text


def test_a_suite_in_a_suite_and_a_suite_on_the_other_side(ask: Ask) -> None:
    assert ask("compat", "kit@1", "player@2.4").out.startswith("BREAKS: kit@1")
    text = ask("compat", "kit@1", "bundle@1").out
    assert text.startswith("BREAKS: kit@1")
    assert "recorder@2.7, which studio@2026.2 contains" in text
    assert "player@2.4, which bundle@1 contains" in text


def test_a_member_of_which_nobody_has_stated_anything_makes_no_promise(ask: Ask) -> None:
    text = ask("compat", "studio@2026.1", "player@2.4").out
    assert text.startswith("UNKNOWN: studio@2026.1 and player@2.4: ")
    assert (
        "not known: studio@2026.1 contains recorder 2.6, and nobody has tested that with player@2.4"
    ) in text


def test_a_member_without_a_record_is_unknown_and_said_and_its_ranges_count(
    kb: Kb, ask: Ask
) -> None:
    text = ask("compat", "studio@2026.3", "player@2.7").out
    assert text.startswith("UNKNOWN")
    assert "studio@2026.3 contains codec 1.1, of which there is no record that can be read" in text
    more = 'compatibility:\n  - {with: recorder, versions: ">2.8", verdict: breaks, remedy: No.}\n'
    kb.release("player", "3.0", more=more)
    text = ask("compat", "studio@2026.3", "player@3.0").out
    assert text.startswith("BREAKS") and "recorder 2.9, of which there is no record" in text


def test_an_unreadable_member_is_never_passed_over(kb: Kb, ask: Ask) -> None:
    kb.write("releases/recorder/2.7.md", "---\nstatus: shiped\n---\n")
    text = ask("compat", "studio@2026.2", "player@2.4").out
    assert text.startswith("UNKNOWN")
    assert "studio@2026.2 contains recorder 2.7, of which there is no record" in text


def test_another_version_of_what_is_in_it_is_said_to_be_another(ask: Ask) -> None:
    text = ask("compat", "studio@2026.2", "recorder@2.6").out
    assert text.startswith("UNKNOWN")
    assert "studio@2026.2 contains recorder@2.7" in text


def test_two_suites_with_different_versions_of_one_product_are_no_pair_in_it(ask: Ask) -> None:
    answer = ask("compat", "studio@2026.2", "bundle@2", "--format", "json").json
    assert answer["headline"] == (
        "stated to work: playing; not known: codec 1.0; do not promise that it works"
    )
    assert answer["not_known"] == [
        "studio@2026.2 contains codec 1.0, and nobody has tested that with player@2.7"
    ]


def test_a_statement_of_the_whole_covers_the_silence_about_a_part(kb: Kb, ask: Ask) -> None:
    works = 'compatibility:\n  - {with: player, versions: "2.4", verdict: works}\n'
    kb.release("studio", "2026.1", more=f"contains: {{recorder: 2.6, codec: 1.0}}\n{works}")
    assert ask("compat", "studio@2026.1", "player@2.4").out.startswith("WORKS")
    kb.release("studio", "2026.2", more=f"contains: {{recorder: 2.7, codec: 1.0}}\n{works}")
    assert ask("compat", "studio@2026.2", "player@2.4").out.startswith("BREAKS")


def test_the_matrix_says_of_suites_what_the_rule_says_of_each_pair(kb: Kb) -> None:
    catalogue = kb.load()
    day = date(2026, 5, 20)
    for one in ("studio", "bundle", "kit", "player", "recorder"):
        for other in ("studio", "bundle", "kit", "player", "codec"):
            if one == other:
                continue
            table = Verdicts.between(catalogue, one, other, day)
            for a in catalogue.releases_of(one):
                for b in catalogue.releases_of(other):
                    judgement = judge(catalogue, a, b, today=day)
                    assert table.of(a, b) is judgement.verdict, (a, b)
                    assert table.judge(a, b) == judgement


def test_the_matrix_of_a_suite_is_printed(ask: Ask) -> None:
    found = ask("compat", "matrix", "studio", "player", "--format", "json").json
    rows = [row["versions"] for row in found["rows"]]
    column = [column["versions"] for column in found["columns"]].index(["2.4"])
    assert found["verdicts"][rows.index(["2026.2"])][column] == "breaks"


def test_what_breaks_inside_a_suite_is_shown_and_found(kb: Kb, ask: Ask) -> None:
    kb.release("bundle", "3", more="contains: {player: 2.4, recorder: 2.7}\n")
    shown = ask("suite", "show", "bundle", "3").out
    assert "BREAKS: player@2.4 and recorder@2.7" in shown and "Update the player to 2.7." in shown
    assert "releases/bundle/3.md" in ask("check", code=1).out
    assert "suite-breaks-inside" in ask("check", code=1).out


def test_a_suite_that_contains_itself_is_refused_and_judged_without_end(kb: Kb, ask: Ask) -> None:
    kb.release("kit", "2", more="contains: {bundle: 4}\n")
    kb.release("bundle", "4", more="contains: {kit: 2, player: 2.4}\n")
    found = ask("check", code=1).out
    assert "suite-cycle" in found and "it contains itself, by bundle@4" in found
    text = ask("compat", "kit@2", "recorder@2.7").out
    assert text.startswith("BREAKS")
    assert "bundle@4 contains kit 2, which contains it in its turn" in text


def test_a_public_suite_with_a_secret_member_promises_nothing(kb: Kb) -> None:
    kb.release("codec", "1.2", "", "status: planned\nplanned_for: 2030-01-01\n")
    works = 'compatibility:\n  - {with: codec, versions: "<9", verdict: works}\n'
    kb.release("player", "2.8", more=works)
    kb.release("studio", "2026.4", more="contains: {codec: 1.2}\n")
    public = visible(kb.load(), Audience.PUBLIC)
    studio, player = public.releases["studio", "2026.4"], public.releases["player", "2.8"]
    assert judge(public, studio, player).verdict is Verdict.UNKNOWN


def test_impact_of_a_suite_tells_what_breaks_inside_it_and_beside_it(kb: Kb, ask: Ask) -> None:
    kb.release("studio", "2026.4", more="contains: {recorder: 2.7, player: 2.4}\n")
    ran = ask("impact", "studio@2026.4", "--fail-on", "breaks", code=1)
    assert ran.out.startswith("BREAKS: studio@2026.4 breaks ")
    assert "BREAKS: inside it, recorder@2.7 and player@2.4\n  breaks: playing" in ran.out
    assert "\nBREAKS: player 2.4\n" in ran.out
    data = ask("impact", "studio@2026.4", "--format", "json").json
    assert [(row["a"], row["b"]) for row in data["inside"]] == [("recorder@2.7", "player@2.4")]


def test_impact_of_a_suite_counts_other_versions_of_what_it_contains(kb: Kb, ask: Ask) -> None:
    kb.release("studio", "2026.5", more="contains: {recorder: 2.7, player: 2.7}\n")
    ran = ask("impact", "studio@2026.5", "--fail-on", "breaks", code=1)
    assert "BREAKS: player 2.4" in ran.out and "inside it" not in ran.out
