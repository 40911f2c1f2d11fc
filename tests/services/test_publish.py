"""Publishing: told once, whoever made the change, and finished after any accident."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import signal
from pathlib import Path

import pytest

import publish_and_die
from command_line import REMEDY, Kb, add_to_record, own_git, run
from forewarn.channels.example_service import Came, ExampleService, Reply
from forewarn.channels.websub_example import TOKEN, Hub
from own_process import OwnProcess

pytestmark = pytest.mark.slow

PATH = "releases/recorder/2.7.md"
STEPS = [
    "reading the records",
    "derived the events",
    "queued the events",
    "marked the commit as published",
    "building the staff site",
    "building the public site",
    "built the sites",
    "swapped in the staff site",
    "swapped in the public site",
    "delivering: claimed",
    "delivering: sent",
    "delivering: settled",
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base published once, with recorder and player 2.4; copied by each test."""
    root = tmp_path_factory.mktemp("published") / "kb"
    with own_git():
        run("init", str(root), "--name", "Acme support")
        kb = Kb(root)
        for product in ("recorder", "player"):
            kb.run("product", "add", product, "--name", product.capitalize(), "--scheme", "loose")
            url = f"windows=https://downloads.example.com/{product}-2.4.exe"
            kb.run("release", "add", product, "2.4", "--download", url)
            kb.run("release", "ship", product, "2.4")
        kb.run("publish")
    return root


@pytest.fixture
def kb(published: Path, tmp_path: Path) -> Kb:
    root = tmp_path / "kb"
    shutil.copytree(published, root, symlinks=True)
    return Kb(root)


