"""Importers and builders of others' packages are used by their name, as our own are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Kb
from plugin_article import install_module

pytestmark = pytest.mark.slow

LINES = '''
from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from forewarn.cli.imports.importer import dry_run_option, run_import
from forewarn.cli.output import FOLDER, format_option, knowledge_base
from forewarn.model.release import Status
from forewarn.services.imports.here import product_here
from forewarn.services.imports.importing import Imported, Notes, Plan, Step, carry_out
from forewarn.services.imports.releases import ListedRelease, plan_releases


def _import(
    root: Path, product: str, file: Path, *, today: date, dry_run: bool, step: Step
) -> Imported:
    here, record = product_here(root, product)

    def plan() -> Plan:
        made, notes = Plan(today=today), Notes(product)
        rows = [line.split() for line in file.read_text().splitlines()]
        wanted = [
            ListedRelease(version=version, status=Status.SHIPPED, day=date.fromisoformat(day))
            for version, day in rows
        ]
        plan_releases(made, here, record, wanted, notes)
        made.left_out += notes.rows
        return made

    return carry_out(root, plan, file.name, dry_run=dry_run, step=step)


@click.command("lines")
@click.argument("product")
@click.argument("file", type=FOLDER)
@dry_run_option
@format_option
@click.pass_context
def command(ctx: click.Context, product: str, file: Path, dry_run: bool, as_format: str) -> None:
    """Import releases from lines of a version and a day.

    Example:  forewarn import lines recorder releases.txt
    """
    run_import(ctx, partial(_import, knowledge_base(ctx), product, file), dry_run, as_format)
'''

PLAIN = """
from __future__ import annotations

import shutil
from pathlib import Path

from forewarn.site.builder import Builder
from forewarn.site.ingredients import Ingredients
from forewarn.site.record import Record
from forewarn.site.tree import write_tree


def build(made_of: Ingredients, to: Path) -> Record:
    write_tree(made_of, to)
    (to / "index.html").write_text("<!doctype html><title>Plain</title>")
    return Record(folder=to)


BUILDER = Builder(build=build)
"""


def test_an_importer_of_another_package_is_a_subcommand(acme: Kb, tmp_path: Path) -> None:
    plugin = install_module(tmp_path / "site", "importers", "lines", LINES, "command")
    listed = tmp_path / "releases.txt"
    listed.write_text("2.5 2025-03-01\n2.6 2025-09-01\n")
    words = ("import", "lines", "recorder", str(listed))
    assert "lines" in plugin.forewarn(acme.root, "import", "--help")
    plugin.forewarn(acme.root, *words, "--dry-run")
    assert not (acme.root / "releases/recorder/2.5.md").exists()
    plugin.forewarn(acme.root, *words)
    assert "2025-09-01" in acme.read("releases/recorder/2.6.md")
    assert (
        acme.git("log", "-1", "--format=%s") == "Import 2 releases of 1 product from releases.txt\n"
    )
    assert "No such command" in acme.run("import", "lines", "recorder", str(listed), code=2).err


def test_a_builder_of_another_package_builds_the_sites_again_when_it_changes(
    acme: Kb, tmp_path: Path
) -> None:
    plugin = install_module(tmp_path / "site", "builders", "plain", PLAIN, "BUILDER")
    words = ("publish", "--no-deliver", "--builder", "plain")
    plugin.forewarn(acme.root, *words)
    site = acme.root / "site/public"
    assert "Recorder" in (site / "docs/products/recorder/index.md").read_text()
    assert "<title>Plain</title>" in (site / "index.html").read_text()
    code = plugin.site / "plain_plugin.py"
    code.write_text(code.read_text().replace("<title>Plain", "<title>Plainer"))
    plugin.forewarn(acme.root, *words)
    assert "<title>Plainer</title>" in (site / "index.html").read_text()
    assert "'plain' is not one of 'mkdocs', 'zensical'" in acme.run(*words, code=2).err


def test_a_name_that_two_packages_have_is_refused_with_both(acme: Kb, tmp_path: Path) -> None:
    plugin = install_module(tmp_path / "site", "builders", "mkdocs", PLAIN, "BUILDER")
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
