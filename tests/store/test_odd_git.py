"""Odd states of a repository: a sentence with the mend, and never a site that lacks a record."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Kb, run

pytestmark = pytest.mark.slow


def _head_is_garbage(kb: Kb) -> None:
    (kb.root / ".git/HEAD").write_text("garbage\n")


def _ref_is_empty(kb: Kb) -> None:
    (kb.root / ".git/refs/heads/main").write_text("")


def _commit_is_gone(kb: Kb) -> None:
    kb.object("HEAD").unlink()


def _tree_is_gone(kb: Kb) -> None:
    kb.object("HEAD^{tree}").unlink()


def _blob_is_gone(kb: Kb) -> None:
    kb.object("HEAD:releases/recorder/2.4.md").unlink()


def _config_is_broken(kb: Kb) -> None:
    with (kb.root / ".git/config").open("a") as file:
        file.write("[core\n")


def _files_are_elsewhere(kb: Kb) -> None:
    kb.git("config", "core.worktree", str(kb.root.parent))


ODD: list[tuple[Callable[[Kb], None], str, str]] = [
    (_head_is_garbage, "Git does not take this for a repository", "HEAD names a branch"),
    (_ref_is_empty, "the checked-out commit cannot be read", "git reflog"),
    (_commit_is_gone, "the checked-out commit cannot be read", "git fsck"),
    (_tree_is_gone, "reading the tree", "git fsck"),
    (_blob_is_gone, "the content of this file", "git fetch --refetch"),
    (_config_is_broken, "bad config", "git config --list --show-origin"),
    (_files_are_elsewhere, "has its files elsewhere", "git config --unset core.worktree"),
]


@pytest.mark.parametrize(
    ("spoil", "says", "mend"), ODD, ids=lambda part: getattr(part, "__name__", "")
)
def test_a_repository_that_cannot_be_read_is_never_published(
    acme: Kb, spoil: Callable[[Kb], None], says: str, mend: str
) -> None:
    acme.run("check", code=1)  # the records are read, and kept, before it happens
    spoil(acme)
    ran = acme.run("publish", code=4)
    assert says in ran.err and mend in ran.err
    assert "no commits yet" not in ran.err and "Traceback" not in ran.err
    assert not (acme.root / "site").exists()
    doctor = acme.run("doctor", code=1)
    assert says in doctor.out and mend in doctor.out


@pytest.mark.parametrize(
    "spoil", [_head_is_garbage, _ref_is_empty, _commit_is_gone, _config_is_broken]
)
def test_nothing_is_written_where_nothing_can_be_committed(
    acme: Kb, spoil: Callable[[Kb], None]
) -> None:
    spoil(acme)
    ran = acme.run("release", "add", "recorder", "2.7", "--planned", "2026-12-01", code=4)
    assert "detached" not in ran.err and "next:" in ran.err
    assert not (acme.root / "releases/recorder/2.7.md").exists()


def test_a_branch_without_a_commit_is_told_from_a_damaged_one(acme: Kb) -> None:
    acme.git("checkout", "-q", "--orphan", "new")
    assert "no commits yet" in acme.run("publish", code=4).err
    acme.git("pack-refs", "--all")
    acme.git("checkout", "-q", "-f", "main")
    acme.object("HEAD").unlink()
    assert "cannot be read" in acme.run("publish", code=4).err


def test_a_damaged_index_holds_up_no_alert_and_is_named_with_its_mend(acme: Kb) -> None:
    (acme.root / ".git/index").write_text("damaged")
    ran = acme.run("publish", "--no-deliver", code=4)
    assert "rm .git/index && git reset" in ran.err
    (acme.root / ".git/index").unlink()
    acme.git("reset", "-q")
    acme.run("publish", "--no-deliver")


def test_linked_worktrees_shallow_clones_and_submodules_are_published(
    acme: Kb, tmp_path: Path
) -> None:
    acme.git("worktree", "add", "-q", "-b", "more", str(tmp_path / "linked"))
    acme.git("clone", "-q", "--depth=1", f"file://{acme.root}", str(tmp_path / "shallow"))
    above = tmp_path / "above"
    subprocess.run(["git", "init", "-q", str(above)], check=True)
    allow = ("-c", "protocol.file.allow=always")
    acme.git("-C", str(above), *allow, "submodule", "add", "-q", str(acme.root), "kb")
    for root in (tmp_path / "linked", tmp_path / "shallow", above / "kb"):
        Kb(root).run("publish", "--audience", "public", "--no-deliver")
        assert (root / "site/public/products/recorder/2.4/index.html").exists()


def test_what_replaces_a_commit_here_alone_is_not_published(acme: Kb) -> None:
    """Replacements and grafts are of one clone; a commit is what its id says everywhere."""
    real = acme.head
    acme.git("rm", "-q", "-r", "releases/recorder")
    acme.commit("Without")
    other = acme.head
    acme.git("reset", "-q", "--hard", real)
    acme.git("replace", real, other)
    acme.run("publish", "--audience", "public", "--no-deliver")
    assert (acme.root / "site/public/products/recorder/2.4/index.html").exists()


@pytest.mark.parametrize("name", [b"releases/recorder/2.5\xe9.md", b"kb/b\xe9.md"])
def test_a_name_that_is_not_utf8_is_a_finding_and_no_traceback(acme: Kb, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(acme.root) + b"/" + name))
    path.write_text("---\nstatus: planned\nplanned_for: 2027-01-01\n---\n")
    for _ in range(2):
        ran = acme.run("check", code=1)
        assert "\\xe9.md:1: error" in ran.out and "[unsafe-name]" in ran.out
        for form in ("json", "sarif", "github"):
            assert "unsafe-name" in acme.run("check", "--format", form, code=1).out
    assert "xe9" in acme.run("publish", "--no-deliver").out
    acme.commit()
    assert "\\xe9.md" in acme.run("publish", "--no-deliver", code=4).err
    acme.run("events", "HEAD~1..HEAD", code=3)
    acme.run("release", "add", "recorder", "2.7", "--planned", "2026-12-01")


def test_a_name_makes_no_line_of_its_own_in_a_log(acme: Kb) -> None:
    evil = "\n::error file=x::hacked\r\x1b[31m\u2028::warning::x"
    acme.write(f"kb/a{evil}.md", "x")
    acme.write(f"releases/recorder/2.5{evil}.md", "x")
    acme.write(f"kb/a{evil}.png", "x")
    outputs = [acme.run("check", "--format", form, code=1) for form in ("text", "github")]
    outputs.append(acme.run("publish", "--no-deliver"))
    acme.commit()
    outputs += [run("-C", str(acme.root), *words) for words in COMMANDS]
    for ran in outputs:
        for line in (ran.out + ran.err).splitlines():
            assert not line.lstrip().startswith(("::error file=x", "::warning::x")), line
            assert "\x1b" not in line


COMMANDS = (
    ("publish", "--no-deliver"),
    ("events", "HEAD~1..HEAD"),
    ("doctor",),
    ("release", "list"),
    ("compat", "recorder@2.5", "player@2.4"),
    ("check", "--since", "HEAD~1"),
)


@pytest.mark.parametrize("folder", ["releases", "kb"])
def test_a_commit_whose_records_lie_behind_a_link_is_not_published_as_empty(
    acme: Kb, tmp_path: Path, folder: str
) -> None:
    (acme.root / folder).rename(tmp_path / "elsewhere") if (acme.root / folder).exists() else None
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    (acme.root / folder).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    acme.commit("A link")
    ran = acme.run("publish", code=4)
    assert f"{folder}: this is no folder but a file or a symbolic link" in ran.err
    assert not (acme.root / "site").exists()


@pytest.mark.parametrize("what", ["releases/recorder", "releases/recorder/2.4.md", "kb/module"])
def test_what_became_a_link_or_a_module_is_not_told_as_gone(
    acme: Kb, tmp_path: Path, what: str
) -> None:
    place = acme.root / what
    if what == "kb/module":
        acme.git("init", "-q", str(place))
        acme.git("-C", str(place), "commit", "-q", "--allow-empty", "-m", "Begin")
    else:
        place.rename(tmp_path / "elsewhere")
        place.symlink_to(tmp_path / "elsewhere")
    acme.commit("It lies elsewhere now")
    assert "it would be refused" in acme.run("publish", "--plan", code=1).out
    said = acme.run("publish", code=1).err
    assert f"{what}:1: this is a" in said and "Git has nothing of what lies behind" in said
    assert acme.mails() == [] and not (acme.root / "site").exists()
    words = ("pages", "--audience", "staff", "--to", str(tmp_path / "pages"))
    assert "nothing was written" in acme.run(*words, code=1).err


def test_what_a_sparse_checkout_leaves_out_is_not_said_to_be_unknown(acme: Kb) -> None:
    acme.git("status")  # it was copied: Git looks at its files anew
    acme.git("sparse-checkout", "set", "--no-cone", "/*", "!/releases/recorder/")
    for words in (("check",), ("release", "list"), ("identify", "2.4"), ("watch", "--once")):
        said = acme.run(*words, code=4).err
        assert "2 records or articles are in Git and not checked out here" in said, words
        assert "next: Get them: `git sparse-checkout disable`." in said, words
    acme.git("sparse-checkout", "set", "--no-cone", "/*", "!/elsewhere/")
    acme.run("release", "list")
    acme.git("sparse-checkout", "disable")
    acme.run("release", "list")
