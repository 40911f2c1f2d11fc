"""What `forewarn.yml` says: who is told what, by which channel, and how to publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import timedelta
from decimal import Decimal

from forewarn.frozen import dataclass
from forewarn.model.events.event import Event
from forewarn.model.finding import FindingSeverity
from forewarn.model.option import OptionValue
from forewarn.model.recipient import MailingList, Person, Recipient, Room
from forewarn.model.record import Audience, Place
from forewarn.model.subscription import Subscription

# Where findings stand that are about a key which is not there.
_HERE = Place(file="forewarn.yml")


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelSettings:
    """One row of `channels:`: a channel type and its own options, as written.

    An option written `${NAME}` stays so here; it is read from the environment only when the
    channel is opened, so that no secret is ever part of this object. `lines` has the line of each
    option, by its path.
    """

    id: str
    type: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    place: Place

    @property
    def called(self) -> str:
        """What an error calls it."""
        return f"channel {self.id!r}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSeverity:
    """What a rule of `check` counts as here; None where it is off."""

    rule: str
    severity: FindingSeverity | None
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckSettings:
    """`check:`, for whoever finds a rule too strict or too mild.

    `vanish_limit` is how many per cent of the records may go in one change.
    """

    severities: Mapping[str, RuleSeverity] = field(default_factory=dict)
    vanish_limit: Decimal = Decimal(20)
    place: Place = _HERE


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchSettings:
    """`watch:`: how places are asked, and when somebody is told of one that fails.

    `alert_after` is for how long a place fails before that; None: never. `per_second` is how many
    requests a host gets.
    """

    alert_after: timedelta | None = timedelta(hours=6)
    per_second: float = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseSettings:
    """`database:`: the variable of the environment that holds the address of one."""

    variable: str
    place: Place


_USUAL = CheckSettings()
_USUALLY_WATCHED = WatchSettings()

LEAST_KEPT, USUALLY_KEPT, MOST_KEPT = 30, 400, 36_500  # days


@dataclass(frozen=True, kw_only=True, slots=True)
class ServedAt:
    """Where the site of each audience is served, as far as it is."""

    staff: str | None = None
    public: str | None = None

    def of(self, audience: Audience) -> str | None:
        """Where that of an audience is: nobody is sent to a site that is not theirs."""
        return self.public if audience is Audience.PUBLIC else self.staff


NOWHERE = ServedAt()


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """`forewarn.yml`, and the files under `subscriptions/`.

    No two of `people`, `lists` and `rooms` have the same id. `site_urls` maps an audience to the
    address its site is served at, `hubs` to the WebSub hub
    that its feeds name. `platforms` are the knowledge base's own ones. `keep_days` is for how many
    days this machine's state of what is settled stays whole. `operators` are the ids of the people
    who are told when alerts do not get through; none: the owners of the products are. `heartbeat`
    is the address, or the `${NAME}` of one, that is called when a look and a delivery are done.
    `database` is where the state is kept, for many machines; None: in a file of this one.
    """

    name: str
    description: str | None = None
    people: Mapping[str, Person] = field(default_factory=dict)
    lists: Mapping[str, MailingList] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] = ()
    site_urls: Mapping[str, str] = field(default_factory=dict)
    hubs: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    check: CheckSettings = _USUAL
    keep_days: int = USUALLY_KEPT
    operators: tuple[str, ...] = ()
    watching: WatchSettings = _USUALLY_WATCHED
    heartbeat: str | None = None
    database: DatabaseSettings | None = None

    @property
    def served_at(self) -> ServedAt:
        """Where the sites are served."""
        return ServedAt(
            staff=self.site_urls.get(Audience.STAFF), public=self.site_urls.get(Audience.PUBLIC)
        )

    def as_read(self, event: Event) -> Event:
        """An event as people read it: whom to ask by their name, where that is known."""
        owner = self.recipient(event.owner) if event.owner else None
        return replace(event, owner=owner.name) if owner else event

    @property
    def tells_customers(self) -> bool:
        """Whether anybody subscribes to what customers may know."""
        return any(row.audience is Audience.PUBLIC for row in self.subscriptions)

    def is_customer(self, recipient: str) -> bool:
        """Whether somebody subscribes to nothing but what customers may know."""
        rows = [row for row in self.subscriptions if row.recipient == recipient]
        return bool(rows) and all(row.audience is Audience.PUBLIC for row in rows)

    def recipient(self, id: str) -> Recipient | None:
        """The person, the mailing list or the room of an id."""
        return self.people.get(id) or self.lists.get(id) or self.rooms.get(id)
