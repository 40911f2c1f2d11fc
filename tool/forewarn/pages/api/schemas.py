"""The JSON Schemas of the API's files. A key may be added to v1; none is taken away or changed."""

from __future__ import annotations

from typing import Any

from forewarn.model.article import Remediation
from forewarn.model.events.event import EventKind
from forewarn.model.events.severity import Severity
from forewarn.model.record import Audience, SupportStage
from forewarn.model.release import DECLARED, Verdict

Schema = dict[str, Any]


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _words(kind: Any) -> Schema:
    return {"enum": [word.value for word in kind]}


def _keys(optional: dict[str, Schema] | None = None, /, **keys: Schema) -> Schema:
    """An object that has all of `keys`, and may have the optional ones."""
    properties = {key.rstrip("_"): schema for key, schema in keys.items()}
    return {
        "type": "object",
        "required": list(properties),
        "properties": {**properties, **(optional or {})},
    }


def _file(description: str, optional: dict[str, Schema] | None = None, /, **keys: Schema) -> Schema:
    """A whole file; `$schema` leads to this."""
    whole = _keys(optional, **keys)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": description,
        **whole,
        "properties": {"$schema": _URL, **whole["properties"]},
    }


_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_DAY: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_URL: Schema = {"type": "string", "format": "uri-reference"}
_MAYBE_TEXT, _MAYBE_DAY, _MAYBE_URL = _or_null(_TEXT), _or_null(_DAY), _or_null(_URL)
_AUDIENCE, _STATUS, _VERDICT = _words(Audience), _words(DECLARED), _words(Verdict)
_RANGES = _map(_TEXT)

