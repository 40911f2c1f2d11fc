"""Pages as they are made: taken from the site before, written, or kept for those who render."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from forewarn.frozen import dataclass
from forewarn.pages.page_types import made_twice
from forewarn.pages.view.paths import html_of
from forewarn.pages.view.view import Page
from forewarn.site.cards import card_of, draw, facts_of, key_of
from forewarn.site.fingerprint import word
from forewarn.site.quick_pages import QuickPages
from forewarn.site.record import Made, Task
from forewarn.site.site_tree import SiteTree
from forewarn.site.workers import Renderers


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """How the pages of a site look: the word of their `frame`, and what makes those that are quick.

    `cards` is the site's name where its pages have pictures of their facts, or "".
    """

    frame: str
    quick: QuickPages
    cards: str

    def key(self, src: str, text: str) -> str:
        """What a file of the tree becomes: a page also has what every page has around it."""
        return f"{self.frame} {text}" if src.endswith(".md") else text


class Taker:
    """Takes the pages of a site one by one, and knows afterwards what there is. No texts: too many.

    `srcs` are the paths of all of them, and `uses` are as in `Page`. Those that are `together`
    were made of the same, and some of them are `there` already.
    """

    def __init__(self, site: SiteTree, look: Appearance, tasks: Renderers) -> None:
        self._site = site
        self._look = look
        self._tasks = tasks
        self.srcs: dict[str, None] = {}
        self.uses: set[str] = set()
        self.together: dict[str, list[str]] = defaultdict(list)
        self.there: Mapping[str, tuple[str, ...]] = {}

    def take(self, page: Page) -> None:
        """Take a page or a data file.

        Raises:
            DataError: there is one of that path already.
        """
        if page.src in self.srcs:
            raise made_twice(page.src)
        self.srcs[page.src] = None
        self.uses |= page.uses
        address = html_of(page.src)
        if page.of:
            self.together[page.of].append(page.src)
        if page.src in self.there.get(page.of, ()):
            self._site.take(address)
            return
        self._draw(page)
        key = self._look.key(page.src, word(page.text))
        if self._site.is_there(address, key):
            self._site.take(address)
        elif page.src.endswith(".md"):
            quick = self._look.quick.page(page.src, page.text)
            if quick is not None:
                self._site.put(address, key, quick)
                return
            self._tasks.add(Task(page.src, page.text, key))
        else:
            self._site.put(address, key, page.text.encode())

    def take_all_of(self, product: str, made: Made) -> None:
        """Take all pages of a product, which stand as they are."""
        self.srcs.update(dict.fromkeys(made.pages))
        self.uses.update(made.uses)
        self._site.take_all_of(product)

    def addresses(self, srcs: Iterable[str]) -> Iterator[str]:
        """The files that were made from these."""
        for src in srcs:
            yield html_of(src)
            if self._look.cards and card_of(src) in self._site.outputs:
                yield card_of(src)

    def _draw(self, page: Page) -> None:
        """The picture of a page, unless the one from before shows the same."""
        cards = self._look.cards
        facts = facts_of(cards, page.text) if cards and page.src.endswith(".md") else None
        if facts is None:
            return
        address, key = card_of(page.src), key_of(facts)
        if self._site.is_there(address, key):
            self._site.take(address)
        else:
            self._site.put(address, key, draw(facts))
