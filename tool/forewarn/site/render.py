"""Pages rendered with MkDocs and its theme, one by one, so that only what changed is rendered."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forewarn.errors import DataError, ForewarnError
from forewarn.expressions import expression
from forewarn.model.record import Audience
from forewarn.site.cards import card_of
from forewarn.site.finished import FinishedPage, write_page
from forewarn.site.frame import Frames
from forewarn.site.markdown_reader import MarkdownReader, head_and_text
from forewarn.site.own_files import own_files
from forewarn.site.plain_pages import are_usual
from forewarn.site.quick_pages import QuickPages
from forewarn.site.record import Task
from forewarn.site.shared import SCRIPT, Shared
from forewarn.site.time_limit import TooSlow, time_limit

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

_LOST = "404.html"
_COLOURS = "assets/theme-palette.js"
# Material's own search is not used; these are its dictionaries and its worker. Maps of its source
# are for who works on it.
_UNUSED = expression(r"^assets/javascripts/(?:lunr|workers)/|\.map$")
# For one page; the longest of real ones take one or two.
_SECONDS = 15.0

# By the folders and templates of a theme: every site of a process has the same.
_theme_files: dict[tuple[str, ...], dict[str, Path]] = {}

# By their addresses.
Frame = tuple[dict[str, Path], dict[str, bytes]]


@contextmanager
def renderer(config_file: Path, srcs: Collection[str]) -> Iterator[Renderer]:
    """A renderer, for as long as the block runs.

    `config_file` is a tree's mkdocs.yml, and `srcs` are the paths of its files.

    Raises:
        DataError: MkDocs refuses the configuration, or warns of something.
    """
    heard = _Warnings()
    logger = logging.getLogger("mkdocs")
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(heard)
    try:
        yield Renderer(config_file, srcs, heard)
    finally:
        logger.removeHandler(heard)
        logger.propagate = propagates


class Renderer:
    """MkDocs as one written configuration has it; made by `renderer`."""

    def __init__(self, config_file: Path, srcs: Collection[str], heard: _Warnings) -> None:
        from mkdocs.config import load_config
        from mkdocs.exceptions import MkDocsException
        from mkdocs.structure.nav import get_navigation

        from forewarn.site.compiled import CompiledTemplates
        from forewarn.site.site_files import SiteFiles

        self._heard = heard
        self._where = str(config_file)
        try:
            config = load_config(str(config_file), strict=True)
            config.plugins.on_startup(command="build", dirty=False)
            self._config = config = config.plugins.on_config(config)
            config.plugins.on_pre_build(config=config)
            env = config.theme.get_env()
            env.bytecode_cache = CompiledTemplates(config_file.parent / "compiled")
            self._known = SiteFiles(config, srcs)
            files = config.plugins.on_files(self._known, config=config)
            nav = get_navigation(files, config)
            self._nav = config.plugins.on_nav(nav, config=config, files=files)
            self._env = config.plugins.on_env(env, config=config, files=files)
            self._files = files
            self._reader = MarkdownReader(config, files)
            self._frames = Frames(self._in_full, self._nav.pages, card_of)
            self._quick = self._quick_pages()
            self._lost = self._template(_LOST)
            self._shared = Shared(self._lost, self._top())
        except MkDocsException as error:
            raise self._refused([str(error)]) from error
        self._check()

    def know(self, srcs: Iterable[str]) -> None:
        """Let links lead to more files."""
        self._known.add(srcs)

    def write(
        self, tasks: Sequence[Task], to: Path, slim: Path, *, seconds: float = _SECONDS
    ) -> Iterator[FinishedPage]:
        """Render pages into the site `to`, each in so many seconds at the most.

        What is indexed of them is written into the folder `slim`.

        Raises:
            DataError: MkDocs refuses a page, or warns of something, or a page takes too long.
        """
        for task in tasks:
            try:
                with time_limit(seconds):
                    made = self.page(task.src, task.text)
            except TooSlow as error:
                raise _too_much(
                    task.src, f"takes more than {seconds:g} s of processor time to render"
                ) from error
            except RecursionError as error:
                raise _too_much(task.src, "is nested too deeply to be rendered") from error
            except ForewarnError:
                raise
            except Exception as error:
                # Markdown, an extension or the theme: their faults are told by the page, here and
                # in a process of our own, whose end would be taken for a lack of memory.
                raise DataError(
                    f"this page cannot be rendered: {type(error).__name__}: {str(error)[:200]}",
                    where=task.src,
                    help="Take out what was added last. If nothing in it is odd, report this as a "
                    "bug. The site that was there has been left as it was.",
                ) from error
            yield write_page(task, made, to, slim)

    def _quick_pages(self) -> QuickPages:
        config = self._config
        extensions, options = config["markdown_extensions"], config["mdx_configs"] or {}
        return QuickPages(
            self._frames.known,
            [page.file.src_uri for page in self._nav.pages],
            config.site_url,
            # Without our plugin the pages are not cleaned.
            usual="forewarn" in config.plugins and are_usual(extensions, options),
        )

    def page(self, src: str, text: str) -> bytes:
        """The HTML of one page.

        Raises:
            DataError: MkDocs refuses it, or warns of something in it.
        """
        quick = self._quick.page(src, text)
        return self._with_mkdocs(src, text) if quick is None else quick

    def _with_mkdocs(self, src: str, text: str) -> bytes:
        from mkdocs.exceptions import MkDocsException
        from mkdocs.structure.pages import Page

        config, files = self._config, self._files
        file = files.get_file_from_path(src)
        assert file  # noqa: S101 - it is among those that this site has
        page = file.page or Page(None, file, config)
        config._current_page = page
        page.active = True
        try:
            page = config.plugins.on_pre_page(page, config=config, files=files)
            page.markdown, page.meta = head_and_text(text)
            page.markdown = config.plugins.on_page_markdown(
                page.markdown, page=page, config=config, files=files
            )
            self._reader.read(page)
            page.content = config.plugins.on_page_content(
                page.content or "", page=page, config=config, files=files
            )
            made = self._frames.page(page)
        except MkDocsException as error:
            raise self._refused([str(error)]) from error
        finally:
            page.active = False
            page.content = page.markdown = None
            config._current_page = None
        self._check()
        return made.encode("utf-8", errors="xmlcharrefreplace")

    def _in_full(self, page: Page) -> str:
        from mkdocs.commands.build import get_context

        config = self._config
        context = get_context(self._nav, [], config, page)
        context = config.plugins.on_page_context(context, page=page, config=config, nav=self._nav)
        made = self._env.get_template("main.html").render(context)
        made = config.plugins.on_post_page(made, page=page, config=config) or ""
        return self._shared.without(made, page.url)

    def frame(self) -> Frame:
        """The theme's files, and where they lie; and what belongs to no page of ours."""
        return self._theme_files(), self._templates()

    @property
    def frames(self) -> Mapping[str, list[str]]:
        """What is around pages, as far as it is known by now."""
        return self._frames.known

    def _templates(self) -> dict[str, bytes]:
        colours = own_files(Audience.PUBLIC)[_COLOURS].decode()
        return {_LOST: self._lost.encode(), SCRIPT: self._shared.script(colours).encode()}

    def _template(self, name: str) -> str:
        from mkdocs.commands.build import get_context

        # Wherever it is shown, its addresses must lead to the site.
        context = get_context(self._nav, [], self._config, base_url=self._top())
        made = self._env.get_template(name).render(context)
        return self._config.plugins.on_post_template(made, template_name=name, config=self._config)

    def _top(self) -> str:
        """Where the site is on its server."""
        return urlsplit(self._config.site_url or "/").path

    def _theme_files(self) -> dict[str, Path]:
        # Not before they are asked for: the theme has thousands of icons to be passed over.
        theme = self._config.theme
        of = (*theme.dirs, *sorted(theme.static_templates))
        if of not in _theme_files:
            from mkdocs.structure.files import Files

            files = Files([])
            files.add_files_from_theme(self._env, self._config)
            _theme_files[of] = {
                file.dest_uri: Path(file.abs_src_path)
                for file in files
                if file.abs_src_path and not _UNUSED.search(file.dest_uri)
            }
        return _theme_files[of]

    def _check(self) -> None:
        said, self._heard.said = self._heard.said, []
        if said:
            raise self._refused(said)

    def _refused(self, said: list[str]) -> DataError:
        return DataError(
            "MkDocs could not build the site: " + " / ".join(said[:10]),
            where=self._where,
            help="Mend what it names; `forewarn check` finds most of it. "
            "The site that was there has been left as it was.",
        )


def _too_much(src: str, what: str) -> DataError:
    return DataError(
        f"this page {what}; the site that was there has been left as it was",
        where=src,
        help="Look for thousands of brackets, stars or other marks in a row in what the page is "
        "made from, and take them out or put them in a fenced block of code.",
    )


class _Warnings(logging.Handler):
    """What MkDocs warns of; each warning stops a publish."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.said.append(record.getMessage())
