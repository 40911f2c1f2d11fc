"""One change of each kind that is told, with what the first forewarn told of it.

`tests/model/told_by_the_first.json` has the ids and the words as they were when events held
sentences: an id that changes would tell everything anew. The ids and
words of kinds that came later are in `told_since.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from forewarn.errors import Trouble
from forewarn.model.article import Kind, Remediation
from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import derive
from forewarn.model.events.event import Event
from forewarn.model.events.move import Log
from forewarn.model.product import Watch
from forewarn.model.record import Place, Support
from forewarn.model.release import (
    Download,
    HoldsUntil,
    Member,
    Release,
    Status,
    Transition,
    Verdict,
    Withdrawal,
)
from forewarn.model.sighting import Chance, Sighting, SightingState, Unread
from forewarn.model.versions.version import VersionRange
from forewarn.model.watching.conclusion import (
    AheadOfPartners,
    Apart,
    Appeared,
    CameLate,
    Conclusion,
    DatedBack,
    Empty,
    Expired,
    Gone,
    Hearsay,
    LeftChannel,
    NamedLower,
    NotRead,
    OnAnotherPlatform,
    OtherBytes,
    RolloutMoved,
    StillMissing,
)
from forewarn.model.watching.digests import Difference
from forewarn.model.watching.place import SourceState
from forewarn.services.alert.failing import failing_event, healed_event
from forewarn.services.alert.seen import Teller
from forewarn.services.alert.unannounced import alert, alert_of_many, false_alarm
from model_builder import catalogue, issue, product, release, statement

NOW = datetime(2026, 5, 5, 9, tzinfo=UTC)
EXE = Download(
    platform="windows", arch="x64", url="https://x.example/r.exe", size=10, sha256="a" * 64
)
DMG = Download(platform="macos", url="https://x.example/r.dmg")
BREAKS = statement("player", "<2.7", Verdict.BREAKS, remedy="Update the player.")
LIMITS = statement("editor", "<3", Verdict.LIMITED, about=None, limits="No colour.")
WORKS = statement("player", ">=2.7", Verdict.WORKS, holds_until=HoldsUntil(version="2.9"))
OUT = release("recorder", "2.7", downloads=(EXE, DMG), compatibility=(BREAKS, LIMITS, WORKS))
BARE = release("recorder", "2.7")
PLANNED = release(
    "recorder",
    "2.7",
    status=Status.PLANNED,
    planned_for=date(2026, 6, 1),
    compatibility=(BREAKS,),
)
GONE = replace(
    OUT,
    status=Status.WITHDRAWN,
    withdrawn=Withdrawal(on=date(2026, 5, 5), reason="loses sound", replacement="2.7.1"),
)
BACK = replace(
    OUT,
    history=(
        Transition(to=Status.WITHDRAWN, on=date(2026, 5, 5)),
        Transition(to=Status.SHIPPED, on=date(2026, 5, 6), reason="It was the sound card."),
    ),
)
LONG = Support(active_until=date(2028, 5, 4), security_until=date(2029, 1, 1))
SHORT = Support(active_until=date(2027, 5, 4), on=date(2026, 5, 5), reason="few use it")
OVER = Support(ended=True)
FIX = {"recorder": VersionRange.parse(">=2.8")}
OPEN = issue(
    "kb/no-sound.md",
    {"recorder": "2.7", "player": "<3"},
    fixed_in=FIX,
    promised=date(2026, 9, 1),
    contingency="Pause less.",
)
HELPLESS = issue("kb/no-sound.md", {"recorder": "2.7"}, remediation=Remediation.NO_FIX_PLANNED)
WHY = Log(reasons={"releases/recorder/2.7.md": "Typed by hand."})
COMMIT = Log(commits={"releases/recorder/2.7.md": "0123456789 by Maria: Tidy up"})
PRODUCTS = ("recorder", "player", "editor", "studio")


def records(*given: Any, products: tuple[str, ...] = PRODUCTS) -> Catalogue:
    return catalogue(*given, products=products)


def _suite(version: str) -> Release:
    place = Place(file="releases/studio/2026.1.md", line=4)
    member = Member(product="recorder", version=version, place=place)
    return release("studio", "2026.1", contains=(member,))


def _seen(version: str, **changes: Any) -> Sighting:
    values = {
        "id": f"51{version.replace('.', '0')}",
        "product": "recorder",
        "version": version,
        "source": "https://x.example/feed.xml",
        "url": f"https://x.example/r-{version}.exe",
        "title": f"Recorder {version}",
        "state": SightingState.OPEN,
        "first_seen": NOW,
        "platform": "windows",
    }
    return Sighting(**{**values, **changes})


def _renamed(old: Release, version: str, **changes: Any) -> tuple[Catalogue, Catalogue, Log]:
    place = Place(file=f"releases/recorder/{version}.md")
    new = replace(old, version=version, place=place, **changes)
    return records(old), records(new), Log(renamed={old.place.file: place.file})


def _diffs() -> dict[str, tuple[Catalogue, Catalogue, Log]]:
    quiet = Log()
    many = [release("recorder", f"1.{n}", released_at=date(2026, 1, 1)) for n in range(25)]
    named = [
        replace(r, product="deck", place=Place(file=f"releases/deck/{r.version}.md")) for r in many
    ]
    to_deck = Log(renamed={"releases/recorder/product.yml": "releases/deck/product.yml"})
    old, new = release("recorder", "2.4"), release("recorder", "2.7")
    tracked = [product("recorder", support={"stable": support}) for support in (LONG, SHORT, OVER)]
    return {
        "planned": (records(), records(PLANNED), quiet),
        "planned, no day": (records(), records(replace(PLANNED, planned_for=None)), quiet),
        "another day": (
            records(PLANNED),
            records(replace(PLANNED, planned_for=date(2026, 7, 1))),
            WHY,
        ),
        "no day any more": (records(PLANNED), records(replace(PLANNED, planned_for=None)), quiet),
        "shipped": (records(PLANNED), records(OUT), quiet),
        "shipped, nothing known": (records(), records(BARE), quiet),
        "shipped again": (records(GONE), records(BACK), quiet),
        "shipped again, no reason": (records(GONE), records(OUT), quiet),
        "withdrawn": (records(OUT), records(GONE), WHY),
        "withdrawn, another one": (
            records(OUT, release("recorder", "2.7.1")),
            records(GONE, release("recorder", "2.7.1")),
            quiet,
        ),
        "corrected": (
            records(OUT),
            records(
                replace(
                    OUT,
                    released_at=date(2026, 5, 3),
                    downloads=(replace(EXE, url="http://y.example/r.exe", size=None, sha256="b"),),
                )
            ),
            WHY,
        ),
        "another platform": (
            records(OUT),
            records(replace(OUT, downloads=(EXE, replace(DMG, platform="linux")))),
            quiet,
        ),
        "corrected withdrawal": (
            records(GONE),
            records(
                replace(GONE, withdrawn=Withdrawal(on=date(2026, 5, 4), reason="loses all sound"))
            ),
            WHY,
        ),
        "another member": (
            records(old, new, _suite("2.4")),
            records(old, new, _suite("2.7")),
            quiet,
        ),
        "compatibility": (
            records(OUT),
            records(
                replace(
                    OUT,
                    compatibility=(
                        replace(BREAKS, verdict=Verdict.WORKS, remedy=None),
                        replace(WORKS, holds_until=HoldsUntil(reason="It is a copy.")),
                        statement("studio", "*", Verdict.UNKNOWN),
                    ),
                )
            ),
            WHY,
        ),
        "compatibility without an end": (
            records(OUT),
            records(replace(OUT, compatibility=(BREAKS, LIMITS, replace(WORKS, holds_until=None)))),
            quiet,
        ),
        "support": (
            records(replace(BARE, support=LONG)),
            records(replace(BARE, support=SHORT)),
            WHY,
        ),
        "support has ended": (
            records(replace(BARE, support=LONG)),
            records(replace(BARE, support=OVER)),
            WHY,
        ),
        "support of a track": (records(tracked[0]), records(tracked[1]), quiet),
        "support of a track has ended": (records(tracked[0]), records(tracked[2]), quiet),
        "a track is supported again": (records(tracked[2]), records(tracked[0]), quiet),
        "issue": (records(BARE), records(BARE, OPEN), quiet),
        "helpless issue": (records(BARE), records(BARE, HELPLESS), quiet),
        "issue fixed": (
            records(BARE, OPEN),
            records(BARE, OPEN, release("recorder", "2.8")),
            quiet,
        ),
        "issue open again": (
            records(OPEN, release("recorder", "2.8")),
            records(OPEN, replace(GONE, version="2.8")),
            quiet,
        ),
        "issue gone": (
            records(OPEN),
            records(),
            Log(commits={"kb/no-sound.md": "0123456789 by Tom: Tidy"}),
        ),
        "issue is a how-to": (records(OPEN), records(replace(OPEN, kind=Kind.HOW_TO)), quiet),
        "not shipped": (records(OUT), records(PLANNED), WHY),
        "withdrawn, not shipped": (
            records(GONE),
            records(replace(PLANNED, status=Status.STAGED, planned_for=None)),
            quiet,
        ),
        "removed": (records(OUT), records(), WHY),
        "removed, commit": (
            records(OUT),
            records(release("recorder", "2.8", downloads=(replace(EXE, sha256=None),))),
            COMMIT,
        ),
        "plan removed": (records(PLANNED), records(), quiet),
        "renamed": _renamed(OUT, "2.7.1"),
        "renamed and corrected": _renamed(OUT, "2.7.1", released_at=date(2026, 5, 1)),
        "renamed spelling": _renamed(OUT, "2.7.0"),
        "plan renamed": _renamed(PLANNED, "2.8"),
        "renamed plan has shipped": _renamed(
            PLANNED, "2.8", status=Status.SHIPPED, released_at=date(2026, 5, 5)
        ),
        "renamed, not shipped": _renamed(
            BARE, "2.8", status=Status.PLANNED, planned_for=date(2026, 8, 1), downloads=()
        ),
        "product gone": (records(*many), records(products=("player",)), quiet),
        "product renamed": (
            records(*many),
            records(*named, products=("player", "deck")),
            to_deck,
        ),
        "one release of a renamed product": (
            records(OUT),
            records(
                replace(OUT, product="deck", place=Place(file="releases/deck/2.7.md")),
                product("deck", name="Recorder"),
                products=("player", "editor"),
            ),
            to_deck,
        ),
    }


def _downloads() -> dict[str, Event]:
    beta = _seen("2.9", channel="beta", published=NOW, notes=("rollout 5 %", "signed"))
    page = _seen("2.8", url="https://x.example/news", title="", platform=None, arch="arm64")
    known = records(
        OUT,
        replace(PLANNED, version="2.8", place=Place(file="releases/recorder/2.8.md")),
        release(
            "player",
            "2.4",
            compatibility=(statement("recorder", ">=2.9", Verdict.BREAKS, remedy="Wait."),),
        ),
    )
    one = alert(known, beta)
    unread = frozenset(["releases/recorder/2.9.md"])
    return {
        "download": one,
        "download of a planned one": alert(known, page),
        "download, unreadable": alert(known, replace(beta, channel=None), unread),
        "downloads": alert_of_many(known, [beta, page]),
        "download on a track": alert(
            known,
            _seen("2.7.2", channel="Stable", track="stable", download="https://x.example/r.exe"),
        ),
        "false alarm": false_alarm(known, replace(beta, reason="a test page"), [one], NOW),
    }


def _concluded() -> dict[str, Event]:
    """What follows from looks at the watched places, one of each kind."""
    later = datetime(2026, 5, 6, 9, tzinfo=UTC)
    seen = _seen("2.7", published=NOW, rollout=10)
    mac = _seen("2.7", id="51aa", platform="macos")
    other = Difference(algorithm="sha256", before="a" * 64, after="b" * 64)
    feed = "https://x.example/feed.xml"
    conclusions: dict[str, Conclusion] = {
        "appeared on two platforms": Appeared(sightings=(seen, mac), missing=("linux",)),
        "came late": CameLate(sightings=(_seen("1.1", published=NOW), _seen("1.0"))),
        "named by others": Hearsay(sightings=(_seen("2.8"), _seen("2.7.9"))),
        "another platform seen": OnAnotherPlatform(
            sightings=(mac,), others=("windows",), missing=("linux",)
        ),
        "left its channel": LeftChannel(sighting=seen, was="beta"),
        "other bytes": OtherBytes(sighting=seen, difference=other, since=NOW),
        "rollout": RolloutMoved(sighting=seen, before=5),
        "named lower": NamedLower(source=feed, before="2.7", now="2.4", platform="windows"),
        "dated back": DatedBack(source=feed, before=later, after=NOW),
        "expired": Expired(source=feed, valid_until=NOW),
        "still missing": StillMissing(sighting=seen, there=("windows",), missing=("macos",)),
        "gone": Gone(source=feed, sightings=((seen, NOW),)),
        "empty": Empty(version="2.7", url="https://x.example/2.7", title="Recorder", since=NOW),
        "apart": Apart(version="2.7", ahead=feed, behind=f"{feed}2", now="2.4", since=NOW),
        "not read": NotRead(
            source=feed,
            platform=None,
            entries=(
                _unread("Recorder Setup New.exe", "it names no version", Chance.SOME),
                _unread("We are hiring", "it names no version", Chance.LITTLE),
            ),
        ),
        "one not read": NotRead(
            source=feed,
            platform="windows",
            entries=(_unread("Recorder 3.exe", "it looks like 3", Chance.MUCH),),
        ),
        "partial": AheadOfPartners(sighting=seen, waiting=(("player", "2.4"), ("editor", None))),
    }
    teller = Teller(records(OUT, release("player", "2.4")), "recorder", later)
    return {name: teller.tell([one])[0].event for name, one in conclusions.items()}


def _unread(title: str, why: str, chance: Chance) -> Unread:
    return Unread(key=title, title=title, url="https://x.example/new", why=why, chance=chance)


def _of_places() -> dict[str, Event]:
    """A place that fails for long, and that is well again."""
    about = product("recorder")
    row = Watch(
        type="feed", options={"url": "https://x.example/feed.xml"}, place=Place(file="product.yml")
    )
    kept = SourceState(
        read_at=NOW, matched="2.4", trouble=Trouble.UNREACHABLE, error="the server sent nothing"
    )
    later = datetime(2026, 5, 6, 9, tzinfo=UTC)
    failing = failing_event(about, row, kept, NOW, later)
    return {
        "a place that fails": failing,
        "a place that is well again": healed_event(about, row, failing.id, NOW, later),
    }


def all_changes() -> Mapping[str, tuple[Event, ...]]:
    """The events of each change, by what the change is called."""
    diffs = {name: derive(*pair[:2], NOW, pair[2]) for name, pair in _diffs().items()}
    seen = {**_downloads(), **_concluded(), **_of_places()}
    return {**diffs, **{name: (event,) for name, event in seen.items()}}


def told_by_the_first() -> dict[str, list[dict[str, Any]]]:
    """What the first forewarn kept of the same changes, event by event, as it stored them."""
    return _kept("told_by_the_first.json")


def told_since() -> dict[str, list[dict[str, Any]]]:
    """The same of what only later forewarns tell, as it was told first."""
    return _kept("told_since.json")


def _kept(name: str) -> dict[str, list[dict[str, Any]]]:
    path = Path(__file__).parent / "model" / name
    found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return found
