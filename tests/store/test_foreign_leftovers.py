"""What looks like our own leftovers, and came in somebody's archive, leads to nowhere else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command_line import Kb, own_git, run

PRECIOUS = {"key": "secret", "index": "somebody's", "x.lock": "held", "before/note": "kept"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = Kb(tmp_path_factory.mktemp("foreign") / "kb")
    with own_git():
        assert run("init", str(kb.root), "--name", "Acme support").code == 0
    return kb


@pytest.fixture
def kb(made: Kb, tmp_path: Path) -> Iterator[Kb]:
    with own_git():
        yield made.copy(tmp_path / "kb")


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """Files of whoever runs forewarn, beside the knowledge base."""
    folder = tmp_path / "precious"
    for name, text in PRECIOUS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def there(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def journal(kb: Kb, *, kept: str = "0", path: str = "x.md", branch: str = "main") -> None:
    scratch = kb.root / ".git" / "forewarn"
    (scratch / "before").mkdir(parents=True, exist_ok=True)
    (scratch / "before" / "0").write_text("what was there")
    said = {
        "what": "Record something",
        "branch": branch,
        "before": kb.head,
        "files": [{"path": path, "new": None, "kept": kept}],
        "along": [],
    }
    (scratch / "journal").write_text(json.dumps(said))


def linked(name: str) -> Callable[[Kb, Path], None]:
    def link(kb: Kb, precious: Path) -> None:
        place = kb.root / ".git" / "forewarn" / name
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(precious / "new" if name == "lock" else precious)

    return link


def beginning(text: str) -> Callable[[Kb, Path], None]:
    def write(kb: Kb, precious: Path) -> None:
        data = text.format(precious).encode("latin-1")
        (kb.root / ".git" / "forewarn" / "beginning").write_bytes(data)

    return write


OUTSIDE = "../../../../precious"
LEFTOVERS: dict[str, Callable[[Kb, Path], None]] = {
    "a copy that lies elsewhere": lambda kb, _: journal(kb, kept=f"{OUTSIDE}/key"),
    "a copy of all": lambda kb, precious: journal(kb, kept=str(precious / "key")),
    "a file that lies elsewhere": lambda kb, precious: journal(kb, path=str(precious / "key")),
    "a file above": lambda kb, _: journal(kb, path="../precious/key"),
    "a branch that lies elsewhere": lambda kb, _: journal(kb, branch=f"../../{OUTSIDE}/x"),
    "a folder that is a link": linked(""),
    "a journal that is a link": linked("journal"),
    "copies that are a link": linked("before"),
    "a lock that is a link": linked("lock"),
    "an option for Git": beginning("--output={}/made"),
    "bytes that are no text": beginning("\xff\xfe"),
}


@pytest.mark.parametrize("name", LEFTOVERS)
def test_nothing_is_written_moved_or_removed_elsewhere(kb: Kb, precious: Path, name: str) -> None:
    LEFTOVERS[name](kb, precious)
    words = ("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    for command in (("check",), words):
        done = run("-C", str(kb.root), *command)
        assert done.code in (0, 1, 4), done
        assert "Traceback" not in done.err
    assert there(precious) == PRECIOUS
    assert "secret" not in there(kb.root / "kb").values()


@pytest.mark.parametrize("name", ["made-by", "_kb.shard"])
@pytest.mark.parametrize("what", ["pipe", "endless"])
def test_a_cache_that_never_ends_is_not_read(kb: Kb, name: str, what: str) -> None:
    kb.run("check")
    place = kb.root / ".forewarn" / "cache" / name
    place.unlink()
    if what == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("/dev/zero")
    kb.run("check")


@pytest.mark.parametrize("lock", [".forewarn/publish.lock", ".git/forewarn/lock"])
@pytest.mark.parametrize("what", ["pipe", "folder"])
def test_a_lock_that_is_no_file_is_a_sentence(kb: Kb, lock: str, what: str) -> None:
    place = kb.root / lock
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    if what == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    words = (
        ("publish", "--audience", "public")
        if "publish" in lock
        else ("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    )
    said = kb.run(*words, code=4).err
    assert str(place) in said
    assert "next: " in said
