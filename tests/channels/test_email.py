"""Mail through a real server on loopback: what arrives, and what each refusal means."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events_builder import SHIPPED, a_channel, a_message, a_person, an_email_channel, an_event
from forewarn.channels import build
from forewarn.channels.interface import DeliveryError, Message, OwnWording, Surroundings
from forewarn.channels.message import compose
from forewarn.channels.sender import Sender
from forewarn.model.events.event import Event
from forewarn.model.recipient import Person
from forewarn.model.settings import ChannelSettings
from forewarn.options import OptionsError
from mail_server import MailServer
from odd_mail_server import OddMailServer

ENVIRON = {"FOREWARN_SMTP_PASSWORD": "correct horse"}
LOGIN = {"username": "kb", "password": "${FOREWARN_SMTP_PASSWORD}"}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for localhost, and the certificate that vouches for it."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "ca.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    about = "-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out ca.pem"
    subprocess.run([*command.split(), *about.split()], cwd=folder, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, certificate


def send(channel: ChannelSettings, *messages: tuple[Event, Person], root: Path = Path()) -> None:
    async def work() -> None:
        around = Surroundings(root=root, name="Example Support", environ=ENVIRON)
        async with build(channel, around) as opened:
            for event, person in messages:
                await opened.send(a_message(event), person)

    asyncio.run(work())


def failure(channel: ChannelSettings, root: Path = Path()) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(channel, (SHIPPED, a_person()), root=root)
    return caught.value


def test_what_arrives_is_the_composed_message_for_this_person_alone(server: MailServer) -> None:
    send(an_email_channel(server.port), (SHIPPED, a_person()))
    sender = Sender(name="Example Support", address="kb@example.com")
    assert server.raw == [compose(a_message(), a_person(), sender).data]
    assert server.envelopes == [("kb@example.com", ["maria@example.com"])]


def test_many_messages_share_one_connection(server: MailServer) -> None:
    send(an_email_channel(server.port), *((an_event(n), a_person()) for n in range(20)))
    assert (len(server.messages), server.connections) == (20, 1)


def test_mail_and_password_travel_only_under_tls(
    tls: tuple[ssl.SSLContext, Path],
) -> None:
    context, certificate = tls
    with MailServer(tls=context, password="correct horse") as server:
        channel = an_email_channel(server.port, security="starttls", ca_file="ca.pem", **LOGIN)
        send(channel, (SHIPPED, a_person()), root=certificate.parent)
    assert server.ids == ["<3f2a91c07be44d1e8a55.maria@example.com>"]


def test_a_wrong_password_is_a_fault_of_the_set_up_and_is_not_told(
    tls: tuple[ssl.SSLContext, Path],
) -> None:
    context, certificate = tls
    with MailServer(tls=context, password="another") as server:
        channel = an_email_channel(server.port, security="starttls", ca_file="ca.pem", **LOGIN)
        error = failure(channel, certificate.parent)
    assert not error.permanent
    assert error.what == f"localhost:{server.port} refuses the user name or password (535)"


def test_a_certificate_nobody_vouches_for_is_refused(tls: tuple[ssl.SSLContext, Path]) -> None:
    with MailServer(tls=tls[0]) as server:
        error = failure(an_email_channel(server.port, security="starttls"))
    assert (error.permanent, server.messages) == (False, [])
    assert "certificate verify failed" in error.what


def test_a_server_without_starttls_gets_no_mail(server: MailServer) -> None:
    error = failure(an_email_channel(server.port, security="starttls"))
    assert (error.permanent, server.messages) == (False, [])
    assert "STARTTLS" in error.what


def test_a_missing_file_of_certificates_is_named(tmp_path: Path) -> None:
    error = failure(an_email_channel(1, security="tls", ca_file="ca.pem"), tmp_path)
    assert not error.permanent
    assert "ca.pem" in error.what


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("550 no such person", True), ("450 greylisted", False), ("421 closing", False)],
)
def test_a_recipient_refused_for_good_is_final_and_put_off_is_not(
    server: MailServer, answer: str, permanent: bool
) -> None:
    server.answers["maria@example.com"] = answer
    error = failure(an_email_channel(server.port))
    assert error.permanent is permanent
    assert error.what == f"the mail server answered {answer}"


@pytest.mark.parametrize(
    ("answer", "permanent"), [("554 looks like spam", True), ("452 disk full", False)]
)
def test_a_message_refused_for_good_is_final_and_put_off_is_not(
    server: MailServer, answer: str, permanent: bool
) -> None:
    server.answer_to_data = answer
    assert failure(an_email_channel(server.port)).permanent is permanent


def test_a_sender_that_is_refused_is_a_fault_of_the_set_up(server: MailServer) -> None:
    server.answer_to_sender = "550 you may not send as kb@example.com"
    assert not failure(an_email_channel(server.port)).permanent


def test_after_a_refusal_the_next_message_still_goes(server: MailServer) -> None:
    server.answers["gone@example.com"] = "550 no such person"

    async def work() -> None:
        around = Surroundings(root=Path(), name="Example Support", environ={})
        async with build(an_email_channel(server.port), around) as channel:
            with pytest.raises(DeliveryError):
                await channel.send(a_message(), a_person(email="gone@example.com"))
            await channel.send(a_message(), a_person())

    asyncio.run(work())
    assert (len(server.messages), server.connections) == (1, 1)


def test_a_server_that_is_not_there_is_not_the_messages_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failure(an_email_channel(port))
    assert not error.permanent
    assert f"localhost:{port}" in error.what


def test_a_server_that_never_answers_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(an_email_channel(silent.getsockname()[1], timeout="1"))
    assert not error.permanent
    assert "Timed out" in error.what


def test_a_server_that_went_away_is_asked_once_more_and_not_for_every_message() -> None:
    async def work(server: MailServer) -> list[DeliveryError]:
        around = Surroundings(root=Path(), name="Example Support", environ={})
        errors = []
        async with build(an_email_channel(server.port), around) as channel:
            server.__exit__(None, None, None)
            for number in range(3):
                try:
                    await channel.send(a_message(an_event(number)), a_person())
                except DeliveryError as error:
                    errors.append(error)
        return errors

    server = MailServer()
    server.__enter__()
    errors = asyncio.run(work(server))
    assert [error.permanent for error in errors] == [False] * 3
    assert errors[1] is errors[2]


def test_a_channel_shows_its_password_to_nobody() -> None:
    channel = a_channel("mail", "email", host="smtp.example.com", from_="kb@example.com", **LOGIN)
    around = Surroundings(root=Path(), name="KB", environ=ENVIRON)
    built = build(channel, around)
    assert "correct horse" not in f"{channel!r} {around!r} {built!r} {vars(built)!r}"


WRONG_ADDRESSES = [
    (550, "no such person"),
    (550, "5.1.1 <maria@example.com>: Recipient address rejected: User unknown in mailbox table"),
    (550, "5.1.1 The account that you tried to reach does not exist. Look for unnecessary spaces."),
    (550, "5.2.1 The account that you tried to reach is disabled"),
    (550, "Requested action not taken: mailbox unavailable"),
    (550, "5.5.0 Requested action not taken: mailbox unavailable"),
    (551, "User not local"),
    (553, "5.1.3 <maria@example.com>: bad address syntax"),
    (550, "5.1.2 Bad destination system address: domain not found"),
    (556, "5.1.10 Domain does not accept mail (nullMX)"),
    (554, "5.1.1 unknown user"),
    (550, "sorry, no mailbox here by that name. (#5.1.1)"),
    (550, "#5.1.0 Address rejected."),
    (550, "5.1.10 Recipient not found by SMTP address lookup"),
    (550, "Unrouteable address"),
    (554, "delivery error: this user doesn't have an account here"),
]
WHAT_PASSES = [
    (451, "4.7.1 Greylisted, try again later"),
    (450, "5.1.1 user unknown"),
    (550, "5.4.5 Daily user sending limit exceeded"),
    (554, "5.7.0 The limit on the number of allowed outgoing messages was exceeded."),
    (550, "Sending rate reached"),
    (550, "Too many recipients this hour"),
    (550, "5.2.1 The user is receiving mail at a rate that prevents additional messages"),
    (552, "5.2.2 Over quota"),
    (554, "5.2.2 mailbox full"),
    (550, "greylisted, come back in 5 minutes"),
    (504, "5.5.2 <0391926cb167>: Helo command rejected: need fully-qualified hostname"),
    (550, "Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"),
    (550, "5.7.1 Relaying denied"),
    (554, "5.7.1 <maria@example.com>: Relay access denied"),
    (550, "relay not permitted"),
    (550, "5.1.1 relaying denied"),
    (553, "sorry, that domain is not in my list of allowed rcpthosts (#5.7.1)"),
    (550, "5.7.1 Service unavailable, Client host [192.0.2.1] blocked"),
    (550, "5.7.606 Access denied, banned sending IP [192.0.2.1]"),
    (550, "5.7.23 SPF validation failed"),
    (530, "5.7.0 Authentication required"),
    (530, "Must issue a STARTTLS command first"),
    (553, "5.7.1 Sender address rejected: not owned by user kb"),
    (550, "5.1.8 Sender address rejected: Domain not found"),
    (554, "5.7.1 Recipient address rejected: policy violation"),
    (503, "5.5.1 Bad sequence of commands"),
    (521, "this host takes no mail from you"),
    (571, "Delivery not authorized"),
    (550, "Administrative prohibition"),
    (550, "Hourly maximum reached"),
]


@pytest.mark.parametrize(("code", "text"), WRONG_ADDRESSES)
def test_an_address_that_is_wrong_is_given_up(server: MailServer, code: int, text: str) -> None:
    server.answers["maria@example.com"] = f"{code} {text}"
    assert failure(an_email_channel(server.port)).permanent


@pytest.mark.parametrize(("code", "text"), WHAT_PASSES)
def test_a_refusal_that_is_not_about_the_address_is_tried_again(
    server: MailServer, code: int, text: str
) -> None:
    server.answers["maria@example.com"] = f"{code} {text}"
    assert not failure(an_email_channel(server.port)).permanent


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("554 5.6.0 the message cannot be converted", True),
        ("552 5.3.4 Message too big", True),
        ("554 High probability of spam", True),
        ("550 5.4.5 Daily sending quota exceeded", False),
        ("550 5.7.26 This mail is unauthenticated", False),
        ("554 5.7.1 greylisted", False),
        ("554 sending limit reached", False),
        ("552 mailbox full", False),
    ],
)
def test_a_message_is_given_up_only_for_what_is_wrong_with_it(
    server: MailServer, answer: str, permanent: bool
) -> None:
    server.answer_to_data = answer
    assert failure(an_email_channel(server.port)).permanent is permanent


def test_this_machine_names_itself_as_the_channel_says() -> None:
    with OddMailServer() as server:
        send(an_email_channel(server.port, helo="kb.example.com"), (SHIPPED, a_person()))
        send(an_email_channel(server.port, helo="[192.0.2.1]"), (SHIPPED, a_person()))
    assert server.hellos == ["kb.example.com", "[192.0.2.1]"]


@pytest.mark.parametrize("helo", ["kb", "kb example.com", "kb.example.com\r\nRSET", "[", "ü.de"])
def test_a_name_that_no_server_would_take_is_refused(helo: str) -> None:
    with pytest.raises(OptionsError, match="no full name of a machine"):
        failure(an_email_channel(1, helo=helo))


@pytest.mark.parametrize("command", ["EHLO", "RCPT"])
def test_a_server_that_does_not_like_the_name_leads_to_the_option(command: str) -> None:
    refusal = {"EHLO": "HELO", "RCPT": ""}[command]
    answer = "504 5.5.2 <kb>: Helo command rejected: need fully-qualified hostname"
    with OddMailServer(**{name: answer for name in (command, refusal) if name}) as server:
        error = failure(an_email_channel(server.port))
    assert not error.permanent
    assert "set `helo:` of the channel to this machine's full name" in error.what


@pytest.mark.parametrize(
    "habits",
    [
        {"closes_after": 1},
        {"closes_after": 3},
        {"closes_after": 1, "bye": True},
        {"closes_after": 2, "bye": True},
        {"closes_after": 2, "bye": True, "pipelines": True},
        {"pipelines": True},
    ],
)
def test_every_message_goes_though_the_server_ends_the_conversation(habits: Any) -> None:
    with OddMailServer(**habits) as server:
        send(an_email_channel(server.port), *((an_event(n), a_person()) for n in range(9)))
    assert server.messages == [f"<{an_event(n).id}.maria@example.com>" for n in range(9)]


@pytest.mark.parametrize("refused", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("pipelines", [False, True])
def test_what_is_refused_before_its_text_has_sent_none(refused: str, pipelines: bool) -> None:
    async def work(server: OddMailServer) -> DeliveryError:
        around = Surroundings(root=Path(), name="Example Support", environ={})
        async with build(an_email_channel(server.port), around) as channel:
            with pytest.raises(DeliveryError) as caught:
                await channel.send(a_message(), a_person())
            server.answers.clear()
            await channel.send(a_message(), a_person("anna"))
        return caught.value

    answer = "550-5.1.1 no such user here\r\n550 5.1.1 and never was"
    with OddMailServer(pipelines=pipelines, **{refused: answer}) as server:
        error = asyncio.run(work(server))
    assert "550 5.1.1 no such user here 5.1.1 and never was" in error.what
    assert error.permanent is (refused != "MAIL")
    assert server.messages == [f"<{SHIPPED.id}.anna@example.com>"]
    assert server.connections == 1


@pytest.mark.parametrize("answer", ["what?", f"250-{'x' * 40_000}", "\x00\xff"])
def test_what_is_no_answer_at_all_ends_the_conversation(answer: str) -> None:
    with OddMailServer(MAIL=answer) as server:
        error = failure(an_email_channel(server.port))
    assert (error.permanent, server.messages, server.connections) == (False, [], 1)
    assert error.what.isprintable()


def test_lines_that_begin_with_a_dot_arrive_as_they_are(server: MailServer) -> None:
    text = ".\n..\n.hidden\n"
    message = Message(events=(SHIPPED,), written=OwnWording(text=text))

    async def work() -> None:
        around = Surroundings(root=Path(), name="Example Support", environ={})
        async with build(an_email_channel(server.port), around) as channel:
            await channel.send(message, a_person())

    asyncio.run(work())
    (arrived,) = server.messages
    body = arrived.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").startswith(text)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.slow
def test_a_server_that_falls_silent_at_any_word_is_left_in_time(command: str) -> None:
    with OddMailServer(silent_at=command) as server:
        error = failure(an_email_channel(server.port, timeout="1"))
    assert (error.permanent, server.messages) == (False, [])
    assert isinstance(error.__cause__, TimeoutError)
