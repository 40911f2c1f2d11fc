"""Named tuples at a third of the cost: `typing` compiles the type of each field, which nobody asks.

A question makes a dozen of these classes before it begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import namedtuple

    class _Rows(type):
        def __new__(meta, name, bases, lines):
            types = lines.get("__annotations__", {})
            defaults = [lines[field] for field in types if field in lines]
            made = namedtuple(name, types, defaults=defaults, module=lines["__module__"])
            made.__annotations__ = types
            for key, value in lines.items():
                if key not in _OWN and key not in types:
                    setattr(made, key, value)
            return made

    _OWN = frozenset(["__annotations__", "__module__"])
    NamedTuple = type.__new__(_Rows, "NamedTuple", (), {})
