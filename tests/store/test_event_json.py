"""Events are kept as facts, and what an earlier forewarn kept in words is told in those words."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes_told import all_changes, told_by_the_first
from events_builder import NOON, a_message, a_person, settings_of
from examples import examples
from forewarn.channels.message import Sender, compose
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import AsTold, Withdrawn
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.services.alert.deliver import deliver
from forewarn.store.root import STATE_FILE, STATE_FOLDER
from forewarn.store.state import outbox
from forewarn.store.state.event_json import event_from_json, event_to_json
from forewarn.words.events import lines, title
from state_builder import open_tables

CHANGES = all_changes()
EVENTS = {event.id: event for events in CHANGES.values() for event in events}
IN_WORDS = {row["id"]: row for rows in told_by_the_first().values() for row in rows}

PAIRS = st.lists(st.tuples(st.text(), st.text())).map(tuple)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_each_event_reads_back_as_it_was_kept(event: Event) -> None:
    assert event_from_json(event_to_json(event)) == event


@pytest.mark.parametrize("kept", IN_WORDS.values(), ids=IN_WORDS)
def test_what_was_kept_in_words_is_told_in_the_same_words(kept: dict[str, object]) -> None:
    event = event_from_json(json.dumps(kept))
    assert (event.id, title(event)) == (kept["id"], kept["title"])
    assert [list(line) for line in lines(event)] == kept["facts"]
    assert event_from_json(event_to_json(event)) == event


def test_why_a_release_is_not_recommended_is_told_as_an_earlier_forewarn_kept_it() -> None:
    told = next(e for e in EVENTS.values() if isinstance(e.fact, Withdrawn))
    kept = json.loads(event_to_json(told))
    del kept["fact"]["not_recommended"]
    kept["fact"]["because"] = "2.8 was withdrawn; 2.7 and 2.6 are out of support"
    event = event_from_json(json.dumps(kept))
    assert ("Not recommended", kept["fact"]["because"]) in lines(event)
    assert event.id == told.id
    assert event_from_json(event_to_json(event)) == event


KB = Sender(name="Example Support", address="kb@example.com")


def damaged() -> Iterator[str]:
    whole = json.loads(event_to_json(next(iter(EVENTS.values()))))
    yield json.dumps({**whole, "fact": {**whole["fact"], "is": "nothing known"}})
    yield json.dumps({**whole, "fact": {**whole["fact"], "harms": "none"}})
    yield json.dumps({**whole, "fact": {**whole["fact"], "on": "soon"}})
    yield json.dumps({**whole, "fact": ["shipped"]})
    yield json.dumps({**whole, "products": [1]})
    yield json.dumps({**whole, "severity": "some"})
    yield json.dumps({key: value for key, value in whole.items() if key != "page"})
    yield json.dumps({key: value for key, value in whole.items() if key != "fact"})


@pytest.mark.parametrize("text", [*damaged()])
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        event_from_json(text)


def test_alerts_that_wait_since_before_an_update_are_sent_in_their_words(tmp_path: Path) -> None:
    waiting = {event.id: event for event in EVENTS.values() if not event.takes_back}
    waiting = {id: e for id, e in waiting.items() if id in IN_WORDS and not e.answers}
    with open_tables(tmp_path) as state, state.transaction() as connection:
        outbox.put(connection, waiting.values(), settings_of())
    with contextlib.closing(sqlite3.connect(tmp_path / STATE_FOLDER / STATE_FILE)) as old, old:
        for id in waiting:
            row = (json.dumps(IN_WORDS[id]), id)
            old.execute("UPDATE events SET content = ? WHERE id = ?", row)
    report = deliver(tmp_path, settings_of(), now=lambda: NOON, environ={})
    assert (report.sent, report.unfinished) == (len(waiting), 0)
    sent = (path.read_bytes() for path in (tmp_path / STATE_FOLDER / "mail").iterdir())
    for mail in (email.message_from_bytes(data, policy=email.policy.default) for data in sent):
        body = mail.get_body(("plain",))
        told = str(body.get_content()).replace("\r\n", "\n") if body else ""
        kept = IN_WORDS[str(mail["X-Forewarn-Event"])]
        assert f"\n{kept['title']}\n" in told
        assert all(f"\n- {label}: {text}\n" in told for label, text in kept["facts"])


@pytest.mark.parametrize("change", told_by_the_first())
def test_a_mail_of_facts_is_to_the_byte_the_mail_of_the_words(change: str) -> None:
    for event, kept in zip(CHANGES[change], told_by_the_first()[change], strict=True):
        in_words = event_from_json(json.dumps(kept))
        mails = [compose(a_message(told), a_person(), KB).data for told in (event, in_words)]
        assert mails[0] == mails[1]


@examples(40)
@given(
    st.builds(
        Event,
        id=st.text(),
        kind=st.sampled_from(EventKind),
        product=st.text(),
        version=st.none() | st.text(),
        severity=st.sampled_from(Severity),
        audience=st.sampled_from(Audience),
        at=st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)),  # noqa: DTZ001
        name=st.text(),
        fact=st.builds(AsTold, title=st.text(), lines=PAIRS),
        products=st.lists(st.text()).map(tuple),
        page=st.text(),
    )
)
def test_an_event_reads_back_as_it_was_put(event: Event) -> None:
    assert event_from_json(event_to_json(event)) == event
