"""`forewarn watch`: look at every source, and alert where something new is there."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forewarn.cli.output import emit, format_option, has_bar, knowledge_base, mention, say
from forewarn.cli.refreshing import refresh

if TYPE_CHECKING:
    from forewarn.services.watch.run import WatchReport
    from forewarn.store.catalogue.load import Loaded


# Old versions of which nobody is alerted are named up to this many; `sightings` has all.
_MOST_LISTED = 10


@click.command("watch")
@click.option("--once", is_flag=True, help="Look once and end; the exit code tells how it went.")
@click.option(
    "--interval",
    type=click.FloatRange(min=1),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="How long to wait between looks.",
)
@click.option("--no-deliver", is_flag=True, help="Leave the alerts in the outbox.")
@format_option
@click.pass_context
def command(
    ctx: click.Context, once: bool, interval: float, no_deliver: bool, as_format: str
) -> None:
    """Look at every product's sources for downloads that nobody announced.

    What a source shows when it is first read is taken as known, but for what is newer than the
    newest shipped release that is recorded. After that, a version that the records do not have
    as shipped is alerted at once, and stays open until somebody accepts or dismisses it. An
    entry that names no version that can be used is told as well. A source that cannot be read
    is told, and stops nothing (exit code 3).

    \b
    Example:  forewarn watch --once
    """
    root = knowledge_base(ctx)
    if once:
        ctx.exit(_look(root, as_format, not no_deliver))
    with _stopped_cleanly():
        while True:
            _look_or_tell(root, as_format, not no_deliver)
            time.sleep(interval * 60)


def _look(root: Path, as_format: str, send: bool) -> int:
    """One look at everything and, unless told not to, a delivery; returns the exit code."""
    import os

    from forewarn.services.ask.sightings import list_sightings
    from forewarn.services.watch.run import watch
    from forewarn.store.catalogue.load import load_worktree
    from forewarn.store.settings import load_settings
    from forewarn.store.state.interface import DamagedRow
    from forewarn.store.state.sqlite import open_state

    settings, loaded = load_settings(root), load_worktree(root)
    total = sum(len(product.watch) for product in loaded.catalogue.products.values())
    with open_state(root) as state, _progress(total) as step:
        report = watch(
            state,
            loaded.catalogue,
            settings,
            now=_now,
            environ=os.environ,
            unreadable=loaded.unreadable,
            step=step,
        )
        try:
            waiting = len(list_sightings(state, loaded.catalogue, open_only=True))
        except DamagedRow:
            waiting = 0  # told as the failure of its product, and no reason to hold up alerts
    emit(as_format, _data(report), _text(report, loaded, waiting))
    code = 3 if report.failed else 0
    try:
        code = max(code, _deliver(root) if send else 0)
    finally:
        # Last, so that it holds up no alert; and in any case, for home is what staff look at.
        refreshed = refresh(root)
    return max(code, refreshed)


def _deliver(root: Path) -> int:
    import os

    from forewarn.services.alert.deliver import deliver
    from forewarn.store.settings import load_settings

    report = deliver(root, load_settings(root), now=_now, environ=os.environ)
    if report.sent:
        mention(f"alerts sent: {report.sent}")
    if report.unfinished:
        say(f"alerts that did not go: {report.unfinished}; `forewarn deliveries` shows why")
    return 3 if report.unfinished else 0


def _look_or_tell(root: Path, as_format: str, send: bool) -> None:
    """A look that does not end the watch: a record may be half edited now, and whole later."""
    from forewarn.errors import ForewarnError

    mention(f"looking at {_now():%Y-%m-%d %H:%M} UTC")
    try:
        _look(root, as_format, send)
    except ForewarnError as error:
        say(f"error: {f'{error.where}: ' if error.where else ''}{error.what}")
        if error.help:
            say(f"  next: {error.help}")


@contextlib.contextmanager
def _stopped_cleanly() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does: not within a transaction, and without a failure."""
    # Started in the background by a script, a process ignores Ctrl-C's signal.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    except KeyboardInterrupt:
        say("stopped")


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal; elsewhere a line for every hundred sources."""
    if has_bar() and total > 1:
        with click.progressbar(length=total, label="looking", file=sys.stderr) as bar:
            yield lambda name: bar.update(1) if name == "polled" else None
        return
    done = 0

    def step(name: str) -> None:
        nonlocal done
        done += name == "polled"
        if name == "polled" and done % 100 == 0:
            mention(f"{done} of {total} sources looked at")

    yield step


def _data(report: WatchReport) -> dict[str, object]:
    from forewarn.facts.sightings import sighting_json, unread_json

    return {
        "polled": report.polled,
        "unchanged": report.unchanged,
        "failed": [
            {"product": f.product, "source": f.source, "error": f.error} for f in report.failed
        ],
        "sightings": [sighting_json(sighting) for sighting in report.sightings],
        "unread": [unread_json(entry) for entry in report.unread],
        "uncompared": list(report.uncompared),
    }


def _text(report: WatchReport, loaded: Loaded, waiting: int) -> str:
    """What to do first, then what went wrong, then the rest."""
    from forewarn.cli.say.sightings import open_text, unread_text
    from forewarn.model.sighting import SightingState

    if not report.polled and not report.failed:
        return (
            "no product has a source to look at\n"
            "  next: add `watch:` to its releases/<product>/product.yml, for example\n"
            "        watch:\n"
            "          - {type: feed, url: https://downloads.example.com/feed.xml}"
        )
    states = Counter(sighting.state for sighting in report.sightings)
    opened = [s for s in report.sightings if s.state is SightingState.OPEN]
    lines = [open_text(s, loaded.catalogue, loaded.unreadable) for s in opened]
    lines += [f"FAILED {f.product}: {f.source}\n  {f.error}" for f in report.failed]
    lines += [
        f"note: {product}: none of the {entries} entries of {source} names a version\n"
        "  next: give the source a `version:` pattern in its product.yml"
        for product, source, entries in report.mute
    ]
    if report.unread:
        lines.append(unread_text(report.unread))
    if states[SightingState.BASELINE]:
        lines.append(f"taken as known at the first look: {states[SightingState.BASELINE]}")
    lines += [
        f"note: {product}: no release is recorded as shipped, so nothing was compared: what is "
        "there is taken as known\n  next: record what has shipped; `forewarn import feed` does"
        for product in report.uncompared
    ]
    if states[SightingState.PAST]:
        past = [s for s in report.sightings if s.state is SightingState.PAST]
        listed = ", ".join(f"{s.product} {s.version}" for s in past[:_MOST_LISTED])
        more = f" and {len(past) - _MOST_LISTED} more" if len(past) > _MOST_LISTED else ""
        lines.append(f"old versions that appeared, not alerted: {listed}{more}")
    if states[SightingState.KNOWN]:
        lines.append(f"new, and recorded as shipped: {states[SightingState.KNOWN]}")
    earlier = waiting - len(opened)
    if earlier > 0:
        lines.append(f"still open from before: {earlier}; `forewarn sightings --open` lists them")
    lines.append(
        f"sources looked at: {report.polled}, unchanged: {report.unchanged}, "
        f"failed: {len(report.failed)}"
    )
    return "\n".join(lines)


def _now() -> datetime:
    return datetime.now(UTC)
