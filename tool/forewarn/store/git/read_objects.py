"""The folders and commits of a repository, read as objects by a process that stays open.

A process for each question takes three milliseconds, and a publish has three dozen. What cannot
be read so, because it is damaged, missing or not what Git writes, is for Git itself to say: then
these know nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from forewarn.expressions import expression
from forewarn.store.git.objects import Objects

_ID = expression(r"[0-9a-f]{40}|[0-9a-f]{64}")
_TREE = expression(rb"tree ([0-9a-f]+)\n")
_PARENT = expression(rb"parent ([0-9a-f]+)\n")
_MADE = expression(rb"author [^\n]*\ncommitter [^<>\n]*<[^<>\n]*> ([0-9]{1,10}) [-+][0-9]{4}\n")
# By the modes that Git writes.
_KINDS = {
    b"40000": ("040000", "tree"),
    b"100644": ("100644", "blob"),
    b"100664": ("100664", "blob"),
    b"100755": ("100755", "blob"),
    b"120000": ("120000", "blob"),
    b"160000": ("160000", "commit"),
}
_MOST_TREES = 100  # from there on, one process that lists all of them is quicker
_MOST_COMMITS = 50


class TreeRow(NamedTuple):
    """An entry of a tree: its mode in six digits, its kind, and the id of its content."""

    mode: str
    kind: str
    id: str
    path: str


class ReadCommit(NamedTuple):
    """A commit as it was written: its tree, its parents, and its seconds since 1970.

    `words` are all of it, as bytes.
    """

    tree: str
    parents: tuple[str, ...]
    seconds: int
    words: bytes


class _AskGit(Exception):
    """Git itself has to be asked."""


class ReadObjects:
    """What was read of a repository's commits and folders; what an id stands for never changes.

    `objects` gives what reads them.
    """

    def __init__(self, objects: Callable[[], Objects]) -> None:
        self._objects = objects
        self._commits: dict[str, ReadCommit] = {}
        self._trees: dict[str, tuple[TreeRow, ...]] = {}

    def has(self, commit: str) -> bool:
        """Whether a commit, by its whole id, is surely here; False says nothing."""
        with suppress(_AskGit):
            self._commit(commit)
            return True
        return False

    def commit(self, id: str) -> ReadCommit | None:
        """A commit by its whole id, whose parents are here; None where Git has to be asked."""
        with suppress(_AskGit):
            return self._with_parents(id)
        return None

    def line(self, since: str, until: str) -> tuple[ReadCommit, ...] | None:
        """The commits that lead from one to another, the newest first, where each has one parent.

        None where they do not, or Git has to be asked. That the history is whole is for the
        caller to see.
        """
        found: list[ReadCommit] = []
        with suppress(_AskGit):
            while until != since:
                commit = self._commit(until)
                if len(commit.parents) != 1 or len(found) == _MOST_COMMITS:
                    return None
                found.append(commit)
                (until,) = commit.parents
            self._with_parents(since)
            return tuple(found)
        return None

    def rows(self, commit: str, places: Sequence[str]) -> tuple[TreeRow, ...] | None:
        """All that a commit has at some paths, and below them, but for the folders themselves.

        None where Git has to be asked.
        """
        with suppress(_AskGit):
            found: list[TreeRow] = []
            for place in sorted(places, key=_in_order):
                for row in self._at(commit, place):
                    found += self._below(row) if row.kind == "tree" else (row,)
            return tuple(found)
        return None

    def entries(self, commit: str, place: str) -> tuple[TreeRow, ...] | None:
        """What lies right in a folder of a commit; it has to be one.

        None where Git has to be asked.
        """
        with suppress(_AskGit):
            found: list[TreeRow] = []
            for row in self._at(commit, place):
                if row.kind != "tree":
                    return None
                found += _inside(place, self._tree(row.id))
            return tuple(found)
        return None

    def _at(self, commit: str, place: str) -> tuple[TreeRow, ...]:
        """The entry at a path, if there is one."""
        id = self._commit(commit).tree
        *folders, name = parts = place.split("/")
        if not {"", ".", ".."}.isdisjoint(parts):
            raise _AskGit
        for folder in folders:
            row = self._named(id, folder)
            if row is None or row.kind != "tree":
                return ()
            id = row.id
        found = self._named(id, name)
        return () if found is None else (found._replace(path=place),)

    def _named(self, tree: str, name: str) -> TreeRow | None:
        found = [row for row in self._tree(tree) if row.path == name]
        if len(found) > 1:
            raise _AskGit  # Git writes no such tree
        return found[0] if found else None

    def _below(self, folder: TreeRow) -> Iterator[TreeRow]:
        looks = 0
        waiting: list[Iterator[TreeRow]] = [iter((folder,))]
        while waiting:
            row = next(waiting[-1], None)
            if row is None:
                waiting.pop()
            elif row.kind == "tree":
                looks += 1
                if looks > _MOST_TREES:
                    raise _AskGit
                waiting.append(_inside(row.path, self._tree(row.id)))
            else:
                yield row

    def _with_parents(self, id: str) -> ReadCommit:
        commit = self._commit(id)
        for parent in commit.parents:
            self._commit(parent)  # without it Git does not follow the history
        return commit

    def _commit(self, id: str) -> ReadCommit:
        if id not in self._commits:
            found = _read_commit(self._content(id, "commit"))
            if any(len(named) != len(id) for named in (found.tree, *found.parents)):
                raise _AskGit
            self._commits[id] = found
        return self._commits[id]

    def _tree(self, id: str) -> tuple[TreeRow, ...]:
        if id not in self._trees:
            self._trees[id] = tuple(_read_tree(self._content(id, "tree"), len(id) // 2))
        return self._trees[id]

    def _content(self, id: str, kind: str) -> bytes:
        content = self._objects().whole(id, kind) if _ID.fullmatch(id) else None
        if content is None:
            raise _AskGit
        return content


def _in_order(place: str) -> bytes:
    """By what Git sorts folders."""
    return f"{place}/".encode("utf-8", "surrogateescape")


def _inside(place: str, rows: Sequence[TreeRow]) -> Iterator[TreeRow]:
    return (TreeRow(mode, kind, id, f"{place}/{name}") for mode, kind, id, name in rows)


def _read_commit(words: bytes) -> ReadCommit:
    tree = _TREE.match(words)
    if tree is None:
        raise _AskGit
    at = tree.end()
    parents: list[str] = []
    while (parent := _PARENT.match(words, at)) is not None:
        parents.append(parent[1].decode())
        at = parent.end()
    made = _MADE.match(words, at)
    if made is None:
        raise _AskGit
    return ReadCommit(tree[1].decode(), tuple(parents), int(made[1]), words)


def _read_tree(content: bytes, length: int) -> Iterator[TreeRow]:
    """The entries of a tree: mode, blank, name, zero, and the id in `length` bytes."""
    at, before = 0, b""
    while at < len(content):
        end = content.find(b"\0", at)
        mode, _, name = content[at : max(end, at)].partition(b" ")
        at = end + 1 + length
        if mode not in _KINDS or b"/" in name or at > len(content):
            raise _AskGit
        word, kind = _KINDS[mode]
        place = name + b"/" if kind == "tree" else name
        if place <= before:
            raise _AskGit  # Git's trees are in order, and it looks no further
        before = place
        id = content[end + 1 : at].hex()
        yield TreeRow(word, kind, id, name.decode("utf-8", "surrogateescape"))
