"""Does this work with that: the rule, case by case, and row by row of its article."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compat_builder import EARLY, HOLDS, PAST, TODAY, B, L, U, W, statements
from examples import examples
from forewarn.model.compatibility import Judgement, judge, judge_all
from forewarn.model.release import HoldsUntil, Release, Statement, Verdict
from model_builder import catalogue, release, statement

ARTICLE = Path(__file__).parents[2] / "kb/compatibility-rule.md"
CELLS = re.compile(r"(?<!\\)\|")
STATED = re.compile(
    r"`([^`]+)` (works|limited|breaks|unknown)(, past its tag|, holds until [0-9.]+|, holds on)?"
)


LATER = date(2026, 9, 1)


def judged(recorder: Release, player: Release, today: date | None = TODAY) -> Judgement:
    everything = catalogue(recorder, player)
    forth = judge(everything, recorder, player, today=today)
    back = judge(everything, player, recorder, today=today)
    assert forth.verdict == back.verdict, "the order of asking must not matter"
    assert forth.applied == back.applied
    return forth


def verdict(recorder: Release, player: Release, today: date | None = TODAY) -> Verdict:
    return judged(recorder, player, today).verdict


def pair(*statements: Statement, player: str = "2.4") -> Verdict:
    return verdict(release("recorder", "2.7", compatibility=statements), release("player", player))


def table(heading: str) -> Iterator[list[str]]:
    """The rows of the table below a heading of the rule's article."""
    section = ARTICLE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    lines = [line for line in section.partition("\n## ")[0].splitlines() if line[:1] == "|"]
    assert len(lines) > 2, f"no table below {heading!r}"
    for line in lines[2:]:
        yield [cell.strip().replace("\\|", "|") for cell in CELLS.split(line.strip("|"))]


@pytest.mark.parametrize(
    "row",
    [
        *table("What decides within one matter"),
        *table("When the inspection tag has run out"),
    ],
    ids="; ".join,
)
def test_within_one_matter_the_article_tells_the_truth(row: list[str]) -> None:
    rows = [
        statement("player", versions, Verdict(said), verified=PAST if past else HOLDS)
        for versions, said, past in STATED.findall(row[0])
    ]
    assert bool(rows) == (row[0] != "none")
    for order in itertools.permutations(rows):
        assert pair(*order) == row[1]


def held(words: str) -> HoldsUntil | None:
    """How far a statement holds, in the words of the article."""
    if words == ", holds on":
        return HoldsUntil(reason="The vendor declares it.")
    version = words.removeprefix(", holds until ")
    return HoldsUntil(version=version) if version else None


@pytest.mark.parametrize("row", [*table("An open upper end")], ids="; ".join)
def test_of_an_open_upper_end_the_article_tells_the_truth(row: list[str]) -> None:
    rows = [
        statement("player", versions, Verdict(said), verified=EARLY, holds_until=held(more))
        for versions, said, more in STATED.findall(row[0])
    ]
    shipped = {"2.4": EARLY.on, "4.0": EARLY.on, "2.4.9": LATER, "5.0": LATER, "5.1": LATER}
    players = [release("player", v, released_at=day) for v, day in shipped.items()]
    asked = next(player for player in players if player.version == row[1])
    for order in itertools.permutations(rows):
        recorder = release("recorder", "5.0", compatibility=order)
        assert judge(catalogue(recorder, *players), recorder, asked).verdict == row[2]


@pytest.mark.parametrize("row", [*table("Pre-releases")], ids="; ".join)
def test_of_pre_releases_the_article_tells_the_truth(row: list[str]) -> None:
    rows = [
        statement("player", versions, Verdict(said), verified=HOLDS)
        for versions, said, _ in STATED.findall(row[0])
    ]
    final = release("player", "2.7", released_at=HOLDS.on)
    asked = release("player", row[1])
    for order in itertools.permutations(rows):
        recorder = release("recorder", "5.0", compatibility=order)
        assert judge(catalogue(recorder, final, asked), recorder, asked).verdict == row[2]


