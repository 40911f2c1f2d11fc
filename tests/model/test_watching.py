"""What is concluded from a look: whole sets are compared, and nothing is told that is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, make_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Product
from forewarn.model.release import Download, Status
from forewarn.model.sighting import Reach, Shown, Sighting, SightingState
from forewarn.model.watching.compare import Compared, LookAt, compare
from forewarn.model.watching.conclusion import (
    Appeared,
    AppearedTogether,
    CameLate,
    Conclusion,
    Hearsay,
    LeftChannel,
    OnAnotherPlatform,
    OtherBytes,
    RolloutMoved,
)
from forewarn.model.watching.news import KnownVersions, Looked
from model_builder import catalogue, product, release

START = datetime(2026, 5, 4, 2, tzinfo=UTC)
PLACE = "https://vendor.example/list"
OLD, NEW = "a" * 64, "b" * 64


def item(version: str, **changes: Any) -> Shown:
    url = f"https://vendor.example/{version}.exe"
    return Shown(**{"version": version, "url": url, "title": version, **changes})


class Watcher:
    """Looks at places of one product, a quarter of an hour apart, and keeps what it saw."""

    def __init__(
        self, *records: Any, reach: Reach = Reach.WINDOW, about: Product | None = None
    ) -> None:
        self.about = about or product("recorder")
        self.records: Catalogue = catalogue(self.about, *records)
        self.reach = reach
        self.kept: dict[str, Sighting] = {}
        self.told: set[tuple[str, str | None]] = set()
        self.looked: dict[str, datetime] = {}
        self.now = START

    def look(
        self, *shown: Shown, place: str = PLACE, anew: bool | None = None, witness: bool = False
    ) -> tuple[Conclusion, ...]:
        return self.compared(shown, place=place, anew=anew, witness=witness).conclusions

    def compared(
        self, shown: Sequence[Shown], *, place: str, anew: bool | None, witness: bool
    ) -> Compared:
        kept = tuple(self.kept.values())
        before = self.looked.get(place)
        looked = Looked(
            anew=before is None if anew is None else anew,
            reach=self.reach,
            baseline_at=START if before else None,
            read_at=before,
            product_read_at=max(self.looked.values(), default=None),
        )
        found = compare(
            self.about,
            KnownVersions(self.records, "recorder", kept),
            kept,
            [LookAt(source=place, shown=tuple(shown), looked=looked, witness=witness)],
            self.now,
            self.told,
        )
        self.kept |= {s.id: s for s in (*found.new, *found.rebuilt)}
        for one in found.conclusions:
            if isinstance(one, Appeared):
                self.told.add((one.first.version, one.first.channel))
        self.looked[place] = self.now
        self.now += timedelta(minutes=15)
        return found


def test_the_watcher_that_is_installed_a_day_late_still_tells_what_went_live() -> None:
    watcher = Watcher(release("recorder", "2.4"))
    (told,) = watcher.look(item("2.7"), item("2.4"), item("2.3"))
    assert isinstance(told, Appeared)
    assert told.first.version == "2.7"
    assert watcher.look(item("2.7"), item("2.4"), item("2.3")) == ()


def test_several_that_are_live_and_not_recorded_are_one_conclusion() -> None:
    watcher = Watcher(release("recorder", "2.4"))
    (told,) = watcher.look(item("2.6"), item("2.7"), item("2.4"))
    assert isinstance(told, AppearedTogether)
    assert [one.first.version for one in told.versions] == ["2.7", "2.6"]


def test_the_same_version_with_another_digest_is_told_with_both_and_since_when() -> None:
    watcher = Watcher()
    watcher.look(item("2.7", sha256=OLD))
    assert watcher.look(item("2.7", sha256=OLD)) == ()
    (told,) = watcher.look(item("2.7", sha256=NEW))
    assert isinstance(told, OtherBytes)
    difference = told.difference
    assert (difference.algorithm, difference.before, difference.after) == ("sha256", OLD, NEW)
    assert (told.since, told.sighting.digests_since) == (START, START + timedelta(minutes=30))
    assert watcher.look(item("2.7", sha256=NEW)) == ()


def sums(**digests: str) -> tuple[tuple[str, str], ...]:
    return tuple(digests.items())


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({"sha256": OLD}, {"sha256": OLD.upper()}),
        ({"sha256": OLD}, {}),
        ({}, {"sha256": OLD}),
        ({"sha256": OLD}, {"digests": sums(sha512="c" * 128)}),
        ({"sha256": OLD}, {"digests": sums(md5="c" * 32, sha256=OLD)}),
        ({"size": 9}, {"size": 10}),
    ],
)
def test_bytes_that_nobody_can_compare_are_no_other_bytes(
    then: dict[str, Any], now: dict[str, Any]
) -> None:
    watcher = Watcher()
    watcher.look(item("2.7", **then))
    assert watcher.look(item("2.7", **now)) == ()


def test_a_digest_that_is_left_out_for_a_while_is_remembered() -> None:
    watcher = Watcher()
    watcher.look(item("2.7", sha256=OLD))
    watcher.look(item("2.7", digests=sums(sha512="c" * 128)))
    (told,) = watcher.look(item("2.7", sha256=NEW))
    assert isinstance(told, OtherBytes)


def test_two_files_of_a_version_that_change_places_have_the_bytes_they_had() -> None:
    watcher = Watcher()
    one, other = item("2.7", sha256=OLD), item("2.7", url="https://x.example/r.msi", sha256=NEW)
    watcher.look(one, other)
    assert watcher.look(other, one) == ()


def files(**digests: str) -> Shown:
    """Version 2.7 with several files for one system, by their endings, in this order."""
    (first, digest), *others = [
        (f"https://vendor.example/r.{end}", ("sha256", digest * 64))
        for end, digest in digests.items()
    ]
    return item(
        "2.7", download=first, digests=(digest,), others=tuple((a, (d,)) for a, d in others)
    )


@pytest.mark.parametrize(
    "looks",
    [
        [files(exe="a"), files(msi="b", exe="a"), files(exe="a", msi="b")],
        [files(msi="b", exe="a"), files(exe="a"), files(msi="b", exe="a")],
        [files(exe="a", msi="b"), files(msi="b"), files(msi="b", zip="c"), files(zip="c", exe="a")],
        [files(exe="a", msi="b"), files(exe="b", msi="a")],
        [files(exe="a"), files(exe="a", zip="b"), item("2.7"), files(zip="b")],
    ],
)
def test_files_of_a_version_that_come_and_go_are_no_other_bytes(looks: list[Shown]) -> None:
    watcher = Watcher()
    watcher.look(files(exe="a"))
    watcher.kept.clear()
    for shown in looks:
        assert not [one for one in watcher.look(shown) if isinstance(one, OtherBytes)]


@pytest.mark.parametrize(
    ("looks", "end", "digest"),
    [
        ([files(exe="a", msi="b"), files(exe="a", msi="c")], "msi", "c"),
        ([files(exe="a", msi="b"), files(msi="c", exe="a")], "msi", "c"),
        ([files(exe="a"), files(msi="b", exe="a"), files(msi="b", exe="c")], "exe", "c"),
        # A file is taken away, and put there again.
        ([files(exe="a", msi="b"), files(msi="b"), files(exe="c", msi="b")], "exe", "c"),
        ([files(exe="a", msi="b"), files(exe="a"), files(exe="a", msi="c")], "msi", "c"),
        # Nothing of it is there any more.
        ([files(exe="a"), files(msi="b")], "msi", "b"),
        ([files(exe="a", msi="b"), files(zip="c", dmg="d")], "zip", "c"),
    ],
)
def test_other_bytes_of_any_file_of_a_version_are_told_once(
    looks: list[Shown], end: str, digest: str
) -> None:
    watcher = Watcher()
    for shown in looks[:-1]:
        assert not [one for one in watcher.look(shown) if isinstance(one, OtherBytes)]
    (told,) = watcher.look(looks[-1])
    assert isinstance(told, OtherBytes)
    assert told.difference.after == digest * 64
    assert told.sighting.download == f"https://vendor.example/r.{end}"
    assert watcher.look(looks[-1]) == ()


def at(*rows: tuple[str, str]) -> Shown:
    """Version 2.7 with several files, each by its address and what stands for its sha256."""
    known = [(address, sums(sha256=digest * 64) if digest else ()) for address, digest in rows]
    (first, digests), *others = known
    return item("2.7", download=first or None, digests=digests, others=tuple(others))


A, B = "https://vendor.example", "http://cdn.example/x"


@pytest.mark.parametrize(
    "looks",
    [
        # All of them have moved, or have another token.
        [
            at((f"{A}/r.exe", "a"), (f"{A}/r.msi", "b")),
            at((f"{B}/r.msi", "b"), (f"{B}/r.exe", "a")),
        ],
        [at(*((f"{A}/r.{end}?t={n}", end[0]) for end in ("exe", "msi"))) for n in range(3)],
        # Its digest is left out, and that of another is not.
        [at((f"{A}/r.exe", "a")), at((f"{A}/r.exe", ""), (f"{A}/r.zip", "b"))],
        [at((f"{A}/r.exe?t=1", "a")), at((f"{A}/r.exe?t=2", ""), (f"{A}/r.zip", "b"))],
        # Nobody knows where they are, or which of two an address gives.
        [at(("", "a"), ("", "b")), at(("", "a"))],
        [at((f"{A}/get", "a"), (f"{A}/get", "b")), at((f"{A}/get", "a"))],
        [
            at((f"{A}/get?id=1", "a"), (f"{A}/r.msi", "b")),
            at((f"{A}/get?id=2", "c"), (f"{A}/r.msi", "b")),
        ],
        # One of two files of one name is gone, and a third has it.
        [
            at((f"{A}/de/r.exe", "a"), (f"{A}/en/r.exe", "b")),
            at((f"{A}/en/r.exe", "b"), (f"{A}/fr/r.exe", "c")),
        ],
        # What the first had is still there, under another name.
        [
            at((f"{A}/r.exe", "a"), (f"{A}/r.zip", "b")),
            at((f"{A}/r.exe", "c"), (f"{A}/old.exe", "a")),
        ],
        [at((f"{A}/r.exe", ""), (f"{A}/r.msi", "b")), at((f"{A}/r.exe", "a"))],
    ],
)
def test_a_file_that_moves_or_hides_its_digest_has_no_other_bytes(looks: list[Shown]) -> None:
    watcher = Watcher()
    for shown in looks:
        assert not [one for one in watcher.look(shown) if isinstance(one, OtherBytes)]


@pytest.mark.parametrize(
    "looks",
    [
        [
            at((f"{A}/r.exe", "a"), (f"{A}/r.msi", "b")),
            at((f"{B}/r.msi", "b"), (f"{B}/r.exe", "c")),
        ],
        [at((f"{A}/r.exe", "a"), (f"{A}/r.msi", "b")), at(("http://vendor.example/r.exe", "c"))],
        [
            at(
                *(
                    (f"{A}/r.{end}?t={n}", digest)
                    for end, digest in zip(("exe", "msi"), sums_, strict=True)
                )
            )
            for n, sums_ in enumerate(("ab", "ab", "cb"))
        ],
        [
            at((f"{A}/get?f=r.exe&t={n}", d), (f"{A}/get?f=r.msi&t={n}", "b"))
            for n, d in enumerate("aac")
        ],
        # One of two mirrors.
        [
            at((f"{A}/r.exe", "a"), (f"{B}/r.exe", "a")),
            at((f"{A}/r.exe", "c"), (f"{B}/r.exe", "a")),
        ],
        # Those that have no digest, or none that can be compared, say nothing of it.
        [at((f"{A}/r.txt", ""), (f"{A}/r.exe", d), (f"{A}/r.msi", "b")) for d in "aac"],
        [at((f"{A}/r.txt", ""), (f"{A}/r.exe", "a")), at((f"{A}/r.txt", ""), (f"{A}/r.exe", "c"))],
    ],
)
def test_other_bytes_are_told_wherever_the_file_has_moved(looks: list[Shown]) -> None:
    watcher = Watcher()
    for shown in looks[:-1]:
        assert not [one for one in watcher.look(shown) if isinstance(one, OtherBytes)]
    (told,) = watcher.look(looks[-1])
    assert isinstance(told, OtherBytes)
    assert (told.difference.before, told.difference.after) == ("a" * 64, "c" * 64)
    assert "r.exe" in str(told.sighting.download)
    assert watcher.look(looks[-1]) == ()


def test_a_digest_that_another_file_has_is_not_taken_for_that_of_the_file_that_lost_it() -> None:
    watcher, zipped = Watcher(), (f"{A}/r.zip", sums(sha512="d" * 128))
    both = sums(sha512="e" * 128, md5="f" * 32)
    for digests in (both, sums(md5="f" * 32), both):
        shown = item("2.7", download=f"{A}/r.exe", digests=digests, others=(zipped,))
        assert not [one for one in watcher.look(shown) if isinstance(one, OtherBytes)]


def test_what_was_kept_as_the_digest_of_the_first_file_and_is_that_of_another_tells_nothing() -> (
    None
):
    watcher = Watcher()
    watcher.look(at((f"{A}/r.exe", ""), (f"{A}/r.msi", "b")))
    (one,) = watcher.kept.values()
    # As it was kept before each file was known by its address.
    watcher.kept = {one.id: replace(one, digests=sums(sha256="b" * 64), others=())}
    for digest in ("", "a", "a"):
        assert watcher.look(at((f"{A}/r.exe", digest), (f"{A}/r.msi", "b"))) == ()


def test_a_token_behind_a_recorded_address_hides_no_other_bytes() -> None:
    row = Download(platform="windows", url=f"{A}/r.exe", sha256=OLD)
    records = release("recorder", "2.7", downloads=(row,))
    (told,) = Watcher(records).look(at(("http://vendor.example/r.exe?token=7", "c")))
    assert isinstance(told, OtherBytes)
    assert Watcher(records).look(at((f"{A}/de/r.exe?token=7", "c"))) == ()


def test_any_file_of_a_version_is_compared_with_what_is_recorded_of_its_address() -> None:
    recorded = [
        Download(platform="windows", url=f"https://vendor.example/r.{end}", sha256=digest * 64)
        for end, digest in (("exe", "a"), ("msi", "b"), ("zip", "d"))
    ]
    watcher = Watcher(release("recorder", "2.7", downloads=tuple(recorded)))
    (told,) = watcher.look(files(exe="a", msi="c"))
    assert isinstance(told, OtherBytes)
    assert (told.difference.before, told.difference.after) == ("b" * 64, "c" * 64)
    (told,) = watcher.look(files(exe="a", msi="c", zip="e"))
    assert isinstance(told, OtherBytes)
    assert told.sighting.download == "https://vendor.example/r.zip"


@pytest.mark.parametrize("state", [SightingState.ACCEPTED, SightingState.KNOWN])
def test_bytes_are_watched_after_somebody_has_answered(state: SightingState) -> None:
    watcher = Watcher()
    watcher.look(item("2.7", sha256=OLD))
    watcher.kept = {id: replace(s, state=state) for id, s in watcher.kept.items()}
    (told,) = watcher.look(item("2.7", sha256=NEW))
    assert isinstance(told, OtherBytes)


def test_what_somebody_took_for_no_release_may_change_its_bytes() -> None:
    watcher = Watcher()
    watcher.look(item("2.7", sha256=OLD, rollout=5))
    dismissed = SightingState.DISMISSED
    watcher.kept = {id: replace(s, state=dismissed) for id, s in watcher.kept.items()}
    assert watcher.look(item("2.7", sha256=NEW, rollout=9)) == ()


def test_other_bytes_than_are_recorded_at_the_same_address_are_told_at_the_first_look() -> None:
    url = "https://vendor.example/2.7.exe"
    recorded = Download(platform="windows", url=url, sha256=OLD)
    watcher = Watcher(release("recorder", "2.7", downloads=(recorded,)))
    (told,) = watcher.look(item("2.7", sha256=NEW))
    assert isinstance(told, OtherBytes)
    assert (told.difference.before, told.since) == (OLD, None)
    assert watcher.look(item("2.7", sha256=NEW)) == ()


def test_another_file_than_the_recorded_one_has_other_bytes_and_that_is_nothing() -> None:
    recorded = Download(platform="windows", url="https://vendor.example/r.msi", sha256=OLD)
    watcher = Watcher(release("recorder", "2.7", downloads=(recorded,)))
    assert watcher.look(item("2.7", sha256=NEW)) == ()


def test_a_rollout_that_moves_is_told_each_time() -> None:
    watcher = Watcher(release("recorder", "2.4"))
    watcher.look(item("2.4"))
    (told,) = watcher.look(item("2.7", rollout=10), item("2.4"))
    assert isinstance(told, Appeared)
    assert told.first.rollout == 10
    (moved,) = watcher.look(item("2.7", rollout=50), item("2.4"))
    assert isinstance(moved, RolloutMoved)
    assert (moved.before, moved.sighting.rollout) == (10, 50)
    assert watcher.look(item("2.7", rollout=50), item("2.4")) == ()
    (stopped,) = watcher.look(item("2.7"), item("2.4"))
    assert isinstance(stopped, RolloutMoved)
    assert (stopped.before, stopped.sighting.rollout) == (50, None)


BOTH = ("windows", "macos")


def on(version: str, *platforms: str, **changes: Any) -> list[Shown]:
    return [item(version, platform=name, **changes) for name in platforms]


def test_a_version_on_one_platform_is_told_with_those_that_are_missing() -> None:
    watcher = Watcher()
    watcher.look(*on("2.4", *BOTH))
    (told,) = watcher.look(*on("2.7", "windows"), *on("2.4", *BOTH))
    assert isinstance(told, Appeared)
    assert told.missing == ("macos",)
    (second,) = watcher.look(*on("2.7", *BOTH), *on("2.4", *BOTH))
    assert isinstance(second, OnAnotherPlatform)
    assert [s.platform for s in second.sightings] == ["macos"]
    assert (second.others, second.missing) == (("windows",), ())
    assert watcher.look(*on("2.7", *BOTH), *on("2.4", *BOTH)) == ()


def test_what_platforms_are_missing_is_known_of_the_records_too() -> None:
    files = tuple(Download(platform=name, url=f"https://x.example/{name}") for name in BOTH)
    watcher = Watcher(release("recorder", "2.4", downloads=files))
    (told,) = watcher.look(*on("2.7", "macos"))
    assert isinstance(told, Appeared)
    assert told.missing == ("windows",)


def test_both_platforms_at_once_are_one_conclusion() -> None:
    watcher = Watcher()
    watcher.look(*on("2.4", *BOTH))
    (told,) = watcher.look(*on("2.7", *BOTH), *on("2.4", *BOTH))
    assert isinstance(told, Appeared)
    assert ([s.platform for s in told.sightings], told.missing) == ([*BOTH], ())


def test_where_a_place_names_no_platform_none_is_missing() -> None:
    watcher = Watcher()
    watcher.look(*on("2.4", *BOTH))
    (told,) = watcher.look(item("2.7"), *on("2.4", *BOTH))
    assert isinstance(told, Appeared)
    assert told.missing == ()


def test_a_platform_that_the_record_of_a_shipped_release_has_is_no_news() -> None:
    files = tuple(Download(platform=name, url=f"https://x.example/{name}") for name in BOTH)
    watcher = Watcher(release("recorder", "2.4", downloads=files))
    watcher.look(*on("2.4", "windows"))
    assert watcher.look(*on("2.4", *BOTH)) == ()
    (told,) = watcher.look(*on("2.4", *BOTH, "linux"))
    assert isinstance(told, OnAnotherPlatform)
    assert (told.sightings[0].platform, told.others) == ("linux", ("macos", "windows"))


def test_a_burst_on_another_platform_is_one_conclusion() -> None:
    versions = [f"2.{n}" for n in range(9)]
    watcher = Watcher()
    watcher.look(*(row for v in versions for row in on(v, "windows")))
    (told,) = watcher.look(*(row for v in versions for row in on(v, *BOTH)))
    assert isinstance(told, OnAnotherPlatform)
    assert [s.version for s in told.sightings] == [*reversed(versions)]


def test_a_row_that_is_read_in_another_way_tells_no_platform_anew() -> None:
    watcher = Watcher()
    watcher.look(item("2.7"), item("2.4"))
    assert watcher.look(*on("2.7", "windows"), *on("2.4", "windows"), anew=True) == ()


CHANNELS = product("recorder", tracks=("stable", "beta"))


def test_what_leaves_its_channel_is_told_as_that_and_once() -> None:
    watcher = Watcher(about=CHANNELS)
    watcher.look(item("2.4"))
    (told,) = watcher.look(item("2.7", channel="beta"), item("2.4"))
    assert isinstance(told, Appeared)
    (promoted,) = watcher.look(item("2.7"), item("2.4"))
    assert isinstance(promoted, LeftChannel)
    assert (promoted.was, promoted.sighting.version) == ("beta", "2.7")


def days_ago(days: float) -> datetime:
    return START - timedelta(days=days)


def test_what_is_dated_long_ago_fills_in_the_past_and_is_told_as_that() -> None:
    watcher = Watcher(reach=Reach.ALL)
    watcher.look(item("2.7"))
    shown = [item("2.7"), item("2.5", published=days_ago(40)), item("2.6", published=days_ago(31))]
    (told,) = watcher.look(*shown)
    assert isinstance(told, CameLate)
    assert [s.version for s in told.sightings] == ["2.6", "2.5"]
    assert watcher.look(*shown) == ()


def test_a_lower_version_that_is_dated_within_a_month_is_news() -> None:
    watcher = Watcher(reach=Reach.ALL)
    watcher.look(item("3.1"), item("2.5"))
    (told,) = watcher.look(item("3.1"), item("2.5.1", published=days_ago(20)), item("2.5"))
    assert isinstance(told, Appeared)
    assert (told.first.version, told.early) == ("2.5.1", True)


def test_what_a_record_has_as_still_to_come_never_fills_in_the_past() -> None:
    planned = release("recorder", "2.5", status=Status.STAGED, released_at=None)
    watcher = Watcher(planned, reach=Reach.ALL)
    watcher.look(item("2.7"))
    (told,) = watcher.look(item("2.7"), item("2.5", published=days_ago(40)))
    assert isinstance(told, Appeared)


def test_a_place_that_shows_all_lets_an_undated_old_version_be_news() -> None:
    for reach, told in ((Reach.ALL, 1), (Reach.WINDOW, 0)):
        watcher = Watcher(reach=reach)
        watcher.look(item("2.7"), item("2.6"))
        assert len(watcher.look(item("2.7"), item("2.6"), item("2.5"))) == told


def test_what_has_a_page_and_no_file_is_no_download() -> None:
    watcher = Watcher()
    watcher.look(item("2.4"))
    assert watcher.look(item("2.7", empty=True), item("2.4")) == ()
    (told,) = watcher.look(item("2.7"), item("2.4"))
    assert isinstance(told, Appeared)


def test_what_a_third_party_alone_names_is_told_once_and_proves_no_download() -> None:
    watcher = Watcher(release("recorder", "2.4"))
    watcher.look(item("2.4"))
    others = "https://packages.example/recorder"
    (told,) = watcher.look(item("2.7", sha256=OLD), place=others, witness=True)
    assert isinstance(told, Hearsay)
    assert [(s.version, s.state) for s in told.sightings] == [("2.7", SightingState.WITNESSED)]
    assert watcher.look(item("2.7", sha256=NEW, rollout=5), place=others, witness=True) == ()
    assert watcher.look(item("2.7"), place=f"{others}/2", witness=True) == ()
    (seen,) = watcher.look(item("2.7"), item("2.4"))
    assert isinstance(seen, Appeared)
    assert watcher.look(item("2.7"), place=f"{others}/3", witness=True) == ()


def test_two_versions_with_one_id_are_told_apart_also_when_the_first_is_gone() -> None:
    watcher, place = Watcher(release("recorder", "2.4")), "https://vendor.example/"
    first, second, usual = item("17.340"), item("116.287"), item("2.4")
    watcher.look(usual, place=place)
    (told,) = watcher.look(first, usual, place=place)
    assert isinstance(told, Appeared) and told.first.version == "17.340"
    (told,) = watcher.look(second, first, usual, place=place)
    assert isinstance(told, Appeared) and told.first.version == "116.287"
    ids = {one.version: one.id for one in watcher.kept.values()}
    assert len(ids) == len(set(ids.values())) == 3
    assert watcher.look(first, second, usual, place=place) == ()
    del watcher.kept[ids["17.340"]]
    assert watcher.look(second, usual, place=place) == ()
    assert {one.version: one.id for one in watcher.kept.values()} == {
        version: ids[version] for version in ("2.4", "116.287")
    }


def test_what_a_place_shows_is_written_as_it_always_was_with_each_of_its_fields() -> None:
    # A word that is kept of each place is made of this: in other words all would be told anew.
    names = [(each.name, object) for each in fields(Shown)]
    usual = make_dataclass("Shown", names)
    filled = {name: f'{name}\'s "own"' for name, _ in names}
    for values in (
        filled,
        {**filled, "published": START, "size": 7, "notes": ("a",), "arch": None},
    ):
        assert repr(Shown(**values)) == repr(usual(**values))  # type: ignore[arg-type]
