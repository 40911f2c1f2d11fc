"""How findings are told: to people, to scripts, to CI; and which of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import Kb, run
from forewarn import plugins
from forewarn.cli.say.findings import as_github, as_json, as_sarif, as_text
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.record import Place
from forewarn.services.check.rules import GROUP, by_id, rule_sets
from forewarn.services.check.rules.rule import Rule

ROOT = Path(__file__).parents[2]
SILENT = (
    "---\nstatus: shipped\nreleased_at: 2026-05-04\ncompatibility:\n"
    "  - {with: recorder, versions: '<2.8', verdict: breaks}\n---\n"
)


@pytest.fixture
def kb(tmp_path: Path) -> Kb:
    """A knowledge base with a warning in a release and an error in an article."""
    kb = Kb(tmp_path / "docs" / "kb")
    kb.write("forewarn.yml", "name: Acme support\n")
    kb.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\n")
    kb.write("releases/recorder/2.7+b1.md", SILENT)
    kb.write("kb/no-sound.md", "---\ntitle: No sound\nkind: how-to\n---\n[x](y.md)\n")
    return kb


def found(kb: Kb, *words: str) -> list[str]:
    ran = kb.run("check", "--format", "json", *words, code=1)
    return [finding["rule"] for finding in ran.json["findings"]]


def finding(message: str = "it is wrong", **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": "no-remedy",
        "severity": FindingSeverity.WARNING,
        "place": Place(file="releases/recorder/2.7.md", line=8),
        "message": message,
        "help": "Mend it.",
    }
    return Finding(**{**values, **changes})


def test_the_json_is_what_scripts_were_promised(kb: Kb) -> None:
    data = kb.run("check", "--format", "json", code=1).json
    assert set(data) == {"findings"}
    for row in data["findings"]:
        assert set(row) == {"rule", "severity", "file", "line", "message", "help"}
    assert as_json([], "") == '{\n  "findings": []\n}'


def test_the_text_names_place_severity_and_rule_and_then_the_mend() -> None:
    assert as_text([finding()], "") == (
        "releases/recorder/2.7.md:8: warning: it is wrong [no-remedy]\n    Mend it."
    )
    assert as_text([], "") == ""


def test_sarif_is_what_code_scanning_takes(kb: Kb) -> None:
    data = kb.run("check", "--format", "sarif", code=1).json
    assert data["version"] == "2.1.0" and data["$schema"].endswith("sarif-2.1.0.json")
    (run,) = data["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(by_id())
    for rule in rules:
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")
        assert rule["help"]["text"] and rule["help"]["markdown"] and rule["fullDescription"]["text"]
    assert [(row["ruleId"], row["level"]) for row in run["results"]] == [
        ("dangling-link", "error"),
        ("no-remedy", "warning"),
    ]
    for row in run["results"]:
        assert rules[row["ruleIndex"]]["id"] == row["ruleId"]
        assert row["message"]["text"]
        place = row["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    uri = run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "releases/recorder/2.7%2Bb1.md"


def test_sarif_of_nothing_has_a_run_without_results() -> None:
    assert '"results": []' in as_sarif([], "")


def test_an_annotation_stays_one_line_whatever_the_message_holds() -> None:
    tricky = finding(
        "100 % wrong: a::b, c\r\nand\nmore",
        place=Place(file="releases/recorder/1:2,7%.md", line=3),
    )
    assert as_github([tricky], "") == (
        "::warning file=releases/recorder/1%3A2%2C7%25.md,line=3,title=no-remedy"
        "::100 %25 wrong: a::b, c%0D%0Aand%0Amore%0AMend it."
    )


def test_annotations_and_sarif_name_files_from_where_the_job_runs(
    kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kb.root.parents[1])
    for name, pattern in (("github", r"file=([^,]+)"), ("sarif", r'"uri": "([^"]+)"')):
        ran = run("-C", "docs/kb", "check", "--format", name)
        assert re.findall(pattern, ran.out)[0] == "docs/kb/kb/no-sound.md"
    monkeypatch.chdir(kb.root)
    assert "file=kb/no-sound.md" in run("check", "--format", "github").out


def test_only_the_named_files_are_told_of_and_all_are_read(
    kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(kb, "--only", "kb/no-sound.md") == ["dangling-link"]
    assert found(kb, "--only", "kb/no-sound.md", "releases/recorder/2.7+b1.md") == [
        "dangling-link",
        "no-remedy",
    ]
    assert found(kb, "releases") == ["no-remedy"]
    assert kb.run("check", "--only", "kb/gone.md").out == ""
    monkeypatch.chdir(kb.root.parent)
    assert found(kb, "--only", "kb/releases/recorder/2.7+b1.md") == ["no-remedy"]
    assert found(kb, "--only", str(kb.root / "kb")) == ["dangling-link"]
    assert "not in the knowledge base" in kb.run("check", "--only", "/etc/passwd", code=2).err


def test_a_rule_can_be_explained_without_a_knowledge_base(tmp_path: Path) -> None:
    for rule in by_id().values():
        ran = run("-C", str(tmp_path), "check", "--explain", rule.id)
        assert ran.code == 0
        words = " ".join(ran.out.split())
        assert words.startswith(f"{rule.id} ({rule.severity}")
        assert " ".join(rule.means.split()) in words and f"Mend: {rule.mend}" in words
        assert ("; it cannot be changed)" in words) is not rule.settable
    ran = run("check", "--explain", "no-remdy")
    assert ran.code == 2 and "'no-remedy'" in ran.err


def own_rules() -> list[Rule]:
    """The rules of forewarn itself, whatever else is installed."""
    return [
        rule
        for name, module, _ in plugins.origins(GROUP)
        if module.startswith("forewarn.")
        for rule in rule_sets()[name].rules
    ]


def test_the_article_about_the_rules_says_what_the_rules_say() -> None:
    article = (ROOT / "kb/check-rules.md").read_text(encoding="utf-8")
    sections = dict(
        re.findall(r"^### (\S+)\n\n(.*?)(?=\n##|\Z)", article, re.DOTALL | re.MULTILINE)
    )
    rules = {rule.id: rule for rule in own_rules()}
    assert sections.keys() == rules.keys()
    for id, section in sections.items():
        rule = rules[id]
        mark = "" if rule.settable else "*Always.* "
        if rule.severity is FindingSeverity.WARNING:
            mark = "*Warning.* "
        assert section.startswith(f"{mark}{rule.means} **Mend:** {rule.mend}"), id


def test_where_nothing_can_be_read_the_exit_code_says_so(tmp_path: Path) -> None:
    kb = Kb(tmp_path)
    kb.write("forewarn.yml", "\x00")
    kb.write("kb/no-sound.md", "---\n")
    assert "no-front-matter" in kb.run("check", code=4).out
    kb.write("forewarn.yml", "name: Acme support\n")
    assert "no-front-matter" in kb.run("check", code=1).out


def test_the_hook_for_pre_commit_runs_a_command_that_there_is() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == "forewarn-check" and hook["pass_filenames"] is False
    name, *words = hook["entry"].split()
    assert name == "forewarn" and run(*words, "--help").code == 0
    for path, runs in (
        ("releases/recorder/2.7.md", True),
        ("kb/start.md", True),
        ("forewarn.yml", True),
        ("src/releases/x.md", False),
        ("README.md", False),
    ):
        assert bool(re.search(hook["files"], path)) is runs
