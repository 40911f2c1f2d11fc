"""Who is told of what, who would be, and why somebody was: by the line of the file that says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from command_line import AUTHOR, Kb, run
from events_builder import NOON
from forewarn.services.publish.events import events_between
from forewarn.services.publish.routing import route_event
from forewarn.store.settings import load_settings
from forewarn.store.state.opening import open_state

SETTINGS = """\
name: Acme
people:
  maria: {name: Maria, email: m@example.com}
  tom: {name: Tom, email: t@example.com}
lists: {desk: {email: desk@example.com}}
rooms: {calls: {place: "#calls"}}
channels: {inbox: {type: folder}}
"""
LEVEL_1 = """\
# Level 1
- {list: desk, channel: inbox, products: [recorder], least_severity: high}
- person: maria
  channel: inbox
  digest: {every: weekly, on: friday, at: "08:00", zone: Europe/Berlin}
- {room: calls, channel: inbox, prerelease: no, events: [withdrawn]}
"""
SHIPPED = """\
---
status: shipped
released_at: 2026-05-04
compatibility:
  - {with: player, versions: "<2.7", about: playing, verdict: breaks, remedy: Update the player.}
---
New.
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "kb"
    with pytest.MonkeyPatch.context() as patch:
        for key, value in AUTHOR.items():
            patch.setenv(key, value)
        run("init", str(root), "--name", "Acme")
        kb = Kb(root)
        kb.write("forewarn.yml", SETTINGS)
        kb.write("subscriptions/l1.yml", LEVEL_1)
        for product in ("recorder", "player"):
            kb.write(f"releases/{product}/product.yml", f"name: {product.title()}\nscheme: loose\n")
        kb.write("releases/recorder/2.7.md", SHIPPED)
        kb.commit("Record what there is")
    return root


@pytest.fixture
def kb(made: Path, tmp_path: Path) -> Kb:
    root = tmp_path / "kb"
    shutil.copytree(made, root, symlinks=True)
    return Kb(root)


def test_who_subscribes_to_what_is_listed_with_its_line(kb: Kb) -> None:
    assert kb.run("subscriptions").out.splitlines() == [
        "subscriptions/l1.yml:2  list desk   inbox  recorder, high or more      at once",
        "subscriptions/l1.yml:3  maria       inbox  everything                  "
        "weekly digest on friday at 08:00 Europe/Berlin",
        "subscriptions/l1.yml:6  room calls  inbox  withdrawn, no pre-releases  at once",
    ]
    rows = kb.run("subscriptions", "--format", "json").json
    assert [(row["line"], row["recipient_kind"], row["digest"]) for row in rows] == [
        ("subscriptions/l1.yml:2", "list", None),
        (
            "subscriptions/l1.yml:3",
            "person",
            {"every": "weekly", "on": "friday", "at": "08:00", "zone": "Europe/Berlin"},
        ),
        ("subscriptions/l1.yml:6", "room", None),
    ]


def outcomes(answer: dict[str, object]) -> list[tuple[object, ...]]:
    rows = answer["decisions"]
    assert isinstance(rows, list)
    return [(d["recipient"], d["outcome"], d["cause"], d["because"]) for d in rows]


DESK, MARIA, CALLS = (f"subscriptions/l1.yml:{line}" for line in (2, 3, 6))


def test_it_says_who_would_be_told_if_something_happened(kb: Kb) -> None:
    shipped = kb.run("subscriptions", "test", "recorder", "2.7", "shipped", "--format", "json")
    assert outcomes(shipped.json) == [
        ("desk", "at once", "asked", DESK),
        ("maria", "digest", "digest", MARIA),
        ("calls", "nothing", "kind", CALLS),
    ]
    assert (shipped.json["supposed"], shipped.json["told"]) == (True, 2)
    mild = kb.run("subscriptions", "test", "recorder", "2.7", "shipped", "--severity", "normal")
    assert mild.out.splitlines()[0] == "recorder 2.7, shipped, normal: told to 1"
    unseen = kb.run("subscriptions", "test", "player", "9", "unannounced_download")
    assert "player 9, unannounced_download, critical: told to 1" in unseen.out


PLANNED = """\
---
status: planned
compatibility:
  - {with: player, versions: "<3", about: playing, verdict: breaks, remedy: Wait., audience: staff}
---
"""


def test_customers_are_said_to_be_told_what_they_may_see_when_it_happens(kb: Kb) -> None:
    kb.write("releases/recorder/3.0.md", PLANNED)
    kb.write(
        "subscriptions/customers.yml",
        "- {person: tom, channel: inbox, audience: public}\n"
        "- {list: desk, channel: inbox, audience: public, least_severity: high}\n",
    )
    theirs = [f"subscriptions/customers.yml:{line}" for line in (1, 2)]

    def told(kind: str, version: str = "3.0") -> list[tuple[object, ...]]:
        answer = kb.run("subscriptions", "test", "recorder", version, kind, "--format", "json").json
        return [row for row in outcomes(answer) if row[3] in theirs]

    # It is no secret any more once it ships, but what is for staff is not theirs, nor how bad it is.
    assert told("shipped") == [
        ("tom", "at once", "asked", theirs[0]),
        ("desk", "nothing", "severity", theirs[1]),
    ]
    assert {row[2] for row in told("planned")} == {"audience"}
    assert {row[2] for row in told("unannounced_download", "2.7")} == {"audience"}


