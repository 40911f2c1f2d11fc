"""A Markdown extension that passes blocks of finished HTML through, and can clean what comes out.

It also has links refer to what they refer to on forges.

Most of a generated page is HTML already. Markdown's own reader of HTML takes it apart tag by
tag, which costs more than everything else that a page needs. With MkDocs the plugin cleans the
pages; a generator that has no such plugin asks for it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

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
