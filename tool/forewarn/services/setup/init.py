"""A new knowledge base: a Git repository with everything in place and a first commit."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from pathlib import Path

from forewarn.errors import DataError, Refused, UsageError
from forewarn.model.names import check_address, check_header
from forewarn.site.defaults import DEFAULT_MKDOCS_YML
from forewarn.store.files import cannot_write, only_one, write_atomic
from forewarn.store.git.repository import Repository, initialise
from forewarn.store.git.scratch import BEGINNING, git_dir_of, is_beginning, scratch_of
from forewarn.store.git.writer import change_and_commit, one_writer, recovered
from forewarn.store.root import SETTINGS_FILE, STATE_FOLDER
from forewarn.store.state.interface import PUBLISHED
from forewarn.store.state.opening import open_state

_GITIGNORE = f"""\
# What forewarn saw and whom it told: the state of one machine, never shared by Git.
/{STATE_FOLDER}/
# The sites, made anew by each `forewarn publish`.
/site/
"""

_SETTINGS = """\
# What this knowledge base is called, whom it tells and how.
name: {name}

# Everybody who owns a record, verifies a statement or is told of events.
people:
  {person}: {{name: {full_name}{email}}}

# How alerts travel. A folder needs no server: each alert is a file that mail programs open.
channels:
  inbox: {{type: folder, path: .forewarn/mail}}
  # mail:
  #   type: email
  #   host: smtp.example.com
  #   username: alerts@example.com
  #   password: ${{FOREWARN_SMTP_PASSWORD}}  # read from the environment; secrets never stand here
  #   from: alerts@example.com

# Who wants what. Without products, events or least_severity: everything.
subscriptions:
  - {{person: {person}, channel: inbox}}

# Where the two sites are served; alerts and feeds then link to their pages.
# sites:
#   staff: https://kb.example.com/
#   public: https://help.example.com/
"""

_ARTICLE = """\
---
title: A customer calls about a version
kind: how-to
audience: staff
---
1. **Ask which version.** Search this site for it, as the customer says it.
2. **Not there?** Look at *unannounced downloads* on the home page before you say that it does
   not exist. Ask where it was downloaded, and tell your release manager.
3. **There?** Its page begins with what it breaks and what to say. Read that out.
4. **"Not tested" is not "works".** Say that nobody has tested it, and find out.

This article is `kb/a-customer-calls.md`. Write the next one beside it; `mkdocs serve` shows it as
you type, and `forewarn check` tells what is wrong.
"""

_WORKFLOW = """\
# Checks every change to the records before it is merged.
name: forewarn
on: [push, pull_request]
permissions: {contents: read}
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - uses: actions/setup-python@v5
        with: {python-version: "3.x"}
      # No package index has forewarn yet. Make its wheel from a clone of it, and commit that:
      # pip wheel --no-deps --wheel-dir wheels PATH/OF/THE/CLONE
      - run: pip install wheels/forewarn-*.whl
      - run: forewarn check
      - run: forewarn publish --no-deliver
      # Publishing for real, with alerts, belongs on the one machine that keeps .forewarn/,
      # because it knows what was told already: `git pull && forewarn publish`, from a timer.
"""


def init(folder: Path, name: str | None) -> Path:
    """Make a new knowledge base in `folder` and commit it; returns its absolute path.

    Raises:
        Refused: there is one already, or other files are in the way.
        UsageError: the name cannot be used.
        DataError: Git is missing, has no identity, or fails: nothing is left behind. Or it is made
            and the state database cannot be written.
    """
    folder = folder.resolve() if ".." in folder.parts else folder.absolute()
    with suppress(DataError):
        recovered(folder)
        finish_beginning(folder)
    was_there = folder.exists()
    _refuse_occupied(folder)
    title = name or folder.name
    problem = check_header(title)
    if problem:
        raise UsageError(f"the name cannot be used: {problem}", help="Give another --name.")
    had_git = (folder / ".git").exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not had_git or _is_half_made(folder / ".git"):
            initialise(folder)
        _fill(folder, title)
    except BaseException:
        _undo(folder, keep_folder=was_there, keep_git=had_git)
        raise
    finish_beginning(folder)
    return folder


def finish_beginning(root: Path) -> bool:
    """Do what is left of an `init` once it has made its commit; whether there was anything.

    Born published: what is recorded from then on is news, also before the first publish.

    Raises:
        DataError: Git fails, or the state database cannot be written; the next command tries again.
    """
    git_dir = git_dir_of(root)
    if git_dir is None or not is_beginning(git_dir):
        return False
    beginning = scratch_of(git_dir, BEGINNING)
    try:
        with only_one(scratch_of(git_dir, "lock"), "writing records"), Repository(root) as its:
            before = beginning.read_text(encoding="ascii", errors="replace")
            # What is no commit's id was not written by us, and Git would take it for an option.
            ours = re.fullmatch("([0-9a-f]{40,64})?", before)
            first = its.first_after(before or None) if ours else None
            if first:
                with open_state(root) as state, state.transaction() as change:
                    if state.mark(PUBLISHED) is None:
                        change.set_mark(PUBLISHED, first)
            beginning.unlink(missing_ok=True)
    except Refused:  # it is at it itself
        return False
    except OSError as error:
        raise cannot_write(beginning, error) from error
    return first is not None


def _refuse_occupied(folder: Path) -> None:
    if (folder / SETTINGS_FILE).exists():
        raise Refused(
            "there is a knowledge base here already",
            where=str(folder),
            help=f"Work in it with `forewarn -C {folder} …`, or choose another folder.",
        )
    if folder.is_file() or (folder.is_dir() and {p.name for p in folder.iterdir()} - {".git"}):
        raise Refused(
            "other files are here already, and none of them would be overwritten",
            where=str(folder),
            help="Choose a new or empty folder.",
        )


def _fill(folder: Path, title: str) -> None:
    with one_writer(folder), Repository(folder) as repository:
        repository.refuse_unless_on_a_branch()
        full_name, address = repository.identity()
        files = {
            SETTINGS_FILE: _settings(title, full_name, address),
            "mkdocs.yml": DEFAULT_MKDOCS_YML.format(name=json.dumps(title)),
            "kb/a-customer-calls.md": _ARTICLE,
            ".gitignore": _GITIGNORE,
            ".github/workflows/forewarn.yml": _WORKFLOW,
        }
        written = {path: text.encode() for path, text in files.items()}
        # Until the commit is marked as published, whoever comes next has something left to do.
        beginning = scratch_of(Path(repository.git_dir), BEGINNING)
        write_atomic(beginning, (repository.head() or "").encode())
        change_and_commit(repository, written, f"Begin the knowledge base {title}\n")


def _is_half_made(git_dir: Path) -> bool:
    """Whether Git was killed while it made a repository; it can make the rest."""
    return git_dir.is_dir() and not all((git_dir / p).exists() for p in ("HEAD", "objects", "refs"))


def _settings(title: str, full_name: str, address: str) -> str:
    """forewarn.yml, with whoever makes the knowledge base as its first subscriber."""
    words = re.findall(r"[a-z0-9]+", full_name.casefold())
    email = "" if check_address(address) else f", email: {json.dumps(address)}"
    return _SETTINGS.format(
        name=json.dumps(title, ensure_ascii=False),
        person=words[0] if words else "me",
        full_name=json.dumps(full_name or "Me", ensure_ascii=False),
        email=email,
    )


def _undo(folder: Path, *, keep_folder: bool, keep_git: bool) -> None:
    if not keep_folder:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.name == ".git" and keep_git:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
