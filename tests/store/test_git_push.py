"""A push never asks, never hangs, and when it is refused says what to do."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Kb
from forewarn.errors import DataError
from forewarn.store.git.objects import Objects
from forewarn.store.git.push import push
from forewarn.store.git.repository import Repository
from waiting import SECONDS, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def host(kb: Kb, tmp_path: Path) -> Path:
    """A bare repository that the knowledge base knows as `host`, and a branch to push to it."""
    path = tmp_path / "host.git"
    kb.git("init", "-q", "--bare", str(path))
    kb.git("remote", "add", "host", str(path))
    kb.git("branch", "gh-pages")
    return path


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"git://127.0.0.1:{server.getsockname()[1]}/host.git"


def refused(kb: Kb, remote: str = "host", **limits: float) -> DataError:
    with Repository(kb.root) as repository, pytest.raises(DataError) as caught:
        push(repository, "gh-pages", remote, **limits)
    return caught.value


def hook(host: Path, script: str) -> None:
    path = host / "hooks/pre-receive"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_what_is_pushed_arrives(kb: Kb, host: Path) -> None:
    with Repository(kb.root) as repository:
        push(repository, "gh-pages", "host")
    assert kb.git("ls-remote", "host", "gh-pages").split()[0] == kb.head


def test_a_server_that_never_answers_is_given_up(kb: Kb, host: Path, silent: str) -> None:
    began = time.monotonic()
    error = refused(kb, silent, silence=1.0)
    assert time.monotonic() - began < SECONDS
    assert "Git was silent for 1 s" in error.what
    assert "git ls-remote" in str(error.help)


def test_what_goes_on_without_end_is_given_up_and_leaves_nothing_running(
    kb: Kb, host: Path, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    hook(host, f"echo $$ > {pid}; while true; do echo still checking; sleep 0.2; done")
    error = refused(kb, within=3.0)
    assert "it was not done within 3 s" in error.what
    running = Path(f"/proc/{pid.read_text().strip()}")
    wait_for(lambda: not running.exists())


def test_commits_that_are_only_there_are_kept_and_the_way_on_is_said(kb: Kb, host: Path) -> None:
    other = kb.root.parent / "other"
    kb.git("push", "-q", "host", "gh-pages")
    kb.git("clone", "-q", "-b", "gh-pages", str(host), str(other))
    Kb(other).write("theirs.txt", "theirs\n")
    theirs = Kb(other).commit()
    Kb(other).git("push", "-q", "origin", "gh-pages")
    kb.git("commit", "-q", "--allow-empty", "-m", "ours")
    kb.git("branch", "-f", "gh-pages", "main")
    error = refused(kb)
    assert "rejected" in error.what
    assert "`git fetch host +gh-pages:gh-pages`" in str(error.help)
    assert kb.git("ls-remote", "host", "gh-pages").split()[0] == theirs
    kb.git("fetch", "-q", "host", "+gh-pages:gh-pages")
    with Repository(kb.root) as repository:
        push(repository, "gh-pages", "host")


@pytest.mark.parametrize(
    ("script", "mend"),
    [
        ("echo 'GH006: Protected branch update failed for gh-pages.'; exit 1", "name another"),
        ("echo 'no'; exit 1", "name another branch"),
    ],
)
def test_a_rule_of_the_server_is_named(kb: Kb, host: Path, script: str, mend: str) -> None:
    hook(host, script)
    assert mend in str(refused(kb).help)


@pytest.mark.parametrize(
    ("remote", "mend"),
    [
        ("nowhere", "git remote -v"),
        ("/no/such/repository", "git remote -v"),
        ("git://vendor.invalid/host.git", "git ls-remote"),
        ("-x", "git remote -v"),
    ],
)
def test_a_remote_that_is_not_there_is_told_with_what_to_look_at(
    kb: Kb, host: Path, remote: str, mend: str
) -> None:
    error = refused(kb, remote)
    assert error.what.startswith(f"gh-pages could not be pushed to {remote}: ")
    assert mend in str(error.help)


def test_a_password_in_the_address_is_not_repeated(kb: Kb, host: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://maria:secret@127.0.0.1:{port}/host.git?token=secret"
    error = refused(kb, url, silence=20)
    assert "secret" not in f"{error.what} {error.help}"


def test_alerts_go_out_and_others_may_publish_before_the_push_is_done(kb: Kb, host: Path) -> None:
    kb.git("branch", "-D", "gh-pages")
    kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    url = "windows=https://downloads.example.com/recorder-2.7.exe"
    kb.run("release", "add", "recorder", "2.7", "--download", url)
    kb.run("release", "ship", "recorder", "2.7")
    lock = kb.root / ".forewarn/publish.lock"
    hook(
        host,
        f"ls {kb.root}/.forewarn/mail/*.eml >/dev/null || exit 1\n"
        f"if command -v flock >/dev/null; then flock -n {lock} true || exit 1; fi",
    )
    words = ("publish", "--audience", "public", "--branch", "gh-pages", "--push", "host")
    kb.run(*words)
    assert kb.git("ls-remote", "host", "gh-pages").split()[0]
    assert len(kb.mails()) == 1


def test_an_object_that_never_comes_is_not_waited_for_without_end(acme: Kb) -> None:
    blob = acme.git("rev-parse", "HEAD:forewarn.yml").strip()
    path = acme.object(blob)
    path.unlink()
    os.mkfifo(path)
    objects = Objects(str(acme.root / ".git"), seconds=1.0)
    try:
        with pytest.raises(DataError, match=r"it took more than 1 s"):
            objects.read(blob)
    finally:
        objects.close()


def test_an_object_that_is_missing_or_damaged_is_named_with_its_mend(acme: Kb) -> None:
    record = "releases/recorder/2.4.md"
    acme.write(record, acme.read(record) + "More.\n")
    acme.commit("Written by hand, so that nobody has read it yet")
    blob = acme.git("rev-parse", f"HEAD:{record}").strip()
    path = acme.object(blob)
    path.chmod(0o644)
    path.write_bytes(b"no object")
    ran = acme.run("events", "HEAD~1..HEAD", code=4)
    assert f"Git cannot read the object {blob[:10]}" in ran.err and "git fsck" in ran.err
    path.unlink()
    assert f"{blob[:10]}: it is not in this clone" in acme.run("events", "HEAD~1..HEAD", code=4).err
