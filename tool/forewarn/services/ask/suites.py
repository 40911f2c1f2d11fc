"""Suites: what a release of one contains, and what changed from one to the next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from forewarn.frozen import dataclass
from forewarn.model.compatibility import judge_inside
from forewarn.model.release import release_path
from forewarn.model.replies import SuiteDiffReply, SuiteReply
from forewarn.model.suite import difference
from forewarn.services.ask.live import what_is_live
from forewarn.services.ask.lookup import the_suite
from forewarn.store.catalogue.reader import Progress
from forewarn.store.catalogue.some import load_with_members


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteQuestion:
    """A suite and its version."""

    suite: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteDiffQuestion:
    """A suite and two of its versions."""

    suite: str
    old: str
    new: str


def suite(
    root: Path, question: SuiteQuestion, *, today: date, progress: Progress | None = None
) -> SuiteReply:
    """What a suite's release contains, and what of it does not go together.

    Raises:
        UsageError: there is none, or it contains no release of another product.
        DataError: it cannot be read.
    """
    loaded = load_with_members(root, {question.suite})
    release = the_suite(loaded, question.suite, question.version)
    members = [(member.product, member.version) for member in release.contains]
    products = {question.suite, *(product for product, _ in members)}
    seen = what_is_live(root, loaded.catalogue, products)
    return SuiteReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=(*loaded.unread(products), *seen.unread),
        seen=seen,
        suite=release,
        inside=tuple(judge_inside(loaded.catalogue, release, today=today)),
        unreadable=frozenset(m for m in members if release_path(*m) in loaded.unreadable),
    )


def suite_diff(
    root: Path, question: SuiteDiffQuestion, *, today: date, progress: Progress | None = None
) -> SuiteDiffReply:
    """What changed from one release of a suite to another.

    Raises:
        UsageError: one of them is not there, or contains no release of another product.
        DataError: one cannot be read.
    """
    loaded = load_with_members(root, {question.suite})
    before = the_suite(loaded, question.suite, question.old)
    after = the_suite(loaded, question.suite, question.new)
    members = {member.product for each in (before, after) for member in each.contains}
    return SuiteDiffReply(
        catalogue=loaded.catalogue,
        today=today,
        unread=loaded.unread({question.suite, *members}),
        before=before,
        after=after,
        moved=difference(loaded.catalogue, before, after),
    )
