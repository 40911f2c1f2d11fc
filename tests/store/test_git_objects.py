"""What is read of commits and folders by one process that stays is what Git itself would say."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import own_git
from forewarn.errors import DataError
from forewarn.store.git.repository import Repository
from forewarn.store.layout import RECORD_FOLDERS

pytestmark = pytest.mark.slow

SIGNED = "Maria Keller <maria@example.com>"
WORD = "Forewarn-Reason"


class Made:
    """A repository whose objects are made by hand, as Git would never write some of them."""

    def __init__(self, root: Path, ids: str) -> None:
        self.root = root
        self.ids = ids
        self.length = 20 if ids == "sha1" else 32
        subprocess.run(["git", "init", "-q", f"--object-format={ids}", str(root)], check=True)

    def git(self, *words: str) -> str:
        line = ["git", "-C", str(self.root), *words]
        return subprocess.run(line, check=True, capture_output=True).stdout.decode().strip()

    def put(self, kind: str, content: bytes, under: str | None = None) -> str:
        whole = b"%s %d\0%s" % (kind.encode(), len(content), content)
        id = under or hashlib.new(self.ids, whole).hexdigest()
        self.object(id).parent.mkdir(exist_ok=True)
        self.object(id).write_bytes(zlib.compress(whole))
        return id

    def tree(self, *rows: tuple[str, bytes, str]) -> str:
        return self.put(
            "tree", b"".join(b"%s %s\0%s" % (m.encode(), n, bytes.fromhex(i)) for m, n, i in rows)
        )

    def commit(self, tree: str, *parents: str, more: str = "", by: str = SIGNED) -> str:
        head = "".join(f"parent {parent}\n" for parent in parents)
        made = f"author {SIGNED} 1700000000 +0100\ncommitter {by} 1700000000 +0100\n"
        return self.put("commit", f"tree {tree}\n{head}{made}{more}\nSaid.\n".encode())

    def object(self, id: str) -> Path:
        return self.root / ".git/objects" / id[:2] / id[2:]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with own_git():
        yield Made(tmp_path_factory.mktemp("made"), "sha1")


def _whole(made: Made) -> str:
    """A commit with all that a tree may hold."""
    text, link = made.put("blob", b"text"), made.put("blob", b"elsewhere")
    names = [b"1.0.md", b"a b.md", b"a\tb.md", b"a\nb.md", b"\xc3\xa4.md", b"\xff.md", b'"q".md']
    deep = made.tree(("100755", b"run.sh", text), ("120000", b"there.md", link))
    product = made.tree(
        *(("100644", name, text) for name in sorted([*names, b"product.yml"])),
    )
    other = made.tree(("40000", b"deep", deep), ("160000", b"module", "1" * made.length * 2))
    releases = made.tree(
        ("100644", b"loose.md", text),
        ("40000", b"other", other),
        ("120000", b"pointing", link),
        ("40000", b"recorder", product),
    )
    kb = made.tree(("100644", b"one.md", text), ("40000", b"one", deep))
    return made.commit(made.tree(("40000", b"kb", kb), ("40000", b"releases", releases)))


def _said(ask: Callable[[], Any]) -> Any:
    try:
        found = ask()
        return found if isinstance(found, bool) else found if found is None else _listed(found)
    except DataError as error:
        return str(error), error.help


def _listed(found: Any) -> Any:
    return list(found) if isinstance(found, Iterator) else found


def _answers(repository: Repository, commit: str, before: str, *, read: bool) -> list[Any]:
    asked: list[Callable[[], Any]] = [
        lambda: repository.entries(commit, "releases"),
        lambda: repository.blobs(commit, ["kb"]),
        lambda: repository.blobs(commit, ["releases/recorder", "releases/other", "releases/no"]),
        lambda: repository.blobs(commit, ["releases/recorder/1.0.md", "releases/./other"]),
        lambda: repository.blobs(commit, RECORD_FOLDERS),
        lambda: repository.blob_of(commit, "kb/one.md"),
        lambda: repository.elsewhere(commit, RECORD_FOLDERS),
        lambda: repository.refuse_incomplete(commit, RECORD_FOLDERS),
        lambda: repository.has(commit),
        lambda: repository.has(before),
        lambda: repository.committed_at(commit),
        lambda: repository.descends(commit, before),
        lambda: repository.descends(before, commit),
        lambda: repository.log(before, commit, RECORD_FOLDERS, grep=WORD),
    ]
    if read:
        repository.begin_listing(commit, RECORD_FOLDERS)
    return [_said(ask) for ask in asked]


def _as_git_says(made: Made, commit: str, before: str | None = None) -> list[Any]:
    """The answers, the same also when it was closed: then each has a process of its own."""
    with Repository(made.root) as repository:
        found = _answers(repository, commit, before or commit, read=True)
    assert found == _answers(repository, commit, before or commit, read=False)
    return found


@pytest.mark.parametrize("ids", ["sha1", "sha256"])
def test_what_lies_in_a_commit(ids: str, tmp_path: Path) -> None:
    made = Made(tmp_path, ids)
    found = _as_git_says(made, _whole(made))
    assert [entry.path for entry in found[0]] == [
        "releases/loose.md",
        "releases/other",
        "releases/recorder",
    ]
    assert [blob.path for blob in found[1]] == ["kb/one.md", "kb/one/run.sh"]
    assert {(row.path, row.is_link) for row in found[6]} == {
        ("kb/one/there.md", True),
        ("releases/other/deep/there.md", True),
        ("releases/other/module", False),
        ("releases/pointing", True),
    }


@pytest.mark.parametrize("mode", ["100644", "120000", "160000", None])
def test_records_that_are_in_no_folder(made: Made, mode: str | None) -> None:
    text = made.put("blob", b"text")
    rows = [(mode, b"releases", text)] if mode else []
    found = _as_git_says(made, made.commit(made.tree(*rows)))
    assert found[0] == [] if mode is None else "this is no folder" in found[0][0]


def test_trees_that_git_never_writes(made: Made) -> None:
    text = made.put("blob", b"text")
    folder = made.tree(("100644", b"1.0.md", text))
    one, two = ("40000", b"recorder", folder), ("40000", b"player", folder)
    for rows in (
        (one, two),
        (one, one),
        (("040000", b"recorder", folder),),
        (("100600", b"recorder", text), ("40000", b"tape", folder)),
        (("40000", b"a/b", folder), one),
        (("40000", b"recorder", text),),
    ):
        releases = made.tree(*rows)
        _as_git_says(made, made.commit(made.tree(("40000", b"releases", releases))))


def test_objects_that_are_gone_or_under_another_ones_name(made: Made) -> None:
    gone, text = made.put("blob", b"gone"), made.put("blob", b"text")
    folder = made.tree(("100644", b"1.0.md", gone), ("100644", b"2.0.md", text))
    releases = made.tree(("40000", b"recorder", folder))
    top = made.tree(("40000", b"releases", releases))
    commit = made.commit(top)
    made.object(gone).unlink()
    assert "the content of this file" in _as_git_says(made, commit)[7][0]
    content = b"100644 9.9.md\0" + bytes.fromhex(text)
    for id in (releases, top, commit):
        made.put("tree", content, under=id)
        assert "Git failed" in _as_git_says(made, commit)[0][0]
        made.object(id).unlink()
        assert "Git failed" in _as_git_says(made, commit)[0][0]


def test_commits_of_odd_people_and_with_reasons(made: Made) -> None:
    tree = made.tree()
    first = made.commit(tree)
    for by in ("<>", "A<B <c>", "no address", f"{SIGNED} 99999999999999"):
        odd = made.commit(tree, first, by=by)
        _as_git_says(made, odd, first)
    side = made.commit(tree, first, by="Side <s>")
    for parents, more in (
        ((first,), "encoding latin1\n"),
        ((side, first), ""),
        ((first,), f"gpgsig {WORD}\n"),
        ((first,), ""),
        (("2" * 40,), ""),
        (("2" * 64,), ""),
    ):
        _as_git_says(made, made.commit(tree, *parents, more=more), first)
    cut = made.commit(tree, "2" * 40, by="Cut <c>")
    _as_git_says(made, made.commit(tree, cut), cut)
    kb = made.tree(("40000", b"kb", made.tree(("100644", b"a.md", made.put("blob", b"")))))
    said = made.git("commit-tree", kb, "-p", first, "-m", f"Why\n\n{WORD}: it is gone")
    _, *_, log = _as_git_says(made, said, first)
    assert [entry.id for entry in log] == [said]


def test_a_history_that_was_cut_off_is_not_followed(made: Made) -> None:
    tree = made.tree()
    first = made.commit(tree)
    then = made.commit(tree, first)
    assert _as_git_says(made, then, first)[11] is True
    (made.root / ".git/shallow").write_text(f"{then}\n")
    try:
        assert _as_git_says(made, then, first)[11] is False
    finally:
        (made.root / ".git/shallow").unlink()


def test_what_was_asked_ahead_is_answered_once(made: Made) -> None:
    made.git("read-tree", "--empty")
    with Repository(made.root) as repository:
        repository.begin_asking("refs/none", RECORD_FOLDERS)
        (made.root / "kb").mkdir(exist_ok=True)
        assert repository.ref("refs/none") is None
        repository.uncommitted(RECORD_FOLDERS)
        (made.root / "kb/new.md").touch()
        assert repository.uncommitted(RECORD_FOLDERS) == ("kb/new.md",)
        made.git("update-ref", "refs/none", made.commit(made.tree()))
        assert repository.ref("refs/none") is not None


def test_what_was_asked_ahead_and_never_heard_ends_with_the_repository(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = made.root / ".git/index"
    index.unlink(missing_ok=True)
    os.mkfifo(index)
    try:
        with Repository(made.root) as repository:
            repository.begin_status(RECORD_FOLDERS)
            (begun,) = repository._begun.values()
        assert begun._process.poll() is not None
    finally:
        index.unlink()
