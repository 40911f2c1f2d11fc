"""Platforms in records and commands: one name each, and what is not known is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import AUTHOR, Kb
from forewarn.store.catalogue.whole import load_worktree

pytestmark = pytest.mark.slow

RECORDER = "name: Recorder\nscheme: loose\n"
URL = "https://downloads.example.com/recorder-2.7"


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kb:
    for key, value in AUTHOR.items():
        monkeypatch.setenv(key, value)
    kb = Kb(tmp_path)
    kb.git("init", "-q")
    kb.write("forewarn.yml", "name: Acme support\n")
    kb.write("releases/recorder/product.yml", RECORDER)
    kb.write("releases/recorder/2.4.md", release("windows"))
    kb.commit()
    return kb


def release(*platforms: str, more: str = "") -> str:
    rows = [f"  - {{platform: {word}, url: {URL}.{n}}}\n" for n, word in enumerate(platforms)]
    return f"---\nstatus: shipped\nreleased_at: 2026-05-04\ndownloads:\n{''.join(rows)}{more}---\n"


def latest(kb: Kb, platform: str, code: int = 0) -> str:
    return kb.run("release", "latest", "recorder", "--platform", platform, code=code).out


def test_a_release_for_win_is_the_newest_for_windows(kb: Kb) -> None:
    kb.write("releases/recorder/2.7.md", release("win", "Mac OS X", "linux_amd64"))
    for asked in ("windows", "win32", "Windows", "macos", "darwin", "linux"):
        assert "Recorder 2.7" in latest(kb, asked)
    record = load_worktree(kb.root).catalogue.releases["recorder", "2.7"]
    assert [d.target for d in record.downloads] == [
        ("windows", "", ""),
        ("macos", "", ""),
        ("linux", "x64", ""),
    ]


def test_check_names_the_spelling_to_use_and_mends_what_has_one(kb: Kb) -> None:
    path = "releases/recorder/2.7.md"
    steps = "rollout: {win: [{on: 2026-05-04, share: 10%}]}\n"
    kb.write(path, release("win", '"OS X"', "linux-x64", more=steps))
    watch = "watch:\n  - {type: feed, url: 'https://a.example/feed', platform: mac}\n"
    kb.write("releases/recorder/product.yml", RECORDER + watch)
    told = kb.run("check", code=1).out
    assert told.count("platform-spelling") == 5
    assert "'linux-x64' is another word for the platform linux, with `arch: x64` beside it" in told
    left = kb.run("check", "--fix", code=1)
    assert "findings: 1;" in left.err
    assert kb.read(path) == release(
        "windows", '"macos"', "linux-x64", more=steps.replace("win", "windows")
    )
    assert "platform: macos}" in kb.read("releases/recorder/product.yml")


def test_a_platform_that_nobody_knows_is_found_and_readable_all_the_same(kb: Kb) -> None:
    kb.write("releases/recorder/2.7.md", release("plan9"))
    told = kb.run("check", code=1).out
    assert "'plan9' is no platform that is known" in told
    assert "Recorder 2.7" in latest(kb, "plan9")


@pytest.mark.parametrize("path", ["forewarn.yml", "releases/recorder/product.yml"])
def test_ones_own_platform_is_declared(kb: Kb, path: str) -> None:
    kb.write("releases/recorder/2.7.md", release("plan9"))
    kb.run("check", code=1)
    kb.write(path, kb.read(path) + "platforms: [plan9]\n")
    kb.run("check")
    kb.commit()
    kb.run("release", "add", "recorder", "2.8", "--download", f"plan9={URL}")


def test_another_word_for_a_known_platform_cannot_be_declared(kb: Kb) -> None:
    kb.write("forewarn.yml", "name: Acme support\nplatforms: [win]\n")
    assert "it is another word for 'windows'" in kb.run("check", code=1).out


def test_a_release_is_added_for_what_a_word_means_and_for_nothing_unknown(kb: Kb) -> None:
    kb.run("release", "add", "recorder", "2.7", "--download", f"Win64={URL}.exe")
    record = load_worktree(kb.root).catalogue.releases["recorder", "2.7"]
    assert [d.target for d in record.downloads] == [("windows", "x64", "")]
    kb.run("check")
    refused = kb.run("release", "add", "recorder", "2.8", "--download", f"windwos={URL}", code=2)
    assert "there is no platform 'windwos'" in refused.err
    assert "Did you mean 'windows'?" in refused.err


def test_two_words_for_one_architecture_are_one_target(kb: Kb) -> None:
    add = ("release", "add", "recorder", "2.7", "--download")
    kb.run(*add, f"windows/x86_64={URL}.exe")
    refused = kb.run(*add, f"win64={URL}.msi", code=1)
    assert "another download for windows x64 already" in refused.err


def test_who_asks_for_a_platform_that_is_none_is_not_told_that_nothing_shipped(kb: Kb) -> None:
    ran = kb.run("release", "latest", "recorder", "--platform", "windwos", code=2)
    assert ran.out == "" and "there is no platform 'windwos'" in ran.err
    assert latest(kb, "macos", code=1) == "no release of Recorder has shipped for macos\n"
