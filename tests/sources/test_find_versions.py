"""Which version a headline or an address is about, where no pattern is declared."""

from __future__ import annotations

import time

import pytest

from entry_builder import read


def found(title: str, link: str = "", *, name: str = "Recorder", scheme: str = "loose") -> str:
    """What is found, separated by spaces."""
    return " ".join(read(title, link=link, name=name, scheme=scheme).versions)


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("recorder 2.7 released", "2.7"),
        ("Release 2.7", "2.7"),
        ("v2.7.1", "2.7.1"),
        ("release-2.7", "2.7"),
        ("Recorder-v2.7", "2.7"),
        ("Release v5.0.0-beta.3", "5.0.0-beta.3"),
        ("2.7.0-rc.1+build5", "2.7.0-rc.1+build5"),
        ("[2.7.0] - 2026-05-04", "2.7.0"),
        ("\N{PARTY POPPER} 2.7.0 \N{PARTY POPPER}", "2.7.0"),
        ("@acme/recorder@2.7.1", "2.7.1"),
        ("What's new in 2.7?", "2.7"),
        ("Recorder Pro 2.7.1", "2.7.1"),
        ("Recorder 2.7 build 1234", "2.7"),
        ("Recorder version 2.7 est disponible", "2.7"),
        ("Recorder 2.7 jetzt verfügbar!", "2.7"),
        ("recorder-2.7-win64.exe", "2.7"),
        ("1:2.7-1", "1:2.7-1"),
        ("2.10.0.Final", "2.10.0.Final"),
        ("Version 12", "12"),
        ("Recorder 3 is out", "3"),
        ("Recorder 2026 released", "2026"),
        ("Recorder 2.7p1", "2.7p1"),
    ],
)
def test_a_headline_says_its_version_in_many_ways(title: str, version: str) -> None:
    assert found(title) == version


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("v2.7 (2026-05-04)", "2.7"),
        ("2026-05-04: recorder 2.7", "2.7"),
        ("Recorder 2.7 on 4.5.2026", "2.7"),
        ("May 4, 2026: 2.7.1", "2.7.1"),
        ("Recorder 2.7 for Windows 11", "2.7"),
        ("Windows 11 support in Recorder 2.7", "2.7"),
        ("Recorder for Windows 2.7", "2.7"),
        ("3 new features in version 2.7", "2.7"),
        ("Upgrade from 2.6 to 2.7", "2.7"),
        ("Recorder 2.7 fixes a crash in 2.6.1", "2.7"),
        ("CVE-2026-1234 is fixed in Recorder 2.7.2", "2.7.2"),
        ("Recorder 2.7 is here, with 1.5x faster export", "2.7"),
        ("Recorder 2.7 and Player 2.5 released", "2.7"),
    ],
)
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


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("Recorder 2.7 RC 1", "2.7-rc1"),
        ("Recorder 2.7 Release Candidate 2 is available", "2.7-rc2"),
        ("Recorder 2.7 beta", "2.7-beta"),
        ("Recorder 2.7 (Beta 3)", "2.7-beta3"),
        ("Recorder Beta 2.7", "2.7-beta"),
        # Whatever is said behind it, the second beta is another one than the first.
        ("Recorder 2.7 Beta 2 verfügbar", "2.7-beta2"),
        ("Recorder 2.7 RC 2 ist da", "2.7-rc2"),
        ("Recorder 2.7 bêta 3 disponible", "2.7-beta3"),
        ("Recorder 2.7 beta 5 new features", "2.7-beta"),
        ("Pre-release v2.7.0", "2.7.0-pre"),
        ("Recorder 2.7 SP1", "2.7-sp1"),
        ("Recorder 2.7 Update 3", "2.7-update3"),
    ],
)
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


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("Upgrade from Recorder 2.5 to 2.7", "2.7"),
        ("Update 2.6 to 2.7", "2.7"),
        ("Recorder 2.6 \N{RIGHTWARDS ARROW} 2.7", "2.7"),
        ("Recorder 2.7\N{TRADE MARK SIGN}", "2.7"),
        ("Recorder\N{REGISTERED SIGN} 2.7", "2.7"),
        ("Recorder 2.7 Early Adopter Release", "2.7-ea"),
        ("Recorder 2.7 Tech Demo", "2.7-demo"),
        ("Recorder 2.7 Pilot", "2.7-preview"),
        ("Recorder 2.7 Field Test 2", "2.7-preview2"),
        ("Recorder 2.7 internal", "2.7-internal"),
        ("Recorder 2.7 Draft", "2.7-draft"),
        ("Testers wanted for Recorder 2.7", "2.7-dev"),
        ("Testers wanted for Recorder 2.7", "2.7-dev"),
        ("Recorder 2.7 Cand. 2", "2.7-rc2"),
        ("Recorder 2.7 beta (2026-11-28)", "2.7-beta"),
        ("Recorder 2.7 for labs and schools", "2.7"),
        ("Recorder 2.7 with demo projects", "2.7"),
    ],
)
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