@pytest.fixture(scope="module")
def shipped(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, and then a release that breaks something was shipped."""
    root = tmp_path_factory.mktemp("shipped") / "kb"
    shutil.copytree(published, root, symlinks=True)
    kb = Kb(root)
    with own_git():
        stage_27(kb)
        add_to_record(
            kb, PATH, "compatibility:\n  - {with: player, versions: '<2.7', verdict: breaks}\n"
        )
        kb.run("release", "ship", "recorder", "2.7", "--accept-risk", "x")
    return root


def subjects(kb: Kb) -> list[str]:
    return sorted(
        str(email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["Subject"])
        for path in kb.mails()
    )


def stage_27(kb: Kb) -> None:
    url = "windows=https://downloads.example.com/recorder-2.7.exe"
    kb.run("release", "add", "recorder", "2.7", "--download", url)


def test_the_first_publish_of_a_new_knowledge_base_tells_what_was_recorded(kb: Kb) -> None:
    assert len(subjects(kb)) == 2
    told = kb.run("deliveries", "--format", "json").json
    assert [(d["kind"], d["product"], d["version"], d["person"], d["state"]) for d in told] == [
        ("shipped", "player", "2.4", "maria", "sent"),
        ("shipped", "recorder", "2.4", "maria", "sent"),
    ]
    assert set(told[0]) >= {
        *("event", "kind", "product", "version", "person", "channel", "state", "attempts"),
        "sent_at",
    }


def test_publishing_again_does_nothing_twice(kb: Kb) -> None:
    kb.run("publish")
    mails, built = kb.mails(), (kb.root / "site/staff").resolve()
    said = kb.run("publish").out
    assert "nothing new to tell" in said
    assert "forewarn.yml does not say where the public and the staff sites are served" in said
    assert kb.mails() == mails
    assert (kb.root / "site/staff").resolve() == built, "what is up to date is not built again"


def test_a_hand_edit_by_somebody_else_gives_the_same_events_as_the_command(
    kb: Kb, tmp_path: Path
) -> None:
    stage_27(kb)
    base = kb.head
    kb.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    command = kb.run("events", f"{base}..HEAD", "--format", "json").json

    kb.git("reset", "-q", "--hard", base)
    kb.git("clone", "-q", ".", str(tmp_path / "colleague"))
    colleague = Kb(tmp_path / "colleague")
    colleague.git("switch", "-q", "-c", "ship-it")
    text = colleague.read(PATH).replace(
        "status: staged", "released_at: 2026-05-04 # sic\nstatus: 'shipped'"
    )
    colleague.write(PATH, text)
    colleague.commit("Ship it by hand")
    kb.git("pull", "-q", "--no-ff", "--no-edit", "--no-rebase", str(colleague.root), "ship-it")
    by_hand = kb.run("events", f"{base}..HEAD", "--format", "json").json

    assert [e["id"] for e in by_hand] == [e["id"] for e in command]
    assert [(e["kind"], e["version"], e["severity"]) for e in by_hand] == [
        ("shipped", "2.7", "normal")
    ]
    kb.run("publish")
    assert "recorder 2.7" in " ".join(subjects(kb)).casefold()


def test_a_date_that_is_moved_there_and_back_and_there_again_is_told_each_time(kb: Kb) -> None:
    kb.run("release", "add", "recorder", "2.7", "--planned", "2027-01-01")
    kb.run("publish", "--no-deliver")
    for day in ("2027-02-01", "2027-01-01", "2027-02-01"):
        kb.write(PATH, f"---\nstatus: planned\nplanned_for: {day}\n---\n")
        kb.commit(f"Move it to {day}")
        kb.run("publish", "--no-deliver")
    told = kb.run("deliveries", "--format", "json").json
    assert [row["kind"] for row in told].count("date_changed") == 3
    assert len({row["event"] for row in told}) == len(told)


def test_a_history_that_was_rewritten_is_not_told_again(kb: Kb) -> None:
    kb.run("release", "add", "recorder", "2.7", "--planned", "2027-01-01")
    kb.run("publish", "--no-deliver")
    kb.git("commit", "-q", "--amend", "-m", "Record it, in better words")
    kb.git("reflog", "expire", "--expire=now", "--all")
    kb.git("gc", "-q", "--prune=now")
    kb.run("publish", "--no-deliver")
    told = kb.run("deliveries", "--format", "json").json
    assert [row["kind"] for row in told].count("planned") == 1


def test_what_is_not_committed_is_neither_published_nor_told(kb: Kb) -> None:
    kb.write(PATH, "---\nstatus: shipped\nreleased_at: 2026-11-20\n---\nnot yet\n")
    ran = kb.run("publish")
    assert "not committed, so not published: releases/recorder/2.7.md" in ran.out
    assert len(subjects(kb)) == 2


def test_both_sites_show_what_was_recorded(kb: Kb) -> None:
    stage_27(kb)
    add_to_record(
        kb, PATH, "compatibility:\n  - {with: player, versions: '<2.7', verdict: breaks}\n"
    )
    kb.run("release", "ship", "recorder", "2.7", "--accept-risk", "x")
    kb.run("publish")
    for audience in ("staff", "public"):
        page = (kb.root / "site" / audience / "products/recorder/2.7/index.html").read_text()
        assert "2.7" in page and "Player" in page
    assert (kb.root / "site/public/feeds/recorder.atom.xml").is_file()


def test_a_site_with_an_error_in_its_records_is_not_published(kb: Kb) -> None:
    before = (kb.root / "site/staff").resolve()
    kb.write(PATH, "---\nstatus: [\n---\n")
    kb.commit("Oops")
    ran = kb.run("publish", code=4)
    assert f"{PATH}:3" in ran.err and "nothing was published" in ran.err
    assert (kb.root / "site/staff").resolve() == before
    kb.write(PATH, "---\nstatus: staged\ntrack: beta\n---\n")
    kb.commit("Better")
    assert "not a track" in kb.run("publish", code=1).err


def test_alerts_go_out_although_the_site_cannot_be_built(kb: Kb) -> None:
    stage_27(kb)
    kb.run("release", "ship", "recorder", "2.7")
    (kb.root / "mkdocs.yml").write_text("theme: [\n")
    ran = kb.run("publish", code=4)
    assert "Traceback" not in ran.err
    assert any("2.7" in subject for subject in subjects(kb))


def test_a_repository_without_commits_says_so(kb: Kb, tmp_path: Path) -> None:
    shutil.rmtree(kb.root / ".git")
    kb.git("init", "-q", "-b", "main")
    assert "no commits yet" in kb.run("publish", code=4).err
    assert "no commits yet" in kb.run("events", code=4).err


def test_a_detached_head_can_be_published_as_ci_does(kb: Kb) -> None:
    stage_27(kb)
    kb.run("release", "ship", "recorder", "2.7")
    kb.git("checkout", "-q", "--detach")
    kb.run("publish", "--no-deliver")


@pytest.mark.skipif(os.name == "nt", reason="a process is killed by signal")
@pytest.mark.parametrize("fatal", STEPS)
def test_a_publish_killed_at_any_step_is_finished_by_the_next(
    shipped: Path, tmp_path: Path, fatal: str
) -> None:
    root = tmp_path / "kb"
    shutil.copytree(shipped, root, symlinks=True)
    kb = Kb(root)
    died = OwnProcess(publish_and_die.main, str(kb.root), fatal).wait()
    assert died.code == -signal.SIGKILL, died.err
    for audience in ("staff", "public"):
        assert (kb.root / "site" / audience / "index.html").is_file(), "the old site or the new one"

    kb.run("publish")
    assert sum("2.7" in subject for subject in subjects(kb)) == 1
    assert all(row["state"] == "sent" for row in kb.run("deliveries", "--format", "json").json)
    for audience in ("staff", "public"):
        assert (kb.root / "site" / audience / "products/recorder/2.7/index.html").is_file()
    assert not list((kb.root / "site").glob(".builds/*.part")), "nothing of the killed run is left"
    assert not (kb.root / ".forewarn/trees").exists()


def test_a_second_publish_waits_its_turn(kb: Kb) -> None:
    from forewarn.store.files import only_one

    with only_one(kb.root / ".forewarn" / "publish.lock", "publishing"):
        ran = kb.run("publish", code=1)
    assert "another process is publishing" in ran.err
    assert REMEDY


def test_a_hub_is_told_when_the_feed_on_the_site_has_changed_and_not_before(
    kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = kb.root / "site/public/feeds/recorder.atom.xml"
    seen: list[bytes] = []
    hub = Hub()

    def answer(call: Came) -> Reply:
        seen.append(feed.read_bytes())
        return hub(call)

    monkeypatch.setenv("FOREWARN_HUB", TOKEN)
    with ExampleService(answer) as server:
        kb.write(
            "forewarn.yml",
            f"""\
name: Acme support
sites: {{public: "https://help.example.com/"}}
rooms:
  feed: {{name: Recorder, place: "https://help.example.com/feeds/recorder.atom.xml"}}
channels:
  hub: {{type: websub, hub: "{server.url}", token: "${{FOREWARN_HUB}}", allow_private: true}}
subscriptions:
  - {{room: feed, channel: hub, events: [shipped], audience: public}}
""",
        )
        kb.commit("A hub")
        words = ("publish", "--audience", "public")
        kb.run(*words)
        assert len(seen) == 1, "it never was told of the feed as it is"
        kb.run(*words)
        assert len(seen) == 1, "nothing has changed"
        stage_27(kb)
        kb.run("release", "ship", "recorder", "2.7")
        kb.run(*words)
        assert len(seen) == 2 and b"Recorder 2.7" in seen[1], "one ping, when the site was there"
        kb.run("release", "withdraw", "recorder", "2.7", "--reason", "It lost data")
        hub.says = Reply(status=503)
        ran = kb.run(*words, code=3)
        assert "note: a hub was not told of https://help.example.com/feeds/recorder" in ran.out
        hub.says = None
        kb.run(*words)
        assert seen[-1] == feed.read_bytes() and b"It lost data" in seen[-1]
    assert hub.feeds == ["https://help.example.com/feeds/recorder.atom.xml"] * 3
