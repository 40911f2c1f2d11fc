"""Frozen dataclasses that cost next to nothing until they are used, and little when they are.

`dataclasses` looks at every field and compiles six methods for each frozen class while its module
is imported, half a millisecond a class: for some 250 classes that is more than all else that a
command does before it begins. Here nothing is compiled for a class of which few objects are made,
and `dataclasses` is asked about a class when somebody wants to hear it. What comes of it is what
`dataclasses` makes of the same lines: same fields, same arguments, same equality, hash and text.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import attrgetter
from reprlib import recursive_repr
from threading import RLock
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "names_of"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, kw_only: bool = False, slots: bool = False):
        """As `dataclasses.dataclass`, for classes that are frozen, without `__post_init__`.

        Raises TypeError for any other: it needs the decorator of the standard library.
        """

        def made(kind: type) -> type:
            own = _annotations(kind)
            if not frozen or hasattr(kind, "__post_init__") or _is_beyond_us(own):
                raise TypeError(f"{kind.__name__}: use the decorator of `dataclasses`")
            plan = _ClassPlan(kind, own, kw_only=kw_only, slots=slots)
            return plan.final

        return made


def names_of(kind: type) -> tuple[str, ...] | None:
    """The names of a dataclass's fields in their order; None where it is none."""
    for base in kind.__mro__:
        if _PLAN in vars(base):
            return tuple([place.name for place in vars(base)[_PLAN].places])
        if _FACTS[0] in vars(base):
            return tuple([field.name for field in dataclasses.fields(base)])
    return None


_PLAN = "__plan__"  # where a class of ours has it
_ABOUT = ("__repr__", "__eq__", "__hash__")
_METHODS = (*_ABOUT, "__init__")
# What `dataclasses` and `match` ask a class for.
_FACTS = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")
_FROZEN = ("__setattr__", "__delattr__")
_NONE = dataclasses.MISSING
# So many objects are begun before it pays to compile what begins them.
_FEW = 40
# Of how many fields to change the class twice is faster than to set each past the refusal.
_LARGE = 4
_BECOME = vars(object)["__class__"].__set__
_SET = object.__setattr__
# Of one thread it may be asked again: a class needs those that it extends.
_one_at_a_time = RLock()


class _MadeAnew:
    """Stands for an argument that is made anew where it is not given."""

    def __repr__(self) -> str:
        return "<factory>"  # as `dataclasses` has it


_MADE = _MadeAnew()


class _FieldPlace:
    """A field, as far as it takes to begin objects and to compare them."""

    __slots__ = (
        *("compared", "default", "hashed", "is_usual", "kw_only"),
        *("make", "name", "shown", "type_of"),
    )

    def __init__(self, name: str, type_of: Any, given: Any, kw_only: bool) -> None:
        self.name = name
        self.type_of = type_of
        self.default = given
        self.make: Any = _NONE
        self.kw_only = kw_only
        self.compared = self.hashed = self.shown = self.is_usual = True
        if isinstance(given, dataclasses.Field):
            self.default = given.default
            self.make = given.default_factory
            self.compared = given.compare
            self.hashed = given.compare if given.hash is None else given.hash
            self.shown = given.repr
            self.is_usual = given.init
            if given.kw_only is not _NONE:
                self.kw_only = given.kw_only
        if self.default is not _NONE and self.default.__class__.__hash__ is None:
            self.is_usual = False  # `dataclasses` refuses it

    @property
    def is_needed(self) -> bool:
        """Whether there is no object without it."""
        return self.default is _NONE and self.make is _NONE


