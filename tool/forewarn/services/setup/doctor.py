"""What of the set-up is missing or wrong, each with its mend."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from forewarn import channels
from forewarn.channels.interface import DeliveryError, Surroundings
from forewarn.errors import DataError, ForewarnError, UsageError
from forewarn.model.record import Audience
from forewarn.model.settings import ChannelSettings, Settings
from forewarn.model.subscription import Subscription
from forewarn.services.alert.deliver import LIMIT
from forewarn.services.alert.lane import Lane
from forewarn.services.alert.workers import workers
from forewarn.services.check.run import check
from forewarn.services.setup.examined import Examined, Health
from forewarn.services.setup.watched import watched
from forewarn.store.files import WRITABLE, is_read_only
from forewarn.store.git.process import FILTERS_SINCE, SAFE_SINCE
from forewarn.store.git.repository import Repository
from forewarn.store.settings import load_settings
from forewarn.store.state.opening import is_in_database, open_state, state_is_there
from forewarn.store.state.sqlite import library
from forewarn.words.watching import minute

_LEAST_FREE = 500_000_000  # bytes; two sites are built beside the old ones before they are swapped


def examine(root: Path, environ: Mapping[str, str], now: datetime) -> Iterator[Examined]:
    """Look at everything that a command needs, in the order in which to mend it.

    Mail servers are connected to (no message is sent), within their own time limits.
    """
    yield from _guarded("git", lambda: _git(root))
    settings = None
    try:
        settings = load_settings(root)
    except ForewarnError as error:
        yield _failed("settings", error)
    else:
        yield _ok("settings", f"forewarn.yml is readable; this is {settings.name!r}")
        yield from _guarded("records", lambda: _records(root))
        yield from _guarded("watch", lambda: watched(root, settings, environ, now))
        yield from _people(settings)
        for channel in settings.channels.values():
            part = f"channel {channel.id}"
            yield from _guarded(part, lambda c=channel: _channel(root, settings, c, environ))  # type: ignore[misc]
        yield from _sites(root, settings)
    yield from _guarded("state database", lambda: _state(root))
    yield from _guarded("workers", lambda: _workers(root))
    if settings:
        yield _kept(settings)
    yield from _guarded("SQLite", lambda: _sqlite(root))
    yield _disk(root)


def _guarded(part: str, look: Callable[[], Iterator[Examined]]) -> Iterator[Examined]:
    """What `look` finds; a failure to look is itself a finding."""
    try:
        yield from look()
    except ForewarnError as error:
        yield _failed(part, error)
    except OSError as error:
        where = str(error.filename) if error.filename else None
        mend = "Mend its permissions, or run this as the user that owns it."
        yield _failed(part, DataError(error.strerror or str(error), where=where, help=mend))


def _git(root: Path) -> Iterator[Examined]:
    with Repository(root) as repository:
        head = repository.head()
        if head is None:
            yield Examined(
                part="git",
                health=Health.ERROR,
                message="the repository has no commits yet",
                mend="git add -A && git commit -m 'Begin'",
            )
        else:
            repository.refuse_incomplete(head, ["releases", "kb"])
            yield _ok("git", f"the repository is readable; the checked-out commit is {head[:10]}")
        yield from _git_version(repository.version())
        yield from _guarded("git branch", lambda: _branch(repository))
        yield from _guarded("git identity", lambda: _identity(repository))


def _git_version(version: tuple[int, ...]) -> Iterator[Examined]:
    """What an older Git does not know of that keeps a stranger's clone from running anything."""
    if version >= SAFE_SINCE:
        return
    known = ".".join(map(str, version)) or "of an unknown version"
    gaps = ["it opens repositories that are hidden in a clone's folders (`forewarn` refuses them)"]
    if version < FILTERS_SINCE:
        gaps.append("filters that a clone's own .git/config names run when it is read")
    yield Examined(
        part="git version",
        health=Health.WARNING,
        message=f"this Git is {known}: {'; '.join(gaps)}",
        mend=f"Install Git {'.'.join(map(str, SAFE_SINCE))} or newer before you work in a clone "
        "of strangers.",
    )


