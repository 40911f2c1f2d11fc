"""Markdown read by one reader for all pages: to set one up takes longer than to read a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from forewarn.expressions import expression
from forewarn.site.plain_pages import PlainHeading, are_usual, read_plain
from forewarn.site.whole_blocks import is_whole

if TYPE_CHECKING:
    from markdown import Markdown
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

# What reads within a line, and what none of it begins without.
_INLINE = frozenset(
    [
        "autolink",
        "automail",
        "backtick",
        "delimiter",
        "em_strong",
        "entity",
        "escape",
        "footnote",
        "html",
        "image_link",
        "image_reference",
        "keys",
        "keys-custom",
        "linebreak",
        "link",
        "magic-link",
        "magic-mail",
        "reference",
        "short_image_ref",
        "short_reference",
    ]
)
_MARK = expression(r"[`+\\\[<&*_~@]|://|www\.|  \n", re.IGNORECASE)


class MarkdownReader:
    """What MkDocs makes of a page's Markdown: its HTML, and its table of contents.

    Left out is what nobody asks for here: the title, which every page of ours has in its head, and
    the anchors, which are checked where pages are made.
    """

    def __init__(self, config: MkDocsConfig, files: Files) -> None:
        self._config = config
        self._files = files
        self._kept: Markdown | None = None
        extensions, options = config["markdown_extensions"], config["mdx_configs"] or {}
        self._reads_plain = are_usual(extensions, options)

    def read(self, page: Page) -> None:
        """Fill in the page's `content` and `toc`."""
        from mkdocs.structure.toc import get_toc

        plain = read_plain(page.markdown or "") if self._reads_plain else None
        if plain is None:
            self._read_markdown(page)
            return
        page.content = plain.html
        page.toc = get_toc(_nested(plain.headings))

    def _read_markdown(self, page: Page) -> None:
        from mkdocs.structure.pages import _RelativePathTreeprocessor
        from mkdocs.structure.toc import get_toc

        # Not kept where a page goes wrong: it may have been left in the middle of something.
        markdown, self._kept = self._kept or self._new(), None
        markdown.reset()
        # In the place of that for the page before.
        _RelativePathTreeprocessor(page.file, self._files, self._config)._register(markdown)
        page.content = markdown.convert(page.markdown or "")
        tokens: Any = getattr(markdown, "toc_tokens", [])
        page.toc = get_toc(tokens)
        self._kept = markdown

    def _new(self) -> Markdown:
        from markdown import Markdown

        made = Markdown(
            extensions=self._config["markdown_extensions"],
            extension_configs=self._config["mdx_configs"] or {},
        )
        _hasten(made)
        return made


def may_link(source: str) -> bool:
    """Whether Markdown may find a link in a page, of which it has to know where it leads."""
    text = source.partition("\n---\n")[2] or source
    if "[" not in text and "markdown" not in text:
        return False
    # Markdown reads nothing in finished HTML that does not ask for it.
    blocks = (block.strip("\n") for block in text.split("\n\n"))
    return any("markdown" in block or ("[" in block and not is_whole(block)) for block in blocks)


def _nested(headings: Iterable[PlainHeading]) -> Any:
    from markdown.extensions.toc import nest_toc_tokens

    rows: Any = [{"level": level, "id": id, "name": title} for level, title, id in headings]
    nested: Any = nest_toc_tokens(rows)
    return nested


def head_and_text(source: str) -> tuple[str, dict[str, Any]]:
    """The text of a page and what stands in its head: a line of JSON each, as we write it."""
    if not source.startswith("---\n"):
        return source, {}
    head, _, text = source.removeprefix("---\n").partition("\n---\n")
    rows = (line.partition(": ") for line in head.split("\n"))
    return text.lstrip("\n"), {key: json.loads(value) for key, _, value in rows}


def _hasten(markdown: Any) -> None:
    """Let what has nothing to be read in it pass: most of a page is finished HTML in one block.

    Each of two dozen patterns would be looked for in every heading and every placeholder.
    """
    html = markdown.preprocessors["html_block"]
    take_apart = html.run
    html.run = lambda lines: take_apart(lines) if any(map(_has_html, lines)) else lines
    if not {item.name for item in markdown.inlinePatterns._priority} <= _INLINE:
        return  # An author's extension may read what these do not.
    inline = markdown.treeprocessors["inline"]
    within = inline._InlineProcessor__handleInline

    def read(data: str, patternIndex: int = 0) -> str:
        read_: str = within(data, patternIndex) if _MARK.search(data) else data
        return read_

    inline._InlineProcessor__handleInline = read


def _has_html(line: str) -> bool:
    return "<" in line or "&" in line
