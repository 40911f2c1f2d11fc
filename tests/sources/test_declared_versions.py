"""Which version an entry is about, by everything that it says; or why it is about none."""

from __future__ import annotations

from typing import Any

import pytest

from entry_builder import enclosure, read

TAG = "https://forge.example/acme/recorder/releases/tag/"


@pytest.mark.parametrize(
    ("title", "version"),
    [
        *((f"Recorder {v}", v) for v in ("2.7.1-next.3", "1.35.5-gke.1241000", "6.2.0-eap3")),
        *((f"Recorder {v}", v) for v in ("2.7-3.fc42", "1:2.7-3ubuntu1", "1.0.2zg", "2.7.0~beta3")),
        *((v, v) for v in ("2.7.1-next.3", "1.35.5-gke.1241000", "2.7.0.Beta2", "2.7+security-01")),
        ("Recorder 7.2.1943", "7.2.1943"),
        ("Recorder 7.2.2024", "7.2.2024"),
        ("7.2.1943", "7.2.1943"),
        ("recorder-2.7-3.fc42.x86_64.rpm", "2.7-3.fc42"),
        ("recorder_2.7.0-1_amd64.deb", "2.7.0-1"),
        ("/recorder/2.7/recorder-2.7-src.tar.gz", "2.7"),
        ("Recorder 24H2", "24H2"),
        ("Recorder 2.7 CU4", "2.7-cu4"),
        ("Recorder 2.7 R2", "2.7-r2"),
    ],
)
def test_a_version_is_the_whole_word_that_it_is_written_as(title: str, version: str) -> None:
    """Cut to its beginning, 2.7.1-next.3 would be told as 2.7.1, and 2.7.1 itself never."""
    assert read(title).versions == (version,)


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("Recorder 2.7 EAP 3 is out", "2.7-eap3"),
        ("Recorder 2.7 Early Access build 3", "2.7-ea3"),
        ("Recorder 2.7 Developer Preview 3", "2.7-preview3"),
        ("Recorder 2.7 DP3", "2.7-preview3"),
        ("Recorder 2.7 Public Beta 3", "2.7-beta3"),
        ("Recorder 2.7 b\u00eata 2", "2.7-beta2"),
        ("Recorder 2.7 Insider Preview 3", "2.7-insider3"),
        ("Recorder 2.7 LTS (Amber) Beta released", "2.7-beta"),
        ('Recorder 2.7 "Amber" Beta', "2.7-beta"),
        ("First release candidate of Recorder 2.7", "2.7-rc1"),
        ("Beta 3 of Recorder 2.7", "2.7-beta3"),
        ("Recorder 2.7: Release Candidate 2", "2.7-rc2"),
        ("Recorder 2.7 Beta Two", "2.7-beta2"),
        ("Recorder 2.7-beta 3", "2.7-beta3"),
        ("[Beta] Recorder 2.7", "2.7-beta"),
        ("Now in beta: Recorder 2.7", "2.7-beta"),
        ("Nightly build of Recorder 2.7", "2.7-nightly"),
        ("Recorder 2.7 technical preview", "2.7-preview"),
        ("Recorder 2.7 snapshot 20260504", "2.7-snapshot20260504"),
        ("Recorder 2.7 SP1 Beta 2", "2.7-sp1-beta2"),
        ("release-candidate-2.7", "2.7-rc"),
        ("Recorder 2.7 and 2.8 beta 1", "2.7 2.8-beta1"),
        ("Recorder 2.7 \u30d9\u30fc\u30bf", "2.7-beta"),
        ("Recorder 2.7 for testing", "2.7-dev"),
        ("Visual Studio Code - Recorder Insiders 2.7", "2.7-insider"),
        ("Recorder 2.7 final", "2.7"),
        ("Recorder 2.7 LTS", "2.7"),
    ],
)
def test_a_stage_before_or_behind_is_part_of_the_version(title: str, version: str) -> None:
    assert " ".join(read(title).versions) == version


@pytest.mark.parametrize(
    ("scheme", "version"),
    [
        ("semver", "2.7.0-beta3"),
        ("pep440", "2.7.0-beta3"),
        ("debian", "2.7.0~beta3"),
        ("rpm", "2.7.0~beta3"),
        ("maven", "2.7.0-beta3"),
        ("gem", "2.7.0-beta3"),
        ("nuget", "2.7.0-beta3"),
        ("windows", None),
    ],
)
def test_a_stage_is_written_so_that_the_scheme_puts_it_before_the_release(
    scheme: str, version: str | None
) -> None:
    found = read("Recorder 2.7.0 Public Beta 3", scheme=scheme)
    assert found.versions == ((version,) if version else ())
    assert version or "windows" in found.why


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Recorder 2.7 leaves beta", "it speaks of 'beta', and not clearly of a release"),
        ("Recorder 2.7 is now in public beta", "it speaks of 'public beta', and not clearly"),
        ("Recorder 2.7.0: alpha channel support", "it speaks of 'alpha', and not clearly"),
        ("Coming soon: Recorder 2.7", "it speaks of 'Coming soon', and not clearly of a release"),
        ("Recorder 2.7 will ship on 4 May", "it speaks of 'will ship'"),
        ("End of support for Recorder 2.4", "it speaks of 'End of support'"),
        ("Recorder 2.7 qx3", "what 'qx3' means after 2.7 is not known"),
        ("player@2.5.0", "'player@2.5.0' begins with what is not the product's name"),
        ("Recorder 04.05.2026", "it names no version"),
        ("Recorder 2026-05-04", "it names no version"),
        ("Recorder RC 2", "it names no version"),
    ],
)
def test_what_is_not_clearly_a_release_is_told_with_its_reason(title: str, why: str) -> None:
    found = read(title)
    assert found.versions == ()
    assert found.why.startswith(why)