@pytest.mark.parametrize("row", [*table("What decides across matters")], ids="; ".join)
def test_across_matters_the_article_tells_the_truth(row: list[str]) -> None:
    rows = [
        statement("player", "2.4", Verdict(said), about=about)
        for about, said in zip(("installing", "playing"), row, strict=False)
        if said in list(Verdict)
    ]
    assert rows
    for order in itertools.permutations(rows):
        assert pair(*order) == row[2]


def test_silence_is_unknown_and_never_works() -> None:
    assert pair() == U


@pytest.mark.parametrize("stated", [W, L, B, U])
def test_one_statement_is_the_verdict(stated: Verdict) -> None:
    assert pair(statement("player", "<2.7", stated)) == stated


def test_a_statement_about_other_versions_does_not_count() -> None:
    assert pair(statement("player", "<2.7", B), player="2.7") == U


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("2.4", "<2.7"),
        (">=2.4,<2.5", "<2.7"),
        ("<2.7", "*"),
        ("2.4", "*"),
        (">=2.4,<2.7", ">=2.0,<3.0"),
        ("<=2.4", "<2.7"),
        ("!=2.5", "*"),
        ("2.4", "vers:generic/>=2.4|<=2.5"),
        (">=2.4,!=2.6", ">=2.4"),
    ],
)
@pytest.mark.parametrize(("said", "overruled"), list(itertools.permutations([W, L, B], 2)))
def test_the_narrower_statement_decides(
    narrow: str, wide: str, said: Verdict, overruled: Verdict
) -> None:
    rows = [statement("player", narrow, said), statement("player", wide, overruled)]
    assert pair(*rows) == said
    assert pair(*reversed(rows)) == said


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations([W, U, L, B], 2)))
def test_where_neither_is_narrower_the_more_cautious_decides(one: Verdict, other: Verdict) -> None:
    worse = max(one, other, key=lambda v: v.caution)
    rows = [statement("player", "<2.7", one), statement("player", ">2.3", other)]
    assert pair(*rows) == worse
    assert pair(*reversed(rows)) == worse
    same = [statement("player", ">=2.4,<2.7", one), statement("player", ">=2.4.0,<2.7", other)]
    assert pair(*same) == worse


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


def test_two_remedies_for_the_same_matter_are_both_told_whatever_their_order() -> None:
    rows = [
        statement("player", "<2.7", B, remedy="Update."),
        statement("player", ">2.3", B, remedy="Convert it."),
    ]
    for order in (rows, rows[::-1]):
        recorder = release("recorder", "2.7", compatibility=tuple(order))
        assert set(judged(recorder, release("player", "2.4")).remedies) == {
            "Update.",
            "Convert it.",
        }


def test_what_is_limited_is_carried_along() -> None:
    recorder = release(
        "recorder",
        "2.7",
        compatibility=(
            statement("player", "<2.7", L, limits="No sound."),
            statement("player", "*", L, limits="Overruled."),
        ),
    )
    assert judged(recorder, release("player", "2.4")).limits == ("No sound.",)


@pytest.mark.parametrize(
    ("said", "counts"), [(W, U), (U, U), (L, L), (B, B)], ids=lambda verdict: str(verdict)
)
def test_past_its_tag_a_promise_lapses_and_a_warning_stands(said: Verdict, counts: Verdict) -> None:
    recorder = release(
        "recorder", "2.7", compatibility=(statement("player", "2.4", said, verified=PAST),)
    )
    judgement = judged(recorder, release("player", "2.4"))
    (row,) = judgement.applied
    assert (judgement.verdict, row.verdict, row.expired) == (counts, counts, True)
    assert row.statement.verdict == said, "what is written stays what is written"


def test_on_its_last_day_a_tag_still_holds() -> None:
    assert pair(statement("player", "2.4", W, verified=HOLDS)) == W


