"""forewarn.yml: people and channels, where the sites are served, what `check` asks, and so on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from forewarn.errors import DataError
from forewarn.model import rule_ids
from forewarn.model.addresses import check_url
from forewarn.model.durations import duration
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.names import check_address, check_header, check_word
from forewarn.model.platforms import check_declared
from forewarn.model.recipient import MailingList, Person, Room
from forewarn.model.record import Audience, Place
from forewarn.model.settings import (
    LEAST_KEPT,
    MOST_KEPT,
    USUALLY_KEPT,
    ChannelSettings,
    CheckSettings,
    DatabaseSettings,
    RuleSeverity,
    Settings,
    WatchSettings,
)
from forewarn.model.variables import referred
from forewarn.store.catalogue.folders import LARGEST
from forewarn.store.collector import no_collection
from forewarn.store.records import decode
from forewarn.store.records.fields import Fields
from forewarn.store.records.problems import Problems
from forewarn.store.records.yaml_reader import read_mapping
from forewarn.store.root import SETTINGS_FILE
from forewarn.store.subscriptions import (
    KnownIds,
    parse_file,
    read_away,
    read_files,
    read_subscriptions,
    refuse_unknown_deputies,
)

_LEAST_PACE, _MOST_PACE = 0.01, 1000.0  # requests in a second


class _RuleLevel(StrEnum):
    """What forewarn.yml can say of a rule."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


def load_settings(root: Path) -> Settings:
    """Read forewarn.yml of the knowledge base at `root`, and the files under `subscriptions/`.

    Raises:
        DataError: one cannot be read, or something in it is wrong; the first is named.
    """
    with no_collection():
        settings, findings = read_settings(root)
    if settings is None or findings:
        first = findings[0]
        raise DataError(
            first.message,
            where=str(first.place),
            help=f"{first.help} `forewarn check` lists everything.",
        )
    return settings


def read_settings(root: Path) -> tuple[Settings | None, tuple[Finding, ...]]:
    """The same, with everything that is wrong; None where nothing of forewarn.yml can be read.

    Raises:
        DataError: a file cannot be opened.
    """
    path = root / SETTINGS_FILE
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DataError(
                f"is of {size} bytes; {LARGEST} is the most",
                where=str(path),
                help="Take it back from Git: `git checkout -- forewarn.yml`.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"cannot be read: {error.strerror}",
            where=str(path),
            help="Mend its permissions, or take it back from Git: `git checkout -- forewarn.yml`.",
        ) from error
    files, left_out = read_files(root)
    settings, findings = parse_settings(data, files)
    return settings, (*findings, *left_out)


def parse_settings(
    data: bytes, files: Mapping[str, bytes] | None = None
) -> tuple[Settings | None, tuple[Finding, ...]]:
    """The settings in the bytes of forewarn.yml and in `files` with subscriptions, by path."""
    problems = Problems(SETTINGS_FILE)
    text = decode(data, problems)
    fields = read_mapping(text, problems, SETTINGS_FILE) if text is not None else None
    settings = _settings(fields) if fields else None
    found = [*problems.findings]
    if settings:
        subscriptions = [*settings.subscriptions]
        for path, content in (files or {}).items():
            more, findings = parse_file(path, content, _names(settings))
            subscriptions += more
            found += findings
        settings = replace(settings, subscriptions=tuple(subscriptions))
    return settings, tuple(found)


def _settings(fields: Fields) -> Settings:
    taken: dict[str, str] = {}
    people = {n: _person(n, row, place) for n, row, place in _named(fields, "people", taken)}
    settings = Settings(
        name=fields.required("name", check_header),
        description=fields.text("description"),
        people={name: person for name, (person, _) in people.items()},
        lists={name: _list(name, row) for name, row, _ in _named(fields, "lists", taken)},
        rooms={name: _room(name, row) for name, row, _ in _named(fields, "rooms", taken)},
        channels={name: _channel(name, row) for name, row, _ in _named(fields, "channels", {})},
        site_urls={
            audience: url.rstrip("/") + "/" for audience, url in _addresses(fields, "sites").items()
        },
        hubs=_addresses(fields, "websub"),
        platforms=fields.texts("platforms", check_declared),
        check=_check(fields),
        keep_days=_keep_days(fields),
        operators=_operators(fields, people),
        watching=_watching(fields),
        heartbeat=fields.text("heartbeat", _check_heartbeat),
        database=_database(fields),
    )
    away = {name: (place, person.away) for name, (person, place) in people.items()}
    refuse_unknown_deputies(fields.problems, away)
    subscriptions = tuple(read_subscriptions(fields, _names(settings)))
    fields.end()
    return replace(settings, subscriptions=subscriptions)


def _names(settings: Settings) -> KnownIds:
    return KnownIds(
        people=settings.people.keys(),
        lists=settings.lists.keys(),
        rooms=settings.rooms.keys(),
        channels=settings.channels.keys(),
    )


def _person(name: str, fields: Fields, place: Place) -> tuple[Person, Place]:
    person = Person(
        id=name,
        name=fields.required("name", check_header),
        email=fields.text("email", check_address),
        away=read_away(fields, name),
    )
    fields.end()
    return person, place


