"""Records that went from one commit to another, and where they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property

from forewarn.frozen import dataclass
from forewarn.model.article import Article, Kind
from forewarn.model.catalogue import Catalogue
from forewarn.model.file_names import address
from forewarn.model.record import Place
from forewarn.model.release import Release, product_path
from forewarn.model.shelf import ReleaseKey
from forewarn.model.visible import folded

_NOWHERE = Place(file="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """What the commits between two catalogues say, and the catalogues cannot.

    `renamed` maps a file that went to the one that Git takes for its successor, `reasons` a file
    to what somebody wrote about why, `commits` a file that went to the commit that took it away.
    `unread_before` and `unread_after` are the files that were there and could not be read.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    commits: Mapping[str, str] = field(default_factory=dict)
    unread_before: frozenset[str] = frozenset()
    unread_after: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Moves:
    """The releases of some products that went and came between two catalogues.

    Each is paired where that is sure.
    """

    before: Catalogue
    after: Catalogue
    log: Log
    among: Collection[str]

    @cached_property
    def gone(self) -> tuple[Release, ...]:
        """The releases whose record is not there any more, by product and version.

        A record that is there and cannot be read has not gone.
        """
        return tuple(
            self.before.releases[key]
            for key in self._missing(self.before, self.after)
            if _readable(self.before.releases[key], self.log.unread_after)
        )

    @cached_property
    def came(self) -> tuple[Release, ...]:
        """The releases whose record was not there before, by product and version."""
        return tuple(
            self.after.releases[key]
            for key in self._missing(self.after, self.before)
            if _readable(self.after.releases[key], self.log.unread_before)
        )

    @cached_property
    def pairs(self) -> Mapping[ReleaseKey, Release]:
        """For a release that went, by its key, the one that it is now."""
        found: dict[ReleaseKey, Release] = {}
        taken: set[ReleaseKey] = set()
        if not self.gone or not self.came:
            return found
        # Git's word comes first: two records may be alike, and only one of them was renamed.
        for look in (self._by_git, self._by_content, self._by_folder):
            for old in self.gone:
                if _key(old) not in found:
                    new = next((r for r in look(old) if _key(r) not in taken), None)
                    if new:
                        found[_key(old)] = new
                        taken.add(_key(new))
        return found

    @cached_property
    def successors(self) -> frozenset[ReleaseKey]:
        """The keys of the releases that others are now."""
        return frozenset(map(_key, self.pairs.values()))

    @cached_property
    def products(self) -> Mapping[str, str]:
        """For a product that went, the id that it has now."""
        return {
            product: new.product
            for (product, version), new in self.pairs.items()
            if product not in self.after.products
            and new.product not in self.before.products
            and new.version == version
        }

    def perhaps(self, old: Release) -> tuple[Release, ...]:
        """What may have to do with a release that went and is nothing else for sure."""
        by_git = [r for r in self.came if r.place.file == self.log.renamed.get(old.place.file)]
        there = self.after.with_downloads(old.product) if self._stays(old) else ()
        alike = [r for r in there if not _tokens(r).isdisjoint(_tokens(old))]
        return tuple({_key(r): r for r in (*by_git, *alike)}.values())

    def _missing(self, ours: Catalogue, theirs: Catalogue) -> Iterator[ReleaseKey]:
        for product in sorted(self.among):
            if product in ours.products:
                there = set(theirs.versions_of(product)) if product in theirs.products else set()
                versions = sorted(ours.versions_of(product))
                yield from ((product, v) for v in versions if v not in there)

    def _stays(self, old: Release) -> bool:
        return old.product in self.after.products

    def _by_git(self, old: Release) -> Iterator[Release]:
        path = self.log.renamed.get(old.place.file)
        return (r for r in self.came if r.place.file == path and _is_same(old, r))

    def _by_content(self, old: Release) -> Iterator[Release]:
        near = {_key(r): r for token in _tokens(old) for r in self._index.get(token, ())}
        for new in near.values():
            copied = new.product == old.product or not self._stays(old)
            if _has_same_download(old, new) or (copied and _is_copy(old, new)):
                yield new

    @cached_property
    def _index(self) -> Mapping[object, list[Release]]:
        """The releases that came, by what they may have in common with one that went."""
        found: dict[object, list[Release]] = {}
        for release in self.came:
            for token in _tokens(release):
                found.setdefault(token, []).append(release)
        return found

    def _by_folder(self, old: Release) -> Iterator[Release]:
        """The same version in the folder that the product's own file was renamed to."""
        path = self.log.renamed.get(product_path(old.product))
        if path:
            key = path.split("/")[1], old.version
            new = self.after.releases.get(key)
            if new and key not in self.before.releases:
                yield new


