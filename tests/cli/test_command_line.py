"""The command line as its user meets it: light, helpful, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from command_line import Kb, run
from forewarn.cli import forewarn
from forewarn.model.article import Kind, Remediation
from forewarn.model.delivery import DeliveryState
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.release import DECLARED, Status, Verdict

EVERY = [
    [name, *([sub] if sub else [])]
    for name in forewarn.list_commands(click.Context(forewarn))
    for command in [forewarn.get_command(click.Context(forewarn), name)]
    for sub in ["", *(command.commands if isinstance(command, click.Group) else [])]
]
# What `import click` brings, and our own few modules; a heavy one here costs every keystroke.
ALLOWED = {
    *("forewarn", "forewarn.child", "forewarn.cli", "forewarn.cli.output", "forewarn.cli.stopping"),
    "forewarn.cli.streams",
    "forewarn.errors",
}


def loaded_by(*words: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from forewarn.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("place", ["database", "file"])
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "next: Add `database: ${FOREWARN_DATABASE}`"),
        ("database: ${FOREWARN_DATABASE}\n", "next: Install the extra: `pip install"),
    ],
)
def test_whoever_moves_the_state_without_the_extra_for_it_is_told_what_is_missing(
    kb: Kb, place: str, line: str, said: str
) -> None:
    kb.write("forewarn.yml", kb.read("forewarn.yml") + line)
    script = (
        "import sys\nfor name in ('psycopg', 'psycopg_pool', 'procrastinate'):\n"
        "    sys.modules[name] = None\n"
        "from forewarn.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "-C", str(kb.root), "state", "move", "--to", place],
        capture_output=True,
        text=True,
        env={**os.environ, "FOREWARN_DATABASE": "postgresql://nobody@127.0.0.1:9/none"},
    )
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_slip_in_the_name_of_a_command_is_answered_with_the_one_that_is_meant(acme: Kb) -> None:
    for words, meant in (
        (("rleease", "list"), "release"),
        (("product", "lst"), "list"),
        (("import", "cvs", "releases.csv"), "csv"),
        (("import", "endofline", "folder"), "endoflife"),
        (("compat", "matrx", "recorder", "player"), "matrix"),
    ):
        assert f"Did you mean '{meant}'?" in acme.run(*words, code=2).err
    # A product that is called nearly so is that one.
    acme.run("product", "add", "matri", "--name", "Matri", "--scheme", "loose")
    assert "matri@1" in acme.run("compat", "matri", "1", "recorder", "2.4").out


def test_a_path_that_is_not_there_is_said_to_be_none(acme: Kb) -> None:
    ran = acme.run("check", "releases/recoder/2.4.md")
    assert "note: there is no releases/recoder/2.4.md" in ran.err
    assert "note:" not in acme.run("check", "--only", "releases/recorder/product.yml").err


@pytest.mark.parametrize(
    "words", [("import", "endoflife"), ("import", "csv", "--product", "recorder")]
)
def test_an_address_in_the_place_of_a_file_is_named_as_it_was_typed(
    acme: Kb, words: tuple[str, ...]
) -> None:
    address = "https://example.com/releases"
    ran = acme.run(*words, address, code=2)
    assert f"'{address}' is a web address, and a file or folder of this machine" in ran.err


def test_what_comes_after_init_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "clone").mkdir()
    ran = run("-C", str(tmp_path / "clone"), "init", "../Support desk")
    assert f"made a knowledge base in {tmp_path.resolve() / 'Support desk'}\n" in ran.err
    assert f"next: cd '{tmp_path}/clone/../Support desk'\n" in ran.err


def test_a_check_of_the_settings_that_init_writes_loads_nothing_of_mail(tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "kb")).code == 0
    loaded = loaded_by("-C", str(tmp_path / "kb"), "check")
    assert "forewarn.channels.folder" in loaded
    assert not loaded & {"email.message", "email.headerregistry", "socket"}


def test_version_and_help_import_click_and_nothing_heavy() -> None:
    click_alone = set(
        subprocess.run(
            [sys.executable, "-c", "import click, sys; print(*sys.modules)"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    )
    extra = loaded_by("--version") - click_alone
    tops = {name.partition(".")[0] for name in extra}
    assert tops - sys.stdlib_module_names <= {"forewarn"}
    assert not tops & {"asyncio", "dataclasses", "email", "http", "importlib_metadata", "sqlite3"}
    assert {name for name in extra if name.startswith("forewarn")} <= ALLOWED
    helped = {name for name in loaded_by("--help") - click_alone if name.startswith("forewarn")}
    assert all(name in ALLOWED or name.startswith("forewarn.cli.") for name in helped)


# What the model has words for. A command says them itself, so that its help loads no model.
CHOICES: dict[str, set[str]] = {
    "article new --kind": {*Kind} - {Kind.KNOWN_ISSUE},
    "deliveries --state": {*DeliveryState},
    "impact --fail-on": {*Verdict} - {Verdict.WORKS},
    "issue new --remediation": {*Remediation},
    "open --audience": {*Audience},
    "pages --audience": {*Audience},
    "publish --audience": {*Audience},
    "release correct --status": {*DECLARED} - {Status.WITHDRAWN},
    "statement add verdict": {*Verdict},
    "subscriptions test --severity": {*Severity},
}


def test_what_can_be_chosen_is_what_the_model_has_words_for() -> None:
    found: dict[str, set[str]] = {}
    for words in EVERY:
        command: click.Command = forewarn
        for word in words:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word) or command
        for param in command.params:
            if isinstance(param.type, click.Choice):
                found[" ".join([*words, param.opts[0]])] = {*param.type.choices}
    assert {name: found.get(name) for name in CHOICES} == CHOICES
    rest = {name for name in found if name.split()[-1] not in ("--format", "shell")}
    assert rest - CHOICES.keys() == {"state move --to"}


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_has_help_with_an_example(words: list[str]) -> None:
    ran = run(*words, "--help")
    assert ran.code == 0
    command = click.Context(forewarn).command
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)  # type: ignore[assignment]
    assert isinstance(command, click.Group) or "Example:" in ran.out
    assert [line for line in ran.out.splitlines() if len(line) > 80] == []
    cut = [line for line in ran.out.splitlines() if line.endswith("...")]
    assert [line for line in cut if not line.startswith("Usage:")] == []
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["product", "list"],
        ["release", "list"],
        ["compat", "a@1", "b@1"],
        ["publish"],
        ["watch", "--once"],
        ["sightings"],
        ["deliver"],
        ["deliveries"],
        ["events"],
        ["doctor"],
        ["serve"],
    ],
    ids=" ".join,
)
def test_outside_a_knowledge_base_every_command_says_what_to_do(
    words: list[str], tmp_path: Path
) -> None:
    ran = run("-C", str(tmp_path), *words)
    assert ran.code == 2
    assert "no knowledge base here" in ran.err and "forewarn init" in ran.err


def test_a_terminal_without_a_character_gets_its_number_and_no_traceback(acme: Kb) -> None:
    acme.run("product", "add", "rokuon", "--name", "\u9332\u97f3", "--scheme", "loose")
    done = subprocess.run(
        [sys.executable, "-m", "forewarn", "-C", str(acme.root), "product", "list"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 0, done.stderr
    assert "\\u9332\\u97f3" in done.stdout


def test_a_wrong_word_is_answered_with_usage() -> None:
    assert run("relase").code == 2
    ran = run("release", "add", "recorder", "2.7", "--planned", "soon")
    assert ran.code == 2 and "2026-05-04" in ran.err


def test_reading_commands_print_nothing_but_json_to_stdout(acme: Kb) -> None:
    acme.write("releases/recorder/9.md", "broken")
    for words, code in (
        (["product", "list"], 3),
        (["release", "list"], 3),
        (["release", "show", "recorder", "2.4"], 3),
        (["compat", "recorder@2.4", "player@2.4"], 0),
        (["sightings"], 0),  # there is none, so no record is needed
        (["deliveries"], 0),
        (["events", "HEAD~1..HEAD"], 0),
    ):
        assert acme.run(*words, "--format", "json", code=code).json is not None


def test_a_record_that_cannot_be_read_is_exit_4_with_its_line(acme: Kb) -> None:
    acme.write("releases/recorder/2.7.md", "---\nstatus: [\n---\n")
    ran = acme.run("compat", "recorder@2.7", "player@2.4", code=4)
    assert "releases/recorder/2.7.md:3" in ran.err and "Traceback" not in ran.err


def test_init_refuses_a_folder_that_has_one_and_overwrites_nothing(
    acme: Kb, tmp_path: Path
) -> None:
    before = acme.read("forewarn.yml")
    assert "already" in run("init", str(acme.root)).err
    assert acme.read("forewarn.yml") == before
    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.txt").write_text("all my work")
    assert run("init", str(full)).code == 1
    assert [p.name for p in full.iterdir()] == ["thesis.txt"]


def test_init_that_cannot_commit_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", "")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    ran = run("init", str(tmp_path / "kb"))
    assert ran.code == 4 and "git config" in ran.err
    assert not (tmp_path / "kb").exists()


def test_doctor_names_each_mend(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    kb.run("doctor")
    kb.write(
        "forewarn.yml",
        "name: x\n"
        "people: {maria: {name: Maria}}\n"
        "channels:\n"
        "  mail: {type: email, host: 127.0.0.1, port: 9, from: a@b.example, username: u, "
        "password: '${FOREWARN_TEST_SECRET}'}\n"
        "subscriptions: [{person: maria, channel: mail}]\n",
    )
    monkeypatch.delenv("FOREWARN_TEST_SECRET", raising=False)
    rows = {row["part"]: row for row in kb.run("doctor", "--format", "json", code=1).json}
    assert "FOREWARN_TEST_SECRET" in rows["channel mail"]["message"]
    assert "'maria' has no email" in rows["subscriptions"]["message"]
    monkeypatch.setenv("FOREWARN_TEST_SECRET", "hunter2")
    ran = kb.run("doctor", "--format", "json", code=1)
    assert "127.0.0.1:9" in ran.out and "hunter2" not in ran.out
    for row in ran.json:
        assert row["health"] == "ok" or row["mend"], row
