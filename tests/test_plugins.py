"""Built-in plugins are found as third-party ones are: by their entry points."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from command_line import run
from forewarn import plugins, schemes
from forewarn.errors import UsageError
from forewarn.site import builder


def test_a_built_in_scheme_is_what_its_entry_point_loads() -> None:
    points = entry_points(group="forewarn.schemes")
    assert len(points) >= 10
    for point in points:
        assert plugins.load("schemes", point.name) is point.load()


def test_whether_a_scheme_is_our_own_shows_by_where_it_comes_from(tmp_path: Path) -> None:
    for name in (*schemes.names(), "calver:YYYY.0M"):
        assert schemes.is_own(name)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from forewarn import schemes; "
        "print([schemes.is_own(name) for name in ('_text', 'mine', 'semver')])"
    )
    about = tmp_path / "mine-1.dist-info"
    about.mkdir()
    points = "[forewarn.schemes]\n_text = mine:SCHEME\nmine = mine:SCHEME\n"
    (about / "entry_points.txt").write_text(points, encoding="utf-8")
    (tmp_path / "mine.py").write_text("from forewarn.schemes.semver import SCHEME\n", "utf-8")
    line = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    assert done.stdout == "[False, False, True]\n"


@pytest.mark.parametrize("name", ["_text", "nobody", "semver.re", "", "../semver", "__init__"])
def test_a_name_that_is_not_registered_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no scheme named"):
        plugins.load("schemes", name)


def test_a_built_in_scheme_is_found_without_a_search_of_all_that_is_installed() -> None:
    code = (
        "import sys; from forewarn import schemes; schemes.get('semver'); "
        "sys.exit('importlib.metadata' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_usual_builder_can_begin_before_what_it_is_made_of_is_loaded() -> None:
    code = (
        "import sys; from forewarn.site import builder; begin = builder.begin_of('mkdocs'); "
        "early = 'forewarn.pages' not in sys.modules; "
        "sys.exit(not (early and begin is builder.get('mkdocs').begin))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", plugins.names("builders"))
def test_a_builder_begins_as_it_says_itself(name: str) -> None:
    assert builder.begin_of(name) is builder.get(name).begin


def test_publish_has_every_builder_and_knows_no_other() -> None:
    names = plugins.names("builders")
    assert f"[{'|'.join(names)}]" in run("publish", "--help").out
    refused = run("publish", "--builder", "nobody")
    assert refused.code == 2
    assert all(repr(name) in refused.err for name in names)


def test_import_has_every_importer_and_knows_no_other() -> None:
    told = run("import", "--help").out
    assert [name for name in plugins.names("importers") if f"\n  {name} " not in told] == []
    assert run("import", "nobody").code == 2


def test_a_publish_loads_nothing_that_it_may_not_need() -> None:
    code = (
        "import sys; from forewarn.cli.publish import command; "
        "from forewarn.services.publish import run; "
        "print({'csv', 'email', 'socket', 'xml', 'zipfile', 'zoneinfo'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
