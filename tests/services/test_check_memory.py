"""What `check` found before is taken over only where nothing that it followed from has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from forewarn.model.finding import Finding
from forewarn.model.product import Product
from forewarn.services.check import rules
from forewarn.services.check.memory import Memory
from forewarn.services.check.rules.around import Around
from forewarn.services.check.run import check
from forewarn.store.catalogue.whole import load_worktree
from kb_builder import Kb

TODAY = date(2026, 5, 20)


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """Recorder 2.7 says something of player 2.4, links to an article, and Maria verified it."""
    kb = Kb(tmp_path)
    kb.write("forewarn.yml", "name: Acme\npeople: {maria: {name: Maria Keller}}\n")
    kb.product("recorder", "Recorder", "lockstep: [player]\n").product("player", "Player")
    kb.product("kb", "A product with the name of a folder").release("kb", "1.0")
    kb.release("player", "2.3").release("player", "2.4").article("how", "How")
    return kb.release(
        "recorder",
        "2.7",
        more="""
        compatibility:
          - with: player
            versions: "2.4"
            verdict: breaks
            remedy: See kb/how.md.
            verified: {by: maria, on: 2026-05-04}
        """,
    )


def found(kb: Kb, today: date = TODAY) -> list[str]:
    """The rules that `check` names; once with what is remembered, and once without: the same."""
    warm = check(kb.root, today=today)
    for shard in (kb.root / ".forewarn/cache").glob("*"):
        shard.unlink()
    assert check(kb.root, today=today) == warm
    return [finding.rule for finding in warm.findings]


def test_a_name_that_another_product_has_is_found_however_it_came(kb: Kb) -> None:
    kb.product("player", "Player", "aliases: [Rec]\n")
    assert "shared-name" not in found(kb)
    kb.product("tape", "Tape", "aliases: [rec]\n")
    assert found(kb).count("shared-name") == 2
    kb.product("tape", "Tape")
    assert "shared-name" not in found(kb)
    kb.product("tape", "REC")
    assert found(kb).count("shared-name") == 1


def test_the_same_is_found_again(kb: Kb) -> None:
    kb.release("recorder", "2.8", more="track: beta\n")
    first = check(kb.root, today=TODAY)
    assert "unknown-track" in [finding.rule for finding in first.findings]
    assert check(kb.root, today=TODAY) == first


@pytest.mark.parametrize(
    ("path", "text", "rules_found"),
    [
        # Another product's releases, its order, and whether it is there at all.
        ("releases/player/2.4.md", None, ["no-such-versions", "untested-lockstep"]),
        (
            "releases/player/2.4.md",
            "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n",
            [],
        ),
        (
            "releases/player/2.5.md",
            "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n",
            ["untested-lockstep"],
        ),
        (
            "releases/player/product.yml",
            "name: Player\nscheme: semver\n",
            ["not-a-version", "range-spelling"],
        ),
        ("releases/player/product.yml", None, ["unknown-product"]),
        # An article that is linked to, people, and what somebody else says.
        ("kb/how.md", None, ["dangling-link"]),
        ("forewarn.yml", "name: Acme\n", ["unknown-person"]),
        (
            "releases/recorder/product.yml",
            "name: R\nscheme: loose\nowner: jo\n",
            ["unknown-person"],
        ),
    ],
)
def test_a_change_elsewhere_is_seen(
    kb: Kb, path: str, text: str | None, rules_found: list[str]
) -> None:
    assert check(kb.root, today=TODAY).findings == ()
    if text is None:
        (kb.root / path).unlink()
    else:
        (kb.root / path).write_text(text)
    assert sorted(set(found(kb))) == rules_found


def test_another_day_is_another_answer(kb: Kb) -> None:
    kb.release("recorder", "2.8", day="", more="status: planned\nplanned_for: 2026-05-20\n")
    assert found(kb) == []
    check(kb.root, today=TODAY)
    assert found(kb, date(2026, 5, 21)) == ["planned-passed"]


def test_a_damaged_memory_is_no_memory(kb: Kb) -> None:
    kb.release("recorder", "2.8", more="track: beta\n")
    first = check(kb.root, today=TODAY)
    shard = kb.root / ".forewarn/cache/_findings.shard"
    data = shard.read_bytes()
    for damaged in (data[:-3], b"", data[:-3] + b"abc", data.replace(b"beta", b"BETA")):
        shard.write_bytes(damaged)
        assert check(kb.root, today=TODAY) == first


def looked_at(kb: Kb) -> list[str]:
    """The products that are looked at, with what is remembered."""
    loaded = load_worktree(kb.root)
    around = Around(loaded.catalogue, people=None, files=loaded.read.keys(), today=TODAY)
    memory = Memory(kb.root, loaded, around)
    looked: list[str] = []

    def look(product: Product) -> Iterator[Finding]:
        looked.append(product.id)
        return rules.of_product(around, product)

    for product in loaded.catalogue.products.values():
        memory.findings(product.id, partial(look, product))
    memory.keep()
    return looked


def test_only_what_may_have_changed_is_looked_at_again(kb: Kb) -> None:
    assert looked_at(kb) == ["kb", "player", "recorder"]
    assert looked_at(kb) == []
    kb.release("recorder", "2.8")
    assert looked_at(kb) == ["recorder"]
    kb.release("player", "2.2")
    assert looked_at(kb) == ["player", "recorder"], "the recorder speaks of the player"
