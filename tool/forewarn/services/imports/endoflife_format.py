"""The layout of endoflife.date: what its two folders say about a product.

`products/<id>.md` begins with YAML that describes the product and its release cycles;
`releases/<id>.json` has every version that was seen, with its date. (Its other part,
`releases:`, is what the first file has been updated from, and is not read.)
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from forewarn.expressions import expression
from forewarn.frozen import dataclass
from forewarn.model.addresses import check_url
from forewarn.model.days import read_day
from forewarn.model.names import check_header
from forewarn.services.imports.importing import Notes, Reason
from forewarn.store.records.fields import Fields
from forewarn.store.records.problems import Problems
from forewarn.store.records.yaml_reader import read_mapping

# The end of a stage of support: a day; or whether it is over, the day not being known.
End = date | bool | None

_FRONT_MATTER = expression(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)(.*)", re.DOTALL)
_PERMALINK = expression(r"/[a-z0-9][a-z0-9.+_-]*")
_NOTHING = frozenset(("", "null", "~"))
_OTHER_PAGES = ("alternate_urls", "alternative_urls")
_PRODUCT_KEYS = frozenset(
    ["title", "permalink", "releasePolicyLink", "releases", "identifiers", *_OTHER_PAGES]
)
_CYCLE_KEYS = frozenset(
    (
        "releaseCycle",
        "releaseLabel",
        "codename",
        "releaseDate",
        "latest",
        "latestReleaseDate",
        *("eoas", "eol", "eoes"),
    )
)
_CPE = expression(r"cpe:(?:2\.3:|/)[aoh*]:[^:]*:([^:]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """A line of releases and its support."""

    name: str
    codename: str | None
    label: str | None
    released_at: date | None
    latest: str | None
    latest_at: date | None
    active: End
    security: End
    extended: End


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedProduct:
    """A product as it is listed; `versions` may hold names that are none to us.

    `pages` are the other names of its page, `identifiers` those that others know it by.
    """

    id: str
    title: str
    links: tuple[str, ...]
    pages: tuple[str, ...]
    identifiers: tuple[str, ...]
    on_pypi: bool
    cycles: tuple[Cycle, ...]
    versions: Mapping[str, date]


def read_listed(folder: Path, product: str, notes: Notes) -> ListedProduct | None:
    """Read what DIR says about a product; None (and a note) where one of its files is unreadable.

    Half of a product would mislead: without its versions a cycle would be taken for one.
    """
    file = f"products/{product}.md"
    text = _text(folder, file, notes)
    if text is None:
        return None
    match = _FRONT_MATTER.match(text)
    if match is None:
        notes.add(Reason.UNREADABLE, file, "it does not begin with YAML between two lines `---`")
        return None
    problems = Problems(file, first_line=2)
    fields = read_mapping(match[1], problems, "the product")
    if fields is None:
        finding = problems.findings[0]
        notes.add(Reason.UNREADABLE, str(finding.place), finding.message)
        return None
    versions = read_versions(folder, product, notes)
    if versions is None:
        return None
    if match[2].strip():
        notes.add(Reason.NO_PLACE, "the text below the front matter", "an article would hold it")
    identifiers = [*_identifiers(fields)]
    listed = ListedProduct(
        id=product,
        title=_name(fields, "title", notes, check_header) or product,
        links=_links(fields, notes),
        pages=tuple(
            page.strip("/")
            for key in _OTHER_PAGES
            for page in fields.texts(key)
            if page.casefold() not in _NOTHING
        ),
        identifiers=tuple(_name_in(*one) for one in identifiers),
        on_pypi=any(value.startswith("pkg:pypi/") for _, value in identifiers),
        cycles=_cycles(fields, notes),
        versions=versions,
    )
    for name in sorted({*fields.names()} - _PRODUCT_KEYS):
        notes.add(Reason.NO_PLACE, name, "a product has no such key")
    for finding in problems.findings:
        notes.add(Reason.WRONG_SHAPE, str(finding.place), finding.message)
    return listed


def read_versions(folder: Path, product: str, notes: Notes) -> Mapping[str, date] | None:
    """Every listed version with its day; none where there is no such file, None (and a note)
    where it cannot be read.
    """
    file = f"releases/{product}.json"
    if not (folder / file).exists():
        return {}
    text = _text(folder, file, notes)
    if text is None:
        return None
    twice: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = Counter(name for name, _ in pairs)
            twice.extend(name for name, count in names.items() if count > 1)
        return found

    try:
        # A whole number may have more digits than `int` takes.
        data: Any = json.loads(text, object_pairs_hook=mapping, parse_int=Decimal)
        rows = data["versions"].items()
    except RecursionError:
        notes.add(Reason.UNREADABLE, file, "it is nested too deeply")
        return None
    except ValueError as error:
        notes.add(
            Reason.UNREADABLE, file, f"it is no JSON: {error}" if text.strip() else "it is empty"
        )
        return None
    except (LookupError, TypeError, AttributeError):
        notes.add(Reason.UNREADABLE, file, "it has no mapping `versions`")
        return None
    for name in twice:
        notes.add(Reason.WRONG_SHAPE, file, f"{name!a} stands twice; the last one counts")
    versions = {}
    for version, row in rows:
        try:
            versions[version] = read_day(row["date"])
        except (ValueError, LookupError, TypeError):
            notes.add(Reason.BAD_DATE, version, _no_date(row))
    return versions


def _no_date(row: object) -> str:
    """What is wrong with a version's row, its value as JSON has it."""
    if isinstance(row, dict) and "date" not in row:
        return "it has no date"
    written = row["date"] if isinstance(row, dict) else row
    return f"{json.dumps(written, default=float)[:40]} is no date"