class _ClassPlan:
    """What is known of a class, and the class itself, which is `final`."""

    def __init__(self, kind: Any, own: Mapping[str, Any], *, kw_only: bool, slots: bool) -> None:
        """Take a class of these lines; `own` are its own fields with their types."""
        self._kind = kind
        self._kw_only = kw_only
        self._own = own
        self._written: Callable[..., None] | None = None
        self._begun = 0
        self._made: tuple[_FieldPlace, ...] | None = None
        self._needed: frozenset[str] = frozenset()
        self._known: frozenset[str] = frozenset()
        self._in_place: tuple[str, ...] = ()
        self._is_usual = False
        lines = vars(kind)
        written = frozenset([name for name in _METHODS if lines.get(name) is not None])
        self._begins = "__init__" not in written
        inside: dict[str, Any] = {_PLAN: self}
        if self._begins:
            inside["__init__"] = _Beginning(self)
        for name, write in _WRITERS.items():
            if name not in written:
                inside[name] = _not_yet(self, name, write, written)
        for name in _FACTS:
            inside[name] = _Fact(name, self)
        inside["__setattr__"] = _refuse_to_set
        inside["__delattr__"] = _refuse_to_delete
        if slots:
            inside["__getstate__"] = _state
            inside["__setstate__"] = _restore
            self._given: Mapping[str, Any] = {}
            self.final: Any = _slotted(kind, own, inside)
            return
        self.final = kind
        self._given = {n: lines[n] for n in own if isinstance(lines.get(n), dataclasses.Field)}
        for name, field in self._given.items():
            if field.default is _NONE:
                delattr(kind, name)
            else:
                setattr(kind, name, field.default)
        for name, value in inside.items():
            setattr(kind, name, value)

    @property
    def places(self) -> tuple[_FieldPlace, ...]:
        """The fields in their order, those of the classes that it extends first."""
        if self._made is None:
            found: dict[str, _FieldPlace] = {}
            for base in self._kind.__mro__[-1:0:-1]:
                found.update((place.name, place) for place in _places_of(base))
            for name, type_of in self._own.items():
                given = self._given.get(name) or getattr(self._kind, name, _NONE)
                if isinstance(given, MemberDescriptorType):  # a place of one that it extends
                    given = _NONE
                found[name] = _FieldPlace(name, type_of, given, self._kw_only)
            places = tuple(found.values())
            in_place = [place for place in places if not place.kw_only]
            order = [place.is_needed for place in in_place]
            self._needed = frozenset([place.name for place in places if place.is_needed])
            self._known = frozenset(found)
            self._in_place = tuple([place.name for place in in_place])
            self._is_usual = all(place.is_usual for place in places) and (
                order == sorted(order, reverse=True)
            )
            self._made = places
        return self._made

    def begin(self, one: object, /, *args: Any, **given: Any) -> None:
        """Give a new object its values, as what `dataclasses` writes would do it."""
        places = self.places
        self._begun += 1
        values = {**dict(zip(self._in_place, args, strict=False)), **given} if args else given
        if (
            self._begun > _FEW
            or not self._is_usual
            or len(values) != len(args) + len(given)
            or not self._needed <= values.keys() <= self._known
        ):
            self.written()(one, *args, **given)  # which also says what is wrong with them
            return
        for place in places:
            name = place.name
            if name in values:
                _SET(one, name, values[name])
            else:
                _SET(one, name, place.default if place.make is _NONE else place.make())

    def written(self) -> Callable[..., None]:
        """The same, compiled: it begins all objects from now on."""
        with _one_at_a_time:
            if self._written is None:
                places = self.places
                if self._is_usual:
                    self._written = _beginning(self.final, places, self.final is not self._kind)
                else:
                    self._written = vars(self._by_the_library())["__init__"]
                self.final.__init__ = self._written
            return self._written

    def tell(self) -> None:
        """Have what `dataclasses` knows of the class."""
        with _one_at_a_time:
            if not isinstance(vars(self.final)[_FACTS[0]], _Fact):
                return  # another thread has done it
            told = vars(self._by_the_library(methods=not self._says_all))
            told[_FACTS[1]].init = self._begins
            told[_FACTS[1]].frozen = True
            for name in ("__doc__", *_FACTS[::-1]):
                setattr(self.final, name, told[name])

    @property
    def _says_all(self) -> bool:
        """Whether its own lines say all that is known of it, whatever methods it has."""
        others = [vars(base) for base in self._kind.__mro__[1:]]
        extends = any(_PLAN in lines or _FACTS[0] in lines for lines in others)
        return bool(self._kind.__doc__) and not extends

    def _by_the_library(self, *, methods: bool = True) -> Any:
        """A class of the same lines, as `dataclasses` makes it; to do without methods is quick."""
        # Never in its own place, where another thread may be looking for a method.
        without = (*_ABOUT, *_FACTS, *_FROZEN, _PLAN, *(("__init__",) if self._begins else ()))
        twin = _again(self._kind, without, self._given)
        dataclasses.dataclass(
            init=methods and self._begins,
            repr=False,
            eq=False,
            frozen=methods,
            kw_only=self._kw_only,
        )(twin)
        return twin


class _Beginning:
    """An `__init__` that is written when somebody asks for it, or often uses it."""

    __slots__ = ("_plan",)

    def __init__(self, plan: _ClassPlan) -> None:
        self._plan = plan

    def __get__(self, one: object, kind: type | None = None) -> Callable[..., None]:
        return self._plan.written() if one is None else partial(self._plan.begin, one)


class _Fact:
    """Something that is known of a class as soon as somebody asks."""

    __slots__ = ("_name", "_plan")

    def __init__(self, name: str, plan: _ClassPlan) -> None:
        self._name = name
        self._plan = plan

    def __get__(self, one: object, kind: type) -> Any:
        self._plan.tell()
        return getattr(kind, self._name)


def _not_yet(
    plan: _ClassPlan,
    name: str,
    write: Callable[[_ClassPlan, frozenset[str]], None],
    written: frozenset[str],
) -> Callable[..., Any]:
    """The method as it is until it is first called."""

    def method(self: object, *args: object) -> object:
        write(plan, written)
        return getattr(plan.final, name)(self, *args)

    method.__name__ = name
    return method


def _annotations(kind: type) -> dict[str, Any]:
    """The fields that a class has itself, with their types."""
    found = vars(kind).get("__annotations__")
    if found is None:
        found = inspect.get_annotations(kind)
    return {
        name: type_of
        for name, type_of in found.items()
        if not str(type_of).startswith(("ClassVar", "typing.ClassVar"))
    }


