"""A product: `releases/<id>/product.yml`."""

from __future__ import annotations

from datetime import timedelta

from forewarn.errors import UsageError
from forewarn.model import rule_ids
from forewarn.model.addresses import check_url
from forewarn.model.durations import EXAMPLES, as_written, duration
from forewarn.model.finding import Spelling
from forewarn.model.names import check_alias, check_header, check_product, check_track, check_word
from forewarn.model.platforms import check_declared, check_platform, platform_of
from forewarn.model.product import DEFAULT_TRACK, USUAL_GRACE, Alias, Product, Watch
from forewarn.model.purl import check_purl
from forewarn.model.record import Audience, Support
from forewarn.model.watching.place import LEAST_INTERVAL, MOST_INTERVAL
from forewarn.store.records.fields import Fields
from forewarn.store.records.problems import Problems
from forewarn.store.records.support import read_support
from forewarn.store.records.yaml_reader import read_mapping

_LONGEST_GRACE = timedelta(days=60)


def read_product(product: str, text: str, problems: Problems) -> Product | None:
    """Read the text of a product; None where it is none."""
    fields = read_mapping(text, problems, "product.yml")
    if fields is None:
        return None
    tracks = fields.texts("tracks", check_track) or (DEFAULT_TRACK,)
    scheme = fields.required("scheme", _check_scheme)
    spellings: list[Spelling] = []
    record = Product(
        id=product,
        name=fields.required("name", check_header),
        scheme=scheme,
        owner=fields.text("owner", check_word),
        description=fields.text("description"),
        homepage=fields.text("homepage", check_url),
        references=fields.texts("reference", check_url),
        audience=fields.audience() or Audience.PUBLIC,
        tracks=tracks,
        support=_track_support(fields, tracks),
        watch=tuple(_watch(row, spellings) for row in fields.mappings("watch")),
        lockstep=fields.texts("lockstep", check_product),
        lockstep_grace=_grace(fields),
        aliases=_aliases(fields),
        purls=fields.texts("purl", check_purl),
        platforms=fields.texts("platforms", check_declared),
        spellings=tuple(spellings),
        place=fields.place,
    )
    fields.end()
    return record if scheme else None


def _aliases(fields: Fields) -> tuple[Alias, ...]:
    """Other names: each a text, or `name: line` for one that means a line of releases."""
    found: list[Alias] = []
    for row in fields.rows("aliases", check_alias):
        if isinstance(row, str):
            found.append(Alias(name=row))
            continue
        for name in row.names():
            line = row.text(name, check_track)
            if problem := check_alias(name):
                row.problems.add_at(
                    row.place_of(name),
                    rule_ids.WRONG_VALUE,
                    f"{name!a} cannot be an alias: {problem}",
                    "Write what people call it.",
                )
            elif line is not None:
                found.append(Alias(name=name, line=line))
    return tuple(found)


def _track_support(fields: Fields, tracks: tuple[str, ...]) -> dict[str, Support]:
    rows = fields.mapping("support")
    if rows is None:
        return {}
    support = {}
    for track in rows.names():
        if track not in tracks:
            rows.problems.add_at(
                rows.place_of(track),
                rule_ids.UNKNOWN_TRACK,
                f"{track!r} is not one of the product's tracks",
                f"Use one of {', '.join(tracks)}, or add it to `tracks:`.",
            )
        row = read_support(rows, track)
        if row is not None:
            support[track] = row
    return support


def _grace(fields: Fields) -> timedelta:
    written = fields.text("lockstep_grace", _check_grace)
    return duration(written) if written else USUAL_GRACE


def _check_grace(text: str) -> str | None:
    try:
        grace = duration(text)
    except ValueError:
        return f"it is {EXAMPLES}"
    return None if grace <= _LONGEST_GRACE else "it is at most 60d"


INTERVALS = (
    f"a time from {as_written(LEAST_INTERVAL)} to {as_written(MOST_INTERVAL)}, such as 15m or 6h"
)


def _watch(fields: Fields, spellings: list[Spelling]) -> Watch:
    written = fields.text("platform", check_platform)
    platform = platform_of(written) if written else None
    if written and platform and platform != written:
        spellings.append(fields.spelling("platform", platform))
    kind = fields.required("type", check_word)
    interval = fields.parsed("interval", read_interval, INTERVALS)
    options, lines = fields.options(_check_option)
    return Watch(
        type=kind,
        platform=platform or written,
        interval=interval,
        options=options,
        lines=lines,
        place=fields.place,
    )


def read_interval(text: str) -> timedelta:
    """How often a place is looked at.

    Raises:
        ValueError: it is no time, or too short or too long a one.
    """
    found = duration(text)
    if not LEAST_INTERVAL <= found <= MOST_INTERVAL:
        raise ValueError
    return found


def _check_option(text: str) -> str | None:
    """What keeps a text from being an option; what it means, its source says."""
    if len(text) > 2000 or not text.isprintable():
        return "an option has up to 2000 characters, and no line end"
    return None


def _check_scheme(text: str) -> str | None:
    from forewarn import schemes

    try:
        schemes.get(text)
    except UsageError as error:
        return f"{error.what}. {error.help}"
    return None