def _text(folder: Path, file: str, notes: Notes) -> str | None:
    try:
        return (folder / file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, ValueError) else error.strerror or str(error)
        notes.add(Reason.UNREADABLE, file, why)
        return None


def _said(fields: Fields, key: str, check: Callable[[str], str | None] | None = None) -> str | None:
    """The text of a key; None where it is missing, empty or YAML's null."""
    text = (fields.text(key, check) or "").strip()
    return None if text.casefold() in _NOTHING else text


def _name(
    fields: Fields, key: str, notes: Notes, check: Callable[[str], str | None] | None = None
) -> str | None:
    """The same for what something is called: true and false are no names."""
    text = _said(fields, key, check)
    if text and text.casefold() in ("true", "false"):
        notes.add(
            Reason.WRONG_SHAPE, str(fields.place_of(key)), f"{key} is {text}, which is no name"
        )
        return None
    return text


def _links(fields: Fields, notes: Notes) -> tuple[str, ...]:
    policy, permalink = _said(fields, "releasePolicyLink"), _said(fields, "permalink")
    links = []
    if policy and check_url(policy):
        notes.add(Reason.BAD_LINK, f"releasePolicyLink {policy[:80]}", "it is no web address")
    elif policy:
        links.append(policy)
    if permalink and _PERMALINK.fullmatch(permalink):
        links.append(f"https://endoflife.date{permalink}")
    return tuple(links)


def _identifiers(fields: Fields) -> Iterator[tuple[str, str]]:
    """The identifiers of a product, each with its kind."""
    for row in fields.mappings("identifiers"):
        for kind in row.names():
            if value := _said(row, kind):
                yield kind, value


def _name_in(kind: str, value: str) -> str:
    """The name of a product in one: of a package, of an advisory, of a distribution."""
    if kind == "purl":
        return unquote(re.split(r"[?#@]", value.replace("%40", ""))[0].rpartition("/")[2])
    if kind == "cpe":
        match = _CPE.match(value)
        return match[1].replace("\\", "") if match else ""
    return value


def _cycles(fields: Fields, notes: Notes) -> tuple[Cycle, ...]:
    cycles: dict[str, Cycle] = {}
    unplaced: Counter[str] = Counter()
    if not fields.has("releases"):
        notes.add(Reason.WRONG_SHAPE, "releases", "the list of cycles is missing")
    for row in fields.mappings("releases"):
        cycle = _cycle(row, notes)
        if cycle is None:
            continue
        if cycle.name in cycles:
            notes.add(Reason.WRONG_SHAPE, f"cycle {cycle.name}", "it is listed twice")
            continue
        cycles[cycle.name] = cycle
        unplaced.update(name for name in row.names() if name not in _CYCLE_KEYS)
    for name, count in sorted(unplaced.items()):
        notes.add(Reason.NO_PLACE, f"{name} of a cycle", "a track has no such key", count)
    return tuple(cycles.values())


def _cycle(row: Fields, notes: Notes) -> Cycle | None:
    name = _name(row, "releaseCycle", notes)
    if not name:
        notes.add(Reason.WRONG_SHAPE, str(row.place), "a cycle has no releaseCycle")
        return None
    return Cycle(
        name=name,
        codename=_name(row, "codename", notes),
        label=_label(_said(row, "releaseLabel")),
        released_at=_day(row, "releaseDate", name, notes),
        latest=_said(row, "latest"),
        latest_at=_day(row, "latestReleaseDate", name, notes),
        active=_end(row, "eoas", name, notes),
        security=_end(row, "eol", name, notes),
        extended=_end(row, "eoes", name, notes),
    )


def _label(text: str | None) -> str | None:
    """What a cycle is called, up to what stands in parentheses or is a gap to be filled."""
    return re.split(r"[(<]|['\"]?__", text or "")[0].strip(" -") or None


def _end(row: Fields, key: str, cycle: str, notes: Notes) -> End:
    word = (_said(row, key) or "").lower()
    return word == "true" if word in ("true", "false") else _day(row, key, cycle, notes)


def _day(row: Fields, key: str, cycle: str, notes: Notes) -> date | None:
    text = _said(row, key) or ""
    try:
        return read_day(text) if text else None
    except ValueError:
        notes.add(Reason.BAD_DATE, f"{key} of cycle {cycle}", f"{text[:40]!a} is no date")
        return None
