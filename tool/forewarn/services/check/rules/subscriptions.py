"""Subscriptions that bring nothing, or not what they seem to bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from forewarn import channels
from forewarn.errors import UsageError
from forewarn.model.article import Kind
from forewarn.model.catalogue import Catalogue
from forewarn.model.finding import Finding
from forewarn.model.platforms import platform_of
from forewarn.model.settings import Settings
from forewarn.model.subscription import Prerelease, Subscription
from forewarn.services.check.rules.rule import ERROR, WARNING, Rule, RuleSet

SUBSCRIBES_TO_NOTHING = Rule(
    id="subscribes-to-nothing",
    severity=ERROR,
    means="A subscription asks for a product, a suite, a track, a platform, a pair or a known "
    "issue that is not recorded, so that nothing of it is ever told.",
    mend="Mend the name, or record what it names first.",
)
CANNOT_REACH = Rule(
    id="cannot-reach",
    severity=ERROR,
    means="Whoever subscribes, or stands in for them, can get nothing by that channel: mail does "
    "not reach a room, and nobody without an address.",
    mend="Give them an address, or subscribe them by a channel that reaches them.",
)
OVERLAPPING = Rule(
    id="overlapping-subscriptions",
    severity=WARNING,
    means="Two subscriptions of one recipient by one channel: all that the one asks for, the "
    "other tells already, and no later. Whoever changes the one wonders why nothing changes.",
    mend="Remove the row that is named, or narrow the other.",
)
LATE_DIGEST = Rule(
    id="digest-in-quiet-hours",
    severity=WARNING,
    means="A digest falls into the quiet hours of its own subscription, so it comes when these "
    "are over.",
    mend="Move the digest, or the quiet hours.",
)

_Names = tuple[tuple[str, Iterable[str]], ...]


def of_subscriptions(settings: Settings, catalogue: Catalogue) -> Iterator[Finding]:
    """What is wrong with the subscriptions of forewarn.yml and of `subscriptions/`."""
    before: dict[tuple[str, str], list[Subscription]] = {}
    for row in settings.subscriptions:
        yield from _of_nothing(row, settings, catalogue)
        yield from _unreachable(row, settings)
        if row.digest and row.quiet and row.quiet.contains(row.digest):
            yield LATE_DIGEST.at(
                row.place,
                f"the digest at {row.digest.at:%H:%M} falls into the quiet hours from "
                f"{row.quiet.begin:%H:%M} to {row.quiet.end:%H:%M}",
                "Move one of the two.",
            )
        others = before.setdefault((row.recipient, row.channel), [])
        yield from _overlapping(row, others)
        others.append(row)


def _of_nothing(row: Subscription, settings: Settings, catalogue: Catalogue) -> Iterator[Finding]:
    products = catalogue.products
    suites = catalogue.shelf.suites() if row.suites else ()
    missing = [
        *(f"no product {id!r}" for id in (*row.products, *row.pair) if id not in products),
        *(f"no suite {id!r}" for id in row.suites if id not in suites),
        *(f"no track {t!r} of any product" for t in _unknown_tracks(row, catalogue)),
        *(f"no platform {p!r}" for p in _unknown_platforms(row, settings, catalogue)),
    ]
    issue = catalogue.articles.get(row.issue) if row.issue else None
    if row.issue and (issue is None or issue.kind is not Kind.KNOWN_ISSUE):
        missing.append(f"no known issue {row.issue}")
    for what in missing:
        yield SUBSCRIBES_TO_NOTHING.at(
            row.place, f"there is {what}", "Mend the name, or record it."
        )


def _unknown_tracks(row: Subscription, catalogue: Catalogue) -> list[str]:
    if not row.tracks:
        return []
    wanted = [p for p in row.products if p in catalogue.products] or [*catalogue.products]
    known = {track for id in wanted for track in catalogue.products[id].tracks}
    return [track for track in row.tracks if track not in known]


def _unknown_platforms(row: Subscription, settings: Settings, catalogue: Catalogue) -> list[str]:
    if not row.platforms:
        return []
    of_products = {p for product in catalogue.products.values() for p in product.platforms}
    own = of_products.union(settings.platforms)
    return [p for p in row.platforms if platform_of(p) is None and p not in own]


def _unreachable(row: Subscription, settings: Settings) -> Iterator[Finding]:
    channel = settings.channels.get(row.channel)
    if channel is None:
        return  # told where the row is read
    person = settings.people.get(row.recipient)
    deputies = [away.deputy for away in person.away] if person else []
    for id in dict.fromkeys((row.recipient, *deputies)):
        recipient = settings.recipient(id)
        try:
            why = channels.cannot_reach(channel, recipient) if recipient else None
        except UsageError:
            return  # told as what is wrong with the channel
        if why:
            stands_in = f", who stands in for {row.recipient!r}" if id != row.recipient else ""
            yield CANNOT_REACH.at(row.place, f"{why}{stands_in}", CANNOT_REACH.mend)


def _overlapping(row: Subscription, others: Sequence[Subscription]) -> Iterator[Finding]:
    for other in others:
        for covering, covered in ((other, row), (row, other)):
            if _covers(covering, covered):
                yield OVERLAPPING.at(
                    covered.place,
                    f"all that this row asks for {covered.recipient!r} by {covered.channel!r}, "
                    f"{covering.line} tells already",
                    "Remove it, or narrow the other.",
                )
                break


def _covers(one: Subscription, other: Subscription) -> bool:
    """Whether one line tells, no later, all that another of the same recipient does."""
    whole = not one.products and not one.suites
    return (
        one.audience is other.audience
        and (whole or (_within(other.products, one.products) and _within(other.suites, one.suites)))
        and (whole or bool(other.products or other.suites))
        and _all_of(one.tracks, other.tracks)
        and _all_of(one.platforms, other.platforms)
        and _all_of(one.events, other.events)
        and one.least_severity.rank <= other.least_severity.rank
        and _FAR.index(one.prerelease) >= _FAR.index(other.prerelease)
        and one.pair in ((), other.pair)
        and one.issue in (None, other.issue)
        and (one.digest is None or one.digest == other.digest)
        and (one.quiet is None or one.quiet == other.quiet)
    )


_FAR = (Prerelease.NO, Prerelease.PROMOTED, Prerelease.ALL)


def _all_of(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a filter lets through all that another does; an empty one lets all through."""
    return not one or (bool(other) and _within(other, one))


def _within(some: Iterable[str], of: Iterable[str]) -> bool:
    return set(some) <= set(of)


RULES = RuleSet(
    rules=(SUBSCRIBES_TO_NOTHING, CANNOT_REACH, OVERLAPPING, LATE_DIGEST),
    of_subscriptions=of_subscriptions,
)
