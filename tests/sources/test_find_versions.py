"""Which version a headline or an address is about, where no pattern is declared."""

from __future__ import annotations

import time

import pytest

from entry_builder import read
from titles import titles


def found(title: str, link: str = "", *, name: str = "Recorder", scheme: str = "loose") -> str:
    """What is found, separated by spaces."""
    return " ".join(read(title, link=link, name=name, scheme=scheme).versions)


@pytest.mark.parametrize(("title", "version"), titles("many ways"))
def test_a_headline_says_its_version_in_many_ways(title: str, version: str) -> None:
    assert found(title) == version


@pytest.mark.parametrize(("title", "version"), titles("beside others"))
def test_a_date_or_another_products_version_does_not_stand_in_for_it(
    title: str, version: str
) -> None:
    assert found(title) == version


@pytest.mark.parametrize(
    "title",
    [
        *("", "10 tips for better recording", "Our plans for 2026", "Meet us on 2026-05-04"),
        *("Recorder 3 tips for better sound", "Recorder now runs on macOS 15.2", "save 20%"),
        *("The 2.7.x branch", "now 1.5x faster", "2.5 GB recordings", "only $4.99", "64-bit"),
        *("CVE-2026-1234 in recorder", "requires Python 3.12", "nightly-2026-05-04"),
    ],
)
def test_a_headline_that_names_no_version_gives_none(title: str) -> None:
    assert found(title) == ""


@pytest.mark.parametrize(("title", "version"), titles("stage apart"))
def test_a_stage_written_apart_is_not_taken_for_the_release_itself(
    title: str, version: str
) -> None:
    """Else the real 2.7 would be no news when it comes."""
    assert found(title) == version


@pytest.mark.parametrize(
    ("name", "title", "scheme", "versions"),
    [
        ("Python", "Python 3.14.1 and 3.13.10 are now available!", "pep440", "3.14.1 3.13.10"),
        ("PostgreSQL", "PostgreSQL 18.1, 17.7, and 16.11 Released!", "loose", "18.1 17.7 16.11"),
    ],
)
def test_a_headline_for_several_releases_announces_each(
    name: str, title: str, scheme: str, versions: str
) -> None:
    assert found(title, name=name, scheme=scheme) == versions


@pytest.mark.parametrize(
    ("name", "title", "scheme", "version"),
    [
        ("Go", "go1.22.3", "loose", "1.22.3"),
        ("Node.js", "2026-05-04, Version 24.1.0 (Current), @maria", "semver", "24.1.0"),
        ("MkDocs Material", "mkdocs-material-9.6.14", "pep440", "9.6.14"),
        ("Ubuntu", "Ubuntu 24.04.1 LTS released", "calver", "24.04.1"),
        ("Recorder", "Release 2026-05-04", "calver", "2026-05-04"),
        ("Recorder", "Recorder 2.7", "semver", ""),
    ],
)
def test_only_what_is_a_version_under_the_products_scheme_counts(
    name: str, title: str, scheme: str, version: str
) -> None:
    assert found(title, name=name, scheme=scheme) == version


@pytest.mark.parametrize(
    ("link", "version"),
    [
        ("https://forge.example/o/r/releases/tag/v2.7.1", "2.7.1"),
        ("https://forge.example/o/r/releases/tag/recorder%402.7.1", "2.7.1"),
        ("https://forge.example/o/r/releases/tag/v127", "127"),
        ("https://vendor.example/download/2.7/", "2.7"),
        ("https://vendor.example/v2.0/docs/recorder-2.7.exe", "2.7"),
        ("https://vendor.example/recorder/2.7/recorder-2.7.tar.gz/download", "2.7"),
        ("https://vendor.example/download?version=2.7", "2.7"),
        ("https://vendor.example/2026/05/04/recorder-2-7-released/", ""),
        ("https://api.vendor.example/v1/posts/recorder", ""),
        ("https://vendor.example/?p=12345", ""),
    ],
)
def test_where_the_headline_says_nothing_the_address_is_asked(link: str, version: str) -> None:
    assert found("Spring update", link) == version


@pytest.mark.parametrize("text", ["1.", "1-", "1a", "1 rc ", "1.1 ", "1beta", "-1", "a", "1:", " "])
def test_no_headline_takes_long_to_read(text: str) -> None:
    started = time.process_time()
    found(text * (300 // len(text)), f"https://vendor.example/{text * (1900 // len(text))}")
    assert time.process_time() - started < 5


@pytest.mark.parametrize(("title", "version"), titles("left behind"))
def test_what_is_left_behind_and_early_stages_are_never_the_release(
    title: str, version: str
) -> None:
    assert found(title) == version


@pytest.mark.parametrize(
    "title",
    [
        *("Recorder 2.7 nightly 2026-11-28", "Recorder 2.7 beta 28.11.2026"),
        *("Testers needed, for version 2.7", "Try Recorder 2.7 before release"),
        *("Recorder 2.7 yanked", "Recorder 2.7 has been pulled", "Recorder 2.7 removed from site"),
        *("Do not install Recorder 2.7", "Known issue in Recorder 2.7"),
        *("Vulnerability in Recorder 2.7 and earlier", "Recorder 2.7 is no longer available"),
    ],
)
def test_a_stage_with_a_day_and_talk_of_a_version_are_told_and_not_taken(title: str) -> None:
    (entry,) = [read(title, name="Recorder", scheme="loose")]
    assert (entry.versions, bool(entry.why)) == ((), True)
