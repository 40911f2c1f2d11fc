"""A range in another spelling decides answers as its canonical one does, or keeps its record out."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import AUTHOR, Kb

RELEASE = "---\nstatus: shipped\nreleased_at: 2026-05-04\n{}---\n"


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kb:
    for key, value in AUTHOR.items():
        monkeypatch.setenv(key, value)
    kb = Kb(tmp_path)
    kb.write("forewarn.yml", "name: Acme support\n")
    kb.git("init", "-q")
    return kb


def put(kb: Kb, scheme: str, *rows: str, player: str) -> None:
    """Recorder 2.7.0, which states the rows of the player, and a version of the player."""
    for product in ("recorder", "player"):
        kb.write(f"releases/{product}/product.yml", f"name: {product}\nscheme: {scheme}\n")
    stated = "".join(f"  - {{with: player, {row}}}\n" for row in rows)
    kb.write("releases/recorder/2.7.0.md", RELEASE.format(f"compatibility:\n{stated}"))
    kb.write(f"releases/player/{player}.md", RELEASE.format(""))
    kb.git("add", "-A")
    kb.git("commit", "-qm", "All")


@pytest.mark.parametrize("scheme", ["loose", "semver", "rpm", "maven", "gem", "nuget", "pep440"])
@pytest.mark.parametrize(
    ("breaks", "works"),
    [
        ("<=2.4.x", ">2.4.x"),
        ("before 2.5", "2.5+"),
        ("2.1 - 2.4.x", "2.5 or later"),
        ("=<2.4.9", ">= 2.5"),
    ],
)
def test_player_2_4_1_breaks_however_the_range_is_written(
    kb: Kb, scheme: str, breaks: str, works: str
) -> None:
    put(
        kb,
        scheme,
        f"versions: '{breaks}', verdict: breaks, remedy: Update",
        f"versions: '{works}', verdict: works",
        player="2.4.1",
    )
    assert kb.run("compat", "recorder@2.7.0", "player@2.4.1").out.startswith("BREAKS")


@pytest.mark.parametrize("versions", ["2.4-2.7", "latest", "2.4 and 2.5", "~1.2", "up to 2.7"])
def test_a_range_that_is_not_sure_is_an_error_and_never_an_answer(kb: Kb, versions: str) -> None:
    put(kb, "loose", f"versions: '{versions}', verdict: works", player="2.4.1")
    told = kb.run("check", code=1).out
    assert "releases/recorder/2.7.0.md:5: error: " in told and "write" in told
    ran = kb.run("compat", "recorder@2.7.0", "player@2.4.1", code=4)
    assert ran.out == "" and "write" in ran.err
