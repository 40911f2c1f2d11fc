"""What is installed is told as `importlib.metadata` tells it, however odd the packages are."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from forewarn import installed

PLAIN = "[forewarn.pages]\nhome = {0}.pages:HOME\nabout={0}.about:PAGES.about\n"

Row = tuple[str, ...]


class Places:
    """Folders of packages that are searched, and no others but the standard library."""

    def __init__(self, top: Path) -> None:
        self._top = top

    def package(
        self, row: str, folder: str, points: str | bytes | None, head: str | None = ""
    ) -> None:
        """Install one into a row of sys.path; `head` is what its METADATA says, none if empty."""
        about = self._top / row / folder
        about.mkdir(parents=True)
        name, _, version = folder.rpartition(".")[0].partition("-")
        if head is not None:
            text = head or f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
            kind = "METADATA" if folder.endswith(".dist-info") else "PKG-INFO"
            (about / kind).write_text(text, encoding="utf-8")
        if points is not None:
            data = points if isinstance(points, bytes) else points.encode()
            (about / "entry_points.txt").write_bytes(data)

    def row(self, name: str) -> str:
        return str(self._top / name)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    made = Places(tmp_path)
    own = [row for row in sys.path if "site-packages" not in row]
    monkeypatch.setattr(sys, "path", [made.row("one"), made.row("two"), *own])
    return made


def theirs() -> list[Row]:
    """All for us that `importlib.metadata` finds."""
    every: Any = metadata.entry_points()
    groups = sorted(group for group in every.groups if group.startswith("forewarn."))
    return sorted(_row(point) for group in groups for point in every.select(group=group))


def ours() -> list[Row]:
    return sorted(_row(point) for point in installed.entry_points("forewarn."))


def _row(point: Any) -> Row:
    return (point.group, point.name, point.value, point.module, point.dist.name, point.dist.version)


def is_own() -> bool:
    """Whether all was read here, and nothing asked of `importlib.metadata`."""
    points = installed.entry_points("forewarn.")
    return all(isinstance(point, installed.InstalledPoint) for point in points)


def test_what_is_installed_here_is_told_alike() -> None:
    assert is_own()
    assert len(ours()) > 80
    assert ours() == theirs()
    for name in ("forewarn", "mkdocs-material", "PyYAML", "pymdown.extensions", "nh3"):
        assert installed.version(name) == metadata.version(name)


USUAL = {
    "plain": PLAIN.format("acme"),
    "several groups, one of them again": "[a]\nb = c\n[forewarn.rules]\nd = e:F\n[a]\ng = h\n"
    "[forewarn.rules]\ni = j:K\nd = l:M\n",
    "comments and blank lines": "# x\n\n[forewarn.pages]\n# y = z:A\n  # b = c\n\n d = e:f \n",
    "spaces and tabs": "\t[forewarn.pages] \n  a b\t=  c:d  \n",
    "a module alone": "[forewarn.pages]\na = b.c\n",
    "a sign in the name": "[forewarn.pages]\na-b.c:d = e:f\n",
    "no name": "[forewarn.pages]\n= a:b\n",
    "lines before a group": "nothing\na = b\n[forewarn.pages]\nc = d:e\n",
    "brackets": "[[forewarn.pages]]\na = b:c\n[ forewarn.pages]\nd = e:f\n[]\ng = h\n",
    "Windows": "[forewarn.pages]\r\na = b:c\r\n",
    "old Macs": "[forewarn.pages]\ra = b:c\r",
    "lines that other signs end": "[forewarn.pages]\x0ca = b:c\u2028d = e:f\x85g = h:i\x1cj = k:l",
    "a mark of the order of bytes": "\ufeff[forewarn.pages]\na = b:c\n[forewarn.rules]\nd = e:f\n",
    "letters of all kinds": "[forewarn.pages]\nä = ö.ü:ß\n",
    "another's group": "[forewarned]\na = b:c [d]\n[mkdocs.plugins]\ne = f g\n",
    "empty": "",
    "none": None,
}


def test_usual_entry_points_are_read_here(places: Places) -> None:
    for number, points in enumerate(USUAL.values()):
        places.package("one", f"acme{number}-{number}.dist-info", points)
    assert is_own()
    assert ours() == theirs()
    assert len(ours()) == 20


@pytest.mark.parametrize(
    "points",
    [
        "[forewarn.pages]\na = b:c [extra]\n",
        "[forewarn.pages]\na = b:c[extra, more]\n",
        "[forewarn.pages]\na = b : c\n",
        "[forewarn.pages]\na = b:c:d\n",
        "[forewarn.pages]\na = 1b:c\n",
        "[forewarn.pages]\na = b-c:d\n",
        "[forewarn.pages]\na = b = c\n",
        "[forewarn.pages]\na =\n",
        "[forewarn.pages]\na = b..c:d\n",
        "[forewarn.pages]\nnothing\n",
        "[others]\nnothing\n",
        b"[forewarn.pages]\na = b:c\xff\n",
        b"[others]\n# \xff\n",
    ],
)
def test_odd_entry_points_are_asked_of_the_library(places: Places, points: str | bytes) -> None:
    places.package("one", "acme-1.dist-info", PLAIN.format("acme"))
    places.package("two", "odd-2.dist-info", points)
    _alike()


def _alike() -> None:
    """What is found is the same, and what cannot be read fails in the same way."""
    try:
        expected = theirs()
    except Exception as error:
        with pytest.raises(type(error)):
            ours()
        return
    assert ours() == expected
    assert not is_own()


def test_of_a_package_that_is_there_twice_the_first_counts(places: Places) -> None:
    places.package("one", "Acme.Pages_x-1.0.dist-info", PLAIN.format("first"))
    places.package("one", "quiet-1.0.dist-info", None)
    places.package("two", "acme__pages.X-2.0.dist-info", PLAIN.format("second"))
    places.package("two", "quiet-2.0.dist-info", PLAIN.format("quiet"))
    places.package("two", "forewarn-9.9.dist-info", PLAIN.format("another"))
    for version in range(9):
        places.package("two", f"same-{version}.dist-info", PLAIN.format(f"same{version}"))
    assert is_own()
    assert ours() == theirs()
    for name in ("acme-pages-x", "ACME_PAGES.X", "quiet", "forewarn", "same"):
        assert installed.version(name) == metadata.version(name)
    with pytest.raises(metadata.PackageNotFoundError):
        installed.version("nobody")


HEADS = [
    "Name: x\nMetadata-Version: 2.1\nVersion: 3\n",
    "Metadata-Version: 2.1\nName: x\nVersion: 3\n  .1\n",
    "Metadata-Version: 2.1\nName: x\n y\nVersion: 3\n",
    "Metadata-Version: 2.1\nName: x\nVersion: 3 \n\nVersion: 4\n",
    "Metadata-Version: 2.1\nname:x\nVERSION:\t3\n",
    "Metadata-Version: 2.1\r\nName: x\r\nVersion: 3\r\nSummary: y\r\n",
    "Metadata-Version: 2.1\nName: x\nVersion: 1!2.3+a-b_c\n\nVersion: 4\n",
    "Metadata-Version: 2.1\nName: x\nVersion: 3",
    "Metadata-Version: 2.1\nName: ä\nVersion: 3\n",
]


def test_names_and_versions_are_those_of_its_metadata(places: Places) -> None:
    for number, head in enumerate(HEADS):
        places.package("one", f"acme{number}-7.dist-info", PLAIN.format("acme"), head)
    assert is_own()
    assert ours() == theirs()
    for number in range(len(HEADS)):
        assert installed.version(f"acme{number}") == metadata.version(f"acme{number}")


def test_what_setuptools_leaves_in_a_source_folder_is_read_too(places: Places) -> None:
    places.package("one", "acme.egg-info", PLAIN.format("acme"))
    places.package("two", "acme-3.dist-info", PLAIN.format("later"))
    Path(places.row("one"), "old-1.0-py3.11.egg-info").write_text("Name: old\nVersion: 1.0\n")
    assert is_own()
    assert ours() == theirs()
    assert installed.version("old") == metadata.version("old") == "1.0"


def test_folders_without_permission_links_and_rows_that_are_not_there(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.package("far", "linked-1.dist-info", PLAIN.format("linked"))
    places.package("one", "acme-1.dist-info", PLAIN.format("acme"))
    one = Path(places.row("one"))
    (one / "linked-1.dist-info").symlink_to(Path(places.row("far"), "linked-1.dist-info"))
    (one / "gone-1.dist-info").symlink_to(one / "nowhere")
    (one / "folder-1.dist-info" / "entry_points.txt").mkdir(parents=True)
    (one / "file-1.dist-info").write_text("no folder", encoding="utf-8")
    rows = ["", "far", "nowhere", str(one), str(one), *sys.path]
    monkeypatch.setattr(sys, "path", rows)
    monkeypatch.chdir(one.parent)
    assert is_own()
    assert ours() == theirs()
    monkeypatch.chdir(one)
    assert is_own()
    assert ours() == theirs()


def test_a_package_that_comes_meanwhile_is_found(places: Places) -> None:
    places.package("one", "acme-1.dist-info", PLAIN.format("acme"))
    before = ours()
    places.package("two", "later-1.dist-info", PLAIN.format("later"))
    places.package("one", "more-1.dist-info", PLAIN.format("more"))
    assert ours() == theirs() != before


@pytest.mark.parametrize(
    "folder", ["acme-1.DIST-INFO", ".dist-info", "-1.dist-info", "äcme-1.dist-info"]
)
def test_odd_names_of_folders_are_asked_of_the_library(places: Places, folder: str) -> None:
    head = "Metadata-Version: 2.1\nName: odd\nVersion: 3\n"
    places.package("one", folder, PLAIN.format("acme"), head)
    _alike()


def test_what_lies_in_an_archive_is_asked_of_the_library(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = places.row("acme.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("acme-1.dist-info/METADATA", "Name: acme\nVersion: 1\n")
        file.writestr("acme-1.dist-info/entry_points.txt", PLAIN.format("acme"))
    monkeypatch.setattr(sys, "path", [archive, *sys.path])
    assert any(row[-2] == "acme" for row in ours())
    _alike()
    assert installed.version("acme") == "1"


def test_what_lies_in_an_egg_is_asked_of_the_library(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.package("acme-1.egg", "EGG-INFO", PLAIN.format("acme"), None)
    about = Path(places.row("acme-1.egg"), "EGG-INFO")
    (about / "PKG-INFO").write_text("Name: acme\nVersion: 1\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [places.row("acme-1.egg"), *sys.path])
    assert any(row[-2] == "acme" for row in ours())
    _alike()


class TellingFinder:
    """What finds modules in its own way, and knows of packages that lie nowhere."""

    def find_spec(self, *_: object) -> None:
        """No module is ours."""

    def find_distributions(self, context: Any) -> Iterator[metadata.Distribution]:
        yield metadata.Distribution.at(Path(self.folder))

    def __init__(self, folder: str) -> None:
        self.folder = folder


def test_a_finder_that_tells_of_packages_is_heard(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.package("far", "acme-1.dist-info", PLAIN.format("acme"))
    finder: Any = TellingFinder(f"{places.row('far')}/acme-1.dist-info")
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    assert any(row[-2] == "acme" for row in ours())
    _alike()


def test_plug_ins_and_versions_are_found_without_the_library() -> None:
    code = (
        "import sys; from forewarn import installed, plugins; "
        "plugins.origins('pages'); plugins.load('builders', 'mkdocs'); installed.version('nh3'); "
        "sys.exit('importlib.metadata' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
