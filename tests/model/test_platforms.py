"""Platforms: whatever people and feeds call one, it is one platform here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forewarn.model.platforms import (
    PLATFORMS,
    arch_of,
    check_declared,
    explain,
    platform_of,
    target_of,
)

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("said", "platform", "arch"),
    [
        ("windows", "windows", None),
        ("win", "windows", None),
        ("Win32", "windows", None),
        ("win64", "windows", "x64"),
        ("Windows (64-bit)", "windows", "x64"),
        ("windows-x86", "windows", "x86"),
        ("win32-x64", "windows", "x64"),
        ("x86_64-pc-windows-msvc", "windows", "x64"),
        ("Windows 11", "windows-11", None),
        ("windows10", "windows-10", None),
        ("Windows Server 2022", "windows-server-2022", None),
        ("Mac OS X", "macos", None),
        ("darwin", "macos", None),
        ("osx-x64", "macos", "x64"),
        ("aarch64-apple-darwin", "macos", "arm64"),
        ("macOS (Apple Silicon)", "macos", "arm64"),
        ("macOS (Intel)", "macos", "x64"),
        ("macOS 14 (arm64)", "macos-14", "arm64"),
        ("macos-universal2", "macos", "universal"),
        ("linux_amd64", "linux", "x64"),
        ("linux/arm/v7", "linux", "arm"),
        ("aarch64-unknown-linux-gnu", "linux", "arm64"),
        ("el9", "rhel-9", None),
        ("fedora-32", "fedora-32", None),
        ("Ubuntu 22.04", "ubuntu-22-04", None),
        ("debian-12-amd64", "debian-12", "x64"),
        ("android-arm64-v8a", "android", "arm64"),
        ("source", "source", None),
        ("all", "any", None),
    ],
)
def test_a_platform_is_known_by_whatever_it_is_called(
    said: str, platform: str, arch: str | None
) -> None:
    assert target_of(said) == (platform, arch)


@pytest.mark.parametrize("said", ["plan9", "x64", "deb", "darwin20", "windwos", "linux-foo", ""])
def test_what_names_no_platform_becomes_none(said: str) -> None:
    assert target_of(said) is None


def test_every_known_platform_is_its_own_name() -> None:
    assert [name for name in PLATFORMS if platform_of(name) != name] == []


def test_architectures_have_one_name() -> None:
    assert [arch_of(said) for said in ("x86_64", "AMD64", "aarch64", "i686", "Itanic")] == [
        *("x64", "x64", "arm64", "x86", None)
    ]


def test_ones_own_platform_is_known_where_it_is_declared() -> None:
    own = ("acme-os",)
    assert target_of("acme-os") is None
    assert target_of("acme-os", own) == ("acme-os", None)
    assert target_of("AcmeOS arm64", own) == ("acme-os", "arm64")


def test_only_what_is_not_known_can_be_declared() -> None:
    assert check_declared("acme-os") is None
    assert "another word for 'windows'" in (check_declared("win") or "")
    assert "known already" in (check_declared("windows-11") or "")
    assert "small letters" in (check_declared("Acme OS") or "")


def test_it_is_said_what_to_write_instead() -> None:
    assert "Did you mean 'windows'?" in explain("windwos")
    assert "`arch: x64`" in explain("x86_64")
    assert "`edition:`" in explain("deb")
    assert "`platforms:` of product.yml" in explain("plan9")


def test_the_article_lists_every_platform() -> None:
    text = (ROOT / "kb/files/release.md").read_text(encoding="utf-8")
    table = text.partition("### Platforms")[2].partition("A version may stand")[0]
    assert sorted(re.findall(r"`([^`]+)`", table)) == sorted(PLATFORMS)
