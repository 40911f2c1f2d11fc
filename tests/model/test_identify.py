""" "Where did he get that?": what a person holds in the hand, and which release it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from forewarn import schemes
from forewarn.model.catalogue import Catalogue
from forewarn.model.clue import Clue, ClueKind, clue_of_file, clues_of_text
from forewarn.model.identified import Identified
from forewarn.model.identify import Evidence, Identification, identify
from forewarn.model.product import Alias
from forewarn.model.release import Download, Status, Withdrawal
from forewarn.model.seen import Seen
from forewarn.model.sighting import Sighting, SightingState
from model_builder import catalogue, product, release

SHA = "9f2c" * 16
EXE = Download(
    platform="windows",
    url="https://downloads.example.com/2.7/Recorder-2.7.exe",
    size=4096,
    sha256=SHA,
)
DMG = Download(platform="macos", url="https://downloads.example.com/recorder-2.7.dmg")
RECORDER = release("recorder", "2.7", downloads=(EXE, DMG))
PRO = release("recorder-pro", "2.7")
KNOWN = catalogue(
    product("recorder"),
    product("recorder-pro", name="Recorder Pro"),
    RECORDER,
    PRO,
    release("recorder", "2.4"),
    release("recorder", "2.7-rc1", status=Status.STAGED),
    release("player", "2.4"),
)


def clue_of_text(catalogue: Catalogue, text: str) -> Clue:
    """What a text is, where it is one thing."""
    return clues_of_text(catalogue, text)[0]


def asked(text: str) -> tuple[ClueKind, Identification]:
    clue = clue_of_text(KNOWN, text)
    return clue.kind, identify(KNOWN, clue)


def names(answer: Identification) -> list[str]:
    return [str(match.release) for match in answer.matches]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("recorder 2.7", ClueKind.VERSION, ["recorder@2.7"]),
        ("Recorder 2.7", ClueKind.VERSION, ["recorder@2.7"]),
        ("Recorder2.7.0", ClueKind.VERSION, ["recorder@2.7"]),
        ("recorder@2.7", ClueKind.VERSION, ["recorder@2.7"]),
        ("Recorder version 2.7", ClueKind.VERSION, ["recorder@2.7"]),
        ("recorder v2.7 for Windows", ClueKind.VERSION, ["recorder@2.7"]),
        ("recorder 2.7-rc1", ClueKind.VERSION, ["recorder@2.7-rc1"]),
        ("recorder 2.7-rc2", ClueKind.VERSION, []),
        ("recorder 2.7.64", ClueKind.VERSION, []),
        ("Recorder Pro 2.7", ClueKind.VERSION, ["recorder-pro@2.7"]),
        ("recorder_pro-2.7", ClueKind.VERSION, ["recorder-pro@2.7"]),
        ("2.7", ClueKind.VERSION, ["recorder@2.7", "recorder-pro@2.7"]),
        ("v2.4", ClueKind.VERSION, ["player@2.4", "recorder@2.4"]),
        ("recorder", ClueKind.VERSION, []),
        ("my precorder 2.7", ClueKind.VERSION, []),
        ("(", ClueKind.VERSION, []),
        ("Recorder-2.7.exe", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder-2.7 (1).EXE", ClueKind.FILE_NAME, ["recorder@2.7"]),
        (r"C:\Users\jo\Downloads\recorder-2.7.exe", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder-2.7-windows-x86_64.zip", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("player-2.4.tar.gz", ClueKind.FILE_NAME, ["player@2.4"]),
        ("recorder-2.7.app.zip", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder-2.7-1.x86_64.rpm", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder 2.7-beta1", ClueKind.VERSION, []),
        ("recorder-2.7-1.fc42.noarch.rpm", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder_2.7-3ubuntu1_amd64.deb", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder-2.7-py3-none-any.whl", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("Recorder.2.7.0.nupkg", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder-2.7-macos-14-arm64.zip", ClueKind.FILE_NAME, ["recorder@2.7"]),
        ("recorder-2.7-2.exe", ClueKind.FILE_NAME, []),
        ("recorder 2.7 (64-bit)", ClueKind.VERSION, ["recorder@2.7"]),
        ("recorder 2.7 for Mac OS X", ClueKind.VERSION, ["recorder@2.7"]),
        ("recorder 2.7.64-windows", ClueKind.VERSION, []),
        ("setup.exe", ClueKind.FILE_NAME, []),
        (SHA, ClueKind.SHA256, ["recorder@2.7"]),
        (SHA.upper(), ClueKind.SHA256, ["recorder@2.7"]),
        (f"sha256:{SHA}", ClueKind.SHA256, ["recorder@2.7"]),
        (SHA[:8], ClueKind.SHA256, ["recorder@2.7"]),
        (SHA[:7], ClueKind.VERSION, []),
        ("0" * 64, ClueKind.SHA256, []),
        ("deadbeef", ClueKind.SHA256, []),
        (f"{SHA}  player-2.4.exe", ClueKind.SHA256, ["recorder@2.7"]),
        (f"{'0' * 64}  Recorder-2.7.exe", ClueKind.SHA256, []),
        (f"{'0' * 64} *recorder-2.7.dmg", ClueKind.SHA256, []),
        (f"SHA256 (Recorder 2.7) = {'0' * 64}", ClueKind.SHA256, []),
        (f"00000000  {EXE.url}", ClueKind.SHA256, []),
        (f"MD5 (Recorder-2.7.exe) = {SHA[:32]}", ClueKind.HASH, []),
        (f"{SHA}0  Recorder-2.7.exe", ClueKind.HASH, []),
        (SHA[:40], ClueKind.SHA256, ["recorder@2.7"]),
        ("0" * 40, ClueKind.HASH, []),
        (EXE.url, ClueKind.URL, ["recorder@2.7"]),
        (EXE.url.replace("https://downloads", "HTTP://Downloads") + "#top", ClueKind.URL, ["recorder@2.7"]),
        (EXE.url + "?token=abc#top", ClueKind.URL, ["recorder@2.7"]),
        (f"<{EXE.url}>.", ClueKind.URL, ["recorder@2.7"]),
        (EXE.url.removeprefix("https://"), ClueKind.URL, ["recorder@2.7"]),
        (f"{EXE.url}#sha256={'0' * 64}", ClueKind.SHA256, []),
        ("other.example/recorder-2.7.exe", ClueKind.URL, []),
        ("https://other.example/recorder-2.7.exe", ClueKind.URL, []),
        ("https://[/", ClueKind.URL, []),
    ],
)  # fmt: skip
def test_what_somebody_types_is_understood(text: str, kind: ClueKind, found: list[str]) -> None:
    read, answer = asked(text)
    assert (read, names(answer)) == (kind, found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rec 2.7", ["recorder@2.7"]),
        ("REC-2.7.exe", ["recorder@2.7"]),
        ("lark", ["recorder@2.4"]),
        ("what is Lark?", ["recorder@2.4"]),
        ("recorder 2.7 lark", ["recorder@2.7"]),
        ("player lark", []),
        ("recorder 2019", ["recorder@2.4"]),
        ("recorder2019", ["recorder@2.4"]),
        ("rec2019", ["recorder@2.4"]),
        ("player2019", []),
        ("xrec2019", []),
        ("2019", []),
    ],
)
def test_an_alias_means_its_product_and_a_code_name_its_line(text: str, found: list[str]) -> None:
    aliases = (Alias(name="Rec"), Alias(name="lark", line="2.4"), Alias(name="2019", line="2.4"))
    known = catalogue(
        product("recorder", aliases=aliases),
        product("player"),
        *(RECORDER, release("recorder", "2.4"), release("player", "2.4")),
    )
    assert names(identify(known, clue_of_text(known, text))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("py3.12.0", ["python@3.12.0"]),
        ("vs2022", ["visual-studio@17.1"]),
        ("java 17.0.1", ["eclipse-temurin@17.0.1", "oracle-jdk@17.0.1"]),
        ("galaxy s21", ["phone@galaxy-s21"]),
        ("is galaxys21 old", ["phone@galaxy-s21"]),
        ("lambda java 17", ["lambda@17.0.1"]),
        ("tool-py3.12.0.whl", []),
        ("7 py 3.12.0", []),
    ],
)
def test_what_people_write_before_a_version_names_its_product(text: str, found: list[str]) -> None:
    """But no line of a product that is called by the name of another one, which it runs."""
    lines = (Alias(name="java 17", line="17.0.1"), Alias(name="python 3", line="17.0.1"))
    known = catalogue(
        product("lambda", aliases=lines),
        product("visual-studio", aliases=(Alias(name="2022", line="17.1"),)),
        product("phone", tracks=("galaxy-s21",)),
        *map(product, ("python", "oracle-jdk", "eclipse-temurin")),
        *(release("python", "3.12.0"), release("visual-studio", "17.1")),
        *(release("oracle-jdk", "17.0.1"), release("eclipse-temurin", "17.0.1")),
        *(release("lambda", "17.0.1"), release("phone", "galaxy-s21", track="galaxy-s21")),
    )
    assert names(identify(known, clue_of_text(known, text))) == found


def test_a_version_that_looks_like_the_beginning_of_a_hash_is_a_version_where_it_is_recorded() -> (
    None
):
    known = catalogue(release("player", "20260504"))
    clue = clue_of_text(known, "20260504")
    assert clue.kind is ClueKind.VERSION
    assert names(identify(known, clue)) == ["player@20260504"]


def test_of_two_builds_of_one_version_each_is_itself() -> None:
    one, other = "10.4.17", "10.4.17+security-01"
    semver = product("gate", scheme="semver")
    both = catalogue(semver, release("gate", one), release("gate", other))
    for version in (one, other, f"v{other}"):
        (match,) = identify(both, clue_of_text(both, f"gate {version}")).matches
        assert match.release.version == version.removeprefix("v")
    for recorded, asked in ((one, other), (other, one)):
        known = catalogue(semver, release("gate", recorded))
        answer = identify(known, clue_of_text(known, f"gate {asked}"))
        assert answer.matches == () and [m.release.version for m in answer.near] == [recorded]


def test_a_package_is_known_without_the_epoch_that_its_name_does_not_have() -> None:
    known = catalogue(product("tool", scheme="rpm"), release("tool", "1:2.7-3"))
    for text in ("tool-2.7-3.x86_64.rpm", "tool-2.7-3.x86_64", "tool 1:2.7-3"):
        assert names(identify(known, clue_of_text(known, text))) == ["tool@1:2.7-3"], text


def test_a_version_that_is_recorded_comes_before_a_part_of_it() -> None:
    known = catalogue(release("recorder", "2.7-1"), release("recorder", "2.7"))
    answer = identify(known, clue_of_text(known, "recorder-2.7-1.x86_64.rpm"))
    assert names(answer) == ["recorder@2.7-1"]


def test_a_sighting_by_its_name_alone_does_not_make_other_content_known() -> None:
    seen = sighted("2.7", url=EXE.url)
    answer = identify(KNOWN, clue_of_text(KNOWN, f"{'0' * 64}  Recorder-2.7.exe"), (seen,))
    assert (answer.sightings, answer.is_known) == ((seen,), False)


def test_the_platform_is_told_where_the_download_was_recognised() -> None:
    (match,) = asked(DMG.url)[1].matches
    assert (match.download, match.why) == (DMG, Evidence.URL)
    assert asked("recorder 2.7")[1].matches[0].download is None


def test_a_known_file_name_at_an_unknown_address_only_resembles_the_release() -> None:
    answer = asked("https://other.example/recorder-2.7.exe")[1]
    assert [(str(m.release), m.why) for m in answer.near] == [("recorder@2.7", Evidence.FILE_NAME)]


def test_a_file_is_known_by_its_content_whatever_its_name() -> None:
    clue = clue_of_file(KNOWN, "holiday.jpg", SHA, 4096)
    (match,) = identify(KNOWN, clue).matches
    assert (match.release, match.download, match.why) == (RECORDER, EXE, Evidence.SHA256)


def test_a_file_with_a_known_name_and_other_content_is_not_the_release() -> None:
    answer = identify(KNOWN, clue_of_file(KNOWN, "Recorder-2.7.exe", "0" * 64, 4096))
    assert answer.matches == ()
    assert [(str(m.release), m.download) for m in answer.near] == [("recorder@2.7", EXE)]


def test_a_file_whose_hash_nobody_recorded_is_known_by_its_name_and_size() -> None:
    assert names(identify(KNOWN, clue_of_file(KNOWN, "recorder-2.7.dmg", "0" * 64, 7))) == [
        "recorder@2.7"
    ]
    sized = replace(DMG, size=8)
    known = catalogue(release("recorder", "2.7", downloads=(sized,)))
    answer = identify(known, clue_of_file(known, "recorder-2.7.dmg", "0" * 64, 7))
    assert (len(answer.matches), len(answer.near)) == (0, 1)


def test_what_customers_can_have_comes_before_what_they_cannot() -> None:
    same = replace(EXE, platform="any")
    gone = Withdrawal(on=date(2026, 5, 9), reason="no sound")
    known = catalogue(
        release("recorder", "3.0", downloads=(same,), status=Status.PLANNED),
        release("recorder", "2.8", downloads=(same,), status=Status.STAGED),
        release("recorder", "2.7", downloads=(same,), status=Status.WITHDRAWN, withdrawn=gone),
        release("recorder", "2.6", downloads=(same,)),
        release("recorder", "2.5", downloads=(same,)),
    )
    answer = identify(known, clue_of_text(known, SHA))
    assert names(answer) == [f"recorder@{v}" for v in ("2.6", "2.5", "2.7", "2.8", "3.0")]


def sighted(version: str, **changes: object) -> Sighting:
    values: dict[str, object] = {
        "id": "a1b2c3d4",
        "product": "recorder",
        "version": version,
        "source": "https://downloads.example.com/feed.xml",
        "url": f"https://downloads.example.com/recorder-{version}.exe",
        "title": "",
        "state": SightingState.OPEN,
        "first_seen": datetime(2026, 5, 20, 7, 12, tzinfo=UTC),
    }
    return Sighting(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["2.8", "recorder 2.8.0", "recorder-2.8.exe", "http://downloads.example.com/recorder-2.8.exe"],
)
def test_what_nobody_recorded_but_somebody_saw_is_told(text: str) -> None:
    seen, other = sighted("2.8"), sighted("2.9")
    answer = identify(KNOWN, clue_of_text(KNOWN, text), (other, seen))
    assert (answer.matches, answer.sightings) == ((), (seen,))


def test_what_somebody_saw_is_told_whichever_way_a_build_is_spelled_that_the_order_knows() -> None:
    known = replace(KNOWN, schemes={**KNOWN.schemes, "recorder": schemes.get("pep440")})
    seen, other = sighted("2.8+Ubuntu-1"), sighted("2.8+ubuntu.2")
    answer = identify(known, clue_of_text(known, "recorder 2.8.0+ubuntu.1"), (other, seen))
    assert (answer.matches, answer.sightings) == ((), (seen,))


def test_a_recognised_file_tells_of_the_sightings_of_its_version() -> None:
    seen = sighted("2.7.0", url="https://elsewhere.example/x", state=SightingState.DISMISSED)
    clue = clue_of_file(KNOWN, "x", SHA, 4096)
    assert identify(KNOWN, clue, (seen,)).sightings == (seen,)
    answered = replace(seen, state=SightingState.KNOWN)
    assert identify(KNOWN, clue, (answered,)).sightings == ()


def test_a_sighting_of_a_product_that_is_gone_is_left_alone() -> None:
    seen = sighted("2.8", product="gone", url="https://x.example/")
    assert identify(KNOWN, clue_of_text(KNOWN, "2.8"), (seen,)).sightings == ()


def test_the_product_that_was_named_is_remembered_where_its_version_is_not_known() -> None:
    clue = clue_of_text(KNOWN, "Recorder 9.9")
    assert clue == Clue(kind=ClueKind.VERSION, named=(("recorder", "9.9"),), products=("recorder",))


POWERFUL = catalogue(
    product("powershell", name="Microsoft PowerShell", aliases=(Alias(name="pwsh"),)),
    product("windows-powershell", name="Microsoft Windows PowerShell"),
    product("windows"),
    product("windows-server", name="Windows Server"),
    product("ubuntu"),
    product("python"),
    product("libreoffice", name="LibreOffice"),
    product("office"),
    *(release("powershell", "7.4"), release("windows-powershell", "5.1")),
    *(release("windows", "11"), release("windows-server", "2019")),
    *(release("ubuntu", "22.04"), release("python", "3.12.1"), release("python", "3.12.2")),
    *(release("libreoffice", "7.6"), release("office", "2021")),
)


def near(text: str) -> list[str]:
    """What a text may mean that means nothing outright."""
    clue = clue_of_text(POWERFUL, text)
    seen = Seen(catalogue=POWERFUL, found=())
    answer = identify(POWERFUL, clue)
    found = Identified(what=text, clue=clue, answer=answer, seen=seen)
    return [str(match.release) for match in found.near]


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("powershell 5.1", ["windows-powershell@5.1"]),
        ("pwsh 5", ["windows-powershell@5.1"]),
        ("powershell 7.4", []),
        ("powershell 99", []),
        ("windows2019", ["windows-server@2019"]),
        ("windows 2019", ["windows-server@2019"]),
        ("win2019", ["windows-server@2019"]),
        ("ubuntu2204", ["ubuntu@22.04"]),
        ("python312", ["python@3.12.2"]),
        ("python 31", []),
        ("windows 3.11", []),
        ("windows 11 pro", ["windows@11"]),
        ("python 3.12.1 end of life", ["python@3.12.1"]),
        ("python 3.12.1 beta 2", []),
        ("powershell 5.1 at home", ["windows-powershell@5.1"]),
        ("powershell >=5.1", []),
    ],
)
def test_a_version_of_another_product_that_is_called_so_is_not_denied(
    text: str, may_be: list[str]
) -> None:
    assert near(text) == may_be


@pytest.mark.parametrize("text", ["libre office 7.6", "Libre Office 7.6 LTS"])
def test_a_name_of_one_word_may_be_typed_as_two(text: str) -> None:
    assert names(identify(POWERFUL, clue_of_text(POWERFUL, text))) == ["libreoffice@7.6"]


def test_a_long_term_release_is_found_by_its_version_alone() -> None:
    answer = identify(POWERFUL, clue_of_text(POWERFUL, "ubuntu 22.04 lts"))
    assert names(answer) == ["ubuntu@22.04"]
