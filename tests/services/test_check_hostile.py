"""What is checked may have been written to hold up the check: it takes as long as its size."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from command_line import Kb, run

HEAD = "---\ntitle: Long\nkind: how-to\naudience: public\n---\n"
SIZE = 900_000  # bytes; a record may have a million
BODIES = {
    "links": "[x](" * (SIZE // 4),
    "links-in-links": "[![x](y.md)](" * (SIZE // 13),
    "targets": "](" + "a" * (SIZE - 2),
    "brackets": "[" * (SIZE - 10) + "](x",
    "ticks": "](x " + "` `` " * (SIZE // 5),
    "ticks-of-every-length": "](x " + " ".join("`" * i for i in range(1, 1300)),
    "fences-of-every-length": "](x\n" + "\n".join("`" * i for i in range(1300, 3, -1)),
    "fences": "](x\n" + "```\n" * (SIZE // 4),
    "open-comments": "](x " + "<!-" * (SIZE // 3),
    "mentions": "kb/" * (SIZE // 3),
    "folders": "](x kb/" + "a/" * (SIZE // 2),
}


@pytest.mark.slow
def test_no_body_holds_up_the_check(kb: Kb) -> None:
    for name, body in BODIES.items():
        kb.write(f"kb/{name}.md", HEAD + body + "\n")
    began = time.process_time()
    run("-C", str(kb.root), "check")
    # About three seconds on an idle machine; one quadratic search in one of them takes minutes.
    assert time.process_time() - began < 60


@pytest.mark.slow
def test_thousands_of_unknown_keys_are_told_in_a_few_lines(kb: Kb) -> None:
    keys = "".join(f"key{number}: 1\n" for number in range(15_000))
    kb.write(
        "kb/keys.md", HEAD.replace("---\nL", "---\n", 1).replace("public\n", f"public\n{keys}")
    )
    told = kb.run("check", "--format", "json", code=1).json
    rows = [row for row in told["findings"] if row["rule"] == "unknown-key"]
    assert len(rows) == 21
    assert rows[-1]["message"] == "14980 more keys from here on are not keys of this article"


@pytest.mark.slow
def test_thousands_of_statements_hold_up_no_check_and_are_told(kb: Kb) -> None:
    for product in ("recorder", "player"):
        kb.write(f"releases/{product}/product.yml", f"name: {product}\nscheme: loose\n")
    kb.write("releases/player/1.0.md", "---\nstatus: shipped\nreleased_at: 2026-01-01\n---\n")
    rows = [
        f'  - {{with: player, versions: "<{n}", about: x, verdict: works}}\n'
        for n in range(2, 4001)
    ]
    head = "---\nstatus: shipped\nreleased_at: 2026-01-01\ncompatibility:\n"
    path = kb.write("releases/recorder/1.0.md", f"{head}{''.join(rows[:200])}---\n")
    assert [f["rule"] for f in kb.run("check", "--format", "json").json["findings"]] == []
    path.write_text(f"{head}{''.join(rows)}---\n")
    began = time.process_time()
    kb.run("compat", "recorder@1.0", "player@1.0", code=0)
    [found] = kb.run("check", "--format", "json", code=1).json["findings"]
    assert found["rule"] == "crowded"
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [x]\nb: [*a, *a]\n", "holds an alias; write the value itself"),
        ("copyright: 2026-99-99\n", "holds what cannot be read: month must be in 1..12"),
        (f"copyright: {'9' * 100_000}\n", "holds what cannot be read: Exceeds the limit"),
        (f"extra: {'[' * 5_000}{']' * 5_000}\n", "is nested too deeply"),
        ("[1]: x\n? [a]\n: y\n", "cannot be read: found unhashable key"),
        ("x" * 200_001, "is of 200001 bytes; 200000 is the most"),
        ("- a\n", "holds no keys"),
        ("a: b: c\n", "cannot be read: mapping values are not allowed here"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_a_finding(kb: Kb, text: str, message: str) -> None:
    kb.write("mkdocs.yml", text)
    [found] = kb.run("check", "--format", "json", code=1).json["findings"]
    assert found["message"].startswith(message)
    assert found["file"] == "mkdocs.yml"


@pytest.mark.slow
def test_extensions_that_are_no_names_are_left_out(kb: Kb) -> None:
    kb.write("mkdocs.yml", "markdown_extensions: [[1], {2: 3}, toc]\n")
    kb.commit()
    kb.run("publish")


def test_a_file_that_is_too_large_is_refused_unread(kb: Kb) -> None:
    path = kb.write("kb/large.md", HEAD)
    with path.open("r+b") as file:
        file.truncate(3_000_000_000_000)  # it takes no room on the disk
    [found] = kb.run("check", "--format", "json", code=1).json["findings"]
    assert (found["file"], found["rule"]) == ("kb/large.md", "unreadable")
    assert "3000000000000 bytes" in found["message"]


def test_settings_that_are_too_large_are_refused_unread(kb: Kb) -> None:
    with Path(kb.root / "forewarn.yml").open("r+b") as file:
        file.truncate(3_000_000_000_000)
    assert "is of 3000000000000 bytes" in kb.run("check", code=4).err


@pytest.mark.parametrize(
    "value",
    ["!!timestamp word", "!!bool word", "!!int word", "!!float word", "!!int ''", "!!binary é"],
)
def test_a_tag_that_its_value_does_not_fit_is_a_finding(kb: Kb, value: str) -> None:
    kb.write("mkdocs.yml", f"site_name: Example\nextra: {value}\n")
    [found] = kb.run("check", "--format", "json", code=1).json["findings"]
    assert found["file"] == "mkdocs.yml"
