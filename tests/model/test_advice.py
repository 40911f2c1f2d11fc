"""Which version should he move to: the nearest that are shipped, supported and work together."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compat_builder import PAST, TODAY, B, L, U, W, catalogues
from examples import examples
from forewarn.model.advice import Advice, Way, advise
from forewarn.model.catalogue import Catalogue
from forewarn.model.compatibility import judge
from forewarn.model.recommend import Adviser
from forewarn.model.record import Support
from forewarn.model.release import Release, Status, Verdict
from model_builder import catalogue, release, statement


def players(*versions: str) -> list[Release]:
    return [release("player", version) for version in versions]


def recorder(version: str, **said: Verdict) -> Release:
    """A recorder with a verdict on single players, written `v2_4=B`."""
    rows = tuple(
        statement("player", version.removeprefix("v").replace("_", "."), verdict)
        for version, verdict in said.items()
    )
    return release("recorder", version, compatibility=rows)


def ask(*records: Release, a: str = "2.7", b: str = "2.4") -> Advice:
    everything = catalogue(*records)
    found = everything.releases["recorder", a], everything.releases["player", b]
    return advise(everything, *found, today=TODAY)


def to(way: Way | None) -> tuple[str, str] | None:
    return (way.a.release.version, way.b.release.version) if way else None


def test_the_player_is_moved_to_the_nearest_version_that_works() -> None:
    said = recorder("2.7", v2_4=B, v2_5=B, v2_6=W, v2_7=W)
    advice = ask(said, *players("2.4", "2.5", "2.6", "2.7"))
    assert to(advice.best) == ("2.7", "2.6")
    assert [to(way) for way in advice.others] == [("2.7", "2.7")], "the newest is named too"


def test_of_many_versions_that_work_alike_the_nearest_is_named() -> None:
    said = (statement("player", "*", W), statement("player", "2.4", B))
    advice = ask(
        release("recorder", "2.7", compatibility=said),
        *players("2.2", "2.3", "2.4", "2.6", "2.7", "2.8"),
    )
    assert to(advice.best) == ("2.7", "2.6")
    assert [to(way) for way in advice.others] == [("2.7", "2.8")]


def test_who_works_already_may_stay() -> None:
    advice = ask(recorder("2.7", v2_4=W, v2_5=W), *players("2.4", "2.5"))
    assert advice.best and advice.best.steps == ()
    assert advice.others == ()


def test_one_product_is_moved_rather_than_both() -> None:
    near, between, far = recorder("2.8", v2_5=W), recorder("2.9"), recorder("2.10", v2_4=W)
    advice = ask(recorder("2.7", v2_4=B), near, between, far, *players("2.4", "2.5"))
    assert to(advice.best) == ("2.10", "2.4")


def test_an_update_is_taken_before_a_nearer_downgrade() -> None:
    advice = ask(
        recorder("2.7", v2_4=B, v2_9=W), recorder("2.6", v2_4=W), *players("2.4", "2.5", "2.9")
    )
    assert to(advice.best) == ("2.7", "2.9")
    assert [to(way) for way in advice.others] == [("2.6", "2.4")], "and the downgrade is named"


def test_what_works_is_taken_before_what_is_limited_however_far() -> None:
    advice = ask(recorder("2.7", v2_4=B, v2_5=L, v2_9=W), *players("2.4", "2.5", "2.9"))
    assert to(advice.best) == ("2.7", "2.9")


def test_where_nothing_works_the_limited_is_named_as_such() -> None:
    advice = ask(recorder("2.7", v2_4=B, v2_5=L), *players("2.4", "2.5"))
    assert (to(advice.best), advice.best and advice.best.verdict) == (("2.7", "2.5"), L)


def test_the_customers_own_track_is_kept_where_it_can_be() -> None:
    said = recorder("2.7", v2_4=B, v2_5=W, v2_6=W)
    rest = [release("player", "2.5", track="beta"), release("player", "2.6")]
    assert to(ask(said, *players("2.4"), *rest).best) == ("2.7", "2.6")


def test_on_another_track_its_newest_release_is_named() -> None:
    said = recorder("2.7", v2_4=B, v3_0=W, v3_1=W)
    rest = [release("player", version, track="3") for version in ("3.0", "3.1")]
    assert to(ask(said, *players("2.4"), *rest).best) == ("2.7", "3.1")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.WITHDRAWN},
        {"status": Status.STAGED},
        {"status": Status.PLANNED},
        {"support": Support(ended=True)},
        {"support": Support(active_until=date(2026, 11, 20))},
    ],
    ids=["withdrawn", "staged", "planned", "support ended", "support ended yesterday"],
)
def test_nobody_is_sent_to_what_is_not_shipped_and_supported(changes: dict[str, object]) -> None:
    gone = release("player", "2.5", **changes)
    said = recorder("2.7", v2_4=B, v2_5=W, v2_6=W)
    assert to(ask(said, *players("2.4", "2.6"), gone).best) == ("2.7", "2.6")
    stay = ask(recorder("2.7", v2_5=W, v2_6=W), *players("2.6"), gone, b="2.5")
    assert to(stay.best) == ("2.7", "2.6"), "and nobody is left there"


def test_a_promise_past_its_tag_sends_nobody() -> None:
    said = statement("player", "2.5", W, verified=PAST)
    advice = ask(release("recorder", "2.7", compatibility=(said,)), *players("2.4", "2.5"))
    assert (advice.best, advice.found) == (None, {U})


def test_where_nobody_tested_anything_there_is_no_answer() -> None:
    advice = ask(recorder("2.7"), *players("2.4", "2.5"))
    assert (advice.best, advice.others, advice.found) == (None, (), {U})


def test_where_everything_breaks_there_is_no_answer() -> None:
    advice = ask(recorder("2.7", v2_4=B), *players("2.4"))
    assert (advice.best, advice.found) == (None, {B})


def test_where_nothing_is_supported_there_is_no_answer() -> None:
    over = release("player", "2.4", support=Support(ended=True))
    advice = ask(recorder("2.7", v2_4=W), over)
    assert (advice.best, advice.choices[1]) == (None, ())


@examples(60)
@given(catalogues, st.data())
@pytest.mark.slow
def test_the_answer_is_true_and_no_pair_is_better(
    everything: Catalogue, data: st.DataObject
) -> None:
    a = data.draw(st.sampled_from(everything.releases_of("recorder")))
    b = data.draw(st.sampled_from(everything.releases_of("player")))
    advice = advise(everything, a, b, today=TODAY)
    adviser = Adviser(everything, TODAY)

    def fits(one: Release, now: Release) -> bool:
        return adviser.may_stay(one) if one is now else adviser.obstacle(one, now) is None

    choices = [
        (one, other, judge(everything, one, other, today=TODAY).verdict)
        for one in everything.releases_of("recorder")
        for other in everything.releases_of("player")
        if fits(one, a) and fits(other, b)
    ]
    assume(choices)
    usable = [row for row in choices if row[2] in (W, L)]
    assert bool(usable) == bool(advice.best)
    for way in filter(None, (advice.best, *advice.others)):
        assert (way.a.release, way.b.release, way.verdict) in usable
    if advice.best:
        moved = min(((v.caution, (one is not a) + (other is not b)) for one, other, v in usable))
        assert (advice.best.verdict.caution, len(advice.best.steps)) == moved
