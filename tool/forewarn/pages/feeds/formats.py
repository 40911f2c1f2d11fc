"""Atom, RSS 2.0 and JSON Feed 1.1: the same entries in three forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from forewarn.pages.feeds.entry import Entry
from forewarn.pages.feeds.feed_list import FORMS, Feed
from forewarn.pages.html.elements import esc, one_line
from forewarn.pages.view import paths
from forewarn.pages.view.addresses import address, base, identity
from forewarn.pages.view.view import View

# So many entries a feed has however long they are.
_ALWAYS = 5
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# When a feed changed that never had an entry: a day of its own would be another one tomorrow.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Writer:
    """Writes the feeds of one view; an entry that is in several is put into words once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._written: dict[tuple[str, str], str] = {}

    def write(self, feed: Feed, entries: Sequence[Entry]) -> Mapping[str, str]:
        """The text of each form, by the path of its file; `entries` are the newest first."""
        shown = self._chosen(feed, entries)
        return {paths.feed_as(feed.src, form): self._feed(form, feed, shown) for form in FORMS}

    def _chosen(self, feed: Feed, entries: Sequence[Entry]) -> list[Entry]:
        shown: list[Entry] = []
        most, longest = feed.most
        length = 0
        for entry in entries[:most]:
            length += len(entry.content)
            if len(shown) >= _ALWAYS and length > longest:
                break
            shown.append(entry)
        return shown

    def _feed(self, form: str, feed: Feed, shown: Sequence[Entry]) -> str:
        whole, one = _WRITERS[form]
        texts = []
        for entry in shown:
            key = (form, entry.key)
            if key not in self._written:
                where = _where(self._view, entry.src, entry.anchor)
                self._written[key] = one(self._view, entry, where)
            texts.append(self._written[key])
        updated = max((entry.updated for entry in shown), default=_NEVER)
        return whole(self._view, feed, paths.feed_as(feed.src, form), updated, texts)


def _where(view: View, src: str, anchor: str = "") -> str:
    """The address of a page for whoever reads a feed elsewhere; empty where nobody knows it.

    A relative one would be taken for one of the program that reads the feed, or of nothing.
    """
    return paths.with_anchor(base(view) + paths.url(src), anchor) if base(view) else ""


def hub(view: View) -> str | None:
    """Where a reader can ask to be told of a change at once, if the settings name such a place."""
    return view.settings.hubs.get(view.audience.value) if base(view) else None


def _atom(view: View, feed: Feed, src: str, updated: datetime, entries: Sequence[str]) -> str:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{identity(view, f'feed:{view.audience}:{feed.key}').urn}</id>",
        f"<title>{esc(feed.title)}</title>",
        f"<updated>{_stamp(updated)}</updated>",
        f"<author><name>{esc(view.settings.name)}</name></author>",
        *_alternate(_where(view, feed.home)),
        *_own_links(view, src, "application/atom+xml", ""),
    ]
    return "\n".join([*lines, *entries, "</feed>", ""])


def _alternate(where: str) -> list[str]:
    return [f'<link rel="alternate" type="text/html" href="{esc(where)}"/>'] if where else []


def _own_links(view: View, src: str, kind: str, prefix: str) -> list[str]:
    """Where the feed itself lies, and its hub; only an absolute address says anything here."""
    if not base(view):
        return []
    found = hub(view)
    own = f'<{prefix}link rel="self" type="{kind}" href="{esc(address(view, src, src))}"/>'
    return [own, *([f'<{prefix}link rel="hub" href="{esc(found)}"/>'] if found else [])]


def _atom_entry(view: View, entry: Entry, where: str) -> str:
    return "\n".join(
        [
            "<entry>",
            f"<id>{identity(view, entry.key).urn}</id>",
            f"<title>{esc(entry.title)}</title>",
            f"<published>{_stamp(entry.at)}</published>",
            f"<updated>{_stamp(entry.updated)}</updated>",
            *_alternate(where),
            *(f'<category term="{esc(word)}"/>' for word in _tags(entry)),
            f'<content type="html">{_text(entry.content)}</content>',
            "</entry>",
        ]
    )


def _rss(view: View, feed: Feed, src: str, updated: datetime, entries: Sequence[str]) -> str:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
        "<channel>",
        f"<title>{esc(feed.title)}</title>",
        *_rss_link(_where(view, feed.home)),
        f"<description>{esc(view.settings.description or feed.title)}</description>",
        f"<lastBuildDate>{mail_date(updated)}</lastBuildDate>",
        *_own_links(view, src, "application/rss+xml", "atom:"),
    ]
    return "\n".join([*lines, *entries, "</channel>", "</rss>", ""])


def _rss_link(where: str) -> list[str]:
    return [f"<link>{esc(where)}</link>"] if where else []


def _rss_item(view: View, entry: Entry, where: str) -> str:
    return "\n".join(
        [
            "<item>",
            f"<title>{esc(entry.title)}</title>",
            *_rss_link(where),
            f'<guid isPermaLink="false">{identity(view, entry.key).urn}</guid>',
            f"<pubDate>{mail_date(entry.at)}</pubDate>",
            f"<atom:updated>{_stamp(entry.updated)}</atom:updated>",
            *(f"<category>{esc(word)}</category>" for word in _tags(entry)),
            f"<description>{_text(entry.content)}</description>",
            "</item>",
        ]
    )


def _json(view: View, feed: Feed, src: str, updated: datetime, entries: Sequence[str]) -> str:
    head: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": one_line(feed.title),
        **({"home_page_url": _where(view, feed.home)} if base(view) else {}),
        **({"feed_url": _where(view, src)} if base(view) else {}),
        "authors": [{"name": one_line(view.settings.name)}],
    }
    found = hub(view)
    if found:
        head["hubs"] = [{"type": "WebSub", "url": found}]
    items = ",\n".join(entries)
    return f'{json.dumps(head)[:-1]}, "items": [\n{items}\n]}}\n'


def _json_item(view: View, entry: Entry, where: str) -> str:
    return json.dumps(
        {
            "id": identity(view, entry.key).urn,
            **({"url": where} if where else {}),
            "title": one_line(entry.title),
            "content_html": entry.content,
            "date_published": _stamp(entry.at),
            "date_modified": _stamp(entry.updated),
            "tags": list(_tags(entry)),
        }
    )


def _tags(entry: Entry) -> Sequence[str]:
    return (entry.kind.value, entry.severity.value, *entry.products)


def _text(html: str) -> str:
    """HTML as the text of an XML element."""
    return f"<![CDATA[{html.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"


def mail_date(moment: datetime) -> str:
    """A moment as letters have it; to import what writes it there takes longer than a feed."""
    at = moment.astimezone(UTC)
    day = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04}"
    return f"{day} {at:%H:%M:%S} GMT"


_Whole = Callable[[View, Feed, str, datetime, Sequence[str]], str]
_One = Callable[[View, Entry, str], str]
_WRITERS: Mapping[str, tuple[_Whole, _One]] = {
    "atom.xml": (_atom, _atom_entry),
    "rss.xml": (_rss, _rss_item),
    "json": (_json, _json_item),
}
