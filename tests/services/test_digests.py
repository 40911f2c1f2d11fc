"""What was held for somebody comes in one message: all of it, once, and never an empty one."""

from __future__ import annotations

import email
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from events_builder import NOON, a_person, a_subscription, an_event, queue, settings_of
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.record import Place
from forewarn.model.schedule import Every, QuietHours, Rhythm
from forewarn.model.settings import Settings
from forewarn.services.alert.deliver import deliver
from forewarn.services.alert.delivered import DeliverReport
from forewarn.services.alert.deliveries import deliveries

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
DAILY = Rhythm(every=Every.DAILY, at=time(18), zone="UTC")
SIX = NOON + timedelta(hours=6)
LINE = Place(file="subscriptions/l1.yml", line=12)
KB = settings_of(a_subscription(digest=DAILY, place=LINE))


class Died(Exception):
    """The process ends here."""


def run(root: Path, kb: Settings = KB, at: datetime = SIX, dies_at: str = "") -> DeliverReport:
    def step(name: str) -> None:
        if name == dies_at:
            raise Died

    return deliver(root, kb, now=lambda: at, environ={}, step=step)


def mails(root: Path) -> list[EmailMessage]:
    files = sorted((root / ".forewarn/mail").glob("*.eml"))
    return [email.message_from_bytes(f.read_bytes(), policy=default) for f in files]  # type: ignore[misc]


def text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def release(number: int, kind: EventKind = EventKind.SHIPPED, version: str = "2.7") -> Event:
    return an_event(
        number, at=NOON + number * SECOND, kind=kind, version=version, severity=Severity.NORMAL
    )


def test_a_digest_is_one_message_whose_count_is_that_of_its_items(tmp_path: Path) -> None:
    states = [release(n, kind) for n, kind in enumerate((EventKind.PLANNED, EventKind.SHIPPED))]
    queue(tmp_path, KB, *states, release(5, version="2.8"))
    assert run(tmp_path, at=SIX - MINUTE).sent == 0
    assert run(tmp_path).sent == 3
    (mail,) = mails(tmp_path)
    assert mail["Subject"] == "[forewarn] recorder 2.7: shipped, and 1 more"
    told = text(mail)
    assert told.count("Read this before your next call") == 2
    assert "What happened before that:\n- 2026-05-04 12:00 UTC: Recorder 2.7 has shipped" in told
    assert "because of subscriptions/l1.yml:12: change this line" in told
    assert run(tmp_path).sent == 0 and len(mails(tmp_path)) == 1


def test_where_nothing_happened_nothing_comes(tmp_path: Path) -> None:
    queue(tmp_path, KB, release(1), replace_of_all(2))
    assert (run(tmp_path).sent, mails(tmp_path)) == (0, [])
    (row,) = deliveries(tmp_path).deliveries
    assert (row.state, row.reason) == ("suppressed", "taken back before it was sent")


def replace_of_all(number: int) -> Event:
    """That all of it was a mistake."""
    return an_event(number, kind=EventKind.MISTAKEN, takes_back=("recorder@2.7",))


def test_a_digest_of_a_thousand_lists_all(tmp_path: Path) -> None:
    queue(tmp_path, KB, *(release(n, version=f"2.{n}") for n in range(1000)))
    assert run(tmp_path).sent == 1000
    (mail,) = mails(tmp_path)
    assert mail["Subject"] == "[forewarn] recorder 2.0: shipped, and 999 more"
    assert text(mail).count("Customers can have recorder 2.") == 1000


@pytest.mark.parametrize("dies_at", ["claimed", "sending", "sent"])
def test_what_died_half_way_comes_again_as_the_same_message(tmp_path: Path, dies_at: str) -> None:
    queue(tmp_path, KB, release(1), release(2, version="2.8"))
    with pytest.raises(Died):
        run(tmp_path, dies_at=dies_at)
    # What came since is told in a message of its own.
    queue(tmp_path, KB, release(3, version="2.9"))
    later = SIX + timedelta(days=1)
    assert run(tmp_path, at=later).sent == 3
    first, second = sorted(mails(tmp_path), key=lambda mail: str(mail["Subject"]))
    assert (first["Subject"], second["Subject"]) == (
        "[forewarn] recorder 2.7: shipped, and 1 more",
        "[forewarn] recorder 2.9",
    )


def test_what_is_held_in_quiet_hours_comes_in_one_message_when_they_are_over(
    tmp_path: Path,
) -> None:
    quiet = QuietHours(begin=time(11), end=time(18), zone="UTC")
    kb = settings_of(a_subscription(quiet=quiet))
    critical = an_event(9, version="2.9", severity=Severity.CRITICAL, at=NOON)
    queue(tmp_path, kb, release(1), release(2, EventKind.WITHDRAWN), critical)
    assert run(tmp_path, kb, at=NOON).sent == 1
    assert run(tmp_path, kb).sent == 2
    subjects = sorted(str(mail["Subject"]) for mail in mails(tmp_path))
    assert subjects == ["[forewarn] recorder 2.7", "[forewarn] recorder 2.9"]


def test_each_gets_a_digest_of_their_own(tmp_path: Path) -> None:
    kb = settings_of(
        a_subscription(digest=DAILY),
        a_subscription("tom", digest=DAILY, products=("recorder",)),
        people=[a_person(), a_person("tom")],
    )
    queue(tmp_path, kb, release(1), an_event(2, product="player", products=("player",), at=NOON))
    assert run(tmp_path, kb).sent == 3
    assert sorted(str(mail["Subject"]) for mail in mails(tmp_path)) == [
        "[forewarn] player 2.7: shipped, and 1 more",
        "[forewarn] recorder 2.7",
    ]
