"""A month of real releases as a watcher would have seen it, through the path of every look.

Of each product a place shows its versions with their days; `Replay` keeps what follows and counts
what was told. How the data are cut is said in their own README.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from zlib import crc32

from forewarn.contract.server import Served, WebServer
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import Backfilled, Unannounced, UnannouncedMany
from forewarn.model.option import OptionValue
from forewarn.model.product import Watch
from forewarn.model.record import Place
from forewarn.model.sighting import Reach, Shown
from forewarn.model.versions.same import identity
from forewarn.services.watch.run import watch
from forewarn.sources.interface import Answer
from forewarn.store.state.interface import State
from looking import Looking
from model_builder import catalogue, product, release

Versions = dict[str, date]
# A document without a release is one that has changed its shape; some products begin with none.
_ALWAYS = ("0.0.0.0", date(2000, 1, 1))


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became different of a product between two looks."""

    at: datetime
    product: str
    added: Versions
    removed: tuple[str, ...]
    dated: Versions


@dataclass
class Truth:
    """What there was to tell, counted from the data alone, by product and version."""

    new: set[tuple[str, str]] = field(default_factory=set)
    back: set[tuple[str, str]] = field(default_factory=set)
    old: set[tuple[str, str]] = field(default_factory=set)
    unseen: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Told:
    """What was told: how often each version, which as old, and how many alerts in all."""

    versions: Counter[tuple[str, str]] = field(default_factory=Counter)
    old: set[tuple[str, str]] = field(default_factory=set)
    kinds: Counter[EventKind] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)

    def take(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.kinds[event.kind] += 1
            self.days.add(event.at.date())
            for version in _versions(event):
                self.versions[event.product, version] += 1
                if event.kind is EventKind.BACKFILL:
                    self.old.add((event.product, version))


def _versions(event: Event) -> Iterator[str]:
    match event.fact:
        case Unannounced(seen=seen):
            yield seen.version
        case UnannouncedMany(found=found) | Backfilled(found=found):
            yield from (row.seen.version for row in found)


def read_start(folder: Path) -> dict[str, Versions]:
    """What each product had before."""
    start = json.loads((folder / "2026-05.start.json").read_text(encoding="utf-8"))
    return {id: _days(versions) for id, versions in start.items()}


def read_changes(folder: Path) -> list[list[Change]]:
    """The changes, look by look."""
    looks: dict[str, list[Change]] = {}
    for line in (folder / "2026-05.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        change = Change(
            at=datetime.fromisoformat(row["at"]).astimezone(UTC),
            product=row["product"],
            added=_days(row["added"]),
            removed=tuple(map(_spelled, row["removed"])),
            dated=_days({version: days[1] for version, days in row["changed"].items()}),
        )
        looks.setdefault(row["at"], []).append(change)
    return [looks[at] for at in sorted(looks)]


def _days(versions: Mapping[str, str]) -> Versions:
    days = {_spelled(version): date.fromisoformat(day[:10]) for version, day in versions.items()}
    assert len(days) == len(versions), "two versions are spelled alike"
    return days


def _spelled(version: str) -> str:
    """A version without what none may have: `2203 CU7` is `2203-CU7`."""
    return "-".join(re.findall("[A-Za-z0-9._+~^:!-]+", version))


class Replay:
    """Looks at all products once for each snapshot; with a window, at the newest few entries.

    What a place answers is given, and kept as every look keeps it. With a `server` each place is
    served there, and asked as `forewarn watch` asks.
    """

    def __init__(
        self,
        state: State,
        start: Mapping[str, Versions],
        window: int | None = None,
        server: WebServer | None = None,
    ) -> None:
        self._server = server
        self.there = {id: dict(versions) for id, versions in start.items()}
        self.window = window
        self.truth, self.told = Truth(), Told()
        self._ever = {id: set(versions) for id, versions in start.items()}
        self._shown = {id: {v for v, _ in self._window(id)} for id in start}
        records = [
            release(id, version, released_at=day)
            for id, versions in start.items()
            for version, day in versions.items()
        ]
        products = [product(id, watch=(self._row(id),)) for id in start]
        self._looking = Looking(state, catalogue(*products, *records, products=()))
        self._looking.now = datetime(2026, 5, 1, tzinfo=UTC)
        self._look_at(start)

    @property
    def missed(self) -> set[tuple[str, str]]:
        """What was new and nobody was told of, under no spelling of its version."""
        told = {self._same(*key) for key in self.told.versions}
        return {key for key in self.truth.new if self._same(*key) not in told}

    @property
    def false(self) -> set[tuple[str, str]]:
        """What was told and was not new."""
        return self.told.versions.keys() - self.truth.new

    @property
    def twice(self) -> set[tuple[str, str]]:
        """What was told more than once, also under another spelling."""
        times: Counter[tuple[str, Hashable]] = Counter()
        for key, number in self.told.versions.items():
            times[self._same(*key)] += number
        return {key for key in self.told.versions if times[self._same(*key)] > 1}

    def _same(self, product: str, version: str) -> tuple[str, Hashable]:
        return product, identity(self._looking.catalogue.schemes[product], version)

    def run(self, looks: list[list[Change]]) -> None:
        """Go through the looks."""
        for changes in looks:
            self._looking.now = changes[0].at
            changed = {change.product for change in changes}
            for change in changes:
                self._apply(change)
            self._look_at(changed)
            if self._server is None:
                self._looking.unchanged(*(self.there.keys() - changed))
                self.told.take(self._looking.due())

    def _apply(self, change: Change) -> None:
        id, there = change.product, self.there[change.product]
        for version, day in change.added.items():
            key = id, version
            if version in self._ever[id]:
                self.truth.back.add(key)
            else:
                self.truth.new.add(key)
                if (change.at.date() - day).days > 30:
                    self.truth.old.add(key)
        self._ever[id] |= change.added.keys()
        there |= {**change.added, **change.dated}
        for version in change.removed:
            there.pop(version, None)
        now = {version for version, _ in self._window(id)}
        self.truth.unseen |= {
            (id, version) for version in change.added if version not in now | self._shown[id]
        } & self.truth.new
        self._shown[id] |= now
        self.truth.unseen -= {(id, version) for version in now}

    def _window(self, id: str) -> list[tuple[str, date]]:
        newest_first = sorted(self.there[id].items(), key=lambda row: (row[1], row[0]))[::-1]
        return newest_first[: self.window]

    def _look_at(self, changed: Iterable[str]) -> None:
        if self._server is None:
            for id in changed:
                self._look(id)
            return
        for id in changed:
            shown = (*self._window(id), _ALWAYS)
            rows = [{"version": version, "date": day.isoformat()} for version, day in shown]
            body = json.dumps(rows).encode()
            etag = f'"{crc32(body):08x}"'
            self._server.pages[f"/{id}.json"] = Served(body, headers={"ETag": etag})
        look = self._looking
        report = watch(look.state, look.catalogue, look.settings, now=lambda: look.now)
        assert not report.failed, report.failed
        self.told.take(report.alerts)

    def _row(self, id: str) -> Watch:
        place = Place(file=f"releases/{id}/product.yml")
        if self._server is None:
            options: dict[str, OptionValue] = {"url": f"https://vendor.example/{id}"}
            return Watch(type="feed", options=options, place=place)
        options = {
            "url": self._server.url(f"/{id}.json"),
            "allow_private": "true",
            "items": "@",
            "fields": {"version": "version", "date": "date"},
            "reach": "all" if self.window is None else "window",
        }
        return Watch(type="data", options=options, place=place)

    def _look(self, id: str) -> None:
        shown = tuple(
            Shown(
                version=version,
                url=f"https://vendor.example/{id}/{version}",
                title=f"{id} {version}",
                published=datetime.combine(day, time(), UTC),
            )
            for version, day in self._window(id)
        )
        reach = Reach.ALL if self.window is None else Reach.WINDOW
        answer = Answer(shown=shown, entries=len(shown), reach=reach)
        about = self._looking.catalogue.products[id]
        self.told.take(self._looking.keep(about, about.watch[0], answer).alerts)
