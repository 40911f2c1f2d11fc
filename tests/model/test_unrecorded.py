"""A version that nobody recorded is judged by what covers it, and is never taken for a release."""

from __future__ import annotations

import pytest

from forewarn.model.compatibility import judge
from forewarn.model.release import DECLARED, Verdict
from forewarn.model.unrecorded import release_or_stand_in, stand_in
from forewarn.model.versions.version import InvalidVersion
from forewarn.store.records.problems import Problems
from forewarn.store.records.release import read_release
from model_builder import catalogue, product, release, statement

BREAKS = statement("player", "<2.7", Verdict.BREAKS)


def test_an_unrecorded_version_is_judged_by_the_range_that_covers_it() -> None:
    records = catalogue(
        release("recorder", "2.7", compatibility=(BREAKS,)), release("player", "2.4")
    )
    asked = release_or_stand_in(records, "player", "2.5.1")
    found = judge(records, records.releases["recorder", "2.7"], asked)
    assert (found.verdict, found.b.recorded) == (Verdict.BREAKS, False)


def test_what_is_recorded_in_another_spelling_is_that_release() -> None:
    records = catalogue(release("player", "2.4"))
    assert release_or_stand_in(records, "player", "2.4.0") is records.releases["player", "2.4"]


def test_it_has_no_status_that_anybody_declared_and_nothing_of_its_own() -> None:
    found = stand_in("player", "2.5.1")
    assert found.status not in DECLARED
    assert not (found.recorded or found.embargoed or found.since or found.track)
    assert (found.downloads, found.compatibility) == ((), ())


def test_a_version_that_the_scheme_does_not_have_stands_for_nothing() -> None:
    records = catalogue(product("player", scheme="semver"))
    with pytest.raises(InvalidVersion):
        release_or_stand_in(records, "player", "2.5")


def test_no_file_can_declare_it() -> None:
    problems = Problems("releases/player/2.5.md")
    assert read_release("player", "2.5", "---\nstatus: unrecorded\n---\n", problems) is None
    assert [finding.message for finding in problems.findings] == [
        "'status' is 'unrecorded'; expected one of planned, staged, shipped, withdrawn"
    ]
