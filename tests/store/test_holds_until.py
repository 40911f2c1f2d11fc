"""How far a promise holds: read from the record, told everywhere, hidden where it must be."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Kb as CommandKb
from forewarn.model.audience import visible
from forewarn.model.record import Audience
from forewarn.model.release import HoldsUntil
from kb_builder import Kb

ROW = '{{with: player, versions: ">=2.0", verdict: works, holds_until: {}}}'


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    kb = Kb(tmp_path)
    kb.product("recorder", "Recorder").product("player", "Player")
    kb.release("player", "2.0")
    return kb


def recorder(kb: Kb, holds: str) -> None:
    kb.release("recorder", "2.7", more=f"compatibility:\n  - {ROW.format(holds)}\n")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5.0", HoldsUntil(version="5.0")),
        ("'2.10'", HoldsUntil(version="2.10")),
        ("{open: The vendor declares it.}", HoldsUntil(reason="The vendor declares it.")),
    ],
)
def test_it_is_a_version_or_open_with_a_reason(kb: Kb, written: str, meant: HoldsUntil) -> None:
    recorder(kb, written)
    (statement,) = kb.load().releases["recorder", "2.7"].compatibility
    assert statement.holds_until == meant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("open", 'write {open: "why it holds for versions to come"}'),
        ("{}", "holds_until has no 'open'"),
        ("{open: ''}", "'open' is empty"),
        ("{open: So., until: 3}", "'until' is not a key of holds_until"),
        ("'>=3'", "'holds_until' cannot be used"),
        ("[3.0]", "'holds_until' is a list"),
        ("4.x", "it names no single version"),
        ("4+", "it names no single version"),
        ("latest", "it names no single version"),
        ("'<5'", "it names no single version"),
        ("4 or later", "it names no single version"),
    ],
)
def test_what_is_neither_is_said_to_be_wrong(tmp_path: Path, written: str, said: str) -> None:
    kb = CommandKb(tmp_path)
    kb.write("forewarn.yml", "name: Acme support\n")
    kb.write("releases/player/product.yml", "name: Player\nscheme: loose\n")
    kb.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    head = "---\nstatus: shipped\nreleased_at: 2026-05-04\ncompatibility:\n"
    kb.write("releases/recorder/2.7.md", f"{head}  - {ROW.format(written)}\n---\n")
    assert said in kb.run("check", code=1).out


def test_a_version_that_the_scheme_does_not_have_makes_the_record_unusable(tmp_path: Path) -> None:
    kb = CommandKb(tmp_path)
    kb.write("forewarn.yml", "name: Acme support\n")
    kb.write("releases/player/product.yml", "name: Player\nscheme: semver\n")
    kb.write("releases/player/2.0.0.md", "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n")
    kb.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    row = "{with: player, versions: '>=2.0.0', verdict: works, holds_until: soon}"
    head = "---\nstatus: shipped\nreleased_at: 2026-05-04\ncompatibility:\n"
    kb.write("releases/recorder/2.7.md", f"{head}  - {row}\n---\n")
    assert "releases/recorder/2.7.md:5" in kb.run("check", code=1).out


def test_customers_are_not_told_of_a_secret_release_by_how_far_a_promise_holds(kb: Kb) -> None:
    kb.release("player", "5.0", "", "status: planned\nplanned_for: 2030-01-01\n")
    recorder(kb, "5.0")
    public = visible(kb.load(), Audience.PUBLIC)
    assert public.releases["recorder", "2.7"].compatibility == ()
