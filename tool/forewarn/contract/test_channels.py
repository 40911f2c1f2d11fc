"""What every channel promises: tried with the example that it ships, on a service that runs."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from forewarn import channels, plugins
from forewarn.channels.example import ChannelExample, RunningService
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import AsTold
from forewarn.model.events.severity import Severity
from forewarn.model.option import OptionValue
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import MailingList, Person, Recipient, Room
from forewarn.model.record import Audience, Place
from forewarn.model.settings import ChannelSettings, ServedAt
from forewarn.options import OptionsError

CHANNELS = plugins.names("channels")
_PLACE = Place(file="forewarn.yml", line=7)
_ANYBODY: tuple[Recipient, ...] = (
    Person(id="maria", name="Maria", email="maria@example.com"),
    MailingList(id="support", name="Support", email="support@example.com"),
    Room(id="calls", name="Calls", place="#calls"),
)


def an_event(number: int) -> Event:
    """A release that shipped; each number is another version."""
    return Event(
        id=f"{number:020x}",
        kind=EventKind.SHIPPED,
        product="recorder",
        version=f"2.7.{number}",
        severity=Severity.HIGH,
        audience=Audience.STAFF,
        at=datetime(2026, 5, 4, 12, number, tzinfo=UTC),
        name="Recorder",
        fact=AsTold(
            title=f"recorder 2.7.{number} is out",
            lines=(("Tell the customer", f"update <now> & call back {number}"),),
        ),
        products=("recorder",),
        page=f"releases/recorder/2.7.{number}/",
    )


@dataclass
class ChannelTried:
    """A channel with its example, whose service runs."""

    name: str
    root: Path
    example: ChannelExample
    service: RunningService

    @property
    def row(self) -> ChannelSettings:
        own = {name: _filled(value, self.root) for name, value in self.service.options.items()}
        return ChannelSettings(id="it", type=self.name, options=own, place=_PLACE)

    @property
    def around(self) -> Surroundings:
        return Surroundings(
            root=self.root,
            name="Example Support",
            sites=ServedAt(staff="https://kb.example.com/"),
            environ=self.service.environ,
        )

    def send(self, *sendings: tuple[Message, Recipient]) -> list[Receipt | DeliveryError]:
        """Send over one opened channel, one after the other: what came of each."""

        async def run() -> list[Receipt | DeliveryError]:
            done: list[Receipt | DeliveryError] = []
            async with channels.build(self.row, self.around) as opened:
                for message, recipient in sendings:
                    try:
                        done.append(await opened.send(message, recipient))
                    except DeliveryError as error:
                        done.append(error)
            return done

        return asyncio.run(run())

    def arrived(self) -> list[str]:
        """What has arrived, as texts."""
        return [_text_of(data) for data in self.service.received()]


@pytest.fixture(params=CHANNELS)
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChannelTried]:
    kind: Any = plugins.load("channels", request.param)
    example = kind.example()
    assert isinstance(example, ChannelExample)
    if example.needs:
        pytest.importorskip(example.needs)
    with example.service(str(tmp_path)) as service:
        yield ChannelTried(request.param, tmp_path, example, service)


def test_its_module_says_what_its_options_are(played: ChannelTried) -> None:
    module = inspect.getmodule(plugins.load("channels", played.name))
    assert "Options:" in (module.__doc__ or "")


def test_an_option_that_it_does_not_have_is_refused_by_name_and_line(played: ChannelTried) -> None:
    assert channels.problems(played.row) == ()
    before = sorted(played.root.rglob("*"))
    row = replace(
        played.row, options={**played.row.options, "surprise": "yes"}, lines={"surprise": 9}
    )
    (problem,) = channels.problems(row)
    assert "'surprise'" in problem.text
    assert str(problem.place) == "forewarn.yml:9"
    with pytest.raises(OptionsError, match="'surprise'"):
        channels.build(row, played.around)
    assert sorted(played.root.rglob("*")) == before, "reading options touches no disk"


def test_everybody_whom_it_reaches_gets_the_message_and_a_receipt(played: ChannelTried) -> None:
    assert played.example.reached, "the example names nobody"
    sendings = [
        (Message(events=(an_event(number),)), who)
        for number, who in enumerate(played.example.reached)
    ]
    for receipt in played.send(*sendings):
        assert isinstance(receipt, Receipt), receipt
        assert receipt.message and receipt.message.isprintable()
        assert isinstance(receipt.assurance, Assurance)
    arrived = played.arrived()
    assert len(arrived) == len(sendings)
    for number, text in enumerate(arrived) if played.example.tells else ():
        assert f"2.7.{number}" in text, "it does not say what it is about"
        assert f"call back {number}" in text, "a fact of the event is missing"


def test_several_events_can_be_one_message(played: ChannelTried) -> None:
    message = Message(events=(an_event(1), an_event(2)))
    (receipt,) = played.send((message, played.example.reached[0]))
    assert isinstance(receipt, Receipt), receipt
    text = "\n".join(played.arrived())
    assert not played.example.tells or ("2.7.1" in text and "2.7.2" in text)


def test_a_repeat_has_the_same_identity_and_another_message_has_not(played: ChannelTried) -> None:
    who = played.example.reached[0]
    one, two = Message(events=(an_event(1),)), Message(events=(an_event(2),))
    receipts = played.send((one, who), (two, who))
    assert all(isinstance(receipt, Receipt) for receipt in receipts)
    ids = [receipt.message for receipt in receipts if isinstance(receipt, Receipt)]
    assert len({*ids}) == 2
    first = _without_moments(played.service.received()[0])
    played.send((one, who))
    assert _without_moments(played.service.received()[-1]) == first


def test_a_message_that_answers_an_earlier_one_goes_too(played: ChannelTried) -> None:
    who = played.example.reached[0]
    (receipt,) = played.send((Message(events=(an_event(1),)), who))
    assert isinstance(receipt, Receipt), receipt
    correction = replace(
        an_event(2), kind=EventKind.CORRECTED, answers=(an_event(1).id,), thread="recorder@2.7.1"
    )
    (answer,) = played.send((Message(events=(correction,), earlier=(receipt,)), who))
    assert isinstance(answer, Receipt), answer


def test_whom_it_cannot_reach_it_refuses_for_good_and_goes_on(played: ChannelTried) -> None:
    good = played.example.reached[0]
    for number, who in enumerate(played.example.refused):
        message = Message(events=(an_event(number),))
        refused, sent = played.send((message, who), (message, good))
        assert isinstance(refused, DeliveryError), f"{who} got it"
        assert refused.permanent
        assert "\n" not in refused.what
        assert isinstance(sent, Receipt), sent


def test_whom_it_says_it_cannot_reach_it_does_not(played: ChannelTried) -> None:
    kind: type[Channel] = plugins.load("channels", played.name)
    for who in (*_ANYBODY, *played.example.reached, *played.example.refused):
        why = kind.cannot_reach(who)
        (came,) = played.send((Message(events=(an_event(1),)), who))
        if why:
            assert isinstance(came, DeliveryError) and came.permanent, who
            assert "\n" not in why
        if who in played.example.reached:
            assert why is None and isinstance(came, Receipt)


def test_no_text_of_an_event_becomes_a_line_of_its_own(played: ChannelTried) -> None:
    event = replace(an_event(1), version="2.7\r\nX-Injected: yes")
    (came,) = played.send((Message(events=(event,)), played.example.reached[0]))
    if isinstance(came, DeliveryError):
        assert came.permanent
        assert "\n" not in came.what
    for data in played.service.received():
        assert not re.search(rb"^X-Injected:", data, re.MULTILINE)


def test_what_its_variables_hold_is_in_no_error(played: ChannelTried) -> None:
    secrets = [value for value in played.service.environ.values() if len(value) > 3]
    for who in (*_ANYBODY, *played.example.refused):
        (came,) = played.send((Message(events=(an_event(1),)), who))
        for secret in secrets:
            assert secret not in str(came)


def test_it_lets_go_when_it_was_opened_and_nothing_sent(played: ChannelTried) -> None:
    with contextlib.suppress(DeliveryError):
        assert played.send() == []
    assert played.arrived() == []


def _filled(value: OptionValue, root: Path) -> OptionValue:
    if isinstance(value, str):
        return value.replace("{folder}", str(root))
    if isinstance(value, Mapping):
        return {name: _filled(below, root) for name, below in value.items()}
    return tuple(_filled(below, root) for below in value)


def _text_of(data: bytes) -> str:
    """A message as text: the plain part of a mail, decoded, or whatever else it is."""
    if not re.match(rb"[A-Za-z-]+: ", data):
        return data.decode()
    mail = message_from_bytes(data, policy=policy.default)
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


def _without_moments(data: bytes) -> bytes:
    """A message without what may say when it was sent."""
    return re.sub(rb"\d\d:\d\d:\d\d\S*", b"", data)
