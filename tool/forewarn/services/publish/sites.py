"""The sites of one commit on one day: built where they are out of date, and put in place."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from forewarn import __version__
from forewarn.errors import ForewarnError
from forewarn.frozen import dataclass
from forewarn.model.accounts import Account
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.model.sighting import Look, Sighting
from forewarn.services.ask.sightings import last_look, sightings_of
from forewarn.site import builder
from forewarn.site.attachments import Attachments, in_commit
from forewarn.site.fingerprint import CODE
from forewarn.site.ingredients import Ingredients
from forewarn.site.record import Record, load
from forewarn.site.swap import (
    builds_folder,
    current,
    forget_old,
    fresh,
    make_room,
    older,
    reuse,
    swap,
)
from forewarn.store.catalogue.code import stamps, stamps_of_plugins
from forewarn.store.catalogue.loaded import Loaded
from forewarn.store.files import is_lack_of_room
from forewarn.store.git.repository import Repository
from forewarn.store.own import own_place
from forewarn.store.state.interface import BUILT, State

Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a site in place was built from; `root` is the knowledge base that it belongs to.

    `key` holds all of it in one word, and `seen` what the watched places showed, but neither
    when they were last read (`read_at`).
    """

    root: str
    commit: str
    day: str
    builder: str
    key: str
    seen: str
    read_at: str | None = None


def built_sites(state: State, audience: Audience) -> dict[Path, Built]:
    """The sites of an audience that were ever put in place on this machine, by their place."""
    found = {}
    for place, text in state.marks(_mark_of(state)).items():
        with suppress(ValueError, TypeError):
            if Path(place).name == audience:
                found[Path(place)] = Built(**json.loads(text))
    return found


def _mark_of(state: State) -> str:
    """What the keys begin with of the sites that are on this machine."""
    if not state.is_shared:
        return BUILT
    from socket import gethostname

    return f"{BUILT}{gethostname()} "


def seen_word(state: State) -> str:
    """What the watched places showed, and which could be read, in one word.

    Raises:
        DataError: the state database cannot be read.
    """
    parts = (state.word_of_all(), state.source_troubles())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


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
        self, state: State, loaded: Loaded, repository: Repository, step: Step
    ) -> tuple[bool, ForewarnError | None]:
        """Build and swap in what is out of date; whether it did, and what kept it from it."""
        try:
            look = last_look(state, loaded.catalogue)
            accounts = state.accounts() if Audience.STAFF in self.audiences else ()
            wanted = {a: self._wanted(state, a, look, accounts) for a in self.audiences}
            late = [a for a in self.audiences if self.fresh or self._built(state, a) != wanted[a]]
            if not late:
                for audience in self.audiences:
                    forget_old(self.place(audience))
                return False, None
            recorded = (
                (product, version)
                for product in state.sighted_products()
                for version in loaded.catalogue.versions_of(product)
            )
            sightings = sightings_of(state, loaded.catalogue, recorded)
            attached = in_commit(repository, self.commit)
            built = {
                a: self._build(loaded, a, sightings, look, accounts, attached, step) for a in late
            }
            step("built the sites")
            for audience, record in built.items():
                self._put_in_place(audience, record)
                step(f"swapped in the {audience} site")
        except ForewarnError as failure:
            return False, failure
        with state.transaction() as change:
            for audience in late:
                text = json.dumps(asdict(wanted[audience]))
                change.set_mark(f"{_mark_of(state)}{self.place(audience).absolute()}", text)
        return True, None

    def _built(self, state: State, audience: Audience) -> Built | None:
        place = self.place(audience).absolute()
        there = (place / "index.html").is_file()
        return built_sites(state, audience).get(place) if there else None

    def _wanted(
        self,
        state: State,
        audience: Audience,
        look: Look | None,
        accounts: tuple[Account, ...],
    ) -> Built:
        staff = audience is Audience.STAFF
        seen = seen_word(state) if staff else ""
        return Built(
            root=str(self.root.resolve()),
            commit=self.commit,
            day=self.today.isoformat(),
            builder=self.builder,
            key=self._key(seen, accounts if staff else ()),
            seen=seen,
            read_at=look.at.isoformat() if staff and look and look.at else None,
        )

    def _key(self, seen: str, accounts: tuple[Account, ...]) -> str:
        """All that a site is made of, in one word."""
        parts: list[object] = [__version__, self.builder, self.commit, self.today, seen, accounts]
        parts += stamps((*CODE, "site"))
        for group in ("pages", "schemes", builder.GROUP):
            parts += stamps_of_plugins(group)
        for name in ("forewarn.yml", "mkdocs.yml"):
            if (self.root / name).is_file():
                parts.append((self.root / name).read_bytes())
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _build(
        self,
        loaded: Loaded,
        audience: Audience,
        sightings: Sequence[Sighting],
        look: Look,
        accounts: tuple[Account, ...],
        attached: Attachments,
        step: Step,
    ) -> Record:
        made_of = Ingredients(
            root=self.root,
            catalogue=loaded.catalogue,
            identity=loaded.identity,
            settings=self.settings,
            attachments=attached,
            audience=audience,
            today=self.today,
            sightings=tuple(sightings),
            last_look=look,
            accounts=accounts,
            commit=self.commit,
        )
        step(f"building the {audience} site")
        place = self.place(audience)
        for own in (place, builds_folder(place)):
            own_place(self.root, own)
        give_way = older(place)
        try:
            return self._build_at(place, made_of)
        except ForewarnError as failure:
            if not (is_lack_of_room(failure) and give_way):
                raise
        make_room(place)
        step(f"the disk is full: removed the {audience} site's builds from before")
        return self._build_at(place, made_of)

    def _build_at(self, place: Path, made_of: Ingredients) -> Record:
        made_by = builder.get(self.builder)
        to, before = fresh(place), current(place)
        try:
            if self.fresh or before is None or made_by.update is None:
                return made_by.build(made_of, to)
            return made_by.update(made_of, to, load(before), reuse(place, to))
        except ForewarnError:
            shutil.rmtree(to, ignore_errors=True)
            raise

    def _put_in_place(self, audience: Audience, record: Record) -> None:
        folder = swap(record.folder, self.place(audience))
        replace(record, folder=folder).save()
