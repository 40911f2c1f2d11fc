"""What is made from other files and kept beside them is as those files are now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
CI = ROOT / ".ci"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CI / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_picture_of_the_house_shows_the_code_as_it_is() -> None:
    house = script("house")
    assert house.PICTURE.read_text(encoding="utf-8") == house.draw(), "run `make docs`"


def test_the_changelog_says_what_our_release_records_say() -> None:
    changelog = script("changelog")
    assert changelog.CHANGELOG.read_text(encoding="utf-8") == changelog.text(), "run `make docs`"


def links(text: str) -> list[str]:
    found = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", re.sub(r"(?s)```.*?```", "", text))
    return [link for link in found if "://" not in link and not link.startswith("mailto:")]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_what_a_file_at_the_top_links_to_is_there(name: str) -> None:
    told = links((ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in told if not (ROOT / link).exists()] == []


def test_every_layer_is_named_where_it_is_told_how_forewarn_is_built() -> None:
    told = (ROOT / "kb" / "how-it-is-built.md").read_text(encoding="utf-8")
    named = {name for row in script("house").layers() for name in row}
    assert {name for name in named if f"`{name}" not in told} == set()
