"""Each change of status is kept with its time and who, and none is overwritten."""

from __future__ import annotations

from datetime import date

import pytest

from command_line import Kb
from forewarn.model.audience import visible
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.store.catalogue.whole import load_worktree
from waiting import today

pytestmark = pytest.mark.slow

PATH = "releases/recorder/2.7.md"
DOWNLOAD = ["--download", "windows=https://downloads.example.com/recorder-2.7.exe"]


@pytest.fixture
def recorder(kb: Kb) -> Kb:
    """A recorder without releases, in a knowledge base that knows Maria by her mail address."""
    kb.run("product", "add", "recorder", "--name", "Recorder", "--scheme", "loose")
    return kb


def the_27(kb: Kb) -> Release:
    return load_worktree(kb.root).catalogue.releases["recorder", "2.7"]


def steps(kb: Kb) -> list[tuple[str, str | None]]:
    return [(step.to.value, step.by) for step in the_27(kb).history]


def test_the_way_of_a_release_is_kept_with_who_and_when(recorder: Kb) -> None:
    recorder.run("release", "add", "recorder", "2.7", "--planned", "2026-12-01")
    recorder.run("release", "stage", "recorder", "2.7", *DOWNLOAD)
    recorder.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    assert steps(recorder) == [("planned", "maria"), ("staged", "maria"), ("shipped", "maria")]
    release = the_27(recorder)
    assert all(step.at for step in release.history)
    assert release.released_at == date(2026, 5, 4), "the vendor's date is another one than ours"
    committed = recorder.git("log", "-1", "--format=%cs").strip()
    assert str(release.history[-1].on) == committed


def test_who_is_not_a_person_of_forewarn_yml_is_called_as_git_does(
    recorder: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Jo: from Ops")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "jo@example.com")
    recorder.run("release", "add", "recorder", "2.7", *DOWNLOAD)
    assert steps(recorder) == [("staged", "Jo: from Ops")]


def test_what_is_planned_and_ships_at_once_was_staged_on_the_way(recorder: Kb) -> None:
    recorder.run("release", "add", "recorder", "2.7", "--planned", "2026-12-01", *DOWNLOAD)
    recorder.run("release", "ship", "recorder", "2.7")
    assert [to for to, _ in steps(recorder)] == ["planned", "staged", "shipped"]


def test_only_what_is_planned_becomes_staged(recorder: Kb) -> None:
    recorder.run("release", "add", "recorder", "2.7", *DOWNLOAD)
    refused = recorder.run("release", "stage", "recorder", "2.7", code=1)
    assert "only a planned release becomes staged" in refused.err


def withdrawn_27(kb: Kb) -> None:
    kb.run("release", "add", "recorder", "2.7", *DOWNLOAD)
    kb.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    words = ["--reason", "no sound", "--on", "2026-05-09"]
    kb.run("release", "withdraw", "recorder", "2.7", *words)


def test_a_withdrawn_release_returns_with_a_reason_and_its_withdrawal_is_kept(
    recorder: Kb,
) -> None:
    withdrawn_27(recorder)
    refused = recorder.run("release", "ship", "recorder", "2.7", code=1)
    assert "--reinstate" in refused.err
    recorder.run("release", "ship", "recorder", "2.7", "--reinstate", "it was the driver")
    release = the_27(recorder)
    assert (release.released_at, release.withdrawn) == (date(2026, 5, 4), None)
    gone, back = release.history[-2:]
    assert gone.withdrawn and (gone.withdrawn.on, gone.withdrawn.reason) == (
        date(2026, 5, 9),
        "no sound",
    )
    assert back.reason == "it was the driver"
    (event,) = recorder.run("events", "HEAD~1..HEAD", "--format", "json").json
    assert event["kind"] == "shipped" and event["title"] == "Recorder 2.7 has shipped again"
    recorder.run("release", "withdraw", "recorder", "2.7", "--reason", "no picture either")
    assert len(the_27(recorder).history) == 5, "and all of it is still there"


def test_a_withdrawal_by_hand_is_kept_too_when_the_release_returns(recorder: Kb) -> None:
    recorder.write(
        PATH,
        "---\nstatus: withdrawn\nreleased_at: 2026-05-04\n"
        "downloads: [{platform: windows, url: 'https://x.example/r.exe'}]\n"
        "withdrawn: {on: 2026-05-09, reason: no sound}\n---\n",
    )
    recorder.commit()
    recorder.run("release", "ship", "recorder", "2.7", "--reinstate", "it was the driver")
    gone, back = the_27(recorder).history
    assert (gone.on, gone.at, gone.withdrawn.reason) == (date(2026, 5, 9), None, "no sound")  # type: ignore[union-attr]
    assert back.by == "maria"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--reinstate", " "], 2, "the reason is empty"),
        (["--reinstate", "x", "--on", "2026-05-04"], 2, "keeps its date"),
    ],
)
def test_a_return_needs_a_reason_and_takes_no_date(
    recorder: Kb, words: list[str], code: int, says: str
) -> None:
    withdrawn_27(recorder)
    assert says in recorder.run("release", "ship", "recorder", "2.7", *words, code=code).err


def test_only_what_was_withdrawn_is_reinstated(recorder: Kb) -> None:
    recorder.run("release", "add", "recorder", "2.7", *DOWNLOAD)
    refused = recorder.run("release", "ship", "recorder", "2.7", "--reinstate", "x", code=1)
    assert "only a withdrawn release" in refused.err


def test_a_status_set_by_hand_is_filled_in_by_the_next_command(recorder: Kb) -> None:
    recorder.run("release", "add", "recorder", "2.7", *DOWNLOAD)
    text = recorder.read(PATH).replace("staged\n", f"shipped\nreleased_at: {today()}\n", 1)
    recorder.write(PATH, text)
    recorder.commit()
    recorder.run("release", "withdraw", "recorder", "2.7", "--reason", "x")
    assert steps(recorder) == [("staged", "maria"), ("shipped", None), ("withdrawn", "maria")]


def test_downloads_are_told_apart_by_architecture_and_edition(recorder: Kb) -> None:
    url = "https://x.example/r?a=b"
    recorder.run("release", "add", "recorder", "2.7", "--download", f"windows/arm64:pro={url}")
    recorder.run("release", "add", "recorder", "2.7", "--download", f"windows/x86_64={url}")
    assert [(d.target_words, d.url) for d in the_27(recorder).downloads] == [
        ("windows arm64 pro", url),
        ("windows x86_64", url),
    ]
    other = ["--download", "windows/x86_64=https://y.example/r"]
    refused = recorder.run("release", "add", "recorder", "2.7", *other, code=1)
    assert "another download for windows x86_64 already" in refused.err
    for wrong in ("windows", "=x", "windows/=x", "windows:=x", "windows/a/b=x", "plan9=http://x"):
        recorder.run("release", "add", "recorder", "2.8", "--download", wrong, code=2)


def test_customers_see_that_a_release_came_back_and_not_who_recorded_it(recorder: Kb) -> None:
    withdrawn_27(recorder)
    recorder.run(
        "release", "ship", "recorder", "2.7", "--reinstate", "See kb/secret.md: the driver"
    )
    shown = visible(load_worktree(recorder.root).catalogue, Audience.PUBLIC)
    history = shown.releases["recorder", "2.7"].history
    assert [step.to.value for step in history] == ["shipped", "withdrawn", "shipped"]
    assert {(step.by, step.at) for step in history} == {(None, None)}
    assert history[-1].reason == "See: the driver"
