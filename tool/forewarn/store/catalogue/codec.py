"""Objects of the model as plain values, and back: what the cache is written in.

Only names of the model are made again, and only by calling their own constructors: unlike a
pickle, plain values cannot run anything.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

from forewarn.frozen import names_of

# None, a truth value, a number, a text; a list for a tuple; a mapping; and for all else a pair
# of a tag and what it is made of.
Plain = Any

_PACKAGE = "forewarn.model."
_SIMPLE = frozenset([str, int, bool, type(None)])
_DAY, _MOMENT, _DECIMAL, _SPAN = "day", "moment", "decimal", "span"


def encode(value: Any) -> Plain:
    """An object of the model, or what it holds, as plain values.

    Raises:
        TypeError: it is neither.
    """
    kind: Any = type(value)
    if kind in _SIMPLE:
        return value
    if kind is tuple:
        return [encode(part) for part in value]
    return _writer(kind)(value)


@cache
def _writer(kind: Any) -> Callable[[Any], Plain]:
    """How an object of a kind is written; each kind is looked at once."""
    if issubclass(kind, tuple):
        return lambda value: [encode(part) for part in value]
    if issubclass(kind, Mapping):
        return lambda value: {str(key): encode(part) for key, part in value.items()}
    if issubclass(kind, datetime):
        return lambda value: (_MOMENT, value.isoformat())
    if issubclass(kind, date):
        return lambda value: (_DAY, value.toordinal())
    if issubclass(kind, Decimal):
        return lambda value: (_DECIMAL, str(value))
    if issubclass(kind, timedelta):
        return lambda value: (_SPAN, value.total_seconds())
    tag = _tag(kind)
    if issubclass(kind, Enum):
        members = {member: (tag, member.value) for member in kind}
        return members.__getitem__
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__qualname__} is not of the model")
    rows = _defaults(kind)
    names, defaults = zip(*rows, strict=True)
    # All at once; one name alone would give its value and no tuple.
    parts_of = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

    def write(value: object) -> Plain:
        # What has its default is left out: of a release's two dozen fields, most have.
        return tag, {
            place: part if type(part) in _SIMPLE else encode(part)
            for place, (part, default) in enumerate(zip(parts_of(value), defaults, strict=True))
            if part is not default and part != default
        }

    return write


@cache
def _tag(kind: type) -> str:
    if not kind.__module__.startswith(_PACKAGE):
        raise TypeError(f"{kind.__qualname__} is not of the model")
    return f"{kind.__module__.removeprefix(_PACKAGE)}:{kind.__qualname__}"


def _defaults(kind: Any) -> tuple[tuple[str, object], ...]:
    return tuple(
        (
            field.name,
            field.default_factory() if field.default_factory is not MISSING else field.default,
        )
        for field in fields(kind)
    )


def decode(plain: Plain) -> Any:
    """What `encode` was given.

    Raises:
        ValueError, TypeError, LookupError, ImportError, AttributeError: `encode` never gave this.
    """
    kind = type(plain)
    if kind is tuple:
        tag, inner = plain
        return _maker(tag)(inner)
    if kind is list:
        return tuple([decode(part) for part in plain])
    if kind is dict:
        return {key: decode(part) for key, part in plain.items()}
    return plain


@cache
def _maker(tag: str) -> Callable[[Plain], Any]:
    simple: dict[str, Callable[[Plain], Any]] = {
        _DAY: date.fromordinal,
        _MOMENT: datetime.fromisoformat,
        _DECIMAL: Decimal,
        _SPAN: lambda seconds: timedelta(seconds=seconds),
    }
    if tag in simple:
        return simple[tag]
    module, _, name = tag.partition(":")
    kind: Any = getattr(importlib.import_module(_PACKAGE + module), name)
    if isinstance(kind, type) and issubclass(kind, Enum):
        # A member by its value, in a tenth of the time that calling the enumeration takes.
        return {member.value: member for member in kind}.__getitem__
    names = names_of(kind) if isinstance(kind, type) else None
    if names is None:
        raise ValueError(f"{tag} is not of the model")

    def make(parts: dict[int, Plain]) -> Any:
        return kind(
            **{
                names[place]: part if type(part) in _SIMPLE else decode(part)
                for place, part in parts.items()
            }
        )

    return make
