"""Pages that come out of a frame which is known already, without the theme, MkDocs or Markdown.

After one change a few pages are made anew, and to set all of these up takes longer than the pages.
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
    """Pages of the site with this configuration, as a tree's mkdocs.yml has it.

    `frames` are those that a build of the same site has kept, and `named` the pages that its
    navigation names.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        frames: Mapping[str, list[str]],
        named: Collection[str],
    ) -> None:
        rows = [
            row if isinstance(row, dict) else {row: {}} for row in config["markdown_extensions"]
        ]
        options = {name: given for row in rows for name, given in row.items()}
        self._frames = frames if are_usual([*options], options) else {}
        self._named = frozenset(named)
        self._site = config.get("site_url")

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
            canonical_url=urljoin(f"{self._site.rstrip('/')}/", address) if self._site else None,
            toc=[
                SimpleNamespace(id=id, title=clean_text(title), level=level, children=())
                for level, title, id in plain.headings
            ],
        )
        found = in_frame(made, self._frames, card_of)
        return found.encode("utf-8", errors="xmlcharrefreplace") if found else None
