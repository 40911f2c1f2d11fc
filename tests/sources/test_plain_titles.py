"""A title that is the product's name and a version is read quickly, and as any other would be."""

from __future__ import annotations

import pytest

from forewarn import schemes
from forewarn.sources.versions.names import Names, words_of
from forewarn.sources.versions.titles import find_in_title, weighed
from model_builder import product

PRODUCTS = (
    *("Recorder", "Acme Studio 3", "Node.js", "Web 2.0 Kit", "C++ Builder", "Go", "Beta Tester"),
    *("Recorder from Acme", "Coming Soon", "v8", "Wayland-2", "Patch Tuesday", "R", "Fix"),
    *("Windows", "Stra\u00dfe", "7-Zip", "3D Studio", "Update 3"),
)
VERSIONS = (
    "2.7",
    "v2.7",
    "2.7.1",
    "2.7.1.4",
    "12.4.201",
    "1.1.99",
    "24.04",
    "0.9",
    "02.07",
    "10.0",
)
OTHERS = ("Recorder 2", "Studio", "Recorder Pro", "Go 2.7", "Acme")


@pytest.mark.parametrize("scheme", ["loose", "semver"])
def test_a_plain_title_names_the_version_that_weighing_it_would_give(scheme: str) -> None:
    read = 0
    for name in PRODUCTS:
        others = frozenset(map(words_of, (*OTHERS, *PRODUCTS)))
        about = product("it", name=name)
        for titles in ((), (f"{name} 1.0",)):
            names = Names(about, others=others, titles=titles)
            for call in (name, name.upper(), name.lower(), "it"):
                for title in (f"{call} {version}" for version in VERSIONS):
                    found = find_in_title(title, names, schemes.get(scheme))
                    assert found == weighed(title, names, schemes.get(scheme)), title
                    read += bool(found)
    assert read
