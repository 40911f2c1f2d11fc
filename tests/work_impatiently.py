"""A worker as `forewarn worker` runs it, that gives the database half a second instead of ten.

What it has done goes to its output, a word each.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from forewarn.cli.looking import progress
from forewarn.cli.working import WorkerTelling, run
from forewarn.services.alert.delivered import DeliverReport
from forewarn.services.work.worker import Worker
from forewarn.store.state.jobs import Jobs
from forewarn.store.state.opening import address_of


class _Telling(WorkerTelling):
    def delivered(self, report: DeliverReport) -> None:
        super().delivered(report)
        print("delivered", flush=True)

    def refreshed(self, places: tuple[Path, ...]) -> None:
        super().refreshed(places)
        print("refreshed", flush=True)


def main(root: str) -> None:
    """Work until a signal comes."""
    address = address_of(Path(root), os.environ)
    assert address is not None
    worker = Worker(
        root=Path(root),
        jobs=Jobs(address, "forewarn", within=0.5),
        listener=_Telling(),
        now=lambda: datetime.now(UTC),
        environ=os.environ,
        interval=timedelta(minutes=15),
        pull=False,
        progress=partial(progress, silent=True),
    )
    run(worker)
