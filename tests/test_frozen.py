"""A frozen class of ours is what the standard library makes of the same lines."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from functools import cached_property
from threading import Barrier
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import pytest

from forewarn import frozen, rows

Kind = TypeVar("Kind")


def _point(decorate: Callable[..., Any]) -> Any:
    @decorate(frozen=True, kw_only=True, slots=True)
    class Point(Generic[Kind]):
        """Has all that a field can be told."""

        axes: ClassVar[int] = 2
        x: Kind
        y: int = 0
        names: Mapping[str, str] = field(default_factory=dict, hash=False)
        line: int = field(default=0, compare=False)
        secret: str = field(default="", repr=False)

        @property
        def sum(self) -> int:
            return self.x + self.y  # type: ignore[operator]

    return Point


def _in_place(point: Any) -> Any:
    """A class that extends it, by the same decorator, with fields that are given in place."""
    ours = "__plan__" in vars(point)

    @(frozen.dataclass if ours else dataclasses.dataclass)(frozen=True, slots=True)
    class InPlace(point):  # type: ignore[misc]
        """Has fields in place, and others by name."""

        a: int
        b: Any = 5
        c: tuple[int, ...] = field(default_factory=tuple, kw_only=True)

    return InPlace


@frozen.dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Can be pickled, as it stands in a module."""

    a: int
    b: str = "b"


@frozen.dataclass(frozen=True, kw_only=True, slots=True)
class KeptMore(Kept):
    """Has fields of two classes."""

    c: int = 3


@frozen.dataclass(frozen=True, kw_only=True)
class Wide:
    """Keeps what it has found out."""

    a: int

    @cached_property
    def twice(self) -> int:
        """The double."""
        return 2 * self.a


