"""What a release does to the others: what breaks, is limited or is untested."""

from __future__ import annotations

import pytest

from compat_builder import PAST, TODAY, B, L, U, W
from forewarn.model.article import Article, Remediation
from forewarn.model.catalogue import Catalogue
from forewarn.model.impact import Impact, impact_of, issues_at
from forewarn.model.record import Support
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.versions.version import VersionRange
from model_builder import catalogue, issue, product, release, statement

ALL = ("recorder", "player", "codec", "viewer")


def ask(everything: Catalogue, target: str, installed: tuple[Release, ...] | None = None) -> Impact:
    name, _, version = target.partition("@")
    return impact_of(
        everything, everything.releases[name, version], today=TODAY, installed=installed
    )


def rows(impact: Impact) -> dict[str, list[tuple[str, Verdict]]]:
    return {
        affected.product: [(j.b.version, j.verdict) for j in affected.harmed]
        for affected in impact.products
    }


def test_what_breaks_is_limited_or_is_untested_is_told_the_worst_first() -> None:
    recorder = release(
        "recorder",
        "2.7",
        compatibility=(
            statement("player", "<2.4", L),
            statement("player", "2.4", B),
            statement("player", ">=2.7", W),
            statement("codec", "*", W),
        ),
    )
    others = [release("player", v) for v in ("2.3", "2.4", "2.5", "2.7")]
    everything = catalogue(recorder, *others, release("codec", "1.0"), products=ALL)
    impact = ask(everything, "recorder@2.7")
    assert rows(impact) == {"player": [("2.4", B), ("2.3", L), ("2.5", U)], "codec": []}
    assert [affected.product for affected in impact.products] == ["player", "codec"]
    assert impact.verdict == B


@pytest.mark.parametrize("who", ["it states", "another release of it states", "the other states"])
def test_a_product_has_to_do_with_it_if_either_ever_stated_something(who: str) -> None:
    said = (statement("player", "9", W),)
    about = (statement("recorder", "9", W),)
    records = {
        "it states": (release("recorder", "2.7", compatibility=said), release("player", "2.4")),
        "another release of it states": (
            release("recorder", "2.7"),
            release("recorder", "2.6", compatibility=said),
            release("player", "2.4"),
        ),
        "the other states": (
            release("recorder", "2.7"),
            release("player", "2.4", compatibility=about),
        ),
    }[who]
    assert rows(ask(catalogue(*records, products=ALL), "recorder@2.7")) == {"player": [("2.4", U)]}


@pytest.mark.parametrize("which", ["recorder", "player"])
def test_lockstep_makes_silence_a_finding(which: str) -> None:
    other = {"recorder": "player", "player": "recorder"}[which]
    everything = catalogue(
        product(which, lockstep=(other,)), release("recorder", "2.7"), release("player", "2.4")
    )
    assert rows(ask(everything, "recorder@2.7")) == {"player": [("2.4", U)]}


def test_only_what_customers_have_counts() -> None:
    over = Support(ended=True)
    everything = catalogue(
        product("recorder", lockstep=("player",)),
        release("recorder", "2.7"),
        release("player", "2.8", status=Status.STAGED),
        release("player", "2.7", status=Status.WITHDRAWN),
        release("player", "2.6"),
        release("player", "2.5"),
        release("player", "2.4", support=over),
        release("player", "1.9", support=over, track="1"),
    )
    found = [version for version, _ in rows(ask(everything, "recorder@2.7"))["player"]]
    assert found == ["2.6", "2.5", "1.9"], "the last of a line is in use after its support"


def test_a_promise_past_its_tag_is_untested() -> None:
    said = (statement("player", "2.4", W, verified=PAST),)
    everything = catalogue(release("recorder", "2.7", compatibility=said), release("player", "2.4"))
    assert rows(ask(everything, "recorder@2.7")) == {"player": [("2.4", U)]}


