"""What a channel ships for its contract test: a service on this machine, and who is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field

from forewarn.frozen import dataclass
from forewarn.model.option import OptionValue
from forewarn.model.recipient import Recipient


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningService:
    """A service that runs, and the options of a channel that sends to it.

    In the texts of `options`, `{folder}` stands for the knowledge base. `environ` has the
    variables that they name. `received` gives what has arrived, each message as its bytes.
    """

    options: Mapping[str, OptionValue]
    received: Callable[[], Sequence[bytes]]
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelExample:
    """A channel that works, whom it reaches, and whom it refuses for good.

    `service` starts the service; it is given the folder of a knowledge base, and ends with the
    context. No recipient of `refused` can ever get anything by such a channel. `tells` is whether
    what arrives says what happened, or only that something did. `needs` is a module without which
    the channel cannot work, where that comes with an extra.
    """

    service: Callable[[str], AbstractContextManager[RunningService]]
    reached: tuple[Recipient, ...]
    refused: tuple[Recipient, ...] = ()
    tells: bool = True
    needs: str | None = None
