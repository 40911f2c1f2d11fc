"""Every format of repository that Git makes is used throughout, or refused in one sentence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from command_line import Kb, run
from feed_server import FeedServer

pytestmark = pytest.mark.slow

FORMATS = {
    "sha1": (),
    "sha256": ("--object-format=sha256",),
    "tables": ("--ref-format=reftable",),
    "sha256 in tables": ("--object-format=sha256", "--ref-format=reftable"),
}


def made(folder: Path, *options: str) -> bool:
    """Make a repository; False where the Git of this machine cannot."""
    command = ["git", "init", "-q", "-b", "main", *options, str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(params=FORMATS)
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Kb | None:
    """A knowledge base in a repository of that format; None where there is no such Git."""
    root = tmp_path / "kb"
    options = FORMATS[request.param]
    if not made(root, *options):
        assert "--ref-format=reftable" in options, "only these need a new Git"
        return None
    ran = run("init", str(root), "--name", "Acme support")
    assert ran.code == 0, ran.err
    subprocess.run(
        ["git", "init", "-q", "--bare", *options[:1], str(tmp_path / "host.git")], check=True
    )
    return Kb(root)


def test_everything_works_in_it(odd: Kb | None) -> None:
    if odd is None:
        return  # the next test says how such a repository is refused
    with FeedServer() as server:
        server.show("recorder 2.4")
        odd.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
        product = "releases/recorder/product.yml"
        row = f"watch:\n  - {{type: feed, url: '{server.url()}', allow_private: true}}\n"
        odd.write(product, odd.read(product) + row)
        odd.commit("Watch it")
        odd.run("watch", "--once")
        server.show("recorder 2.7", "recorder 2.4")
        odd.run("watch", "--once")
    assert len(odd.mails()) == 1
    url = "windows=https://downloads.example.com/recorder-2.8.exe"
    odd.run("release", "add", "recorder", "2.8", "--download", url)
    odd.run("release", "ship", "recorder", "2.8")
    events = odd.run("events", "HEAD~1..HEAD", "--format", "json").json
    assert [(event["kind"], event["version"]) for event in events] == [("shipped", "2.8")]
    odd.run("check")
    odd.run("doctor")
    odd.git("remote", "add", "host", str(odd.root.parent / "host.git"))
    words = ("publish", "--audience", "public", "--branch", "gh-pages", "--push", "host")
    odd.run(*words)
    odd.run(*words)
    there = odd.git("ls-remote", "host", "refs/heads/gh-pages").split()[0]
    assert there == odd.git("rev-parse", "gh-pages").strip()
    assert len(odd.mails()) == 2
    assert odd.git("status", "--porcelain") == ""


def test_a_detached_head_and_a_cherry_pick_are_seen_in_it(odd: Kb | None) -> None:
    if odd is None:
        return
    words = ("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    odd.git("update-ref", "CHERRY_PICK_HEAD", odd.head)
    assert "a cherry-pick is under way" in odd.run(*words, code=1).err
    odd.git("update-ref", "-d", "CHERRY_PICK_HEAD")
    odd.git("update-ref", "REVERT_HEAD", odd.head)
    assert "a revert is under way" in odd.run(*words, code=1).err
    odd.git("update-ref", "-d", "REVERT_HEAD")
    odd.git("checkout", "-q", "--detach")
    assert "detached head" in odd.run(*words, code=1).err
    odd.git("checkout", "-q", "main")
    odd.run(*words)


@pytest.mark.parametrize("extension", ["refStorage", "ofTheFuture"])
def test_a_format_that_this_git_does_not_know_is_refused_by_every_command(
    acme: Kb, extension: str
) -> None:
    """Git itself refuses it; forewarn says so in its own words, and what to do."""
    acme.git("config", "core.repositoryFormatVersion", "1")
    acme.git("config", f"extensions.{extension}", "something-new")
    fresh = acme.root.parent / "fresh"
    (fresh / ".git").parent.mkdir()
    for name in ("objects", "refs"):
        (fresh / ".git" / name).mkdir(parents=True)
    (fresh / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (fresh / ".git/config").write_text((acme.root / ".git/config").read_text())
    here = ("-C", str(acme.root))
    for words in (
        ("init", str(fresh), "--name", "Acme"),
        (*here, "check"),
        (*here, "publish"),
        (*here, "events", "HEAD~1..HEAD"),
        (*here, "release", "add", "recorder", "2.7", "--planned", "2026-12-01"),
        (*here, "product", "add", "studio", "--name", "Studio", "--scheme", "loose"),
    ):
        ran = run(*words)
        assert ran.code in (1, 4), (words, ran)
        assert "Traceback" not in ran.err
    ran = run(*here, "publish")
    assert "the Git of this machine" in ran.err and "Install a newer Git" in ran.err
    doctor = run(*here, "doctor")
    assert doctor.code == 1
    assert "the Git of this machine" in doctor.out and "Install a newer Git" in doctor.out
