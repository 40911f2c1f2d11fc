"""Counts as Prometheus reads them: its text format, version 0.0.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from forewarn.model.accounts import Tally
from forewarn.model.delivery import DeliveryState
from forewarn.services.alert.accounts import Measured

_Row = tuple[dict[str, str], float]


def metrics_text(found: Measured) -> str:
    """Everything that was counted, a family after the other."""
    lines = (*_deliveries(found), *_waiting(found), *_channels(found))
    return "\n".join(lines) + "\n"


def _deliveries(found: Measured) -> Iterator[str]:
    """What was sent, or was to be."""
    counted = _counted(found)
    yield from _family(
        "forewarn_deliveries",
        "gauge",
        "Deliveries by channel and by how they stand, those that were shortened with them.",
        (
            ({"channel": channel, "state": state.value}, row.number if row else 0)
            for channel in found.channels
            for state in DeliveryState
            for row in (counted.get((channel, state)),)
        ),
    )
    yield from _family(
        "forewarn_delivery_duplicates_total",
        "counter",
        "Messages that are known to have gone a second time.",
        (({"channel": channel}, _again(found, channel)) for channel in found.channels),
    )
    yield from _family(
        "forewarn_delivery_last_sent_timestamp_seconds",
        "gauge",
        "When a message went last.",
        (
            ({"channel": row.channel}, row.last_at.timestamp())
            for row in found.tallies
            if row.state is DeliveryState.SENT and row.last_at
        ),
    )


def _waiting(found: Measured) -> Iterator[str]:
    """What waits, and who is there for it."""
    counted = _counted(found)
    yield from _family(
        "forewarn_delivery_oldest_waiting_seconds",
        "gauge",
        "For how long the oldest event has waited to be told; 0: nothing waits.",
        (
            ({"channel": channel}, max(0, (found.now - at).total_seconds()) if at else 0)
            for channel in found.channels
            for at in (found.oldest.get(channel),)
        ),
    )
    yield from _family(
        "forewarn_delivery_queue",
        "gauge",
        "Deliveries that wait to be sent, are being sent, or are to be tried again.",
        (({"channel": channel}, _queued(counted, channel)) for channel in found.channels),
    )
    yield from _family(
        "forewarn_workers",
        "gauge",
        "Workers by how they are: at work, in trouble (they say so), or silent for minutes.",
        (({"state": state}, number) for state, number in _workers(found).items()),
    )


def _channels(found: Measured) -> Iterator[str]:
    """What fails, by channel."""
    yield from _family(
        "forewarn_channel_failing",
        "gauge",
        "Whether a channel itself fails (1) or not (0).",
        (({"channel": name}, _failing(found, name, whole=True)) for name in found.channels),
    )
    yield from _family(
        "forewarn_channel_quarantined",
        "gauge",
        "Whether a channel is in quarantine (1) or not (0).",
        (
            ({"channel": name}, _failing(found, name, whole=True, quarantined=True))
            for name in found.channels
        ),
    )
    yield from _family(
        "forewarn_recipients_failing",
        "gauge",
        "Recipients that a channel does not reach.",
        (({"channel": name}, _failing(found, name, whole=False)) for name in found.channels),
    )


def _counted(found: Measured) -> Mapping[tuple[str, DeliveryState], Tally]:
    return {(row.channel, row.state): row for row in found.tallies}


def _queued(counted: Mapping[tuple[str, DeliveryState], Tally], channel: str) -> int:
    waits = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.FAILED)
    return sum(counted[channel, state].number for state in waits if (channel, state) in counted)


def _workers(found: Measured) -> dict[str, int]:
    silent = [worker for worker in found.workers if worker.is_silent(found.now)]
    troubled = [w for w in found.workers if w.trouble and w not in silent]
    return {
        "working": len(found.workers) - len(silent) - len(troubled),
        "in trouble": len(troubled),
        "silent": len(silent),
    }


def _again(found: Measured, channel: str) -> int:
    return sum(row.duplicates for row in found.tallies if row.channel == channel)


def _failing(found: Measured, channel: str, *, whole: bool, quarantined: bool = False) -> int:
    return sum(
        one.channel == channel
        and (one.person is None) is whole
        and (one.is_quarantined or not quarantined)
        for one in found.failing
    )


def _family(name: str, kind: str, help: str, rows: Iterable[_Row]) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"
    for labels, value in rows:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{inside}}} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
