"""Of several statements on one matter, which of them speak for a version.

The statements are taken apart into claims: an "or" in a range makes one claim of each of its
sides, as if each were a statement of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from forewarn.frozen import dataclass
from forewarn.model.catalogue import Catalogue
from forewarn.model.release import Release, Statement, Status, Verdict
from forewarn.model.versions import spans
from forewarn.model.versions.vers import Alternative
from forewarn.model.versions.version import Scheme
from forewarn.rows import NamedTuple

# How a claim bears on a version: it covers it; it covers the release that the version, a
# pre-release, leads to; the version came after all that it was tested with; it names
# pre-releases of that release.
AT, FINAL, BEYOND, NAMED = 1, 2, 4, 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One alternative of a statement's range; `number` is the statement's among its like.

    `reach` is what it holds of the partner's order, `floor` the key of the version that it names
    as the first of an open range, `names` the keys of the releases whose pre-releases it names,
    `day` the day on which it was verified. `until` is the key of the last version for which an
    open end holds, where its author says so.
    """

    number: int
    matter: str
    verdict: Verdict
    expired: bool
    reach: list[spans.Span]
    alternative: Alternative
    open: bool
    floor: Any = None
    names: frozenset[Any] = frozenset()
    until: Any = None
    day: date | None = None

    @property
    def promises(self) -> bool:
        """Whether it says, at least in part, that something works."""
        return self.verdict.promises


class Settled(NamedTuple):
    """What became of a statement: whether it decides, and what its promise is in doubt for.

    `beyond`: the version came after all that it was tested with. `halved`: of a pre-release and
    the release that it leads to, only one is covered.
    """

    decides: bool
    beyond: bool = False
    halved: bool = False


def verified_on(owner: Release, statement: Statement) -> date | None:
    """The day on which a statement was verified: by its tag, else when its release shipped.

    None where neither is known: nobody says when a release that has not shipped was tried.
    """
    if statement.verified:
        return statement.verified.on
    shipped = owner.status in (Status.SHIPPED, Status.WITHDRAWN)
    return owner.released_at if shipped else None


def is_open(statement: Statement) -> bool:
    """Whether a promise has no upper end, so that its age decides how far it goes."""
    ends = [{c.operator for c in a} & {"=", "<", "<="} for a in statement.versions.alternatives]
    return statement.verdict.promises and not all(ends)


def last_tested(catalogue: Catalogue, owner: Release, statement: Statement) -> Release | None:
    """The newest release of the partner with which a statement was verified, as far as is known."""
    day = verified_on(owner, statement)
    return catalogue.newest_by(statement.partner, day) if day else None


class Order:
    """The order of the partner's versions; each is looked at once."""

    def __init__(self, scheme: Scheme) -> None:
        self.key: Callable[[str], Any] = cache(scheme.key)
        self._final = cache(scheme.final)

    def final(self, version: str) -> Any:
        """The key of the release that a pre-release leads to; None for what is none."""
        found = self._final(version)
        return None if found is None else self.key(found)


def claims_of(
    number: int, owner: Release, statement: Statement, order: Order, expired: bool
) -> list[Claim]:
    """A statement as claims, under the order of its partner.

    Raises:
        InvalidVersion: a version is none under the scheme.
    """
    found = []
    key, holds = order.key, statement.holds_until
    until = key(holds.version) if holds and holds.version else None
    for alternative in statement.versions.alternatives:
        reach = spans.joined(spans.of_all((c.operator, key(c.version)) for c in alternative))
        ends = bool(reach) and reach[-1][1] == spans.ABOVE_ALL
        floors = [key(c.version) for c in alternative if c.operator == ">="]
        found.append(
            Claim(
                number=number,
                matter=statement.matter,
                verdict=statement.verdict,
                expired=expired,
                reach=reach,
                alternative=alternative,
                open=ends and not (holds and holds.version is None),
                floor=max(floors, default=None),
                names=frozenset(map(order.final, (c.version for c in alternative))) - {None},
                until=until,
                day=verified_on(owner, statement),
            )
        )
    return found