def _branch(repository: Repository) -> Iterator[Examined]:
    repository.refuse_unless_on_a_branch()
    yield _ok("git branch", "a branch is checked out")


def _identity(repository: Repository) -> Iterator[Examined]:
    name, address = repository.identity()
    yield _ok("git identity", f"{name} <{address}>")


def _records(root: Path) -> Iterator[Examined]:
    report = check(root)
    if report.findings:
        yield Examined(
            part="records",
            health=Health.WARNING,
            message=f"findings: {len(report.findings)}; files read: {report.files}",
            mend="forewarn check",
        )
    else:
        yield _ok("records", f"{report.files} files, no findings")


def _people(settings: Settings) -> Iterator[Examined]:
    if not settings.subscriptions:
        yield Examined(
            part="subscriptions",
            health=Health.WARNING,
            message="nobody subscribes to anything, so no alert will reach anybody",
            mend="Add rows under `subscriptions:` in forewarn.yml.",
        )
        return
    lost = dict.fromkeys(
        why
        for subscription in settings.subscriptions
        if (why := _unreachable(settings, subscription))
    )
    if lost:
        yield Examined(
            part="subscriptions",
            health=Health.ERROR,
            message="; ".join(lost),
            mend="Mend the subscription, or what the person or the list has under `people:`.",
        )
    else:
        told = {subscription.recipient for subscription in settings.subscriptions}
        yield _ok("subscriptions", f"told of events: {', '.join(sorted(told))}")


def _unreachable(settings: Settings, subscription: Subscription) -> str | None:
    """Why a subscription brings nothing to anybody, or None."""
    channel = settings.channels[subscription.channel]
    recipient = settings.recipient(subscription.recipient)
    with contextlib.suppress(UsageError):  # told as what is wrong with the channel
        return channels.cannot_reach(channel, recipient) if recipient else None
    return None


def _channel(
    root: Path, settings: Settings, channel: ChannelSettings, environ: Mapping[str, str]
) -> Iterator[Examined]:
    around = Surroundings(
        root=root,
        name=settings.name,
        sites=settings.served_at,
        environ=environ,
    )

    async def connect() -> None:
        async with Lane(channel.id, settings, around, LIMIT) as lane:
            await lane.open()

    try:
        asyncio.run(connect())
    except DeliveryError as error:
        raise channels.concealed(error, channel, around) from error
    yield _ok(f"channel {channel.id}", f"{channel.type}: it could be opened")


def _sites(root: Path, settings: Settings) -> Iterator[Examined]:
    if not (root / "mkdocs.yml").is_file():
        yield Examined(
            part="mkdocs.yml",
            health=Health.WARNING,
            message="there is none, so `mkdocs serve` cannot show articles as you write",
            mend="Copy the one that `forewarn init` makes.",
        )
    missing = [audience.value for audience in Audience if audience not in settings.site_urls]
    if missing:
        yield Examined(
            part="site addresses",
            health=Health.WARNING,
            message=f"not set for {' and '.join(missing)}; alerts and feeds cannot link to pages",
            mend="Add `sites: {staff: https://…, public: https://…}` to forewarn.yml.",
        )
    else:
        yield _ok("site addresses", ", ".join(settings.site_urls.values()))


def mended(root: Path, *, now: datetime) -> Iterator[Examined]:
    """Repair the state database where it is damaged, and say what was done.

    Raises:
        ForewarnError: as `repair`.
    """
    from forewarn.services.setup.repair import repair

    done = repair(root, load_settings(root), now=now)
    if done is None:
        yield _ok("repair", "the state database is not damaged, so nothing was done")
        return
    kept = ", ".join(f"{count} {table}" for table, count in done.kept.items() if count)
    lost = f"; not all could be read of: {', '.join(done.lost)}" if done.lost else ""
    told = done.taken_as_told
    since = f"; all that was committed up to {told[:10]} is taken as told" if told else ""
    yield Examined(
        part="repair",
        health=Health.WARNING if done.lost or told else Health.OK,
        message=f"the state database was built anew ({done.why}); carried over: "
        f"{kept or 'nothing'}{lost}{since}",
        mend=f"The damaged file is kept as {done.aside}. Look through `forewarn deliveries` and "
        "`forewarn sightings --open`: what was lost there is told to nobody again.",
    )


