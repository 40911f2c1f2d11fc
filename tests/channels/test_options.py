"""Options are checked before anything is sent, and secrets never stand in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from events_builder import a_channel
from forewarn import channels, plugins
from forewarn.channels import build
from forewarn.channels.interface import Channel, DeliveryError, Surroundings
from forewarn.model.settings import ChannelSettings
from forewarn.options import OptionsError

MAIL = {"host": "smtp.example.com", "from_": "kb@example.com"}


def test_a_channel_waits_for_the_site_where_its_type_says_so() -> None:
    for name in (*plugins.names("channels"), "nobody"):
        row = a_channel(kind=name)
        kind = plugins.load("channels", name) if name != "nobody" else Channel
        assert channels.tells_of_the_site(row) is kind.tells_of_the_site
    assert channels.tells_of_the_site(a_channel(kind="websub"))


def problems(channel: ChannelSettings) -> tuple[str, ...]:
    return tuple(problem.text for problem in channels.problems(channel))


LOGIN = {"username": "kb", "password": "${FOREWARN_SMTP_PASSWORD}"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (MAIL, ()),
        ({**MAIL, "port": "2525", "security": "tls", "timeout": "5", "ca_file": "ca.pem"}, ()),
        ({**MAIL, **LOGIN}, ()),
        ({**MAIL, "host": "${FOREWARN_SMTP_HOST}", "port": "${FOREWARN_SMTP_PORT}"}, ()),
        ({}, ("option 'host' is missing", "option 'from' is missing")),
        (
            {**MAIL, "hots": "x"},
            (
                "there is no option 'hots'; use one of ca_file, connections, dkim, from, helo, host, leave, "
                "leave_key, password, port, security, timeout, username",
            ),
        ),
        (
            {**MAIL, "port": "smtp", "security": "ssl"},
            (
                "option 'security': 'ssl' is none of starttls, tls, none",
                "option 'port': 'smtp' is not a whole number from 1 to 65535",
            ),
        ),
        (
            {**MAIL, "port": "65536"},
            ("option 'port': '65536' is not a whole number from 1 to 65535",),
        ),
        (
            {**MAIL, "from_": "kb"},
            ("option 'from': it is not a mail address such as maria@example.com",),
        ),
        ({**MAIL, "username": "kb"}, ("'username' and 'password' go together",)),
        (
            {**MAIL, **LOGIN, "security": "none"},
            ("'security: none' would send the password readable to everybody",),
        ),
        (
            {**MAIL, "host": "smtp.${DOMAIN}"},
            ("option 'host': the whole value must be ${NAME}, or none of it",),
        ),
    ],
)
def test_what_is_wrong_with_a_mail_channel_is_all_said_at_once(
    options: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert problems(a_channel("mail", "email", **options)) == expected


@pytest.mark.parametrize(
    "path", ["/var/mail", "../outside", "a/../../b", "C:/mail", "..\\x", ".git/hooks", "kb", "."]
)
def test_the_folder_channel_writes_only_into_a_folder_of_its_own(path: str) -> None:
    (problem,) = problems(a_channel(path=path))
    assert "is not a folder of its own inside the knowledge base" in problem


def test_a_channel_type_that_does_not_exist_is_a_problem_that_names_those_that_do() -> None:
    (problem,) = problems(a_channel("chat", "pigeon"))
    assert "'pigeon'" in problem
    assert "email, folder" in problem


def test_a_password_in_the_file_is_refused_and_not_repeated() -> None:
    (problem,) = problems(a_channel("mail", "email", **MAIL, username="kb", password="hunter2"))
    assert problem == (
        "option 'password' must not stand in the file: write it as ${NAME} and set the "
        "environment variable NAME"
    )


def test_wrong_options_are_also_refused_at_the_file_and_line_when_the_channel_is_opened() -> None:
    around = Surroundings(root=Path(), name="KB", environ={})
    with pytest.raises(OptionsError) as caught:
        build(a_channel("mail", "email", port="0"), around)
    assert caught.value.where == "forewarn.yml:7"
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("environ", [{}, {"FOREWARN_SMTP_PASSWORD": ""}])
def test_a_secret_that_is_not_set_is_named_and_can_be_set_later(environ: dict[str, str]) -> None:
    around = Surroundings(root=Path(), name="KB", environ=environ)
    with pytest.raises(DeliveryError) as caught:
        build(a_channel("mail", "email", **MAIL, **LOGIN), around)
    assert not caught.value.permanent
    assert caught.value.what == (
        "channel 'mail' needs the environment variable FOREWARN_SMTP_PASSWORD, which is not set"
    )


def test_a_file_cannot_name_a_variable_that_was_not_meant_for_it() -> None:
    options = {**MAIL, "username": "kb", "password": "${AWS_SECRET_ACCESS_KEY}"}
    with pytest.raises(OptionsError) as refused:
        build(
            a_channel("mail", "email", **options),
            Surroundings(root=Path(), name="", environ={"AWS_SECRET_ACCESS_KEY": "hunter2"}),
        )
    assert "hunter2" not in str(refused.value)
    assert "call it FOREWARN_AWS_SECRET_ACCESS_KEY" in str(refused.value)


def test_no_variable_becomes_a_folder_or_a_quoted_value() -> None:
    environ = {"FOREWARN_X": "hunter2"}
    for channel in (
        a_channel("files", "folder", path="${FOREWARN_X}"),
        a_channel("mail", "email", **{**MAIL, "port": "${FOREWARN_X}"}),
    ):
        with pytest.raises(OptionsError) as refused:
            build(channel, Surroundings(root=Path(), name="", environ=environ))
        assert "hunter2" not in str(refused.value)


def test_a_failure_without_its_secrets_is_the_same_failure() -> None:
    channel = a_channel("hook", "folder", url="${FOREWARN_HOOK}")
    around = Surroundings(root=Path(), name="", environ={"FOREWARN_HOOK": "zqhidden"})
    error = DeliveryError("zqhidden is busy", permanent=True, retry_after=7, where="w", help="h")
    told = channels.concealed(error, channel, around)
    assert told.what == "${FOREWARN_HOOK} is busy"
    assert (told.permanent, told.retry_after, told.where, told.help) == (True, 7, "w", "h")
