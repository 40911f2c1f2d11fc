"""What forewarn.yml changes about the rules, and what it cannot; many records gone at once."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_line import AUTHOR, BREAKS, Kb, run
from events_builder import an_event
from forewarn.model.settings import CheckSettings
from forewarn.services.check.rules.vanished import find_vanished
from forewarn.store.settings import load_settings
from forewarn.store.state.interface import PUBLISHED
from forewarn.store.state.opening import open_state

NAME = "name: Acme support\n"
SILENT = f"---\nstatus: shipped\nreleased_at: 2026-05-04\n{BREAKS}---\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with 30 recorders, all of it published; copied by each test."""
    root = tmp_path_factory.mktemp("made") / "kb"
    with pytest.MonkeyPatch.context() as patch:
        for key, value in AUTHOR.items():
            patch.setenv(key, value)
        run("init", str(root), "--name", "Acme support")
        kb = Kb(root)
        for product in ("recorder", "player"):
            kb.write(f"releases/{product}/product.yml", f"name: {product}\nscheme: loose\n")
        kb.write("releases/player/2.4.md", "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n")
        for n in range(30):
            text = "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n"
            kb.write(f"releases/recorder/1.{n}.md", text)
        for n in range(12):
            kb.write(f"kb/how-{n}.md", f"---\ntitle: How {n}\nkind: how-to\n---\nSo.\n")
        commit = kb.commit("Record what there is")
        with open_state(root) as state, state.transaction() as change:
            change.set_mark(PUBLISHED, commit)
    return root


@pytest.fixture
def kb(made: Path, tmp_path: Path) -> Kb:
    root = tmp_path / "kb"
    shutil.copytree(made, root, symlinks=True)
    return Kb(root)


def severities(kb: Kb, code: int = 1, *words: str) -> dict[str, str]:
    found = kb.run("check", "--format", "json", *words, code=code).json["findings"]
    return {finding["rule"]: finding["severity"] for finding in found}


def settings(kb: Kb, check: str) -> None:
    kb.write("forewarn.yml", f"{NAME}check: {{{check}}}\n")


def test_a_rule_is_as_severe_as_forewarn_yml_says(kb: Kb) -> None:
    kb.write("releases/recorder/2.7.md", SILENT)
    assert severities(kb) == {"no-remedy": "warning"}
    settings(kb, "severity: {no-remedy: error}")
    assert severities(kb) == {"no-remedy": "error"}
    settings(kb, "severity: {no-remedy: warning}")
    assert severities(kb) == {"no-remedy": "warning"}
    settings(kb, "severity: {no-remedy: off}")
    assert severities(kb, 0) == {}


def test_publishing_goes_by_the_severity_that_forewarn_yml_gives(kb: Kb) -> None:
    kb.write("releases/recorder/2.7.md", SILENT)
    settings(kb, "severity: {no-remedy: error}")
    kb.commit()
    refused = kb.run("publish", "--no-deliver", code=1)
    assert "no remedy is written" in refused.err and "nothing was published" in refused.err


@pytest.mark.parametrize("severity", ["off", "warning"])
def test_what_keeps_a_record_from_being_read_is_always_an_error(kb: Kb, severity: str) -> None:
    settings(kb, f"severity: {{unreadable: {severity}, unknown-key: {severity}}}")
    kb.write("releases/recorder/2.7.md", "---\nstatus: [\n---\n")
    kb.write("releases/recorder/2.8.md", SILENT.replace("status", "state"))
    found = severities(kb)
    assert found["unreadable"] == found["unknown-key"] == "error"
    assert found["unknown-rule"] == "warning", "the two rows have no effect, and that is told"
    kb.commit()
    kb.run("publish", "--no-deliver", code=4)


def test_a_reader_error_stays_one_although_its_rule_is_off_elsewhere(kb: Kb) -> None:
    settings(kb, "severity: {unknown-track: off}")
    kb.write("releases/recorder/2.7.md", SILENT.replace("status", "track: beta\nstatus"))
    assert severities(kb) == {"no-remedy": "warning"}
    text = kb.read("releases/recorder/product.yml")
    kb.write("releases/recorder/product.yml", f"{text}support: {{beta: {{ended: true}}}}\n")
    assert severities(kb)["unknown-track"] == "error"


def test_a_rule_that_there_is_not_is_found_and_the_nearest_is_named(kb: Kb) -> None:
    settings(kb, "severity: {no-remedey: off}")
    ran = kb.run("check", code=1)
    assert "there is no rule 'no-remedey'" in ran.out and "'no-remedy'" in ran.out
    assert "forewarn.yml:2: warning" in ran.out


@pytest.mark.parametrize(
    "check",
    ["severity: {no-remedy: never}", "vanish_limit: 5", "vanish_limit: 120%", "severty: {}"],
)
def test_what_the_settings_of_the_rules_cannot_be_is_an_error(kb: Kb, check: str) -> None:
    settings(kb, check)
    assert set(severities(kb).values()) == {"error"}


