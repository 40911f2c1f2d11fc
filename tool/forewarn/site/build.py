"""From the catalogue to one audience's built site, making only what has changed since the last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
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
from forewarn.site.cards import card_of, draw, facts_of, key_of
from forewarn.site.fingerprint import Fingerprints, OwnFiles, asked, word
from forewarn.site.frame import latest
from forewarn.site.ingredients import Ingredients
from forewarn.site.own_files import own_files
from forewarn.site.quick_pages import QuickPages, has_usual_extensions
from forewarn.site.record import Made, Output, Record, Task, put
from forewarn.site.render import Frame, renderer
from forewarn.site.render_process import begun_early
from forewarn.site.slim import SlimPages
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
    """The paths of all pages and data files, and what else is known of them. No texts: too many."""

    srcs: dict[str, None] = field(default_factory=dict)
    products: dict[str, Made] = field(default_factory=dict)
    uses: set[str] = field(default_factory=set)


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
        self._old = before.folder if before else to
        self._intact = before.intact() if before else {}
        self._old_index = _put_index_aside(to) if spare else None
        self._spare = spare.outputs if spare else {}
        self._scratch = scratch
        self._slim = SlimPages(scratch / "slim")
        self._outputs: dict[str, Output] = {}
        self._folders: set[str] = set()
        self._frame = ""
        # The site's name where its pages have pictures of their facts.
        self._cards = ""

    def run(self) -> Record:
        """Build it; the record of it."""
        if not self._before:
            return self._run(None)
        begun = self._scratch / "index"
        begun.mkdir()
        with search.Ahead(self._to, self._old, begun) as ahead:
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
            config_file = tree.write_config(self._scratch, config)
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
            mkdocs = cache(lambda: stack.enter_context(renderer(config_file, srcs)))
            if not made.srcs.keys() >= {*named(nav)}:
                mkdocs()  # it says what is missing
            for address, output, page in tasks.rest(srcs, mkdocs):
                self._outputs[address] = output
                if page:
                    self._slim.pages[address] = page
            self._write_frame(lambda: tasks.frame(mkdocs))
        self._write_others(author, made.uses)
        self._write_sitemap(made.srcs)
        self._make_index(ahead)
        return Record(
            folder=self._to,
            outputs=self._outputs,
            products=made.products,
            frame=self._frame,
            frames=latest({**frames, **tasks.frames}),
        )

    def _make_index(self, ahead: search.Ahead | None) -> None:
        if self._old_index:
            self._remove_what_is_left()
        search.index(
            self._to,
            fingerprints=self._words_of_pages(),
            before=self._before.folder if self._before else None,
            spare=self._old_index,
            slim=self._slim,
            ahead=ahead,
        )
        if self._old_index:
            shutil.rmtree(self._old_index, ignore_errors=True)

    def _known(self, files: OwnFiles) -> dict[str, Grounds]:
        """What was asked for those products of which no file has changed since."""
        before = self._before.products if self._before else {}
        products = self._made_of.catalogue.products
        return {
            product: made.grounds
            for product, made in before.items()
            if product in products and made.files == files.of(product)
        }

    def _words_of_pages(self) -> dict[str, str]:
        return {a: output.sha for a, output in self._outputs.items() if a.endswith(".html")}

    def _make_pages(
        self, view: View, files: OwnFiles, tasks: Renderers, ahead: search.Ahead | None
    ) -> _Pages:
        """Every page of the site; those of a product only where something around it has changed.

        Raises:
            DataError: two page types make the same page.
        """
        made = _Pages()
        prints = Fingerprints(view, files)
        before = self._before.products if self._before else {}
        stand: list[str] = []
        with collected_in_steps() as collect:
            for product in sorted(view.catalogue.products):
                around = view.around(product)
                key = prints.of(around)
                known = before.get(product)
                if known is not None and known.key == key and self._stands(view, known):
                    stand += known.pages
                    made.srcs.update(dict.fromkeys(known.pages))
                    made.uses.update(known.uses)
                else:
                    known = self._make_product(around, product, key, made, tasks)
                    grounds = asked(view, product)
                    known = replace(known, files=files.of(product), grounds=grounds)
                made.products[product] = known
                view.brought[product] = known.brought
                del around
                collect()
            if ahead and self._before:
                self._begin_index(self._before, ahead, {html_of(src) for src in made.srcs}, stand)
            for src in stand:
                self._keep(html_of(src))
                if self._cards and card_of(src) in self._intact:
                    self._keep(card_of(src))
            for page in pages.site_pages(view):
                self._take(page, word(page.text), made, tasks)
        # What was asked for meanwhile, of some products only, is kept as well.
        made.products = {
            product: known
            if known.brought is view.brought[product]
            else replace(known, brought=view.brought[product])
            for product, known in made.products.items()
        }
        return made

    def _begin_index(
        self, before: Record, ahead: search.Ahead, there: set[str], stand: Iterable[str]
    ) -> None:
        """Begin what follows for the index from the pages of all products, which are `there`.

        Those that `stand` are to be taken from the site before.
        """
        words = self._words_of_pages()
        written = {*words}
        kept = ((address, self._intact[address]) for address in map(html_of, stand))
        words.update((address, output.sha) for address, output in kept if address[-5:] == ".html")
        made = before.products.values()
        gone = {html_of(src) for known in made for src in known.pages} - there
        # What somebody has edited in the site before is not what it was.
        edited = before.outputs.keys() - self._intact.keys() - gone
        awaited = {a for a in there | edited if a.endswith(".html")} - words.keys()
        ahead.begin(words, made=written, gone=gone, awaited=awaited)

    def _make_product(
        self, around: View, product: str, key: str, made: _Pages, tasks: Renderers
    ) -> Made:
        words = {}
        uses: set[str] = set()
        for page in pages.product_pages(around, product):
            words[page.src] = word(page.text)
            uses |= page.uses
            self._take(page, words[page.src], made, tasks)
        brought = pages.brought_by(around, product)
        return Made(
            key=key,
            asked=dict(around.asked),
            pages=words,
            uses=tuple(sorted(uses)),
            brought=brought,
        )

    def _take(self, page: Page, text: str, made: _Pages, tasks: Renderers) -> None:
        """Keep a page for the renderer, and write a data file at once; `text` is its word."""
        if page.src in made.srcs:
            raise made_twice(page.src)
        made.srcs[page.src] = None
        made.uses |= page.uses
        self._draw(page)
        address, key = html_of(page.src), self._key(page.src, text)
        if self._is_there(address, key):
            self._keep(address)
        elif page.src.endswith(".md"):
            quick = self._quick.page(page.src, page.text)
            if quick is not None:
                self._put(address, key, quick)
                return
            tasks.add(Task(page.src, page.text, key))
        else:
            self._put(address, key, page.text.encode())

    def _draw(self, page: Page) -> None:
        """The picture of a page, unless the one from before shows the same."""
        facts = facts_of(self._cards, page.text) if self._cards and page.src[-3:] == ".md" else None
        if facts is None:
            return
        address, key = card_of(page.src), key_of(facts)
        if self._is_there(address, key):
            self._keep(address)
        else:
            self._put(address, key, draw(facts))

    def _stands(self, view: View, made: Made) -> bool:
        """Whether a product's pages are there, and their links lead where they led."""
        return all(view.target(path) == target for path, target in made.asked.items()) and all(
            self._is_there(html_of(src), self._key(src, text))
            and (not self._cards or src[-3:] != ".md" or card_of(src) in self._intact)
            for src, text in made.pages.items()
        )

    def _key(self, src: str, text: str) -> str:
        """What a file of the tree becomes: a page also has what every page has around it."""
        return f"{self._frame} {text}" if src.endswith(".md") else text

    def _is_there(self, address: str, key: str) -> bool:
        output = self._intact.get(address)
        return output is not None and output.key == key

    def _write_frame(self, make: Callable[[], Frame]) -> None:
        """The theme's files, and its pages that belong to none of ours."""
        key = f"frame {self._frame}"
        outputs = self._before.outputs if self._before else {}
        there = [address for address, output in outputs.items() if output.key == key]
        if there and self._intact.keys() >= {*there}:
            for address in there:
                self._keep(address)
            return
        theme, pages = make()
        for address, source in theme.items():
            self._put(address, key, source.read_bytes())
        for address, data in pages.items():
            self._put(address, key, data)

    def _write_others(self, author: Mapping[str, Any], uses: Iterable[str]) -> None:
        """Our own scripts and styles, and the author's files that a page shows or links to."""
        made_of = self._made_of
        for src, data in own_files(self._made_of.audience).items():
            self._put(src, word(data), data)
        for src in sorted(uses):
            data = made_of.attachments.read(src, made_of.audience)
            self._put(src, word(data), data)
        for src in tree.theme_files(made_of.attachments, author):
            data = made_of.attachments.read(f"{attachments.KB}/{src}", made_of.audience)
            self._put(src, word(data), data)

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
        self._put(_SITEMAP, word(text), text.encode())

    def _put(self, address: str, key: str, data: bytes) -> None:
        if self._is_there(address, key):
            self._keep(address)
            return
        self._outputs[address] = put(f"{self._to}/{address}", key, data)

    def _keep(self, address: str) -> None:
        """Take a file from the site before. Files of a site are never written again."""
        wanted, spare = self._intact[address], self._spare.get(address)
        source, target = f"{self._old}/{address}", f"{self._to}/{address}"
        if spare is not None and spare.sha == wanted.sha and spare.is_at(target):
            self._outputs[address] = spare._replace(key=wanted.key)
            return
        self._make_folder(address)
        if self._old_index:
            Path(target).unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        self._outputs[address] = wanted

    def _make_folder(self, address: str) -> None:
        folder = f"{self._to}/{address}".rpartition("/")[0]
        if folder not in self._folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)

    def _remove_what_is_left(self) -> None:
        """Of the site that was built over, what this one does not have, whoever has put it there.

        Only now, when the first process would wait for the index anyway.
        """
        top = f"{self._to}/"
        for place, folders, names in os.walk(self._to):
            below = f"{place}/"[len(top) :]
            if not below:
                folders[:] = [name for name in folders if name != _OLD_INDEX]
            for name in names:
                if below + name not in self._outputs:
                    self._remove(self._to / below / name)

    def _remove(self, path: Path) -> None:
        path.unlink()
        for folder in path.parents:
            if folder == self._to or any(folder.iterdir()):
                break
            folder.rmdir()


def _put_index_aside(site: Path) -> Path:
    """Where the index of a site is that is built over, of which bundles can be moved."""
    index, aside = site / search.FOLDER, site / _OLD_INDEX
    shutil.rmtree(aside, ignore_errors=True)
    if index.is_dir() and not index.is_symlink():
        index.rename(aside)
    return aside


BUILDER = Builder(build=build, update=build, begin=begun_early)
