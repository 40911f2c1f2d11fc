"""From the catalogue to one audience's built site, making only what has changed since the last."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forewarn import pages
from forewarn.model.audience import Grounds
from forewarn.pages.html.elements import esc
from forewarn.pages.nav import named, navigation
from forewarn.pages.page_types import made_twice
from forewarn.pages.view.paths import html_of, url
from forewarn.pages.view.view import Page, View
from forewarn.site import attachments, search, tree
from forewarn.site.builder import Builder
from forewarn.site.bundles import Shelved, shelved
from forewarn.site.cards import card_of, draw, facts_of, key_of
from forewarn.site.fingerprint import Fingerprints, OwnFiles, asked, code, word
from forewarn.site.frame import latest
from forewarn.site.ingredients import Ingredients
from forewarn.site.look_process import looked_beside
from forewarn.site.look_worker import Answer
from forewarn.site.own_files import own_files
from forewarn.site.quick_pages import QuickPages, has_usual_extensions
from forewarn.site.record import Made, Record, Task
from forewarn.site.render import Frame, renderer
from forewarn.site.render_process import begun_early
from forewarn.site.site_tree import SiteTree
from forewarn.site.slim import SlimPages, shelf_of
from forewarn.site.spool import Spool
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


@dataclass
class _Pages:
    """The paths of all pages and data files, and what else is known of them. No texts: too many.

    Of the products, some were made `anew`; the files that are `together` were made of
    the same, and some of them are `there` already.
    """

    srcs: dict[str, None] = field(default_factory=dict)
    products: dict[str, Made] = field(default_factory=dict)
    uses: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)
    together: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    there: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
        self._site = SiteTree(to, before, spare, (search.FOLDER, _OLD_INDEX))
        self._old_index = _put_index_aside(to) if spare else None
        self._scratch = scratch
        self._slim = SlimPages(scratch / "slim")
        self._looked: Callable[[], Answer | None] = lambda: None
        self._frame = ""
        # The site's name where its pages have pictures of their facts.
        self._cards = ""

    def run(self) -> Record:
        """Build it; the record of it."""
        if not self._before:
            return self._run(None)
        begun = self._scratch / "index"
        begun.mkdir()
        with (
            looked_beside(self._site.question()) as self._looked,
            search.Ahead(self._to, self._before.folder, begun) as ahead,
        ):
            return self._run(ahead)

    def _run(self, ahead: search.Ahead | None) -> Record:
        made_of = self._made_of
        files = OwnFiles(made_of.catalogue, made_of.identity, made_of.today)
        view = made_of.look(self._known(files))
        author = read_config(made_of.root)
        nav = navigation(view)
        config = tree.configuration(
            author, settings=made_of.settings, audience=made_of.audience, nav=nav
        )
        tree.with_cards(config, made_of.settings, made_of.audience)
        self._cards = made_of.settings.name if config["extra"]["forewarn"]["cards"] else ""
        self._frame = tree.frame_word(config)
        frames = self._before.frames if self._before and self._before.frame == self._frame else {}
        quick = partial(
            QuickPages,
            named=[*named(nav)],
            site=config.get("site_url"),
            usual=has_usual_extensions(config),
        )
        self._quick = quick(frames)
        with ExitStack() as stack:
            config_file = cache(partial(tree.write_config, self._scratch, config))
            own = own_files(made_of.audience)
            known = [*named(nav), *own]
            spool = stack.enter_context(Spool(self._scratch / "texts"))
            slim = self._scratch / "slim"
            slim.mkdir()
            expected = 0 if self._before else len(view.catalogue.releases)
            tasks = stack.enter_context(
                Renderers(config_file, known, self._to, spool, quick, slim, expected=expected)
            )
            made = self._make_pages(view, files, tasks, ahead)
            srcs = [*made.srcs, *made.uses, *own]
            mkdocs = cache(lambda: stack.enter_context(renderer(config_file(), srcs)))
            if not made.srcs.keys() >= {*named(nav)}:
                mkdocs()  # it says what is missing
            for address, output, page in tasks.rest(srcs, mkdocs):
                self._site.add(address, output)
                if page:
                    self._slim.pages[address] = page
            self._write_frame(lambda: tasks.frame(mkdocs))
        self._write_others(author, own, made.uses)
        self._write_sitemap(made.srcs)
        return self._finish(made, ahead, latest({**frames, **tasks.frames}))

    def _finish(
        self, made: _Pages, ahead: search.Ahead | None, frames: Mapping[str, list[str]]
    ) -> Record:
        """Everything that follows from all files: the index, and the record."""
        if self._old_index:
            self._site.tidy()
        for product, known in made.products.items():
            found = self._shelve(product, known) if product in made.anew else known
            files = self._site.files_of(product, self._addresses(known.pages))
            made.products[product] = found.but(files=files)
        others = [*filter(_is_page, self._site.outputs)]
        shelves = self._shelves(others, self._before.shelves if self._before else {})
        parts = {product: _part(known) for product, known in made.products.items()}
        parts[""] = shelved(self._words(others), shelves)
        search.index(
            self._to,
            parts,
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
            products=made.products,
            shelves=shelves,
            folders=lambda: folders,
            together={of: tuple(srcs) for of, srcs in made.together.items()},
            code=code(),
            frame=self._frame,
            frames=frames,
        )

    def _addresses(self, srcs: Iterable[str]) -> Iterator[str]:
        """The files of a product that were made from these."""
        for src in srcs:
            yield html_of(src)
            if self._cards and card_of(src) in self._site.outputs:
                yield card_of(src)

    def _shelve(self, product: str, known: Made) -> Made:
        """What search has of a product whose pages were made anew, and are all there."""
        old = self._before.products.get(product) if self._before else None
        pages = [*filter(_is_page, map(html_of, known.pages))]
        shelves = self._shelves(pages, _part(old).shelves() if old else {})
        on = {src: shelves.get(html_of(src), "") for src in known.pages}
        groups = shelved(self._words(pages), shelves).groups
        return known.but(pages=on, groups=groups)

    def _shelves(self, pages: Iterable[str], before: Mapping[str, str]) -> dict[str, str]:
        """Where search keeps pages; one that is as `before` is where it was."""
        found = {}
        for page in pages:
            shelf = self._slim.shelf(page)
            if shelf is None and self._site.outputs[page].sha == self._site.sha(page):
                shelf = before.get(page)
            found[page] = shelf_of((self._to / page).read_bytes()) if shelf is None else shelf
        return found

    def _words(self, pages: Iterable[str]) -> dict[str, str]:
        return {page: self._site.outputs[page].sha for page in pages}

    def _known(self, files: OwnFiles) -> dict[str, Grounds]:
        """What was asked for those products of which no file has changed since."""
        before = self._before.products if self._before else {}
        products = self._made_of.catalogue.products
        return {
            product: made.grounds
            for product, made in before.items()
            if product in products and made.own == files.of(product)
        }

    def _make_pages(
        self, view: View, files: OwnFiles, tasks: Renderers, ahead: search.Ahead | None
    ) -> _Pages:
        """Every page of the site; those of a product only where something around it has changed.

        Raises:
            DataError: two page types make the same page.
        """
        made = _Pages()
        before = self._before.products if self._before else {}
        prints = Fingerprints(view, files, {product: m.seen for product, m in before.items()})
        with collected_in_steps() as collect:
            for product in sorted(view.catalogue.products):
                around = view.around(product)
                key = prints.of(around, product)
                known = before.get(product)
                if known is None or known.key != key or not self._stands(view, known):
                    known = self._make_product(around, product, key, made, tasks)
                    collect()
                made.products[product] = known.but(
                    own=files.of(product),
                    seen=(prints.own(product), prints.outline(product)),
                    grounds=asked(view, product),
                )
                view.brought[product] = known.brought
                del around
            if ahead and self._before:
                self._begin_index(self._before, ahead, made)
            # While the index is made.
            self._take_what_stands(view, made, tasks, ahead)
            for page in pages.site_pages(view):
                self._take(page, made, tasks)
        # What was asked for meanwhile, of some products only, is kept as well.
        for product, known in made.products.items():
            made.products[product] = known.but(brought=view.brought[product])
        return made

    def _take_what_stands(
        self, view: View, made: _Pages, tasks: Renderers, ahead: search.Ahead | None
    ) -> None:
        """Take what stands from the site before, and make what somebody has damaged there."""
        self._site.look(self._looked())
        if ahead and any(map(_is_page, self._site.damaged)):
            ahead.drop()
        for product, known in made.products.items():
            if product in made.anew:
                continue
            if self._site.has_all_of(product):
                made.srcs.update(dict.fromkeys(known.pages))
                made.uses.update(known.uses)
                self._site.take_all_of(product)
            else:
                self._make_product(view.around(product), product, known.key, made, tasks)
        before = self._before
        if before and (before.code, before.frame) == (code(), self._frame):
            for of, srcs in before.together.items():
                if all(self._site.has(html_of(src)) for src in srcs):
                    view.there[of] = made.there[of] = srcs

    def _begin_index(self, before: Record, ahead: search.Ahead, made: _Pages) -> None:
        """Begin what follows for the index from the pages of all products that were made anew.

        All others are, most likely, as in the site before.
        """
        parts, awaited = {}, set()
        for product, known in made.products.items():
            if product in made.anew:
                if all(a in self._site.outputs for a in map(html_of, known.pages)):
                    known = made.products[product] = self._shelve(product, known)
                elif product in before.products:
                    known = before.products[product]
                    awaited |= {(group, product) for group in known.groups}
                else:
                    return  # nobody knows on which shelf its pages will be
            parts[product] = _part(known)
        words = {address: row[1] for address, row in before.files.rows().items()}
        parts[""] = shelved({page: words[page] for page in before.shelves}, before.shelves)
        ahead.begin(parts, made=self._site.written, awaited=awaited)

    def _make_product(
        self, around: View, product: str, key: str, made: _Pages, tasks: Renderers
    ) -> Made:
        self._site.renew(product)
        made.anew.add(product)
        srcs = {}
        uses: set[str] = set()
        for page in pages.product_pages(around, product):
            srcs[page.src] = ""
            uses |= page.uses
            self._take(page, made, tasks)
        return Made(
            key=key,
            asked=dict(around.asked),
            pages=srcs,
            uses=tuple(sorted(uses)),
            brought=pages.brought_by(around, product),
        )

    def _take(self, page: Page, made: _Pages, tasks: Renderers) -> None:
        """Keep a page for the renderer, and write a data file at once."""
        if page.src in made.srcs:
            raise made_twice(page.src)
        made.srcs[page.src] = None
        made.uses |= page.uses
        address = html_of(page.src)
        if page.of:
            made.together[page.of].append(page.src)
        if page.src in made.there.get(page.of, ()):
            self._site.take(address)
            return
        self._draw(page)
        key = self._key(page.src, word(page.text))
        if self._site.is_there(address, key):
            self._site.take(address)
        elif page.src.endswith(".md"):
            quick = self._quick.page(page.src, page.text)
            if quick is not None:
                self._site.put(address, key, quick)
                return
            tasks.add(Task(page.src, page.text, key))
        else:
            self._site.put(address, key, page.text.encode())

    def _draw(self, page: Page) -> None:
        """The picture of a page, unless the one from before shows the same."""
        facts = facts_of(self._cards, page.text) if self._cards and page.src[-3:] == ".md" else None
        if facts is None:
            return
        address, key = card_of(page.src), key_of(facts)
        if self._site.is_there(address, key):
            self._site.take(address)
        else:
            self._site.put(address, key, draw(facts))

    def _stands(self, view: View, made: Made) -> bool:
        """Whether what is around a product's pages is as it was, and where their links lead."""
        return (
            self._before is not None
            and self._before.frame == self._frame
            and all(view.target(path) == target for path, target in made.asked.items())
        )

    def _key(self, src: str, text: str) -> str:
        """What a file of the tree becomes: a page also has what every page has around it."""
        return f"{self._frame} {text}" if src.endswith(".md") else text

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

    def _write_others(
        self, author: Mapping[str, Any], own: Mapping[str, bytes], uses: Iterable[str]
    ) -> None:
        """Our own scripts and styles, and the author's files that a page shows or links to."""
        made_of = self._made_of
        for src, data in own.items():
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


def _part(known: Made) -> Shelved:
    """What search has of a product."""
    return Shelved(
        known.groups, lambda: {html_of(src): shelf for src, shelf in known.pages.items()}
    )


def _is_page(address: str) -> bool:
    return address.endswith(".html")


def _put_index_aside(site: Path) -> Path:
    """Where the index of a site is that is built over, of which bundles can be moved."""
    index, aside = site / search.FOLDER, site / _OLD_INDEX
    shutil.rmtree(aside, ignore_errors=True)
    if index.is_dir() and not index.is_symlink():
        index.rename(aside)
    return aside


BUILDER = Builder(build=build, update=build, begin=begun_early)
