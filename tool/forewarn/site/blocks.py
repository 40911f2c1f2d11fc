"""A Markdown extension that passes blocks of finished HTML through, and can clean what comes out.

It also has links refer to what they refer to on forges, and headings lead to themselves.

Most of a generated page is HTML already. Markdown's own reader of HTML takes it apart tag by
tag, which costs more than everything else that a page needs. With MkDocs the plugin cleans the
pages; a generator that has no such plugin asks for it here.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import render_inner_html
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from forewarn.expressions import expression
from forewarn.site.sanitise import clean, clean_text
from forewarn.site.whole_blocks import is_whole

# What a link refers to stands right behind it, as on a forge: "[one] [two]" are two links.
_LABEL = expression(r"\[([^\]]*)\]", re.DOTALL)


class BlocksExtension(Extension):
    """With `clean`, a page's HTML and table of contents hold nothing that can run."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {"clean": [False, "whether to clean the HTML that comes out"]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register what reads after fenced code and before raw HTML, and what comes last."""
        md.preprocessors.register(_Blocks(md), "forewarn_blocks", 24)
        for name in ("reference", "image_reference"):
            pattern: Any = md.inlinePatterns[name]
            pattern.RE_LINK = _LABEL
        # Right after `toc` has put a link into each.
        md.treeprocessors.register(_Headings(md), "forewarn_headings", 4)
        if self.getConfig("clean"):
            md.postprocessors.register(_Clean(md), "forewarn_clean", -100)


def makeExtension(**kwargs: Any) -> BlocksExtension:
    """The extension, as Markdown looks it up by its module's name."""
    return BlocksExtension(**kwargs)


class _Blocks(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        blocks = "\n".join(lines).split("\n\n")
        return "\n\n".join(map(self._block, blocks)).split("\n")

    def _block(self, block: str) -> str:
        """A placeholder for a block that is whole elements and nothing else, else the block."""
        block_ = block.strip("\n")
        if "markdown" in block_ or not is_whole(block_):
            return block
        return str(self.md.htmlStash.store(block_))


class _Headings(Treeprocessor):
    """Makes a heading the link to itself: a sign behind it would be a part of its name.

    In a heading that has links of its own the sign stays, for a pointer alone.
    """

    def run(self, root: etree.Element) -> None:
        for heading in root.iter():
            sign = heading[-1] if len(heading) else heading
            if sign.get("class") != "headerlink" or sign.get("href") != f"#{heading.get('id')}":
                continue
            heading.remove(sign)
            if "<a " in render_inner_html(heading, self.md):
                heading.append(sign)
                sign.attrib.update({"aria-hidden": "true", "tabindex": "-1"})
                continue
            link = etree.Element("a", {"class": "fw-anchor", "href": sign.attrib["href"]})
            link.text, link[:] = heading.text, heading[:]
            heading.text, heading[:] = None, [link]


class _Clean(Postprocessor):
    def run(self, text: str) -> str:
        _clean_contents(getattr(self.md, "toc_tokens", []))
        return clean(text)


def _clean_contents(tokens: Iterable[dict[str, Any]]) -> None:
    for token in tokens:
        for key in ("name", "html", "data-toc-label"):
            if key in token:
                token[key] = clean_text(token[key])
        _clean_contents(token["children"])
