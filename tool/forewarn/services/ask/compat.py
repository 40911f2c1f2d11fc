"""What works with what: a pair, all that a customer has, two products, and the way out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.advice import advise
from forewarn.model.compatibility import judge, judge_all
from forewarn.model.matrix import make_matrix
from forewarn.model.replies import MatrixReply, PairReply, PathReply, SetReply, SpreadReply
from forewarn.model.seen import Seen
from forewarn.model.spread import Spread, spread_of
from forewarn.services.ask.installed import gather
from forewarn.services.ask.live import those_meant_or_live, what_is_live
from forewarn.services.ask.lookup import the_product, two_products
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.catalogue.reader import Progress
from forewarn.store.catalogue.some import load_with_members
from forewarn.store.catalogue.whole import load_worktree


@dataclass(frozen=True, kw_only=True, slots=True)
class CompatQuestion:
    """Releases written `product@version`, and the path of a file that lists what is installed."""

    releases: tuple[str, ...]
    installed: str | None = None

    @property
    def products(self) -> frozenset[str]:
        """The products that are named."""
        return frozenset(text.partition("@")[0] for text in self.releases)


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixQuestion:
    """Two products."""

    a: str
    b: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PathQuestion:
    """Releases of two products, written `product@version`."""

    a: str
    b: str


def compat(
    root: Path, question: CompatQuestion, *, today: date, progress: Progress | None = None
) -> PairReply | SpreadReply | SetReply:
    """Whether releases work together: of two the pair, of more each with each.

    Raises:
        UsageError: they are not two different releases, or one is not written so or recorded.
        DataError: the file, or the record of a release that was named, cannot be read.
    """
    if question.installed is None:
        loaded = load_with_members(root, question.products)
        seen = what_is_live(root, loaded.catalogue, question.products)
    else:
        loaded = load_worktree(root, progress)
        seen = what_is_live(root, loaded.catalogue, loaded.catalogue.products)
    catalogue, unread = loaded.catalogue, seen.unread
    is_pair = len(question.releases) == 2 and question.installed is None
    spread = _spread(loaded, seen, question.releases, today) if is_pair else None
    if spread:
        return SpreadReply(
            catalogue=catalogue, today=today, unread=unread, seen=seen, spread=spread
        )
    found = gather(loaded, question.releases, question.installed, seen)
    if is_pair:
        one = judge(catalogue, *found.releases, today=today)
        return PairReply(catalogue=catalogue, today=today, unread=unread, seen=seen, judgement=one)
    return SetReply(
        catalogue=catalogue,
        today=today,
        unread=unread,
        seen=seen,
        installed=found,
        judgements=tuple(judge_all(catalogue, found.releases, today=today)),
    )


def _spread(loaded: Loaded, seen: Seen, texts: tuple[str, ...], today: date) -> Spread | None:
    """The answers to two texts; None where each means one release."""
    a, b = texts
    ours, theirs = (those_meant_or_live(loaded, seen, text) for text in texts)
    if len(ours) == len(theirs) == 1 or ours[0].product == theirs[0].product:
        return None
    return spread_of(loaded.catalogue, (a, b), ours, theirs, today)


def matrix(
    root: Path, question: MatrixQuestion, *, today: date, progress: Progress | None = None
) -> MatrixReply:
    """The versions of two products as a table.

    Raises:
        UsageError: there is no such product.
        DataError: its record cannot be read.
    """
    loaded = load_with_members(root, {question.a, question.b})
    one, other = the_product(loaded, question.a).id, the_product(loaded, question.b).id
    return MatrixReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=loaded.unread({one, other}),
        matrix=make_matrix(loaded.catalogue, one, other, today=today),
    )


def path(
    root: Path, question: PathQuestion, *, today: date, progress: Progress | None = None
) -> PathReply:
    """Which versions to move to from a pair.

    Raises:
        UsageError: one is not written so or is not there, or they are of one product.
        DataError: the record of one cannot be read.
    """
    loaded = load_with_members(root, {text.partition("@")[0] for text in (question.a, question.b)})
    pair = two_products(loaded, question.a, question.b)
    advice = advise(loaded.catalogue, *pair, today=today)
    products = {release.product for release in pair}
    seen = what_is_live(root, loaded.catalogue, products)
    return PathReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=(*loaded.unread(products), *seen.unread),
        seen=seen,
        advice=advice,
    )
