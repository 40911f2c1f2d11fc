"""The picture that a chat or a forum shows beside a link to a page: drawn from the page's facts.

Services show no SVG, so that each is a PNG. Every page has one, so that most fit into a block of
the disk: three greys of one ink, few lines. It is made with the font that comes with Pillow, so
that it is the same wherever it is drawn.
"""

from __future__ import annotations

import io
import json
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from html import unescape
from typing import Any

from forewarn.expressions import expression
from forewarn.installed import version
from forewarn.site.fingerprint import word

_SIZE = (600, 315)
_MARGIN = 32
# More than a picture has room for: what wraps lines takes long for what is longer by far.
_LONGEST = 500
# Another look is another picture.
_LOOK = f"2 {version('pillow')}"
_HEAD = expression(r'^(title|description): (".*")$', re.MULTILINE)
# Ink on paper, in steps.
_INK = (255, 255, 255, 99, 118, 137, 23, 50, 77)
_STEPS = [0] * 80 + [1] * 88 + [2] * 88
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
    from PIL import Image

    site, title, about = map(_writable, facts)
    picture = Image.new("L", _SIZE, 0)
    picture.paste(255, (0, 0, _SIZE[0], 12))
    _write(picture, 34, site[:45], 22, 160)
    at = 78
    large = _lines(title, 24, 2)
    for line in large:
        _write(picture, at, line, 44, 255)
        at += 54
    at += 10
    for line in _lines(about, 46, 4 - max(len(large), 1)):
        _write(picture, at, line, 20, 200)
        at += 32
    inked = picture.point(_STEPS, "P")
    inked.putpalette(_INK)
    made = io.BytesIO()
    inked.save(made, "PNG", bits=2, compress_level=6)
    return made.getvalue()


def _write(picture: Any, at: int, line: str, size: int, ink: int) -> None:
    """Write a line so far below the top, word by word."""
    left = float(_MARGIN)
    for word_ in line.split():
        drawn, width = _drawn(word_, size)
        if drawn:
            picture.paste(ink, (round(left), at), drawn)
        left += width + _drawn("-", size)[1]


# The words of one picture are, but for numbers, those of the others.
@lru_cache(maxsize=4096)
def _drawn(word_: str, size: int) -> tuple[Any, float]:
    """A word as a mask, None where nothing of it is to be seen, and how far it reaches."""
    from PIL import Image, ImageDraw

    font = _font(size)
    width = font.getlength(word_)
    mask = Image.new("L", (int(width) + size, 2 * size), 0)
    ImageDraw.Draw(mask).text((0, 0), word_, font=font, fill=255)
    box = mask.getbbox()
    return mask.crop((0, 0, *box[2:])) if box else None, width


def _lines(text: str, width: int, most: int) -> Sequence[str]:
    return textwrap.wrap(text, width, max_lines=most, placeholder=" ...")


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
