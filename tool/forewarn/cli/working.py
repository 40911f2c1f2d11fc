"""Running a worker: what it tells, and how it ends."""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn.cli.looking import (
    Looking,
    progress,
    say_failed,
    stopped_cleanly,
    tell,
    tell_delivered,
)
from forewarn.cli.output import mention, say
from forewarn.cli.refreshing import tell_places
from forewarn.cli.service_manager import notify

if TYPE_CHECKING:
    from forewarn.errors import ForewarnError
    from forewarn.services.alert.delivered import DeliverReport
    from forewarn.services.watch.looking import LookDone
    from forewarn.services.work.worker import Worker

# How long what is under way may take when it is to end (seconds).
_PATIENCE = 8.0
_ROUND = 10.0


def work(root: Path, interval: timedelta, *, pull: bool) -> None:
    """Work until stopped.

    Raises:
        Refused: there is one here already, with the embedded database.
        UsageError: `pull` was asked for with that, or a library is missing for the other one.
        DataError: the database cannot be used.
    """
    from forewarn.errors import UsageError
    from forewarn.services.work.worker import Worker
    from forewarn.store.state.opening import jobs_of

    jobs = jobs_of(root)
    if jobs is None:
        if pull:
            raise UsageError(
                "--pull is for workers that share a PostgreSQL database, and forewarn.yml names "
                "none",
                help="Leave it out; or name one: `database: ${FOREWARN_DATABASE}`.",
            )
        mention("the state is in the embedded database, so this is the only worker there can be")
        Looking(
            root=root, as_format="text", send=True, interval=interval, only_due=True
        ).again_and_again()
        return
    worker = Worker(
        root=root,
        jobs=jobs,
        listener=WorkerTelling(),
        now=lambda: datetime.now(UTC),
        environ=os.environ,
        interval=interval,
        pull=pull,
        progress=partial(progress, silent=True),
    )
    run(worker)


def run(worker: Worker) -> None:
    """Let it work until a signal comes."""
    with stopped_cleanly("worker"):
        _run(worker)


def _run(worker: Worker) -> None:
    """Run it in a thread, so that a signal meets nothing that is under way."""
    failed: list[BaseException] = []
    # Not the thread itself: a signal in `join` lets it seem to have ended.
    ended = threading.Event()

    def run() -> None:
        try:
            worker.run()
        except BaseException as error:
            failed.append(error)
        finally:
            ended.set()

    try:
        threading.Thread(target=run, name="worker", daemon=True).start()
        while not ended.wait(_ROUND):
            if worker.is_well:
                notify("WATCHDOG=1")
    finally:
        notify("STOPPING=1")
        worker.stop()
        if not ended.wait(_PATIENCE):
            say("stopped; what was under way is done again, under the same ids")
            sys.stderr.flush()
            os._exit(0)
    if failed:
        raise failed[0]


class WorkerTelling:
    """Says on stderr what a worker does; what a look found, on stdout."""

    def began(self, name: str) -> None:
        notify("READY=1")
        mention(f"at work as {name}")

    def looked(self, looked: LookDone) -> None:
        tell(looked, "text", silent=True)

    def delivered(self, report: DeliverReport) -> None:
        tell_delivered(report)

    def refreshed(self, places: tuple[Path, ...]) -> None:
        tell_places(places)

    def followed(self, commit: str) -> None:
        mention(f"took over {commit[:10]} from the remote")

    def failed(self, error: ForewarnError) -> None:
        say_failed(error)

    def works_again(self) -> None:
        say("it works again")

    def unheard(self, why: str) -> None:
        say(f"note: the heartbeat was not heard: {why}")