_VERIFIED = _or_null(
    _keys({"by": _TEXT, "how": _MAYBE_TEXT}, on=_DAY, until=_MAYBE_DAY, expired=_FLAG)
)
_DECISION = {
    "active_until": _MAYBE_DAY,
    "security_until": _MAYBE_DAY,
    "extended_until": _MAYBE_DAY,
    "ended": _FLAG,
    "reason": _MAYBE_TEXT,
    "on": _MAYBE_DAY,
}
_SUPPORT = _or_null(
    _keys(stage=_or_null(_words(SupportStage)), **_DECISION, log=_list(_keys(**_DECISION)))
)
_WITHDRAWAL = _or_null(_keys(on=_DAY, reason=_TEXT, replacement=_MAYBE_TEXT))
_STEP = _keys(
    {"by": _MAYBE_TEXT},
    to=_STATUS,
    at={"type": "string"},
    reason=_MAYBE_TEXT,
    withdrawn=_WITHDRAWAL,
)
_STATED = {
    "with_": _TEXT,
    "versions": _TEXT,
    "about": _MAYBE_TEXT,
    "verdict": _VERDICT,
    "limits": _MAYBE_TEXT,
    "remedy": _MAYBE_TEXT,
    "verified": _VERIFIED,
    "holds_until": _or_null(_keys(version=_MAYBE_TEXT, open=_MAYBE_TEXT)),
    "references": _list(_URL),
    "audience": _AUDIENCE,
}
_DOWNLOAD = _keys(
    platform=_TEXT,
    arch=_MAYBE_TEXT,
    edition=_MAYBE_TEXT,
    url=_URL,
    size=_or_null(_COUNT),
    sha256=_or_null({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
)
_LIVE = _keys(
    product=_TEXT,
    version=_TEXT,
    since=_MOMENT,
    platforms=_list(_keys(platform=_MAYBE_TEXT, since=_MOMENT)),
    rollout=_or_null(_COUNT),
    urls=_list(_URL),
    sightings=_list(_TEXT),
    recorded=_or_null(_STATUS),
)
_RELEASE = _keys(
    {"briefing": _TEXT, "live": _LIVE},
    product=_TEXT,
    version=_TEXT,
    status=_STATUS,
    since=_MAYBE_DAY,
    track=_TEXT,
    planned_for=_MAYBE_DAY,
    announced_at=_MAYBE_DAY,
    released_at=_MAYBE_DAY,
    superseded_by=_MAYBE_TEXT,
    recommended=_MAYBE_TEXT,
    not_recommended=_MAYBE_TEXT,
    latest_for=_list(_TEXT),
    support_ends=_MAYBE_DAY,
    support=_SUPPORT,
    withdrawn=_WITHDRAWAL,
    history=_list(_STEP),
    downloads=_list(_DOWNLOAD),
    rollout=_list(_keys(platform=_TEXT, on=_DAY, share=_TEXT)),
    contains=_map(_TEXT),
    suites=_list(_TEXT),
    compatibility=_list(_keys(**_STATED)),
    known_issues=_list(_TEXT),
    notes=_TEXT,
    references=_list(_URL),
    audience=_AUDIENCE,
    page=_URL,
)
_ISSUE = _keys(
    id=_TEXT,
    title=_TEXT,
    state={"enum": ["open", "fixed"]},
    applies=_RANGES,
    fixed_in=_RANGES,
    opened=_MAYBE_DAY,
    fixed_on=_MAYBE_DAY,
    remediation=_or_null(_words(Remediation)),
    promised=_MAYBE_DAY,
    contingency=_MAYBE_TEXT,
    verified=_VERIFIED,
    references=_list(_URL),
    audience=_AUDIENCE,
    page=_URL,
)
_LATEST = {"platform": _MAYBE_TEXT, "version": _TEXT, "released_at": _MAYBE_DAY}
_RUN = _keys(versions=_list(_TEXT), status=_STATUS)
_EVENT = _keys(
    id=_TEXT,
    kind=_words(EventKind),
    severity=_words(Severity),
    title=_TEXT,
    published=_MOMENT,
    updated=_MOMENT,
    product=_MAYBE_TEXT,
    version=_MAYBE_TEXT,
    track=_MAYBE_TEXT,
    products=_list(_TEXT),
    facts=_list(_keys(label=_TEXT, value=_TEXT)),
    page=_URL,
)
_PRODUCT = {
    "id": _TEXT,
    "name": _TEXT,
    "description": _MAYBE_TEXT,
    "homepage": _MAYBE_URL,
    "scheme": _TEXT,
    "lockstep": _list(_TEXT),
    "aliases": _list(_keys(name=_TEXT, line=_MAYBE_TEXT)),
    "references": _list(_URL),
    "audience": _AUDIENCE,
    "latest": _MAYBE_TEXT,
}
_COUNTED = {"name": _TEXT, "description": _TEXT, "schema": _URL, "count": _COUNT}

# By the name of the kind of file. An address is to be resolved against that of its file.
SCHEMAS: dict[str, Schema] = {
    "index": _file(
        "What the API has.",
        name=_TEXT,
        audience=_AUDIENCE,
        files=_list(_keys({"url": _URL, "url_template": _TEXT}, **_COUNTED)),
    ),
    "products": _file(
        "All products.",
        products=_list(_keys(**_PRODUCT, tracks=_list(_TEXT), url=_URL, releases=_URL, page=_URL)),
    ),
    "latest": _file(
        "The newest shipped release of each product, by track and platform. Where platform is "
        "null, of all platforms; where it is any, there is one download for all.",
        latest=_list(_keys(product=_TEXT, track=_TEXT, **_LATEST)),
    ),
    "known-issues": _file("All known issues.", known_issues=_list(_ISSUE)),
    "events": _file(
        "The latest that happened, as in the feeds: what is new or was corrected last comes first.",
        events=_list(_EVENT),
    ),
    "product": _file(
        "One product: its tracks with their support and newest releases, its known issues, and "
        "where to find the rest.",
        {"live": _list(_LIVE)},
        **_PRODUCT,
        tracks=_list(_keys(track=_TEXT, support=_SUPPORT, latest=_list(_keys(**_LATEST)))),
        known_issues=_list(_ISSUE),
        compatibility=_list(_keys(with_=_TEXT, url=_URL, page=_URL)),
        releases=_URL,
        feeds=_map(_URL),
        calendar=_URL,
        page=_URL,
    ),
    "releases": _file(
        "The releases of a product, the highest version first. Where there are many, next is the "
        "address of the file that goes on.",
        product=_TEXT,
        releases=_list(_RELEASE),
        next=_MAYBE_URL,
    ),
    "compatibility": _file(
        "What is stated about two products, and the verdicts that follow today: verdicts[i][j] is "
        "that on every version of rows[i], of the first product, with every one of columns[j]. "
        "unknown[i][j]: they break or are limited, and something else is not known.",
        products=_list(_TEXT),
        statements=_list(_keys(product=_TEXT, version=_TEXT, **_STATED)),
        rows=_list(_RUN),
        columns=_list(_RUN),
        verdicts=_list(_list(_VERDICT)),
        unknown=_list(_list(_FLAG)),
        page=_URL,
    ),
    "lookup": _file(
        "The exact lookup of the search box: of how many files its keys, names, titles and answers "
        "are, and with which word each file of words begins. The files are lookup/keys-0.json and "
        "so on; a key is in the file with the number of its FNV-1a hash (32 bits) modulo how many "
        "there are. "
        "The examples are what the empty search box offers. States and the words for what has no "
        "end are what rows of releases name by numbers, or leave out.",
        keys=_COUNT,
        names=_COUNT,
        titles=_COUNT,
        answers=_COUNT,
        words=_list(_TEXT),
        states=_list(_TEXT),
        unended=_TEXT,
        staff=_FLAG,
        examples=_list(_TEXT),
    ),
    "lookup-file": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "One file of the exact lookup: rows by key, an answer by key with the lines "
        "that stand below it, or words.",
        "anyOf": [
            _map(_list(_list({"anyOf": [_TEXT, _COUNT]}))),
            _map(_list({"anyOf": [_TEXT, _list(_TEXT)]})),
            _list(_TEXT),
        ],
    },
}
