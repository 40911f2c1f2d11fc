"""Plain feeds are read quickly, and exactly as feedparser would read them."""

from __future__ import annotations

import random
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewarn.sources import feed_worker
from forewarn.sources.feed_plain import plain_feed

BASE = "https://vendor.example/news/feed.xml"
XML = "application/xml"
ATOM = "http://www.w3.org/2005/Atom"
TEXTS = (
    *("Recorder 2.7", " 2.7 &amp; more ", "&lt;b&gt;2.7&lt;/b&gt;", "<![CDATA[2.7 <b>]]>", ""),
    *("Caf\u00e9 2.7", "\u201c2.7\u201d", "a<!-- b -->c", "a<?b?>c", "\n 2.7\n out ", "&#8217;2.7"),
    *("<b>2.7</b>", "&#xd83d;&#xde00;", "&nope;", "&#x80;2.7", "\u8bb0\u5f55 2.7"),
)
ADDRESSES = (
    *("https://vendor.example/2.7", "/2.7", "../2.7", "https://vendor.example/a/../2.7"),
    *("https://vendor.example/?a=1&amp;b=2", "https://vendor.example/?a=1&amp;b;=2", "2.7"),
    *("urn:x:1", "tag:vendor.example,2026:Repository/1/v2.7", "mailto:a@b.example", "", " "),
    *("http:///x", "https://vend\u00f6r.example/", "javascript:alert(1)", "HTTPS://V.example/A"),
)
DATES = ("Mon, 04 May 2026 10:00:00 GMT", "2026-05-04T10:00:00Z", "today", "", "2026-05-04")
PLAIN_RSS = (
    *("<title>{text}</title>", "<link>{url}</link>", "<pubDate>{date}</pubDate>"),
    *("<guid>{url}</guid>", '<guid isPermaLink="false">{url}</guid>'),
    '<enclosure url="{url}" length="10" type="application/x-msdownload"/>',
    *("<description>{text}</description>", "<category>{text}</category>"),
    "<content:encoded>{text}</content:encoded>",
)
PLAIN_ATOM = (
    *("<title>{text}</title>", '<title type="html">{text}</title>', "<id>{url}</id>"),
    *('<link href="{url}"/>', '<link rel="alternate" type="text/html" href="{url}"/>'),
    '<link rel="enclosure" href="{url}" length="10"/>',
    *("<updated>{date}</updated>", "<published>{date}</published>"),
    *("<summary>{text}</summary>", "<author><name>{text}</name></author>"),
)
ODD = (
    *("<dc:date>{date}</dc:date>", '<media:content url="{url}"/>', "<Title>{text}</Title>"),
    *('<link xml:base="https://x.example/" href="{url}"/>', "<sparkle:os>{text}</sparkle:os>"),
    *("<source><title>{text}</title></source>", "<modified>{date}</modified>", "<id>{url}</id>"),
    *('<title type="xhtml"><div xmlns="x">{text}</div></title>', "<unknown>{text}</unknown>"),
    *('<link rel="alternate" type="application/json" href="{url}"/>', "<link/>"),
    *(
        '<enclosure href="{url}"/>',
        '<guid ispermalink="false">{url}</guid>',
        "<atom:id>{url}</atom:id>",
    ),
)
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle" '
    f'xmlns:atom="{ATOM}"'
)


EBCDIC = '<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>'.encode("cp037")


def by_feedparser(body: bytes, content_type: str) -> dict[str, Any]:
    """What feedparser gives: a document type that says nothing keeps it from being plain."""
    at = body.index(b"?>") + 2 if body.startswith(b"<?xml") else 0
    told = body[:at] + b"<!DOCTYPE x>" + body[at:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return feed_worker.parse(told, BASE, content_type, None)


def feed(seed: int, *, odd: bool) -> bytes:
    """A feed of a few entries, each of a few parts."""
    chance = random.Random(seed)

    def part(choices: tuple[str, ...]) -> str:
        fill = {"text": TEXTS, "url": ADDRESSES, "date": DATES}
        plain = len(ADDRESSES) if odd else 1
        values = {
            "text": chance.choice(TEXTS if odd else TEXTS[:4]),
            "url": chance.choice(ADDRESSES[:plain]),
            "date": chance.choice(fill["date"]),
        }
        return chance.choice(choices).format(**values)

    atom = chance.random() < 0.5
    parts = (*(PLAIN_ATOM if atom else PLAIN_RSS), *(ODD if odd else ()))
    name = "entry" if atom else "item"
    entries = "".join(
        f"<{name}>{''.join(part(parts) for _ in range(chance.randrange(7)))}</{name}>"
        for _ in range(chance.randrange(4))
    )
    head = '<?xml version="1.0" encoding="utf-8"?>' if chance.random() < 0.7 else ""
    if atom:
        return f'{head}<feed xmlns="{ATOM}" {SPACES}><title>News</title>{entries}</feed>'.encode()
    channel = f"<channel><title>News</title><link>https://vendor.example/</link>{entries}</channel>"
    return f'{head}<rss version="2.0" {SPACES}>{channel}</rss>'.encode()


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), odd=st.booleans(), typed=st.sampled_from([XML, "text/xml", ""]))
def test_what_is_read_quickly_is_what_feedparser_reads(seed: int, odd: bool, typed: str) -> None:
    body = feed(seed, odd=odd)
    if plain_feed(body, BASE, typed) is not None:
        assert feed_worker.parse(body, BASE, typed, None) == by_feedparser(body, typed)


def test_the_feeds_that_nearly_all_write_are_plain() -> None:
    entry = (
        '<entry><title>2.7</title><id>urn:x:1</id><link href="https://vendor.example/2.7"/>'
        "<updated>2026-05-04T10:00:00Z</updated><content type='html'>&lt;p&gt;</content></entry>"
    )
    item = (
        "<item><title>2.7</title><link>https://vendor.example/2.7</link>"
        "<guid isPermaLink='false'>4711</guid><description>&lt;p&gt;</description>"
        "<pubDate>Mon, 04 May 2026 10:00:00 GMT</pubDate></item>"
    )
    for body in (
        f'<feed xmlns="{ATOM}"><title>News</title>{entry}</feed>'.encode(),
        f'<rss version="2.0"><channel><title>News</title>{item}</channel></rss>'.encode(),
    ):
        kind, entries = plain_feed(body, BASE, XML) or ("", [])
        assert [entry["title"] for entry in entries] == ["2.7"], kind
        assert feed_worker.parse(body, BASE, XML, None) == by_feedparser(body, XML)


@pytest.mark.parametrize(
    "body",
    [
        b"<html/>",
        b"{}",
        b"",
        b"<rss version='2.0'><channel><item>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>',
        b'<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel/></rss>',
        b"\xef\xbb\xbf<rss version='2.0'><channel/></rss>",
        b"<rss version='0.91'><channel/></rss>",
        b"<rss version='2.0'><channel><a><item/></a></channel></rss>",
        b"\xff\xfe<\x00r\x00",
        # A document type that only who knows the encoding sees.
        '<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>'.encode("utf-16-le"),
        b'<?xml version="1.0"' + b" " * 200 + b"encoding='cp037'?>" + EBCDIC,
        b"<?xml version='1.0' encoding='utf-7'?>" + EBCDIC,
    ],
)
def test_what_is_anything_else_is_left_to_feedparser(body: bytes) -> None:
    assert plain_feed(body, BASE, XML) is None