def gone(kb: Kb, count: int) -> None:
    for n in range(count):
        (kb.root / f"releases/recorder/1.{n}.md").unlink()


def test_records_that_vanish_by_the_dozen_are_found(kb: Kb) -> None:
    gone(kb, 10)
    assert severities(kb, 1, "--since", "HEAD") == {"vanished": "error"}
    ran = kb.run("check", "--since", "HEAD", code=1)
    assert "10 of the 46 records" in ran.out and "releases/recorder/1.0.md" in ran.out
    assert severities(kb, 0) == {}, "only a comparison can see it"


def test_a_few_records_may_go(kb: Kb) -> None:
    gone(kb, 9)
    assert severities(kb, 0, "--since", "HEAD") == {}


def test_how_many_records_may_go_is_set_in_forewarn_yml(kb: Kb) -> None:
    gone(kb, 23)
    settings(kb, "vanish_limit: 50%")
    assert severities(kb, 0, "--since", "HEAD") == {}, "just the half of 46"
    settings(kb, "vanish_limit: 49.99%")
    assert severities(kb, 1, "--since", "HEAD") == {"vanished": "error"}
    settings(kb, "vanish_limit: 10%, severity: {vanished: warning}")
    assert severities(kb, 1, "--since", "HEAD") == {"vanished": "warning"}


def test_articles_that_move_to_another_folder_have_not_vanished(kb: Kb) -> None:
    (kb.root / "kb/guides").mkdir()
    for n in range(12):
        (kb.root / f"kb/how-{n}.md").rename(kb.root / f"kb/guides/how-{n}.md")
    assert severities(kb, 0, "--since", "HEAD") == {}


def test_a_product_that_is_renamed_has_lost_its_releases(kb: Kb) -> None:
    (kb.root / "releases/recorder").rename(kb.root / "releases/recorder-pro")
    assert severities(kb, 1, "--since", "HEAD") == {"vanished": "error"}


def test_at_the_limit_nothing_is_found_and_above_it_is() -> None:
    before = [f"releases/recorder/1.{n}.md" for n in range(100)]
    usual = CheckSettings()
    assert find_vanished(before, before[20:], usual, "abc") is None
    found = find_vanished(before, before[21:], usual, "abc")
    assert found is not None and "21 of the 100" in found.message


def test_an_unknown_commit_is_a_wrong_use(kb: Kb) -> None:
    assert "names no commit" in kb.run("check", "--since", "yesterday", code=2).err


@pytest.mark.slow
def test_a_publish_that_would_lose_many_records_is_refused_until_somebody_accepts(kb: Kb) -> None:
    published = kb.head
    gone(kb, 12)
    kb.write("releases/recorder/2.7.md", SILENT)
    settings(kb, "severity: {no-remedy: warning}")
    kb.commit("A script went wrong")
    refused = kb.run("publish", "--no-deliver", code=1)
    assert "12 of the 46 records" in refused.err and "--accept-vanished" in refused.err
    assert published[:10] in refused.err
    kb.run("publish", "--no-deliver", "--accept-vanished")
    assert kb.run("events").out == "", "that is the new state of things"


@pytest.mark.parametrize("days", ["29", "36501", "-5", "1e3", "400 days", "\u0664\u0660\u0660"])
def test_state_is_kept_for_a_number_of_days_that_can_be_meant(kb: Kb, days: str) -> None:
    kb.write("forewarn.yml", kb.read("forewarn.yml") + f"state: {{keep_days: {days}}}\n")
    ran = kb.run("check", code=1)
    assert "keep_days" in ran.out
    assert "forewarn.yml" in ran.out and "error" in ran.out


def test_doctor_says_how_long_state_is_kept_and_which_setting_that_is(kb: Kb) -> None:
    text = kb.read("forewarn.yml")
    assert "400 days (`state: {keep_days: 400}`)" in kb.run("doctor").out
    kb.write("forewarn.yml", f"{text}state: {{keep_days: 30}}\n")
    assert "30 days (`state: {keep_days: 30}`)" in kb.run("doctor").out


def test_deliver_keeps_what_is_settled_for_as_long_as_is_set(kb: Kb) -> None:
    old = datetime.now(UTC) - timedelta(days=100)
    with open_state(kb.root) as state, state.transaction() as change:
        change.put([an_event(1)], load_settings(kb.root))
    with open_state(kb.root) as state:
        (channel,) = state.channels()
        for row in state.claim(channel=channel, now=old):
            state.settle([(row, None)], now=old)
    kb.run("deliver")
    assert len(kb.run("deliveries", "--format", "json").json) == 1
    kb.write("forewarn.yml", kb.read("forewarn.yml") + "state: {keep_days: 99}\n")
    kb.run("deliver")
    assert kb.run("deliveries", "--format", "json").json == []
