"""What an audience may see: the one place where that is decided.

`visible` is an allow-list. Whatever builds pages, feeds or an index gets only what comes out
of it, and so cannot leak what did not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from forewarn.model.article import Article
from forewarn.model.catalogue import Catalogue, ReleaseKey
from forewarn.model.record import Audience, Inspection
from forewarn.model.release import Release, Statement, Withdrawal
from forewarn.model.version import VersionRange

_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]\n]*)\]\((?P<target>[^)\s]+)(?P<title>[^)\n]*)\)")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_ARTICLE_MENTION = re.compile(r"\s*\(?\b(kb/[a-z0-9._/-]+\.md)\b\)?")


def visible(catalogue: Catalogue, audience: Audience) -> Catalogue:
    """The part of a catalogue that `audience` may see; staff see all of it.

    For the public, releases under embargo, staff files, staff statements and briefings are
    absent; so are the names of people, how something was verified, comments in Markdown, links
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
        products={
            key: replace(p, lockstep=tuple(other for other in p.lockstep if other in products))
            for key, p in products.items()
        },
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

    def release(self, release: Release) -> Release:
        return replace(
            release,
            withdrawn=self._withdrawal(release),
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
            owner=None,
            verified=_anonymous(article.verified),
            applies=self._ranges(article.applies),
            fixed_in=self._ranges(article.fixed_in),
            contingency=self._text(article.contingency),
            body=self._body(article.body, article.path),
        )

    def _withdrawal(self, release: Release) -> Withdrawal | None:
        if release.withdrawn is None or release.withdrawn.replacement is None:
            return release.withdrawn
        if (release.product, release.withdrawn.replacement) in self._shown:
            return release.withdrawn
        return replace(release.withdrawn, replacement=None)

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
        for code, part in _split_code(text):
            if code:
                parts.append(part)
                continue
            prose = _LINK.sub(rewrite, _COMMENT.sub("", part))
            parts.append(self._text(prose) or "")
        return "".join(parts)

    def _is_public(self, path: str) -> bool:
        return path in self._files or not path.endswith(".md")


def _anonymous(tag: Inspection | None) -> Inspection | None:
    """Customers learn that and when something was verified; who and how stay inside."""
    return replace(tag, by="", how=None) if tag else None


def _split_code(text: str) -> Iterator[tuple[bool, str]]:
    """Cut Markdown into prose and fenced code, in order; joined, the parts are the text."""
    part: list[str] = []
    fence: str | None = None
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if fence is None and match:
            yield False, "".join(part)
            part, fence = [line], match.group(1)
        elif fence is not None and match and match.group(1).startswith(fence):
            part.append(line)
            yield True, "".join(part)
            part, fence = [], None
        else:
            part.append(line)
    yield fence is not None, "".join(part)
