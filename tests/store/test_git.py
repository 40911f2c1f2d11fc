"""A command commits its own files and touches nothing else, whatever lies around."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from command_line import REMEDY, Kb, add_to_record

pytestmark = pytest.mark.slow


def test_a_commit_has_only_the_commands_own_file_and_its_trailer(acme: Kb) -> None:
    acme.write("notes.txt", "not yet\n")
    acme.write("kb/half-done.md", "half\n")
    acme.git("add", "kb/half-done.md")
    acme.write("forewarn.yml", acme.read("forewarn.yml") + "# a thought\n")
    before = acme.git("status", "--porcelain")
    acme.run("release", "add", "recorder", "2.5", "--planned", "2026-12-01")
    assert acme.git("status", "--porcelain") == before
    shown = acme.git("show", "--format=%B", "--name-status", "HEAD")
    assert "Forewarn-Event: planned recorder@2.5" in shown
    assert shown.rstrip().endswith("A\treleases/recorder/2.5.md")
    assert shown.count("\t") == 1


def test_a_knowledge_base_may_be_a_folder_of_a_larger_repository(acme: Kb, tmp_path: Path) -> None:
    big = tmp_path / "big"
    subprocess.run(["git", "init", "-q", "-b", "main", str(big)], check=True)
    inside = Kb(big / "support" / "kb")
    shutil.copytree(acme.root, inside.root, ignore=shutil.ignore_patterns(".git"))
    inside.commit()
    inside.run("release", "add", "recorder", "2.5", "--planned", "2026-12-01")
    assert "A\tsupport/kb/releases/recorder/2.5.md" in inside.git("show", "--name-status")
    assert [e["kind"] for e in inside.run("events", "HEAD~1..HEAD", "--format", "json").json] == [
        "planned"
    ]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda kb: kb.git("checkout", "-q", "--detach"), "detached"),
        (
            lambda kb: kb.write(
                ".git/hooks/pre-commit", "#!/bin/sh\necho no way >&2\nexit 1\n"
            ).chmod(0o755),
            "no way",
        ),
        (lambda kb: (kb.root / ".git" / "MERGE_HEAD").write_text(kb.head + "\n"), "merge"),
    ],
    ids=["detached head", "hook", "merge under way"],
)
def test_what_git_refuses_leaves_everything_as_it_was(acme: Kb, spoil, says: str) -> None:  # type: ignore[no-untyped-def]
    head = acme.head
    spoil(acme)
    status = acme.git("status", "--porcelain")
    ran = run_any(acme, "release", "add", "recorder", "2.7", "--planned", "2026-12-01")
    assert ran.code in (1, 4)
    assert says in ran.err and "Traceback" not in ran.err and "next:" in ran.err
    assert acme.head == head
    assert acme.git("status", "--porcelain") == status
    assert not (acme.root / "releases/recorder/2.7.md").exists()


def test_without_a_git_identity_nothing_is_written(
    acme: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NAME", "EMAIL"):
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", "")
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", "")
    acme.git("config", "user.useConfigOnly", "true")
    ran = run_any(acme, "release", "add", "recorder", "2.7", "--planned", "2026-12-01")
    assert ran.code == 4
    assert "who you are" in ran.err and "git config" in ran.err
    assert acme.git("status", "--porcelain") == ""


def test_two_release_managers_at_once_both_get_their_commit(acme: Kb) -> None:
    script = textwrap.dedent("""
        import sys
        from forewarn.cli import main
        sys.argv = ["forewarn", "-C", sys.argv[1], "release", "add", "recorder", sys.argv[2],
                    "--planned", "2026-12-01"]
        main()
    """)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(acme.root), version], stderr=subprocess.PIPE
        )
        for version in ("3.0", "3.1", "3.2")
    ]
    assert [(p.wait(), p.communicate()[1])[0] for p in both] == [0, 0, 0]
    assert acme.git("status", "--porcelain") == ""
    subjects = acme.git("log", "-3", "--format=%s").splitlines()
    assert sorted(subjects) == [f"Record Recorder 3.{n} as planned" for n in range(3)]


def test_edits_keep_the_authors_comments_and_order(recorder_27: Kb) -> None:
    path = "releases/recorder/2.7.md"
    add_to_record(
        recorder_27, path, REMEDY + "# ask Jo before changing this\nreference: https://x.example/\n"
    )
    before = recorder_27.read(path)
    recorder_27.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    after = recorder_27.read(path)
    (added,) = re.findall(r"^  - \{to: shipped, at: \S+Z, by: maria\}\n", after, re.MULTILINE)
    head = before.replace("status: staged", "status: shipped").removesuffix("---\n")
    assert after.replace(added, "") == f"{head}released_at: 2026-05-04\n---\n"


def run_any(kb: Kb, *words: str):  # type: ignore[no-untyped-def]
    from command_line import run

    return run("-C", str(kb.root), *words)
