"""A builder: what makes a site of one audience's pages, as an entry point names it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from forewarn import plugins
from forewarn.frozen import dataclass

if TYPE_CHECKING:
    from forewarn.site.ingredients import Ingredients
    from forewarn.site.record import Record

GROUP = "builders"
USUAL = "mkdocs"
_OURS = "forewarn.site.build"


@dataclass(frozen=True, kw_only=True)
class Builder:
    """One way to make a site; an entry point in `forewarn.builders` names it.

    `build(made_of, to)` builds every page into the new folder `to`, and returns the record of it.
    `update(made_of, to, before, spare)`, where a builder has it, takes what has not changed from
    the site `before`, as far as that is known; `to` is the older site `spare`, if there is one, and
    is built over. Both come to the same bytes, and raise a ForewarnError where no site can be made.
    `begin()`, where it has that, is entered before the records are read where many pages are to be
    built, and left afterwards: what takes long whatever the site is made of can begin there.
    """

    build: Callable[[Ingredients, Path], Record]
    update: Callable[[Ingredients, Path, Record | None, Record | None], Record] | None = None
    begin: Callable[[], AbstractContextManager[None]] | None = None


def get(name: str) -> Builder:
    """The builder of that name.

    Raises:
        UsageError: there is none, or it cannot be loaded.
    """
    return plugins.load_one(GROUP, name, Builder)


def begin_of(name: str) -> Callable[[], AbstractContextManager[None]] | None:
    """The `begin` of the builder of that name, if it has one.

    To load all that the usual one is made of would take longer than what is to be done meanwhile.

    Raises:
        UsageError: as `get`.
    """
    if plugins.modules(GROUP, name) == (_OURS,):
        from forewarn.site.render_process import begun_early

        return begun_early
    return get(name).begin