def _state(root: Path) -> Iterator[Examined]:
    if not state_is_there(root):
        yield _ok("state database", "there is none yet")
        return
    with open_state(root) as state:
        which, wrong = state.described(), state.damage()
        if state.is_shared:
            # Whoever may only read delivers nothing.
            with state.transaction() as change:
                change.drop_mark("")
    if wrong and is_in_database(root):
        yield Examined(
            part="state database",
            health=Health.ERROR,
            message=f"{which}: {wrong}",
            mend="Put back a copy: `pg_restore` of a `pg_dump`.",
        )
    elif wrong:
        yield Examined(
            part="state database",
            health=Health.ERROR,
            message=wrong,
            mend="Put back a copy of .forewarn/state.db, or run `forewarn doctor --repair`: it "
            "sets the file aside, keeps what can be read, and tells nobody twice.",
        )
    else:
        yield _ok(
            "state database",
            f"{which} is sound",
        )


def _workers(root: Path) -> Iterator[Examined]:
    if not state_is_there(root):
        return
    with open_state(root) as state:
        if not state.is_shared:
            return
        seen, now = workers(state), state.now()
    if not any(not worker.is_silent(now) for worker in seen):
        yield Examined(
            part="workers",
            health=Health.WARNING,
            message="none has been seen lately: places are watched, and what waits is sent, only "
            "where somebody runs `forewarn watch` or `forewarn deliver`",
            mend="Start `forewarn worker` on at least one machine.",
        )
    for worker in seen:
        at = f"last seen at {minute(worker.seen)}, forewarn {worker.version}"
        if worker.is_silent(now):
            yield Examined(
                part=f"worker {worker.name}",
                health=Health.WARNING,
                message=f"{at}; it did not say that it ends",
                mend="See on that machine whether it runs; one that is gone for good is forgotten "
                "after a week.",
            )
        elif worker.trouble:
            yield Examined(
                part=f"worker {worker.name}",
                health=Health.ERROR,
                message=f"{at}: {worker.trouble}",
                mend="Its log on that machine says what to do.",
            )
        else:
            yield _ok(f"worker {worker.name}", f"{at}, with {(worker.commit or 'nothing')[:10]}")


def _kept(settings: Settings) -> Examined:
    days = settings.keep_days
    return _ok(
        "state kept",
        f"what is settled stays whole for {days} days (`state: {{keep_days: {days}}}`), then "
        "only who was told of what",
    )


def _sqlite(root: Path) -> Iterator[Examined]:
    if is_in_database(root):
        return
    version, wal = library()
    known = "" if wal else "; its WAL mode has a known defect and is not used"
    yield _ok("SQLite", f"{version}{known}")


def _disk(root: Path) -> Examined:
    if is_read_only(root):
        return Examined(
            part="disk",
            health=Health.ERROR,
            message="it is mounted for reading only: questions are answered, and nothing is kept",
            mend=f"{WRITABLE}.",
        )
    free = shutil.disk_usage(root).free
    if free >= _LEAST_FREE:
        return _ok("disk", f"{free / 1e9:.1f} GB free")
    return Examined(
        part="disk",
        health=Health.ERROR,
        message=f"only {free / 1e6:.0f} MB free",
        mend=f"Free at least {_LEAST_FREE / 1e6:.0f} MB before the next publish.",
    )


def _ok(part: str, message: str) -> Examined:
    return Examined(part=part, health=Health.OK, message=message)


def _failed(part: str, error: ForewarnError) -> Examined:
    where = f"{error.where}: " if error.where else ""
    return Examined(
        part=part,
        health=Health.ERROR,
        message=f"{where}{error.what}",
        mend=error.help or "Look at its settings in forewarn.yml, and whether it can be reached.",
    )
