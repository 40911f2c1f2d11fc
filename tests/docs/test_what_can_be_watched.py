"""The article on what can be watched: each row in it is one that forewarn takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from forewarn import plugins, sources
from forewarn.model.product import Watch
from forewarn.model.record import Place
from forewarn.sources.preset import Preset

ARTICLE = (Path(__file__).parents[2] / "kb/what-can-be-watched.md").read_text(encoding="utf-8")


def tupled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: tupled(below) for name, below in value.items()}
    return tuple(map(tupled, value)) if isinstance(value, list) else str(value)


def rows() -> list[Watch]:
    found = []
    for block in re.findall(r"```yaml\n(watch:.*?)```", ARTICLE, re.DOTALL):
        for row in yaml.safe_load(block)["watch"]:
            options = {name: tupled(value) for name, value in row.items() if name != "type"}
            found.append(Watch(type=row["type"], options=options, place=Place(file="product.yml")))
    return found


def test_every_row_is_taken() -> None:
    assert {str(row): sources.problems(row) for row in rows() if sources.problems(row)} == {}


def test_every_reader_and_preset_has_an_example_and_each_preset_all_its_options() -> None:
    presets = plugins.names("presets")
    assert {row.type for row in rows()} == {*plugins.names("sources"), *presets}
    for name in presets:
        preset = plugins.load_one("presets", name, Preset)
        (line,) = re.findall(rf"^\| `{name}` \|.*$", ARTICLE, re.MULTILINE)
        for option in preset.parameters.keys() - {"server"}:
            assert f"`{option}`" in line, (name, option)
        assert preset.witness == ("a witness" in line), name
        assert str(preset.options.get("reach", "window")) == line.split("|")[4].strip(), name
