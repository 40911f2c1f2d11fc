"""What other code has made is not believed, wherever in a room that code lies."""

from __future__ import annotations

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


def test_a_script_of_the_site_is_code_as_well() -> None:
    places = {row.split(" ")[0] for row in stamps(["site"])}
    assert "/site/assets/scripts/search.js" in places and "/site/build.py" in places


@pytest.mark.parametrize("folder", ["model", "pages", "schemes", "store", "services"])
def test_every_module_of_a_room_is_told_from_others(folder: str) -> None:
    room = Path(PACKAGE, folder)
    wanted = {f"/{path.relative_to(PACKAGE).as_posix()}" for path in room.rglob("*.py")}
    assert {row.split(" ")[0] for row in stamps([folder])} == wanted
