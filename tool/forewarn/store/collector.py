"""When the garbage collector looks: not while all that is made is to stay."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial


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
def collected_in_steps() -> Iterator[Callable[[], int]]:
    """Collect only when asked to, and only what was made since then: the rest is sure to stay.

    Work that goes on for long is done in steps, of which little stays.
    """
    was_on = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield partial(gc.collect, 0)
    finally:
        if was_on:
            gc.enable()