def test_without_a_day_no_tag_is_past() -> None:
    recorder = release(
        "recorder", "2.7", compatibility=(statement("player", "2.4", W, verified=PAST),)
    )
    assert verdict(recorder, release("player", "2.4"), today=None) == W


def test_a_lapsed_promise_in_one_matter_makes_the_pair_unknown() -> None:
    rows = (
        statement("player", "2.4", W, about="installing"),
        statement("player", "2.4", W, about="playing", verified=PAST),
    )
    assert pair(*rows) == U


def test_of_a_customers_set_every_pair_is_judged_and_the_worst_stands_first() -> None:
    recorder = release(
        "recorder",
        "2.7",
        compatibility=(statement("player", "<2.7", B), statement("codec", "*", W)),
    )
    rest = [release("player", "2.4"), release("codec", "1.0")]
    everything = catalogue(recorder, *rest, products=("recorder", "player", "codec"))
    found = judge_all(everything, [recorder, *rest], today=TODAY)
    assert [(str(j.a), str(j.b), j.verdict) for j in found] == [
        ("recorder@2.7", "player@2.4", B),
        ("player@2.4", "codec@1.0", U),
        ("recorder@2.7", "codec@1.0", W),
    ]


def test_two_versions_of_one_product_side_by_side_are_no_pair() -> None:
    both = [release("recorder", "2.6"), release("recorder", "2.7")]
    player = release("player", "2.4")
    found = judge_all(catalogue(*both, player), [*both, player], today=TODAY)
    assert [(str(j.a), str(j.b)) for j in found] == [
        ("recorder@2.6", "player@2.4"),
        ("recorder@2.7", "player@2.4"),
    ]


recorders = st.lists(statements("player", "recorder"), max_size=6)
players = st.lists(statements("recorder", "player"), max_size=4)


def ask(recorder: list[Statement], player: list[Statement], today: date | None = TODAY) -> Verdict:
    return verdict(
        release("recorder", "2.4", compatibility=tuple(recorder)),
        release("player", "2.4", compatibility=tuple(player)),
        today,
    )


@examples(50)
@given(recorders, players, st.data())
def test_the_order_in_the_files_does_not_matter(
    recorder: list[Statement], player: list[Statement], data: st.DataObject
) -> None:
    def told(recorder: list[Statement], player: list[Statement]) -> tuple[Verdict, set[str]]:
        judgement = judged(
            release("recorder", "2.4", compatibility=tuple(recorder)),
            release("player", "2.4", compatibility=tuple(player)),
        )
        return judgement.verdict, set(judgement.remedies)

    shuffled = data.draw(st.permutations(recorder)), data.draw(st.permutations(player))
    assert told(*shuffled) == told(recorder, player)


@examples(50)
@given(recorders, players)
def test_nothing_works_unless_somebody_says_so_today(
    recorder: list[Statement], player: list[Statement]
) -> None:
    if ask(recorder, player) is W:
        assert any(s.verdict is W and s.verified is not PAST for s in (*recorder, *player))


@examples(50)
@given(recorders, players, statements("player", "recorder", verdict=W, verified=None))
def test_one_more_promise_never_makes_the_verdict_worse(
    recorder: list[Statement], player: list[Statement], more: Statement
) -> None:
    assert ask([*recorder, more], player).caution <= ask(recorder, player).caution


@examples(50)
@given(recorders, players, statements("player", "recorder", verdict=B))
def test_one_more_warning_never_makes_the_verdict_better(
    recorder: list[Statement], player: list[Statement], more: Statement
) -> None:
    assert ask([*recorder, more], player).caution >= ask(recorder, player).caution


@examples(50)
@given(recorders, players)
def test_time_alone_never_makes_a_verdict_better(
    recorder: list[Statement], player: list[Statement]
) -> None:
    assert ask(recorder, player).caution >= ask(recorder, player, today=None).caution
