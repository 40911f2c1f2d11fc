"""A knowledge base words its alerts itself; whatever it writes, no alert is lost or made unsafe."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from events_builder import NOON, a_person, an_event, in_words, queue, settings_of
from forewarn.channels import chat
from forewarn.channels.interface import Message, OwnWording
from forewarn.channels.message import Sender, compose
from forewarn.channels.template_worker import LARGEST_TEXT, filled_in
from forewarn.channels.templates import Templates
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience
from forewarn.model.settings import ServedAt
from forewarn.services.alert.deliver import deliver
from forewarn.services.check.rules.templates import of_folder
from forewarn.store.templates import LARGEST_TEMPLATE
from kb_builder import Kb

SITES = ServedAt(staff="https://support.example.com/")
KB = Sender(name="Example Support", address="kb@example.com", sites=SITES)
UNANNOUNCED = an_event(
    kind=EventKind.UNANNOUNCED_DOWNLOAD,
    severity=Severity.CRITICAL,
    fact=in_words("recorder-2.7.exe appeared at downloads.example.com", ("Platform", "windows")),
)
WHY = "subscriptions/l1.yml:12"
LAST = (
    f"Example Support, by forewarn. You get this because of {WHY}: change this line in the "
    "knowledge base to get something else, or none. Event 3f2a91c07be44d1e8a55"
)
ARTICLE = Path(__file__).parents[2] / "kb/files/templates.md"


def body(message: Message, kind: str = "plain") -> str:
    data = compose(message, a_person(), KB).data
    read = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    part = read.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def written(**more: Any) -> Message:
    return Message(events=(UNANNOUNCED,), because=(WHY,), written=OwnWording(**more))


def problem(source: str, *, html: bool = False, **facts: Any) -> tuple[int, str]:
    """The line and the text of what is wrong with a template."""
    made = filled_in(source, facts, html=html)
    return made["line"], made["error"]


def test_the_example_of_the_article_makes_the_mail_that_the_article_shows() -> None:
    blocks = dict(re.findall(r"^```(jinja|text)\n(.*?)^```$", ARTICLE.read_text(), re.M | re.S))
    files = {"templates/staff/mail.txt": blocks["jinja"]}
    with Templates(files, name="Example Support", sites=SITES) as templates:
        own = templates.written((UNANNOUNCED,))
    assert not templates.problems
    assert body(Message(events=(UNANNOUNCED,), because=(WHY,), written=own)) == blocks["text"]


def test_no_template_drops_the_ids_and_why_it_came() -> None:
    assert body(written(text="Hello.")) == f"Hello.\n\n-- \n{LAST}\n"
    assert f"<p>Hello.</p>\n<p><small>{LAST}</small></p>" in body(
        written(html="<p>Hello.</p>"), "html"
    )
    told = chat.plain(chat.lines(written(post="Hello."), SITES, lambda lines: True))
    assert told == "\n".join(
        ["Hello.", "Event 3f2a91c07be44d1e8a55", "", LAST[30:].rpartition(" Event")[0]]
    )


def test_a_first_line_stands_in_both_parts_of_a_mail_and_in_a_post() -> None:
    message = written(first_lines=("Look out: recorder",))
    assert body(message).startswith("Look out: recorder\nCustomers can already")
    assert "<strong>Look out: recorder</strong>" in body(message, "html")
    told = chat.plain(chat.lines(message, SITES, lambda lines: True))
    assert told.startswith("Look out: recorder\nCustomers can already")


def test_a_post_that_does_not_fit_is_told_in_the_built_in_wording() -> None:
    message = written(post="Hello. " * 100)
    told = chat.plain(chat.lines(message, SITES, lambda lines: len(chat.plain(lines)) < 600))
    assert told.startswith("recorder 2.7: unannounced download\n")


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("a\n\n{{ headlin }}", 3, "'headlin' is undefined"),
        ("{{ item.nothing }}", 1, "there is no nothing here"),
        ("{{ itm.nothing.more }}", 1, "'itm' is undefined"),
        ("{{ item }}", 1, "only a text or a number can be filled in"),
        ("{% for a in item %}{{ loop }}{% endfor %}", 1, "only a text or a number"),
        ("{{ self }}", 1, "only a text or a number"),
        ("{{ item.title.__class__ }}", 1, "there is no __class__ here"),
        ("{{ item|map(attribute='__class__')|first }}", 1, "there is no __class__ here"),
        ("{{ item.title.upper }}", 1, "there is no upper here"),
        ("{{ item.title.upper() }}", 1, "nothing can be called"),
        ("\n{% for a in range(10**9) %}{% endfor %}", 2, "nothing can be called"),
        ("{% macro a() %}{% endmacro %}", 1, "there are no macros"),
        ("{% include '/etc/passwd' %}", 1, "no other file is read"),
        ("{% extends 'mail.html' %}", 1, "no other file is read"),
        ("{% from 'a' import b %}", 1, "no other file is read"),
        ("{% autoescape false %}{% endautoescape %}", 1, "never taken for HTML"),
        ("{{ item.title|safe }}", 1, "No filter named 'safe'"),
        ("{{ 'x' * 10**9 }}", 1, "'**' is for whole numbers"),
        ("{{ 'x' * 1000000000 }}", 1, "'*' is for whole numbers"),
        ("{{ '%1000000000d' % 1 }}", 1, "'%' is for whole numbers"),
        ("{{ " + "(" * 500 + "1" + ")" * 500 + " }}", 1, ""),
        ("{% for a in item %}{{ '' }}{% endfor %}", 1, "it makes an empty text"),
    ],
)
def test_what_a_template_may_not_do_is_said_with_its_line(
    source: str, line: int, said: str
) -> None:
    found = problem(source, item={"title": "a"})
    assert found[0] == line
    assert said in found[1]


def test_a_template_that_makes_too_much_is_stopped() -> None:
    many = [{"text": "x" * 1000}] * 100
    assert problem("{% for a in m %}{% for b in m %}{{ b.text }}{% endfor %}{% endfor %}", m=many)[
        1
    ] == (f"it makes more than {LARGEST_TEXT} characters")


def test_watched_text_is_text_in_html_and_what_a_template_begins_ends_with_it() -> None:
    facts = {"title": "<img src=x onerror=alert(1)><b>", "url": "javascript:alert(1)"}
    source = '<script>a()</script><a href="{{ url }}">{{ title }}</a><div style="color:red"><!--'
    assert filled_in(source, facts, html=True) == {
        "text": '<a>&lt;img src=x onerror=alert(1)&gt;&lt;b&gt;</a><div style="color:red"></div>'
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        # Each doubles what is there, or loops over it again.
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx'|list %}"
        + "".join(f"{{% for a{n} in a %}}" for n in range(15))
        + "{% endfor %}" * 15
        + "x",
    ],
)
def test_a_template_that_never_ends_is_killed_and_not_tried_again(source: str) -> None:
    files = {"templates/staff/mail.txt": source, "templates/staff/first-line.txt": "fine"}
    with Templates(files) as templates:
        first = templates.written((UNANNOUNCED,))
        assert templates.written((an_event(2),)) == first == OwnWording(first_lines=("fine",))
    (found,) = templates.problems
    assert str(found.place) == "templates/staff/mail.txt:1"
    assert "too much" in found.message


def test_templates_for_staff_word_nothing_for_customers() -> None:
    for_customers = replace(UNANNOUNCED, kind=EventKind.SHIPPED, told_to=Audience.PUBLIC)
    files = {f"templates/staff/{n}": "internal" for n in ("mail.txt", "mail.html", "post.txt")}
    with Templates(files) as templates:
        assert templates.written((for_customers,)) == OwnWording()


def _link(kb: Kb) -> None:
    (kb.root / "templates/staff").mkdir(parents=True)
    (kb.root / "templates/staff/mail.txt").symlink_to("/etc/hostname")


def _linked_folder(kb: Kb) -> None:
    (kb.root / "elsewhere/staff").mkdir(parents=True)
    (kb.root / "templates").symlink_to("elsewhere")


@pytest.mark.parametrize(
    ("write", "place", "said"),
    [
        (_link, "templates/staff/mail.txt:1", "this is a symbolic link"),
        (_linked_folder, "templates:1", "this is a symbolic link"),
        (
            lambda kb: kb.write("templates/mail.txt", "a"),
            "templates/mail.txt:1",
            "this is no template that is read: they are templates/staff/",
        ),
        (
            lambda kb: kb.write("templates/public/mail.text", "a"),
            "templates/public/mail.text:1",
            "this is no template that is read",
        ),
        (
            lambda kb: kb.write("templates/staff/mail.txt", b"\xff"),
            "templates/staff/mail.txt:1",
            "this is not UTF-8",
        ),
        (
            lambda kb: kb.write("templates/staff/mail.txt", "a\u202eb"),
            "templates/staff/mail.txt:1",
            "a character that nobody sees, U+202E",
        ),
        (
            lambda kb: kb.write("templates/staff/mail.txt", "x" * (LARGEST_TEMPLATE + 1)),
            "templates/staff/mail.txt:1",
            "this is larger than 50000 bytes",
        ),
        (lambda kb: kb.write("templates", "a"), "templates:1", "this cannot be read"),
    ],
)
def test_what_lies_there_and_is_not_read_is_found(
    tmp_path: Path, write: Callable[[Kb], object], place: str, said: str
) -> None:
    write(Kb(tmp_path))
    (found,) = of_folder(tmp_path)
    assert str(found.place) == place
    assert found.message.startswith("this") and said in found.message


def test_check_tries_every_kind_of_event_for_both_audiences(tmp_path: Path) -> None:
    kb = Kb(tmp_path)
    kb.write("templates/staff/post.txt", "a\n{% if not items[0].events[0].version %}{{ no }}")
    kb.write("templates/staff/first-line.txt", "{{ headline * 3 }}")
    kb.write("templates/public/mail.html", "{% for i in items %}{{ i.before.x }}{% endfor %}")
    kb.write("templates/public/mail.txt", "fine: {{ items[0].advice }}")
    kb.write("templates/staff/mail.txt", "{% if items[0].events[0].kind == 'promoted' %}{{ a }}"
             "{% endif %}fine")  # fmt: skip
    assert {(str(found.place), found.message.partition(":")[0]) for found in of_folder(tmp_path)} == {
        ("templates/staff/post.txt:2", "Unexpected end of template. Jinja was looking for the "
         "following tags"),
        ("templates/staff/first-line.txt:1", "'*' is for whole numbers that are not large"),
        ("templates/public/mail.html:1", "there is no x here"),
        ("templates/staff/mail.txt:1", "'a' is undefined"),
    }  # fmt: skip


def test_no_alert_is_lost_through_a_template_and_it_is_told(tmp_path: Path) -> None:
    kb = Kb(tmp_path)
    kb.write("templates/staff/mail.txt", "{{ nothing }}")
    kb.write("templates/staff/mail.html", "<p>Ours: {{ items[0].headline }}</p>")
    settings = settings_of()
    queue(tmp_path, settings, UNANNOUNCED, an_event(2))
    report = deliver(tmp_path, settings, now=lambda: NOON, environ={})
    assert report.sent == 2
    assert [(str(found.place), found.message) for found in report.templates] == [
        (
            "templates/staff/mail.txt:1",
            "'nothing' is undefined: the built-in wording is used instead",
        )
    ]
    (mail,) = (tmp_path / ".forewarn/mail").glob(f"*{UNANNOUNCED.id}*.eml")
    text = mail.read_text()
    assert "recorder 2.7: unannounced download\n" in text
    assert "<p>Ours: recorder 2.7: unannounced download</p>" in text
