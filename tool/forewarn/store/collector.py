"""When the garbage collector looks: not while all that is made is to stay."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

_FEW = 4


@contextmanager
def no_collection() -> Iterator[None]:
    """Do without the garbage collector: it would look at all records again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()  # it need not look at them later either: they stay
            gc.enable()


@contextmanager
def collected_in_steps() -> Iterator[Callable[[], None]]:
    """Collect only when asked to, and only what was made since then: the rest is sure to stay.

    Work that goes on for long is done in steps, of which little stays. Where there are few, it is
    not worth looking at all that was there before.
    """
    was_on, steps, is_long = gc.isenabled(), count(), False

    def collect() -> None:
        nonlocal is_long
        step = next(steps)
        is_long = step >= _FEW
        if step == _FEW:
            gc.collect()
            gc.freeze()
        elif step > _FEW:
            gc.collect(0)

    gc.disable()
    try:
        yield collect
    finally:
        if not is_long:
            # It counts as old now, without a look at it.
            gc.freeze()
            gc.unfreeze()
        if was_on:
            gc.enable()
