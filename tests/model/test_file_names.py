"""What a downloaded file is called, without what browsers and people put to its name."""

from __future__ import annotations

import pytest

from forewarn.model.file_names import file_name, is_unfinished, names_of, same_address

EXE = "recorder-2.7.exe"


@pytest.mark.parametrize(
    "said",
    [
        *(
            EXE,
            "Recorder-2.7.EXE",
            f'"C:\\Users\\jo\\Downloads\\{EXE}"',
            f"\\\\server\\share\\{EXE}",
        ),
        *("recorder-2.7 (1).exe", "recorder-2.7(12).exe", "recorder-2.7 - Copy.exe"),
        *("recorder-2.7 - Copy (2).exe", "recorder-2.7 - Kopie.exe", "recorder-2.7 copy 2.exe"),
        *(
            "Copy of recorder-2.7.exe",
            "Kopie von recorder-2.7.exe",
            "recorder-2.7 \u2013 Copie.exe",
        ),
        *(f"{EXE}.tmp", "recorder-2.7[1].exe"),
        *(f"{EXE}.part", f"{EXE}.crdownload", f"{EXE}.download", "recorder-2.7.x1Y_b-2c.exe.part"),
        *("recorder-2.7 (1).exe.crdownload", f"{EXE}.zip", f"{EXE}.txt", "recorder-2.7.exe_"),
        *(f"{EXE}.sha256", f"{EXE}.asc", f"file:///home/jo/{EXE}", f"file:///C:/Users/jo/{EXE}"),
        *("recorder%2D2.7.exe", "/Users/jo/recorder-2.7\\ \\(1\\).exe", f"'{EXE}'", f"“{EXE}”"),
    ],
)
def test_the_name_is_found_under_what_was_put_to_it(said: str) -> None:
    assert names_of(said)[-1] == EXE


def test_a_file_that_was_really_named_so_is_known_by_that() -> None:
    assert names_of("Setup (1).exe") == ("setup (1).exe", "setup.exe")


def test_a_name_without_additions_stays_whole() -> None:
    for name in ("recorder-2.7.tar.gz", "player.copy", "recorder-2.7-1.x86_64.rpm"):
        assert names_of(name) == (name,)


def test_a_download_that_is_not_finished_is_told() -> None:
    assert is_unfinished(f"{EXE}.crdownload") and not is_unfinished(EXE)


@pytest.mark.parametrize(
    "url",
    [
        f"https://h.example:8443/{EXE}?token=a/b.php#top",
        "https://h.example/Recorder%2D2.7.exe",
        f"https://h.example/download?file={EXE}&x=1",
        f"https://h.example/get.php?p=files%2F{EXE}",
        f"https://h.example/files/{EXE}/download",
        f"https://s3.example/k?response-content-disposition=attachment%3B%20filename%3D%22{EXE}%22",
    ],
)
def test_an_address_names_its_file(url: str) -> None:
    assert file_name(url) == EXE


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("http://DL.example.com:80/a/r.exe", True),
        ("https://dl.example.com:8443/a/r.exe?token=x#top", True),
        ("https://jo:secret@dl.example.com/a/r.exe", True),
        ("https://dl.example.com/a/other.exe", False),
        ("https://evil.example/a/r.exe", False),
        ("https://[/", False),
    ],
)
def test_a_token_and_a_port_lead_to_the_same_file(asked: str, same: bool) -> None:
    assert same_address(asked, "https://dl.example.com/a/r.exe") is same


def test_a_recorded_query_says_which_file_it_is_and_so_does_a_machines_port() -> None:
    assert not same_address("https://h.example/get?id=2", "https://h.example/get?id=1")
    assert not same_address("http://127.0.0.1:1/r.exe", "http://127.0.0.1:2/r.exe")
    assert not same_address("https://h.example/?x", "https://h.example/")
