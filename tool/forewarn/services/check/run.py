"""Checking a knowledge base: what the reader found, and what only shows across records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from forewarn.frozen import dataclass
from forewarn.model.finding import Finding
from forewarn.model.settings import CheckSettings, Settings
from forewarn.services.check import rules
from forewarn.services.check.looks import around_of, looks
from forewarn.services.check.memory import Memory, OtherRows, no_others
from forewarn.services.check.rules.files import is_overlooked, not_in_git
from forewarn.services.check.rules.settings import find_severities
from forewarn.services.check.rules.vanished import VANISHED, find_vanished
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.reader import Progress
from forewarn.store.git.repository import Repository
from forewarn.store.layout import ARTICLES, RECORD_FOLDERS, RELEASES, is_record
from forewarn.store.settings import read_settings

_MANY = 100  # folders that are listed one by one


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """The findings, by file and line, how many files there are, and how many could be read."""

    findings: tuple[Finding, ...]
    files: int
    readable: int

    def within(self, paths: Collection[str]) -> CheckReport:
        """The report with only the findings in these files, or in files below these folders.

        That many records have vanished is told all the same, because no file that is there is
        the one to blame.
        """
        places = {path.rstrip("/") for path in paths}
        kept = (
            finding
            for finding in self.findings
            if finding.rule == VANISHED.id or not places.isdisjoint(_and_above(finding.place.file))
        )
        return replace(self, findings=tuple(kept))


def check(
    root: Path,
    *,
    since: str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """Check the working tree of the knowledge base at `root`.

    With `since`, a commit by any of its names, many records that have vanished since then are a
    finding, too. `today` is the day on this computer's clock unless it is given. `progress` is
    told how many files of how many have been read.

    Raises:
        UsageError: there is no such commit.
        DataError: a file cannot be opened at all.
    """
    from forewarn.services.check.beside import LookingBeside
    from forewarn.store.catalogue.whole import load_worktree

    today = today or _this_day()
    with closing(LookingBeside(root, today)) as beside:
        loaded = load_worktree(root, progress, beside.begin)
        settings, findings = read_settings(root)
        records = check_catalogue(loaded, settings, today, remembered=root, others=beside.rows)
    found = [*findings, *records]
    more = [*rules.of_folder(root)]
    if settings:
        more += rules.of_settings(settings)
        more += rules.of_subscriptions(settings, loaded.catalogue)
        more += find_severities(settings, rules.by_id(), rules.settable())
    if since is not None:
        with Repository(root) as repository:
            more += vanished(repository, repository.resolve(since), loaded, settings)
    ordered = sorted(
        {*found, *_adjusted(more, settings)},
        key=lambda f: (f.place.file, f.place.line, f.rule, f.message),
    )
    return CheckReport(
        findings=tuple(ordered),
        files=len(loaded.read) + 1,
        readable=len(loaded.read) - len(loaded.unreadable) + (settings is not None),
    )


def check_changed(root: Path, files: Mapping[str, bytes | None]) -> tuple[Finding, ...]:
    """What changes of records would bring: the findings in these files, then new ones elsewhere.

    Nothing is written. `files` are paths with the bytes that they are to have, None for one that
    is to go.

    Raises:
        DataError: a file cannot be opened at all.
    """
    from forewarn.store.catalogue.whole import load_changed, load_worktree

    settings, _ = read_settings(root)
    now = load_worktree(root)
    after = check_catalogue(load_changed(root, now, files), settings, remembered=root)
    here = tuple(finding for finding in after if finding.place.file in files)
    if len(here) == len(after):
        return here
    before = {_without_line(finding) for finding in check_catalogue(now, settings, remembered=root)}
    elsewhere = (finding for finding in after if finding.place.file not in files)
    return (*here, *(finding for finding in elsewhere if _without_line(finding) not in before))


def _without_line(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.place.file, finding.message


def check_catalogue(
    loaded: Loaded,
    settings: Settings | None,
    today: date | None = None,
    *,
    remembered: Path | None = None,
    others: OtherRows = no_others,
) -> tuple[Finding, ...]:
    """The findings about a catalogue; without settings, nothing is said about people.

    `today` is the day on this computer's clock unless it is given. What was found before is not
    looked for again where it is remembered in the knowledge base at the root `remembered`, or is
    among the rows that `others` gives for the same basis.
    """
    around = around_of(loaded, settings, today or _this_day())
    memory = Memory(remembered, loaded, around, others) if remembered else None
    found: list[Finding] = []
    for name, look in looks(around, loaded).items():
        found += memory.findings(name, look) if memory else look()
    if memory:
        memory.keep()
    return (*loaded.findings, *_adjusted(found, settings))


def _this_day() -> date:
    return datetime.now().astimezone().date()


def vanished(
    repository: Repository, commit: str, loaded: Loaded, settings: Settings | None
) -> tuple[Finding, ...]:
    """The finding that too many of a commit's records are gone from what is loaded, if they are."""
    entries = tuple(repository.entries(commit, RELEASES))
    same = {
        PurePosixPath(entry.path).name: tree
        for entry in entries
        if (tree := loaded.trees.get(PurePosixPath(entry.path).name)) and tree.id == entry.id
    }
    places = [e.path for e in entries if PurePosixPath(e.path).name not in same]
    if len(places) > _MANY:
        places, same = [RELEASES], {}
    blobs = repository.blobs(commit, [*places, ARTICLES])
    before = {blob.path for blob in blobs if is_record(blob.path)}
    limits = settings.check if settings else CheckSettings()
    others = sum(tree.known.files + bool(tree.blob) for tree in same.values())
    found = find_vanished(before, loaded.paths(without=same), limits, commit, others)
    return tuple(_adjusted([found] if found else [], settings))


def elsewhere(
    repository: Repository, commit: str, settings: Settings | None
) -> tuple[Finding, ...]:
    """Where a commit has a link or a submodule among its records: what is behind is not gone."""
    rows = repository.elsewhere(commit, RECORD_FOLDERS)
    found = [not_in_git(r.path, is_link=r.is_link) for r in rows if is_overlooked(r.path)]
    return tuple(_adjusted(found, settings))


def _adjusted(findings: Iterable[Finding], settings: Settings | None) -> Iterator[Finding]:
    """Findings with the severity that forewarn.yml gives their rules, without those it turns off.

    What the reader found is never given to this: a record that cannot be read is not published.
    """
    rows = settings.check.severities if settings else {}
    for finding in findings:
        row = rows.get(finding.rule)
        if row is None or finding.rule not in rules.settable():
            yield finding
        elif row.severity:
            yield replace(finding, severity=row.severity)


def _and_above(path: str) -> Iterator[str]:
    """A path, and every folder that it is in."""
    yield from (path, *map(str, PurePosixPath(path).parents))