def issue_moves(before: Catalogue, after: Catalogue, log: Log) -> dict[str, Article]:
    """For a known issue in another file than before, by its new path, what it was."""
    gone = [a for a in before.known_issues if a.path not in after.articles]
    came = [a for a in after.known_issues if a.path not in before.articles]
    found: dict[str, Article] = {}
    for new in came:
        old = next((a for a in gone if _is_same_issue(a, new, log)), None)
        if old:
            gone.remove(old)
            found[new.path] = old
    return found


def issues_gone(
    before: Catalogue, after: Catalogue, moved: Mapping[str, Article], log: Log
) -> Iterator[Article]:
    """The known issues that were open and are no more, or are no known issue any more.

    That somebody tidies away one that is fixed takes nothing back.
    """
    elsewhere = {article.path for article in moved.values()}
    for issue in before.known_issues:
        now = after.articles.get(issue.path)
        if issue.path in elsewhere or issue.path in log.unread_after:
            continue
        stays = now is not None and now.kind is Kind.KNOWN_ISSUE
        if not stays and not before.is_fixed(issue):
            yield issue


def _is_same_issue(old: Article, new: Article, log: Log) -> bool:
    return (
        log.renamed.get(old.path) == new.path
        or folded(old.title) == folded(new.title)
        or (bool(old.body.strip()) and old.body.split() == new.body.split())
    )


def _readable(release: Release, unread: frozenset[str]) -> bool:
    return unread.isdisjoint((release.place.file, product_path(release.product)))


def _is_same(old: Release, new: Release) -> bool:
    """Whether two records that Git takes for one are sure to be of the same release.

    Short records are alike by nature: Git alone would take 2.3, which went, for 2.7, which came.
    """
    days = old.released_at, old.planned_for
    return (
        (any(days) and days == (new.released_at, new.planned_for))
        or _has_same_download(old, new)
        or (old.product != new.product and old.version == new.version)
        or _is_copy(old, new)
    )


def _has_same_download(old: Release, new: Release) -> bool:
    """Whether both have a download that no other release could have.

    One address may serve the newest file for ever, so that alone it proves nothing: the day or a
    version in it must say the same.
    """
    for one in old.downloads:
        for other in new.downloads:
            if one.sha256 and other.sha256:
                if one.sha256 == other.sha256:
                    return True
            elif address(one.url) == address(other.url):
                named = old.version in one.url or new.version in one.url
                if named or (old.released_at and old.released_at == new.released_at):
                    return True
    return False


def _tokens(release: Release) -> set[object]:
    """What two records of one release have in common."""
    found: set[object] = {address(download.url) for download in release.downloads}
    found.update(download.sha256 for download in release.downloads if download.sha256)
    # A record without a download is found by all the rest.
    return found or {(release.released_at, release.planned_for, release.notes)}


def _is_copy(one: Release, other: Release) -> bool:
    """Whether a record is word for word another one, and says more than a date."""
    return not one.bare and _content(one) == _content(other)


def _content(release: Release) -> Release:
    return replace(
        release,
        product="",
        version="",
        place=_NOWHERE,
        contains=tuple(replace(m, place=_NOWHERE) for m in release.contains),
        compatibility=tuple(replace(s, place=_NOWHERE) for s in release.compatibility),
    )


def _key(release: Release) -> ReleaseKey:
    return release.product, release.version