def _is_beyond_us(own: Mapping[str, Any]) -> bool:
    """Whether among the fields is something that only `dataclasses` knows how to take."""
    text = " ".join(map(str, own.values()))
    return "InitVar" in text or "KW_ONLY" in text


def _places_of(base: type) -> Sequence[_FieldPlace]:
    """The fields of a class that another extends."""
    if _PLAN in vars(base):
        places: Sequence[_FieldPlace] = vars(base)[_PLAN].places
        return places
    if _FACTS[0] in vars(base):
        return [_FieldPlace(f.name, f.type, f, bool(f.kw_only)) for f in dataclasses.fields(base)]
    return ()


def _beginning(kind: Any, places: Sequence[_FieldPlace], slots: bool) -> Callable[..., None]:
    """An `__init__` for a class.

    To go past the refusal for each field takes ten times as long as to set one that may be set. So
    an object that has a place for each field is of a class that refuses nothing, while nobody else
    has it yet.
    """
    known: dict[str, Any] = {"__set__": _SET, "__made__": _MADE}
    in_place: list[str] = []
    named: list[str] = []
    made: list[str] = []
    for place in places:
        name, argument = place.name, place.name
        if place.make is not _NONE:
            known[f"__make_{name}__"] = place.make
            argument += "=__made__"
            made.append(f" if {name} is __made__: {name} = __make_{name}__()")
        elif place.default is not _NONE:
            known[f"__default_{name}__"] = place.default
            argument += f"=__default_{name}__"
        (named if place.kw_only else in_place).append(argument)
    names = [place.name for place in places]
    past_the_refusal = [f"__set__(self, {name!r}, {name})" for name in names]
    lines = [
        f"def __init__({', '.join(('self', *in_place, *(['*', *named] if named else ())))}):",
        *made,
    ]
    if slots and len(names) >= _LARGE:
        may_set = {"__setattr__": _SET, "__delattr__": object.__delattr__}
        known["__kind__"] = kind
        known["__draft__"] = type(kind)(kind.__name__, (kind,), {"__slots__": (), **may_set})
        known["__become__"] = _BECOME
        lines += (
            " if self.__class__ is __kind__:",
            "  __become__(self, __draft__)",
            *(f"  self.{name} = {name}" for name in names),
            "  self.__class__ = __kind__",
            " else:",  # of a class that was made of it
            *(f"  {line}" for line in past_the_refusal),
        )
    else:
        lines += [f" {line}" for line in past_the_refusal] or [" pass"]
    exec("\n".join(lines), known)  # noqa: S102 - as `dataclasses` does
    method: Callable[..., None] = known["__init__"]
    method.__qualname__ = f"{kind.__qualname__}.__init__"
    method.__annotations__ = {place.name: place.type_of for place in places} | {"return": None}
    return method


def _again(kind: Any, without: Collection[str], more: Mapping[str, Any]) -> Any:
    """A class of the same lines; some of what stands there is left out, and more is put there."""
    left_out = (*without, "__dict__", "__weakref__")
    inside = {name: value for name, value in vars(kind).items() if name not in left_out}
    made = type(kind)(kind.__name__, kind.__bases__, {**inside, **more})
    made.__qualname__ = kind.__qualname__
    return made


def _compare(plan: _ClassPlan, written: frozenset[str]) -> None:
    """Write how objects of a class are compared; to compile it takes longer than a question has."""
    compared = _values([place.name for place in plan.places if place.compared])
    hashed = _values([place.name for place in plan.places if place.hashed])

    def equal(self: object, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compared(self) == compared(other)

    def hash_of(self: object) -> int:
        return hash(hashed(self))

    for name, method in (("__eq__", equal), ("__hash__", hash_of)):
        if name not in written:
            method.__name__ = name
            method.__qualname__ = f"{plan.final.__qualname__}.{name}"
            setattr(plan.final, name, method)


def _values(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    """What gives the values of these fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: tuple(getattr(one, name) for name in names)


def _show(plan: _ClassPlan, written: frozenset[str]) -> None:
    """Write how objects of a class are shown; `dataclasses` would make a class for it."""
    names = [place.name for place in plan.places if place.shown]

    @recursive_repr()
    def show(self: object) -> str:
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        return f"{self.__class__.__qualname__}({told})"

    show.__name__ = "__repr__"
    show.__qualname__ = f"{plan.final.__qualname__}.__repr__"
    plan.final.__repr__ = show


_WRITERS: Mapping[str, Callable[[_ClassPlan, frozenset[str]], None]] = {
    "__repr__": _show,
    "__eq__": _compare,
    "__hash__": _compare,
}


def _slotted(kind: Any, own: Collection[str], more: Mapping[str, Any]) -> type:
    """The same class and more, with a place for each field and for nothing else."""
    inherited = chain.from_iterable(vars(base).get("__slots__", ()) for base in kind.__mro__[1:-1])
    taken = frozenset(inherited)
    slots = tuple([name for name in own if name not in taken])
    made: type = _again(kind, own, {"__slots__": slots, **more})
    return made


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, name) for name in names_of(type(self)) or ()]


def _restore(self: Any, state: list[object]) -> None:
    for name, value in zip(names_of(type(self)) or (), state, strict=True):
        _SET(self, name, value)