def _outcome(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except Exception as error:  # what is compared is what happens, whatever it is
        return type(error), str(error)


# Of few objects nothing is compiled, of many it is.
@pytest.mark.parametrize("made_before", [0, 100])
@pytest.mark.parametrize(
    "ask",
    [
        lambda kind: repr(kind(x=1)),
        lambda kind: repr(kind(x=1, secret="s", names={"a": "b"})),
        lambda kind: kind(x=1, line=1) == kind(x=1, line=2),
        lambda kind: kind(x=1) == kind(x=2),
        lambda kind: kind(x=1) == (1, 0),
        lambda kind: hash(kind(x=1, line=1)) == hash(kind(x=1, line=2, names={"a": "b"})),
        lambda kind: hash(kind(x=1)) == hash(kind(x=2)),
        lambda kind: kind(),
        lambda kind: kind(1),
        lambda kind: kind(x=1, z=2),
        lambda kind: kind(x=1).names is kind(x=1).names,
        lambda kind: kind(x=1, y=2).sum,
        lambda kind: setattr(kind(x=1), "x", 2),
        lambda kind: delattr(kind(x=1), "x"),
        lambda kind: repr(dataclasses.replace(kind(x=1), y=5)),
        lambda kind: dataclasses.asdict(kind(x=1, y=2)),
        lambda kind: repr(copy.copy(kind(x=1, y=2))),
        lambda kind: repr(copy.deepcopy(kind(x=1, names={"a": "b"}))),
        lambda kind: [(each.name, each.compare, each.repr) for each in dataclasses.fields(kind)],
        lambda kind: (kind.__slots__, kind.__match_args__, kind.__doc__, kind.axes),
        lambda kind: kind(x=1) and str(inspect.signature(kind)),
        lambda kind: type(kind(x=1)) is kind,
        lambda kind: repr(type("More", (kind,), {})(x=1, y=2)),
        lambda kind: setattr(type("More", (kind,), {})(x=1), "y", 2),
        lambda kind: kind.__init__(one := kind.__new__(kind), x=1) or repr(one),
        lambda kind: str(inspect.signature(kind)),
        lambda kind: (kind.__dataclass_params__.init, kind.__dataclass_params__.frozen),
        lambda kind: dataclasses.dataclass(type("More", (kind,), {})),
        lambda kind: repr(dataclasses.dataclass(frozen=True)(type("More", (kind,), {}))(x=1)),
        lambda kind: repr(_in_place(kind)(1)),
        lambda kind: repr(_in_place(kind)(1, [2], x=3, y=4)),
        lambda kind: _in_place(kind)(1, 2, x=3) == _in_place(kind)(1, 2, x=3),
        lambda kind: _in_place(kind)(1, 2, 3, x=4),
        lambda kind: _in_place(kind)(1, a=2, x=3),
        lambda kind: _in_place(kind)(x=3),
        lambda kind: hash(_in_place(kind)(1, 2, x=3)) == hash(_in_place(kind)(1, 2, x=4)),
        lambda kind: dataclasses.asdict(_in_place(kind)(1, x=2)),
    ],
)
def test_a_class_does_what_the_standard_librarys_does(
    ask: Callable[[Any], object], made_before: int
) -> None:
    ours, theirs = (_point(decorate) for decorate in (frozen.dataclass, dataclasses.dataclass))
    for _ in range(made_before):
        ours(x=1)
    assert _outcome(lambda: ask(ours)) == _outcome(lambda: ask(theirs))


@pytest.mark.parametrize("one", [Kept(a=1), KeptMore(a=1, b="c", c=4), Wide(a=2)])
def test_what_is_pickled_comes_back_the_same(one: object) -> None:
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - bytes of its own


def test_a_class_of_more_fields_is_not_the_one_it_extends() -> None:
    assert KeptMore(a=1) != Kept(a=1)
    assert repr(KeptMore(a=1)) == "KeptMore(a=1, b='b', c=3)"


def test_what_is_made_anew_may_fail_and_is_made_for_each() -> None:
    made: list[int] = []

    def make() -> list[int]:
        if made:
            raise ValueError("only one")
        made.append(1)
        return []

    @frozen.dataclass(frozen=True, slots=True)
    class InPlaceAndByName:
        """Has fields in place and by name."""

        a: int
        b: int = 2
        c: list[int] = field(default_factory=make, kw_only=True)
        d: tuple[int, ...] = ()

    one = InPlaceAndByName(1, 3, (4,))
    with pytest.raises(ValueError, match="only one"):
        InPlaceAndByName(1)
    assert (one, InPlaceAndByName(1, c=[])) == (
        InPlaceAndByName(1, b=3, d=(4,), c=[]),
        InPlaceAndByName(1, 2, (), c=[]),
    )


def test_what_a_class_has_found_out_is_kept() -> None:
    assert Wide(a=2).twice == 4


def test_what_a_class_writes_itself_stays() -> None:
    @frozen.dataclass(frozen=True)
    class Own:
        a: int

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

    assert (repr(Own(1)), Own(1) == Own(2), hash(Own(1)) == hash(Own(1))) == ("own", True, True)


def test_what_it_cannot_make_is_refused() -> None:
    class Late:
        def __post_init__(self) -> None:
            """Would have to run."""

    with pytest.raises(TypeError, match="use the decorator of `dataclasses`"):
        frozen.dataclass(frozen=True)(Late)
    with pytest.raises(TypeError, match="use the decorator of `dataclasses`"):
        frozen.dataclass(frozen=False)(Late)
    with pytest.raises(TypeError, match="use the decorator of `dataclasses`"):

        @frozen.dataclass(frozen=True)
        class Given:
            a: dataclasses.InitVar[int]


def test_a_class_that_extends_one_of_the_standard_library_has_its_fields() -> None:
    @dataclasses.dataclass(frozen=True)
    class Base:
        a: int
        b: list[int] = field(default_factory=list)

    def extended(decorate: Callable[..., Any]) -> Any:
        @decorate(frozen=True, kw_only=True)
        class Extended(Base):
            c: int = field(default=3, init=False)
            d: int = 4

        return Extended

    ours, theirs = extended(frozen.dataclass), extended(dataclasses.dataclass)
    assert repr(ours(1, d=5)) == repr(theirs(1, d=5))
    assert (ours.c, ours(2) == ours(2), frozen.names_of(ours)) == (3, True, ("a", "b", "c", "d"))
    assert frozen.names_of(Base) == ("a", "b")
    assert frozen.names_of(int) is None


def test_a_class_is_processed_once_however_many_threads_begin_with_it() -> None:
    for _ in range(20):
        kind = _point(frozen.dataclass)
        begin = kind.__init__  # as whoever keeps it has it, before the first was made
        start = Barrier(4)

        def make(kind: Any = kind, start: Barrier = start) -> bool:
            start.wait()
            return bool(kind(x=1, line=1) == kind(x=1, line=2))

        with ThreadPoolExecutor(4) as pool:
            assert all(each.result() for each in [pool.submit(make) for _ in range(4)])
        begin(one := kind.__new__(kind), x=3)
        assert (one, kind(x=3, line=5).names) == (kind(x=3, line=4), {})


def test_a_named_tuple_of_ours_is_what_the_standard_librarys_is() -> None:
    def made(base: Any) -> Any:
        class Pair(base):  # type: ignore[misc]
            """Two of something."""

            one: int
            other: tuple[int, ...] = ()

            @property
            def both(self) -> tuple[Any, ...]:
                return (self.one, *self.other)

            @classmethod
            def of(cls, one: int) -> Any:
                return cls(one, (one,))

        return Pair

    ours, theirs = made(rows.NamedTuple), made(NamedTuple)
    for ask in (
        lambda kind: kind(1) == (1, ()),
        lambda kind: repr(kind(1, other=(2,))),
        lambda kind: kind.of(3)._replace(one=4).both,
        lambda kind: (kind._fields, kind._field_defaults, kind.__doc__),
        lambda kind: (kind.__name__, kind.__module__, kind.__match_args__, hash(kind(1))),
        lambda kind: kind(),
        lambda kind: kind(1, 2, 3),
        lambda kind: kind(1, no=3),
        lambda kind: setattr(kind(1), "one", 2),
        lambda kind: list(inspect.signature(kind).parameters),
    ):
        assert _outcome(lambda: ask(ours)) == _outcome(lambda: ask(theirs))  # noqa: B023
