"""A download that a pipeline reports itself: a sighting like any other, offline, and once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forewarn.errors import UsageError
from forewarn.model.events.event import EventKind
from forewarn.model.sighting import SightingState
from forewarn.services.watch.reported import Report, Reported, report
from forewarn.store.state.opening import open_state
from forewarn.words.events import title
from kb_builder import Kb

NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
URL = "https://dl.example.com/recorder-2.7.exe"


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    return Kb(tmp_path).product("recorder", "Recorder").release("recorder", "2.4")


def reported(kb: Kb, version: str = "2.7", url: str = URL, **more: str | None) -> Reported:
    given = Report(product="recorder", version=version, url=url, **more)
    return report(kb.root, given, at=NOW)


def test_what_is_reported_is_told_like_what_is_seen_and_once(kb: Kb) -> None:
    first = reported(kb, platform="Windows x64", sha256="A" * 64)
    assert (first.sighting.platform, first.sighting.arch) == ("windows", "x64")
    assert (first.sighting.file, first.sighting.sha256) == (URL, "a" * 64)
    assert (first.sighting.state, first.is_new) == (SightingState.OPEN, True)
    assert [title(event) for event in first.alerts] == [
        "Recorder 2.7 can be downloaded, and nobody announced it"
    ]
    again = reported(kb, platform="windows-x64", sha256="a" * 64)
    assert (again.sighting, again.is_new, again.alerts) == (first.sighting, False, ())
    assert reported(kb, platform="windows-x64").sighting == first.sighting
    with open_state(kb.root) as state:
        assert state.all_sightings() == (first.sighting,)


def test_another_sha256_for_the_same_version_is_told_as_other_bytes(kb: Kb) -> None:
    reported(kb, sha256="a" * 64)
    (event,) = reported(kb, sha256="b" * 64).alerts
    assert event.kind is EventKind.BYTES_CHANGED
    assert reported(kb, sha256="b" * 64).alerts == ()


def test_each_file_of_a_version_is_reported_and_has_bytes_of_its_own(kb: Kb) -> None:
    other = "https://dl.example.com/recorder-2.7.msi"
    reported(kb, platform="windows", sha256="a" * 64)
    assert reported(kb, platform="windows", url=other, sha256="b" * 64).alerts == ()
    assert reported(kb, platform="windows", sha256="a" * 64).alerts == ()
    (event,) = reported(kb, platform="windows", url=other, sha256="c" * 64).alerts
    assert event.kind is EventKind.BYTES_CHANGED
    assert reported(kb, platform="windows", sha256="a" * 64).alerts == ()


def test_a_second_platform_is_told_as_one(kb: Kb) -> None:
    reported(kb, platform="windows")
    (event,) = reported(kb, platform="macos", url="https://dl.example.com/r.dmg").alerts
    assert event.kind is EventKind.NEW_PLATFORM


def test_what_the_records_have_as_shipped_is_known(kb: Kb) -> None:
    done = reported(kb, version="2.4")
    assert (done.sighting.state, done.alerts) == (SightingState.KNOWN, ())


def test_an_older_version_that_is_reported_is_told_too(kb: Kb) -> None:
    (event,) = reported(kb, version="1.9").alerts
    assert event.kind is EventKind.UNANNOUNCED_DOWNLOAD


def test_what_opens_something_in_the_address_is_not_kept(kb: Kb) -> None:
    done = reported(kb, url=f"{URL}?token=hunter2")
    assert done.sighting.url == f"{URL}?token=***"


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"version": "../2.7"}, "is no version of recorder under the scheme loose"),
        ({"url": "ftp://x.example/r.exe"}, "--url: it is not a web address"),
        ({"sha256": "abc"}, "--sha256: it is not 64 small hexadecimal digits"),
        ({"platform": "toaster"}, "toaster"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    kb: Kb, given: dict[str, str], what: str
) -> None:
    with pytest.raises(UsageError, match=what):
        reported(kb, **given)
    with open_state(kb.root) as state:
        assert state.all_sightings() == ()


def test_a_product_that_is_not_recorded_is_refused(kb: Kb) -> None:
    with pytest.raises(UsageError, match="there is no product 'recordr'"):
        report(kb.root, Report(product="recordr", version="2.7", url=URL), at=NOW)
