"""What an audience may see: the one place where that is decided.

`visible` is an allow-list. Whatever builds pages, feeds or an index gets only what comes out
of it, and so cannot leak what did not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue, ReleaseKey
from forewarn.model.product import Product
from forewarn.model.prose import split_code, without_comments
from forewarn.model.record import Audience, Inspection, Support
from forewarn.model.release import Release, Statement, Status, Transition, Withdrawal
from forewarn.model.version import VersionRange

# The lengths are bounded: a body of a megabyte must not be searched to its end from each bracket.
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\[\]\n]{0,500}+)\]"
    r"\((?P<target>[^)\s]{1,500}+)(?P<title>[^)\n]{0,500}+)\)"
)
_ARTICLE_MENTION = re.compile(r"\s?\(?\b(kb/[a-z0-9._/-]{1,200}\.md)\b\)?")


def visible(catalogue: Catalogue, audience: Audience) -> Catalogue:
    """The part of a catalogue that `audience` may see; staff see all of it.

    For the public, releases under embargo, staff files, staff statements and briefings are
    absent; so are the names of people, how something was verified, what happened to a release
    before it shipped, the members of a suite that are not shown, comments in Markdown, links
    to what is absent, and ranges that would name an embargoed version.
    """
    if audience is Audience.STAFF:
        return catalogue
    products = {
        key: replace(product, owner=None, watch=())
        for key, product in catalogue.products.items()
        if product.audience is Audience.PUBLIC
    }
    shown = {
        key: release
        for key, release in catalogue.releases.items()
        if release.product in products
        and release.audience is Audience.PUBLIC
        and not release.embargoed
    }
    public_articles = {
        path: article
        for path, article in catalogue.articles.items()
        if article.audience is Audience.PUBLIC
    }
    filter_ = _PublicFilter(catalogue, shown, public_articles)
    return Catalogue(
        products={key: filter_.product(product, products) for key, product in products.items()},
        releases={key: filter_.release(release) for key, release in shown.items()},
        articles={path: filter_.article(article) for path, article in public_articles.items()},
        schemes={key: catalogue.schemes[key] for key in products},
    )


class _PublicFilter:
    def __init__(
        self,
        everything: Catalogue,
        shown: Mapping[ReleaseKey, Release],
        articles: Mapping[str, Article],
    ) -> None:
        self._everything = everything
        self._shown = shown
        self._articles = articles
        self._files = {release.place.file for release in shown.values()} | articles.keys()

    def product(self, product: Product, shown: Mapping[str, Product]) -> Product:
        return replace(
            product,
            description=self._text(product.description),
            lockstep=tuple(other for other in product.lockstep if other in shown),
            support={track: self._support(support) for track, support in product.support.items()},
        )

    def release(self, release: Release) -> Release:
        return replace(
            release,
            withdrawn=self._withdrawal(release.product, release.withdrawn),
            history=self._history(release),
            contains=tuple(m for m in release.contains if self._shows(m.product, m.version)),
            support=self._support(release.support) if release.support else None,
            compatibility=tuple(
                replace(
                    statement,
                    remedy=self._text(statement.remedy),
                    about=self._text(statement.about),
                    limits=self._text(statement.limits),
                    verified=_anonymous(statement.verified),
                )
                for statement in release.compatibility
                if self._may_state(statement)
            ),
            notes=self._body(release.notes, release.place.file),
        )

    def article(self, article: Article) -> Article:
        return replace(
            article,
            title=self._text(article.title) or "",
            owner=None,
            verified=_anonymous(article.verified),
            applies=self._ranges(article.applies),
            fixed_in=self._ranges(article.fixed_in),
            contingency=self._text(article.contingency),
            body=self._body(article.body, article.path),
        )

    def _withdrawal(self, product: str, taken_back: Withdrawal | None) -> Withdrawal | None:
        if taken_back is None:
            return None
        instead = taken_back.replacement
        return replace(
            taken_back,
            reason=self._text(taken_back.reason) or "",
            replacement=instead if instead and self._shows(product, instead) else None,
        )

    def _shows(self, product: str, version: str) -> bool:
        named = self._everything.find_release(product, version)
        return named is not None and (product, named.version) in self._shown

    def _history(self, release: Release) -> tuple[Transition, ...]:
        """What customers saw happen: shipping and withdrawing, without who recorded it when."""
        return tuple(
            replace(
                step,
                at=None,
                by=None,
                reason=self._text(step.reason),
                withdrawn=self._withdrawal(release.product, step.withdrawn),
            )
            for step in release.history
            if step.to in (Status.SHIPPED, Status.WITHDRAWN)
        )

    def _support(self, support: Support) -> Support:
        return replace(
            support,
            reason=self._text(support.reason),
            earlier=tuple(self._support(decision) for decision in support.earlier),
        )

    def _may_state(self, statement: Statement) -> bool:
        return statement.audience is Audience.PUBLIC and self._may_range(
            statement.partner, statement.versions
        )

    def _ranges(self, ranges: Mapping[str, VersionRange]) -> dict[str, VersionRange]:
        return {
            product: versions
            for product, versions in ranges.items()
            if self._may_range(product, versions)
        }

    def _may_range(self, product: str, versions: VersionRange) -> bool:
        record = self._everything.products.get(product)
        if record is None or record.audience is Audience.STAFF:
            return False
        for comparator in versions.comparators:
            named = self._everything.find_release(product, comparator.version)
            if named and (product, named.version) not in self._shown:
                return False
        return True

    def _text(self, text: str | None) -> str | None:
        """One line of a record: a mention of an article that is not public goes."""
        if text is None:
            return None
        return _ARTICLE_MENTION.sub(
            lambda match: match.group(0) if match.group(1) in self._articles else "", text
        )

    def _body(self, text: str, file: str) -> str:
        """A Markdown body: comments go, and links to what is not public become plain text."""
        folder = posixpath.dirname(file)

        def rewrite(match: re.Match[str]) -> str:
            target = match.group("target").split("#")[0]
            if not target or "://" in target or target.startswith("mailto:"):
                return match.group(0)
            if not target.endswith(".md") and match.group("image"):
                return match.group(0)
            path = posixpath.normpath(posixpath.join(folder, target))
            return match.group(0) if self._is_public(path) else match.group("text")

        parts = []
        for code, part in split_code(without_comments(text)):
            if code:
                parts.append(_ARTICLE_MENTION.sub(self._without_staff_names, part))
            else:
                parts.append(self._text(_LINK.sub(rewrite, part)) or "")
        return "".join(parts)

    def _without_staff_names(self, match: re.Match[str]) -> str:
        """In code, a path is often an example; only the name of a staff article goes."""
        path = match.group(1)
        hidden = path in self._everything.articles and path not in self._articles
        return "" if hidden else match.group(0)

    def _is_public(self, path: str) -> bool:
        return path in self._files or not path.endswith(".md")


def _anonymous(tag: Inspection | None) -> Inspection | None:
    """Customers learn that and when something was verified; who and how stay inside."""
    return replace(tag, by="", how=None) if tag else None
