"""forewarn.yml: people, subscriptions, channels, where the sites are served, what `check` asks."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from forewarn.errors import DataError
from forewarn.model import rule_ids
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.finding import Finding, FindingSeverity
from forewarn.model.names import check_header, check_product, check_word
from forewarn.model.platforms import check_declared
from forewarn.model.record import Audience
from forewarn.model.settings import (
    LEAST_KEPT,
    MOST_KEPT,
    USUALLY_KEPT,
    ChannelSettings,
    CheckSettings,
    Person,
    RuleSeverity,
    Settings,
    Subscription,
)
from forewarn.store.catalogue.folders import LARGEST
from forewarn.store.records import check_url, decode
from forewarn.store.records.fields import Fields
from forewarn.store.records.problems import Problems
from forewarn.store.records.yaml_reader import read_mapping
from forewarn.store.root import SETTINGS_FILE


class _RuleLevel(StrEnum):
    """What forewarn.yml can say of a rule."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


def load_settings(root: Path) -> Settings:
    """Read forewarn.yml of the knowledge base at `root`.

    Raises:
        DataError: it cannot be read, or something in it is wrong; the first is named.
    """
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
    """Read forewarn.yml with everything that is wrong in it; None where nothing can be read.

    Raises:
        DataError: the file cannot be opened.
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
    return parse_settings(data)


def parse_settings(data: bytes) -> tuple[Settings | None, tuple[Finding, ...]]:
    """The settings in the bytes of forewarn.yml, as `read_settings` reads them."""
    problems = Problems(SETTINGS_FILE)
    text = decode(data, problems)
    fields = read_mapping(text, problems, SETTINGS_FILE) if text is not None else None
    settings = _settings(fields) if fields else None
    return settings, tuple(problems.findings)


def _settings(fields: Fields) -> Settings:
    people = {name: _person(name, row) for name, row in _named(fields, "people")}
    channels = {name: _channel(name, row) for name, row in _named(fields, "channels")}
    subscriptions = tuple(
        _subscription(row, people, channels) for row in fields.mappings("subscriptions")
    )
    settings = Settings(
        name=fields.required("name", check_header),
        description=fields.text("description"),
        people=people,
        channels=channels,
        subscriptions=subscriptions,
        site_urls={
            audience: url.rstrip("/") + "/" for audience, url in _addresses(fields, "sites").items()
        },
        hubs=_addresses(fields, "websub"),
        platforms=fields.texts("platforms", check_declared),
        check=_check(fields),
        keep_days=_keep_days(fields),
        operators=_operators(fields, people),
    )
    fields.end()
    return settings


def _person(name: str, fields: Fields) -> Person:
    person = Person(
        id=name,
        name=fields.required("name", check_header),
        email=fields.text("email", check_address),
    )
    fields.end()
    return person


def _named(fields: Fields, name: str) -> list[tuple[str, Fields]]:
    """The rows of a mapping from a name to keys, each finished by the caller's reading."""
    below = fields.mapping(name)
    rows: list[tuple[str, Fields]] = []
    for key in below.names() if below else ():
        assert below is not None  # noqa: S101 - there are no names without it
        problem = check_word(key)
        if problem:
            below.problems.add_at(
                below.place_of(key),
                rule_ids.WRONG_VALUE,
                f"cannot be a name: {problem}",
                "Rename it.",
            )
            continue
        row = below.mapping(key)
        if row is not None:
            rows.append((key, row))
    return rows


def _channel(name: str, fields: Fields) -> ChannelSettings:
    kind = fields.required("type", check_word)
    options, lines = fields.options(check_header)
    return ChannelSettings(id=name, type=kind, options=options, lines=lines, place=fields.place)


def _subscription(
    fields: Fields, people: dict[str, Person], channels: dict[str, ChannelSettings]
) -> Subscription:
    subscription = Subscription(
        person=fields.required("person"),
        channel=fields.required("channel"),
        products=fields.texts("products", check_product),
        events=tuple(EventKind(kind) for kind in fields.texts("events", _check_event)),
        least_severity=fields.choice("least_severity", Severity) or Severity.LOW,
        place=fields.place,
    )
    for name, rule, value, known in (
        ("person", rule_ids.UNKNOWN_PERSON, subscription.person, people),
        ("channel", rule_ids.UNKNOWN_CHANNEL, subscription.channel, channels),
    ):
        if value and value not in known:
            fields.problems.add_at(
                fields.place_of(name),
                rule,
                f"there is no {name} {value!r}",
                f"Use one of {', '.join(known) or 'none yet'}, or add it.",
            )
    fields.end()
    return subscription


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


def _operators(fields: Fields, people: dict[str, Person]) -> tuple[str, ...]:
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


def check_address(text: str) -> str | None:
    """What keeps `text` from being one person's mail address, or None."""
    problem = check_header(text)
    if problem:
        return problem
    name, at, host = text.partition("@")
    bad = set(text) & set(' ,;:<>()[]"\\')
    if not (name and at and host) or "@" in host or bad or not text.isascii():
        return "it is not a mail address such as maria@example.com"
    return None


def _check_event(text: str) -> str | None:
    if text == EventKind.UNDELIVERED:
        return "that alerts do not get through is told to `operators:`, and to no subscription"
    if text in list(EventKind):
        return None
    kinds = [kind for kind in EventKind if kind is not EventKind.UNDELIVERED]
    return f"there is no event {text!r}; use one of {', '.join(kinds)}"
