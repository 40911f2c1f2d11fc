"""One channel at work: opened when it is first needed, and where it hangs, alone with that."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, Self, TypeAlias

from forewarn.channels import build, concealed, has_threads, retry_of, variables_of
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.errors import ForewarnError
from forewarn.frozen import dataclass
from forewarn.model import variables
from forewarn.model.delivery import Delivery, Ended, Fault, NotSent
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.recipient import Recipient
from forewarn.model.retry import Retry
from forewarn.model.settings import ChannelSettings, Settings
from forewarn.model.visible import one_line
from forewarn.services.alert.channel_thread import ChannelThread, Result, Stuck

# Deliveries that go in one message: all of one recipient.
Parcel: TypeAlias = tuple[Delivery, ...]
_MOST_STRIKES = 2
_FAREWELL = timedelta(seconds=10)
# So many messages more are handed over to a channel that sends several at once: none of its
# connections waits while what went is settled, and what went is settled together.
_AHEAD = 60
_LONGEST_RECEIPT = 500


@dataclass(frozen=True, slots=True)
class _Job:
    """A message under way, and to whom."""

    parcel: Parcel
    message: Message
    recipient: Recipient


class Lane:
    """The channel `name` of one run, in a thread of its own. Open it as a context."""

    def __init__(
        self, name: str, settings: Settings, around: Surroundings, limit: timedelta
    ) -> None:
        self.name = name
        self._settings = settings
        self._around = around
        self._limit = limit
        self._thread = ChannelThread(name)
        self._channel: Channel | None = None
        self._down: DeliveryError | None = None
        self._strikes = 0
        self._variables: tuple[str, ...] = ()

    @property
    def is_down(self) -> bool:
        """Whether nothing is sent here for the rest of this run: each sending fails at once."""
        return self._down is not None or self.name not in self._settings.channels

    @cached_property
    def retry(self) -> Retry:
        """How its type of channel is tried again."""
        row = self._settings.channels.get(self.name)
        return retry_of(row) if row else Retry.QUEUE

    @cached_property
    def threads(self) -> bool:
        """Whether it keeps what it posts of one release in one thread."""
        row = self._settings.channels.get(self.name)
        return row is not None and has_threads(row)

    @property
    def one_by_one(self) -> bool:
        """Whether the channel sends one message after the other, in their order."""
        row = self._settings.channels.get(self.name)
        with contextlib.suppress(ForewarnError):
            return row is not None and build(row, self._around).at_once == 1
        return False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._channel is not None:
            # A connection that does not end in time is dropped: nothing hangs on its farewell.
            with contextlib.suppress(DeliveryError):
                farewell = self._channel.__aexit__(None, None, None)
                await self._in_time(farewell, min(self._limit, _FAREWELL))
        self._thread.end()

    async def send(
        self, waiting: deque[Parcel], begin: Callable[[Parcel], Message | None]
    ) -> AsyncIterator[list[tuple[Parcel, Ended]]]:
        """Send each once, as many at a time as the channel takes; what has ended, as it does.

        No more is begun before what has ended was taken. `begin` gives the message of a parcel
        whose turn it is, or None where it is not to be sent. Who takes parcels from `waiting`
        keeps them from being sent.
        """
        under_way: dict[int, _Job] = {}
        while waiting or under_way:
            jobs, refused = self._next_jobs(waiting, len(under_way), begin)
            if refused:
                yield refused
                continue
            if jobs:
                try:
                    channel = await self.open()
                except DeliveryError as error:
                    yield [(job.parcel, self._lost(error)) for job in jobs]
                    continue
                under_way |= {id(job): job for job in jobs}
                self._thread.begin(jobs, partial(self._sent, channel), channel.at_once)
            if under_way:
                ended = await self._some_ended(under_way)
                yield [(job.parcel, self._as_kept(how)) for job, how in ended]

    def _next_jobs(
        self,
        waiting: deque[Parcel],
        under_way: int,
        begin: Callable[[Parcel], Message | None],
    ) -> tuple[list[_Job], list[tuple[Parcel, Ended]]]:
        """What is to be begun now, and what cannot be, as somebody or the channel is not there.

        Before the channel is open, nobody knows whether it will be: one tries.
        """
        jobs: list[_Job] = []
        refused: list[tuple[Parcel, Ended]] = []
        at_once = self._channel.at_once if self._channel else 1
        most = at_once if at_once == 1 else at_once + _AHEAD
        while waiting and (self.is_down or len(jobs) + under_way < most):
            parcel = waiting.popleft()
            message = begin(parcel)
            if message is None:
                continue
            recipient = self._settings.recipient(parcel[0].person)
            if recipient is None:
                gone = _gone("person, list or room", parcel[0].person)
                refused.append((parcel, _not_sent(gone, tried=False)))
            elif self.name not in self._settings.channels:
                refused.append((parcel, _not_sent(_gone("channel", self.name), tried=False)))
            elif self._down is not None:
                refused.append((parcel, self._lost(self._down, tried=False)))
            else:
                jobs.append(_Job(parcel, message, recipient))
        return jobs, refused

    async def open(self) -> Channel:
        """The channel, opened once.

        Raises:
            DeliveryError: it is not there any more, or that failed, now or before.
        """
        row = self._settings.channels.get(self.name)
        if row is None:
            raise _gone("channel", self.name)
        if self._down is not None:
            # Raised again and again, it would keep each way that it came.
            raise self._down.with_traceback(None)
        if self._channel is None:
            try:
                self._variables = variables_of(row)
                self._channel = await self._in_time(_opened(row, self._around), self._limit)
            except DeliveryError as error:
                self._down = self._down or error
                raise
        return self._channel

    async def _sent(self, channel: Channel, job: _Job) -> Receipt | DeliveryError | None:
        """Send one, in the channel's thread: whatever happens, it ends, and in time."""
        if self._down is not None:
            return self._down
        seconds = self._limit.total_seconds()
        try:
            async with _as_delivery_error(self.name), asyncio.timeout(seconds):
                return await channel.send(job.message, job.recipient)
        except DeliveryError as error:
            return error

    async def _some_ended(
        self, under_way: dict[int, _Job]
    ) -> list[tuple[_Job, Receipt | DeliveryError | None]]:
        """Wait until something has ended, and take it from what is under way."""
        ended: list[tuple[_Job, Receipt | DeliveryError | None]] = []
        try:
            ended = await self._thread.ended(self._limit.total_seconds())
        except Stuck as error:
            lost = self._stuck(error)
            ended = [(job, lost) for job in under_way.values()]
        for job, _ in ended:
            del under_way[id(job)]
        return ended

    def _as_kept(self, how: Receipt | DeliveryError | None) -> Ended:
        if isinstance(how, DeliveryError):
            tried = how is not self._down
            if tried:
                self._count(how)
            return self._lost(how, tried=tried)
        self._strikes = 0
        environ = self._around.environ or {}
        return _sound(how, lambda text: variables.concealed(text, self._variables, environ))

    def _lost(self, error: DeliveryError, *, tried: bool = True) -> NotSent:
        """A failure as it may be kept."""
        row = self._settings.channels.get(self.name)
        return _not_sent(concealed(error, row, self._around) if row else error, tried=tried)

    def _count(self, error: DeliveryError) -> None:
        """Leave the channel alone for this run where it fell silent or broke off repeatedly."""
        lost = isinstance(error.__cause__, (TimeoutError, ConnectionError))
        self._strikes = self._strikes + 1 if lost else 0
        if self._strikes == _MOST_STRIKES:
            self._down = DeliveryError(
                f"{error.what}; that was {_MOST_STRIKES} times, so it is left alone in this run",
                permanent=False,
            )

    async def _in_time(self, work: Coroutine[Any, Any, Result], limit: timedelta) -> Result:
        """Whatever a channel does, it ends in time, and if badly, as DeliveryError."""
        async with _as_delivery_error(self.name):
            try:
                return await self._thread.run(work, limit.total_seconds())
            except Stuck as error:
                raise self._stuck(error) from error

    def _stuck(self, error: Stuck) -> DeliveryError:
        """The channel blocks its thread: nothing more is sent here."""
        what = f"channel {self.name!r} took too long"
        self._down = DeliveryError(
            f"{what} and blocks its thread, so it is left alone in this run", permanent=False
        )
        failure = DeliveryError(what, permanent=False)
        failure.__cause__ = error
        return failure


