"""What an audience may see: the one place where that is decided.

`visible` is an allow-list. Whatever builds pages, feeds or an index gets only what comes out
of it, and so cannot leak what did not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue
from forewarn.model.product import Alias, Product
from forewarn.model.public_text import PublicText
from forewarn.model.record import Audience, Inspection, Support
from forewarn.model.release import (
    HoldsUntil,
    Release,
    Statement,
    Status,
    Transition,
    Withdrawal,
)
from forewarn.model.shelf import Directory, Lazy, ReleaseKey, Shelf
from forewarn.model.tracks import falls_under
from forewarn.model.versions.version import VersionRange


class Grounds(NamedTuple):
    """On what it hangs what customers may see of a product, beside its own files.

    `answers` are the questions that were asked of other records to find it out, each with what
    was answered; `partners` are the products over whose versions it is seen to state something.
    """

    answers: Mapping[tuple[str, ...], bool]
    partners: tuple[str, ...]


def visible(
    catalogue: Catalogue, audience: Audience, known: Mapping[str, Grounds] | None = None
) -> Catalogue:
    """The part of a catalogue that `audience` may see; staff see all of it.

    `known` may have what was asked of products whose own files are as they were then.

    For the public, releases under embargo, staff files, staff statements and briefings are
    absent; so are the names of people, how something was verified, what happened to a release
    before it shipped, the members of a suite that are not shown, comments in Markdown, links
    to what is absent, and ranges that would name an embargoed version.
    """
    if audience is Audience.STAFF:
        return catalogue
    products = dict.fromkeys(
        key for key in catalogue.products if catalogue.audience_of(key) is Audience.PUBLIC
    )
    articles = dict.fromkeys(
        path for path, article in catalogue.articles.items() if article.audience is Audience.PUBLIC
    )
    filter_ = _PublicFilter(catalogue, products, articles)
    directory = _PublicDirectory(catalogue, filter_)
    return Catalogue(
        products=directory,
        releases=PublicShelf(catalogue.shelf, filter_, directory, known or {}),
        articles=Lazy(articles, lambda path: filter_.article(catalogue.articles[path])),
        schemes=Lazy(products, lambda key: catalogue.schemes[key]),
    )


def announced_by(catalogue: Catalogue, today: date) -> Catalogue:
    """The catalogue as of `today`: what is to be announced later is not announced yet."""
    shelf = catalogue.shelf
    keys = ((product, v) for product in catalogue.products for v in shelf.announced(product))
    return catalogue.with_releases(
        {
            key: replace(shelf[key], announced_at=None)
            for key in keys
            if (day := shelf[key].announced_at) and day > today
        }
    )


class _PublicFilter:
    def __init__(
        self,
        everything: Catalogue,
        products: Collection[str],
        articles: Collection[str],
    ) -> None:
        self._everything = everything
        self.products = products
        self._prose = PublicText(everything, products, articles, self.shows, self._note)
        self._asked: dict[str, dict[tuple[str, ...], bool]] = {}
        self._about: str | None = None

    def asked(self, product: str) -> Mapping[tuple[str, ...], bool]:
        """What was asked of other records so far, for what customers may see of a product."""
        return self._asked.get(product, {})

    def answer(self, question: tuple[str, ...]) -> bool:
        """What is answered to a question that was asked once."""
        about, *names = question
        match about:
            case "public":
                return names[0] in self.products
            case "kept back":
                return self._hides_release(names[0], names[1])
            case "shown":
                return self._shows(names[0], names[1])
        return self._prose.answer(about, names[0])

    @contextmanager
    def _for(self, product: str) -> Iterator[None]:
        before, self._about = self._about, product
        try:
            yield
        finally:
            self._about = before

    def _note(self, question: tuple[str, ...], answer: bool) -> None:
        if self._about is not None:
            self._asked.setdefault(self._about, {})[question] = answer

    def _ask(self, *question: str) -> bool:
        found = self.answer(question)
        self._note(question, found)
        return found

    def shows(self, release: Release) -> bool:
        """Whether customers may know of a release."""
        return release.product in self.products and not release.inside

    def product(self, product: Product) -> Product:
        """What customers may know of a product that they may know of; so do the following."""
        with self._for(product.id):
            return self._product(product)

    def _product(self, product: Product) -> Product:
        product = replace(product, owner=None, watch=())
        tracks = tuple(filter(self._shows_track(product.id), product.tracks))
        return replace(
            product,
            tracks=tracks,
            description=self._prose.line(product.description),
            homepage="".join(self._prose.addresses((product.homepage or "",))) or None,
            references=self._prose.addresses(product.references),
            lockstep=tuple(other for other in product.lockstep if self._ask("public", other)),
            aliases=tuple(a for a in product.aliases if self._shows_alias(product.id, tracks, a)),
            purls=(),
            spellings=(),
            support={
                track: self._support(support)
                for track, support in product.support.items()
                if track in tracks
            },
        )

    def _shows_alias(self, product: str, tracks: Collection[str], alias: Alias) -> bool:
        """Whether customers may know of an alias: not of one for a line that they do not see."""
        if alias.line is None or alias.line in tracks:
            return True
        shelf, scheme = self._everything.shelf, self._everything.schemes[product]
        inside = frozenset(shelf.inside(product))
        return any(
            version not in inside and falls_under(version, alias.line, scheme)
            for version in shelf.versions_of(product)
        )

    def _shows_track(self, product: str) -> Callable[[str], bool]:
        """Whether customers may know of a track: not one that is there for what they may not."""
        shelf = self._everything.shelf
        inside = frozenset(shelf.inside(product))

        def shows(track: str) -> bool:
            return not (used := shelf.versions_of(product, track)) or not inside.issuperset(used)

        return shows if inside else lambda track: True

    def release(self, release: Release) -> Release:
        """What customers may know of a release."""
        with self._for(release.product):
            return self._release(release)

    def _release(self, release: Release) -> Release:
        contains = tuple(m for m in release.contains if self._ask("shown", m.product, m.version))
        return _with(
            release,
            spellings=(),
            withdrawn=self._withdrawal(release.product, release.withdrawn),
            # What was planned of what has shipped is how well somebody planned.
            planned_for=None if release.released_at else release.planned_for,
            history=self._history(release),
            contains=contains,
            references=self._prose.addresses(release.references),
            holds_more=len(contains) < len(release.contains),
            support=self._support(release.support) if release.support else None,
            compatibility=tuple(
                replace(
                    statement,
                    remedy=self._prose.line(statement.remedy),
                    about=self._prose.line(statement.about),
                    limits=self._prose.line(statement.limits),
                    references=self._prose.addresses(statement.references),
                    verified=_anonymous(statement.verified),
                    holds_until=self._holds_until(statement.holds_until),
                )
                for statement in release.compatibility
                if self.may_state(statement)
            ),
            notes=self._prose.body(release.notes, release.place.file),
        )

    def article(self, article: Article) -> Article:
        return replace(
            article,
            title=self._prose.line(article.title) or "",
            owner=None,
            verified=_anonymous(article.verified),
            applies=self._ranges(article.applies),
            fixed_in=self._ranges(article.fixed_in),
            contingency=self._prose.line(article.contingency),
            body=self._prose.body(article.body, article.path),
        )

    def _withdrawal(self, product: str, taken_back: Withdrawal | None) -> Withdrawal | None:
        if taken_back is None:
            return None
        instead = taken_back.replacement
        return replace(
            taken_back,
            reason=self._prose.line(taken_back.reason) or "",
            replacement=instead if instead and self._ask("shown", product, instead) else None,
        )

    def _shows(self, product: str, version: str) -> bool:
        named = self._everything.find_release(product, version)
        return named is not None and self.shows(named)

    def _history(self, release: Release) -> tuple[Transition, ...]:
        """What customers saw happen: shipping and withdrawing, without who recorded it when."""
        seen = tuple(
            replace(
                step,
                at=None,
                by=None,
                reason=self._prose.line(step.reason),
                withdrawn=self._withdrawal(release.product, step.withdrawn),
            )
            for step in release.history
            if step.to in (Status.SHIPPED, Status.WITHDRAWN)
        )
        # That it shipped is said by its date; that somebody recorded the step says nothing more.
        return seen if len(seen) > 1 else ()

    def _support(self, support: Support) -> Support:
        return replace(
            support,
            reason=self._prose.line(support.reason),
            earlier=tuple(self._support(decision) for decision in support.earlier),
        )

    def partners(self, product: str, stated: Iterable[Statement]) -> set[str]:
        """The products of which customers may know that a product states this of them."""
        with self._for(product):
            return {statement.partner for statement in stated if self.may_state(statement)}

    def may_state(self, statement: Statement) -> bool:
        """Whether customers may know of a statement of a release that is shown."""
        holds = statement.holds_until
        return (
            statement.audience is Audience.PUBLIC
            and self._may_range(statement.partner, statement.versions)
            and not (
                holds and holds.version and self._ask("kept back", statement.partner, holds.version)
            )
        )

    def _holds_until(self, holds: HoldsUntil | None) -> HoldsUntil | None:
        return replace(holds, reason=self._prose.line(holds.reason)) if holds else None

    def _ranges(self, ranges: Mapping[str, VersionRange]) -> dict[str, VersionRange]:
        return {
            product: versions
            for product, versions in ranges.items()
            if self._may_range(product, versions)
        }

    def _may_range(self, product: str, versions: VersionRange) -> bool:
        return self._ask("public", product) and not any(
            self._ask("kept back", product, c.version) for c in versions.comparators
        )

    def _hides_release(self, product: str, version: str) -> bool:
        if product in self.products and not self._everything.shelf.inside(product):
            return False
        named = self._everything.find_release(product, version)
        return named is not None and not self.shows(named)


class _PublicDirectory(Lazy[str, Product], Directory):
    """What the public may see of the products that it may know of."""

    def __init__(self, everything: Catalogue, filter_: _PublicFilter) -> None:
        super().__init__(
            filter_.products, lambda product: filter_.product(everything.products[product])
        )
        self._everything = everything

    def name_of(self, product: str) -> str:
        return self._everything.name_of(product)

    def aliases_of(self, product: str) -> tuple[Alias, ...]:
        return self[product].aliases

    def audience_of(self, product: str) -> Audience:
        return Audience.PUBLIC


class PublicShelf(Shelf):
    """What the public may see of the releases that stand on a shelf."""

    def __init__(
        self,
        shelf: Shelf,
        filter_: _PublicFilter,
        directory: Mapping[str, Product],
        known: Mapping[str, Grounds],
    ) -> None:
        self._shelf = shelf
        self._filter = filter_
        self._directory = directory
        self._known = {
            product: asked
            for product, asked in known.items()
            if all(filter_.answer(question) is found for question, found in asked.answers.items())
        }
        self._shown: dict[str, frozenset[str]] = {}
        self._made: dict[ReleaseKey, Release] = {}
        self._ordered: dict[tuple[str, str | None], Sequence[str]] = {}

    def asked(self, product: str) -> Grounds:
        """On what it hangs what is seen of a product; where that is known, nothing is made."""
        if product not in self._known:
            partners = tuple(sorted(self.partners_of(product)))
            self.releases_of(product)
            self._directory[product]
            self._known[product] = Grounds({**self._filter.asked(product)}, partners)
        return self._known[product]

    def _versions(self, product: str) -> frozenset[str]:
        if product not in self._shown:
            public = product in self._filter.products
            found = self._shelf.versions_of(product) if public else ()
            self._shown[product] = frozenset(found).difference(self._shelf.inside(product))
        return self._shown[product]

    def __getitem__(self, key: ReleaseKey) -> Release:
        made = self._made.get(key)
        if made is None:
            if key not in self:
                raise KeyError(key)
            made = self._made[key] = self._filter.release(self._shelf[key])
        return made

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key[1] in self._versions(key[0])

    def __iter__(self) -> Iterator[ReleaseKey]:
        products = self._filter.products
        return ((product, v) for product in products for v in self.versions_of(product))

    def __len__(self) -> int:
        return sum(len(self._versions(product)) for product in self._filter.products)

    def versions_of(self, product: str, track: str | None = None) -> Sequence[str]:
        if (product, track) not in self._ordered:
            shown = self._versions(product)
            found = tuple(v for v in self._shelf.versions_of(product, track) if v in shown)
            self._ordered[product, track] = found
        return self._ordered[product, track]

    def with_downloads(self, product: str) -> Sequence[str]:
        shown = self._versions(product)
        return [v for v in self._shelf.with_downloads(product) if v in shown]

    def with_support(self, product: str) -> Collection[str]:
        shown = self._versions(product)
        return [v for v in self._shelf.with_support(product) if v in shown]

    def inside(self, product: str) -> Collection[str]:
        return ()

    def announced(self, product: str) -> Collection[str]:
        shown = self._versions(product)
        return [v for v in self._shelf.announced(product) if v in shown]

    def suites(self) -> Collection[str]:
        return {
            product
            for product in self._shelf.suites()
            if any(release.contains for release in self.releases_of(product))
        }

    def partners_of(self, product: str) -> Collection[str]:
        if product in self._known:
            return self._known[product].partners
        if not self._shelf.partners_of(product):
            return ()
        shown = filter(self._filter.shows, self._shelf.releases_of(product))
        stated = (s for release in shown for s in release.compatibility)
        return self._filter.partners(product, stated)


def _with(release: Release, **changes: Any) -> Release:
    """A release with other values; itself, where they are what it has already."""
    same = all(getattr(release, name) == value for name, value in changes.items())
    return release if same else replace(release, **changes)


def _anonymous(tag: Inspection | None) -> Inspection | None:
    """Customers learn that and when something was verified; who and how stay inside."""
    return replace(tag, by="", how=None) if tag else None
