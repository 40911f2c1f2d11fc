"""Pages that come out of a frame which is known already, without the theme, MkDocs or Markdown.

Most pages are read without Markdown and share their frame with others. To make one of these takes
a fifth of what it takes with MkDocs, and after one change nothing needs to be set up for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urljoin

from forewarn.pages.view.paths import url
from forewarn.site.cards import card_of
from forewarn.site.frame import in_frame
from forewarn.site.markdown_reader import head_and_text
from forewarn.site.plain_pages import are_usual, read_plain
from forewarn.site.sanitise import clean, clean_text


class QuickPages:
    """Pages of a site that is at the address `site`, if that is known.

    `frames` are those that are known, also when they are added later, and `named` the pages that
    the navigation names. Nothing is known where Markdown has other extensions than `usual` ones.
    """

    def __init__(
        self,
        frames: Mapping[str, list[str]],
        named: Collection[str],
        site: str | None,
        *,
        usual: bool,
    ) -> None:
        self._frames = frames if usual else {}
        self._named = frozenset(named)
        self._site = f"{site.rstrip('/')}/" if site else None

    def page(self, src: str, text: str) -> bytes | None:
        """The HTML of one page; None where more is needed to make it."""
        if not self._frames or src in self._named:
            return None
        body, meta = head_and_text(text)
        plain = read_plain(body)
        # What stands below another in a table of contents is for Markdown to say.
        if plain is None or any(heading.level != 2 for heading in plain.headings):
            return None
        address = quote(url(src))
        made = SimpleNamespace(
            file=SimpleNamespace(src_uri=src),
            url=address,
            meta=meta,
            content=clean(plain.html),
            canonical_url=urljoin(self._site, address) if self._site else None,
            toc=[
                SimpleNamespace(id=id, title=clean_text(title), level=level, children=())
                for level, title, id in plain.headings
            ],
        )
        found = in_frame(made, self._frames, card_of)
        return found.encode("utf-8", errors="xmlcharrefreplace") if found else None


def has_usual_extensions(config: Mapping[str, Any]) -> bool:
    """Whether a tree's mkdocs.yml names the Markdown extensions that every site has, no other."""
    rows = [row if isinstance(row, dict) else {row: {}} for row in config["markdown_extensions"]]
    options = {name: given for row in rows for name, given in row.items()}
    return are_usual([*options], options)
