"""The MkDocs plugin: the generated pages for `mkdocs serve`, and clean HTML for every build."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config import config_options as options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_build_timestamp

from forewarn import pages
from forewarn.errors import ForewarnError
from forewarn.model.record import Audience
from forewarn.site import attachments, search, tree
from forewarn.site.bundles import look
from forewarn.site.fingerprint import html_words
from forewarn.site.own_files import THEME, own_files
from forewarn.site.pagefind import FOLDER
from forewarn.site.sanitise import clean, clean_text
from forewarn.site.shared import dense
from forewarn.store.mkdocs_yml import read_config

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = get_plugin_logger("forewarn")


class PluginConfig(Config):  # type: ignore[no-untyped-call]
    """`audience` is whose pages are shown; `generated` is set in a written tree."""

    audience = options.Choice([audience.value for audience in Audience], default="staff")
    generated = options.Type(bool, default=False)


class ForewarnPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """At a knowledge base's root it makes the pages; in a written tree it only cleans them."""

    def __init__(self) -> None:
        super().__init__()
        self._tree: pages.Tree | None = None
        self._serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Learn whether pages are being written, or published."""
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Set what every site has, and at the root make the pages."""
        of_tree = config.extra.get("forewarn") or {}
        config.extra["forewarn"] = {
            "audience": self.config.audience,
            "serving": self._serving,
            "cards": self.config.generated and bool(of_tree.get("cards")),
        }
        config.theme.dirs.insert(0, str(THEME))
        if not self.config.generated:
            self._make(config)
        return config

    def _make(self, config: MkDocsConfig) -> None:
        from forewarn.store.catalogue.whole import load_worktree
        from forewarn.store.settings import load_settings

        root = _root(config)
        audience = Audience(self.config.audience)
        self._attached = attachments.in_folder(root)
        try:
            settings = load_settings(root)
            loaded = load_worktree(root)
            author = read_config(root)
        except ForewarnError as error:
            where = f"{error.where}: " if error.where else ""
            raise PluginError(f"{where}{error.what}. {error.help or ''}") from error
        for finding in loaded.findings:
            log.warning("%s: %s. %s", finding.place, finding.message, finding.help)
        self._tree = pages.tree_of(
            pages.look(
                loaded.catalogue,
                audience=audience,
                today=_today(),
                settings=settings,
                attachments=self._attached.paths,
            )
        )
        for file, target in self._tree.broken:
            log.warning("%s: the link to %s leads nowhere", file, target)
        made = tree.configuration(author, settings=settings, audience=audience, nav=self._tree.nav)
        _apply(config, made)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Put the generated pages in place of the raw files of kb/."""
        if self._tree is None:
            return files
        audience = Audience(self.config.audience)
        keep = set(tree.theme_files(self._attached, read_config(_root(config))))
        for file in list(files):
            if file.src_uri not in keep and file.src_dir == config.docs_dir:
                files.remove(file)
        for src, text in self._tree.files.items():
            files.append(File.generated(config, src, content=text))
        for src, data in own_files(audience).items():
            files.append(File.generated(config, src, content=data))
        for src in sorted(self._tree.uses):
            data = self._attached.read(src, audience)
            files.append(File.generated(config, src, content=data))
        return files

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any
    ) -> LiveReloadServer:
        """Build again when a record or the settings change, not only an article."""
        if not self.config.generated:
            for name in ("releases", "forewarn.yml"):
                path = _root(config) / name
                if path.exists():
                    server.watch(str(path))
        return server

    @event_priority(-100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Clean a page after every other plugin, and before it is shown or indexed."""
        _clean_toc(page.toc)
        return clean(html)

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Leave out the theme's indentation around the text of a page."""
        before, opening, rest = output.partition("<article")
        content, closing, after = rest.rpartition("</article>")
        start, end, text = content.partition(">")
        return f"{dense(before)}{opening}{start}{end}\n{text.strip()}\n{closing}{dense(after)}"

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Make the search index of a site that MkDocs has built as a whole."""
        site = Path(config.site_dir)
        shutil.rmtree(site / FOLDER, ignore_errors=True)
        try:
            search.index(site, look(site, html_words(site)), before=None)
        except ForewarnError as error:
            raise PluginError(f"{error.what}. {error.help or ''}") from error


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).absolute().parent


def _today() -> date:
    """The day of this build, as MkDocs itself reckons it (SOURCE_DATE_EPOCH or now)."""
    return datetime.fromtimestamp(get_build_timestamp(), UTC).date()


def _clean_toc(items: Iterable[AnchorLink]) -> None:
    for item in items:
        item.title = clean_text(item.title)
        _clean_toc(item.children)


def _apply(config: MkDocsConfig, made: dict[str, Any]) -> None:
    """What a written tree's mkdocs.yml says, for a configuration that is loaded already."""
    for key in ("site_name", "site_url", "site_description", "use_directory_urls", "nav"):
        if key in made:
            config[key] = made[key]
    for key, value in made["theme"].items():
        if key != "name":
            config.theme[key] = value
    for row in made["markdown_extensions"]:
        name, given = next(iter(row.items())) if isinstance(row, dict) else (row, {})
        if name not in config.markdown_extensions:
            config.markdown_extensions.append(name)
        config.mdx_configs[name] = {**given, **config.mdx_configs.get(name, {})}
    config.extra_css = [*made["extra_css"], *config.extra_css]
    # By default every release would be listed as missing from the navigation.
    config.validation.nav.omitted_files = logging.DEBUG
    config.repo_url = config.edit_uri = None
