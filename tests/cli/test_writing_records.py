"""Writing records by command: in one line at two in the morning, and never half."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import Kb

BODY = "## What you see\n\nNothing.\n"


@pytest.fixture
def body(tmp_path: Path) -> str:
    file = tmp_path / "body.md"
    file.write_text(BODY, encoding="utf-8")
    return str(file)


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """An editor that changes its file (`$1`) by a shell script, as a person would."""
    program = tmp_path / "editor"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(program))


def drafts(kb: Kb) -> list[str]:
    folder = kb.root / ".forewarn" / "drafts"
    return sorted(p.name for p in folder.glob("*.md")) if folder.is_dir() else []


def test_a_known_issue_is_one_command_and_one_commit(acme: Kb, body: str) -> None:
    before = acme.head
    acme.run(
        *("issue", "new", "No sound after the computer slept", "--public"),
        *("--applies", "recorder=>=2.4", "--remediation", "workaround"),
        *("--opened", "2026-06-01", "--body", body),
    )
    assert acme.read("kb/known-issues/no-sound-after-the-computer-slept.md") == (
        "---\ntitle: No sound after the computer slept\nkind: known-issue\naudience: public\n"
        "opened: 2026-06-01\napplies:\n  recorder: '>=2.4'\nremediation: workaround\n---\n" + BODY
    )
    assert acme.git("rev-parse", "HEAD~1").strip() == before
    acme.run("check", "--only", "kb")


def test_an_issue_is_closed_by_naming_the_versions_that_have_the_fix(acme: Kb, body: str) -> None:
    acme.run("issue", "new", "No sound", "--applies", "recorder=<2.8", "--body", body)
    acme.run("issue", "edit", "no-sound", "--fixed-in", "recorder=>=2.8")
    assert 'fixed_in: {recorder: ">=2.8"}' in acme.read("kb/known-issues/no-sound.md")


def test_a_statement_is_one_command_with_who_and_how(acme: Kb) -> None:
    acme.run(
        *("statement", "add", "recorder@2.4", "player", "<2.4", "breaks"),
        *("--about", "playing recordings", "--remedy", "Update the player to 2.4."),
        *("--tested", "played three"),
    )
    answer = acme.run("compat", "recorder@2.4", "player@2.3").out
    assert answer.startswith("BREAKS") and "Update the player to 2.4." in answer
    assert "how: played three" in acme.read("releases/recorder/2.4.md")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("recorder@2.4", "playr", "<2.4", "breaks"), "playr"),
        (("recorder@9", "player", "<2.4", "breaks"), "9"),
        (("recorder", "player", "<2.4", "breaks"), "recorder@2.7"),
        (("recorder@2.4", "player", "2.4-2.7", "works"), "2.4-2.7"),
        (("recorder@2.4", "player", "<2.4", "works", "--by", "maria"), "--tested"),
        (("recorder@2.4", "player", "<2.4", "works", "--about", "a\nb"), "line break"),
    ],
)
def test_a_statement_that_cannot_be_meant_writes_nothing(
    acme: Kb, words: tuple[str, ...], told: str
) -> None:
    before = acme.head, acme.read("releases/recorder/2.4.md")
    ran = acme.run("statement", "add", *words, code=2 if told != "2.4-2.7" else 1)
    assert told in ran.err
    assert (acme.head, acme.read("releases/recorder/2.4.md")) == before


def test_values_are_set_as_they_are_written_and_comments_stay(acme: Kb) -> None:
    path = "releases/recorder/product.yml"
    acme.write(path, "# ours\nname: Recorder # the big one\nscheme: loose\nlockstep: [player]\n")
    acme.commit()
    acme.run(
        "product", "edit", "recorder", "--set", "tracks=[stable, '2.10']", "--unset", "lockstep"
    )
    assert acme.read(path) == (
        "# ours\nname: Recorder # the big one\nscheme: loose\ntracks: [stable, '2.10']\n"
    )
    acme.run("release", "edit", "recorder", "2.4", "--set", "reference=https://example.com/2.10")
    assert "reference: https://example.com/2.10\n" in acme.read("releases/recorder/2.4.md")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--set", "tracks=[sta"), 2, "tracks"),
        (("--set", "colour=red"), 1, "colour"),
        (("--set", "scheme=semver"), 1, "2.4"),  # what it would break lies elsewhere
        (("--unset", "owner"), 2, "owner"),
        (("--set", "name"), 2, "KEY=VALUE"),
        (("--set", "name=Recorder"), 2, "nothing is different"),
        (("--set", "name=x", "--from", os.devnull), 2, "--from"),
        (("--from", os.devnull), 1, "scheme"),
    ],
)
def test_an_edit_that_would_leave_an_error_anywhere_writes_nothing(
    acme: Kb, words: tuple[str, ...], code: int, told: str
) -> None:
    before = acme.head, acme.read("releases/recorder/product.yml")
    assert told in acme.run("product", "edit", "recorder", *words, code=code).err
    assert (acme.head, acme.read("releases/recorder/product.yml")) == before


def test_without_an_option_the_editor_opens_and_what_it_leaves_is_checked(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor(monkeypatch, tmp_path, 'sed -i "s/^track: .*/track: nightly/" "$1"')
    before = acme.head
    ran = acme.run("release", "edit", "recorder", "2.4", code=1)
    assert "nightly" in ran.err and "draft is kept" in ran.err
    assert acme.head == before and "nightly" not in acme.read("releases/recorder/2.4.md")
    # Nobody types it twice: the draft is there, and is mended.
    editor(
        monkeypatch,
        tmp_path,
        'sed -i "s/nightly/stable/; s/^status: .*/&\\nreference: https:\\/\\/example.com\\/x/" "$1"',
    )
    assert "draft" in acme.run("release", "edit", "recorder", "2.4").err
    assert "reference: https://example.com/x" in acme.read("releases/recorder/2.4.md")
    assert drafts(acme) == []


def test_what_somebody_changed_while_the_editor_was_open_is_not_overwritten(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record = acme.root / "releases/recorder/2.4.md"
    editor(monkeypatch, tmp_path, f'echo "Mine." >> "$1"; echo "Theirs." >> "{record}"')
    assert "meanwhile" in acme.run("release", "edit", "recorder", "2.4", code=1).err
    assert record.read_text(encoding="utf-8").endswith("Theirs.\n")
    assert len(drafts(acme)) == 1


def test_an_editor_that_changes_nothing_commits_nothing(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor(monkeypatch, tmp_path, "true")
    before = acme.head
    assert "nothing was changed" in acme.run("product", "edit", "recorder", code=2).err
    assert acme.head == before and drafts(acme) == []


def test_line_ends_stay_as_their_author_has_them(acme: Kb) -> None:
    path = acme.root / "releases/recorder/2.4.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    acme.commit()
    acme.run("release", "edit", "recorder", "2.4", "--set", "reference=https://example.com/x")
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") and b"example.com/x\r\n" in data


def test_articles_are_found_by_any_of_their_names(acme: Kb, body: str) -> None:
    acme.run("article", "new", "Übergabe an die Zweite Linie", "--body", body)
    path = "kb/ubergabe-an-die-zweite-linie.md"
    assert "audience: staff" in acme.read(path), "nobody cleared it for customers"
    for name in (path, path.removeprefix("kb/"), "ubergabe-an-die-zweite-linie"):
        acme.run("article", "edit", name, "--set", f"reference=https://example.com/{len(name)}")
    missed = acme.run("article", "edit", "ubergabe-an-die-zweite-lini", "--set", "a=b", code=2)
    assert path in missed.err
    assert (
        "there is an article"
        in acme.run("article", "new", "Übergabe an die zweite Linie", "--body", body, code=1).err
    )
    for name in ("../x", "a/../../x", "CON", "a b"):
        acme.run("article", "new", "T", "--name", name, "--body", body, code=2)


def test_a_suite_is_recorded_with_what_is_in_it(acme: Kb) -> None:
    acme.run("product", "add", "studio", "--name", "Studio", "--scheme", "loose")
    acme.run("suite", "add", "studio", "2026.1", "recorder@2.4", "player@2.4")
    assert acme.run("suite", "show", "studio", "2026.1", "--format", "json").json["members"]
    acme.run("suite", "add", "studio", "2026.2", "recorder@9.9", code=2)
    acme.run("suite", "add", "studio", "2026.2", "recorder@2.4", "recorder@2.4", code=2)


def test_a_page_is_opened_by_its_product_and_version(acme: Kb) -> None:
    acme.write("forewarn.yml", "name: A\nsites: {staff: https://kb.example.com/staff}\n")
    acme.commit()
    for words, page in (
        ((), ""),
        (("recorder",), "products/recorder/"),
        (("recorder", "2.4"), "products/recorder/2.4/"),
        (("recorder@2.4",), "products/recorder/2.4/"),
    ):
        ran = acme.run("open", *words, "--print")
        assert ran.out.strip() == f"https://kb.example.com/staff/{page}"
    assert "publish" in acme.run("open", "--audience", "public", "--print", code=2).err
    assert "recorder" in acme.run("open", "recordr", "--print", code=2).err


def test_a_command_that_is_mistyped_is_suggested(acme: Kb) -> None:
    assert "Did you mean 'release'" in acme.run("relase", code=2).err


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("forewarn rel", ["release"]),
        ("forewarn release show rec", ["recorder"]),
        ("forewarn release show recorder ", ["2.4"]),
        ("forewarn -C KB release ship player 2", ["2.4"]),
        ("forewarn impact pl", ["player"]),
        ("forewarn open ../", []),
        ("forewarn release show ../.. ", []),
        ("forewarn release show recorder@", ["recorder@2.4"]),
        ("forewarn compat rec", ["recorder"]),
        ("forewarn compat recorder@2.4 player ", ["2.4"]),
        ("forewarn product add deck --scheme sem", ["semver"]),
        ("forewarn version compare pep", ["pep440"]),
    ],
)
@pytest.mark.slow
def test_the_tab_key_completes_products_versions_and_schemes(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]
) -> None:
    monkeypatch.chdir(acme.root)
    line = words.replace("KB", str(acme.root))
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv[0] = 'forewarn'; from forewarn.cli import main; main()",
        ],
        env=os.environ
        | {
            "_FOREWARN_COMPLETE": "fish_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": line.rpartition(" ")[2],
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert [
        row.split("plain,")[-1].split("\t")[0] for row in done.stdout.split("\n") if row
    ] == offered


@pytest.mark.slow
def test_bash_replaces_only_what_stands_behind_the_last_sign(acme: Kb) -> None:
    lines = {
        "forewarn compat recorder@": "2.4",
        "forewarn compat recorder@2": "2.4",
        "forewarn statement add recorder 2.4 pl": "player",
        "forewarn statement add recorder ": "2.4 player recorder",
    }
    asked = "\n".join(
        f"COMP_LINE='{line}' COMP_POINT=${{#COMP_LINE}} COMPREPLY=(); COMP_POINT=${{#COMP_LINE}}; "
        f"_forewarn_completion '{Path(sys.executable).parent / 'forewarn'}'; "
        'echo "${COMPREPLY[*]}"'
        for line in lines
    )
    script = f"{acme.run('completion', 'bash').out}\n{asked}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script], cwd=acme.root, capture_output=True, text=True, check=False
    )
    assert (done.stdout.splitlines(), done.stderr) == ([*lines.values()], "")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_completes_also_where_nobody_has_started_its_completion(
    acme: Kb, tmp_path: Path
) -> None:
    script = f"{acme.run('completion', 'zsh').out}\nprint $_comps[forewarn]\n"
    environment = {**os.environ, "ZDOTDIR": str(tmp_path)}
    command = ["zsh", "-f", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("_forewarn_completion\n", "")


def test_a_draft_of_yesterday_does_not_undo_what_was_changed_since(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = "releases/recorder/2.4.md"
    editor(monkeypatch, tmp_path, 'echo "Mine." >> "$1"; sed -i "s/^track: .*/track: nigh/" "$1"')
    acme.run("release", "edit", "recorder", "2.4", code=1)
    acme.run("release", "edit", "recorder", "2.4", "--set", "reference=https://example.com/x")
    editor(monkeypatch, tmp_path, 'echo "Later." >> "$1"')
    assert "changed since" in acme.run("release", "edit", "recorder", "2.4").err
    now = acme.read(path)
    assert "reference: https://example.com/x\n" in now and now.endswith("Later.\n")
    assert "nigh" not in now and "Mine." not in now
    (kept,) = drafts(acme)
    assert "Mine." in acme.read(f".forewarn/drafts/{kept}")


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [
        ('rm "$1"', 2, "left no file"),
        ('rm "$1"; mkdir "$1"', 2, "left no file"),
        ("exit 1", 1, "did not end well"),
        ("kill -9 $$", 1, "did not end well"),
        ('printf "\\377" >> "$1"', 1, "UTF-8"),
    ],
)
def test_an_editor_that_goes_wrong_loses_nothing_and_says_so(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, code: int, told: str
) -> None:
    editor(monkeypatch, tmp_path, script)
    before = acme.head, acme.read("releases/recorder/2.4.md")
    ran = acme.run("release", "edit", "recorder", "2.4", code=code)
    assert told in ran.err and "Traceback" not in ran.err
    assert (acme.head, acme.read("releases/recorder/2.4.md")) == before


@pytest.mark.parametrize("named", ["no-such-editor", "'no end", "/"])
def test_an_editor_that_cannot_be_started_is_told_with_what_names_it(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("VISUAL", named)
    ran = acme.run("release", "edit", "recorder", "2.4", code=1)
    assert "did not end well" in ran.err and "EDITOR" in ran.err and "Traceback" not in ran.err
    assert drafts(acme) == []


@pytest.mark.parametrize("closed", [True, False])
def test_without_a_terminal_no_editor_is_opened(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    """As from a timer, which may have closed standard input."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    if closed:
        monkeypatch.setattr(sys, "stdin", None)
    before = acme.head
    for words in (("release", "edit", "recorder", "2.4"), ("article", "new", "T")):
        assert "no terminal to open an editor in" in acme.run(*words, code=2).err
    assert acme.head == before


