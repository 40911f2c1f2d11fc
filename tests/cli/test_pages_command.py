"""`forewarn pages`: the same pages for a site generator of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Kb
from forewarn.site.shared import Shared
from own_process import mkdocs
from site_builder import article

pytestmark = pytest.mark.slow


def test_the_written_pages_build_with_mkdocs_as_they_are_published(
    recorder_27: Kb, tmp_path: Path
) -> None:
    recorder_27.run("publish", "--no-deliver", "--audience", "public")
    ran = recorder_27.run("pages", "--audience", "public", "--to", str(tmp_path / "tree"))
    assert "mkdocs build -f" in ran.out
    assert (tmp_path / "tree/docs/products/recorder/2.4.md").is_file()
    assert not (tmp_path / "tree/docs/products/recorder/2.7.md").exists(), "it is under embargo"
    done = mkdocs(tmp_path, "build", "--strict", "-f", "tree/mkdocs.yml").wait()
    assert done.code == 0, done.err
    built, published = tmp_path / "tree/site", recorder_27.root / "site/public"
    for page in ("", "products/recorder", "products/recorder/2.4", "known-issues"):
        assert article(built, page) == article(published, page)
    name = "products/recorder/2.4/index.html"
    # What only scripts make use of is told once for a site that is published.
    shared = Shared((built / "404.html").read_text(), "/")
    there = shared.without((built / name).read_text(), "products/recorder/2.4/")
    assert there == (published / name).read_text()


def test_writing_again_replaces_the_pages_and_nothing_else(acme: Kb, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    words = ("pages", "--audience", "staff", "--to", str(tree))
    acme.run(*words)
    stale = tree / "docs/products/gone.md"
    stale.write_text("gone")
    (tree / "README").write_text("mine")
    acme.run(*words)
    assert not stale.exists()
    assert (tree / "README").read_text() == "mine"


def test_a_folder_that_holds_something_else_is_left_alone(acme: Kb) -> None:
    before = acme.read("mkdocs.yml")
    ran = acme.run("pages", "--audience", "public", "--to", str(acme.root), code=1)
    assert "Name a new or an empty folder" in ran.err
    assert acme.read("mkdocs.yml") == before


def test_pages_of_records_with_an_error_are_not_written(acme: Kb, tmp_path: Path) -> None:
    acme.write("releases/recorder/2.8.md", "---\nstatus: nearly\n---\n")
    acme.commit()
    ran = acme.run("pages", "--audience", "public", "--to", str(tmp_path / "tree"), code=4)
    assert "releases/recorder/2.8.md:2" in ran.err
    assert "nothing was written" in ran.err
    assert not (tmp_path / "tree").exists()