@pytest.mark.parametrize(
    ("name", "title", "version"),
    [
        ("Acme Studio 3", "Acme Studio 3 2.0.5", "2.0.5"),
        ("Acme Studio", "Acme Studio 3 2.0.5", "2.0.5"),
        ("Acme Studio 3", "Acme Studio 3.1", "3.1"),
        ("7-Zip", "7-Zip 24.08", "24.08"),
        ("7-Zip", "7-zip-24.08", "24.08"),
        ("Recorder", "Recorder 2 for Mac 3.0.5", "3.0.5"),
        ("Joomla", "Joomla 6.0.1 & Joomla 5.4.1 are here!", "6.0.1 5.4.1"),
        ("Android Studio", "Android Studio Narwhal 3 | 2025.1.3 Canary 2", "2025.1.3-canary2"),
        ("COS", "cos-113-18244-582-86", "cos-113-18244-582-86"),
    ],
)
def test_a_number_in_the_products_name_is_not_its_version(
    name: str, title: str, version: str
) -> None:
    assert " ".join(read(title, name=name).versions) == version


def test_letters_that_a_products_versions_begin_with_are_learned_from_its_records() -> None:
    assert read("Nutanix pc.7.3.1.9", name="Nutanix").versions == ()
    learned = read("Nutanix pc.7.3.1.9", name="Nutanix", prefixes=frozenset(["pc."]))
    assert learned.versions == ("pc.7.3.1.9",)


@pytest.mark.parametrize(
    ("title", "declared", "version"),
    [
        ("Plays what Player 2.4 records", {"link": f"{TAG}v2.7.0"}, "2.7.0"),
        ("2.4", {"id": "tag:forge.example,2008:Repository/7/v2.7.0"}, "2.7.0"),
        ("2.4", {"link": "https://git.example/a/recorder/-/releases/v2.7.0"}, "2.7.0"),
        ("2.4", {"link": "https://git.example/a/recorder/-/tags/v2.7.0-rc.1"}, "2.7.0-rc.1"),
        ("Spring", {"link": f"{TAG}recorder%2Fv2.7.0"}, "2.7.0"),
        ("Spring", {"link": f"{TAG}REL_2_7"}, "2.7"),
        ("Spring", {"link": f"{TAG}v127"}, "127"),
        ("Spring", {"link": f"{TAG}beta-2.7"}, "2.7-beta"),
        ("Recorder 2.7.0", {"link": f"{TAG}nightly"}, "2.7.0-nightly"),
        ("Recorder 2.7.0", {"link": f"{TAG}latest"}, "2.7.0"),
        ("2.7.0 Release Candidate 1", {"link": f"{TAG}v2.7.0"}, "2.7.0-rc1"),
        ("Recorder Public Beta", {"link": f"{TAG}v2.7.0"}, "2.7.0-beta"),
        ("Recorder 2.7 Beta 1", {"link": f"{TAG}2.7.0-beta1"}, "2.7.0-beta1"),
        ("2.7.0 fixes what the beta broke", {"link": f"{TAG}v2.7.0"}, "2.7.0"),
        ("recorder 2.7", {"link": "https://pypi.org/project/recorder/2.7.1/"}, "2.7.1"),
        ("Spring", {"link": "https://www.npmjs.com/package/@acme/recorder/v/2.7.1"}, "2.7.1"),
        ("Spring", {"link": "https://rubygems.org/gems/recorder/versions/2.7.1"}, "2.7.1"),
        ("Recorder 2.7", {"link": "http://list.example/projects/recorder/releases/12345"}, "2.7"),
        ("Recorder 2.7", {"short_version": "2.7-beta.5"}, "2.7-beta.5"),
        ("Recorder 3", {"short_version": "3.0.5", "build": "3005"}, "3.0.5"),
        ("Update", {"short_version": "2.7 beta 3 (2693)", "build": "2693"}, "2.7-beta3"),
        ("Update", {"short_version": "2.4 (2400)", "build": "2400"}, "2.4"),
        ("Update", {"short_version": "v2.7"}, "2.7"),
        ("Recorder 2.7 Beta 3", {"short_version": "2.7"}, "2.7-beta3"),
        ("Update", {"build": "2.7"}, "2.7"),
        ("Recorder 3", {"link": "https://vendor.example/recorder/3.0.5/"}, "3.0.5"),
        ("Spring", {"enclosures": (enclosure("https://v.example/recorder-2.7.exe"),)}, "2.7"),
    ],
)
def test_what_an_entry_declares_comes_before_words_that_people_wrote(
    title: str, declared: dict[str, Any], version: str
) -> None:
    assert read(title, **declared).versions == (version,)


@pytest.mark.parametrize(
    ("title", "declared", "why"),
    [
        ("player 2.5.0", {"link": f"{TAG}player%402.5.0"}, "the tag 'player@2.5.0' begins with"),
        ("Update", {"short_version": "2.7 xyz3 (2693)", "build": "2693"}, "what 'xyz3' means"),
        ("Nightly", {"link": f"{TAG}nightly-2026-05-04"}, "the tag 'nightly-2026-05-04'"),
    ],
)
def test_a_declaration_that_cannot_be_used_is_told_and_not_replaced_by_another_number(
    title: str, declared: dict[str, Any], why: str
) -> None:
    found = read(title, **declared)
    assert found.versions == ()
    assert found.why.startswith(why)
