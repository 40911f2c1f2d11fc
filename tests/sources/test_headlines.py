"""Headlines that name a version and are not about its release, and versions of something else."""

from __future__ import annotations

import time

import pytest

from entry_builder import read
from titles import titles

TAG = "https://forge.example/acme/monorepo/releases/tag/"


def said(title: str, **options: object) -> str:
    """What is found, separated by spaces."""
    return " ".join(read(title, **options).versions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title",
    [
        # to come
        *(
            "Recorder 2.7 is coming in May",
            "Recorder 2.7 arrives next week",
            "Road to Recorder 2.7",
        ),
        *(
            "Recorder 2.7 launching soon",
            "Get ready for Recorder 2.7",
            "Recorder 2.7 is not released",
        ),
        *(
            "Recorder 2.7 release date",
            "Recorder 2.7 feature freeze",
            "Recorder 2.7 branch created",
        ),
        *("A first look at Recorder 2.7", "Progress on Recorder 2.7", "Bug scrub schedule for 2.7"),
        *(
            "Help us test Recorder 2.7",
            "Changes in Recorder 2.8.0 (Not released)",
            "Rumor: Recorder 2.7",
        ),
        # taken back
        *(
            "Recorder 2.7 pulled",
            "We pulled Recorder 2.7",
            "Recorder 2.7 yanked",
            "Recorder 2.7 recall",
        ),
        *("Do not install Recorder 2.7", "Rollback of Recorder 2.7", "Recorder 2.7 cancelled"),
        *('Revert "Release 2.7.0"', "Merge pull request #1234 from acme/release-2.7"),
        # the same in other languages
        *("Rückruf: Recorder 2.7", "Recorder 2.7 verzögert sich", "Recorder 2.7 gestoppt"),
        *("Recorder 2.7 nicht installieren", "Warnung vor Recorder 2.7"),
        *("Recorder 2.7 est reporté", "Retrait de Recorder 2.7", "Recorder 2.7 retrasado"),
        *("Recorder 2.7 ingetrokken", "Recorder 2.7 uitgesteld", "Recorder 2.7 coming June 4"),
        *("Recorder 2.4 wird nicht mehr unterstützt", "Recorder 2.4: Ende der Unterstützung"),
        *("Recorder 2.7: bekannte Fehler", "Wartungsfenster für Recorder 2.7"),
        # ends
        *("Recorder 2.4 is no longer supported", "Recorder 2.4 support ends in May"),
        *(
            "Deprecation of Recorder 2.4",
            "Goodbye Recorder 2.4",
            "Extended support for Recorder 2.4",
        ),
        # faults
        *(
            "Security advisory for Recorder 2.6",
            "Vulnerability in Recorder 2.6",
            "Bug in Recorder 2.7",
        ),
        *(
            "Recorder 2.6 and earlier are vulnerable",
            "Known issues in Recorder 2.7",
            "2.7 errata 003",
        ),
        # ways from one to another, and ranges
        *("Recorder 2.7 \u2192 2.8 upgrade guide", "2.7 vs 2.6", "Recorder 2.7 to 2.8: what to do"),
        *(
            "Upgrading from Recorder 2.7 to 2.8",
            "Recorder 2.7\u20132.9",
            "Recorder 2.7+",
            "2.7 and later",
        ),
        *(
            "Comparing Recorder 2.7 and 2.6",
            "Migration guide for Recorder 2.8",
            "How to update to 2.8",
        ),
        # talk
        *(
            "Recorder 2.7 review",
            "Tutorial: getting started with Recorder 2.7",
            "Recorder 2.7 webinar",
        ),
        *("Five years of Recorder 2.7", "Recorder 2.7 wins award", "RECORDER-1234: crash"),
        # other languages
        *("Recorder 2.7 erscheint am 4. Mai", "Support-Ende f\u00fcr Recorder 2.4"),
        *("Sicherheitsl\u00fccke in Recorder 2.6", "Recorder 2.7 bient\u00f4t disponible"),
        *("Fin de vie de Recorder 2.4", "Pr\u00f3ximamente Recorder 2.7", "Recorder 2.7 in arrivo"),
        *(
            "Em breve: Recorder 2.7",
            "Recorder 2.7 \u8fd1\u65e5\u516c\u958b",
            "Recorder 2.4 サポート終了",
        ),
        *("Recorder 2.7 即将发布", "Recorder 2.4 停止支持", "Recorder 2.6の脆弱性"),
    ],
)
def test_a_headline_that_announces_nothing_is_no_release(title: str) -> None:
    """It is told as not read: the version may be years old, or years away."""
    found = read(title)
    assert found.versions == ()
    assert found.why


