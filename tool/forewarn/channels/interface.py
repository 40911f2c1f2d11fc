"""What a channel is: it sends one message to one recipient, once, or says why it could not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Protocol, Self

from forewarn.channels.example import ChannelExample
from forewarn.errors import ForewarnError
from forewarn.frozen import dataclass
from forewarn.model.delivery import Fault
from forewarn.model.events.collected import Collected, collected
from forewarn.model.events.event import Event
from forewarn.model.receipt import Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.record import Audience
from forewarn.model.retry import Retry
from forewarn.model.settings import NOWHERE, ServedAt
from forewarn.options import Options


class DeliveryError(ForewarnError):
    """A message did not go. This is the whole failure contract of a channel.

    One that comes of a TimeoutError or a ConnectionError is raised from that: a channel that
    goes on so is left alone for the rest of the run.

    Args:
        what: one sentence; it is shown to people and kept in the database, so it holds no
            secret.
        permanent: sending the same message again cannot help (the address does not exist).
            Where the set-up or the other side is at fault, it is not permanent.
        retry_after: the seconds that the other side asks to be left alone for; None where it
            does not say.
        fault: whose fault it is; by default the recipient's where it is permanent, else that of
            the server or service. Ten of those within an hour stop the channel, or the recipient.
            What is set up wrongly here is `Fault.OURS`, which never does.
    """

    exit_code = 3

    def __init__(
        self,
        what: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        fault: Fault | None = None,
        where: str | None = None,
        help: str | None = None,
    ) -> None:
        super().__init__(what, where=where, help=help)
        self.permanent = permanent
        self.retry_after = retry_after
        self.fault = fault or (Fault.RECIPIENT if permanent else Fault.CHANNEL)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnWording:
    """What the knowledge base's own templates make of a message; None where our wording stands.

    `first_lines` has one for each item. `text` and `html` are of a mail, the latter without its
    frame, and `post` is of a chat. What they are about and why they came is added to all three.
    """

    first_lines: tuple[str, ...] | None = None
    text: str | None = None
    html: str | None = None
    post: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What is to be told: one event, or several in one message.

    `earlier` are the receipts of what this recipient got by this channel before and what the
    message answers (what it corrects, or takes back), the oldest first: nothing of it holds any
    more. `answering` has for each of them the event that answers it. `beside` are the receipts of
    messages that told other things, too, which still hold. `follows` is the last that
    they got by this channel of the same release or article. `because` has the lines
    of the files that ask for it, such as `subscriptions/l1.yml:12`; none where somebody gets it
    because they were told what it answers. `written` is its wording by templates.
    """

    events: tuple[Event, ...]
    earlier: tuple[Receipt, ...] = ()
    answering: tuple[Event, ...] = ()
    beside: tuple[Receipt, ...] = ()
    follows: Receipt | None = None
    because: tuple[str, ...] = ()
    written: OwnWording = OwnWording()

    @property
    def items(self) -> tuple[Collected, ...]:
        """What there is to tell, by release or article."""
        return collected(self.events)

    @property
    def thread(self) -> str | None:
        """The thread that it belongs into, as the channel's receipts call it; None: a new one.

        What tells of several releases is in the thread of none.
        """
        if len({event.subject for event in self.events}) > 1:
            return None
        first = next(iter((*self.earlier, *self.beside)), self.follows)
        return (first.thread or first.message) if first else None

    @property
    def outdated(self) -> tuple[tuple[Receipt, Event], ...]:
        """What does not hold any more, each with the event that is to stand in its place."""
        answering = self.answering or (self.answers[-1],) * len(self.earlier)
        return tuple(zip(self.earlier, answering, strict=True))

    @property
    def answers(self) -> tuple[Event, ...]:
        """Those of its events that answer earlier ones; all of them where none says so."""
        return tuple(event for event in self.events if event.answers) or self.events

    @property
    def is_for_customers(self) -> bool:
        """Whether it is for the public, and so made of nothing but what the public may know."""
        return self.events[0].told_to is Audience.PUBLIC

    @property
    def id(self) -> str:
        """The same for the same events, however often they are sent."""
        if len(self.events) == 1:
            return self.events[0].id
        # Slow to import, and most messages hold one event.
        import hashlib

        return hashlib.sha256("\n".join(event.id for event in self.events).encode()).hexdigest()[
            :20
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a channel may know besides its own options.

    `root` is the knowledge base, `name` its name and `sites` where its sites are served.
    `environ` is where `${NAME}` is looked up; None means that the options are only checked.
    `alone` says that no other process delivers now: what lies half done is nobody's.
    """

    root: Path
    name: str
    sites: ServedAt = NOWHERE
    environ: Mapping[str, str] | None = field(default=None, repr=False)
    alone: bool = False


class Channel(Protocol):
    """A way for alerts to travel. Open it as a context and send as many messages as needed.

    It never retries, never waits for a better time and keeps no record: the outbox does. It has
    a thread and an event loop to itself, so that it holds up no other channel.

    `retry` is how the outbox tries its messages again. `at_once` is how many messages may be under
    way at the same time, each in a `send` of its own. Where that is more than one, they are settled
    together: after a crash, some sixty may arrive twice. `threads` says that what it posts of one
    release is one thread: then a message comes with what it `follows`. `tells_of_the_site` says
    that it tells no more than that something on the site is new: a publish sends its messages when
    that is in its place.
    """

    retry: ClassVar[Retry] = Retry.QUEUE
    threads: ClassVar[bool] = False
    tells_of_the_site: ClassVar[bool] = False
    at_once: int = 1

    @classmethod
    def from_options(cls, read: Options, around: Surroundings) -> Self:
        """Read the options; touches neither disk nor network.

        Whatever is not asked for is refused afterwards, so `read.finish` is not called here.
        """
        ...

    @classmethod
    def example(cls) -> ChannelExample:
        """What the contract test tries it with."""
        ...

    @classmethod
    def cannot_reach(cls, recipient: Recipient) -> str | None:
        """Why this recipient can get nothing by a channel of this type, or None."""
        return None

    def preview(self, message: Message, recipient: Recipient) -> tuple[str, bytes] | None:
        """What would be sent as a file, with its ending; None where it is more than that.

        Raises:
            DeliveryError: it cannot be made.
        """
        return None

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            DeliveryError: that failed; nothing can be sent now.
        """
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the connection; never raises."""
        return

    async def site_changed(self, address: str) -> None:
        """Tell that what is at an address of the site is another now, where it tells of that.

        Raises:
            DeliveryError: as of `send`.
        """
        return

    async def send(self, message: Message, recipient: Recipient) -> Receipt:
        """Send once, under an id that is derived from the message's and the recipient's alone.

        Raises:
            DeliveryError: it did not go, or nobody can know whether it did.
        """
        ...
