"""Everything that says what to use instead says the same, and why it is not something else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from forewarn.model.catalogue import Catalogue
from forewarn.model.recommend import Adviser
from forewarn.model.record import Support
from forewarn.model.release import Release, Status, Verdict, Withdrawal
from forewarn.model.versions.version import VersionRange
from forewarn.words.caveats import instead_words
from model_builder import catalogue, issue, product, release, statement

TODAY = date(2026, 5, 20)
ENDED = Support(ended=True)


def gone(version: str, replacement: str | None = None, **changes: Any) -> Release:
    withdrawal = Withdrawal(on=date(2026, 5, 5), reason="loses sound", replacement=replacement)
    return release("player", version, status=Status.WITHDRAWN, withdrawn=withdrawal, **changes)


def ask(records: Catalogue, version: str, *beside: Release) -> str:
    found = records.releases["player", version]
    return instead_words(Adviser(records, TODAY).recommend(found, beside))


def players(*versions: str) -> list[Release]:
    return [release("player", version) for version in versions]


def test_what_a_person_named_comes_first() -> None:
    assert ask(catalogue(gone("2.4", "2.5"), *players("2.5", "2.6")), "2.4") == "use 2.5 instead"


def test_without_a_name_it_is_the_highest_of_the_track() -> None:
    beta = release("player", "3.0", track="beta")
    tracks = product("player", tracks=("stable", "beta"))
    records = catalogue(gone("2.4"), *players("2.5", "2.6"), beta, tracks)
    assert ask(records, "2.4") == "use 2.6 instead"


@pytest.mark.parametrize(
    ("named", "why"),
    [
        (gone("2.5"), "2.5 was withdrawn"),
        (release("player", "2.5", status=Status.STAGED, released_at=None), "2.5 has not shipped"),
        (release("player", "2.5", status=Status.PLANNED, released_at=None), "2.5 has not shipped"),
        (release("player", "2.5", support=ENDED), "2.5 is out of support"),
        (release("player", "2.5-rc1"), "2.5-rc1 is a pre-release"),
    ],
)
def test_what_must_not_be_recommended_is_passed_over_and_the_reason_is_said(
    named: Release, why: str
) -> None:
    records = catalogue(gone("2.4", named.version), named, *players("2.6"))
    assert ask(records, "2.4") == f"use 2.6 instead ({why})"


def test_a_version_with_an_open_known_issue_is_passed_over() -> None:
    known = issue("kb/sound.md", {"player": ">=2.6"})
    records = catalogue(*players("2.4", "2.5", "2.6"), known)
    why = "2.6 has the open known issue “No sound after pausing”"
    assert ask(records, "2.4") == f"use 2.5 instead ({why})"
    assert ask(records, "2.5") == f"stay with it: {why}"


def test_an_issue_that_one_has_already_is_no_reason_against_going_on() -> None:
    known = issue("kb/sound.md", {"player": ">=2.5"})
    records = catalogue(*players("2.4", "2.5", "2.6"), known)
    assert ask(records, "2.5") == "use 2.6 instead"
    assert ask(records, "2.4").startswith("stay with it: 2.6 and 2.5 have the open known issue")


def test_a_version_whose_issue_another_one_has_the_fix_for_is_passed_over() -> None:
    known = issue(
        "kb/sound.md", {"player": ">=2.4"}, fixed_in={"player": VersionRange.parse(">=2.6")}
    )
    records = catalogue(gone("2.4", "2.5"), *players("2.5", "2.6"), known)
    why = "2.5 has the known issue “No sound after pausing”"
    assert ask(records, "2.4") == f"use 2.6 instead ({why})"


def test_an_issue_of_two_products_is_that_of_the_one_that_is_to_be_fixed() -> None:
    known = issue(
        "kb/sound.md",
        {"recorder": "*", "player": ">=2.5"},
        fixed_in={"recorder": VersionRange.parse(">=3")},
    )
    assert ask(catalogue(*players("2.4", "2.5"), known), "2.4") == "use 2.5 instead"


def test_replacements_are_followed_and_never_in_a_circle() -> None:
    records = catalogue(gone("2.4", "2.5"), gone("2.5", "2.6"), *players("2.6"))
    assert ask(records, "2.4") == "use 2.6 instead (2.5 was withdrawn)"
    circle = catalogue(gone("2.4", "2.5"), gone("2.5", "2.4"))
    assert ask(circle, "2.4") == (
        "nothing can be recommended instead: 2.5 was withdrawn; "
        "2.4 leads back to what it is to replace"
    )


def test_a_replacement_that_is_not_recorded_is_said_to_be_so() -> None:
    found = ask(catalogue(gone("2.4", "2.9"), *players("2.5")), "2.4")
    assert found == "use 2.5 instead (2.9 is not recorded)"


def test_where_nothing_is_left_that_is_said() -> None:
    records = catalogue(gone("2.4"), release("player", "2.5", support=ENDED))
    assert ask(records, "2.4") == "nothing can be recommended instead: 2.5 is out of support"


def test_a_step_back_is_said_to_be_one() -> None:
    assert ask(catalogue(gone("2.5"), *players("2.4")), "2.5") == "use 2.4 instead, a step back"


def test_it_never_breaks_the_partner_that_was_asked_about() -> None:
    breaks = (statement("recorder", "2.7", Verdict.BREAKS),)
    records = catalogue(
        gone("2.4", "2.6"),
        *players("2.5"),
        release("player", "2.6", compatibility=breaks),
        release("recorder", "2.7"),
    )
    recorder = records.releases["recorder", "2.7"]
    assert ask(records, "2.4") == "use 2.6 instead"
    assert ask(records, "2.4", recorder) == "use 2.5 instead (2.6 breaks recorder@2.7)"


def test_of_a_line_that_ended_one_goes_up_to_the_nearest_that_is_supported() -> None:
    lines = product("player", tracks=("4", "3", "2", "beta"), support={"2": ENDED, "4": Support()})
    records = catalogue(
        lines,
        release("player", "2.4", track="2"),
        release("player", "2.5", track="2"),
        release("player", "3.1", track="3"),
        release("player", "4.0", track="4"),
        release("player", "5.0-beta1", track="beta"),
    )
    assert ask(records, "2.4") == "use 3.1 instead (2.5 is out of support)"


def test_of_many_that_are_passed_over_for_one_reason_three_are_named() -> None:
    old = [release("player", f"2.{n}", support=ENDED) for n in range(5, 10)]
    found = ask(catalogue(gone("2.4"), *old), "2.4")
    assert found.endswith("2.9, 2.8, 2.7 and 2 more are out of support")


def test_a_pre_release_leads_to_the_next_one_of_its_track() -> None:
    tracks = product("player", tracks=("stable", "beta"))
    betas = [release("player", f"3.0-beta{n}", track="beta") for n in (1, 2)]
    records = catalogue(tracks, *players("2.9"), *betas)
    assert ask(records, "3.0-beta1") == "use 3.0-beta2 instead"
    assert ask(records, "2.9") == ""
