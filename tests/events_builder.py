"""Events and settings with valid defaults: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from forewarn.channels.interface import Message
from forewarn.model.events.event import Event, EventKind
from forewarn.model.events.fact import AsTold, Harm, HasShipped, Said, VersionsOf
from forewarn.model.events.severity import Severity
from forewarn.model.recipient import Person
from forewarn.model.record import Audience, Place
from forewarn.model.release import Verdict
from forewarn.model.settings import ChannelSettings, Settings
from forewarn.model.subscription import Subscription
from forewarn.store.state.opening import open_state

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PLACE = Place(file="forewarn.yml", line=7)
SHIPPED = Event(
    id="3f2a91c07be44d1e8a55",
    kind=EventKind.SHIPPED,
    product="recorder",
    version="2.7",
    name="Recorder",
    severity=Severity.HIGH,
    audience=Audience.STAFF,
    at=NOON,
    fact=HasShipped(
        on=NOON.date(),
        harms=(
            Harm(
                of=VersionsOf(product="player", name="Player", versions="<2.7"),
                about="playing recordings made by this version",
                said=Said(verdict=Verdict.BREAKS, remedy="Update the player to 2.7."),
            ),
        ),
    ),
    products=("recorder", "player"),
    page="releases/recorder/2.7/",
    track="stable",
    platforms=("windows", "macos"),
)


def in_words(title: str, *lines: tuple[str, str]) -> AsTold:
    """What happened as it was told, whatever it was."""
    return AsTold(title=title, lines=lines)


def an_event(number: int | None = None, **changes: object) -> Event:
    """The recorder's shipping, changed; with a number, one of many."""
    if number is not None:
        changes = {"id": f"{number:020x}", **changes}
    return replace(SHIPPED, **changes)  # type: ignore[arg-type]


def a_message(*events: Event) -> Message:
    """The events, the recipient's first message about them."""
    return Message(events=events or (SHIPPED,))


def a_person(name: str = "maria", email: str | None = None) -> Person:
    """Somebody at example.com."""
    return Person(id=name, name=name.title(), email=email or f"{name}@example.com")


def a_channel(name: str = "files", kind: str = "folder", **options: str) -> ChannelSettings:
    """A folder channel, unless told otherwise; `from_` stands for `from`."""
    written = {key.rstrip("_"): value for key, value in options.items()}
    return ChannelSettings(id=name, type=kind, options=written, place=PLACE)


def an_email_channel(port: int, **options: str) -> ChannelSettings:
    """A channel to a plain server on this machine, unless told otherwise."""
    plain = {"host": "localhost", "port": str(port), "security": "none"}
    return a_channel("mail", "email", **{**plain, "from_": "kb@example.com", **options})


def a_subscription(
    recipient: str = "maria", channel: str = "files", **rest: object
) -> Subscription:
    """Everything, at once."""
    return Subscription(**{"recipient": recipient, "channel": channel, "place": PLACE, **rest})  # type: ignore[arg-type]


def settings_of(
    *subscriptions: Subscription,
    people: Iterable[Person] = (a_person(),),
    channels: Iterable[ChannelSettings] = (a_channel(),),
    site_urls: Mapping[str, str] | None = None,
) -> Settings:
    """Maria gets everything as files, unless told otherwise."""
    return Settings(
        name="Example Support",
        people={person.id: person for person in people},
        channels={channel.id: channel for channel in channels},
        subscriptions=subscriptions or (a_subscription(),),
        site_urls=site_urls or {"staff": "https://kb.example.com/"},
    )


def queue(root: Path, settings: Settings, *events: Event) -> None:
    """Put events into the outbox of a knowledge base."""
    with open_state(root) as state, state.transaction() as change:
        change.put(events, settings)
