"""The table of two products: it says of every pair of versions what the rule says."""

from __future__ import annotations

import pytest
from hypothesis import given

import rule_oracle
from compat_builder import HOLDS, PAST, TODAY, B, U, W, catalogues
from examples import examples
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.matrix import Verdicts, make_matrix
from forewarn.model.release import Status
from model_builder import catalogue, release, statement

pytestmark = pytest.mark.slow


@examples(40)
@given(catalogues)
def test_each_cell_is_the_verdict_on_every_pair_that_it_stands_for(everything: Catalogue) -> None:
    table = make_matrix(everything, "recorder", "player", today=TODAY)
    assert sum((run.releases for run in table.rows), ()) == everything.releases_of("recorder")
    assert sum((run.releases for run in table.columns), ()) == everything.releases_of("player")
    for row, cells in zip(table.rows, table.verdicts, strict=True):
        for column, cell in zip(table.columns, cells, strict=True):
            for a in row.releases:
                for b in column.releases:
                    assert judge(everything, a, b, today=TODAY).verdict == cell


@examples(150)
@given(catalogues)
def test_an_oracle_that_knows_nothing_of_spans_says_the_same_of_every_pair(
    everything: Catalogue,
) -> None:
    table = Verdicts.between(everything, "recorder", "player", TODAY)
    for a in everything.releases_of("recorder"):
        for b in everything.releases_of("player"):
            expected = rule_oracle.verdict(everything, a, b, TODAY)
            assert judge(everything, a, b, today=TODAY).verdict is expected
            assert table.of(a, b) is expected


@examples(40)
@given(catalogues)
def test_what_is_worked_out_for_all_versions_is_what_the_rule_says_of_each_pair(
    everything: Catalogue,
) -> None:
    verdicts = Verdicts.between(everything, "recorder", "player", TODAY)
    for a in everything.releases_of("recorder"):
        for b in everything.releases_of("player"):
            judgement = judge(everything, a, b, today=TODAY)
            assert verdicts.judge(a, b) == judgement
            assert verdicts.of(a, b) is judgement.verdict


def test_neighbours_that_agree_are_one_row() -> None:
    breaks = (statement("player", "<2.7", B), statement("player", ">=2.7", W))
    everything = catalogue(
        release("recorder", "2.10", compatibility=breaks),
        release("recorder", "2.8", compatibility=breaks),
        release("recorder", "2.7", compatibility=breaks),
        release("recorder", "2.4"),
        release("player", "2.7"),
        release("player", "2.5"),
        release("player", "2.4"),
    )
    table = make_matrix(everything, "recorder", "player", today=TODAY)
    assert [str(run) for run in table.rows] == ["2.7 to 2.10", "2.4"]
    assert [str(run) for run in table.columns] == ["2.7", "2.4 to 2.5"]
    assert table.verdicts == ((W, B), (U, U))


def test_a_release_that_is_not_shipped_stands_apart() -> None:
    everything = catalogue(
        release("recorder", "2.8", status=Status.STAGED),
        release("recorder", "2.7"),
        release("recorder", "2.6"),
        release("player", "2.4"),
    )
    table = make_matrix(everything, "recorder", "player")
    assert [run.versions for run in table.rows] == [("2.8",), ("2.7", "2.6")]


def test_a_promise_that_has_lapsed_parts_it_from_one_that_holds() -> None:
    everything = catalogue(
        release("recorder", "2.7", compatibility=(statement("player", "*", W, verified=HOLDS),)),
        release("recorder", "2.6", compatibility=(statement("player", "*", W, verified=PAST),)),
        release("player", "2.4", released_at=PAST.on),
    )
    assert make_matrix(everything, "recorder", "player", today=TODAY).verdicts == ((W,), (U,))


def test_products_without_releases_make_an_empty_table() -> None:
    table = make_matrix(catalogue(release("recorder", "2.7")), "recorder", "player")
    assert (table.columns, table.verdicts) == ((), ((),))
