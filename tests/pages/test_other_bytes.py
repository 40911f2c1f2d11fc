"""A release whose file has other bytes under the same version is marked until somebody settled it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from forewarn.model.record import Audience
from forewarn.model.sighting import OtherDigest, Sighting, SightingState
from kb_builder import Kb, sighting
from page_builder import build, in_order

PAGE = "products/recorder/2.7.md"
FILE = "https://downloads.example.com/recorder-2.7.exe"
OTHER = OtherDigest(
    algorithm="sha256",
    before="a" * 64,
    since=datetime(2026, 5, 4, 9, tzinfo=UTC),
    after="b" * 64,
    at=datetime(2026, 5, 20, 7, 12, tzinfo=UTC),
)


def seen(**changes: Any) -> Sighting:
    known = SightingState.KNOWN
    return sighting(version="2.7", **{"state": known, "url": FILE, "other": OTHER, **changes})


def kb(root: Path, sha256: str = "") -> Kb:
    row = f"{{platform: windows, url: '{FILE}'{sha256 and f', sha256: {sha256}'}}}"
    here = Kb(root / "kb").product("recorder", "Recorder")
    return here.release("recorder", "2.7", "2026-05-04", f"downloads: [{row}]\n")


def test_the_page_has_both_digests_and_both_times_and_what_to_do(tmp_path: Path) -> None:
    page = build(kb(tmp_path, "a" * 64), sightings=(seen(),)).files[PAGE]
    in_order(
        page,
        "Other bytes than before, under the same version",
        "windows: <a",
        FILE,
        f"sha256 before {'a' * 64} (seen since 4 May 2026, 09:00 UTC)",
        f"sha256 now {'b' * 64} (since 20 May 2026, 07:12 UTC)",
        "advise nobody to install it until somebody has said why",
    )


@pytest.mark.parametrize(
    ("sha256", "one"),
    [
        ("b" * 64, seen()),
        ("a" * 64, seen(state=SightingState.DISMISSED)),
        ("a" * 64, seen(other=None)),
    ],
    ids=["the record has the new one", "dismissed", "nothing was told"],
)
def test_what_is_settled_is_marked_no_more(tmp_path: Path, sha256: str, one: Sighting) -> None:
    assert "Other bytes" not in build(kb(tmp_path, sha256), sightings=(one,)).files[PAGE]


def test_customers_are_told_nothing_by_what_was_sighted(tmp_path: Path) -> None:
    page = build(kb(tmp_path), Audience.PUBLIC, sightings=(seen(),)).files[PAGE]
    assert "Other bytes" not in page
    assert "b" * 64 not in page
