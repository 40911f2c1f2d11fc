"""Frozen dataclasses that are processed when somebody makes the first, or asks for the fields.

`dataclasses` looks at every field and compiles six methods for each frozen class while its module
is imported, half a millisecond a class: for some 250 classes that is more than all else that a
command does before it begins, and of most it makes none. Here a class costs next to nothing until
it is used, and is from then on what `dataclasses` makes of the same lines: same fields, same
arguments, same equality, hash and text.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import attrgetter
from threading import RLock
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
            final = _slotted(kind) if slots else kind
            process = partial(_process, kind, final, "__init__" not in own, kw_only)
            if "__init__" not in own:
                final.__init__ = _not_yet(final, "__init__", process)
            for name, write in _WRITERS.items():
                if name not in own:
                    setattr(final, name, _not_yet(final, name, partial(write, final, own)))
            for name in _FACTS:
                setattr(final, name, _Fact(name, process))
            final.__setattr__ = _refuse_to_set
            final.__delattr__ = _refuse_to_delete
            if slots:
                final.__getstate__ = _state
                final.__setstate__ = _restore
            return final

        return made


_ABOUT = ("__repr__", "__eq__", "__hash__")
_METHODS = (*_ABOUT, "__init__")
# What `dataclasses` and `match` ask a class for.
_FACTS = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")
_FROZEN = ("__setattr__", "__delattr__")
# Of how many fields to change the class twice is faster than to set each past the refusal.
_LARGE = 4
_BECOME = vars(object)["__class__"].__set__
# Of one thread it may be asked again: a class needs those that it extends.
_one_at_a_time = RLock()


class _MadeAnew:
    """Stands for an argument that is made anew where it is not given."""

    def __repr__(self) -> str:
        return "<factory>"  # as `dataclasses` has it


_MADE = _MadeAnew()


class _Fact:
    """Something that is known of a class as soon as somebody asks."""

    def __init__(self, name: str, process: Callable[[], None]) -> None:
        self._name = name
        self._process = process

    def __get__(self, one: object, kind: type) -> Any:
        self._process()
        return getattr(kind, self._name)


def _not_yet(kind: type, name: str, process: Callable[[], None]) -> Callable[..., Any]:
    """The method as it is until it is first called: it has all of them written."""

    def method(self: object, *args: object, **options: object) -> object:
        process()
        return getattr(kind, name)(self, *args, **options)

    method.__name__ = name
    return method


def _process(kind: Any, final: Any, init: bool, kw_only: bool) -> None:
    """Let `dataclasses` find the fields and write what makes an object; it goes to the final class.

    The other methods are for classes whose objects are compared or shown, and most are not.
    """
    with _one_at_a_time:
        if not isinstance(vars(final)["__dataclass_fields__"], _Fact):
            return  # another thread has done it
        found = ("__init__", *_FACTS) if init else _FACTS
        # Never in its own place, where another thread may be looking for a method.
        source = kind if final is not kind else _again(kind, (*_ABOUT, *found, *_FROZEN))
        large = init and final is not kind and _is_large(kind)
        dataclasses.dataclass(
            init=init and not large, repr=False, eq=False, frozen=True, kw_only=kw_only
        )(source)
        if large:
            source.__init__ = _beginning(final, dataclasses.fields(source))
        for name in (*found[::-1], "__doc__"):
            setattr(final, name, vars(source)[name])
        for name, each in list(vars(final).items()):
            if isinstance(each, dataclasses.Field) and each.default is not dataclasses.MISSING:
                setattr(final, name, each.default)
            elif isinstance(each, dataclasses.Field):
                delattr(final, name)


def _is_large(kind: Any) -> bool:
    """Whether a class has so many places that `_beginning` sets them faster, all from arguments."""
    own = [value for value in vars(kind).values() if isinstance(value, dataclasses.Field)]
    return len(kind.__slots__) >= _LARGE and all(each.init for each in own)


def _beginning(kind: Any, fields: Sequence[dataclasses.Field[Any]]) -> Callable[..., None]:
    """An `__init__` for a class that has a place for each field.

    To go past the refusal for each field takes ten times as long as to set one that may be set. So
    the object is of a class that refuses nothing, while nobody else has it yet.
    """
    may_set = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    known: dict[str, Any] = {
        "__kind__": kind,
        "__draft__": type(kind)(kind.__name__, (kind,), {"__slots__": (), **may_set}),
        "__become__": _BECOME,
        "__set__": object.__setattr__,
        "__made__": _MADE,
    }
    in_place: list[str] = []
    named: list[str] = []
    made: list[str] = []
    for each in fields:
        name, argument = each.name, each.name
        if each.default_factory is not dataclasses.MISSING:
            known[f"__make_{name}__"] = each.default_factory
            argument += "=__made__"
            made.append(f" if {name} is __made__: {name} = __make_{name}__()")
        elif each.default is not dataclasses.MISSING:
            known[f"__default_{name}__"] = each.default
            argument += f"=__default_{name}__"
        (named if each.kw_only else in_place).append(argument)
    names = [each.name for each in fields]
    lines = [
        f"def __init__({', '.join(('self', *in_place, *(['*', *named] if named else ())))}):",
        *made,
        " if self.__class__ is __kind__:",
        "  __become__(self, __draft__)",
        *(f"  self.{name} = {name}" for name in names),
        "  self.__class__ = __kind__",
        " else:",  # of a class that was made of it
        *(f"  __set__(self, {name!r}, {name})" for name in names),
    ]
    exec("\n".join(lines), known)  # noqa: S102 - as `dataclasses` does
    method: Callable[..., None] = known["__init__"]
    method.__qualname__ = f"{kind.__qualname__}.__init__"
    method.__annotations__ = {each.name: each.type for each in fields} | {"return": None}
    return method


def _again(kind: Any, without: Collection[str]) -> Any:
    """A class of the same lines; some of what stands there is left out."""
    left_out = (*without, "__dict__", "__weakref__")
    inside = {name: value for name, value in vars(kind).items() if name not in left_out}
    made = type(kind)(kind.__name__, kind.__bases__, inside)
    made.__qualname__ = kind.__qualname__
    return made


def _compare(kind: Any, own: frozenset[str]) -> None:
    """Write how objects of a class are compared; to compile it takes longer than a question has."""
    fields = dataclasses.fields(kind)
    compared = _values([each.name for each in fields if each.compare])
    hashed = _values([e.name for e in fields if (e.compare if e.hash is None else e.hash)])

    def equal(self: object, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compared(self) == compared(other)

    def hash_of(self: object) -> int:
        return hash(hashed(self))

    for name, method in (("__eq__", equal), ("__hash__", hash_of)):
        if name not in own:
            method.__name__ = name
            method.__qualname__ = f"{kind.__qualname__}.{name}"
            setattr(kind, name, method)


def _values(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    """What gives the values of these fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: tuple(getattr(one, name) for name in names)


def _show(kind: Any, own: frozenset[str]) -> None:
    """Let `dataclasses` write how objects of a class are shown."""
    fields = [
        (each.name, object, dataclasses.field(repr=each.repr)) for each in dataclasses.fields(kind)
    ]
    twin = dataclasses.make_dataclass(kind.__name__, fields, init=False, eq=False)
    kind.__repr__ = vars(twin)["__repr__"]


_WRITERS: Mapping[str, Callable[[Any, frozenset[str]], None]] = {
    "__repr__": _show,
    "__eq__": _compare,
    "__hash__": _compare,
}


def _slotted(kind: Any) -> type:
    """The same class, with a place for each field and for nothing else."""
    names = tuple(
        name
        for name, type_of in inspect.get_annotations(kind).items()
        if not str(type_of).startswith(("ClassVar", "typing.ClassVar"))
    )
    inherited = chain.from_iterable(vars(base).get("__slots__", ()) for base in kind.__mro__[1:-1])
    taken = frozenset(inherited)
    kind.__slots__ = tuple(name for name in names if name not in taken)
    made: type = _again(kind, names)
    return made


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
