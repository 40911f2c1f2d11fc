"""What a customer has, read from his file: nothing is guessed, and nothing is dropped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forewarn.errors import DataError, UsageError
from forewarn.model.release import Verdict
from forewarn.services.ask.installed import Installed, gather, read_installed
from forewarn.store.catalogue.loaded import Loaded
from model_builder import catalogue, product, release

W, U, B = Verdict.WORKS, Verdict.UNKNOWN, Verdict.BREAKS


@pytest.fixture
def loaded() -> Loaded:
    known = catalogue(
        product("recorder", name="Acme Recorder"),
        product("player", name="Acme Player"),
        product("py-yaml", name="PyYAML", scheme="pep440"),
        product("left", name="Twin"),
        product("right", name="Twin"),
        release("recorder", "2.7"),
        release("recorder", "2.10"),
        release("player", "2.4"),
        release("py-yaml", "6.0"),
    )
    broken = frozenset({"releases/recorder/2.8.md", "releases/codec/product.yml"})
    return Loaded(catalogue=known, findings=(), unreadable=broken, read={}, parts={})


def read(loaded: Loaded, folder: Path, content: str | bytes | dict[str, Any]) -> Installed:
    if isinstance(content, dict):
        content = json.dumps(content)
    file = folder / "customer"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_installed(loaded, str(file))


def names(found: Installed) -> list[str]:
    return [str(release) for release in found.releases]


def bom(*components: object, **changes: object) -> dict[str, Any]:
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return {**head, "components": list(components), **changes}


@pytest.mark.parametrize(
    "text",
    [
        "recorder: 2.10\nplayer: 2.4\n",
        "# Customer 4711\n- recorder@2.10\n- player@2.4\n",
        "---\n- recorder@2.10\n- player@2.4\n",
        "[recorder@2.10, player@2.4]",
        "installed: [recorder@2.10, player@2.4]\n",
        "{recorder: 2.10, player: 2.4}",
        '{"recorder": 2.10, "player": "2.4"}',
        "\ufeffrecorder: 2.10\r\nplayer: 2.4\r\n",
        "Acme Recorder: 2.10\nACME PLAYER: 2.4\n",
    ],
    ids=ascii,
)
def test_a_list_is_written_as_people_write_it(loaded: Loaded, tmp_path: Path, text: str) -> None:
    found = read(loaded, tmp_path, text)
    assert (names(found), found.unknown) == (["recorder@2.10", "player@2.4"], ())


def test_two_versions_of_a_product_may_be_installed(loaded: Loaded, tmp_path: Path) -> None:
    assert names(read(loaded, tmp_path, "recorder: [2.7, 2.10]\n")) == [
        "recorder@2.7",
        "recorder@2.10",
    ]


def test_what_is_listed_twice_is_installed_once(loaded: Loaded, tmp_path: Path) -> None:
    found = read(loaded, tmp_path, "- recorder@2.7\n- Acme Recorder@2.7\n- x@1\n- x@1\n")
    assert names(found) == ["recorder@2.7"] and len(found.unknown) == 1


@pytest.mark.parametrize(
    ("line", "name", "reason"),
    [
        ("vlc: 3.0", "vlc@3.0", "no such product is recorded"),
        ("recorder: 2", "recorder@2", "it stands for 2 releases, 2.7 to 2.10"),
        ("recorder: 2.8", "recorder@2.8", "its record cannot be read; `forewarn check` says why"),
        ("codec: 1", "codec@1", "the product's record cannot be read; `forewarn check` says why"),
        ("Twin: 1", "Twin@1", "several products are called so: left, right"),
        ("recorder:", "recorder", "no version is given"),
        ("recorder: []", "recorder", "no version is given"),
        ("recorder: '../../2.7'", "recorder@../../2.7", "this cannot be a version"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_not_known_is_listed_with_the_reason(
    loaded: Loaded, tmp_path: Path, line: str, name: str, reason: str
) -> None:
    found = read(loaded, tmp_path, f"player: 2.4\n{line}\n")
    assert names(found) == ["player@2.4"]
    assert [(row.name, row.reason) for row in found.unknown] == [(name, reason)]


def test_a_bom_is_matched_by_id_name_and_package_url(loaded: Loaded, tmp_path: Path) -> None:
    found = read(
        loaded,
        tmp_path,
        bom(
            {"type": "application", "name": "recorder", "version": "2.7"},
            {"type": "application", "name": "Acme PLAYER", "version": "2.4"},
            {"name": "yaml", "purl": "pkg:pypi/Py-Yaml@6.0.0?arch=any#src"},
            {"name": "libav", "version": "7"},
            {"name": "recorder"},
        ),
    )
    assert names(found) == ["recorder@2.7", "player@2.4", "py-yaml@6.0"]
    assert [row.name for row in found.unknown] == ["libav@7", "recorder"]


def test_components_inside_components_count(loaded: Loaded, tmp_path: Path) -> None:
    inner = {"name": "player", "version": "2.4"}
    outer = {"name": "suite", "version": "1", "components": [{"name": "x", "components": [inner]}]}
    found = read(loaded, tmp_path, bom(outer, {"name": "recorder", "version": "2.7"}))
    assert names(found) == ["player@2.4", "recorder@2.7"]
    assert [row.name for row in found.unknown] == ["suite@1", "x"]


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"])
def test_every_bom_of_version_1_is_read(loaded: Loaded, tmp_path: Path, version: str) -> None:
    document = bom({"name": "recorder", "version": "2.7"}, specVersion=version)
    assert names(read(loaded, tmp_path, document)) == ["recorder@2.7"]


def test_names_from_a_strangers_file_cannot_steer_the_terminal(
    loaded: Loaded, tmp_path: Path
) -> None:
    evil = bom({"name": "\x1b[2Jx\u202e\ud800" + "y" * 500, "version": "1"})
    (row,) = read(loaded, tmp_path, evil).unknown
    assert row.name.startswith("\\x1b[2Jx\\u202e\\ud800yyy") and len(row.name) == 100


def test_what_a_bom_is_about_is_installed_too(loaded: Loaded, tmp_path: Path) -> None:
    about = {"name": "recorder", "version": "2.7", "components": [{"name": "vlc", "version": "3"}]}
    metadata = {"component": about, "tools": {"components": [{"name": "player", "version": "2.4"}]}}
    found = read(loaded, tmp_path, bom({"name": "player", "version": "2.4"}, metadata=metadata))
    assert names(found) == ["recorder@2.7", "player@2.4"]
    assert [row.name for row in found.unknown] == ["vlc@3"]
    machine = bom({"name": "player", "version": "2.4"}, metadata={"component": {"name": "desk-7"}})
    assert read(loaded, tmp_path, machine).unknown == ()


def test_what_was_excluded_is_not_installed(loaded: Loaded, tmp_path: Path) -> None:
    rows = [{"name": "recorder", "version": "2.7", "scope": scope} for scope in ("excluded",)]
    found = read(loaded, tmp_path, bom(*rows, {"name": "player", "version": "2.4"}))
    assert names(found) == ["player@2.4"]


@pytest.mark.parametrize(
    ("component", "reason"),
    [
        ({"name": "recorder", "purl": "pkg:npm/%40other/recorder@2.7"}, "pkg:npm/@other/recorder"),
        ({"name": "@other/recorder", "purl": "pkg:npm/@other/recorder@2.7"}, "need not be"),
        ({"name": "recorder", "group": "@other", "version": "2.7"}, "@other/recorder need not be"),
        ({"name": "recorder", "group": "org.other", "version": "2.7"}, "org.other/recorder"),
        ({"name": "recorder", "purl": "pkg:maven/org.other/recorder@2.7"}, "declare it as `purl:`"),
        ({"name": "recorder", "purl": "pkg:npm/librecorder@2.7"}, "is called otherwise"),
        ({"name": "player", "purl": "pkg:generic/acme/recorder@2.7"}, "its package URL is that of"),
        ({"name": "py-yaml", "purl": "pkg:npm/py-yaml@6.0"}, "is not pkg:pypi/pyyaml"),
        ({"name": "recorder", "version": "2.10", "purl": "pkg:deb/x/recorder@2.7"}, "said to be"),
    ],
    ids=str,
)
def test_a_component_that_is_another_ones_is_not_ours(
    tmp_path: Path, component: dict[str, Any], reason: str
) -> None:
    known = catalogue(
        product("recorder", homepage="https://www.example.com/recorder"),
        product("player"),
        product("py-yaml", name="PyYAML", scheme="pep440", purls=("pkg:pypi/pyyaml",)),
        release("recorder", "2.7"),
        release("recorder", "2.10"),
        release("py-yaml", "6.0"),
    )
    loaded = Loaded(catalogue=known, findings=(), unreadable=frozenset(), read={}, parts={})
    found = read(loaded, tmp_path, bom(component))
    assert names(found) == [] and reason in found.unknown[0].reason
    fits = (
        {"name": "recorder", "group": "com.example", "version": "2.7"},
        {"name": "recorder", "purl": "pkg:maven/com.example.media/recorder@2.7"},
        {"name": "recorder", "group": "Acme", "purl": "pkg:generic/acme/recorder@2.7"},
        {"name": "yaml", "purl": "pkg:pypi/PyYAML@6.0"},
    )
    assert names(read(loaded, tmp_path, bom(*fits))) == ["recorder@2.7", "py-yaml@6.0"]


def test_an_epoch_stands_in_a_package_url_of_its_own(tmp_path: Path) -> None:
    known = catalogue(product("tool", scheme="rpm"), release("tool", "1:2.7-3"))
    loaded = Loaded(catalogue=known, findings=(), unreadable=frozenset(), read={}, parts={})
    for purl, version in (
        ("pkg:rpm/acme/tool@2.7-3?arch=x86_64&epoch=1", None),
        ("pkg:rpm/acme/tool@2.7-3?epoch=1", "2.7-3"),
        ("pkg:rpm/tool?epoch=1", "2.7-3"),
        ("pkg:deb/debian/tool@1%3A2.7-3?distro=x", None),
    ):
        row = {"name": "tool", "purl": purl} | ({"version": version} if version else {})
        assert names(read(loaded, tmp_path, bom(row))) == ["tool@1:2.7-3"], purl
    plain = bom({"name": "tool", "purl": "pkg:rpm/acme/tool@2.7-3?epoch=0"})
    (other,) = read(loaded, tmp_path, plain).releases
    assert (str(other), other.recorded) == ("tool@2.7-3", False), "another epoch is another version"


def test_a_version_that_is_a_number_is_read_as_it_is_written(
    loaded: Loaded, tmp_path: Path
) -> None:
    text = json.dumps(bom({"name": "recorder", "version": "@"})).replace('"@"', "2.10")
    assert names(read(loaded, tmp_path, text)) == ["recorder@2.10"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_what_windows_writes_is_read(loaded: Loaded, tmp_path: Path, encoding: str) -> None:
    for text in ("recorder: 2.7\r\n", json.dumps(bom({"name": "recorder", "version": "2.7"}))):
        assert names(read(loaded, tmp_path, text.encode(encoding))) == ["recorder@2.7"]


HOSTILE = {
    "a list of mappings": ("- {recorder: 2.7}\n", ":1", "expected one value"),
    "a mapping of mappings": ("recorder:\n  version: 2.7\n", ":2", "expected one value"),
    "no version": ("- player@2.4\n- recorder\n", ":2", "not written product@version"),
    "a product twice": ("recorder: 2.7\nrecorder: 2.10\n", ":2", "stands twice"),
    "a scalar": ("recorder", ":1", "expected keys and values"),
    "broken YAML": ("recorder: 2.7\n\tplayer: [\n", ":2", "begins with a tab"),
    "an alias": ("a: &x 1\nb: *x\n", ":1", "anchor or alias"),
    "a deep list": ("[" * 5000, "", "nested too deeply"),
    "nothing": ("", "", "nothing is listed"),
    "an empty list": ("[]", "", "nothing is listed"),
    "a program": (b"MZ\x90\x00\x03\x00\x00\x00", ":1", "not UTF-8"),
    "zeros": (b"\0" * 1000, ":1", "control character"),
    "half of UTF-16": (b"\xff\xfer\x00e", ":1", "not UTF-8"),
    "a long list": ("# " + "x" * 1_000_001, "", "larger than"),
    "XML": ('<?xml version="1.0"?><bom/>', "", "this is XML"),
    "a cut-off BOM": ('{"bomFormat": "CycloneDX",\n "components": [', ":2", "not readable JSON"),
    "a deep BOM": ('{"bomFormat": ' + "[" * 100_000, "", "nested too deeply"),
    "SPDX": ({"spdxVersion": "SPDX-2.3"}, "", "this is SPDX"),
    "another format": (bom(bomFormat="Other"), "", "bomFormat 'Other'"),
    "a BOM of version 2": (bom(specVersion="2.0"), "", "CycloneDX '2.0'"),
    "a BOM without version": (bom(specVersion=None), "", "CycloneDX None"),
    "a number for a version": (bom(specVersion=1.6), "", "CycloneDX 1.6"),
    "an empty BOM": (bom(), "", "nothing is listed"),
    "no list": (bom(components={"a": 1}), "", "components is not a list"),
    "no object": (bom("recorder@2.7"), "", "components[0] is not a component"),
    "no name": (bom({"version": "1"}), "", "components[0] has no name"),
    "a number for a name": (bom({"name": 7}), "", "components[0] has no name"),
    "a truth": (bom({"name": "x", "version": True}), "", "version of components[0] ('x') is not"),
    "deep inside": (
        bom({"name": "x", "components": [{"name": "y", "purl": []}]}),
        "",
        "purl of components[0].components[0] ('y') is not text",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_cannot_be_meant_is_refused_with_its_place(
    loaded: Loaded, tmp_path: Path, case: str
) -> None:
    content, line, what = HOSTILE[case]
    with pytest.raises(DataError) as caught:
        read(loaded, tmp_path, content)
    assert what in caught.value.what, caught.value.what
    assert str(caught.value.where).startswith(f"{tmp_path / 'customer'}{line}")
    assert caught.value.help


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(loaded: Loaded, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.yml", tmp_path, Path("with\0zero")):
        with pytest.raises(DataError, match="cannot be read"):
            read_installed(loaded, str(path))


def test_nobody_has_a_thousand_products(loaded: Loaded, tmp_path: Path) -> None:
    many = catalogue(*(release("recorder", str(number)) for number in range(501)))
    loaded = Loaded(catalogue=many, findings=(), unreadable=frozenset(), read={}, parts={})
    with pytest.raises(DataError, match="500 is the most"):
        read(loaded, tmp_path, "".join(f"- recorder@{number}\n" for number in range(501)))


def test_what_is_named_comes_on_top_of_the_file(loaded: Loaded, tmp_path: Path) -> None:
    file = tmp_path / "customer.yml"
    file.write_text("player: 2.4\nvlc: 3\n")
    found = gather(loaded, ["recorder@2.7", "player@2.4"], str(file))
    assert names(found) == ["recorder@2.7", "player@2.4"]
    assert [row.name for row in found.unknown] == ["vlc@3"]


@pytest.mark.parametrize("pairs", [[], ["recorder@2.7"], ["recorder@2.7", "recorder@2.7"]])
def test_two_different_releases_are_needed(loaded: Loaded, pairs: list[str]) -> None:
    with pytest.raises(UsageError, match="no two different releases"):
        gather(loaded, pairs, None)


def test_with_something_unknown_a_set_is_unknown_at_best(loaded: Loaded, tmp_path: Path) -> None:
    known, mixed = (
        read(loaded, tmp_path, text) for text in ("recorder: 2.7\n", "recorder: 2.7\nvlc: 3\n")
    )
    assert (known.verdict([W]), mixed.verdict([W]), mixed.verdict([W, B])) == (W, U, B)
    assert known.verdict([]) == U
