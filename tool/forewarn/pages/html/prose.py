"""Markdown as plain HTML for readers elsewhere: paragraphs, lists and code, all else as text.

Feed readers have no style of ours and strip what they do not know, so that little is enough;
and nothing that people wrote comes through unescaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import groupby

from forewarn.expressions import expression
from forewarn.model.prose import split_code, without_comments
from forewarn.pages.html.elements import (
    NOTHING,
    Html,
    esc,
    esc_piece,
    fmt,
    join,
    link,
    one_line,
    tag,
)
from forewarn.pages.html.forge import is_table

# Nobody reads more than this in a feed; the page has the rest.
_LONGEST = 20_000
# A search engine shows so many characters, and so many of a text hold them.
_SHOWN, _BEGINNING = 170, 1200
_ELEMENT = expression("<[^>]*>")
# Lines and items of which nothing but the dash before an item is not said.
_CALM_LINE = r"(?:- )?[A-Za-z][A-Za-z0-9 ,.:;()'/%-]*"
_CALM = expression(rf"{_CALM_LINE}(?:\n+{_CALM_LINE})*\n*")
_ITEM = expression(r"\s*(?:(?P<dot>[-*+])|(?P<number>\d{1,9})[.)])\s+(?P<text>.*)")
_TASK = expression(r"\[([ xX])\]\s+")
_BREAK = "\\"  # of a line, at its end
_ALERT = expression(r"\s*\[!(?P<kind>NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$", re.IGNORECASE)
_UNDERLINE = expression(r"\s{0,3}(?:={2,}|-{2,})\s*$")
# What breaks a line, folds text or says where it stands is no text, and neither is the mark of a
# footnote; other tags are told as they are written.
_TAGS = expression(
    r"</?(?:br|hr|details|summary|div|section|center|p|span|img|picture|source|figure|figcaption"
    r"|font|kbd|sub|sup)(?:\s[^<>]{0,300})?/?>(?: (?=[ <]|$))?|\[\^[^\]\s]{1,50}\]"
)
_HEADING = expression(r"\s{0,3}#{1,6}\s+(?P<text>.*?)[#\s]*$")
_NOTE = expression(r"\s*(?:!!!|\?\?\?\+?)\s+\w+(?:\s+\"(?P<text>[^\"]*)\")?\s*$")
# Rules, lines between a table's head and body, definitions of links and abbreviations.
_UNSAID = expression(r"\s*(?:[-*_|: ]{3,}|\*?\[[^\]]{1,200}\]:.*|\{:.*\})\s*$")
_TITLE = r"(?:\s+(?:\"[^\"]{0,300}\"|'[^']{0,300}'))?"
_MARKED = expression(r"[`\[*<_~\\]|https?:|www\.")
_INLINE = expression(
    r"(?<!`)(?P<ticks>`{1,3}+)(?P<code>[^`]{1,500}+)(?P=ticks)(?!`)"
    rf"|!?\[(?P<text>[^\[\]]{{0,300}})\]\(<?(?P<target>[^\s()<>]{{0,2000}})>?{_TITLE}\)"
    r"|\*\*(?P<strong>[^*]{1,500})\*\*"
    r"|(?<!\w)__(?P<under>[^_]{1,500})__(?!\w)"
    r"|~~(?P<gone>[^~]{1,500})~~"
    r"|<(?P<angled>https?://[^\s<>]{1,2000})>"
    rf"|(?P<tag>{_TAGS.pattern})"
    r"|\\(?P<sign>[\\`*_{}\[\]()#+.!|<>~-])"
    r"|(?<![*\w])\*(?P<em>[^*\s](?:[^*]{0,500}[^*\s])?)\*(?![*\w])"
    r"|(?P<url>(?:https?://|(?<![\w.])www\.)[^\s<>\"'`\\()]{1,2000})"
)


def html(markdown: str) -> Html:
    """The text of a record for a feed: safe, and with links to other hosts only."""
    text = without_comments(markdown).strip()
    more = len(text) > _LONGEST
    if more:
        text = text[:_LONGEST].rpartition("\n")[0]
    blocks = [
        block
        for code, part in split_code(text)
        for block in ([_code(part)] if code else _blocks(part))
    ]
    if more:
        blocks.append(tag("p", esc("It goes on, on the page.")))
    return join(block for block in blocks if block)


def beginning(markdown: str) -> str:
    """How a text begins, as plain text: as many of its first words as a search engine shows."""
    first = without_comments(markdown).strip()[:_BEGINNING]
    if _CALM.fullmatch(first) and not _MARKED.search(first):
        said = " ".join(line.removeprefix("- ") for line in first.splitlines() if line)
        said = " ".join(said.split())
    else:
        said = " ".join(unescape(_ELEMENT.sub(" ", html(first))).split())
    if len(said) <= _SHOWN and len(first) < _BEGINNING:
        return said
    return said[:_SHOWN].rpartition(" ")[0] + " …" if said else ""


def _code(part: str) -> Html:
    first, *rest = part.strip("\n").splitlines()
    # In an item it stands as far in as its fence does.
    inner = len(first) - len(first.lstrip(" "))
    lines = [line[min(inner, len(line) - len(line.lstrip(" "))) :] for line in rest[:-1]]
    shown = (" " * (len(line) - len(line.lstrip(" "))) + one_line(line) for line in lines)
    return tag("pre", tag("code", esc_piece("\n".join(shown))))


def _blocks(part: str) -> Iterator[Html]:
    for kind, rows in groupby(_rows(part), key=lambda row: row[0].partition(":")[0]):
        found = [*rows]
        texts = [text for _, row in found if (text := _inline(one_line(row.strip()))).strip()]
        if not texts:
            continue
        match kind:
            case "ul":
                yield tag(kind, *(tag("li", text) for text in texts))
            case "ol":
                # What stands between two items ends the list; the next one goes on counting.
                first = found[0][0].partition(":")[2].lstrip("0") or "0"
                start = first if first != "1" else None
                yield tag(kind, *(tag("li", text) for text in texts), start=start)
            case "strong":
                yield from (tag("p", tag("strong", text)) for text in texts)
            case _:
                yield from (tag("p", text) for text in texts)


def _rows(part: str) -> Iterator[tuple[str, str]]:
    """Each block with the element that it becomes; a line may go on in the next."""
    kind, text = "p", ""
    lines = [_unquoted(line) for line in part.splitlines()]
    table = False
    for at, line in enumerate(lines):
        table = "|" in line and (table or is_table(lines, at))
        begins = ("p", _row(line)) if table and not _UNSAID.match(line) else _begins(line)
        if _UNDERLINE.match(line) and text and kind == "p" and not table:
            yield "strong", text
            kind, text = "p", ""
            continue
        if begins is None and kind != "strong":
            text = f"{text.removesuffix(_BREAK)} {line.strip()}"
            continue
        if text:
            yield kind, text
        kind, text = begins or ("p", line)
    if text:
        yield kind, text


def _unquoted(line: str) -> str:
    return line.lstrip("> ") if line.lstrip().startswith(">") else line


def _begins(line: str) -> tuple[str, str] | None:
    """What begins on a line, nothing on an empty one; None where the last block goes on."""
    if not line.strip() or _UNSAID.match(line):
        return "p", ""
    if found := _HEADING.match(line) or _NOTE.match(line):
        return "strong", found["text"] or ""
    if found := _ALERT.match(line):
        return "strong", found["kind"].capitalize()
    if found := _ITEM.match(line):
        return "ul" if found["dot"] else f"ol:{found['number']}", _task(found["text"])
    if line.lstrip().startswith("|"):
        return "p", _row(line)
    return None


def _row(line: str) -> str:
    """The cells of a row, with the signs that are not between two of them."""
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return " · ".join(cell.strip().replace("\\|", "|") for cell in cells)


def _task(text: str) -> str:
    """An item that can be ticked off, as a sign says it."""
    found = _TASK.match(text)
    return f"{'☐' if found[1] == ' ' else '☑'} {text[found.end() :]}" if found else text


def _inline(line: str) -> Html:
    if not _MARKED.search(line):
        return esc_piece(line)
    parts: list[Html] = []
    at = 0
    for match in _INLINE.finditer(line):
        parts += [esc_piece(line[at : match.start()]), _special(match)]
        at = match.end()
    parts.append(esc_piece(line[at:]))
    return join(parts)


def _special(match: re.Match[str]) -> Html:
    if match["code"]:
        return tag("code", esc(match["code"]))
    if match["tag"]:
        return esc_piece(" ") if match["tag"].startswith("<br") else NOTHING
    if match["sign"]:
        return esc_piece(match["sign"])
    if match["angled"]:
        return link(match["angled"], esc(match["angled"]))
    if match["gone"]:
        return tag("del", _inline(match["gone"]))
    if strong := match["strong"] or match["under"]:
        return tag("strong", _inline(strong))
    if match["em"]:
        return tag("em", _inline(match["em"]))
    if match["url"]:
        url = match["url"].rstrip(".,;:!?")
        there = url if "://" in url else f"http://{url}"
        return fmt("{}{}", link(there, esc(url)), esc_piece(match["url"][len(url) :]))
    text, target = match["text"] or "", match["target"] or ""
    if match[0].startswith("!") or not target.startswith(("http://", "https://")):
        return esc_piece(text)
    return link(target, esc(text))
