"""What is derived by looking at what changed alone is what follows from all of the records."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from command_line import AUTHOR
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.event import EventKind
from forewarn.services.publish.events import derive_between
from forewarn.store.catalogue.commit import load_commit
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.git.repository import Repository
from kb_builder import Kb, story

Files = dict[str, str]
RECORDER, PLAYER = "releases/recorder", "releases/player"
A_DAY = 3  # edits


def _beginning(root: Path) -> Kb:
    kb = story(root)
    kb.product("studio", "Studio").release(
        "studio", "1", "2026-05-01", "contains: {recorder: 2.4, player: 2.4}"
    )
    kb.product("codec", "Codec", "audience: staff\n").release("codec", "0.9", "2026-02-01")
    kb.product("viewer", "Viewer")
    for number in range(6):
        kb.release("viewer", f"1.{number}", f"2026-01-0{number + 1}", notes="See kb/secret.md.\n")
    kb.release("viewer", "2.0", "", "status: planned\nplanned_for: 2026-07-01\n")
    kb.release("viewer", "2.1", "", "status: staged\n")
    # These are never edited: what changes is the day, another's order, and whether there is a fix.
    kb.article(
        "no-sound",
        "No sound",
        "kind: known-issue\nremediation: none\napplies: {recorder: '2.7'}\n"
        "fixed_in: {recorder: '>=2.8'}\n",
    )
    kb.product("teaser", "Teaser").release(
        "teaser", "1.0", "", "status: planned\nannounced_at: 2026-05-24\nplanned_for: 2026-09-01\n"
    )
    kb.product("plug", "Plug").release("plug", "1", "2026-05-01", STATED.format("<2.7", "breaks"))
    kb.article("secret", "Inside", "audience: staff\n")
    kb.article(
        "black-frames",
        "Black frames",
        "kind: known-issue\nremediation: workaround\napplies: {viewer: '<1.4'}\n"
        "fixed_in: {viewer: '>=2.1'}\n",
    )
    return kb


def _with(path: str, old: str, new: str) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        if path in files:
            files[path] = files[path].replace(old, new, 1)

    return edit


def _set(path: str, text: str | None) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        files.pop(path, None)
        if text is not None:
            files[path] = text

    return edit


def _moved(old: str, new: str) -> Callable[[Files], None]:
    """A file, or all of a folder, under another name."""

    def edit(files: Files) -> None:
        for path in [path for path in files if path == old or path.startswith(f"{old}/")]:
            files[new + path.removeprefix(old)] = files.pop(path)

    return edit


def _past(files: Files) -> None:
    for number in range(14):
        path = f"releases/viewer/0.{number}.md"
        files[path] = "---\nstatus: shipped\nreleased_at: 2019-01-01\nimported: 2026-05-20\n---\n"


SHIPPED = "---\nstatus: shipped\nreleased_at: 2026-05-{:02}\n{}---\n{}"
STATED = "compatibility: [{{with: player, versions: '{}', about: playing, verdict: {}}}]\n"
WITHDRAWN = "---\nstatus: withdrawn\nreleased_at: 2026-05-04\nwithdrawn: {on: 2026-05-20, reason: "
ALL_EDITS: tuple[Callable[[Files], None], ...] = (
    _set(f"{RECORDER}/2.8.md", SHIPPED.format(20, STATED.format("<2.7", "breaks"), "")),
    _set(f"{RECORDER}/2.8.md", SHIPPED.format(21, STATED.format("<2.8", "limited"), "Text.\n")),
    _set(f"{RECORDER}/2.8.md", SHIPPED.format(21, STATED.format("<3", "works"), "Text.\n")),
    _set(f"{RECORDER}/2.8.md", WITHDRAWN + "It crashes.}\n---\n"),
    _set(f"{RECORDER}/2.8.md", None),
    _set(f"{RECORDER}/2.8.md", "---\nstatus: shippd\n---\n"),
    _set(f"{RECORDER}/2.8.md", "---\nstatus: planned\nplanned_for: 2026-08-01\n---\n"),
    _with(f"{RECORDER}/2.7.md", "9f2c", "00ff"),
    _with(f"{RECORDER}/2.7.md", "Update the player", "Do update the player"),
    _with(f"{RECORDER}/2.7.md", "verdict: breaks", "verdict: limited\n    audience: staff"),
    _moved(f"{RECORDER}/2.7.md", f"{RECORDER}/2.7.1.md"),
    _moved(f"{RECORDER}/2.7.1.md", f"{RECORDER}/2.7.md"),
    _with(f"{RECORDER}/2.4.md", "https://downloads.example.com", "https://cdn.example.com"),
    _with(f"{RECORDER}/product.yml", "2026-08-01", "2026-06-01"),
    _with(f"{RECORDER}/product.yml", "scheme: loose", "scheme: pep440"),
    _with(f"{PLAYER}/product.yml", "scheme: loose", "scheme: semver"),
    _with(f"{PLAYER}/product.yml", "name: Player", "name: The player\naudience: staff"),
    _with(f"{PLAYER}/product.yml", "audience: staff", "audience: public"),
    _moved("releases/exporter", "releases/writer"),
    _moved("releases/writer", "releases/exporter"),
    _set(
        "releases/studio/2.md", SHIPPED.format(22, "contains: {recorder: 2.7, player: 2.7}\n", "")
    ),
    _with("releases/studio/2.md", "player: 2.7", "player: 2.4"),
    _with("releases/studio/1.md", "recorder: 2.4", "recorder: 2.3"),
    _set("releases/viewer/2.1.md", SHIPPED.format(23, "", "")),
    _with("releases/viewer/2.0.md", "planned_for: 2026-07-01", "planned_for: 2026-07-09"),
    _with("releases/viewer/2.0.md", "planned_for", "announced_at: 2026-06-02\nplanned_for"),
    _past,
    _set("releases/viewer/1.0.md", None),
    _with("kb/secret.md", "audience: staff", "audience: public"),
    _with("kb/secret.md", "audience: public", "audience: staff"),
    _with("kb/black-frames.md", "fixed_in: {viewer: '>=2.1'}", "fixed_in: {viewer: '>=1.5'}"),
    _with("kb/black-frames.md", "viewer: '>=1.5'", "recorder: '>=2.8'"),
    _moved("kb/black-frames.md", "kb/dark-frames.md"),
    _moved("kb/dark-frames.md", "kb/black-frames.md"),
    _with("releases/codec/product.yml", "audience: staff", "audience: public"),
    _set("releases/codec/product.yml", None),
    _set("releases/codec/product.yml", "name: Codec\nscheme: loose\n"),
    _set("releases/codec/0.9.briefing.md", "Only for us.\n"),
    _set("forewarn.yml", "name: Another name\n"),
    _set("releases/notes.md", "Misplaced.\n"),
)


def _commits(kb: Kb, seed: int) -> Iterator[str]:
    """Commits of all edits, half a day apart; in random order with a seed that is not 0."""

    def git(*words: str, day: int = 0) -> str:
        date = f"2026-05-{20 + day // 2:02}T12:{day:02}:00Z"
        done = subprocess.run(
            ["git", "-C", str(kb.root), *words],
            env={**AUTHOR, "PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_COMMITTER_DATE": date},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init", "--quiet")
    edits = [*ALL_EDITS]
    if seed:
        random.Random(seed).shuffle(edits)
    rest = iter(edits)
    for day in range(len(edits) // A_DAY):
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", "--message", f"Day {day}", day=day)
        yield git("rev-parse", "HEAD")
        files = {
            path.relative_to(kb.root).as_posix(): path.read_text()
            for folder in ("releases", "kb", "forewarn.yml")
            for path in ([kb.root / folder] if "." in folder else (kb.root / folder).rglob("*.*"))
            if path.is_file()
        }
        before = dict(files)
        for edit in islice(rest, A_DAY):
            edit(files)
        for path in before.keys() - files.keys():
            (kb.root / path).unlink()
        for path, text in files.items():
            if before.get(path) != text:
                kb.write(path, text.encode())


def _in_full(loaded: Loaded) -> Loaded:
    """The same, of which nothing is known to be as it was: all of it is compared."""
    found = loaded.catalogue
    return replace(
        loaded,
        trees={},
        catalogue=Catalogue(
            products=dict(found.products),
            releases=dict(found.releases),
            briefings=dict(found.briefings),
            articles=dict(found.articles),
            schemes=dict(found.schemes),
        ),
    )


def _said(loaded: Loaded) -> object:
    return (
        _in_full(loaded).catalogue.releases,
        dict(loaded.catalogue.products),
        loaded.findings,
        loaded.unreadable,
        {path: file.blob for path, file in loaded.read.items()},
        len(loaded.read),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(n, marks=pytest.mark.torture) for n in (2, 3, 4))]
)
def test_events_of_what_changed_are_the_events_of_everything(tmp_path: Path, seed: int) -> None:
    kb = _beginning(tmp_path / "kb")
    told: set[EventKind] = set()
    commits: list[str] = []
    for commit in _commits(kb, seed):
        with Repository(kb.root) as repository:
            at = repository.committed_at(commit)
            after = load_commit(repository, commit)
            full = _in_full(load_commit(repository, commit))
            for since in {*commits[-1:], *(commits[:1] if len(commits) % 5 == 0 else ())}:
                ours = derive_between(repository, since, commit, after, at, customers=True)
                assert ours == derive_between(repository, since, commit, full, at, customers=True)
                told.update(event.kind for event in (*ours.events, *ours.customers))
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(kb.root, tmp_path / "copy", ignore=shutil.ignore_patterns(".*"))
        assert _said(after) == _said(load_worktree(tmp_path / "copy"))
        commits.append(commit)
    assert len(told) > 5
