"""The page types that are installed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from forewarn import plugins
from forewarn.errors import DataError, UsageError
from forewarn.pages.view.find import LIST
from forewarn.pages.view.page_type import PageType

GROUP = "pages"


@cache
def page_types() -> Mapping[str, PageType]:
    """Every page type by its name.

    Raises:
        UsageError: one cannot be loaded.
    """
    return plugins.load_all(GROUP, PageType)


def made_twice(src: str) -> DataError:
    """That two page types make one page, of which readers could see only one."""
    return DataError(
        "two page types make this page",
        where=src,
        help="Uninstall the package that takes the place of a page of forewarn's, or let it give "
        "its own another path.",
    )


def search_kinds() -> dict[str, str]:
    """The kinds under which search finds pages, with the words that a reader sees.

    Raises:
        UsageError: two page types have other words for one kind.
    """
    kinds, by = {LIST: "List"}, {LIST: "forewarn"}
    for name, type_ in page_types().items():
        for kind, word in type_.kinds.items():
            if kinds.setdefault(kind, word) != word:
                raise UsageError(
                    f"the page types {by[kind]!r} and {name!r} have two words for the kind "
                    f"{kind!r}: {kinds[kind]!r} and {word!r}",
                    help="Uninstall one of them, or give its pages a kind of their own.",
                )
            by.setdefault(kind, name)
    return kinds
