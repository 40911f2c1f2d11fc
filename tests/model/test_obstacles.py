"""Why releases are not recommended is known as facts, and said in one way everywhere."""

from __future__ import annotations

from forewarn.model.obstacle import Obstacle, PassedOver
from forewarn.words.obstacles import why_not


def over(why: Obstacle, *versions: str, **more: str) -> PassedOver:
    return PassedOver(versions=versions, why=why, **more)


def test_each_reason_is_said_of_one_release_and_of_several() -> None:
    for why in Obstacle:
        one, two = why_not([over(why, "2.8")]), why_not([over(why, "2.8", "2.7")])
        assert one.startswith("2.8 ")
        assert two.startswith("2.8 and 2.7 ")
        assert one.removeprefix("2.8 ") != two.removeprefix("2.8 and 2.7 ") or "issue" in why


def test_it_names_the_issue_or_what_breaks_and_counts_what_would_be_too_long() -> None:
    assert why_not([]) == ""
    rows = [
        over(Obstacle.WITHDRAWN, "2.9"),
        over(Obstacle.UNSUPPORTED, "2.8", "2.7", "2.6", "2.5"),
        over(Obstacle.OPEN_ISSUE, "2.4", issue="Loses sound"),
        over(Obstacle.BREAKS, "2.3", broken="player 2.4"),
        over(Obstacle.CIRCLE, "2.2", "2.1"),
    ]
    assert why_not(rows) == (
        "2.9 was withdrawn; 2.8, 2.7, 2.6 and 1 more are out of support; "
        "2.4 has the open known issue “Loses sound”; and 3 more"
    )
    assert why_not(rows[3:4]) == "2.3 breaks player 2.4"
