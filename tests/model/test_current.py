"""Which releases count today, and how many of them a known issue hurts."""

from __future__ import annotations

from datetime import date

import pytest

from forewarn.model.current import current, hurts
from forewarn.model.record import Support
from forewarn.model.release import Download, Release, Status
from forewarn.model.versions.version import VersionRange
from model_builder import catalogue, issue, product, release

TODAY = date(2026, 5, 20)
OVER, LASTING = Support(active_until=date(2026, 1, 1)), Support(active_until=date(2027, 1, 1))


def on(platform: str, version: str) -> Release:
    url = f"https://downloads.example.com/{platform}-{version}"
    return release("recorder", version, downloads=(Download(platform=platform, url=url),))


@pytest.mark.parametrize(
    ("records", "counting"),
    [
        ([release("recorder", "2.4"), release("recorder", "2.7")], {"2.7"}),
        ([release("recorder", "2.4", support=LASTING), release("recorder", "2.7")], {"2.4", "2.7"}),
        ([release("recorder", "2.7", support=OVER)], {"2.7"}),
        ([on("macos", "2.4"), on("windows", "2.7")], {"2.4", "2.7"}),
        ([release("recorder", "2.7", status=Status.PLANNED, released_at=None)], set()),
    ],
    ids=["latest", "supported", "the-last-of-all", "a-platform-that-lags", "nothing-shipped"],
)
def test_what_counts_is_the_latest_and_the_supported(
    records: list[Release], counting: set[str]
) -> None:
    assert current(catalogue(*records), "recorder", TODAY) == counting


def test_a_track_whose_support_has_ended_counts_no_more() -> None:
    tracked = product("recorder", tracks=("3", "2", "1"), support={"1": OVER, "2": LASTING})
    records = [release("recorder", f"{n}.{m}", track=str(n)) for n in (1, 2, 3) for m in (0, 1)]
    found = current(catalogue(*records, tracked), "recorder", TODAY)
    assert found == {"2.0", "2.1", "3.1"}


def test_a_known_issue_hurts_those_that_have_it_until_it_is_fixed() -> None:
    found = catalogue(release("recorder", "2.4"), release("recorder", "2.7"))
    counting = [("recorder", "2.7"), ("player", "1.0")]
    open_ = issue("kb/x.md", {"recorder": ">=2.5"})
    fixed = issue("kb/y.md", {"recorder": "*"}, fixed_in={"recorder": VersionRange.parse(">=2.7")})
    assert hurts(found, open_, counting) == 1
    assert hurts(found, issue("kb/z.md", {"recorder": "<2.5"}), counting) == 0
    assert hurts(found, fixed, counting) == 0
