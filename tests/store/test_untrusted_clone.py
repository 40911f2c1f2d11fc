"""Reading, checking and publishing a clone runs nothing that the clone names."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Kb, run
from forewarn.store.git.unlisted import surely_untracked

pytestmark = pytest.mark.slow

READING: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("check", "--since", "HEAD~1"),
    ("compat", "recorder@2.4", "player@2.4"),
    ("compat", "matrix", "recorder", "player"),
    ("release", "list", "recorder"),
    ("release", "show", "recorder", "2.4"),
    ("suite", "show", "recorder", "2.4"),
    ("impact", "recorder@2.4"),
    ("identify", "recorder-2.4.exe"),
    ("events", "HEAD~1..HEAD"),
    ("publish", "--no-deliver"),
    ("pages", "--audience", "staff", "--to", "PAGES"),
    ("publish", "--audience", "public", "--branch", "gh-pages"),
    ("watch", "--once"),
    ("sightings",),
    ("deliver",),
    ("deliveries",),
    ("doctor",),
)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A program that leaves a mark beside itself when it runs, and a folder for such marks."""
    path = tmp_path / "canary"
    path.write_text(f'#!/bin/sh\necho "$0 $*" >> {tmp_path}/ran\ncat\nexit 0\n')
    path.chmod(0o755)
    return path


def ran(canary: Path) -> str:
    mark = canary.with_name("ran")
    return mark.read_text() if mark.exists() else ""


def hostile(kb: Kb, canary: Path) -> None:
    """Everything by which a clone's own files make Git run a program, all at once."""
    acts = ("clean", "smudge", "process")
    filters = "".join(
        f'[filter "{name}"]\n' + "".join(f"\t{act} = {canary} {act}\n" for act in acts)
        for name in ("evil", "a=b")
    )
    config = f"""
[core]
\tfsmonitor = {canary} fsmonitor
\thooksPath = {canary.parent}/hooks
\tsshCommand = {canary} ssh
\tgitProxy = {canary} proxy
\taskPass = {canary} askpass
\tpager = {canary} pager
\teditor = {canary} editor
\talternateRefsCommand = {canary} alternates
{filters}
[diff]
\texternal = {canary} external
[diff "evil"]
\ttextconv = {canary} textconv
\tcommand = {canary} command
[log]
\tshowSignature = true
[gpg]
\tprogram = {canary} gpg
[gpg "ssh"]
\tprogram = {canary} gpg-ssh
[credential]
\thelper = !{canary} credential
[alias]
\trev-parse = !{canary} alias
[pager]
\tlog = {canary} pager-log
\tstatus = {canary} pager-status
[hook "evil"]
\tcommand = {canary} hook
\tevent = post-index-change
\tevent = reference-transaction
[protocol "ext"]
\tallow = always
"""
    with (kb.root / ".git/config").open("a") as file:
        file.write(config)
    attributes = "*.md filter=evil diff=evil\n*.yml filter=a=b\n*.html filter=evil\n"
    (kb.root / ".git/info/attributes").write_text(attributes)
    hooks = canary.parent / "hooks"
    for folder in (hooks, kb.root / ".git/hooks"):
        folder.mkdir(exist_ok=True)
        for name in ("post-index-change", "reference-transaction", "post-checkout", "pre-push"):
            shutil.copy(canary, folder / name)
    # Where times differ, Git looks at contents, through filters.
    for path in sorted((kb.root / "releases").rglob("*.*")):
        os.utime(path, (1, 1))


def test_no_reading_command_runs_what_a_clone_names(acme: Kb, canary: Path) -> None:
    acme.run("publish", "--no-deliver")
    record = "releases/recorder/2.4.md"
    acme.write(record, acme.read(record) + "More.\n")
    acme.commit()
    hostile(acme, canary)
    acme.write(record, acme.read(record) + "Not committed.\n")
    pages = str(canary.with_name("pages"))
    for words in READING:
        done = run("-C", str(acme.root), *(pages if word == "PAGES" else word for word in words))
        assert "Traceback" not in done.err
        assert done.code in (0, 1, 2), (words, done.out, done.err)
        assert ran(canary) == "", words


def test_the_canary_sings_where_git_is_asked_as_usual(acme: Kb, canary: Path) -> None:
    hostile(acme, canary)
    subprocess.run(["git", "-C", str(acme.root), "status"], capture_output=True, check=False)
    for act in ("fsmonitor", "process", "post-index-change"):
        assert act in ran(canary)


def test_a_commit_runs_hooks_and_filters_as_git_users_expect(acme: Kb, canary: Path) -> None:
    shutil.copy(canary, acme.root / ".git/hooks/pre-commit")
    acme.run("release", "add", "recorder", "2.5", "--planned", "2026-12-01")
    assert "pre-commit" in ran(canary)


