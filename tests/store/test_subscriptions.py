"""Who subscribes to what: read as it was meant, from forewarn.yml and the files beside it."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from forewarn.errors import DataError
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.recipient import MailingList, Room
from forewarn.model.record import Audience, Place
from forewarn.model.schedule import Absence, Every, QuietHours, Rhythm, Weekday
from forewarn.model.subscription import Prerelease, Subscription
from forewarn.store.settings import load_settings, read_settings

HEAD = """\
name: Acme
people: {maria: {name: Maria, email: m@example.com}, tom: {name: Tom, email: t@example.com}}
lists: {desk: {email: desk@example.com}}
rooms: {calls: {place: "#calls"}}
channels: {mail: {type: email, host: localhost, from: kb@example.com}}
"""
FULL = """\
subscriptions:
  - list: desk
    channel: mail
    products: [recorder]
    suites: [kit]
    tracks: [stable]
    platforms: [Win]
    events: [shipped]
    least_severity: high
    prerelease: no
    pair: [recorder, player]
    issue: kb/known-issues/no-sound.md
    audience: public
    digest: {every: weekly, on: friday, at: "16:30", zone: Europe/Berlin}
    quiet: {from: "22:00", to: "07:00", zone: Asia/Tokyo}
"""


def written(root: Path, text: str, **files: str) -> Path:
    (root / "forewarn.yml").write_text(text, encoding="utf-8")
    (root / "subscriptions").mkdir(exist_ok=True)
    for name, content in files.items():
        (root / f"subscriptions/{name}.yml").write_text(content, encoding="utf-8")
    return root


def test_every_key_of_a_subscription_is_read_as_it_is_written(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, HEAD + FULL))
    assert settings.subscriptions == (
        Subscription(
            recipient="desk",
            channel="mail",
            products=("recorder",),
            suites=("kit",),
            tracks=("stable",),
            platforms=("windows",),
            events=(EventKind.SHIPPED,),
            least_severity=Severity.HIGH,
            prerelease=Prerelease.NO,
            pair=("recorder", "player"),
            issue="kb/known-issues/no-sound.md",
            audience=Audience.PUBLIC,
            digest=Rhythm(
                every=Every.WEEKLY, on=Weekday.FRIDAY, at=time(16, 30), zone="Europe/Berlin"
            ),
            quiet=QuietHours(begin=time(22), end=time(7), zone="Asia/Tokyo"),
            place=Place(file="forewarn.yml", line=7),
        ),
    )
    assert settings.recipient("desk") == MailingList(
        id="desk", name="desk", email="desk@example.com"
    )
    assert settings.recipient("calls") == Room(id="calls", name="calls", place="#calls")


def test_files_of_subscriptions_are_read_by_name_and_know_their_lines(tmp_path: Path) -> None:
    rows = "- {person: maria, channel: mail}\n- {person: tom, channel: mail, digest: hourly}\n"
    listed = f"subscriptions:\n  {rows.splitlines()[0]}\n"
    settings = load_settings(written(tmp_path, HEAD, l2=listed, l1=f"# Level 1\n{rows}"))
    assert [(row.recipient, row.line) for row in settings.subscriptions] == [
        ("maria", "subscriptions/l1.yml:2"),
        ("tom", "subscriptions/l1.yml:3"),
        ("maria", "subscriptions/l2.yml:2"),
    ]
    assert settings.subscriptions[1].digest == Rhythm(every=Every.HOURLY)


def test_who_is_away_has_a_deputy(tmp_path: Path) -> None:
    away = "away: [{from: 2026-12-24, to: 2027-01-03, deputy: tom, zone: Europe/Berlin}]"
    text = HEAD.replace("email: m@example.com", f"email: m@example.com, {away}")
    assert load_settings(written(tmp_path, text)).people["maria"].away == (
        Absence(
            first=date(2026, 12, 24), last=date(2027, 1, 3), deputy="tom", zone="Europe/Berlin"
        ),
    )


ROW = "- {person: maria, channel: mail, %s}\n"


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("- {channel: mail}\n", "missing-key", "has no 'person', 'list' or 'room'"),
        ("- {person: maria}\n", "missing-key", "has no 'channel'"),
        ("- {person: eve, channel: mail}\n", "unknown-person", "there is no person 'eve'"),
        ("- {list: maria, channel: mail}\n", "unknown-list", "there is no list 'maria'"),
        ("- {room: desk, channel: mail}\n", "unknown-room", "there is no room 'desk'"),
        ("- {person: maria, channel: chat}\n", "unknown-channel", "there is no channel 'chat'"),
        ("- {person: maria, list: desk, channel: mail}\n", "wrong-value", "not of both"),
        (ROW % "digest: daily", "wrong-value", "needs a time and a time zone"),
        (ROW % "digest: {every: daily, at: '8am', zone: UTC}", "wrong-value", "'at' is '8am'"),
        (ROW % "digest: {every: daily, at: '24:00', zone: UTC}", "wrong-value", "24:00"),
        (ROW % "digest: {every: weekly, at: '08:00', zone: UTC}", "missing-key", "has no 'on'"),
        (ROW % "digest: {every: daily, at: '08:00'}", "missing-key", "has no 'zone'"),
        (ROW % "digest: {every: hourly, at: '08:00'}", "unknown-key", "'at' is not a key"),
        (ROW % "quiet: {from: '22:00', to: '07:00', zone: Berlin}", "wrong-value", "'Berlin'"),
        (ROW % "quiet: {from: '22:00', to: '07:00', zone: Europe}", "wrong-value", "'Europe'"),
        (ROW % "quiet: {from: '22:00', to: '07:00', zone: ../etc}", "wrong-value", "'../etc'"),
        (ROW % "quiet: {from: '22:00', to: '22:00', zone: UTC}", "wrong-value", "whole day"),
        (ROW % "pair: [recorder]", "wrong-value", "not of two products"),
        (ROW % "pair: [a, a]", "wrong-value", "not of two products"),
        (ROW % "issue: kb/../forewarn.yml", "wrong-value", "'issue' cannot be used"),
        (ROW % "prerelease: maybe", "wrong-value", "no, promoted, all"),
        (ROW % "audience: everybody", "wrong-value", "public, staff"),
        (ROW % "product: recorder", "unknown-key", "'product' is not a key"),
        ("- {person: maria, channel: mail\n", "unreadable", "not readable YAML"),
        ("42\n", "wrong-type", "expected keys and values"),
    ],
)
def test_a_mistake_is_found_where_it_stands(
    tmp_path: Path, text: str, rule: str, said: str
) -> None:
    settings, findings = read_settings(written(tmp_path, HEAD, l1=f"# Level 1\n{text}"))
    assert settings is not None
    (finding,) = findings
    assert (finding.rule, finding.place.file) == (rule, "subscriptions/l1.yml")
    assert finding.place.line in (2, 3) and said in finding.message


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("away: [{from: 2026-12-24, to: 2026-12-23, deputy: tom}]", "before it begins"),
        ("away: [{from: 2026-12-24, to: 2026-12-25, deputy: maria}]", "stand in for themselves"),
        ("away: [{from: 2026-12-24, to: 2026-12-25, deputy: eve}]", "no person 'eve' to stand in"),
        ("away: [{from: 2026-12-24, to: 2026-12-25}]", "has no 'deputy'"),
        (
            "away: [{from: 2026-12-01, to: 2026-12-25, deputy: tom}, "
            "{from: 2026-12-25, to: 2026-12-30, deputy: tom}]",
            "overlaps with the one from 2026-12-01",
        ),
    ],
)
def test_an_absence_that_cannot_be_is_found(tmp_path: Path, person: str, said: str) -> None:
    text = HEAD.replace("email: m@example.com", f"email: m@example.com, {person}")
    (finding,) = read_settings(written(tmp_path, text))[1]
    assert said in finding.message and finding.place == Place(file="forewarn.yml", line=2)


def test_no_two_recipients_have_one_id(tmp_path: Path) -> None:
    (finding,) = read_settings(written(tmp_path, HEAD.replace("calls: {", "desk: {")))[1]
    assert finding.message == "'desk' stands under 'lists', too"


def test_what_lies_there_and_is_not_read_is_found(tmp_path: Path) -> None:
    root = written(tmp_path, HEAD, l1="- {person: eve, channel: mail}\n")
    folder = root / "subscriptions"
    (folder / "l1.yml").rename(folder / "l1.yaml")
    (folder / "teams").mkdir()
    (folder / "l2.yml").symlink_to("/etc/passwd")
    (folder / "L3.YML").write_text("- {person: eve, channel: mail}\n")
    (folder / "README.md").write_text("Who is woken.")
    _, findings = read_settings(root)
    assert [(f.rule, f.place.file) for f in findings] == [
        ("misplaced", "subscriptions/L3.YML"),
        ("misplaced", "subscriptions/l1.yaml"),
        ("misplaced", "subscriptions/l2.yml"),
        ("misplaced", "subscriptions/teams"),
    ]
    with pytest.raises(DataError):
        load_settings(root)


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    root = written(tmp_path / "kb" if (tmp_path / "kb").mkdir() is None else tmp_path, HEAD)
    (root / "subscriptions").rmdir()
    (root / "subscriptions").symlink_to(tmp_path)
    assert [f.rule for f in read_settings(root)[1]] == ["misplaced"]
    (root / "subscriptions").unlink()
    (root / "subscriptions").write_text("- {person: eve, channel: mail}\n")
    assert [f.rule for f in read_settings(root)[1]] == ["misplaced"]
