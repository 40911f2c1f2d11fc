"""What nobody sees goes from every text that is told: in mails, on pages and in a terminal."""

from __future__ import annotations

import json
import unicodedata
from email import message_from_bytes
from email.policy import default

import pytest

from command_line import Kb
from events_builder import a_message, a_person, an_event, in_words
from forewarn.channels.message import compose
from forewarn.channels.sender import Sender
from forewarn.model.visible import one_line, printable
from forewarn.pages.html.elements import esc
from forewarn.sources.clean import clean

UNSEEN = (
    *("\N{RIGHT-TO-LEFT OVERRIDE}", "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"),
    *("\N{ARABIC LETTER MARK}", "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL FORMATTING}"),
    *("\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH JOINER}", "\N{WORD JOINER}", "\N{SOFT HYPHEN}"),
    *("\N{ZERO WIDTH NO-BREAK SPACE}", "\N{INVISIBLE SEPARATOR}", "\N{HANGUL FILLER}"),
    *("\N{COMBINING GRAPHEME JOINER}", "\N{VARIATION SELECTOR-16}", "\N{TAG LATIN SMALL LETTER A}"),
    *("\N{MONGOLIAN VOWEL SEPARATOR}", "\x00", "\x1b", "\x9b", "\ud800", "\uffff", "\U0001ffff"),
)


@pytest.mark.parametrize("char", UNSEEN, ids=ascii)
def test_what_nobody_sees_goes_wherever_a_text_is_told(char: str) -> None:
    text = f"Recorder 2{char}.7"
    assert one_line(text) == "Recorder 2.7"
    assert clean(text, 100) == "Recorder 2.7"
    assert esc(text) == "Recorder 2.7"
    assert printable(text) == "Recorder 2.7"


@pytest.mark.parametrize(
    "char", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\n"], ids=ascii
)
def test_what_breaks_a_line_is_a_space_where_one_line_is_meant(char: str) -> None:
    text = f"Recorder{char}2.7"
    assert one_line(text) == clean(text, 100) == esc(text) == "Recorder 2.7"
    assert printable(text) == ("Recorder\n2.7" if char == "\n" else "Recorder 2.7")


def test_whatever_this_python_knows_to_be_unseen_is_on_the_list() -> None:
    signs_of_numbers = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    hieroglyphs = range(0x13430, 0x13440)
    kept = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and code not in signs_of_numbers
        and code not in hieroglyphs
        and one_line(f"a{chr(code)}b") not in ("ab", "a b")
    ]
    assert kept == []


def test_text_that_is_seen_stays_as_it_is() -> None:
    for text in (
        "Recorder 2.7",
        "B\u00fccher \u00e9t\u00e9",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\U0001f600 \u65e5\u672c",
        "\u0645\u0631\u062d\u0628\u0627",
    ):
        assert one_line(text) == printable(text) == text
    assert printable("\x1b[31mred\x1b[0m\tand\nmore") == "\x1b[31mred\x1b[0m\tand\nmore"


def test_neither_subject_nor_text_of_a_mail_can_be_turned_round() -> None:
    trick = "Sound \u202egone\u2028Bcc: x@example.com\u200b"
    event = an_event(version=None, fact=in_words(trick, (f"La{trick}", trick)))
    mail = compose(a_message(event), a_person(), Sender(name="KB", address="kb@example.com"))
    message = message_from_bytes(mail.data, policy=default)
    parts = [
        str(message["Subject"]),
        *(part.get_content() for part in message.walk() if not part.is_multipart()),
    ]
    for part in parts:
        assert "Sound gone Bcc: x@example.com" in part
        assert not {"\u202e", "\u2028", "\u200b"} & {*part}


def test_a_terminal_is_not_steered_by_what_a_record_says(kb: Kb) -> None:
    trick = json.dumps("Rec\u202eor\u200bder\u2028x")
    kb.write("releases/recorder/product.yml", f"name: {trick}\nscheme: loose\n")
    kb.commit()
    ran = kb.run("release", "add", "recorder", "2.7", "--planned", "2026-12-01")
    assert not {"\u202e", "\u2028", "\u200b"} & {*ran.out, *ran.err}
