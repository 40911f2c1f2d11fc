"""Chats and phones: what stands in a room, what a correction does to it, and what a refusal means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from channel_runs import (
    CALLS,
    HOSTILE,
    SITE,
    a_row,
    answering,
    build,
    correction,
    hostile,
    refused,
    send,
    sent,
    without_edits,
)
from events_builder import SHIPPED, a_message, in_words
from forewarn.channels import (
    discord_example,
    matrix_example,
    mattermost_example,
    ntfy_example,
    slack_example,
    teams_example,
)
from forewarn.channels.discord_example import Discord
from forewarn.channels.example_service import ExampleService, Reply
from forewarn.channels.interface import Channel, DeliveryError, Message, OwnWording
from forewarn.channels.matrix_example import Homeserver
from forewarn.channels.mattermost_example import Mattermost
from forewarn.channels.ntfy_example import Ntfy
from forewarn.channels.slack_example import Slack
from forewarn.channels.teams_example import Workflow
from forewarn.model.delivery import Fault
from forewarn.model.events.event import EventKind
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Room


@dataclass(frozen=True)
class Kind:
    """A chat: its fake, the channel to it, a room of it, and what stands there to be read."""

    name: str
    fake: Callable[[], Any]
    channel: Callable[[str], Channel]
    room: Room
    shown: Callable[[Any], list[str]]
    secret: str


def by_token(name: str, token: str) -> Callable[[str], Channel]:
    def channel(url: str) -> Channel:
        row = a_row(name, url=url, token="${FOREWARN_TOKEN}", allow_private="true")
        return build(row, {"FOREWARN_TOKEN": token})

    return channel


def by_address(name: str, path: str) -> Callable[[str], Channel]:
    def channel(url: str) -> Channel:
        row = a_row(name, url="${FOREWARN_URL}", allow_private="true")
        return build(row, {"FOREWARN_URL": f"{url}{path}"})

    return channel


def plain_of_teams(flow: Workflow) -> list[str]:
    """What a reader of a card sees."""
    cards = [json.loads(card)["attachments"][0]["content"] for card in flow.cards]
    return [
        "\n".join("".join(run["text"] for run in block["inlines"]) for block in card["body"])
        for card in cards
    ]


FLOW = f"{teams_example.PATH}?api-version=1&sig=zqsignatureoftheflow"
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "slack",
            Slack,
            by_token("slack", slack_example.TOKEN),
            CALLS,
            lambda fake: [post["text"] for post in fake.posts.values()],
            slack_example.TOKEN,
        ),
        Kind(
            "teams",
            Workflow,
            by_address("teams", FLOW),
            CALLS,
            plain_of_teams,
            "zqsignatureoftheflow",
        ),
        Kind(
            "discord",
            Discord,
            by_address("discord", discord_example.PATH),
            CALLS,
            lambda fake: [post["content"] for post in fake.posts.values()],
            "zqsecretofthewebhook",
        ),
        Kind(
            "mattermost",
            Mattermost,
            by_token("mattermost", mattermost_example.TOKEN),
            replace(CALLS, place="support/calls"),
            lambda fake: [post["message"] for post in fake.posts.values()],
            mattermost_example.TOKEN,
        ),
        Kind(
            "matrix",
            Homeserver,
            by_token("matrix", matrix_example.TOKEN),
            replace(CALLS, place="#calls:example.com"),
            lambda fake: [content["body"] for content in fake.events.values()],
            matrix_example.TOKEN,
        ),
        Kind(
            "ntfy",
            Ntfy,
            by_token("ntfy", ntfy_example.TOKEN),
            replace(CALLS, place="support-calls"),
            lambda fake: [push["message"] for push in fake.pushes],
            ntfy_example.TOKEN,
        ),
    )
}


@dataclass(frozen=True)
class Room_:
    """A chat that runs."""

    kind: Kind
    fake: Any
    url: str

    def send(self, *messages: Message, room: Room | None = None) -> list[Receipt]:
        return sent(self.kind.channel(self.url), *messages, to=room or self.kind.room)

    def refused(self, room: Room | None = None, message: Message | None = None) -> DeliveryError:
        return refused(self.kind.channel(self.url), message, to=room or self.kind.room)

    @property
    def shown(self) -> list[str]:
        return self.kind.shown(self.fake)


@contextmanager
def running(name: str) -> Iterator[Room_]:
    kind = KINDS[name]
    fake = kind.fake()
    with ExampleService(fake) as server:
        yield Room_(kind, fake, server.url)


@pytest.fixture(params=KINDS)
def chat(request: pytest.FixtureRequest) -> Iterator[Room_]:
    with running(request.param) as found:
        yield found


EVERYWHERE = (
    "recorder 2.7: shipped",
    "Customers can have recorder 2.7 now.",
    "playing recordings made by this version",
    "Update the player to 2.7.",
    "windows, macos",
    "2026-05-04",
    f"{SITE}releases/recorder/2.7/",
    "high (know it before your next call)",
    SHIPPED.id,
)


def test_a_post_says_what_it_is_what_it_breaks_what_to_say_and_where_to_read_on(
    chat: Room_,
) -> None:
    chat.send(a_message())
    (text,) = chat.shown
    # What keeps text from being markup is no part of what is read.
    text = text.replace("\\", "")
    assert [part for part in EVERYWHERE if part not in text] == []
    assert text.index("recorder 2.7: shipped") < text.index("Breaks") < text.index("Page")


def test_a_title_is_the_first_line_as_the_knowledge_base_words_it() -> None:
    with running("ntfy") as chat:
        own = OwnWording(first_lines=("New: Recorder 2.7\nfor all",))
        chat.send(Message(events=(SHIPPED,), written=own))
    assert [push["title"] for push in chat.fake.pushes] == ["New: Recorder 2.7 for all"]


def test_no_title_calls_anybody_or_becomes_more_than_text(chat: Room_) -> None:
    chat.send(hostile())
    (text,) = chat.shown
    assert "turned line" not in text and "\u202e" not in text and "\u2028" not in text
    match chat.kind.name:
        case "slack":
            assert "<!channel>" not in text and "&lt;!channel&gt;" in text
            (post,) = chat.fake.posts.values()
            (section,) = post["blocks"][0]["elements"]
            kinds = {element["type"] for element in section["elements"]}
            assert kinds == {"text", "link"}, "no mention, no emoji, no markup that is parsed"
            assert "link_names" not in post and post["unfurl_links"] is False
        case "teams":
            body = json.loads(chat.fake.cards[0])["attachments"][0]["content"]["body"]
            assert {block["type"] for block in body} == {"RichTextBlock"}, "which reads no Markdown"
        case "discord":
            (post,) = chat.fake.posts.values()
            assert post["allowed_mentions"] == {"parse": []}
            assert_is_no_markdown(text)
        case "mattermost":
            assert_is_no_markdown(text)
        case "matrix":
            (content,) = chat.fake.events.values()
            html = content["formatted_body"]
            assert content["m.mentions"] == {}
            assert "<script" not in html and "<b>" not in html
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        case "ntfy":
            assert "markdown" not in chat.fake.pushes[0]


def assert_is_no_markdown(text: str) -> None:
    assert "@everyone" not in text and "@here" not in text and "<@U" not in text
    for sign in ("*b*", "_i_", "~s~", "`c`", "||spoiler||", "[click](", "<script>", "<!channel>"):
        assert sign not in text.replace("**What to say", "")
    assert "\\*b\\*" in text and "\\<script\\>" in text


def test_a_correction_reaches_whoever_reads_the_first_post(chat: Room_) -> None:
    (first,) = chat.send(a_message())
    (answer,) = chat.send(correction(first))
    assert answer.message != first.message
    assert any(
        "Corrected" in text and "2026-05-05" in text.replace("\\", "") for text in chat.shown
    )
    named = f"It replaces what was told in event {SHIPPED.id}."
    assert named in chat.shown[-1].replace("\\", "")
    match chat.kind.name:
        case "slack":
            (edit,) = chat.fake.edits
            assert edit["text"].startswith("Corrected: what stood here does not hold any more.")
            assert [*chat.fake.posts.values()][-1]["thread_ts"] == first.message.partition("/")[2]
            assert answer.thread == first.thread == first.message
        case "discord":
            assert "does not hold any more" in chat.fake.posts[first.message]["content"]
        case "mattermost":
            assert "does not hold any more" in chat.fake.posts[first.message]["message"]
            assert chat.fake.posts[answer.message]["root_id"] == first.message == answer.thread
        case "matrix":
            _, edit, reply = chat.fake.events.values()
            assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": first.message}
            assert "does not hold any more" in edit["m.new_content"]["body"]
            assert reply["m.relates_to"]["rel_type"] == "m.thread"
            assert reply["m.relates_to"]["event_id"] == first.message
            assert answer.thread == first.thread == f"!calls:example.com {first.message}"
        case "ntfy":
            assert len(chat.fake.pushes) == 2 and len(chat.fake.shown) == 1, "a phone shows one"
        case "teams":
            assert len(chat.fake.cards) == 2


NEWS, MORE = (
    Message(events=(replace(SHIPPED, id=id * 20, kind=EventKind.KNOWN_ISSUE_OPENED),))
    for id in "01"
)


@pytest.mark.parametrize("name", ["slack", "mattermost", "matrix"])
def test_what_comes_later_of_a_release_is_in_the_thread_of_the_first_post(name: str) -> None:
    with running(name) as chat:
        (first,) = chat.send(a_message())
        (second,) = chat.send(replace(NEWS, follows=first))
        (third,) = chat.send(replace(MORE, follows=second))
    assert "does not hold any more" not in "".join(chat.shown), "the first post stays as it was"
    assert len({first.message, second.message, third.message}) == 3
    assert first.thread == second.thread == third.thread
    match chat.kind.name:
        case "slack":
            own, *answers = chat.fake.posts.values()
            assert "thread_ts" not in own
            for answer in answers:
                assert answer["thread_ts"] == first.message.partition("/")[2]
                assert answer["reply_broadcast"] is True, "the room sees it, too"
        case "mattermost":
            roots = [post["root_id"] for post in chat.fake.posts.values()]
            assert roots == ["", first.message, first.message]
        case "matrix":
            own, *answers = chat.fake.events.values()
            assert "m.relates_to" not in own
            assert {a["m.relates_to"]["event_id"] for a in answers} == {first.message}


@pytest.mark.parametrize(
    ("name", "how"), [("slack", "gone"), ("slack", "locked"), ("mattermost", "gone")]
)
def test_where_the_thread_is_gone_another_begins(name: str, how: str) -> None:
    with running(name) as chat:
        (first,) = chat.send(a_message())
        getattr(chat.fake, how).add(first.message.rpartition("/")[2])
        (second,) = chat.send(replace(NEWS, follows=first))
        (third,) = chat.send(replace(MORE, follows=second))
    assert second.thread == third.thread == second.message


def test_a_homeserver_that_takes_no_answer_to_the_first_gets_it_on_its_own() -> None:
    with running("matrix") as chat:
        (first,) = chat.send(a_message())
        chat.fake.events.clear()
        (second,) = chat.send(replace(NEWS, follows=first))
        (content,) = chat.fake.events.values()
    assert "m.relates_to" not in content
    assert second.thread == f"!calls:example.com {second.message}"


@pytest.mark.parametrize("status", [400, 403, 404, 410])
@pytest.mark.parametrize("name", ["slack", "discord", "mattermost", "matrix"])
def test_whatever_is_said_against_an_edit_the_correction_is_posted(name: str, status: int) -> None:
    kind = KINDS[name]
    fake = kind.fake()
    body = {"ok": False, "error": "is_archived", "errcode": "M_FORBIDDEN", "code": 50005}
    with ExampleService(without_edits(fake, Reply(status=status, body=body))) as server:
        (first,) = sent(kind.channel(server.url), a_message(), to=kind.room)
        sent(kind.channel(server.url), correction(first), to=kind.room)
    before, after = kind.shown(fake)
    assert "does not hold any more" not in before and "Corrected" in after


@pytest.mark.parametrize("name", ["slack", "discord", "mattermost", "matrix"])
def test_an_edit_that_may_succeed_later_is_waited_for(name: str) -> None:
    kind = KINDS[name]
    fake = kind.fake()
    status = 200 if name == "slack" else 503
    says = Reply(status=status, body={"ok": False, "error": "internal_error"})
    with ExampleService(without_edits(fake, says)) as server:
        (first,) = sent(kind.channel(server.url), a_message(), to=kind.room)
        error = refused(kind.channel(server.url), correction(first), to=kind.room)
    assert not error.permanent and len(kind.shown(fake)) == 1


@pytest.mark.parametrize("name", ["slack", "discord", "mattermost", "matrix"])
def test_a_digest_edits_only_by_what_answers_and_is_in_no_thread(name: str) -> None:
    other = replace(SHIPPED, id="5" * 20, product="player", version="3.0", thread=None)
    with running(name) as chat:
        (first,) = chat.send(a_message())
        alone = correction(first)
        both = replace(alone, events=(other, *alone.events, other), answering=alone.events)
        (digest,) = chat.send(both)
    text = [shown.replace("\\", "") for shown in chat.shown]
    edits = [one for one in text if "does not hold any more" in one]
    assert len(edits) == 1 and "recorder 2.7" in edits[0] and "player" not in edits[0]
    assert f"They replace what was told in event {SHIPPED.id}." in text[-1]
    assert digest.thread is None or digest.message in digest.thread


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("slack", "#quiet"),
        ("mattermost", mattermost_example.QUIET),
        ("matrix", "!quiet:example.com"),
    ],
)
def test_a_room_that_has_moved_gets_what_is_new_where_it_is_now(name: str, other: str) -> None:
    with running(name) as chat:
        (first,) = chat.send(a_message())
        (second,) = chat.send(
            replace(NEWS, follows=first), room=replace(chat.kind.room, place=other)
        )
        (third,) = chat.send(correction(first), room=replace(chat.kind.room, place=other))
    assert second.thread is not None and second.message in second.thread
    assert third.thread is not None and third.message in third.thread, "not where nobody is now"
    assert any("does not hold any more" in shown for shown in chat.shown), "who is still there sees"


def test_the_kind_of_correction_is_said(chat: Room_) -> None:
    (first,) = chat.send(a_message())
    for kind, word in ((EventKind.WITHDRAWN, "Withdrawn"), (EventKind.MISTAKEN, "Taken back")):
        chat.send(correction(first, kind))
        assert chat.shown[-1].replace("\\", "").replace("*", "").startswith(f"{word}.")


@pytest.mark.parametrize("name", ["slack", "discord", "mattermost"])
def test_what_was_deleted_is_not_edited_and_the_correction_is_posted_all_the_same(
    name: str,
) -> None:
    with running(name) as chat:
        (first,) = chat.send(a_message())
        chat.fake.gone.add(first.message.rpartition("/")[2])
        (answer,) = chat.send(correction(first))
        assert answer.message != first.message
        assert "Corrected" in chat.shown[-1]


@pytest.mark.parametrize(
    "place", ["x\r\nX-Injected: y", "=?utf-8?q?x?=", "../../x", "a/b/../c", "", "#" * 300]
)
def test_a_place_that_is_none_calls_nothing_else(place: str, chat: Room_) -> None:
    (came,) = send(chat.kind.channel(chat.url), a_message(), to=replace(CALLS, place=place))
    if chat.kind.name in ("teams", "discord"):
        assert isinstance(came, Receipt), "which know their room by themselves"
    else:
        assert isinstance(came, DeliveryError) and came.permanent
        assert "\n" not in came.what


def test_who_asks_for_time_gets_it(chat: Room_) -> None:
    if chat.kind.name == "slack":
        chat.fake.busy["C1"] = 7
    elif hasattr(chat.fake, "busy"):
        chat.fake.busy = 7
    else:
        chat.fake.says = Reply(status=429, headers={"Retry-After": "7"})
    error = chat.refused()
    assert (error.permanent, error.retry_after) == (False, 7.0)


@pytest.mark.parametrize(
    ("name", "body"), [("matrix", {"retry_after_ms": 7000}), ("discord", {"retry_after": 7.0})]
)
def test_who_asks_for_time_in_the_body_alone_gets_it_too(name: str, body: dict[str, Any]) -> None:
    for given, wait in ((body, 7.0), (dict.fromkeys(body, "soon"), None)):
        with answering(Reply(status=429, body=given)) as server:
            kind = KINDS[name]
            error = refused(kind.channel(server.url), to=kind.room)
        assert (error.permanent, error.retry_after) == (False, wait)


def test_a_service_that_is_out_of_order_is_tried_again(chat: Room_) -> None:
    with answering(Reply(status=502, body=f"<html>{chat.kind.secret}")) as server:
        error = refused(chat.kind.channel(server.url), to=chat.kind.room)
    assert not error.permanent and chat.kind.secret not in f"{error.what}{error.help}"


def test_an_answer_that_is_none_of_the_service_is_no_receipt(chat: Room_) -> None:
    for body in ("", "<html>hello", "[]", {"ok": False, "error": chat.kind.secret}, {"id": {}}):
        if chat.kind.name != "teams":  # which says nothing more than "accepted"
            with answering(Reply(body=body)) as server:
                error = refused(chat.kind.channel(server.url), to=chat.kind.room)
            assert not error.permanent and chat.kind.secret not in f"{error.what}{error.help}"


@pytest.mark.parametrize("name", ["slack", "mattermost", "matrix", "ntfy"])
def test_a_token_that_has_expired_is_mended_without_the_message(name: str) -> None:
    with running(name) as chat:
        chat.fake.token = "another"
        error = chat.refused()
        assert not error.permanent and "token" in (error.help or "")
        assert error.fault is Fault.OURS, "which puts nobody into quarantine"
        assert chat.kind.secret not in f"{error.what}{error.help}"


@pytest.mark.parametrize("name", ["slack", "mattermost"])
def test_a_room_that_is_archived_gets_nothing_whatever_is_tried(name: str) -> None:
    with running(name) as chat:
        chat.fake.archived |= {"C1", mattermost_example.CALLS}
        error = chat.refused()
        assert error.permanent and "archive" in error.what
    with running(name) as chat:
        chat.fake.outside |= {"C1", mattermost_example.CALLS}
        error = chat.refused()
        assert not error.permanent, "somebody invites the bot"
        assert error.fault is Fault.RECIPIENT, "the other rooms go on"


def test_a_webhook_or_a_workflow_that_was_deleted_is_gone() -> None:
    with running("discord") as chat:
        chat.fake.deleted = True
        error = chat.refused()
        assert error.permanent and "deleted" in error.what
    with running("teams") as chat:
        chat.fake.says = Reply(status=404, body={"error": {"code": "WorkflowNotFound"}})
        error = chat.refused()
        assert error.permanent and "WorkflowNotFound" in error.what


def test_what_is_too_long_is_cut_and_says_how_much_is_missing(chat: Room_) -> None:
    facts = [(f"Fact {number}", "x" * 650) for number in range(60)]
    event = replace(SHIPPED, fact=in_words("Many facts", *facts))
    chat.send(Message(events=(event,)))
    (text,) = chat.shown
    assert "are left out here" in text and "Page" in text and "recorder 2.7: shipped" in text


def test_a_digest_that_is_too_long_says_how_many_it_is_of(chat: Room_) -> None:
    events = tuple(replace(SHIPPED, id=f"{n:020}", version=f"2.{n}") for n in range(1000))
    chat.send(Message(events=events))
    (text,) = chat.shown
    listed = text.count(": shipped")
    assert f"and {1000 - listed} more, 1000 in all" in text.replace("\\", "") and listed > 10


def test_a_headline_that_is_endless_still_goes(chat: Room_) -> None:
    event = replace(SHIPPED, version=None, fact=in_words("x" * 100_000))
    chat.send(Message(events=(event,)))
    assert len(chat.shown) == 1


def test_slack_and_the_others_promise_no_more_than_they_know() -> None:
    assured = {}
    for name in KINDS:
        with running(name) as chat:
            assured[name] = chat.send(a_message())[0].assurance
    delivered = {name for name, one in assured.items() if one is Assurance.DELIVERED}
    assert delivered == {"discord", "mattermost", "matrix"}


def test_the_homeserver_drops_a_repeat_by_its_transaction() -> None:
    with running("matrix") as chat:
        one, two = chat.send(a_message(), a_message())
        assert one == two and len(chat.fake.events) == 1 and len(chat.fake.came) == 2


def test_an_address_in_a_fact_stays_one_that_works() -> None:
    url = "https://downloads.example.com/re_corder_2.7/@everyone/x*y*z.exe?a=1&b=_2_"
    with running("discord") as chat:
        event = replace(SHIPPED, fact=in_words("x", ("Where", f"{url}, as seen.")))
        chat.send(Message(events=(event,)))
        (text,) = chat.shown
    assert "<https://downloads.example.com/re_corder_2.7/%40everyone/x>" in text
    assert HOSTILE not in text


def test_a_recipient_that_is_no_room_is_told_what_to_do() -> None:
    from events_builder import a_person

    with running("slack") as chat:
        (error,) = send(chat.kind.channel(chat.url), a_message(), to=a_person())
    assert isinstance(error, DeliveryError) and error.permanent
    assert error.what == "'maria' is no room, and Slack posts to rooms"
    assert error.help == "Subscribe a room to it: add one under `rooms:` of forewarn.yml."
