"""Markdown read by one reader for all pages: to set one up takes longer than to read a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown import Markdown
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


class Reader:
    """What MkDocs makes of a page's Markdown: its HTML, and its table of contents.

    Left out is what nobody asks for here: the title, which every page of ours has in its head, and
    the anchors, which are checked where pages are made.
    """

    def __init__(self, config: MkDocsConfig, files: Files) -> None:
        self._config = config
        self._files = files
        self._kept: Markdown | None = None

    def read(self, page: Page) -> None:
        """Fill in the page's `content` and `toc`."""
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

        return Markdown(
            extensions=self._config["markdown_extensions"],
            extension_configs=self._config["mdx_configs"] or {},
        )
