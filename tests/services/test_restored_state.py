"""A state that was put back from a copy, or is gone, tells nobody what was told long ago."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_line import AUTHOR, Kb, own_git, run
from forewarn.services.publish.told import keep_published, told_up_to
from forewarn.store.git.repository import Repository

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Line:
    """A repository with a commit a day: c0 six days ago, c6 today."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")
        self.commits = [self.commit(NOON - n * DAY) for n in range(6, -1, -1)]

    def git(self, *words: str, at: datetime = NOON) -> str:
        dates = {name: at.isoformat() for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")}
        done = subprocess.run(
            ["git", *words], cwd=self.root, env={**AUTHOR, **dates, "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, at: datetime) -> str:
        self.git("commit", "-q", "--allow-empty", "-m", "x", at=at)
        return self.git("rev-parse", "HEAD")

    def told(self, since: int | None, got_to: int | None, commit: int = 6) -> int | None:
        """The number of the commit up to which all was told; the mark and the ref by theirs."""
        # Whatever another question left.
        self.git("update-ref", "-d", "refs/forewarn/published")
        with Repository(self.root) as repository:
            if got_to is not None:
                keep_published(repository, self.commits[got_to])
            mark = None if since is None else self.commits[since]
            found = told_up_to(repository, mark, self.commits[commit], NOON)
        return None if found is None else self.commits.index(found)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return Line(tmp_path_factory.mktemp("line"))


def test_what_was_published_is_taken_as_told_but_for_the_last_two_days(line: Line) -> None:
    assert line.told(None, None) is None, "it was never published here"
    assert line.told(since=0, got_to=6) == 4, "the state was put back from a copy"
    assert line.told(since=0, got_to=3) == 3
    assert line.told(since=None, got_to=6) == 4, "the state is gone"
    assert line.told(since=5, got_to=6) is None, "it is as young as what may be under way"
    assert line.told(since=4, got_to=6) is None
    assert line.told(since=3, got_to=3) is None, "the state knows best"
    assert line.told(since=4, got_to=3) is None


def test_a_history_that_was_rewritten_says_nothing(line: Line) -> None:
    line.git("checkout", "-q", "-b", "aside", line.commits[1])
    aside = line.commit(NOON - 5 * DAY)
    with Repository(line.root) as repository:
        keep_published(repository, line.commits[6])
        assert told_up_to(repository, line.commits[0], aside, NOON) is None
        assert told_up_to(repository, aside, line.commits[6], NOON) is None


def test_how_far_another_of_the_same_repository_was_published_is_nothing_of_ours(
    line: Line, tmp_path: Path
) -> None:
    """One in another folder, or another working tree with a state of its own."""
    places = [line.root / "players", line.root / "recorders", tmp_path / "further"]
    line.git("worktree", "add", "-q", "--detach", str(places[2]))
    line.git("update-ref", "-d", "refs/forewarn/published")
    for number, place in enumerate((*places, line.root)):
        place.mkdir(exist_ok=True)
        with Repository(place) as repository:
            assert told_up_to(repository, line.commits[0], line.commits[6], NOON) is None
            keep_published(repository, line.commits[number])
    for number, place in enumerate((*places, line.root)):
        with Repository(place) as repository:
            found = told_up_to(repository, None, line.commits[6], NOON)
            assert found == line.commits[number], place


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    """A knowledge base that told of 2.4 five days ago, and of 2.5 just now; a copy of before."""
    root = tmp_path_factory.mktemp("restored") / "kb"
    with own_git(), pytest.MonkeyPatch.context() as patch:
        assert run("init", str(root), "--name", "Acme support").code == 0
        kb = Kb(root)
        kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
        kb.run("publish", "--audience", "staff")
        shutil.copytree(root / ".forewarn", root.with_name("copy"))
        url = "windows=https://downloads.example.com/recorder-{}.exe"
        for version, days in (("2.4", 5), ("2.5", 0)):
            moment = (datetime.now(UTC) - days * DAY).isoformat()
            patch.setenv("GIT_COMMITTER_DATE", moment)
            kb.run("release", "add", "recorder", version, "--download", url.format(version))
            kb.run("release", "ship", "recorder", version)
        kb.run("publish", "--audience", "staff")
    return kb


def told_after(kb: Kb, *words: str) -> list[str]:
    """Which versions the next publish tells of."""
    for mail in kb.mails():
        mail.unlink()
    kb.run("publish", "--audience", "staff", *words)
    return sorted(mail.read_text().split("recorder ", 1)[1][:3] for mail in kb.mails())


@pytest.mark.slow
@pytest.mark.parametrize("how", ["from a copy", "gone"])
def test_a_release_that_was_told_days_ago_is_not_told_anew(
    published: Kb, tmp_path: Path, how: str
) -> None:
    kb = published.copy(tmp_path / "kb")
    (kb.root / ".forewarn" / "state.db").unlink()
    if how == "from a copy":
        shutil.copy(published.root.with_name("copy") / "state.db", kb.root / ".forewarn")
    assert told_after(kb) == ["2.5"], "the last may have been lost on its way"
    assert told_after(kb) == []
    rows = kb.run("deliveries", "--format", "json").json
    assert {row["reason"] for row in rows if row["version"] == "2.4"} == {
        "taken as told when the state database was built anew"
    }


@pytest.mark.slow
def test_it_is_told_anew_to_whoever_asks_for_that(published: Kb, tmp_path: Path) -> None:
    kb = published.copy(tmp_path / "kb")
    shutil.copy(published.root.with_name("copy") / "state.db", kb.root / ".forewarn")
    assert told_after(kb, "--again") == ["2.4", "2.5"]
