"""Suites on a release's page: what it contains, and what contains it."""

from __future__ import annotations

from collections import defaultdict

from forewarn.model.release import Release, Status
from forewarn.model.suite import Move, Moved, difference, members
from forewarn.pages.compatibility.statements import versions_words
from forewarn.pages.html import words
from forewarn.pages.html.elements import NOTHING, Html, columns, esc, fmt, join
from forewarn.pages.view.view import View

# A line that links to more releases than these is not read.
_NAMED = 4


def contains(view: View, src: str, release: Release) -> Html:
    """The releases that a suite's release holds, and what has changed since the one before."""
    held = members(release)
    if not held:
        return NOTHING
    before = _before(view, release)
    moved = {m.product: m for m in _moves(view, before, release)} if before else {}
    gone = [m for m in moved.values() if m.move is Move.REMOVED]
    found = {product: view.catalogue.find_release(product, v) for product, v in held.items()}
    return columns(
        (
            "Product",
            [words.product_link(view, src, product) for product in (*held, *_products(gone))],
        ),
        (
            "Version",
            [
                words.release_link(view, src, member, member.version) if member else esc(held[p])
                for p, member in found.items()
            ]
            + [NOTHING for _ in gone],
        ),
        (
            "State",
            [words.status_chip(view, member) if member else NOTHING for member in found.values()]
            + [NOTHING for _ in gone],
        ),
        (
            f"Since {before.version}" if before else "Since",
            [_moved(moved.get(product)) for product in held] + [_moved(m) for m in gone],
        ),
    )


def _moves(view: View, before: Release, release: Release) -> list[Moved]:
    """What has changed. A member that customers may not see is not one that came or went."""
    moves = difference(view.catalogue, before, release)
    return [m for m in moves if view.staff or m.move in (Move.UP, Move.DOWN)]


def _products(moved: list[Moved]) -> list[str]:
    return [m.product for m in moved]


def _before(view: View, release: Release) -> Release | None:
    """The release of a suite that came before, by version, on the same track."""
    older = view.catalogue.releases_of(release.product)[
        view.places(release.product)[release.version] + 1 :
    ]
    return next(
        (
            r
            for r in older
            if r.track == release.track and r.status is Status.SHIPPED and r.contains
        ),
        None,
    )


def _moved(moved: Moved | None) -> Html:
    match moved.move if moved else None:
        case Move.ADDED:
            return esc("added")
        case Move.REMOVED:
            return esc(f"removed, it was {moved.before if moved else ''}")
        case Move.UP | Move.DOWN as move:
            return esc(f"{move} from {moved.before if moved else ''}")
        case None:
            return NOTHING


def part_of(view: View, src: str, release: Release) -> Html:
    """The suites' releases that contain a release, each suite's together."""
    suites: dict[str, list[Release]] = defaultdict(list)
    for suite in view.catalogue.suites_with(release):
        suites[suite.product].append(suite)
    return join((_suite(view, src, held) for held in suites.values()), "; ")


def _suite(view: View, src: str, held: list[Release]) -> Html:
    """A suite by its newest release that contains it, and which others do."""
    if len(held) <= _NAMED:
        return join((words.release_link(view, src, suite) for suite in held), ", ")
    return fmt(
        "{} {}", words.release_link(view, src, held[0]), f"and others: {versions_words(view, held)}"
    )