def test_of_a_known_issue_the_versions_may_be_written_in_the_editor(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor(monkeypatch, tmp_path, 'echo "No sound." >> "$1"')
    assert "PRODUCT" in acme.run("issue", "new", "Mute", code=1).err
    editor(monkeypatch, tmp_path, 'sed -i "s/PRODUCT: .*/recorder: \'<2.4\'/" "$1"')
    acme.run("issue", "new", "Mute")
    assert "recorder: '<2.4'" in acme.read("kb/known-issues/mute.md")


@pytest.mark.parametrize(
    "data",
    [
        b"---\ntitle: \xff\n---\nx\n",
        b"---\n---\nx\n",
        b"---\n- a\n---\nx\n",
        b"---\na\n---\nx\n",
        b"---\ntitle: [a\n---\nx\n",
        b"---\ntitle: a\ntitle: b\n---\nx\n",
        b"---\ntitle: a\x0ckind\n---\nx\n",
        b"",
    ],
)
def test_a_file_that_no_command_can_change_is_told_and_left(acme: Kb, data: bytes) -> None:
    path = acme.root / "kb" / "broken.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    ran = acme.run("article", "edit", "broken", "--set", "title=b", code=4)
    assert "forewarn check" in ran.err and "Traceback" not in ran.err
    assert path.read_bytes() == data


@pytest.mark.parametrize("value", ["&a x", "*a", "!!python/name:os.system x", "! x", "[" * 3000])
def test_a_value_that_a_record_would_not_hold_as_it_is_written_is_refused(
    acme: Kb, value: str
) -> None:
    before = acme.head, acme.read("releases/recorder/product.yml")
    ran = acme.run("product", "edit", "recorder", "--set", f"owner={value}", code=2)
    assert "owner" in ran.err and "Traceback" not in ran.err
    assert (acme.head, acme.read("releases/recorder/product.yml")) == before


@pytest.mark.parametrize("value", ["+1", "TRUE", "1__0", "~", "0x1F"])
def test_a_value_is_written_as_it_was_typed(acme: Kb, value: str) -> None:
    acme.run("product", "edit", "recorder", "--set", f"description={value}")
    assert f"\ndescription: {value}\n" in acme.read("releases/recorder/product.yml")


def test_a_link_is_not_edited_as_if_it_were_an_article(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: a\nkind: policy\naudience: staff\n---\n", encoding="utf-8")
    link = acme.root / "kb" / "link.md"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(secret)
    editor(monkeypatch, tmp_path, 'echo x >> "$1"')
    for words in ((), ("--set", "title=b")):
        assert "symbolic link" in acme.run("article", "edit", "link", *words, code=1).err
    assert link.is_symlink() and drafts(acme) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--applies", "recorder=<2.4", "--applies", "recorder=>2.6"), "twice"),
        (("--applies", "recorder=<2.4", "--contingency", "a\nb"), "line break"),
        (("--applies", "recorder=<2.4", "--contingency", " "), "empty"),
    ],
)
def test_nothing_that_was_said_of_an_issue_is_dropped_silently(
    acme: Kb, body: str, words: tuple[str, ...], told: str
) -> None:
    before = acme.head
    ran = acme.run("issue", "new", "No sound", *words, "--body", body, code=2)
    assert told in ran.err and acme.head == before


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        (b"\xff\xff bad", 2, "UTF-8"),
        (b"x" * 1_000_001, 2, "1000000 bytes"),
        (b"\xef\xbb\xbfOne.\r\nTwo.\r\n", 0, ""),
        ("One.\r\nTwo.\r\n".encode("utf-16"), 0, ""),
    ],
)
def test_a_text_comes_from_a_file_of_any_editor_or_is_refused(
    acme: Kb, tmp_path: Path, data: bytes, code: int, told: str
) -> None:
    file = tmp_path / "text"
    file.write_bytes(data)
    ran = acme.run("article", "new", "T", "--body", str(file), code=code)
    assert told in ran.err and "Traceback" not in ran.err
    if code == 0:
        assert acme.read("kb/t.md").endswith("---\nOne.\nTwo.\n")


