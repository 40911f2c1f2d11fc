"""The picture that a chat or a forum shows beside a link to a page: drawn from the page's facts.

Services show no SVG, so that each is a PNG. It is small, in four greys of one ink, and made with
the font that comes with Pillow, so that it is the same wherever it is drawn.
"""

from __future__ import annotations

import io
import json
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from functools import cache
from html import unescape
from importlib.metadata import version
from typing import Any

from forewarn.site.fingerprint import word

_SIZE = (600, 315)
_MARGIN = 32
# More than a picture has room for: what wraps lines takes long for what is longer by far.
_LONGEST = 500
# Another look is another picture.
_LOOK = f"1 {version('pillow')}"
_HEAD = re.compile(r'^(title|description): (".*")$', re.MULTILINE)
# Ink on paper, in four steps.
_INK = (255, 255, 255, 176, 188, 200, 99, 118, 137, 23, 50, 77)
_STEPS = [0] * 48 + [1] * 64 + [2] * 72 + [3] * 72
# What the font has no sign for, and everybody reads as the other.
_LIKE = str.maketrans(
    {
        **dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{MIDDLE DOT}\N{BULLET}", "-"),
        **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("✓✕●○◐■▲◆", None),
        "…": "...",
        "\N{MULTIPLICATION SIGN}": "x",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
    }
)

Facts = tuple[str, str, str]


def card_of(src: str) -> str:
    """Where the picture of a page of the tree lies."""
    return f"assets/cards/{src.removesuffix('.md')}.png"


def facts_of(site: str, text: str) -> Facts | None:
    """What is drawn of a page: the site, and title and description in its head, if it has them."""
    head = text.partition("\n---\n")[0]
    found = {name: unescape(json.loads(value)) for name, value in _HEAD.findall(head)}
    if len(found) < 2:
        return None
    return site, found["title"], found["description"]


def key_of(facts: Facts) -> str:
    """What decides how a picture comes out."""
    return f"card {word(repr((_LOOK, facts)))}"


def draw(facts: Facts) -> bytes:
    """The picture as PNG."""
    from PIL import Image, ImageDraw

    site, title, about = map(_writable, facts)
    small, large = _font(22), _font(44)
    picture = Image.new("L", _SIZE, 0)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, _SIZE[0], 11), fill=255)
    pen.text((_MARGIN, 34), site[:45], font=small, fill=160)
    at = 78
    for line in _lines(title, 24, 2):
        pen.text((_MARGIN, at), line, font=large, fill=255)
        at += 54
    at += 10
    for line in _lines(about, 46, (_SIZE[1] - at - 16) // 32):
        pen.text((_MARGIN, at), line, font=small, fill=200)
        at += 32
    inked = picture.point(_STEPS, "P")
    inked.putpalette(_INK)
    made = io.BytesIO()
    inked.save(made, "PNG", bits=2, compress_level=6)
    return made.getvalue()


def _lines(text: str, width: int, most: int) -> Sequence[str]:
    return textwrap.wrap(text, width, max_lines=max(most, 1), placeholder=" ...")


def _writable(text: str) -> str:
    """A text in the signs that the font has; none of it where it would come out as another."""
    short = " ".join(text[: 2 * _LONGEST].split())[:_LONGEST]
    plain = unicodedata.normalize("NFKD", short.translate(_LIKE))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return plain if plain.isascii() else ""


@cache
def _font(size: int) -> Any:
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    variant = getattr(font, "font_variant", None)
    return variant(layout_engine=ImageFont.Layout.BASIC) if variant else font
