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
from typing import Any

# None, a truth value, a number, a text; a list for a tuple; a mapping; and for all else a pair
# of a tag and what it is made of.
Plain = Any

_PACKAGE = "forewarn.model."
_SIMPLE = frozenset([str, int, bool, type(None)])
_DAY, _MOMENT, _DECIMAL, _SPAN = "day", "moment", "decimal", "span"


def encode(value: object) -> Plain:
    """An object of the model, or what it holds, as plain values.

    Raises:
        TypeError: it is neither.
    """
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): encode(part) for key, part in value.items()}
    return _encode_tagged(value, kind)


def _encode_tagged(value: object, kind: type) -> tuple[str, Plain]:
    match value:
        case datetime():
            return _MOMENT, value.isoformat()
        case date():
            return _DAY, value.toordinal()
        case Decimal():
            return _DECIMAL, str(value)
        case timedelta():
            return _SPAN, value.total_seconds()
        case Enum():
            return _tag(kind), value.value
        case _ if is_dataclass(value):
            # What has its default is left out: of a release's two dozen fields, most have.
            parts = ((name, getattr(value, name), default) for name, default in _defaults(kind))
            return _tag(kind), {
                place: encode(part)
                for place, (_, part, default) in enumerate(parts)
                if part != default
            }
    raise TypeError(f"{kind.__qualname__} is not of the model")


@cache
def _tag(kind: type) -> str:
    if not kind.__module__.startswith(_PACKAGE):
        raise TypeError(f"{kind.__qualname__} is not of the model")
    return f"{kind.__module__.removeprefix(_PACKAGE)}:{kind.__qualname__}"


@cache
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
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise ValueError(f"{tag} is not of the model")

    names = [field.name for field in fields(kind)]

    def make(parts: dict[int, Plain]) -> Any:
        return kind(
            **{
                names[place]: part if type(part) in _SIMPLE else decode(part)
                for place, part in parts.items()
            }
        )

    return make
