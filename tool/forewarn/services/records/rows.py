"""What the commands write into a release's front matter."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from forewarn.model.release import Download, Release, Status
from forewarn.store.git.repository import Repository
from forewarn.store.records.edit import one_line
from forewarn.store.settings import read_settings


def who_records(root: Path) -> str:
    """The person of forewarn.yml with the mail address or name that Git knows, else that name.

    Raises:
        DataError: Git does not know who commits here.
    """
    with Repository(root) as repository:
        name, email = repository.identity()
    settings, _ = read_settings(root)
    people = tuple(settings.people.values()) if settings else ()
    by_mail = (p.id for p in people if p.email and p.email.casefold() == email.casefold())
    by_name = (p.id for p in people if p.name == name)
    return next(by_mail, None) or next(by_name, None) or name


def add_step(head: Any, to: Status, at: datetime, by: str, reason: str | None = None) -> None:
    """Set the status, and add the change to `history:`."""
    row: dict[str, Any] = {"to": to.value, "at": at, "by": by}
    if reason:
        row["reason"] = reason
    head["status"] = to.value
    head.setdefault("history", []).append(one_line(row))


def complete_history(head: Any, release: Release, today: date) -> None:
    """Add the changes that somebody made by hand: on which day, as far as the record says it."""
    if not release.history:
        return
    last = release.history[-1]
    step, day = last.to, last.on
    while step is not release.status:
        step = step.following
        # It happened after what is above it, and before today: no date in a record may say else.
        day = max(day, min(_day_of(step, release) or today, today))
        head["history"].append(one_line({"to": step.value, "at": day}))


def _day_of(step: Status, release: Release) -> date | None:
    if step is Status.WITHDRAWN and release.withdrawn:
        return release.withdrawn.on
    return release.released_at


def end_withdrawal(head: Any, release: Release) -> None:
    """Move what a withdrawal said into the history, so that nothing overwrites it."""
    said = one_line(dict(head.pop("withdrawn")))
    if release.history:
        head["history"][-1]["withdrawn"] = said
        return
    day = release.withdrawn.on if release.withdrawn else None
    row = one_line({"to": Status.WITHDRAWN.value, "at": day, "withdrawn": said})
    head["history"] = [row]


def download_row(download: Download) -> dict[str, Any]:
    """A download as a row of `downloads:`."""
    row: dict[str, Any] = {"platform": download.platform}
    if download.arch:
        row["arch"] = download.arch
    if download.edition:
        row["edition"] = download.edition
    row["url"] = download.url
    if download.size is not None:
        row["size"] = download.size
    if download.sha256:
        row["sha256"] = download.sha256
    return row
