"""What products are called for short, where somebody writes a version behind it."""

from __future__ import annotations

from forewarn.model.called import by_name, short_names
from model_builder import catalogue, product


def test_a_well_known_product_is_found_by_what_people_write_before_a_version() -> None:
    records = catalogue(products=("python", "windows", "recorder"))
    assert {call.name: call.product for call in short_names(records)} == {
        "py": "python",
        "win": "windows",
    }
    assert by_name(records)["py"].product == "python"


def test_which_of_several_products_is_meant_that_have_one_short_name_nobody_is_told() -> None:
    records = catalogue(products=("oracle-jdk", "eclipse-temurin"))
    assert [call.product for call in short_names(records)] == ["oracle-jdk", "eclipse-temurin"]
    assert "java" not in by_name(records)


def test_what_another_product_is_called_is_no_short_name() -> None:
    records = catalogue(product("tool", name="Win"), products=("python", "py", "windows"))
    assert [*short_names(records)] == []
