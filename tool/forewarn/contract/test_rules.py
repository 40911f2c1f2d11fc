"""What every set of rules promises: ids and texts, and silence where nothing is wrong."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from forewarn import plugins
from forewarn.contract import small_kb
from forewarn.services.check.rules import by_id, rule_sets
from forewarn.services.check.run import check

NAMES = plugins.names("rules")


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_has_an_id_of_words_and_says_what_it_means_and_how_to_mend(name: str) -> None:
    rules = rule_sets()[name].rules
    assert rules
    for rule in rules:
        assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", rule.id)
        assert rule.means.endswith(".") and rule.mend.endswith("."), rule.id
        assert by_id()[rule.id] is rule


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_finds_anything_where_nothing_is_wrong(name: str, tmp_path: Path) -> None:
    own = {rule.id for rule in rule_sets()[name].rules}
    found = check(small_kb.write(tmp_path), today=date(2026, 5, 20)).findings
    assert [finding for finding in found if finding.rule in own] == []
