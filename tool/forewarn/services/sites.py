"""The sites of one commit on one day: built where they are out of date, and put in place."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forewarn import __version__
from forewarn.errors import ForewarnError
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.model.sighting import Sighting
from forewarn.site import zensical
from forewarn.site.build import build
from forewarn.site.ingredients import Ingredients
from forewarn.site.record import Record, load
from forewarn.site.swap import builds_folder, current, fresh, reuse, swap
from forewarn.store.catalogue import Loaded
from forewarn.store.own import own_place
from forewarn.store.state import State, set_mark

Step = Callable[[str], None]
BUILDERS = ("mkdocs", "zensical")


@dataclass(frozen=True, kw_only=True)
class Sites:
    """What is to be in the folders `target`/staff and `target`/public, or in one of them.

    `fresh` builds every page again, whatever is there.
    """

    root: Path
    target: Path
    audiences: tuple[Audience, ...]
    builder: str
    commit: str
    today: date
    settings: Settings
    fresh: bool

    def place(self, audience: Audience) -> Path:
        """Where the site of an audience is."""
        return self.target / audience

    def bring_up_to_date(
        self, state: State, loaded: Loaded, sightings: Sequence[Sighting], step: Step
    ) -> tuple[bool, ForewarnError | None]:
        """Build and swap in what is out of date; whether it did, and what kept it from it."""
        wanted = {a: self._key(a, sightings) for a in self.audiences}
        late = [a for a in self.audiences if self.fresh or not self._is_there(state, a, wanted[a])]
        if not late:
            return False, None
        try:
            built = {a: self._build(loaded, a, sightings, step) for a in late}
            step("built the sites")
            for audience, record in built.items():
                self._put_in_place(audience, record)
                step(f"swapped in the {audience} site")
        except ForewarnError as failure:
            return False, failure
        with state.transaction() as connection:
            for audience in late:
                set_mark(connection, self._mark(audience), wanted[audience])
        return True, None

    def _is_there(self, state: State, audience: Audience, key: str) -> bool:
        there = (self.place(audience) / "index.html").is_file()
        return there and state.mark(self._mark(audience)) == key

    def _mark(self, audience: Audience) -> str:
        return f"built {self.place(audience).absolute()}"

    def _key(self, audience: Audience, sightings: Sequence[Sighting]) -> str:
        """All that a site is made of, in one word."""
        parts: list[object] = [__version__, self.builder, self.commit, self.today]
        parts += sightings if audience is Audience.STAFF else ()
        for name in ("forewarn.yml", "mkdocs.yml"):
            with suppress(FileNotFoundError):
                parts.append((self.root / name).read_bytes())
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _build(
        self, loaded: Loaded, audience: Audience, sightings: Sequence[Sighting], step: Step
    ) -> Record:
        made_of = Ingredients(
            root=self.root,
            catalogue=loaded.catalogue,
            identity=loaded.identity,
            settings=self.settings,
            audience=audience,
            today=self.today,
            sightings=tuple(sightings),
            commit=self.commit,
        )
        step(f"building the {audience} site")
        place = self.place(audience)
        for own in (place, builds_folder(place)):
            own_place(self.root, own)
        to, before = fresh(place), current(place)
        try:
            if self.builder == "zensical":
                return zensical.build(made_of, to)
            if self.fresh or before is None:
                return build(made_of, to)
            return build(made_of, to, load(before), reuse(place, to))
        except ForewarnError:
            shutil.rmtree(to, ignore_errors=True)
            raise

    def _put_in_place(self, audience: Audience, record: Record) -> None:
        folder = swap(record.folder, self.place(audience))
        Record(folder=folder, outputs=record.outputs, products=record.products).save()
