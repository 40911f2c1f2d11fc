"""`forewarn channels test`, and that no secret of a channel is told or kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from channel_runs import CALLS, answering
from events_builder import (
    NOON,
    PLACE,
    a_channel,
    a_person,
    a_subscription,
    an_event,
    in_words,
    queue,
)
from forewarn.channels.example_service import ExampleService, Reply
from forewarn.channels.interface import DeliveryError
from forewarn.channels.slack_example import TOKEN, Slack
from forewarn.channels.webhook_example import KEY
from forewarn.errors import UsageError
from forewarn.model.delivery import DeliveryState
from forewarn.model.events.event import Event, EventKind
from forewarn.model.recipient import Room
from forewarn.model.settings import ChannelSettings, Settings
from forewarn.model.subscription import Subscription
from forewarn.services.alert.deliver import deliver
from forewarn.services.alert.trial import send_test
from forewarn.store.state.opening import open_state


def slack(url: str) -> ChannelSettings:
    options = {"url": url, "token": "${FOREWARN_SLACK}", "allow_private": "true"}
    return a_channel("chat", "slack", **options)


def settings_with(*rows: ChannelSettings, subscriptions: tuple[Subscription, ...] = ()) -> Settings:
    return Settings(
        name="Example Support",
        people={"maria": a_person(), "jonas": a_person("jonas")},
        rooms={"calls": CALLS},
        channels={row.id: row for row in rows},
        subscriptions=subscriptions,
    )


def trial(root: Path, settings: Settings, name: str, to: str | None = None) -> object:
    environ = {"FOREWARN_SLACK": TOKEN}
    return send_test(root, name, to=to, now=NOON, environ=environ, settings=settings)


def test_a_test_says_that_it_is_one_and_gives_the_receipt(tmp_path: Path) -> None:
    fake = Slack()
    with ExampleService(fake) as server:
        whom, receipt = trial(tmp_path, settings_with(slack(server.url)), "chat", "calls")  # type: ignore[misc]
    (post,) = fake.posts.values()
    assert (whom, receipt.message.split("/")[0]) == ("calls", "C1")
    assert post["text"].startswith(
        "Test of channel chat: nothing has happened\n"
        "This is a test: nothing has happened, and there is nothing to do."
    )
    assert not (tmp_path / ".forewarn" / "state.db").exists(), "nothing of it is kept"


def test_whom_it_goes_to_is_said_unless_there_is_only_one(tmp_path: Path) -> None:
    one = settings_with(a_channel(), subscriptions=(a_subscription(),))
    assert trial(tmp_path, one, "files")[0] == "maria"  # type: ignore[index]
    two = settings_with(a_channel(), subscriptions=(a_subscription(), a_subscription("jonas")))
    for settings, to, said in (
        (two, None, "2 recipients are subscribed to channel 'files'"),
        (settings_with(a_channel()), None, "nobody is subscribed to channel 'files'"),
        (two, "nobody", "there is no person, list or room 'nobody'"),
    ):
        with pytest.raises(UsageError, match=said):
            trial(tmp_path, settings, "files", to)
    with pytest.raises(UsageError, match="there is no channel 'pigeons'"):
        trial(tmp_path, two, "pigeons")


def test_a_test_that_does_not_go_says_why(tmp_path: Path) -> None:
    with ExampleService(Slack(token="another")) as server:
        settings = settings_with(slack(server.url))
        with pytest.raises(DeliveryError, match="token_expired") as caught:
            trial(tmp_path, settings, "chat", "calls")
        assert TOKEN not in str(caught.value)
        assert caught.value.help and "in the environment" in caught.value.help
        with pytest.raises(DeliveryError, match="'maria' is no room") as caught:
            trial(tmp_path, settings, "chat", "maria")
        assert caught.value.help and "`--to`" in caught.value.help


@pytest.mark.slow
def test_the_command_sends_a_test_mail_and_shows_its_receipt(tmp_path: Path) -> None:
    (tmp_path / "forewarn.yml").write_text(
        "name: A\npeople: {maria: {name: Maria, email: maria@example.com}}\n"
        "channels: {files: {type: folder}}\n"
    )
    command = [sys.executable, "-m", "forewarn", "-C", str(tmp_path), "channels", "test", "files"]
    done = subprocess.run(
        [*command, "--to", "maria", "--format", "json"], capture_output=True, text=True, check=True
    )
    (file,) = (tmp_path / ".forewarn" / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["X-Forewarn-Kind"] == "test"
    said = json.loads(done.stdout)
    assert said["receipt"]["message"] == mail["Message-ID"]
    assert {name: said[name] for name in ("channel", "to")} == {"channel": "files", "to": "maria"}
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "--to" in refused.stderr


SECRET = "zqcanaryofachannel"
SIGNED = "whsec_" + "zqcanary" * 4
ROWS = {
    "webhook": {"url": "${FOREWARN_URL}", "key": "${FOREWARN_KEY}"},
    "slack": {"url": "", "token": "${FOREWARN_TOKEN}"},
    "teams": {"url": "${FOREWARN_URL}"},
    "discord": {"url": "${FOREWARN_URL}"},
    "mattermost": {"url": "", "token": "${FOREWARN_TOKEN}"},
    "matrix": {"url": "", "token": "${FOREWARN_TOKEN}"},
    "ntfy": {"url": "", "token": "${FOREWARN_TOKEN}"},
    "pagerduty": {"url": "", "key": "${FOREWARN_TOKEN}"},
    "websub": {"hub": "", "token": "${FOREWARN_TOKEN}"},
    "apprise": {"url": "${FOREWARN_APPRISE}"},
    "command": {"command": "${FOREWARN_COMMAND_X}"},
}
PLACES = {
    "mattermost": "c" * 26,
    "matrix": "!calls:example.com",
    "ntfy": "calls",
    "websub": "https://kb.example.com/feed.atom.xml",
}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500, body=f"no: {SECRET} {SIGNED}"),
        Reply(status=403, body={"error": SECRET, "errcode": SECRET, "id": SECRET, "code": SECRET}),
        Reply(status=302, headers={"Location": f"http://127.0.0.1:1/{SECRET}"}),
        Reply(body={"ok": False, "error": SECRET, "id": f"{SECRET} {SIGNED}", "event_id": SECRET}),
    ],
    ids=["fails", "refuses", "redirects", "echoes"],
)
@pytest.mark.slow
def test_no_secret_of_a_channel_is_told_or_kept(
    reply: Reply,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with answering(reply) as server:
        environ = {
            "FOREWARN_URL": f"{server.url}/{SECRET}?sig={SECRET}",
            "FOREWARN_KEY": SIGNED,
            "FOREWARN_TOKEN": SECRET,
            "FOREWARN_APPRISE": f"json://{server.url[7:]}/{SECRET}",
            "FOREWARN_COMMAND_X": f"/bin/false --token {SECRET}",
        }
        rows = []
        for kind, options in ROWS.items():
            own = {name: value or server.url for name, value in options.items()}
            private = {} if kind in ("apprise", "command") else {"allow_private": "true"}
            rows.append(a_channel(kind, kind, **own, **private))
        rooms = {kind: Room(id=kind, name=kind, place=PLACES.get(kind, "#calls")) for kind in ROWS}
        settings = Settings(
            name="Example Support",
            rooms=rooms,
            channels={row.id: row for row in rows},
            subscriptions=tuple(a_subscription(kind, kind) for kind in ROWS),
        )
        queue(tmp_path, settings, an_event())
        report = deliver(tmp_path, settings, now=lambda: datetime.now(UTC), environ=environ)
    assert len(server.calls) >= len(ROWS) - 1, "each of them spoke to it"
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    told = f"{report!r}{''.join(capfd.readouterr())}{caplog.text}"
    with open_state(tmp_path) as state:
        states = {row.channel: row.state for row in state.deliveries()}
    assert states.keys() == ROWS.keys()
    assert DeliveryState.PENDING not in states.values()
    for canary in (SECRET, SIGNED, KEY):
        assert canary.encode() not in kept
        assert not re.search(canary, told)
    assert PLACE.file == "forewarn.yml"


def test_a_withdrawal_edits_the_first_post_of_a_room_and_answers_it(tmp_path: Path) -> None:
    fake = Slack()
    with ExampleService(fake) as server:
        wants_shipped = a_subscription("calls", "chat", events=(EventKind.SHIPPED,))
        settings = settings_with(slack(server.url), subscriptions=(wants_shipped,))

        def told(event: Event) -> None:
            queue(tmp_path, settings, event)
            report = deliver(
                tmp_path, settings, now=lambda: NOON, environ={"FOREWARN_SLACK": TOKEN}
            )
            assert (report.sent, report.unfinished) == (1, 0)

        told(an_event(1))
        fact = in_words("Recorder 2.7 is withdrawn", ("Reason", "loses sound"))
        told(an_event(2, kind=EventKind.WITHDRAWN, fact=fact, takes_back=("recorder@2.7",)))
    first, answer = fake.posts
    (edit,) = fake.edits
    assert edit["ts"] == first and edit["text"].startswith("Withdrawn: what stood here")
    assert fake.posts[answer]["thread_ts"] == first
    assert "Reason: loses sound" in fake.posts[answer]["text"]
    with open_state(tmp_path) as state:
        kept = {row.event.id: row.receipt for row in state.deliveries()}
    assert {receipt.thread for receipt in kept.values() if receipt} == {f"C1/{first}"}
