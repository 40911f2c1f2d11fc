"""One channel at work: opened when it is first needed, and where it hangs, alone with that."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from typing import Any, Self, TypeVar

from forewarn.channels import build, concealed, retry_of, variables_of
from forewarn.channels.interface import Channel, DeliveryError, Message, Surroundings
from forewarn.errors import ForewarnError
from forewarn.model import variables
from forewarn.model.delivery import Delivery, Ended, NotSent
from forewarn.model.receipt import Assurance, Receipt
from forewarn.model.retry import Retry
from forewarn.model.settings import ChannelSettings, Settings
from forewarn.model.visible import one_line

Result = TypeVar("Result")
_MOST_STRIKES = 2
_FAREWELL = timedelta(seconds=10)
# What a channel gets, after its time, to come to an end by itself; a thread that blocks does not.
_GRACE_SECONDS = 2.0
_LONGEST_RECEIPT = 500


class Lane:
    """The channel `name` of one run, in a thread of its own. Open it as a context."""

    def __init__(
        self, name: str, settings: Settings, around: Surroundings, limit: timedelta
    ) -> None:
        self.name = name
        self._settings = settings
        self._around = around
        self._limit = limit
        self._thread = _Thread(name)
        self._channel: Channel | None = None
        self._down: DeliveryError | None = None
        self._strikes = 0

    @property
    def is_down(self) -> bool:
        """Whether nothing is sent here for the rest of this run: each sending fails at once."""
        return self._down is not None or self.name not in self._settings.channels

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._channel is not None:
            # A connection that does not end in time is dropped: nothing hangs on its farewell.
            with contextlib.suppress(DeliveryError):
                farewell = self._channel.__aexit__(None, None, None)
                await self._in_time(farewell, min(self._limit, _FAREWELL))
        self._thread.end()

    @property
    def retry(self) -> Retry:
        """How its type of channel is tried again."""
        row = self._settings.channels.get(self.name)
        return retry_of(row) if row else Retry.QUEUE

    async def send(self, delivery: Delivery, earlier: tuple[Receipt, ...]) -> Ended:
        """Send once: the receipt, if the channel gives one, or what went wrong."""
        row = self._settings.channels.get(self.name)
        try:
            person = self._settings.people.get(delivery.person)
            if person is None:
                raise _gone("person", delivery.person)
            channel = await self.open()
            message = Message(events=(delivery.event,), earlier=earlier)
            receipt = await self._in_time(channel.send(message, person), self._limit)
        except DeliveryError as error:
            self._count(error)
            return _failure(concealed(error, row, self._around) if row else error)
        self._strikes = 0
        names, environ = variables_of(row) if row else (), self._around.environ or {}
        return _sound(receipt, lambda text: variables.concealed(text, names, environ))

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
                self._channel = await self._in_time(_opened(row, self._around), self._limit)
            except DeliveryError as error:
                self._down = self._down or error
                raise
        return self._channel

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
            except _Stuck as error:
                what = f"channel {self.name!r} took too long"
                self._down = DeliveryError(
                    f"{what} and blocks its thread, so it is left alone in this run",
                    permanent=False,
                )
                raise DeliveryError(what, permanent=False) from error


class _Stuck(TimeoutError):
    """Work did not even end when it was told to."""


class _Thread:
    """A thread with an event loop of its own, begun when it is first needed."""

    def __init__(self, name: str) -> None:
        self._name = f"channel {name}"
        self._thread: threading.Thread | None = None
        self._stuck = False

    async def run(self, work: Coroutine[Any, Any, Result], seconds: float) -> Result:
        """What the work comes to.

        Raises:
            TimeoutError: it took longer, and was ended.
            _Stuck: it could not be ended.
        """
        if self._thread is None:
            begun = threading.Event()
            # A daemon: what blocks for ever must not keep the process from its end.
            self._thread = threading.Thread(
                target=lambda: asyncio.run(self._serve(begun)), name=self._name, daemon=True
            )
            self._thread.start()
            begun.wait()
        future = asyncio.run_coroutine_threadsafe(_bounded(work, seconds), self._loop)
        waited = asyncio.wrap_future(future)
        try:
            await asyncio.wait((waited,), timeout=seconds + _GRACE_SECONDS)
            if not waited.done():
                self._stuck = True
                raise _Stuck
            return waited.result()
        finally:
            waited.cancel()

    def end(self) -> None:
        """Let the thread go. One that blocks ends with the process."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            if not self._stuck:
                self._thread.join(_GRACE_SECONDS)

    async def _serve(self, begun: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        begun.set()
        await self._stop.wait()


async def _bounded(work: Coroutine[Any, Any, Result], seconds: float) -> Result:
    async with asyncio.timeout(seconds):
        return await work


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
        raise DeliveryError(error.what, where=error.where, permanent=False) from error
    except Exception as error:
        # A fault in one channel must not hold up the others. Its text stays out of the
        # database: nobody knows what it holds.
        raise DeliveryError(
            f"channel {name!r} has a fault of its own: {type(error).__name__}", permanent=False
        ) from error


def _failure(error: DeliveryError) -> NotSent:
    asked = error.retry_after
    return NotSent(
        error=f"{error.where}: {error.what}" if error.where else error.what,
        permanent=error.permanent,
        retry_after=None if asked is None else timedelta(seconds=asked),
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
    return DeliveryError(f"there is no {kind} {name!r} in forewarn.yml any more", permanent=True)
