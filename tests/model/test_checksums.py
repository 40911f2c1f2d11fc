"""Checksums as systems print them and people paste them."""

from __future__ import annotations

import base64

import pytest

from forewarn.model.checksums import is_list, read_checksums

SUM = "9f2c1d0b5a7e4c3f8b6d9e0a1c2f3b4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
CAPITALS = SUM.upper()
EXE = "recorder-2.7.exe"
WINDOWS = rf"C:\Users\jo\Downloads\{EXE}"
IN_64 = base64.b64encode(bytes.fromhex(SUM)).decode()


def groups(size: int, between: str = " ", text: str = CAPITALS) -> str:
    return between.join(text[i : i + size] for i in range(0, len(text), size))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SUM, None),
        (f" {CAPITALS} ", None),
        (f"`{SUM}`", None),
        (f"0x{SUM}", None),
        (f"sha256:{SUM}", None),
        (f"SHA-256: {SUM}", None),
        (f"sha256 = {SUM}", None),
        (groups(2), None),
        (groups(2, ":"), None),
        (groups(2, "-"), None),
        (f"sha256-{IN_64}", None),
        (f"SHA-256=:{IN_64}:", None),
        (IN_64, None),
        (f"{SUM}  {EXE}", EXE),
        (f"{SUM} *{EXE}", EXE),
        (f"\\{SUM}  {EXE}", EXE),
        (f"{SUM}  -", None),
        (f"SHA256 ({EXE}) = {SUM}", EXE),
        (f"SHA256({EXE})= {SUM}", EXE),
        (f"SHA2-256({EXE})= {SUM}", EXE),
        (f"{EXE}: {SUM}", EXE),
        (f"| {EXE} | {SUM} |", EXE),
        (f"{EXE}: {groups(8)}", EXE),
        (f"{EXE}: {groups(8)[:35]}\n          {groups(8)[36:]}", EXE),
        (f"{SUM[:40]}\n{SUM[40:]}", None),
        (f"SHA256          {CAPITALS}       {WINDOWS}", WINDOWS),
        (
            "\nAlgorithm       Hash                                  Path\n"
            f"---------       ----                                  ----\n"
            f"SHA256          {CAPITALS}       {WINDOWS}\n",
            WINDOWS,
        ),
        (f"Algorithm : SHA256\nHash      : {CAPITALS}\nPath      : {WINDOWS}\n", WINDOWS),
        (
            f"SHA256 hash of {EXE}:\r\n{groups(2).lower()}\r\n"
            "CertUtil: -hashfile command completed successfully.",
            EXE,
        ),
        (f"SHA256-Hash von {EXE}:\n{SUM}\nCertUtil: -hashfile-Befehl wurde ausgeführt.", EXE),
        (f"SHA256 hash of file {EXE}:{SUM}CertUtil: -hashfile command completed", EXE),
    ],
)
def test_a_sha256_is_read_however_a_system_prints_it(text: str, name: str | None) -> None:
    (found,) = read_checksums(text)
    assert (found.sha256, found.name, found.problem) == (SUM, name, None)


@pytest.mark.parametrize(
    ("text", "algorithm", "told"),
    [
        (f"MD5 ({EXE}) = {SUM[:32]}", "MD5", True),
        (SUM[:32], "MD5", False),
        (f"{SUM[:40]}  {EXE}", "SHA-1", False),
        (f"SHA1({EXE})= {SUM[:40]}", "SHA-1", True),
        (SUM[:56], "SHA-224", False),
        (SUM + SUM[:32], "SHA-384", False),
        (SUM + SUM, "SHA-512", False),
        (f"sha512-{base64.b64encode(bytes.fromhex(SUM + SUM)).decode()}", "SHA-512", True),
        (f"SHA512/256 ({EXE}) = {SUM}", "SHA-512/256", True),
        (f"SHA3-256({EXE})= {SUM}", "SHA3-256", True),
        (f"BLAKE2b ({EXE}) = {SUM + SUM}", "BLAKE2b", True),
        (f"BLAKE2b-256 ({EXE}) = {SUM}", "BLAKE2b", True),
        (f"Algorithm : SHA1\nHash      : {CAPITALS[:40]}\nPath      : {WINDOWS}", "SHA-1", True),
    ],
)
def test_other_algorithms_are_told_apart(text: str, algorithm: str, told: bool) -> None:
    (found,) = read_checksums(text)
    assert (found.algorithm, found.told, found.problem) == (algorithm, told, None)
    assert found.sha256 is None or (not told and len(found.digits) < 64)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{SUM}0", "it has 65 digits, and a sha256 has 64"),
        (f"sha256:{SUM[:4]}", "it has 4 digits, and a sha256 has 64; the first 8 are enough"),
        (f"{SUM[:30]}o{SUM[31:]}", "'o' in it is no hexadecimal digit"),
        (f"{SUM[:10]}…{SUM[-6:]}", "the middle of it is missing; a sha256 has 64"),
        (f"SHA512 ({EXE}) = {SUM}", "it has 64 digits, and a SHA-512 has 128"),
        (f"md5: {SUM}", "it has 64 digits, and an MD5 has 32"),
    ],
)
def test_a_damaged_sum_is_named_as_such(text: str, problem: str) -> None:
    (found,) = read_checksums(text)
    assert (found.problem, found.sha256) == (problem, None)


def test_the_first_digits_are_the_beginning_of_one() -> None:
    for text in ("9F2C1D0B", f"9f2c1d0b  {EXE}", "9F2C1D0B…", SUM[:63]):
        (found,) = read_checksums(text)
        assert found.sha256 and SUM.startswith(found.sha256), text


def test_a_list_has_several() -> None:
    text = f"# made on Monday\n{SUM}  {EXE}\n{SUM[::-1]}  player-2.4.exe\n"
    assert [one.name for one in read_checksums(text)] == [EXE, "player-2.4.exe"]
    assert is_list(text)
    assert not is_list(f"See {EXE}.\n{text}")
    assert not is_list("Nothing")


@pytest.mark.parametrize(
    "text",
    [
        *("recorder 2.7", "recorder 20260504", EXE, f"{EXE}.sha256", "sha256-tool-1.0.exe"),
        *(f"2.7+g{SUM[:40]}", f"recorder-{SUM}.exe", f"{SUM}.exe", "acme defaced 2.7"),
        *("550e8400-e29b-41d4-a716-446655440000", "what is sha256?", f"C:\\{SUM}\\{EXE}"),
    ],
)
def test_what_is_no_sum_is_taken_for_none(text: str) -> None:
    assert read_checksums(text) == ()
