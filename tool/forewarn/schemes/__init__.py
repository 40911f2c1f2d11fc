"""Version schemes: for each product, which of two versions is the higher one.

A scheme is one file with a `SCHEME`, registered as an entry point in `forewarn.schemes`. Every
scheme first asks `forewarn.model.names` whether the text is safe as a file name and in a URL, so
a few texts that a scheme's own specification would allow are refused (a SemVer
pre-release that ends in `-`, anything longer than 100 characters).
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Protocol, runtime_checkable

from forewarn import plugins
from forewarn.errors import UsageError
from forewarn.model.versions.version import Scheme


@runtime_checkable
class TakesLayout(Protocol):
    """A registered scheme that can be narrowed by a layout written after a colon."""

    def with_layout(self, layout: str) -> Scheme:
        """The scheme for versions of this layout.

        Raises:
            UsageError: the text is not a layout.
        """


@cache
def get(text: str) -> Scheme:
    """The scheme that product.yml names: `semver`, or with a layout `calver:YYYY.0M.MICRO`.

    Raises:
        UsageError: no scheme has that name, it takes no layout, or the layout is none.
    """
    name, colon, layout = text.partition(":")
    scheme: Scheme = plugins.load("schemes", name)
    if not colon:
        return scheme
    if not isinstance(scheme, TakesLayout):
        raise UsageError(
            f"the scheme {name!r} takes no layout, and {text!r} gives it one",
            help=f"Write 'scheme: {name}', or declare a layout as in calver:YYYY.0M.MICRO.",
        )
    return scheme.with_layout(layout)


@cache
def is_own(text: str) -> bool:
    """Whether what `get` gives for a text is forewarn's own.

    Raises:
        UsageError: as `get`.
    """
    get(text)
    name = text.partition(":")[0]
    own = getattr(sys.modules.get(f"{__name__}.{name}"), "SCHEME", None)
    return own is plugins.load("schemes", name)


def names() -> tuple[str, ...]:
    """The names of the registered schemes, sorted."""
    return plugins.names("schemes")
