"""A mistaken announcement is taken back: from all who got it, in the same thread, and once."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from command_line import BREAKS, REMEDY, Kb, add_to_record, own_git
from forewarn.store.state.opening import open_state
from kb_builder import sighting

pytestmark = pytest.mark.slow

PATH = "releases/recorder/2.7.md"
TOM = "  tom: {name: Tom, email: tom@example.com}\n"


@pytest.fixture(scope="module")
def shipped_once(recorder_27_once: Kb, tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = recorder_27_once.copy(tmp_path_factory.mktemp("shipped") / "kb")
    add_to_record(kb, PATH, REMEDY)
    with own_git():
        kb.run("release", "ship", "recorder", "2.7", "--on", "2026-05-04")
    return kb


@pytest.fixture(scope="module")
def told_once(shipped_once: Kb, tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = shipped_once.copy(tmp_path_factory.mktemp("told") / "kb")
    with own_git():
        kb.run("publish")
    return kb


@pytest.fixture
def shipped(shipped_once: Kb, tmp_path: Path) -> Kb:
    """Recorder 2.7 has shipped."""
    return shipped_once.copy(tmp_path / "kb")


@pytest.fixture
def told(told_once: Kb, tmp_path: Path) -> Kb:
    """And everybody who subscribed was told so."""
    return told_once.copy(tmp_path / "kb")


def events(kb: Kb, change: str = "HEAD~1..HEAD", *, whole: bool = True) -> list[tuple[str, str]]:
    told = kb.run("events", change, "--format", "json", code=0 if whole else 3).json
    rows = told if whole else told["results"]
    return [(row["kind"], row["title"]) for row in rows]


def messages(kb: Kb) -> list[EmailMessage]:
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in kb.mails()
    ]
    assert all(isinstance(message, EmailMessage) for message in found)
    return found  # type: ignore[return-value]


def new_message(kb: Kb, before: list[EmailMessage]) -> EmailMessage:
    known = {str(message["Message-ID"]) for message in before}
    (message,) = (m for m in messages(kb) if str(m["Message-ID"]) not in known)
    return message


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


MISTAKE = "Recorder 2.7 was announced by mistake: "
GONE = ("mistaken", MISTAKE + "it is not recorded any more")
NOT_SHIPPED = ("mistaken", MISTAKE + "it has not shipped")
IT_IS_271 = ("mistaken", MISTAKE + "it is Recorder 2.7.1")


def test_a_record_that_is_removed_by_hand_takes_its_announcement_back(shipped: Kb) -> None:
    shipped.git("rm", "-q", PATH)
    shipped.commit("Oops")
    assert events(shipped) == [GONE]


@pytest.mark.parametrize("also_edited", [False, True])
def test_git_mv_is_one_clear_message(shipped: Kb, also_edited: bool) -> None:
    shipped.git("mv", PATH, "releases/recorder/2.7.1.md")
    if also_edited:
        path = "releases/recorder/2.7.1.md"
        shipped.write(path, shipped.read(path).replace("recorder-2.7.exe", "recorder-2.7.1.exe"))
    shipped.commit()
    assert events(shipped) == [IT_IS_271]


def test_a_record_that_was_renamed_and_then_edited_in_further_commits_is_followed(
    shipped: Kb,
) -> None:
    begin = shipped.head
    shipped.git("mv", PATH, "releases/recorder/2.7.0.1.md")
    shipped.commit()
    shipped.git("mv", "releases/recorder/2.7.0.1.md", "releases/recorder/2.7.1.md")
    shipped.commit()
    path = "releases/recorder/2.7.1.md"
    head = "---\nstatus: shipped\nreleased_at: 2026-05-04\ndownloads:\n"
    row = "  - {platform: macos, url: https://y.example.com/other.dmg}\n---\nAll new words.\n"
    shipped.write(path, head + row)
    shipped.commit()
    rows = shipped.run("events", f"{begin}..HEAD").out.splitlines()
    assert "Recorder 2.7 was announced by mistake: it is Recorder 2.7.1" in rows[0]
    assert not any(" shipped " in row for row in rows)


def test_a_copy_by_hand_of_the_same_download_is_the_same_release(shipped: Kb) -> None:
    old = shipped.read(PATH)
    (shipped.root / PATH).unlink()
    start = old.index("downloads:")
    end = old.index("compatibility:")
    head = f"---\n{old[start:end]}released_at: 2026-05-05\nstatus: shipped\n---\nNew words.\n"
    shipped.write("releases/recorder/2.7.1.md", head)
    shipped.commit()
    assert [row for row in events(shipped) if row[0] != "compatibility_changed"] == [IT_IS_271]


def test_where_nobody_can_know_whether_it_is_the_same_release_both_facts_are_told(
    shipped: Kb,
) -> None:
    (shipped.root / PATH).unlink()
    head = "---\nstatus: shipped\nreleased_at: 2026-05-20\ndownloads:\n"
    row = "  - {platform: windows, url: https://x.example.com/recorder-3.0.exe}\n---\n"
    shipped.write("releases/recorder/3.0.md", head + row)
    shipped.commit()
    assert events(shipped) == [GONE, ("shipped", "Recorder 3.0 has shipped")]


@pytest.mark.parametrize("status", ["staged", "planned"])
def test_a_status_that_is_put_back_says_that_it_has_not_shipped(shipped: Kb, status: str) -> None:
    record = shipped.read(PATH)
    begin, end = record.index("history:"), record.index("---\n", 4)
    record = record[:begin] + record[end:] if begin < end else record
    shipped.write(
        PATH,
        record.replace("status: shipped", f"status: {status}").replace(
            "released_at: 2026-05-04\n", ""
        ),
    )
    shipped.commit()
    assert events(shipped) == [NOT_SHIPPED]


def test_another_spelling_of_the_same_version_alerts_nobody(shipped: Kb) -> None:
    shipped.git("mv", PATH, "releases/recorder/v2.7.0.md")
    shipped.commit()
    assert events(shipped) == []


def test_a_record_that_cannot_be_read_has_not_been_removed(shipped: Kb) -> None:
    good = shipped.read(PATH)
    shipped.write(PATH, good.replace("status: shipped", "status: shiped"))
    shipped.commit()
    assert events(shipped, whole=False) == []
    shipped.write(PATH, good)
    shipped.commit()
    assert events(shipped, whole=False) == [], "nor has it shipped again when it is mended"


def test_a_product_that_cannot_be_read_has_not_been_removed(shipped: Kb) -> None:
    path = "releases/recorder/product.yml"
    good = shipped.read(path)
    shipped.write(path, good + "colour: red\n")
    shipped.commit()
    assert events(shipped, whole=False) == []
    shipped.write(path, good)
    shipped.commit()
    assert events(shipped, whole=False) == []


def test_a_product_folder_that_is_renamed_is_one_message(shipped: Kb) -> None:
    shipped.git("mv", "releases/recorder", "releases/capture")
    shipped.commit()
    assert events(shipped) == [
        ("mistaken", "Recorder (`recorder`) was recorded by mistake: it is Recorder (`capture`)")
    ]


def test_a_release_under_the_wrong_product_is_taken_back_there(shipped: Kb) -> None:
    shipped.git("mv", PATH, "releases/player/2.7.md")
    text = shipped.read("releases/player/2.7.md").replace("with: player", "with: recorder")
    shipped.write("releases/player/2.7.md", text)
    shipped.commit()
    kinds = [kind for kind, _ in events(shipped)]
    assert kinds[0] == "mistaken"
    assert "shipped" not in kinds
    assert events(shipped)[0][1] == "Recorder 2.7 was announced by mistake: it is Player 2.7"


def test_what_was_planned_and_is_removed_is_off(acme: Kb) -> None:
    acme.run("release", "add", "recorder", "3.0", "--planned", "2026-12-01")
    (acme.root / "releases/recorder/3.0.md").unlink()
    acme.commit()
    assert events(acme) == [("cancelled", "Recorder 3.0 is not planned any more")]


def test_what_nobody_was_told_of_is_not_taken_back(acme: Kb) -> None:
    acme.run("release", "add", "recorder", "3.0")
    (acme.root / "releases/recorder/3.0.md").unlink()
    acme.commit()
    assert events(acme) == []


ISSUE = """\
---
title: No sound
kind: known-issue
audience: public
applies: {recorder: "2.4"}
opened: 2026-05-01
remediation: workaround
---
Turn it off and on again.
"""


def test_a_known_issue_that_only_moved_alerts_nobody_and_one_that_is_removed_is_told(
    acme: Kb,
) -> None:
    acme.write("kb/no-sound.md", ISSUE)
    acme.commit()
    (acme.root / "kb/sound").mkdir()
    acme.git("mv", "kb/no-sound.md", "kb/sound/none.md")
    acme.commit()
    assert events(acme) == []
    acme.git("rm", "-q", "kb/sound/none.md")
    acme.commit()
    assert events(acme) == [("mistaken", "No known issue any more: No sound")]


def test_everybody_who_got_it_is_told_and_nobody_else_and_in_the_same_thread(told: Kb) -> None:
    before = messages(told)
    (first,) = (m for m in before if "2.7" in str(m["Subject"]))
    settings = told.read("forewarn.yml")
    people, rest = settings.split("subscriptions:")[0], settings.split("subscriptions:")[1]
    # Maria has left the subscription since, and Tom has come.
    maria = str(first["To"]).split("@")[0].split("<")[-1]
    rest = rest.replace(f"person: {maria}", "person: tom", 1)
    told.write(
        "forewarn.yml", people.replace("people:\n", f"people:\n{TOM}") + "subscriptions:" + rest
    )
    told.git("mv", PATH, "releases/recorder/2.7.1.md")
    told.commit("It was 2.7.1\n\nForewarn-Reason: a slip of the pen")
    told.run("publish")
    message = new_message(told, before)
    assert str(message["To"]) == str(first["To"])
    assert str(message["In-Reply-To"]) == str(first["Message-ID"])
    assert str(message["References"]) == f"{first['References']} {first['Message-ID']}"
    assert str(message["Subject"]) == "[forewarn] recorder 2.7"
    said = text_of(message)
    assert said.startswith(
        "recorder 2.7: announced by mistake "
        "This was a mistake: what you were told of recorder 2.7 does not hold."
    )
    assert "it is Recorder 2.7.1" in said
    assert "Reason: a slip of the pen" in said
    told.run("publish")
    assert len(messages(told)) == len(before) + 1


def test_what_was_not_sent_yet_is_never_sent_and_needs_no_taking_back(shipped: Kb) -> None:
    shipped.run("publish", "--no-deliver")
    shipped.git("rm", "-q", PATH)
    shipped.commit()
    shipped.run("publish")
    assert not [m for m in messages(shipped) if "recorder 2.7" in str(m["Subject"])]
    shipped.run("deliver", "--retry")
    assert not [m for m in messages(shipped) if "recorder 2.7" in str(m["Subject"])]
    rows = shipped.run("deliveries", "--format", "json").json
    assert {row["state"] for row in rows if row["version"] == "2.7"} == {"suppressed"}


def test_a_high_alert_that_is_taken_back_reaches_who_wants_only_high_ones(told: Kb) -> None:
    before = messages(told)
    settings = told.read("forewarn.yml")
    assert "channel: inbox" in settings
    narrow = settings.replace("channel: inbox", "channel: inbox, events: [withdrawn]")
    told.write("forewarn.yml", narrow)
    record = told.read(PATH)
    told.write(PATH, record.replace(BREAKS + REMEDY, ""))
    told.commit()
    told.run("publish")
    message = new_message(told, before)
    assert "no longer stated (it was breaks)" in text_of(message)
    assert str(message["X-Forewarn-Severity"]) == "high"


def test_that_it_was_a_mistake_is_not_the_word_that_nobody_can_have_it(told: Kb) -> None:
    with open_state(told.root) as state, state.transaction() as change:
        change.add_sighting(sighting("recorder", "2.7"))
    before = messages(told)
    told.git("rm", "-q", PATH)
    told.commit()
    told.run("publish")
    said = text_of(new_message(told, before))
    assert "But customers can download it: recorder 2.7 was seen on 2026-05-20 at" in said


def test_what_is_recorded_again_and_removed_again_is_told_each_time(told: Kb) -> None:
    for _ in range(2):
        before = messages(told)
        told.git("rm", "-q", PATH)
        told.commit()
        told.run("publish")
        assert "announced by mistake" in text_of(new_message(told, before))
        before = messages(told)
        told.git("revert", "--no-edit", "HEAD")
        told.run("publish")
        assert "recorder 2.7: shipped" in text_of(new_message(told, before))
