"""From the catalogue to one audience's built site, making only what has changed since the last."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forewarn import pages
from forewarn.pages.html.elements import esc
from forewarn.pages.nav import named, navigation
from forewarn.pages.view.paths import html_of, url
from forewarn.pages.view.view import View
from forewarn.site import attachments, search, tree
from forewarn.site.builder import Builder
from forewarn.site.fingerprint import OwnFiles, code, word
from forewarn.site.frame import latest
from forewarn.site.ingredients import Ingredients
from forewarn.site.look_process import looked_beside
from forewarn.site.look_worker import Answer
from forewarn.site.own_files import own_files, own_srcs
from forewarn.site.pagefind import FOLDER
from forewarn.site.products import ProductPages, unchanged
from forewarn.site.quick_pages import QuickPages, has_usual_extensions
from forewarn.site.record import Made, Record
from forewarn.site.render import Frame, renderer
from forewarn.site.render_process import begun_early
from forewarn.site.shelving import Shelving, is_page, part_of
from forewarn.site.site_tree import SiteTree
from forewarn.site.slim import SlimPages
from forewarn.site.spool import Spool
from forewarn.site.taking import Appearance, Taker
from forewarn.site.workers import Renderers
from forewarn.store.collector import collected_in_steps
from forewarn.store.files import cannot_write
from forewarn.store.mkdocs_yml import read_config

_SITEMAP = "sitemap.xml"
_OLD_INDEX = ".index-before"


def build(
    made_of: Ingredients, to: Path, before: Record | None = None, spare: Record | None = None
) -> Record:
    """Build a site into the new folder `to`; the record of it.

    What `before` has and what would come out the same is taken from there. `spare` is an older
    site that lies at `to` already and is built over, so that few files need to be touched. The
    same ingredients give the same bytes, whatever was there before.

    Raises:
        DataError: a file cannot be read or written, or MkDocs refuses a page.
    """
    try:
        if spare:
            # Somebody may have put a file where a folder is due, or the other way round; macOS
            # says of a folder that is to be removed as a file that this is not permitted.
            with suppress(FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError):
                return _build(made_of, to, before, spare)
            shutil.rmtree(to)
        return _build(made_of, to, before, None)
    except OSError as error:
        raise cannot_write(to, error) from error


def _build(made_of: Ingredients, to: Path, before: Record | None, spare: Record | None) -> Record:
    with TemporaryDirectory(prefix="forewarn-") as scratch:
        return _Build(made_of, to, before, spare, Path(scratch)).run()


class _Build:
    def __init__(
        self,
        made_of: Ingredients,
        to: Path,
        before: Record | None,
        spare: Record | None,
        scratch: Path,
    ) -> None:
        self._made_of = made_of
        self._to = to
        self._before = before
        self._site = SiteTree(to, before, spare, (FOLDER, _OLD_INDEX))
        self._old_index = _put_index_aside(to) if spare else None
        self._scratch = scratch
        self._slim = SlimPages(scratch / "slim")
        self._shelving = Shelving(to, before, self._site, self._slim)
        self._frame = ""

    def run(self) -> Record:
        """Build it; the record of it."""
        if not self._before:
            return self._run(None, lambda: None)
        begun = self._scratch / "index"
        begun.mkdir()
        with (
            looked_beside(self._site.question()) as looked,
            search.Ahead(self._to, self._before.folder, begun) as ahead,
        ):
            return self._run(ahead, looked)

    def _run(self, ahead: search.Ahead | None, looked: Callable[[], Answer | None]) -> Record:
        made_of, before = self._made_of, self._before
        files = OwnFiles(made_of.catalogue, made_of.identity, made_of.today)
        view = made_of.look(unchanged(made_of.catalogue, files, before.products if before else {}))
        author = read_config(made_of.root)
        nav = navigation(view)
        config = tree.configuration(
            author, settings=made_of.settings, audience=made_of.audience, nav=nav
        )
        tree.with_cards(config, made_of.settings, made_of.audience)
        self._frame = tree.frame_word(config)
        frames = before.frames if before and before.frame == self._frame else {}
        quick = partial(
            QuickPages,
            named=[*named(nav)],
            site=config.get("site_url"),
            usual=has_usual_extensions(config),
        )
        look = Appearance(
            frame=self._frame,
            quick=quick(frames),
            cards=made_of.settings.name if config["extra"]["forewarn"]["cards"] else "",
        )
        with ExitStack() as stack:
            config_file = cache(partial(tree.write_config, self._scratch, config))
            own = own_srcs(made_of.audience)
            known = [*named(nav), *own]
            spool = stack.enter_context(Spool(self._scratch / "texts"))
            slim = self._scratch / "slim"
            slim.mkdir()
            expected = 0 if before else len(view.catalogue.releases)
            tasks = stack.enter_context(
                Renderers(config_file, known, self._to, spool, quick, slim, expected=expected)
            )
            taker = Taker(self._site, look, tasks)
            products = self._make_pages(view, files, taker, ahead, looked)
            srcs = [*taker.srcs, *taker.uses, *own]
            mkdocs = cache(lambda: stack.enter_context(renderer(config_file(), srcs)))
            if not taker.srcs.keys() >= {*named(nav)}:
                mkdocs()  # it says what is missing
            for address, output, page in tasks.rest(srcs, mkdocs):
                self._site.add(address, output)
                if page:
                    self._slim.pages[address] = page
            self._write_frame(lambda: tasks.frame(mkdocs))
        self._write_others(author, taker.uses)
        self._write_sitemap(taker.srcs)
        return self._finish(products, taker, ahead, latest({**frames, **tasks.frames}))

    def _make_pages(
        self,
        view: View,
        files: OwnFiles,
        taker: Taker,
        ahead: search.Ahead | None,
        looked: Callable[[], Answer | None],
    ) -> ProductPages:
        """Every page of the site; those of a product only where something around it has changed.

        Raises:
            DataError: two page types make the same page.
        """
        before = self._before or Record(folder=self._to)
        stands = before.frame == self._frame
        products = ProductPages(view, files, self._site, taker, before.products, stands=stands)

        def begin(all_: Mapping[str, Made], anew: Iterable[str]) -> None:
            if ahead:
                self._shelving.begin(ahead, all_, anew)

        with collected_in_steps() as collect:
            products.make(begin, collect)
            # While the index is made.
            self._site.look(looked())
            if ahead and any(map(is_page, self._site.damaged)):
                ahead.drop()
            products.take()
            if stands and before.code == code():
                for of, srcs in before.together.items():
                    if all(self._site.has(html_of(src)) for src in srcs):
                        view.there[of] = srcs
                taker.there = dict(view.there)
            for page in pages.site_pages(view):
                taker.take(page)
        # What was asked for meanwhile, of some products only, is kept as well.
        for product, known in products.made.items():
            products.made[product] = known.but(brought=view.brought[product])
        return products

    def _finish(
        self,
        products: ProductPages,
        taker: Taker,
        ahead: search.Ahead | None,
        frames: Mapping[str, list[str]],
    ) -> Record:
        """Everything that follows from all files: the index, and the record."""
        if self._old_index:
            self._site.tidy()
        made = {}
        for product, known in products.made.items():
            found = known
            if product in products.anew:
                found = self._shelving.of_product(product, known)
            files = self._site.files_of(product, taker.addresses(known.pages))
            made[product] = found.but(files=files)
        others = self._shelving.of_others()
        parts = {product: part_of(known) for product, known in made.items()}
        search.index(
            self._to,
            {**parts, "": others},
            before=self._before.folder if self._before else None,
            spare=self._old_index,
            slim=self._slim,
            ahead=ahead,
        )
        if self._old_index:
            shutil.rmtree(self._old_index, ignore_errors=True)
        folders = self._site.folders()
        return Record(
            folder=self._to,
            files=self._site.others(),
            products=made,
            shelves=others.shelves(),
            folders=lambda: folders,
            together={of: tuple(srcs) for of, srcs in taker.together.items()},
            code=code(),
            frame=self._frame,
            frames=frames,
        )

    def _write_frame(self, make: Callable[[], Frame]) -> None:
        """The theme's files, and its pages that belong to none of ours."""
        key = f"frame {self._frame}"
        rows = self._before.files.rows() if self._before else {}
        there = [address for address, row in rows.items() if row[0] == key]
        if there and all(self._site.is_there(address, key) for address in there):
            for address in there:
                self._site.take(address)
            return
        theme, pages = make()
        for address, source in theme.items():
            self._site.put(address, key, source.read_bytes())
        for address, data in pages.items():
            self._site.put(address, key, data)

    def _write_others(self, author: Mapping[str, Any], uses: Iterable[str]) -> None:
        """Our own scripts and styles, and the author's files that a page shows or links to."""
        made_of = self._made_of
        for src, data in own_files(made_of.audience).items():
            self._site.put(src, word(data), data)
        for src in sorted(uses):
            data = made_of.attachments.read(src, made_of.audience)
            self._site.put(src, word(data), data)
        for src in tree.theme_files(made_of.attachments, author):
            data = made_of.attachments.read(f"{attachments.KB}/{src}", made_of.audience)
            self._site.put(src, word(data), data)

    def _write_sitemap(self, srcs: Iterable[str]) -> None:
        """The addresses of all pages, where it is known where the site is served."""
        site = self._made_of.settings.site_urls.get(self._made_of.audience.value)
        if not site:
            return
        rows = "".join(
            f"<url><loc>{esc(site + url(src))}</loc></url>\n"
            for src in sorted(srcs)
            if src.endswith(".md")
        )
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
        )
        self._site.put(_SITEMAP, word(text), text.encode())


def _put_index_aside(site: Path) -> Path:
    """Where the index of a site is that is built over, of which bundles can be moved."""
    index, aside = site / FOLDER, site / _OLD_INDEX
    shutil.rmtree(aside, ignore_errors=True)
    if index.is_dir() and not index.is_symlink():
        index.rename(aside)
    return aside


BUILDER = Builder(build=build, update=build, begin=begun_early)
