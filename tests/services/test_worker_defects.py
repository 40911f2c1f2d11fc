"""A defect in a worker is told by its name, how it came about is kept, and the rest goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from command_line import Kb
from forewarn.errors import ForewarnError
from forewarn.services.work.worker import LOOK, Worker
from forewarn.store.state.jobs import DELIVER


class Jobs:
    """Asks one worker for one look and one delivery, then has it end."""

    worker: Worker

    async def serve(
        self, work: Mapping[str, Callable[[], None]], ready: Callable[[], None]
    ) -> None:
        for name in (LOOK, DELIVER):
            await asyncio.to_thread(work[name])
        self.worker.stop()

    def wake(self, name: str, *, after: float = 0.0) -> None:
        pass


class Told:
    """Keeps what a worker tells."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, str | None]] = []
        self.rest: list[str] = []

    def failed(self, error: ForewarnError) -> None:
        self.errors.append((error.what, error.help))

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: self.rest.append(name)


def broken(total: int) -> Any:
    raise LookupError(f"no bar for {total}")


def work(kb: Path) -> Told:
    jobs, told = Jobs(), Told()
    jobs.worker = Worker(
        root=kb,
        jobs=jobs,  # type: ignore[arg-type]
        listener=told,
        now=lambda: datetime.now(UTC),
        environ={},
        interval=timedelta(minutes=15),
        pull=False,
        progress=broken,
    )
    jobs.worker.run()
    return told


def test_a_defect_is_told_by_its_name_and_kept_with_how_it_came_about(acme: Kb) -> None:
    told = work(acme.root)
    assert told.errors == [
        (
            "look: LookupError: no bar for 0",
            "This is a defect of forewarn, or of a plug-in: report it, with "
            ".forewarn/defect-look.txt, which says how it came about. The rest goes on.",
        )
    ]
    assert told.rest == ["delivered"]
    kept = acme.read(".forewarn/defect-look.txt").splitlines()
    assert kept[0] == "Traceback (most recent call last):"
    assert kept[-1] == "LookupError: no bar for 0"
    assert any(f'File "{__file__}"' in line for line in kept)
    assert acme.git("status", "--porcelain") == ""


def test_where_it_cannot_be_kept_it_is_told_all_the_same(acme: Kb) -> None:
    (acme.root / ".forewarn" / "defect-look.txt").mkdir()
    assert work(acme.root).errors == [
        (
            "look: LookupError: no bar for 0",
            "This is a defect of forewarn, or of a plug-in: report it. The rest goes on.",
        )
    ]