async def _opened(row: ChannelSettings, around: Surroundings) -> Channel:
    return await build(row, around).__aenter__()


@contextlib.asynccontextmanager
async def _as_delivery_error(name: str) -> AsyncIterator[None]:
    try:
        yield
    except DeliveryError:
        raise
    except TimeoutError as error:
        raise DeliveryError(f"channel {name!r} took too long", permanent=False) from error
    except ForewarnError as error:
        raise DeliveryError(
            error.what, where=error.where, permanent=False, fault=Fault.OURS
        ) from error
    except Exception as error:
        # A fault in one channel must not hold up the others. Its text stays out of the
        # database: nobody knows what it holds.
        raise DeliveryError(
            f"channel {name!r} has a fault of its own: {type(error).__name__}",
            permanent=False,
            fault=Fault.OURS,
        ) from error


def _not_sent(error: DeliveryError, *, tried: bool = True) -> NotSent:
    asked = error.retry_after
    return NotSent(
        error=f"{error.where}: {error.what}" if error.where else error.what,
        permanent=error.permanent,
        fault=error.fault,
        retry_after=None if asked is None else timedelta(seconds=asked),
        tried=tried,
    )


def _sound(receipt: object, conceal: Callable[[str], str]) -> Receipt | None:
    """The receipt as it can be kept; None where it is none: it went, whatever is said of it."""
    if not isinstance(receipt, Receipt):
        return None
    try:
        assurance = Assurance(receipt.assurance)
    except ValueError:
        assurance = Assurance.ACCEPTED

    def short(text: object) -> str:
        return conceal(one_line(str(text)))[:_LONGEST_RECEIPT]

    thread = None if receipt.thread is None else short(receipt.thread)
    return Receipt(message=short(receipt.message), thread=thread, assurance=assurance)


def _gone(kind: str, name: str) -> DeliveryError:
    return DeliveryError(
        f"there is no {kind} {name!r} in forewarn.yml any more", permanent=True, fault=Fault.OURS
    )
