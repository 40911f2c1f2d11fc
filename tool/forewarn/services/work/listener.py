"""Who is told how a worker fares."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from forewarn.errors import ForewarnError
from forewarn.services.alert.delivered import DeliverReport
from forewarn.services.watch.looking import LookDone


class WorkerListener(Protocol):
    """Who is told how the work goes; from several threads."""

    def began(self, name: str) -> None:
        """The worker is at work."""
        ...

    def looked(self, looked: LookDone) -> None:
        """A look has ended."""
        ...

    def delivered(self, report: DeliverReport) -> None:
        """A delivery has ended."""
        ...

    def refreshed(self, places: tuple[Path, ...]) -> None:
        """These staff sites of this machine were brought up to date; the others were so already."""
        ...

    def followed(self, commit: str) -> None:
        """The clone has a newer commit."""
        ...

    def failed(self, error: ForewarnError) -> None:
        """Something cannot be done; it is tried again, and told once for as long as it stays."""
        ...

    def works_again(self) -> None:
        """All that had failed works."""
        ...

    def unheard(self, why: str) -> None:
        """The heartbeat was not heard."""
        ...