def test_who_owns_a_product_hears_that_a_place_of_it_fails_without_a_line(kb: Kb) -> None:
    kb.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\nowner: tom\n")
    failing = ("subscriptions", "test", "recorder", "2.7", "source_failing", "--format", "json")
    assert outcomes(kb.run(*failing).json)[0] == ("tom", "at once", "owner", None)
    kb.write("releases/recorder/product.yml", "name: Recorder\nscheme: loose\nowner: maria\n")
    assert "owner" not in [row[2] for row in outcomes(kb.run(*failing).json)]


def test_an_event_that_customers_will_be_told_can_be_tested_by_its_id(kb: Kb) -> None:
    kb.write("subscriptions/customers.yml", "- {person: tom, channel: inbox, audience: public}\n")
    events = kb.run("publish", "--plan", "--format", "json").json["events"]
    (theirs,) = [one["id"] for one in events if one["decisions"][0]["recipient"] == "tom"]
    said = kb.run("subscriptions", "test", theirs).out.splitlines()
    assert said[0] == "Recorder 2.7 has shipped (shipped, high): told to 1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("c0ffee", "--severity", "low"), "--severity goes with a product, a version and a kind"),
        (("recorder", "2.7", "sold"), "There is no kind 'sold'"),
        (("recorder", "2.7", "undelivered"), "There is no kind 'undelivered'"),
        (("recorder", "2.7"), "Name an event, or a product, a version and a kind"),
        (("editor", "2.7", "shipped"), "there is no product 'editor'"),
        (("recorder", "9", "shipped"), "recorder 9 is not recorded"),
        (("c0ffee",), "there is no event 'c0ffee'"),
    ],
)
def test_what_is_not_there_cannot_be_tested(kb: Kb, words: tuple[str, ...], said: str) -> None:
    assert said in kb.run("subscriptions", "test", *words, code=2).err


def test_what_would_be_sent_can_be_read_before_it_is(kb: Kb, tmp_path: Path) -> None:
    (event,) = kb.run("events", "HEAD~1..HEAD", "--format", "json").json
    with open_state(kb.root) as state, state.transaction() as change:
        derived = events_between(kb.root, "HEAD~1..HEAD").events
        change.put(derived, load_settings(kb.root), now=NOON)
    shown = kb.run(
        "alerts", "preview", event["id"], "--channel", "inbox", "--to", str(tmp_path / "x")
    )
    files = [Path(line) for line in shown.out.splitlines()]
    assert [file.name for file in files] == [
        f"{event['id']}-{who}.eml" for who in ("desk", "maria")
    ]
    assert b"because of subscriptions/l1.yml:2: change this line" in files[0].read_bytes().replace(
        b"=\r\n", b""
    )
    assert not (kb.root / ".forewarn/mail").exists()
    # With the knowledge base's own wording, and a word on what of it fails.
    words = kb.root / "templates/staff"
    words.mkdir(parents=True)
    (words / "mail.txt").write_text("Ours: {{ items[0].headline }}")
    (words / "mail.html").write_text("<p>\n{{ item }}")
    again = kb.run("alerts", "preview", event["id"], "--channel", "inbox", "--to", str(tmp_path))
    assert b"Ours: recorder 2.7" in (tmp_path / files[0].name).read_bytes()
    assert "note: templates/staff/mail.html:2: 'item' is undefined" in again.err
    said = kb.run("alerts", "preview", event["id"], "--channel", "mail", "--to", "x", code=2).err
    assert "there is no channel 'mail'" in said


def test_the_test_the_delivery_and_the_answer_to_why_say_the_same(kb: Kb) -> None:
    # 2.7 shipped long ago and is the only release of the change, so it is news.
    (event,) = kb.run("events", "HEAD~1..HEAD", "--format", "json").json

    with open_state(kb.root) as state, state.transaction() as change:
        derived = events_between(kb.root, "HEAD~1..HEAD").events
        change.put(derived, load_settings(kb.root), now=NOON)
    tested = route_event(kb.root, event["id"][:6], now=NOON)
    assert [(d.recipient, d.outcome.value) for d in tested.decisions if d.is_kept] == [
        ("desk", "at once"),
        ("maria", "digest"),
    ]
    why = kb.run("deliveries", "why", "2", "--format", "json").json
    assert (why["delivery"]["because"], why["delivery"]["state"]) == (MARIA, "held")
    assert (why["line"], why["now"]["because"]) == ("- person: maria", MARIA)
    kb.write(
        "subscriptions/l1.yml",
        LEVEL_1.replace("- person", "- {room: calls, channel: inbox}\n- person"),
    )
    moved = kb.run("deliveries", "why", "2", "--format", "json").json
    assert (moved["line"], moved["now"]["because"]) == (None, "subscriptions/l1.yml:4")
    kb.write("subscriptions/l1.yml", "# Nobody any more\n")
    gone = kb.run("deliveries", "why", "1").out
    assert "because of subscriptions/l1.yml:2, where today no line of theirs stands" in gone
    assert "today: no line asks for it" in gone
    assert "there is no delivery 9" in kb.run("deliveries", "why", "9", code=2).err
