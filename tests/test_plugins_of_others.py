"""Importers and builders of others' packages are used by their name, as our own are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Kb
from plugin_article import install, install_module

pytestmark = pytest.mark.slow


def test_an_importer_of_another_package_is_a_subcommand(acme: Kb, tmp_path: Path) -> None:
    plugin = install("write-an-importer.md", tmp_path / "site")
    listed = tmp_path / "releases.txt"
    listed.write_text("2.5 2025-03-01\nsoon\n2.6 2025-09-01\n")
    words = ("import", "lines", "recorder", str(listed))
    assert "lines" in plugin.forewarn(acme.root, "import", "--help")
    said = plugin.forewarn(acme.root, *words, "--dry-run", code=3)
    assert "line 2" in said and "is no day" in said
    assert not (acme.root / "releases/recorder/2.5.md").exists()
    plugin.forewarn(acme.root, *words, code=3)
    assert "2025-09-01" in acme.read("releases/recorder/2.6.md")
    assert (
        acme.git("log", "-1", "--format=%s") == "Import 2 releases of 1 product from releases.txt\n"
    )
    assert "No such command" in acme.run("import", "lines", "recorder", str(listed), code=2).err


def test_a_builder_of_another_package_builds_the_sites_again_when_it_changes(
    acme: Kb, tmp_path: Path
) -> None:
    plugin = install("write-a-builder.md", tmp_path / "site")
    words = ("publish", "--no-deliver", "--builder", "plain")
    plugin.forewarn(acme.root, *words)
    site = acme.root / "site/public"
    assert "Recorder" in (site / "docs/products/recorder/index.md").read_text()
    assert "<title>Acme support</title>" in (site / "index.html").read_text()
    code = plugin.site / "acme_builder.py"
    code.write_text(code.read_text().replace("<title>{title}", "<title>The new {title}"))
    plugin.forewarn(acme.root, *words)
    assert "<title>The new Acme support</title>" in (site / "index.html").read_text()
    assert "'plain' is not one of 'mkdocs', 'zensical'" in acme.run(*words, code=2).err


def test_a_name_that_two_packages_have_is_refused_with_both(acme: Kb, tmp_path: Path) -> None:
    plugin = install_module(tmp_path / "site", "builders", "mkdocs", "BUILDER = 1\n", "BUILDER")
    said = plugin.forewarn(acme.root, "publish", "--no-deliver", code=2)
    assert "there are two builders named 'mkdocs'" in said
    assert "forewarn.site.build:BUILDER of forewarn" in said
    assert "mkdocs_plugin:BUILDER of mkdocs-plugin 1.0" in said
    assert not (acme.root / "site").exists()


def test_what_cannot_be_loaded_is_told_with_its_package_and_holds_up_nothing_else(
    acme: Kb, tmp_path: Path
) -> None:
    plugin = install_module(tmp_path / "site", "importers", "lines", "1 / 0\n", "command")
    said = plugin.forewarn(acme.root, "import", "lines", code=2)
    assert "the importer 'lines' cannot be loaded: ZeroDivisionError" in said
    assert "lines-plugin 1.0" in said and "Traceback" not in said
    said = plugin.forewarn(acme.root, "compat", "recorder@2.4", "player@2.4", "--format", "json")
    assert json.loads(said)
