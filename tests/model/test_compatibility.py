"""Does this work with that: the rule, case by case."""

from __future__ import annotations

import itertools
import random

import pytest

from forewarn.model.compatibility import judge
from forewarn.model.release import Release, Statement, Verdict
from model_builder import catalogue, release, statement

W, L, B, U = Verdict.WORKS, Verdict.LIMITED, Verdict.BREAKS, Verdict.UNKNOWN


def verdict(recorder: Release, player: Release) -> Verdict:
    everything = catalogue(recorder, player)
    forth, back = judge(everything, recorder, player), judge(everything, player, recorder)
    assert forth.verdict == back.verdict, "the order of asking must not matter"
    assert set(forth.remedies) == set(back.remedies)
    return forth.verdict


def pair(*statements: Statement, player: str = "2.4") -> Verdict:
    return verdict(release("recorder", "2.7", compatibility=statements), release("player", player))


def test_silence_is_unknown_and_never_works() -> None:
    assert pair() == U


@pytest.mark.parametrize("stated", [W, L, B, U])
def test_one_statement_is_the_verdict(stated: Verdict) -> None:
    assert pair(statement("player", "<2.7", stated)) == stated


def test_a_statement_about_other_versions_does_not_count() -> None:
    assert pair(statement("player", "<2.7", B), player="2.7") == U


@pytest.mark.parametrize(
    ("narrow", "wide"), [("2.4", "<2.7"), (">=2.4,<2.5", "<2.7"), ("<2.7", "*"), ("2.4", "*")]
)
@pytest.mark.parametrize(("said", "overruled"), list(itertools.permutations([W, L, B], 2)))
def test_the_narrower_statement_decides(
    narrow: str, wide: str, said: Verdict, overruled: Verdict
) -> None:
    rows = [statement("player", narrow, said), statement("player", wide, overruled)]
    assert pair(*rows) == said
    assert pair(*reversed(rows)) == said


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations([W, U, L, B], 2)))
def test_on_a_tie_the_more_cautious_decides(one: Verdict, other: Verdict) -> None:
    worse = max(one, other, key=lambda v: v.caution)
    assert pair(statement("player", "<2.7", one), statement("player", "<=2.4", other)) == worse


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations([W, U, L, B], 2)))
def test_across_matters_the_worst_decides(one: Verdict, other: Verdict) -> None:
    worse = max(one, other, key=lambda v: v.caution)
    rows = (
        statement("player", "2.4", one, about="playing"),
        statement("player", "*", other, about="remote control"),
    )
    assert pair(*rows) == worse


def test_both_products_are_heard() -> None:
    recorder = release("recorder", "2.7", compatibility=(statement("player", "*", W),))
    player = release("player", "2.4", compatibility=(statement("recorder", ">=2.7", B),))
    assert verdict(recorder, player) == B


def test_what_the_player_says_of_its_own_files_does_not_overrule_the_recorder() -> None:
    same_words = "playing recordings made by this version"
    recorder = release(
        "recorder", "2.7", compatibility=(statement("player", "<2.7", B, about=same_words),)
    )
    player = release(
        "player", "2.4", compatibility=(statement("recorder", "2.7", W, about=same_words),)
    )
    assert verdict(recorder, player) == B


def test_each_remedy_that_decides_is_told_once_and_no_other() -> None:
    recorder = release(
        "recorder",
        "2.7",
        compatibility=(
            statement("player", "<2.7", B, remedy="Update."),
            statement("player", "<2.7", B, remedy="Update.", about="streaming"),
            statement("player", "*", L, remedy="Never mind."),
        ),
    )
    player = release("player", "2.4")
    assert judge(catalogue(recorder, player), recorder, player).remedies == ("Update.",)


def test_the_order_in_the_files_does_not_matter() -> None:
    rows = [
        statement("player", text, verdict, about=about)
        for text in ("*", "<2.7", "2.4")
        for verdict in (W, L, B)
        for about in ("playing", "cutting")
    ]
    shuffler = random.Random(27)
    verdicts = set()
    for _ in range(50):
        shuffler.shuffle(rows)
        verdicts.add(pair(*rows))
    assert verdicts == {B}
