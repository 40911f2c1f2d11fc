"""What the sources of one product show, compared with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from forewarn.model.product import Product
from forewarn.model.sighting import Shown, Sighting, SightingState, sighting_id
from forewarn.model.watching.news import (
    KnownVersions,
    Listing,
    Looked,
    before_the_first_look,
    decide,
)

_UNANSWERED = (SightingState.OPEN, SightingState.BASELINE, SightingState.PAST)


@dataclass(frozen=True, kw_only=True, slots=True)
class LookAt:
    """What one source shows now: `source` is what names it to people."""

    source: str
    shown: tuple[Shown, ...]
    looked: Looked


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What follows from a look at some sources of a product.

    `new` are the sightings that were not there before, `opened` those of them that nobody has
    answered for. `rebuilt` are older ones of which the place shows something newer now, `shown`
    the ids of all that is shown. `dated_before` has the ids of what is dated before its source
    was first read. `uncompared` says that there was nothing to compare a first look with, `anew`
    that something was opened by a source that is read for the first time, or in another way.
    """

    new: tuple[Sighting, ...]
    opened: tuple[Sighting, ...]
    rebuilt: tuple[Sighting, ...]
    shown: frozenset[str]
    dated_before: frozenset[str]
    uncompared: bool
    anew: bool


def compare(
    product: Product,
    known: KnownVersions,
    kept: Iterable[Sighting],
    looks: Sequence[LookAt],
    moment: datetime,
) -> Compared:
    """Compare what some sources of a product show with what is known; `kept` are its sightings."""
    news = _News(product, known, {s.id: s for s in kept}, moment)
    for look in looks:
        news.take(look)
    return Compared(
        new=tuple(news.new),
        opened=tuple(news.opened),
        rebuilt=tuple(news.rebuilt),
        shown=frozenset(news.ids),
        dated_before=frozenset(news.dated_before),
        uncompared=news.uncompared,
        anew=news.anew,
    )


class _News:
    """What the sources of one product show that no sighting has yet."""

    def __init__(
        self,
        product: Product,
        known: KnownVersions,
        kept: Mapping[str, Sighting],
        moment: datetime,
    ) -> None:
        self._product = product
        self._known = known
        self._kept = kept
        self._moment = moment
        self.anew = False
        self.ids: set[str] = set()
        self.new: list[Sighting] = []
        self.opened: list[Sighting] = []
        self.rebuilt: list[Sighting] = []
        self.dated_before: set[str] = set()
        self.uncompared = False

    def take(self, look: LookAt) -> None:
        """Take what one source shows."""
        looked = look.looked
        shown = [self._as_it_may_be(item) for item in look.shown]
        self.uncompared |= looked.anew and bool(shown) and self._known.knows_nothing
        listing = Listing(shown, self._known)
        for place, item in enumerate(shown):
            id = sighting_id(
                self._product.id, item.version, look.source, item.platform, item.arch, item.channel
            )
            if id in self.ids:
                continue
            self.ids.add(id)
            if there := self._kept.get(id):
                self._build_anew(there, item)
                continue
            track = self._track(item)
            state = decide(listing, place, track, self._known, looked)
            sighting = self._sighting(id, look.source, item, track, state)
            if state is SightingState.DISMISSED and (same := self._known.same(item)):
                sighting = replace(sighting, reason=same.reason)
            self.new.append(sighting)
            if state is SightingState.OPEN:
                self.anew |= looked.anew
                self.opened.append(sighting)
                if before_the_first_look(item, looked):
                    self.dated_before.add(id)

    def _as_it_may_be(self, item: Shown) -> Shown:
        """The item without a day that has not come."""
        late = item.published and item.published > self._moment + timedelta(days=1)
        return replace(item, published=None) if late else item

    def _track(self, item: Shown) -> str | None:
        named = (item.channel or "").casefold()
        return next((t for t in self._product.tracks if t.casefold() == named), None)

    def _build_anew(self, there: Sighting, item: Shown) -> None:
        """Have an unanswered sighting point to the newest build of its version."""
        if there.state not in _UNANSWERED:
            return
        newest = replace(
            there,
            url=item.url,
            title=item.title,
            published=item.published or there.published,
            download=item.download,
            size=item.size,
            sha256=item.sha256,
            notes=item.notes,
        )
        if newest != there:
            self.rebuilt.append(newest)

    def _sighting(
        self, id: str, source: str, item: Shown, track: str | None, state: SightingState
    ) -> Sighting:
        return Sighting(
            id=id,
            product=self._product.id,
            version=item.version,
            source=source,
            url=item.url,
            title=item.title,
            state=state,
            first_seen=self._moment,
            platform=item.platform,
            published=item.published,
            arch=item.arch,
            channel=item.channel,
            track=track,
            download=item.download,
            size=item.size,
            sha256=item.sha256,
            notes=item.notes,
        )