def test_for_a_customer_only_what_he_has_is_judged_and_all_of_it() -> None:
    recorder = release("recorder", "2.7", compatibility=(statement("player", "*", B),))
    old = release("recorder", "2.6")
    has = (old, release("player", "2.4"), release("viewer", "1", status=Status.WITHDRAWN))
    everything = catalogue(recorder, *has, release("player", "2.5"), products=ALL)
    assert rows(ask(everything, "recorder@2.7", has)) == {
        "player": [("2.4", B)],
        "viewer": [("1", U)],
    }


def at(version: str, *records: Release | Article) -> list[list[str]]:
    everything = catalogue(release("recorder", version), *records)
    found = issues_at(everything, everything.releases["recorder", version])
    return [[i.path for i in group] for group in (found.errors, found.warnings, found.info)]


@pytest.mark.parametrize(
    ("remediation", "place"),
    [
        (Remediation.NONE_AVAILABLE, 0),
        (Remediation.NO_FIX_PLANNED, 0),
        (Remediation.VENDOR_FIX, 0),
        (Remediation.WORKAROUND, 1),
        (Remediation.MITIGATION, 1),
    ],
)
def test_an_open_issue_is_an_error_unless_there_is_a_way_around(
    remediation: Remediation, place: int
) -> None:
    known = issue("kb/sound.md", {"recorder": "<3"}, remediation=remediation)
    expected: list[list[str]] = [[], [], []]
    expected[place] = ["kb/sound.md"]
    assert at("2.7", known) == expected


def test_an_issue_that_a_shipped_release_has_the_fix_for_is_for_information() -> None:
    fixed = {"recorder": VersionRange.parse(">=2.8")}
    known = issue("kb/sound.md", {"recorder": "<2.8"}, fixed_in=fixed)
    promised = release("recorder", "2.8", status=Status.PLANNED)
    assert at("2.7", known, promised) == [[], ["kb/sound.md"], []], "a promise is no fix"
    assert at("2.7", known, release("recorder", "2.8")) == [[], [], ["kb/sound.md"]]


def test_an_issue_that_it_has_the_fix_for_itself_is_none_of_its() -> None:
    fixed = {"recorder": VersionRange.parse(">=2.7")}
    assert at("2.7", issue("kb/sound.md", {"recorder": "*"}, fixed_in=fixed)) == [[], [], []]


def test_an_issue_of_another_version_is_none_of_its() -> None:
    assert at("2.7", issue("kb/sound.md", {"recorder": "<2.7"})) == [[], [], []]


def test_where_nothing_has_to_do_with_it_nothing_is_harmed() -> None:
    impact = ask(catalogue(release("recorder", "2.7"), release("player", "2.4")), "recorder@2.7")
    assert (impact.products, impact.verdict) == ((), W)


@pytest.mark.parametrize(
    ("said", "worst"),
    [
        ((statement("player", ">=2.7", W), statement("player", "<2.7", B)), B),
        ((statement("player", "*", W),), W),
        ((statement("codec", "*", W),), U),
    ],
    ids=["the worst that is stated", "what is stated", "nothing is stated"],
)
def test_of_a_product_without_a_recorded_release_counts_what_is_stated(
    said: tuple[Statement, ...], worst: Verdict
) -> None:
    records = (
        release("recorder", "2.7", compatibility=said),
        release("recorder", "2.6", compatibility=(statement("player", "1", W),)),
        release("codec", "1.0"),
    )
    impact = ask(catalogue(*records, products=ALL), "recorder@2.7")
    (player,) = [one for one in impact.products if one.product == "player"]
    assert player.judgements == ()
    stated = sorted((row for row in said if row.partner == "player"), key=lambda r: r.verdict is W)
    assert player.stated == tuple(stated)
    assert impact.verdict == player.verdict == worst


def test_a_product_of_which_nothing_has_shipped_is_harmed_by_nothing() -> None:
    records = (
        release("recorder", "2.7", compatibility=(statement("player", "<2.7", B),)),
        release("player", "2.7", status=Status.PLANNED),
    )
    assert ask(catalogue(*records, products=ALL), "recorder@2.7").verdict is W
