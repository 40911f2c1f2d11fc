"""Our styles and scripts as they are served: few files, in which nothing is missing."""

from __future__ import annotations

import re

from forewarn.model.record import Audience
from forewarn.site.own_files import ASSETS, own_files, stylesheet

STYLES = sorted(path.name for path in (ASSETS / "styles").glob("*.css"))
# Served as files of their own.
SERVED = {"forewarn.css", "search-box.css", "staff.css"}


def test_a_page_loads_its_looks_in_one_file_whatever_the_number_that_they_are_written_in() -> None:
    looks = [src for src in own_files(Audience.PUBLIC) if src.endswith(".css")]
    assert looks == ["assets/forewarn.css"]
    joined = stylesheet("forewarn.css").decode()
    assert "@import" not in joined
    assert "/*" not in joined
    assert joined.count("{") == joined.count("}") > 100


def test_every_stylesheet_is_served_once() -> None:
    """One that nobody imports would change nothing, and nobody would see why."""
    text = (ASSETS / "styles/forewarn.css").read_text()
    imported = re.findall(r'^@import "([\w-]+\.css)";$', text, re.MULTILINE)
    assert sorted({*imported, *SERVED}) == STYLES
    assert len(set(imported)) == len(imported)


def test_what_marks_the_staff_site_is_in_no_file_for_customers() -> None:
    public, staff = own_files(Audience.PUBLIC), own_files(Audience.STAFF)
    assert staff.keys() - public.keys() == {"assets/staff.css"}
    assert not any(b"fw-staff-label" in data for data in public.values())


def test_scripts_are_served_without_what_is_only_for_those_who_read_them() -> None:
    served = own_files(Audience.PUBLIC)
    for path in (ASSETS / "scripts").glob("*.js"):
        written, text = path.read_text(encoding="utf-8"), served[f"assets/{path.name}"].decode()
        lines = [re.split(r"(?<=[;,]) // ", line.strip())[0] for line in written.splitlines()]
        code = [line for line in lines if line and not line.startswith(("//", "/*", "* ", "*/"))]
        assert text.splitlines() == code, path.name