def test_an_inspection_tag_says_how(acme: Kb) -> None:
    before = acme.head
    for option in ("--tested", "--about", "--remedy", "--limits"):
        words = ("recorder@2.4", "player", "<2.4", "works", option, " ")
        assert "is empty" in acme.run("statement", "add", *words, code=2).err
    assert acme.head == before


@pytest.mark.parametrize("kind", [("article", "new"), ("issue", "new", "--applies", "recorder=<9")])
def test_headings_that_nobody_filled_are_published_to_nobody(
    acme: Kb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    editor(monkeypatch, tmp_path, "true")
    before = acme.head
    assert "nothing was changed" in acme.run(*kind, "Later", "--public", code=2).err
    assert acme.head == before and drafts(acme) == []
    assert not list(acme.root.glob("kb/**/later.md"))


def test_what_else_people_call_a_product_is_added_by_command(acme: Kb) -> None:
    acme.run("product", "edit", "recorder", "--alias", "rec", "--alias", "owl=2")
    acme.run("product", "edit", "recorder", "--alias", "tape")
    assert 'aliases: ["rec", {"owl": "2"}, "tape"]\n' in acme.read("releases/recorder/product.yml")
    acme.run(
        *("product", "add", "studio", "--name", "Studio", "--scheme", "loose"),
        *("--alias", "desk"),
    )
    assert acme.read("releases/studio/product.yml").endswith("aliases:\n  - desk\n")
    assert "stands between" in acme.run("product", "edit", "studio", "--alias", "a@b", code=2).err
    assert acme.run("product", "list", "--format", "json").json[1]["aliases"][1] == {
        "name": "owl",
        "line": "2",
    }