def test_a_filter_of_the_users_own_stays_in_force(
    acme: Kb, canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = tmp_path / "users"
    users.write_text(f'[filter "mine"]\n\tclean = {canary} mine\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(users))
    acme.git("config", "filter.mine.clean", f"{canary} theirs")
    (acme.root / ".git/info/attributes").write_text("*.md filter=mine\n")
    for path in (acme.root / "releases").rglob("*.md"):
        os.utime(path, (1, 1))
    acme.run("publish", "--no-deliver")
    assert {line.split()[1] for line in ran(canary).splitlines()} == {"mine"}


def test_a_hidden_bare_repository_is_refused(acme: Kb, canary: Path) -> None:
    """Git's own files (HEAD, objects, refs, config) are files like others in a clone."""
    inside = acme.root / "docs"
    subprocess.run(["git", "init", "-q", "--bare", str(inside)], check=True)
    (inside / "forewarn.yml").write_text("name: Inside\n")
    config = f"\tfsmonitor = {canary} fsmonitor\n\tworktree = .\n"
    (inside / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n{config}"
    )
    for command in ("publish", "doctor", "events"):
        done = run("-C", str(inside), command)
        assert done.code in (1, 4) and "Traceback" not in done.err
        assert "bare repository" in done.out + done.err
    assert ran(canary) == ""
    # The knowledge base around it is read as ever.
    acme.run("check", code=1)


def test_a_folder_of_path_that_is_not_absolute_gives_no_git(
    acme: Kb, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (acme.root / "bin").mkdir()
    shutil.copy(canary, acme.root / "bin/git")
    monkeypatch.setenv("PATH", f"bin{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(acme.root)
    acme.run("publish", "--no-deliver")
    assert ran(canary) == ""


def _ext(canary: Path) -> tuple[str, str]:
    return "remote.origin.url", f"ext::{canary} ext"


def _ssh(canary: Path) -> tuple[str, str]:
    return "remote.origin.url", "ssh://git@example.com/x.git"


def _upload_pack(canary: Path) -> tuple[str, str]:
    return "remote.origin.uploadpack", f"{canary} upload-pack"


@pytest.mark.parametrize("spoil", [_ext, _ssh, _upload_pack])
def test_what_a_partial_clone_lacks_is_said_and_not_fetched(
    acme: Kb, canary: Path, tmp_path: Path, spoil: Callable[[Path], tuple[str, str]]
) -> None:
    record = "releases/recorder/2.4.md"
    acme.write(record, acme.read(record) + "More.\n")
    acme.commit()
    acme.git("config", "uploadpack.allowFilter", "true")
    part = Kb(tmp_path / "part")
    acme.git("clone", "-q", "--filter=blob:none", f"file://{acme.root}", str(part.root))
    for key, value in (
        ("protocol.ext.allow", "always"),
        ("core.sshCommand", f"{canary} ssh"),
        spoil(canary),
    ):
        part.git("config", key, value)
    part.run("check", code=1)
    said = part.run("events", "HEAD~1..HEAD", code=4).err
    assert "partial clone" in said and "git fetch --refetch --no-filter" in said
    part.run("publish", "--no-deliver")
    assert ran(canary) == ""
    for key, value in (
        ("remote.origin.url", f"file://{acme.root}"),
        ("remote.origin.uploadpack", "git-upload-pack"),
    ):
        part.git("config", key, value)
    part.git("fetch", "-q", "--refetch", "--no-filter")
    part.run("events", "HEAD~1..HEAD")


def test_a_signed_head_is_published_where_signatures_are_shown(
    acme: Kb, canary: Path, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingKey", str(key)),
        ("commit.gpgSign", "true"),
        ("log.showSignature", "true"),
    ):
        acme.git("config", name, value)
    acme.run("publish", "--no-deliver")
    acme.run("release", "add", "recorder", "2.5", "--planned", "2026-12-01")
    assert "gpgsig" in acme.git("cat-file", "commit", "HEAD")
    acme.git("mv", "releases/player/2.4.md", "releases/player/2.5.md")
    acme.commit("Named wrongly\n\nForewarn-Reason: a slip")
    for event in acme.run("events", "HEAD~1..HEAD", "--format", "json").json:
        assert "gpg" not in str(event) and "ignature" not in str(event)
    acme.run("publish", "--no-deliver")
    assert "2.5" in add(acme)


def add(kb: Kb) -> str:
    return "".join(p.name for p in (kb.root / "site").rglob("*") if "2.5" in p.name)


@pytest.mark.parametrize("folder", ["releases", "releases/recorder"])
def test_no_command_writes_records_behind_a_link(acme: Kb, tmp_path: Path, folder: str) -> None:
    """Git commits nothing there, and the link may lead to anybody's files."""
    outside = tmp_path / "outside"
    shutil.move(acme.root / folder, outside)
    (acme.root / folder).symlink_to(outside)
    acme.commit("The records are somewhere else")
    before = {path: path.is_file() and path.read_bytes() for path in outside.rglob("*")}
    for words in (
        ("product", "add", "viewer", "--name", "Viewer", "--scheme", "loose"),
        ("release", "add", "recorder", "2.5"),
        ("release", "withdraw", "recorder", "2.4", "--reason", "It loses sound."),
        ("check", "--fix"),
        ("publish", "--no-deliver"),
    ):
        done = run("-C", str(acme.root), *words)
        assert "Traceback" not in done.err
        if folder == "releases" and words[1] in ("add", "withdraw"):
            assert done.code == 1
            assert "symbolic link" in done.err
    assert {path: path.is_file() and path.read_bytes() for path in outside.rglob("*")} == before
    found = acme.run("check", "--format", "json", code=1).json["findings"]
    assert (folder, "stray") in {(each["file"], each["rule"]) for each in found}


@pytest.mark.parametrize(("spelt", "version"), [("state.db", 2), ("state.db", 4), ("State.DB", 2)])
def test_a_state_that_came_with_the_clone_is_found_however_the_index_is_written(
    acme: Kb, spelt: str, version: int
) -> None:
    acme.run("watch", "--once")
    hidden = acme.root / ".forewarn"
    (hidden / spelt).touch()
    acme.git("add", "--force", "--", f".forewarn/{spelt}")
    acme.git("update-index", f"--index-version={version}")
    assert surely_untracked(acme.root, [".forewarn/other.db"]) is (version == 2)
    assert not surely_untracked(acme.root, [".forewarn/state.db"])
    if spelt == "state.db":
        assert "came with the clone" in acme.run("watch", "--once", code=1).err
