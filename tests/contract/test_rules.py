"""What every registered set of rules must do, the built-in ones and others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forewarn import plugins
from forewarn.services.check.rules import by_id, rule_sets
from forewarn.services.check.run import check
from kb_builder import Kb

NAMES = plugins.names("rules")


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_has_a_plain_id_and_says_what_it_means_and_how_to_mend(name: str) -> None:
    rules = rule_sets()[name].rules
    assert rules
    for rule in rules:
        assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", rule.id)
        assert rule.means.endswith(".") and rule.mend.endswith("."), rule.id
        assert by_id()[rule.id] is rule


def test_no_rule_finds_anything_in_a_new_knowledge_base(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    kb.product("recorder", "Recorder")
    kb.release("recorder", "2.7")
    assert check(kb.root).findings == ()
