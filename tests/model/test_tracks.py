"""A version falls under 3.14 part by part, and its track is chosen by that or by a person."""

from __future__ import annotations

import pytest

from forewarn import schemes
from forewarn.model.tracks import cycle_of, falls_under, track_for

LOOSE = schemes.get("loose")


FALLS_UNDER = """\
3.14.2 under 3.14 by pep440
3.14.0rc1 under 3.14 by pep440
3.14 under 3.14 by pep440
3.9.18 under 3.9.x by pep440
3.9.18 under 3.9.* by pep440
3.9.18 under 3.x by pep440
1!3.9.18 under 3.9 by pep440
1:2.7-3ubuntu1 under 2.7 by debian
v1.2.3 under 1.2 by loose
1.2.3 under v1 by loose
2024.04.1 under 24.4 by calver
24.04.1 under 24.4 by calver
10.0.19045.1 under 10.0.19045 by windows
1.0.2zg under 1.0.2 by loose
2 under 2.0 by loose
"""


@pytest.mark.parametrize("row", FALLS_UNDER.splitlines())
def test_a_version_falls_under_its_own_beginning(row: str) -> None:
    version, _, prefix, _, scheme = row.split()
    assert falls_under(version, prefix, schemes.get(scheme))


@pytest.mark.parametrize(
    ("version", "prefix"),
    [("3.10.1", "3.1"), ("10", "1"), ("3.7", "3.0"), ("3", "3.1"), ("2.7", "x"), ("2.14.1", "14")],
)
def test_it_never_falls_under_a_part_of_a_number_or_another_place(
    version: str, prefix: str
) -> None:
    assert not falls_under(version, prefix, LOOSE)


def test_of_nested_cycles_the_longest_takes_it() -> None:
    assert cycle_of("3.14.2", ["3", "3.14", "3.1", "stable"], LOOSE) == "3.14"


@pytest.mark.parametrize(
    ("version", "tracks", "track"),
    [
        ("3.12.99", ("3.14", "3.12"), "3.12"),
        ("3.12.99", ("3.14", "3.13"), None),
        ("3.12.99", ("3.14", "other"), None),
        ("2.8", ("stable", "beta"), "stable"),
        ("2.8-beta1", ("stable", "beta"), "beta"),
        ("2.8-rc1", ("stable", "beta"), None),
        ("2.8-rc1", ("stable",), "stable"),
    ],
)
def test_a_track_is_chosen_by_the_version_or_left_to_a_person(
    version: str, tracks: tuple[str, ...], track: str | None
) -> None:
    assert track_for(version, tracks, LOOSE) == track


@pytest.mark.parametrize(
    ("version", "tracks", "track"),
    [
        # The longest, whether it counts from the epoch or behind it; of equal ones the first.
        ("1:2.7", ("1", "2", "2.7"), "2.7"),
        ("1:2.7", ("2", "1"), "2"),
        ("1:2.7", ("1", "2"), "1"),
        ("1:2", ("2.7", "1:2.7", "2"), "2"),
        ("3.9.1", ("3.9.x", "3.9"), "3.9.x"),
        ("3.9.1", ("3", "3.9.1.4"), "3"),
    ],
)
def test_of_several_cycles_one_takes_it(version: str, tracks: tuple[str, ...], track: str) -> None:
    assert cycle_of(version, tracks, LOOSE) == track
