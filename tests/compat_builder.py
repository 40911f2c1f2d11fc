"""Hypothesis strategies for recorders and players that state something of each other."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from forewarn.model.record import Inspection, Place
from forewarn.model.release import Release, Statement, Status, Verdict, release_path
from model_builder import catalogue, release, statement

W, L, B, U = Verdict.WORKS, Verdict.LIMITED, Verdict.BREAKS, Verdict.UNKNOWN
TODAY = date(2026, 11, 21)
PAST = Inspection(by="maria", on=date(2026, 5, 1), until=date(2026, 11, 20))
HOLDS = Inspection(by="maria", on=date(2026, 5, 1), until=TODAY)
VERSIONS = ("2.0", "2.3", "2.4", "2.5", "2.7", "3.0")


def statements(partner: str, owner: str, **fixed: Any) -> st.SearchStrategy[Statement]:
    """Statements of `owner` about the versions of `partner`, on a few matters."""
    ranges = [
        "*",
        "<2.7",
        "<=2.4",
        ">=2.0,<2.5",
        ">=2.3,<2.5",
        "2.4",
        "2.7",
        "!=2.4",
        ">2.4",
        ">=2.4",
    ]
    parts: dict[str, Any] = {
        "verdict": st.sampled_from(Verdict),
        "about": st.sampled_from(["playing", "Playing", "cutting", None]),
        "remedy": st.sampled_from(["Update.", "Convert it.", None]),
        "verified": st.sampled_from([None, PAST, HOLDS]),
        "versions": st.sampled_from(ranges),
        "place": st.just(Place(file=release_path(owner, "2.4"))),
    }
    parts |= {key: st.just(value) for key, value in fixed.items()}
    return st.fixed_dictionaries(parts).map(lambda values: statement(partner, **values))


def releases(product: str, partner: str) -> st.SearchStrategy[list[Release]]:
    """Some releases of a product, each with a few statements."""
    said = st.lists(statements(partner, product), max_size=2).map(tuple)
    status = st.sampled_from([Status.SHIPPED, Status.SHIPPED, Status.WITHDRAWN, Status.PLANNED])
    parts = st.tuples(said, status, st.sampled_from(["stable", "stable", "beta"]))
    return st.lists(parts, min_size=1, max_size=len(VERSIONS)).map(
        lambda rows: [
            release(product, version, compatibility=compatibility, status=status, track=track)
            for version, (compatibility, status, track) in zip(VERSIONS, rows, strict=False)
        ]
    )


catalogues = st.builds(
    lambda recorders, players: catalogue(*recorders, *players),
    releases("recorder", "player"),
    releases("player", "recorder"),
)
