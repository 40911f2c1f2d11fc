"""What `check` finds, and that what is right is left alone: both sides of each rule."""

from __future__ import annotations

import pytest

from conftest import BREAKS, REMEDY, Kb

SHIPPED = "status: shipped\nreleased_at: 2026-05-04\n"
ISSUE = "title: No sound\nkind: known-issue\nremediation: workaround\napplies: {recorder: '2.4'}\n"


def rules(kb: Kb) -> list[str]:
    ran = kb.run("check", "--format", "json", code=1)
    for finding in ran.json["findings"]:
        assert set(finding) == {"rule", "severity", "file", "line", "message", "help"}
        assert finding["message"] and finding["help"] and finding["line"] >= 1
    assert "Traceback" not in ran.err
    return [finding["rule"] for finding in ran.json["findings"]]


def test_a_new_knowledge_base_has_no_findings(acme: Kb) -> None:
    assert acme.run("check", "--format", "json").json == {"findings": []}


@pytest.mark.parametrize(
    ("rule", "path", "wrong", "right"),
    [
        ("no-remedy", "releases/recorder/2.7.md", SHIPPED + BREAKS, SHIPPED + BREAKS + REMEDY),
        (
            "no-limits",
            "releases/recorder/2.7.md",
            SHIPPED + "compatibility:\n  - {with: player, versions: '*', verdict: limited}\n",
            SHIPPED
            + "compatibility:\n  - {with: player, versions: '*', verdict: limited, limits: no sound}\n",
        ),
        ("unknown-track", "releases/recorder/2.7.md", SHIPPED + "track: beta\n", SHIPPED),
        (
            "unknown-product",
            "releases/recorder/2.7.md",
            SHIPPED + "compatibility:\n  - {with: plyer, versions: '*', verdict: works}\n",
            SHIPPED + "compatibility:\n  - {with: player, versions: '*', verdict: works}\n",
        ),
        ("unknown-product", "releases/editor/2.7.md", SHIPPED, None),
        ("twin", "releases/recorder/2.4.0.md", SHIPPED, None),
        ("no-date", "releases/recorder/2.7.md", "status: planned\n", "status: staged\n"),
        (
            "unknown-release",
            "releases/recorder/2.3.md",
            "status: withdrawn\nreleased_at: 2026-05-04\n"
            "withdrawn: {on: 2026-05-05, reason: x, replacement: '9'}\n",
            "status: withdrawn\nreleased_at: 2026-05-04\n"
            "withdrawn: {on: 2026-05-05, reason: x, replacement: '2.4'}\n",
        ),
        (
            "dates-out-of-order",
            "releases/recorder/2.3.md",
            "status: withdrawn\nreleased_at: 2026-05-04\nwithdrawn: {on: 2026-05-03, reason: x}\n",
            "status: withdrawn\nreleased_at: 2026-05-04\nwithdrawn: {on: 2026-05-04, reason: x}\n",
        ),
        (
            "dates-out-of-order",
            "kb/no-sound.md",
            ISSUE + "verified: {by: maria, on: 2026-05-04, until: 2026-05-03}\n",
            ISSUE + "verified: {by: maria, on: 2026-05-04, until: 2027-05-04}\n",
        ),
        ("unknown-person", "kb/no-sound.md", ISSUE + "owner: nobody\n", ISSUE + "owner: maria\n"),
        (
            "no-fix-named",
            "kb/no-sound.md",
            ISSUE.replace("workaround", "vendor_fix"),
            ISSUE.replace("workaround", "vendor_fix") + "fixed_in: {recorder: '>=2.7'}\n",
        ),
        ("reserved-name", "kb/index.md", ISSUE, None),
        (
            "not-a-version",
            "kb/no-sound.md",
            ISSUE.replace("'2.4'", "'>=2.4 <3'"),
            ISSUE.replace("'2.4'", "'>=2.4,<3'"),
        ),
    ],
)
def test_a_rule_has_two_sides(
    acme: Kb, rule: str, path: str, wrong: str, right: str | None
) -> None:
    acme.write(path, f"---\n{wrong}---\n")
    found = rules(acme)
    assert found == [rule] or (rule == "not-a-version" and found == ["wrong-value"])
    if right:
        acme.write(path, f"---\n{right}---\n")
        assert acme.run("check", "--format", "json").json == {"findings": []}


def test_a_link_that_leads_nowhere_is_found_and_code_is_left_alone(acme: Kb) -> None:
    body = "See [this]({}).\n\n```\n[not a link](nowhere.md)\n```\nand `[neither](x.md)`\n"
    acme.write("kb/no-sound.md", f"---\n{ISSUE}---\n{body.format('other.md')}")
    assert rules(acme) == ["dangling-link"]
    acme.write("kb/no-sound.md", f"---\n{ISSUE}---\n{body.format('a-customer-calls.md#x')}")
    assert acme.run("check", "--format", "json").json == {"findings": []}


def test_a_remedy_that_names_a_missing_article_is_found(acme: Kb) -> None:
    remedy = REMEDY.replace("2.7.", "2.7 (kb/how.md).")
    acme.write("releases/recorder/2.7.md", f"---\n{SHIPPED}{BREAKS}{remedy}---\n")
    assert rules(acme) == ["dangling-link"]


def test_what_is_no_record_among_the_records_is_found(acme: Kb) -> None:
    acme.write("releases/recorder/notes.txt", "x")
    acme.write("releases/Bad Name/2.7.md", "x")
    (acme.root / "releases/recorder/2.9.md").symlink_to("/etc/passwd")
    assert sorted(rules(acme)) == ["stray", "stray", "unsafe-name", "unsafe-name"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("name: x\nname: y\n", "duplicate-key"),
        ("people: {maria: {name: M, email: not an address}}\nname: x\n", "wrong-value"),
        ("name: x\nsubscriptions: [{person: jo, channel: inbox}]\n", "unknown-person"),
        ("name: x\nchannels: {inbox: {type: pigeon}}\n", "wrong-value"),
        (
            "name: x\nchannels: {mail: {type: email, host: h, from: a@b.example, prot: 1}}\n",
            "wrong-channel",
        ),
        ('name: x\npeople: {maria: {name: "M\\r\\nBcc: x@y.example"}}\n', "wrong-value"),
        ("- x\n", "wrong-type"),
    ],
)
def test_mistakes_in_the_settings_are_found(kb: Kb, text: str, rule: str) -> None:
    kb.write("forewarn.yml", text)
    assert rule in rules(kb)


def test_a_secret_in_the_settings_is_refused_and_never_shown(kb: Kb) -> None:
    kb.write(
        "forewarn.yml",
        "name: x\nchannels:\n  mail: {type: email, host: h, from: a@b.example, username: u, "
        "password: hunter2}\n",
    )
    ran = kb.run("check", code=1)
    assert "hunter2" not in ran.out + ran.err and "${" in ran.out