@pytest.mark.parametrize(("title", "version"), titles("out"))
def test_a_headline_that_says_that_it_is_out_is_a_release(title: str, version: str) -> None:
    """Whatever else it speaks of."""
    assert said(title) == version


@pytest.mark.parametrize(("title", "version"), titles("staged"))
def test_a_stage_is_read_in_the_language_of_its_headline(title: str, version: str) -> None:
    assert said(title) == version


@pytest.mark.parametrize(("title", "version"), titles("for a release"))
def test_what_comes_for_a_release_is_not_that_release(title: str, version: str) -> None:
    """A hotfix for 2.7 is told with its number, or as not read; never as 2.7."""
    assert said(title) == version


@pytest.mark.parametrize("scheme", ["semver", "nuget", "gem", "pep440", "windows"])
def test_a_correction_that_the_scheme_puts_before_the_release_is_told(scheme: str) -> None:
    """Under semver 2.7.0-sp1 comes before 2.7.0: nobody would hear of it."""
    found = read("Recorder 2.7.0 SP1", scheme=scheme)
    assert found.versions == ()
    assert "2.7.0-sp1" in found.why


@pytest.mark.parametrize(
    ("name", "title", "version"),
    [
        ("Recorder", "Player 2.5 released", ""),
        ("Recorder", "Player for Windows: version 2.5", ""),
        ("Recorder", "Recorder Pro 3.1", ""),
        ("Recorder Pro", "Recorder Pro 3.1", "3.1"),
        ("Player", "Player 2.5", "2.5"),
        ("Acme Recorder", "Acme Mixer 1.2 is out", ""),
        ("Acme Recorder", "Acme Recorder 2.7 is out", "2.7"),
        ("Acme Recorder", "PHP 7.0 and 7.1", ""),
        ("FileZilla Client", "FileZilla Server 1.8.2 released", ""),
        ("Node.js", "Node v22.2.0 (Current)", "22.2.0"),
        ("K3s", "K3s v1.30.1+k3s1", "1.30.1+k3s1"),
    ],
)
def test_a_version_of_another_product_is_not_this_ones(name: str, title: str, version: str) -> None:
    """A vendor's news speak of all its products."""
    assert said(title, name=name, others=("player", "recorder-pro")) == version


def test_where_headlines_call_the_product_by_its_name_other_names_are_others() -> None:
    """One feed has "Recorder 2.7"; another never names it, and "Release 2.7" is all there is."""
    assert said("Announcing Mixer 1.2", spoken=True) == ""
    assert said("Announcing Mixer 1.2") == "1.2"
    assert said("Release 1.2", spoken=True) == "1.2"


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("recorder/v2.7", "2.7"),
        ("player/v2.5", ""),
        ("sdk/v2.5", ""),
        ("cmd/config/v0.14.0", ""),
        ("sdk/recorder/v2.7", "2.7"),
        ("release/2.7", "2.7"),
        ("stable-2.7", "2.7"),
        ("windows/2.7", "2.7"),
        ("@acme/recorder@1.2.3", "1.2.3"),
        ("@acme/player@1.2.3", ""),
        ("beta/2.7.0", "2.7.0-beta"),
        ("2.7/rc1", "2.7-rc1"),
        ("dev-2.7", "2.7-dev"),
    ],
)
def test_a_tag_in_a_folder_is_of_what_the_folder_is_called(tag: str, version: str) -> None:
    assert said(tag, link=f"{TAG}{tag}") == version


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/recorder/2.7/recorder-2.7-setup.exe", "2.7"),
        ("/Windows/v2.7/recorder-v2.7-win-x64.msi", "2.7"),
        ("/recorder/2.7/README.md", "2.7"),
        ("/player/2.5/player-2.5-setup.exe", ""),
        ("/player/2.5/README.md", ""),
    ],
)
def test_a_list_of_files_shows_the_versions_of_this_products_files(path: str, version: str) -> None:
    assert said(path) == version


@pytest.mark.parametrize(
    "title", ["2.7 " * 75, "2.7," * 75, "/2.7/" * 60, "2.7 ((" * 50, "is now " * 42 + "2.7"]
)
def test_no_headline_holds_up_the_others(title: str) -> None:
    """A feed may have twenty thousand of them."""
    start = time.process_time()
    read(title[:300], others=("player",), spoken=True)
    assert time.process_time() - start < 0.1


@pytest.mark.parametrize(
    ("package", "version"), [("player", ""), ("recorder", "2.5"), ("rec", "2.5")]
)
def test_a_page_of_another_recorded_products_package_is_not_this_ones(
    package: str, version: str
) -> None:
    link = f"https://pypi.org/project/{package}/2.5/"
    assert said("2.5", link=link, others=("player",)) == version