def _list(name: str, fields: Fields) -> MailingList:
    found = MailingList(
        id=name,
        name=fields.text("name", check_header) or name,
        email=fields.required("email", check_address),
    )
    fields.end()
    return found


def _room(name: str, fields: Fields) -> Room:
    found = Room(
        id=name,
        name=fields.text("name", check_header) or name,
        place=fields.required("place", check_header),
    )
    fields.end()
    return found


def _named(fields: Fields, key: str, taken: dict[str, str]) -> list[tuple[str, Fields, Place]]:
    """The rows of a mapping from a name to keys, each with the place of its name.

    They are finished by the caller's reading. `taken` are the names that stand under another key,
    which no row may have, and gets those of this one.
    """
    below = fields.mapping(key)
    rows: list[tuple[str, Fields, Place]] = []
    for name in below.names() if below else ():
        assert below is not None  # noqa: S101 - there are no names without it
        place = below.place_of(name)
        problem = check_word(name)
        if problem:
            fields.problems.add_at(
                place, rule_ids.WRONG_VALUE, f"cannot be a name: {problem}", "Rename it."
            )
        elif name in taken:
            fields.problems.add_at(
                place,
                rule_ids.DUPLICATE_KEY,
                f"{name!r} stands under {taken[name]!r}, too",
                "Give one of them another id: who is told is known by it.",
            )
        elif row := below.mapping(name):
            taken[name] = key
            rows.append((name, row, place))
    return rows


def _channel(name: str, fields: Fields) -> ChannelSettings:
    kind = fields.required("type", check_word)
    options, lines = fields.options(check_header)
    return ChannelSettings(id=name, type=kind, options=options, lines=lines, place=fields.place)


def _addresses(fields: Fields, name: str) -> dict[str, str]:
    """An address for each audience that has one."""
    rows = fields.mapping(name)
    if rows is None:
        return {}
    found = {audience.value: rows.text(audience.value, check_url) for audience in Audience}
    rows.end()
    return {audience: url for audience, url in found.items() if url}


def _check(fields: Fields) -> CheckSettings:
    below = fields.mapping("check")
    if below is None:
        return CheckSettings()
    rules = below.mapping("severity")
    severities = {}
    for rule in rules.names() if rules else ():
        assert rules is not None  # noqa: S101 - there are no names without it
        word = rules.choice(rule, _RuleLevel)
        if word:
            severity = None if word is _RuleLevel.OFF else FindingSeverity(word)
            severities[rule] = RuleSeverity(
                rule=rule, severity=severity, place=rules.place_of(rule)
            )
    limit = below.share("vanish_limit")
    place = below.place_of("vanish_limit")
    below.end()
    usual = CheckSettings(severities=severities, place=place)
    return usual if limit is None else replace(usual, vanish_limit=limit)


def _operators(fields: Fields, people: Collection[str]) -> tuple[str, ...]:
    found = fields.texts("operators")
    for name in found:
        if name not in people:
            fields.problems.add_at(
                fields.place_of("operators"),
                rule_ids.UNKNOWN_PERSON,
                f"there is no person {name!r}",
                f"Use one of {', '.join(people) or 'none yet'}, or add it.",
            )
    return found


def _keep_days(fields: Fields) -> int:
    below = fields.mapping("state")
    if below is None:
        return USUALLY_KEPT
    days = below.parsed("keep_days", _days, f"a number of days from {LEAST_KEPT} to {MOST_KEPT}")
    below.end()
    return USUALLY_KEPT if days is None else days


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_KEPT))):
        raise ValueError
    days = int(text)
    if not LEAST_KEPT <= days <= MOST_KEPT:
        raise ValueError
    return days


def _watching(fields: Fields) -> WatchSettings:
    below = fields.mapping("watch")
    if below is None:
        return WatchSettings()
    usual = WatchSettings()
    after = below.parsed("alert_after", _alert_after, "a time such as 6h, or never")
    pace = below.parsed("per_second", _pace, f"a number from {_LEAST_PACE:g} to {_MOST_PACE:g}")
    below.end()
    return WatchSettings(
        alert_after=usual.alert_after if after is None else after or None,
        per_second=usual.per_second if pace is None else pace,
    )


def _alert_after(text: str) -> timedelta:
    """The time, or none at all for `never`."""
    return timedelta() if text == "never" else duration(text)


def _check_heartbeat(text: str) -> str | None:
    """What keeps a text from being an address to call, or a variable that holds one."""
    if referred(text):
        return None
    return check_url(text)


def _database(fields: Fields) -> DatabaseSettings | None:
    written = fields.text("database", _check_database)
    name = referred(written or "")
    return DatabaseSettings(variable=name, place=fields.place_of("database")) if name else None


def _check_database(text: str) -> str | None:
    """What keeps a text from naming a variable: an address holds a password, and this is in Git."""
    if referred(text):
        return None
    return "it is no `${NAME}`: the address stands in the environment, as in `${FOREWARN_DATABASE}`"


def _pace(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,3})?", text):
        raise ValueError
    pace = float(text)
    if not _LEAST_PACE <= pace <= _MOST_PACE:
        raise ValueError
    return pace
