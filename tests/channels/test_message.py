"""The alert itself: what a support agent in a hurry reads, and what mail programs make of it."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import re
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_builder import NOON, SHIPPED, a_message, a_person, an_event, in_words
from examples import examples
from forewarn.channels.interface import DeliveryError
from forewarn.channels.leaving import Leaving
from forewarn.channels.message import Sender, compose
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import DateMoved, HasShipped, Issue, IssueGone, Offered, Planned
from forewarn.model.events.severity import Severity
from forewarn.model.recipient import MailingList, Person, Recipient
from forewarn.model.record import Audience
from forewarn.model.settings import ServedAt

KB = Sender(
    name="Example Support",
    address="kb@example.com",
    sites=ServedAt(staff="https://kb.example.com/staff/"),
)
# These are about the alerts themselves.
OF_NO_RELEASE = (EventKind.UNDELIVERED, EventKind.TEST)
UNANNOUNCED = an_event(
    kind=EventKind.UNANNOUNCED_DOWNLOAD,
    severity=Severity.CRITICAL,
    fact=in_words("recorder-2.7.exe appeared at downloads.example.com", ("Platform", "windows")),
)


def received(event: Event, person: Recipient | None = None, sender: Sender = KB) -> EmailMessage:
    """The message as a mail program reads it."""
    data = compose(a_message(event), person or a_person(), sender).data
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_it_says_first_what_happened_and_what_it_means_for_the_next_call() -> None:
    message = received(UNANNOUNCED)
    assert message["Subject"] == "[forewarn] recorder 2.7"
    assert body(message, "plain") == (
        "recorder 2.7: unannounced download\n"
        "Customers can already download recorder 2.7, and nobody announced it. "
        "Do not tell them that it is unreleased.\n"
        "\n"
        "recorder-2.7.exe appeared at downloads.example.com\n"
        "- Platform: windows\n"
        "- Page: https://kb.example.com/staff/releases/recorder/2.7/\n"
        "- When: 2026-05-04 12:00 UTC\n"
        "- Severity: critical (read it now)\n"
        "\n"
        "-- \n"
        "Example Support, by forewarn. Event 3f2a91c07be44d1e8a55\n"
    )


def test_the_headers_are_what_filters_and_threads_are_made_from() -> None:
    message = received(UNANNOUNCED)
    assert {name: str(value) for name, value in message.items()} == {
        "From": "Example Support <kb@example.com>",
        "To": "Maria <maria@example.com>",
        "Subject": "[forewarn] recorder 2.7",
        "Date": "Mon, 04 May 2026 12:00:00 +0000",
        "Message-ID": "<3f2a91c07be44d1e8a55.maria@example.com>",
        "In-Reply-To": "<thread.03f02b87833d630c9988@example.com>",
        "References": "<thread.03f02b87833d630c9988@example.com>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": "<recorder.forewarn.example.com>",
        "X-Forewarn-Event": "3f2a91c07be44d1e8a55",
        "X-Forewarn-Kind": "unannounced_download",
        "X-Forewarn-Product": "recorder",
        "X-Forewarn-Severity": "critical",
        "Importance": "high",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_forewarn_3f2a91c07be44d1e8a55"',
    }


def test_the_same_event_for_the_same_person_is_the_same_message_to_the_byte() -> None:
    one, two = (compose(a_message(), a_person(), KB).data for _ in range(2))
    assert one == two


def test_everything_about_one_release_is_one_thread_and_another_release_is_another() -> None:
    shipped, issue = received(SHIPPED), received(an_event(2, kind=EventKind.KNOWN_ISSUE_OPENED))
    other = received(an_event(3, version="2.8"))
    assert shipped["References"] == issue["References"] != other["References"]
    assert len({str(m["Message-ID"]) for m in (shipped, issue, other)}) == 3


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind not in OF_NO_RELEASE])
def test_all_mails_of_a_release_have_one_subject_and_the_event_in_their_first_line(
    kind: EventKind,
) -> None:
    message = received(an_event(kind=kind))
    assert message["Subject"] == "[forewarn] recorder 2.7"
    first = body(message, "plain").splitlines()[0]
    assert first.startswith("recorder 2.7: ")
    html = re.sub(r"<[^>]*>", " ", body(message, "html").partition("<body")[2])
    assert html.partition(">")[2].split()[:3] == first.split()[:3], "what is shown beside it"


def test_a_renamed_release_stays_in_the_thread_of_its_first_name() -> None:
    message = received(an_event(version="2.7.1", thread="recorder@2.7"))
    assert message["Subject"] == "[forewarn] recorder 2.7"
    assert message["References"] == received(SHIPPED)["References"]


def test_a_known_issue_is_one_thread_from_its_opening_to_its_end() -> None:
    issue = Issue(
        title="Sound stops at 4 GB",
        fixed=False,
        applies=(),
        fixed_in=(),
        remediation=None,
        promised=None,
        contingency=None,
    )
    facts = (issue, replace(issue, fixed=True), IssueGone(title="Sound stops at 4 GB", now=None))
    events = [an_event(version=None, fact=fact, page="kb/sound/") for fact in facts]
    assert {str(received(event)["Subject"]) for event in events} == {
        "[forewarn] recorder: Sound stops at 4 GB"
    }
    assert len({str(received(event)["References"]) for event in events}) == 1


def test_what_is_said_of_a_product_as_a_whole_is_one_thread_too() -> None:
    page = {"version": None, "page": "products/recorder/"}
    one = received(an_event(**page, fact=in_words("Support of Recorder stable ends on 2027-01-01")))
    two = received(an_event(**page, fact=in_words("Support of Recorder stable has ended")))
    assert one["Subject"] == two["Subject"] == "[forewarn] recorder"
    assert one["References"] == two["References"]


def test_a_person_can_leave_by_a_button_and_nobody_can_for_another() -> None:
    sender = replace(KB, leaving=Leaving(service="https://kb.example.com/leave", key="k" * 32))
    message = received(SHIPPED, sender=sender)
    sig = hmac.new(b"k" * 32, b"maria", hashlib.sha256).hexdigest()
    assert message["List-Unsubscribe"] == f"<https://kb.example.com/leave?person=maria&sig={sig}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    desk = MailingList(id="desk", name="Desk", email="desk@example.com")
    for mail in (received(SHIPPED, desk, sender), received(SHIPPED)):
        assert not [name for name in mail if name.startswith("List-Unsubscribe")]


def test_a_link_leads_to_the_site_of_whoever_reads_it() -> None:
    both = ServedAt(staff="https://kb.example.com/", public="https://help.example.com")
    for audience, address in (
        (Audience.STAFF, "https://kb.example.com/releases/recorder/2.7/"),
        (Audience.PUBLIC, "https://help.example.com/releases/recorder/2.7/"),
    ):
        message = received(an_event(told_to=audience), sender=replace(KB, sites=both))
        assert f"- Page: {address}\n" in body(message, "plain")
    only_staff = replace(KB, sites=ServedAt(staff="https://kb.example.com/"))
    hidden = received(an_event(told_to=Audience.PUBLIC), sender=only_staff)
    assert "kb.example.com" not in body(hidden, "plain") + body(hidden, "html")


def test_it_says_how_much_of_the_rollout_and_whom_to_ask() -> None:
    steps = (
        Offered(platform="macos", on=date(2026, 5, 4), share="100"),
        Offered(platform="windows", on=date(2026, 5, 4), share="10"),
        Offered(platform="windows", on=date(2026, 5, 11), share="100"),
    )
    event = an_event(fact=HasShipped(on=NOON.date(), rollout=steps), owner="maria")
    text = body(received(event), "plain")
    assert (
        "- Rollout: macos 100 % from 2026-05-04; "
        "windows 10 % from 2026-05-04, 100 % from 2026-05-11\n"
    ) in text
    assert "- Whom to ask: maria\n" in text


def test_an_article_is_named_by_its_title_where_there_is_no_version() -> None:
    event = an_event(
        kind=EventKind.KNOWN_ISSUE_OPENED,
        version=None,
        fact=in_words("Known issue: Sound stops at 4 GB"),
    )
    assert received(event)["Subject"] == "[forewarn] recorder: Sound stops at 4 GB"
    about_none = received(replace(event, product="", products=()))
    assert about_none["Subject"] == "[forewarn] Sound stops at 4 GB"
    assert about_none["X-Forewarn-Product"] is None


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind not in OF_NO_RELEASE])
@pytest.mark.parametrize("severity", Severity)
def test_every_kind_names_the_release_in_its_first_line_and_the_severity_in_words(
    kind: EventKind, severity: Severity
) -> None:
    message = received(an_event(kind=kind, severity=severity))
    for part in ("plain", "html"):
        text = body(message, part)
        assert "recorder 2.7" in text.split("Severity")[0].casefold()
        assert f"{severity} (" in text
    assert "recorder 2.7" in body(message, "plain").splitlines()[0]


def test_without_a_staff_site_there_is_no_link() -> None:
    message = received(SHIPPED, sender=replace(KB, sites=ServedAt()))
    assert "http" not in body(message, "plain") + body(message, "html")


def test_the_html_escapes_what_a_watched_page_wrote_and_loads_nothing() -> None:
    event = an_event(
        fact=in_words("<script>alert(1)</script>", ('"><img src=//evil>', "<b>a</b> & b"))
    )
    html = body(received(event), "html")
    assert "<script" not in html and "<img" not in html and "<b>" not in html
    assert "&lt;b&gt;a&lt;/b&gt; &amp; b" in html
    assert re.findall(r'(?:src|href)="([^"]*)"', html) == [
        "https://kb.example.com/staff/releases/recorder/2.7/"
    ]
    assert "color:" not in html.replace("color-scheme", "")


def test_a_fact_cannot_pretend_to_be_another_line_or_turn_text_round() -> None:
    event = an_event(
        fact=in_words(
            "It shipped", ("Platform", "win\n- Severity: low\u2028\u202eexe.tset\x1b[31m")
        )
    )
    lines = body(received(event), "plain").splitlines()
    assert "- Platform: win - Severity: low exe.tset[31m" in lines


def test_the_time_is_told_in_utc() -> None:
    moved = NOON.astimezone(tz=None)
    assert "2026-05-04 12:00 UTC" in body(received(an_event(at=moved)), "plain")
    later = an_event(at=NOON + timedelta(hours=1))
    assert received(later)["Date"] == "Mon, 04 May 2026 13:00:00 +0000"


def test_ids_stay_whole_however_long_the_domain_is() -> None:
    domain = ".".join(["a-long-label-of-a-big-company"] * 6)
    data = compose(a_message(), a_person(), replace(KB, address=f"kb@{domain}")).data
    assert f"References: <thread.03f02b87833d630c9988@{domain}>".encode() in data
    assert f"List-Id: <recorder.forewarn.{domain}>".encode() in data
    assert b"=?" not in data.split(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    ("event", "person", "sender"),
    [
        (an_event(version="2.7\r\nBcc: all@example.com"), a_person(), KB),
        (an_event(version=None, fact=in_words("=?utf-8?q?a=0AB?=")), a_person(), KB),
        (an_event(product="rec\x00order"), a_person(), KB),
        (SHIPPED, replace(a_person(), name="Maria\r\nBcc: all@example.com"), KB),
        (SHIPPED, a_person(email="maria@example.com\nBcc: all@example.com"), KB),
        (SHIPPED, a_person(email="maria"), KB),
        (SHIPPED, a_person(email="maria@example.com, all@example.com"), KB),
        (SHIPPED, a_person(email="<maria@example.com>"), KB),
        (SHIPPED, a_person(email="maria.@example.com"), KB),
        (SHIPPED, a_person(email="maria@exam..ple.com"), KB),
        (SHIPPED, a_person(email="maria@."), KB),
        (SHIPPED, a_person(email="märia@example.com"), KB),
        (SHIPPED, a_person(), replace(KB, name="Support\nBcc: all@example.com")),
        (SHIPPED, replace(a_person(), email=None), KB),
    ],
)
def test_what_would_break_the_header_is_refused_for_good(
    event: Event, person: Person, sender: Sender
) -> None:
    with pytest.raises(DeliveryError) as caught:
        compose(a_message(event), person, sender)
    assert caught.value.permanent


@examples(60)
@given(st.text(max_size=150), st.text(max_size=150), st.text(max_size=150))
def test_no_name_or_title_adds_a_header_or_changes_another(
    name: str, title: str, sender_name: str
) -> None:
    event, person = an_event(version=None, fact=in_words(title)), replace(a_person(), name=name)
    try:
        message = received(event, person, replace(KB, name=sender_name))
    except DeliveryError as error:
        assert error.permanent
        return
    assert message.keys() == received(SHIPPED).keys()
    assert [a.addr_spec for a in message["To"].addresses] == ["maria@example.com"]
    assert [a.addr_spec for a in message["From"].addresses] == ["kb@example.com"]
    assert str(message["Subject"]).startswith("[forewarn] recorder:")


@examples(60)
@given(st.text(max_size=200), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_the_lines_of_the_text_are_always_as_many_as_there_are_things_to_tell(
    title: str, facts: list[tuple[str, str]]
) -> None:
    text = body(received(an_event(fact=in_words(title, *facts))), "plain")
    assert len(text.splitlines()) == 10 + len(facts)


@pytest.mark.parametrize(
    "name", ["Maria Lopez", "Löpez, M.", "O'Neil", "x" * 70, "A.B.", "Dr. (med) X"]
)
def test_what_is_made_once_for_all_is_the_same_mail_as_one_made_for_one_alone(name: str) -> None:
    person = replace(a_person(), name=name)
    message = replace(a_message(), because=("subscriptions/ä=1.yml:12",))
    first = compose(message, person, KB).data
    others = [replace(a_person(f"p{n}"), name=f"Person {n}") for n in range(3)]
    mails = [compose(message, other, KB).data for other in (*others, person)]
    assert mails[-1] == first
    read = [email.message_from_bytes(mail, policy=email.policy.default) for mail in mails]
    assert [str(mail["To"]) for mail in read[:3]] == [
        f"Person {n} <p{n}@example.com>" for n in range(3)
    ]
    assert len({str(mail["Message-ID"]) for mail in read}) == 4
    bodies = {
        tuple(part.get_content() for part in mail.walk() if not part.is_multipart())
        for mail in read
    }
    ((text, html),) = bodies
    assert "subscriptions/ä=1.yml:12" in text and "subscriptions/ä=1.yml:12" in html
    assert b"X-Slot" not in first


@pytest.mark.parametrize(
    ("kind", "fact", "said"),
    [
        (EventKind.PLANNED, Planned(on=date(2026, 5, 3)), "is planned for 2026-05-03, a day that"),
        (EventKind.PLANNED, Planned(on=NOON.date()), "is planned for 2026-05-04\n"),
        (
            EventKind.DATE_CHANGED,
            DateMoved(before=None, after=date(2026, 5, 3)),
            "is now planned for 2026-05-03, a day that has passed",
        ),
    ],
)
def test_a_mail_promises_no_day_that_had_passed_when_it_was_planned(
    kind: EventKind, fact: Planned | DateMoved, said: str
) -> None:
    mail = received(an_event(kind=kind, fact=fact, severity=Severity.NORMAL))
    assert said in body(mail, "plain")
