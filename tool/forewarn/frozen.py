"""Frozen dataclasses whose methods are written when the first of them is made.

`dataclasses` compiles six methods for each frozen class while its module is imported, half a
millisecond a class: for some 250 classes that is more than all else that a command does before it
begins, and of most it makes none. Here a class costs a tenth of that until it is used, and has from
then on what `dataclasses` writes: same arguments, same equality, hash and text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, kw_only: bool = False, slots: bool = False):
        """As `dataclasses.dataclass`, for classes that are frozen, without `__post_init__`.

        Raises TypeError for any other: it needs the decorator of the standard library.
        """

        def made(kind: type) -> type:
            if not frozen or hasattr(kind, "__post_init__"):
                raise TypeError(f"{kind.__name__}: use the decorator of `dataclasses`")
            own = frozenset(name for name in _METHODS if vars(kind).get(name) is not None)
            made = dataclasses.dataclass(
                init=False, repr=False, eq=False, kw_only=kw_only, slots=slots
            )(kind)
            for name in _METHODS - own:
                setattr(made, name, _not_yet(made, name, own))
            made.__setattr__ = _refuse_to_set
            made.__delattr__ = _refuse_to_delete
            if slots:
                made.__getstate__ = _state
                made.__setstate__ = _restore
            return made

        return made


_METHODS = frozenset({"__init__", "__repr__", "__eq__", "__hash__"})


def _not_yet(kind: type, name: str, own: frozenset[str]) -> Callable[..., Any]:
    """The method as it is until it is first called: it has all of them written."""

    def method(self: object, *args: object, **options: object) -> object:
        _write_methods(kind, own)
        return getattr(kind, name)(self, *args, **options)

    method.__name__ = name
    return method


def _write_methods(kind: Any, own: frozenset[str]) -> None:
    """Let `dataclasses` write the methods for the same fields, and put them into the class."""
    fields = [(each.name, object, _again(each)) for each in dataclasses.fields(kind)]
    twin = dataclasses.make_dataclass(kind.__name__, fields, frozen=True)
    vars(twin)["__init__"].__qualname__ = f"{kind.__qualname__}.__init__"
    for name in _METHODS - own:
        setattr(kind, name, vars(twin)[name])


def _again(each: dataclasses.Field[Any]) -> Any:
    """A field that is declared as this one was."""
    said = {
        name: getattr(each, name)
        for name in ("default", "default_factory", "init", "repr", "hash", "compare", "kw_only")
    }
    return dataclasses.field(**said)


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
