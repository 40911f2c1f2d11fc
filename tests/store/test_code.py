"""What other code has made is not believed, wherever in a room that code lies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from forewarn.store.catalogue.code import PACKAGE, stamps


def test_a_change_in_a_nested_module_is_another_code(tmp_path: Path) -> None:
    nested = tmp_path / "pages/products/deep/timeline.py"
    nested.parent.mkdir(parents=True)
    nested.write_text("A = 1\n")
    (nested.parent / "__pycache__").mkdir()
    before = list(stamps(["pages"], str(tmp_path)))
    (nested.parent / "__pycache__/timeline.py").write_text("")
    assert list(stamps(["pages"], str(tmp_path))) == before != []
    nested.write_text("A = 22\n")
    assert list(stamps(["pages"], str(tmp_path))) != before


_WORDS = """
from forewarn.services.check import memory
from forewarn.services.watch import places
from forewarn.site import fingerprint
from forewarn.store.catalogue import cache
from forewarn.store.catalogue.code import stamps
print(fingerprint.code(), hash((*memory._code(),)), hash((*stamps(places.CODE),)), cache._stamp())
"""


@pytest.mark.slow
def test_what_a_nested_module_makes_is_made_anew_when_that_module_has_changed(
    tmp_path: Path,
) -> None:
    package = tmp_path / "forewarn"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("assets"))
    made = ("pages", "findings", "watched places", "records")

    def words() -> list[str]:
        environ = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-c", _WORDS]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        return done.stdout.split(maxsplit=len(made) - 1)

    before = words()
    for module, anew in {
        "pages/products/timeline.py": ["pages"],
        "services/check/rules/dates.py": ["findings"],
        "sources/presets/packages.py": ["findings", "watched places"],
        "options.py": ["findings", "watched places"],
        "store/records/release.py": ["records"],
    }.items():
        (package / module).write_text(f"{(package / module).read_text()}\n")
        rows = zip(made, before, before := words(), strict=True)
        assert [name for name, was, now in rows if was != now] == anew


def test_a_script_of_the_site_is_code_as_well() -> None:
    places = {row.split(" ")[0] for row in stamps(["site"])}
    assert "/site/assets/scripts/search.js" in places and "/site/build.py" in places


@pytest.mark.parametrize("folder", ["model", "pages", "schemes", "store", "services"])
def test_every_module_of_a_room_is_told_from_others(folder: str) -> None:
    room = Path(PACKAGE, folder)
    wanted = {f"/{path.relative_to(PACKAGE).as_posix()}" for path in room.rglob("*.py")}
    assert {row.split(" ")[0] for row in stamps([folder])} == wanted
