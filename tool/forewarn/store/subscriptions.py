"""Subscriptions as they are written, in forewarn.yml and in the files under `subscriptions/`."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import time
from pathlib import Path

from forewarn.errors import DataError
from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model import rule_ids
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.finding import Finding
from forewarn.model.names import check_article_path, check_product, check_word
from forewarn.model.platforms import check_platform, platform_of
from forewarn.model.record import Audience, Place
from forewarn.model.schedule import Absence, Every, QuietHours, Rhythm, Weekday
from forewarn.model.subscription import KINDS, Prerelease, Subscription
from forewarn.store.catalogue.folders import LARGEST
from forewarn.store.records import decode
from forewarn.store.records.fields import Fields
from forewarn.store.records.problems import Problems
from forewarn.store.records.yaml_reader import read_mapping
from forewarn.store.root import SUBSCRIPTIONS

_KEY = "subscriptions"
_TIME = expression(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_A_TIME = "a time of the day such as 08:00"
_A_ZONE = "a time zone such as Europe/Berlin, or UTC"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownIds:
    """The ids that a subscription can name: of people, lists, rooms and channels."""

    people: Collection[str]
    lists: Collection[str]
    rooms: Collection[str]
    channels: Collection[str]


def read_files(root: Path) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """The files under `subscriptions/` by path, and what lies there and is not read.

    Raises:
        DataError: one cannot be opened, or is too large.
    """
    folder = root / SUBSCRIPTIONS
    if folder.is_symlink():
        return {}, (_left_out(SUBSCRIPTIONS, "is a link, which is not followed"),)
    if not folder.is_dir():
        return {}, (_left_out(SUBSCRIPTIONS, "is no folder"),) if folder.exists() else ()
    found: dict[str, bytes] = {}
    left_out: list[Finding] = []
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = f"{SUBSCRIPTIONS}/{entry.name}"
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            left_out.append(_left_out(path, "is a link, which is not followed"))
        elif entry.is_dir():
            left_out.append(_left_out(path, "is a folder, in which nothing is read"))
        elif entry.name.lower().endswith((".yaml", ".yml")) and not entry.name.endswith(".yml"):
            left_out.append(_left_out(path, "is not read: its name does not end with .yml"))
        elif not entry.is_file(follow_symlinks=False):
            left_out.append(_left_out(path, "is no file"))
        elif entry.name.endswith(".yml"):
            found[path] = _bytes(Path(entry.path), path)
    return found, tuple(left_out)


def _bytes(file: Path, path: str) -> bytes:
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise DataError(
                f"is of {size} bytes; {LARGEST} is the most",
                where=path,
                help="Split it into several files.",
            )
        return file.read_bytes()
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}",
            where=path,
            help=f"Mend its permissions, or take it back from Git: `git checkout -- {path}`.",
        ) from error


def _left_out(path: str, why: str) -> Finding:
    problems = Problems(path)
    problems.add(
        None,
        rule_ids.MISPLACED,
        f"this {why}, so whoever subscribes in it is told of nothing",
        f"Put the subscriptions into a file {SUBSCRIPTIONS}/NAME.yml.",
    )
    return problems.findings[0]


def parse_file(
    path: str, data: bytes, names: KnownIds | None
) -> tuple[tuple[Subscription, ...], tuple[Finding, ...]]:
    """The subscriptions of one file; without `names`, nothing is said about those it uses."""
    problems = Problems(path)
    text = decode(data, problems)
    fields = read_mapping(text, problems, path, _KEY) if text is not None else None
    if fields is None:
        return (), tuple(problems.findings)
    found = tuple(read_subscriptions(fields, names))
    fields.end()
    return found, tuple(problems.findings)


def read_subscriptions(fields: Fields, names: KnownIds | None) -> Iterator[Subscription]:
    """The rows of `subscriptions:`."""
    for row in fields.mappings(_KEY):
        yield _subscription(row, names)


def _subscription(fields: Fields, names: KnownIds | None) -> Subscription:
    found = Subscription(
        recipient=_recipient(fields, names),
        channel=fields.required("channel"),
        products=fields.texts("products", check_product),
        suites=fields.texts("suites", check_product),
        tracks=fields.texts("tracks", check_word),
        platforms=tuple(platform_of(p) or p for p in fields.texts("platforms", check_platform)),
        events=tuple(EventKind(kind) for kind in fields.texts("events", _check_event)),
        least_severity=fields.choice("least_severity", Severity) or Severity.LOW,
        prerelease=fields.choice("prerelease", Prerelease) or Prerelease.ALL,
        pair=_pair(fields),
        issue=fields.text("issue", _check_issue),
        audience=fields.audience() or Audience.STAFF,
        digest=_digest(fields),
        quiet=_quiet(fields),
        place=fields.place,
    )
    if names is not None:
        known = names.channels
        _refuse_unknown(fields, "channel", rule_ids.UNKNOWN_CHANNEL, found.channel, known)
    fields.end()
    return found


def _recipient(fields: Fields, names: KnownIds | None) -> str:
    """The one who is told: exactly one of three keys."""
    given = [key for key in ("person", "list", "room") if fields.has(key)]
    if len(given) > 1:
        fields.problems.add_at(
            fields.place_of(given[1]),
            rule_ids.WRONG_VALUE,
            f"a subscription is one of {given[0]} and {given[1]}, not of both",
            "Make two rows of it.",
        )
    if not given:
        fields.missing("person", ", 'list' or 'room'")
        return ""
    key = given[0]
    recipient = fields.required(key)
    for other in given[1:]:
        fields.text(other)
    if names is not None:
        of, rule = {
            "person": (names.people, rule_ids.UNKNOWN_PERSON),
            "list": (names.lists, rule_ids.UNKNOWN_LIST),
            "room": (names.rooms, rule_ids.UNKNOWN_ROOM),
        }[key]
        _refuse_unknown(fields, key, rule, recipient, of)
    return recipient


def _refuse_unknown(
    fields: Fields, key: str, rule: str, value: str, known: Collection[str]
) -> None:
    if value and value not in known:
        fields.problems.add_at(
            fields.place_of(key),
            rule,
            f"there is no {key} {value!r}",
            f"Use one of {', '.join(known) or 'none yet'}, or add it.",
        )


def _pair(fields: Fields) -> tuple[str, ...]:
    pair = fields.texts("pair", check_product)
    if pair and len(set(pair)) != 2:
        fields.problems.add_at(
            fields.place_of("pair"),
            rule_ids.WRONG_VALUE,
            "'pair' is not of two products",
            "Write it like [recorder, player].",
        )
        return ()
    return pair


def _digest(fields: Fields) -> Rhythm | None:
    if not fields.is_mapping("digest"):
        every = fields.choice("digest", Every)
        if every in (Every.DAILY, Every.WEEKLY):
            fields.problems.add_at(
                fields.place_of("digest"),
                rule_ids.WRONG_VALUE,
                f"a {every} digest needs a time and a time zone",
                f'Write it like {{every: {every}, at: "08:00", zone: Europe/Berlin}}.',
            )
        return Rhythm(every=every) if every else None
    below = fields.mapping("digest")
    assert below is not None  # noqa: S101 - it is a mapping
    below.required("every")
    every = below.choice("every", Every)
    usual = Rhythm(every=every or Every.DAILY)
    timed = every is not Every.HOURLY
    at = below.parsed("at", _time, _A_TIME, _full_time) if timed else None
    if timed:
        _need(below, "at")
    zone = _zone(below, needed=timed) if timed else None
    on = below.choice("on", Weekday) if every is Every.WEEKLY else None
    if every is Every.WEEKLY:
        _need(below, "on")
    below.end()
    return Rhythm(every=usual.every, at=at or usual.at, zone=zone or usual.zone, on=on or usual.on)


def _quiet(fields: Fields) -> QuietHours | None:
    below = fields.mapping("quiet")
    if below is None:
        return None
    begin = below.parsed("from", _time, _A_TIME, _full_time)
    end = below.parsed("to", _time, _A_TIME, _full_time)
    _need(below, "from")
    _need(below, "to")
    zone = _zone(below, needed=True)
    below.end()
    if begin is None or end is None or zone is None:
        return None
    if begin == end:
        below.problems.add_at(
            below.place_of("to"),
            rule_ids.WRONG_VALUE,
            f"quiet hours from {begin:%H:%M} to {end:%H:%M} are none, or the whole day",
            "Give them an end that is not their beginning.",
        )
        return None
    return QuietHours(begin=begin, end=end, zone=zone)


def read_away(fields: Fields, person: str) -> tuple[Absence, ...]:
    """The absences of somebody, in the order written."""
    rows: list[Absence] = []
    for below in fields.mappings("away"):
        first, last = below.day("from"), below.day("to")
        _need(below, "from")
        _need(below, "to")
        deputy = below.required("deputy")
        zone = _zone(below, needed=False) or "UTC"
        below.end()
        if not (first and last and deputy):
            continue
        row = Absence(first=first, last=last, deputy=deputy, zone=zone)
        problem = _impossible(row, rows, person)
        if problem:
            below.problems.add_at(
                below.place, rule_ids.WRONG_VALUE, problem, "Mend the dates, or the deputy."
            )
        else:
            rows.append(row)
    return tuple(rows)


def _impossible(row: Absence, before: Collection[Absence], person: str) -> str | None:
    if row.last < row.first:
        return f"an absence ends on {row.last}, before it begins on {row.first}"
    if row.deputy == person:
        return f"{person!r} cannot stand in for themselves"
    other = next((o for o in before if o.first <= row.last and row.first <= o.last), None)
    if other:
        return f"this absence overlaps with the one from {other.first} to {other.last}"
    return None


def refuse_unknown_deputies(
    problems: Problems, away: Mapping[str, tuple[Place, tuple[Absence, ...]]]
) -> None:
    """Report deputies who are nobody in `people:`."""
    for place, rows in away.values():
        for row in rows:
            if row.deputy not in away:
                problems.add_at(
                    place,
                    rule_ids.UNKNOWN_PERSON,
                    f"there is no person {row.deputy!r} to stand in",
                    f"Use one of {', '.join(away)}, or add them.",
                )


def _need(fields: Fields, key: str) -> None:
    if not fields.has(key):
        fields.missing(key)


def _zone(fields: Fields, *, needed: bool) -> str | None:
    if needed:
        _need(fields, "zone")
    return fields.parsed("zone", _known_zone, _A_ZONE)


def _known_zone(text: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(text)
    except (OSError, KeyError, ValueError):  # folders of zones are no zones
        if text != "UTC" and not available_timezones():
            raise _NoZonesError(
                "this system has no data on time zones: `pip install tzdata`"
            ) from None
        raise ValueError from None
    return text


class _NoZonesError(ValueError):
    """No zone is known here, so that it says nothing against one."""


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError
    return time(int(match[1]), int(match[2]))


def _full_time(text: str) -> str:
    return f"0{text}" if text[1:2] == ":" else text


def _check_issue(text: str) -> str | None:
    path = text.removeprefix("kb/")
    if path == text or not path.endswith(".md"):
        return "it is not the file of an article such as kb/known-issues/no-sound.md"
    return check_article_path(path)


def _check_event(text: str) -> str | None:
    if text == EventKind.UNDELIVERED:
        return "that alerts do not get through is told to `operators:`, and to no subscription"
    if text in KINDS:
        return None
    return f"there is no event {text!r}; use one of {', '.join(KINDS)}"
