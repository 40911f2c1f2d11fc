"""`forewarn watch`: look at every source, and alert where something new is there."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from forewarn.cli.output import emit, format_option, has_bar, knowledge_base, mention, say
from forewarn.cli.refreshing import refresh


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

    from forewarn.cli.say.watched import report_data, report_text
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
    emit(as_format, report_data(report), report_text(report, loaded, waiting))
    code = 3 if report.failed or report.paused else 0
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


def _now() -> datetime:
    return datetime.now(UTC)
