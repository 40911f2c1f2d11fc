"""Which workers there are, and when each was seen last: they say so themselves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forewarn.frozen import dataclass
from forewarn.store.state.interface import State

if TYPE_CHECKING:
    from forewarn.store.state.change import Change

_MARK = "worker "
# A worker that lives says so at least every minute.
SILENT_AFTER = timedelta(minutes=3)
_FORGOTTEN_AFTER = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerSeen:
    """A worker: machine and clone as `name`, of which `version`, with which `commit` checked out.

    `began` and `seen` are times of the state's clock. `trouble` is what keeps it from its work.
    """

    name: str
    version: str
    commit: str | None
    began: datetime
    seen: datetime
    trouble: str | None = None

    def is_silent(self, now: datetime) -> bool:
        """Whether it ought to have said by now that it lives."""
        return now - self.seen > SILENT_AFTER


def workers(state: State) -> tuple[WorkerSeen, ...]:
    """The workers that were seen lately and did not say goodbye, by their names.

    Raises:
        DataError: the state database cannot be read.
    """
    found = (_read(name, text) for name, text in state.marks(_MARK).items())
    return tuple(worker for worker in found if worker)


def keep_seen(change: Change, worker: WorkerSeen) -> None:
    """Keep that a worker lives."""
    kept = {
        "version": worker.version,
        "commit": worker.commit,
        "began": worker.began.isoformat(),
        "seen": worker.seen.isoformat(),
        "trouble": worker.trouble,
    }
    change.set_mark(f"{_MARK}{worker.name}", json.dumps(kept))


def say_goodbye(change: Change, name: str) -> None:
    """Keep that a worker has ended as it was told to."""
    change.drop_mark(f"{_MARK}{name}")


def forget_lost(change: Change, seen: tuple[WorkerSeen, ...], now: datetime) -> None:
    """Forget those that were not seen for days: nobody expects them back."""
    for worker in seen:
        if now - worker.seen > _FORGOTTEN_AFTER:
            say_goodbye(change, worker.name)


def _read(name: str, text: str) -> WorkerSeen | None:
    try:
        kept = json.loads(text)
        return WorkerSeen(
            name=name,
            version=str(kept["version"]),
            commit=kept["commit"],
            began=datetime.fromisoformat(kept["began"]),
            seen=datetime.fromisoformat(kept["seen"]),
            trouble=kept["trouble"],
        )
    except (ValueError, TypeError, KeyError):
        return None  # a newer forewarn's, or damaged: it says so again within a minute
