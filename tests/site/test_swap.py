"""A site is put in place whole, and a killed publish leaves the old one."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from forewarn.errors import Refused
from forewarn.site.swap import forget_old, fresh, make_room, older, swap


def built(path: Path, text: str) -> Path:
    """A built site whose two pages tell which build they are of."""
    path.mkdir(parents=True)
    for name in ("index.html", "a.html", "b.html"):
        (path / name).write_text(text)
    return path


def publish(place: Path, text: str) -> None:
    swap(built(fresh(place), text), place)


def kept(place: Path) -> list[str]:
    """What the builds beside a place say, the oldest first."""
    folders = (place.parent / ".builds").glob(f"{place.name}-*")
    return [
        (folder / "a.html").read_text()
        for folder in sorted(folders, key=lambda path: int(path.name.split("-")[1]))
    ]


def test_a_reader_never_finds_a_page_missing_or_two_builds_in_one(tmp_path: Path) -> None:
    place = tmp_path / "staff"
    publish(place, "0")
    stop, again, seen, failures = threading.Event(), threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            try:
                folder = place.resolve(strict=True)
                one, other = (folder / "a.html").read_text(), (folder / "b.html").read_text()
                seen.add(one)
                if one != other:
                    failures.append(f"{one} and {other}")
            except OSError as error:
                failures.append(str(error))
            again.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 51):
            publish(place, str(number))
            again.clear()
            again.wait(5)
    finally:
        stop.set()
        reader.join()
    assert failures == []
    assert len(seen) > 1
    assert (place / "a.html").read_text() == "50"


def test_the_build_before_is_kept_until_the_next_publish(tmp_path: Path) -> None:
    place = tmp_path / "staff"
    for number in range(5):
        publish(place, str(number))
    assert kept(place) == ["3", "4"]


def test_two_audiences_lie_side_by_side(tmp_path: Path) -> None:
    publish(tmp_path / "staff", "staff")
    publish(tmp_path / "public", "public")
    publish(tmp_path / "public", "public again")
    assert (tmp_path / "staff/a.html").read_text() == "staff"
    assert (tmp_path / "public/a.html").read_text() == "public again"
    assert kept(tmp_path / "staff") == ["staff"]
    assert kept(tmp_path / "public") == ["public", "public again"]


def test_what_a_killed_run_left_goes_with_the_next_one(tmp_path: Path) -> None:
    place = tmp_path / "staff"
    publish(place, "old")
    built(fresh(place), "killed while building")
    built(tmp_path / ".builds/staff-7", "killed before the switch")
    assert (place / "a.html").read_text() == "old"
    publish(place, "new")
    assert (place / "a.html").read_text() == "new"
    assert kept(place) == ["old", "new"]


def test_a_plain_folder_is_replaced_and_kept_until_the_next_publish(tmp_path: Path) -> None:
    place = built(tmp_path / "staff", "by hand")
    publish(place, "new")
    assert (place / "a.html").read_text() == "new"
    assert kept(place) == ["by hand", "new"]


def test_where_the_administrator_set_a_link_the_site_goes_to_its_target(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    place = tmp_path / "site"
    place.symlink_to(tmp_path / "www" / "support", target_is_directory=True)
    publish(place, "one")
    publish(place, "two")
    assert place.readlink() == tmp_path / "www" / "support"
    assert (tmp_path / "www/support/a.html").read_text() == "two"


def test_a_site_that_was_built_elsewhere_is_moved(tmp_path: Path) -> None:
    place = tmp_path / "staff"
    elsewhere = built(tmp_path / "elsewhere", "moved")
    swap(elsewhere, place)
    assert (place / "a.html").read_text() == "moved"
    assert not elsewhere.exists()


def test_through_an_administrators_link_a_hundred_publishes_stay_where_the_first_was(
    tmp_path: Path,
) -> None:
    served = built(tmp_path / "www/support", "by hand")
    place = tmp_path / "site"
    place.symlink_to(served, target_is_directory=True)
    for number in range(100):
        publish(place, str(number))
    assert (place / "a.html").read_text() == "99"
    assert sorted(path.name for path in (tmp_path / "www").iterdir()) == [".builds", "support"]
    assert not list((tmp_path / "www/.builds").rglob(".builds"))


def test_a_folder_that_is_no_site_is_not_moved_away(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private/letter.txt").write_text("mine")
    place = tmp_path / "site"
    place.symlink_to(tmp_path / "private", target_is_directory=True)
    with pytest.raises(Refused, match="something else than a site"):
        publish(place, "new")
    assert (tmp_path / "private/letter.txt").read_text() == "mine"
    assert [path.name for path in (tmp_path / "private").iterdir()] == ["letter.txt"]


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "site"
    place.symlink_to(place, target_is_directory=True)
    with pytest.raises(Refused, match="leads to itself"):
        publish(place, "new")


def test_what_was_narrowed_leaves_the_disk_with_the_next_idle_publish(tmp_path: Path) -> None:
    place = tmp_path / "public"
    publish(place, "before")
    old = place.resolve()
    secret = old / "secret/plan.html"
    secret.parent.mkdir()
    secret.write_text("a secret")
    build = fresh(place)
    built(build, "after")
    (build / "kept.css").write_text("shared")
    os.link(build / "kept.css", old / "kept.css")
    swap(build, place)
    forget_old(place)
    assert secret.exists()  # somebody may be reading it
    long_ago = time.time() - 3600
    os.utime(place, (long_ago, long_ago), follow_symlinks=False)
    forget_old(place)
    left = sorted(path.relative_to(old).as_posix() for path in old.rglob("*"))
    assert (left, (place / "a.html").read_text()) == (["kept.css"], "after")


def test_where_the_disk_is_full_what_is_not_in_place_gives_way(tmp_path: Path) -> None:
    place = tmp_path / "public"
    assert older(place) == []
    for text in ("one", "two"):
        built = fresh(place)
        built.mkdir()
        (built / "index.html").write_text(text)
        swap(built, place)
    half = fresh(place)
    half.mkdir()
    assert len(older(place)) == 2
    make_room(place)
    assert older(place) == [] and not half.exists()
    assert (place / "index.html").read_text() == "two"
