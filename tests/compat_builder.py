"""Hypothesis strategies for recorders and players that state something of each other."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from forewarn.model.record import Inspection, Place
from forewarn.model.release import HoldsUntil, Release, Statement, Status, Verdict, release_path
from model_builder import catalogue, release, statement

W, L, B, U = Verdict.WORKS, Verdict.LIMITED, Verdict.BREAKS, Verdict.UNKNOWN
TODAY = date(2026, 11, 21)
PAST = Inspection(by="maria", on=date(2026, 5, 1), until=date(2026, 11, 20))
HOLDS = Inspection(by="maria", on=date(2026, 5, 1), until=TODAY)
VERSIONS = ("2.0", "2.3", "2.4-rc1", "2.4", "2.5", "2.7-rc1", "2.7", "3.0-rc1", "3.0")
DAYS = tuple(date(2026, month, 4) for month in (1, 3, 5, 7))
EARLY = Inspection(by="maria", on=DAYS[1])
ENDS = (None, HoldsUntil(version="2.4"), HoldsUntil(version="2.7-rc1"), HoldsUntil(reason="So."))


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
        ">=2.7",
        "<2.4",
        ">=2.4-rc1",
        "2.7-rc1",
        "<=2.7-rc1",
        ">=1.9,<3.0",
        ">=2.3,!=2.5",
        "vers:generic/<2.3|2.4|>=2.7",
        "vers:generic/2.4|2.5",
    ]
    parts: dict[str, Any] = {
        "verdict": st.sampled_from(Verdict),
        "about": st.sampled_from(["playing", "Playing", "cutting", None]),
        "remedy": st.sampled_from(["Update.", "Convert it.", None]),
        "verified": st.sampled_from([None, PAST, HOLDS, EARLY]),
        "holds_until": st.sampled_from(ENDS),
        "versions": st.sampled_from(ranges),
        "place": st.just(Place(file=release_path(owner, "2.4"))),
    }
    parts |= {key: st.just(value) for key, value in fixed.items()}
    return st.fixed_dictionaries(parts).map(lambda values: statement(partner, **values))


def releases(product: str, partner: str) -> st.SearchStrategy[list[Release]]:
    """Some releases of a product, each with a few statements."""
    said = st.lists(statements(partner, product), max_size=2).map(tuple)
    status = st.sampled_from([Status.SHIPPED, Status.SHIPPED, Status.WITHDRAWN, Status.PLANNED])
    track, day = st.sampled_from(["stable", "stable", "beta"]), st.sampled_from((*DAYS, None))
    parts = st.tuples(said, status, track, day)
    rows = st.lists(parts, min_size=1, max_size=6)
    return st.tuples(rows, st.permutations(VERSIONS)).map(
        lambda drawn: [
            release(
                product,
                version,
                compatibility=said,
                status=status,
                track=track,
                released_at=day,
            )
            for version, (said, status, track, day) in zip(drawn[1], drawn[0], strict=False)
        ]
    )


catalogues = st.builds(
    lambda recorders, players: catalogue(*recorders, *players),
    releases("recorder", "player"),
    releases("player", "recorder"),
)