class Asked:
    """A version of the partner that is asked for, and the release that it leads to, as keys."""

    def __init__(self, release: Release, order: Order) -> None:
        self._release = release
        self._key_of = order.key
        self.key = order.key(release.version)
        self.final = order.final(release.version)

    @property
    def pre(self) -> bool:
        """Whether it is a pre-release."""
        return self.final is not None

    def code(self, claim: Claim, catalogue: Catalogue) -> int:
        """How a claim bears on it, as bits; 0 for not at all."""
        found = AT * _holds(claim.reach, self.key)
        if self.pre:
            found |= FINAL * _holds(claim.reach, self.final)
            if found & AT and self.final in claim.names:
                found |= NAMED
        return found | BEYOND if found and self.is_beyond(claim, catalogue) else found

    def is_beyond(self, claim: Claim, catalogue: Catalogue) -> bool:
        """Whether it came after all that a claim was tested with."""
        if not (claim.open and claim.promises):
            return False
        if claim.until is not None:
            return bool(self.key > claim.until)
        if claim.floor == self.key:
            return False  # it is named, and so it is meant, shipped or not
        if claim.day is None:
            return True
        if self._release.had_shipped(claim.day):
            return False
        newest = catalogue.newest_by(self._release.product, claim.day)
        return newest is None or bool(self.key > self._key_of(newest.version))


def settle(claims: Sequence[Claim], codes: Sequence[int], *, pre: bool) -> dict[int, Settled]:
    """What becomes of each statement that covers a version, by its number.

    `codes` has for each claim how it bears on the version, `pre` whether that is a pre-release.
    """
    matters: dict[str, list[int]] = {}
    for place, code in enumerate(codes):
        if code & (AT | FINAL):
            matters.setdefault(claims[place].matter, []).append(place)
    found: dict[int, Settled] = {}
    for places in matters.values():
        deciding, halved = _speaking(claims, codes, places, pre=pre)
        for place in places:
            was = found.get(claims[place].number)
            now = Settled(
                decides=place in deciding,
                beyond=bool(codes[place] & BEYOND),
                halved=halved and place in deciding,
            )
            if was is None or (now.decides and not was.decides):
                found[claims[place].number] = now
    return found


def _speaking(
    claims: Sequence[Claim], codes: Sequence[int], places: list[int], *, pre: bool
) -> tuple[set[int], bool]:
    """Which claims speak for a matter, and whether they cover half of what is asked.

    Of a pre-release both it and the release that it leads to are asked, and the worse answer
    counts; only where an answer names the pre-releases, the author has spoken of them.
    """
    now, heard = _decide(claims, codes, [p for p in places if codes[p] & AT])
    if not pre or (now and all(codes[p] & NAMED for p in now)):
        return now, False
    then, said = _decide(claims, codes, [p for p in places if codes[p] & FINAL])
    if now and then:
        worst = max(heard, said, key=lambda verdict: verdict.caution)
        return (now if heard is worst else set()) | (then if said is worst else set()), False
    return now | then, (heard if now else said) is Verdict.WORKS


def _decide(
    claims: Sequence[Claim], codes: Sequence[int], places: list[int]
) -> tuple[set[int], Verdict]:
    """Of the innermost claims the most cautious, and its equals; and the verdict they count as.

    A claim gives way only to one that lies strictly inside it, so that no promise overrules a
    harm by looking narrower. A promise in doubt speaks only where nothing else does.
    """
    lapsed = {p for p in places if _lapsed(claims[p], codes[p])}
    standing = [p for p in places if p not in lapsed] or places
    if len(standing) > 1:
        standing = _innermost(claims, standing)
    counts = {p: Verdict.UNKNOWN if p in lapsed else claims[p].verdict for p in standing}
    worst = max(counts.values(), key=lambda verdict: verdict.caution, default=Verdict.UNKNOWN)
    return {p for p in standing if counts[p] is worst}, worst


def _lapsed(claim: Claim, code: int) -> bool:
    return claim.verdict is Verdict.WORKS and (claim.expired or bool(code & BEYOND))


def _innermost(claims: Sequence[Claim], places: Iterable[int]) -> list[int]:
    """Those in whose range no other one lies."""
    among = [*places]
    return [
        p
        for p in among
        if not any(spans.inside(claims[other].reach, claims[p].reach) for other in among)
    ]


def _holds(reach: list[spans.Span], key: Any) -> bool:
    rung = spans.before(key)
    return any(low <= rung < high for low, high in reach)
